//! The signed link of a satisfaction survey (满意度调查): one complaint's question, until a moment, for whoever has the letter.
//!
//! The token ([`crate::token`]) says which complaint and until when. It gives no right but to answer once; that the answer was
//! given stands in the complaint's log.

use chrono::{DateTime, Utc};
use kesu_rules::clock::Moment;
use kesu_rules::domain::survey::{Answer, Asked};

use crate::app::App;
use crate::record::Loaded;
use crate::token::{put_id, split_id};

/// What tokens are signed for.
const PURPOSE: &str = "satisfaction survey";

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
        put_id(complaint, &mut bytes)?;
        self.sealed(PURPOSE, bytes)
    }

    /// What a token asks, if it was made here and is untouched.
    pub fn survey_question(&self, token: &str) -> Option<Question> {
        let said = self.unsealed(PURPOSE, token)?;
        let (until, rest) = said.split_first_chunk::<4>()?;
        let (complaint, _) = split_id(rest)?;
        let until = DateTime::from_timestamp(i64::from(u32::from_be_bytes(*until)), 0)?;
        Some(Question { complaint, until })
    }
}

#[cfg(all(test, feature = "local"))]
mod tests;
