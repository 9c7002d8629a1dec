//! The signed link of a satisfaction survey (满意度调查): one complaint's question, until a moment, for whoever has the letter.
//!
//! The token is derived and never stored: it says which complaint and until when, signed under the installation's secret for
//! this purpose alone. It gives no right but to answer once; that the answer was given stands in the complaint's log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use kesu_rules::clock::Moment;
use kesu_rules::domain::survey::{Answer, Asked};
use sha2::Sha256;

use crate::app::App;
use crate::link::from_hex;
use crate::record::Loaded;

/// Version of the tokens' shape; at the end, so that no mail program takes a closing `-` or `_` for punctuation.
const VERSION: char = '1';
/// Bytes of the signature: 128 bits.
const SIGNATURE: usize = 16;
/// The longest token that is looked at, and the longest that is made, in characters.
const LONGEST: usize = 190;

/// What a token asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The complaint's id.
    pub complaint: String,
    /// Until when it can be answered.
    pub until: DateTime<Utc>,
}

/// How a question stands with its complaint.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It can be answered.
    Open,
    /// It was answered.
    Answered(Answer),
    /// Its time has passed.
    Expired,
    /// The complaint was taken up again since, or is gone into another.
    TakenUp,
}

impl Question {
    /// How it stands at a moment.
    pub fn standing(&self, loaded: &Loaded, now: DateTime<Utc>) -> Standing {
        let it = &loaded.complaint;
        let survey = it.survey.as_ref().filter(|_| it.merged_into.is_none());
        if let Some(answer) = survey.and_then(|survey| survey.answer.as_ref()) {
            return Standing::Answered(answer.clone());
        }
        let asked = survey.and_then(|survey| survey.asked.as_ref());
        // A question of an earlier end is none any more.
        let same = |asked: &Asked| asked.until.timestamp() == self.until.timestamp();
        if !asked.is_some_and(same) {
            return Standing::TakenUp;
        }
        if now < self.until {
            Standing::Open
        } else {
            Standing::Expired
        }
    }
}

impl App {
    /// The address under which a customer answers, for his letter; nothing where it would be too long for a line.
    pub fn survey_link(&self, complaint: &str, until: Moment) -> Option<String> {
        let token = self.survey_token(complaint, until)?;
        Some(format!("{}/survey/{token}", self.settings.base_url))
    }

    fn survey_token(&self, complaint: &str, until: Moment) -> Option<String> {
        let mut bytes = u32::try_from(until.timestamp()).ok()?.to_be_bytes().to_vec();
        // Ids are digests in hexadecimal, which take half the place as bytes.
        match from_hex(complaint) {
            Some(raw) => {
                bytes.push(1);
                bytes.extend(raw);
            }
            None => {
                bytes.push(0);
                bytes.extend(complaint.as_bytes());
            }
        }
        let signature = self.sign_survey(&bytes).finalize().into_bytes();
        bytes.extend(signature.iter().take(SIGNATURE));
        let mut token = URL_SAFE_NO_PAD.encode(bytes);
        token.push(VERSION);
        Some(token).filter(|token| token.len() <= LONGEST)
    }

    /// What a token asks, if it was made here and is untouched.
    pub fn survey_question(&self, token: &str) -> Option<Question> {
        if token.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_suffix(VERSION)?).ok()?;
        let (said, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        // Compared in constant time.
        self.sign_survey(said).verify_truncated_left(signature).ok()?;
        let (until, rest) = said.split_first_chunk::<4>()?;
        let (hex, id) = rest.split_first()?;
        let complaint = match hex {
            0 => String::from_utf8(id.to_vec()).ok()?,
            _ => id.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        let until = DateTime::from_timestamp(i64::from(u32::from_be_bytes(*until)), 0)?;
        Some(Question { complaint, until })
    }

    fn sign_survey(&self, said: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.settings.secret).expect("an HMAC takes a key of any length");
        // The purpose is part of what is signed: a token made for something else with this secret is none here.
        mac.update(b"satisfaction survey\0");
        mac.update(&[u8::try_from(VERSION).unwrap_or_default()]);
        mac.update(said);
        mac
    }
}

#[cfg(all(test, feature = "local"))]
mod tests;
