//! Signed links (签名链接): one person's right to do one thing with one complaint, as a letter carries it.
//!
//! A token ([`crate::token`]) says which complaint, which act, about what, who, and until when. A letter that is written again
//! carries the same links. What was done by one is marked ([`App::used`]), so that it works once.

mod offered;

use chrono::{DateTime, Utc};
use kesu_rules::clock::Moment;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::names::UserId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Guard, Kind, RawPut, SmallRecord, keys};
use crate::token::{from_hex, put_id, split_id};
use crate::users::{self, User};

pub use offered::Offered;

/// What tokens are signed for.
const PURPOSE: &str = "signed link";
/// Bytes of the person's keyed hash: an address would make the link long, and show it to every server on its way.
const PERSON: usize = 8;
/// Days for which a mark outlives the link it is about.
const MARK_OUTLIVES: i64 = 30;

/// What a link lets its person do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Say that an escalation was seen; about rules, with `+` between.
    Acknowledge,
    /// Pass the complaint on.
    Assign,
    /// Grant a request for approval; about the request.
    Approve,
    /// Refuse one; about the request.
    Refuse,
}

impl Act {
    /// Every act with its name and the byte that stands for it in a token.
    pub const ALL: [(Self, &'static str, u8); 4] = [
        (Self::Acknowledge, "acknowledge", b'a'),
        (Self::Assign, "assign", b'r'),
        (Self::Approve, "approve", b'y'),
        (Self::Refuse, "refuse", b'n'),
    ];

    /// The act's name, as texts know it.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(act, ..)| *act == self)
            .map_or("", |(_, name, _)| name)
    }

    fn byte(self) -> u8 {
        Self::ALL
            .iter()
            .find(|(act, ..)| *act == self)
            .map_or(0, |(.., byte)| *byte)
    }

    /// Whether the person signs with his password.
    pub fn is_signed(self) -> bool {
        matches!(self, Self::Approve | Self::Refuse)
    }
}

/// What a token grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The complaint's id.
    pub complaint: String,
    /// What may be done.
    pub act: Act,
    /// With what: rules, or a request for approval; empty where the complaint is enough.
    pub subject: String,
    /// Until when.
    pub expires: DateTime<Utc>,
    person: [u8; PERSON],
    mark: String,
}

/// That a link was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// By whom.
    pub by: UserId,
    /// When, in the procedure's zone.
    pub at: Moment,
    /// What was done.
    pub act: Act,
}

impl Grant {
    /// The mark that this link was used, to be written together with what it does, or not at all.
    pub fn mark(&self, by: &UserId, at: Moment) -> RawPut {
        let act = self.act;
        let used = Used {
            by: by.clone(),
            at,
            act,
        };
        // INVARIANT: a mark holds only texts, which always serialise.
        let body = serde_json::to_string(&used).unwrap_or_default();
        let mut mark = SmallRecord::new(Kind::Seen, keys::used_link(&self.mark), body);
        let left = (self.expires - at.to_utc()).num_days().max(0);
        let lasts = chrono::TimeDelta::days(left.saturating_add(MARK_OUTLIVES).min(36_500));
        mark.expires = Some((crate::clock::machine() + lasts).timestamp());
        let guard = Guard::New;
        RawPut { record: mark, guard }
    }
}

impl App {
    /// The token for a person's act; nothing where it would be too long for a line of a letter.
    pub fn link_token(
        &self,
        complaint: &str,
        act: Act,
        subject: &str,
        person: &UserId,
        expires: DateTime<Utc>,
    ) -> Option<String> {
        let mut bytes = vec![act.byte()];
        bytes.extend(u32::try_from(expires.timestamp()).ok()?.to_be_bytes());
        bytes.extend(self.person_of_link(person));
        put_id(complaint, &mut bytes)?;
        bytes.extend(subject.as_bytes());
        self.sealed(PURPOSE, bytes)
    }

    /// What a token grants, if it was made here and is untouched. Whether it is still of use is another question.
    pub fn link_grant(&self, token: &str) -> Option<Grant> {
        let said = self.unsealed(PURPOSE, token)?;
        let (act, rest) = said.split_first()?;
        let (expires, rest) = rest.split_first_chunk::<4>()?;
        let (person, rest) = rest.split_first_chunk::<PERSON>()?;
        let (complaint, subject) = split_id(rest)?;
        Some(Grant {
            complaint,
            act: Act::ALL.iter().find(|(.., byte)| byte == act)?.0,
            subject: String::from_utf8(subject.to_vec()).ok()?,
            expires: DateTime::from_timestamp(i64::from(u32::from_be_bytes(*expires)), 0)?,
            person: *person,
            mark: hash(&said).chars().take(32).collect(),
        })
    }

    /// The person whom a link was made for, with his account as it is now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn link_person(&self, grant: &Grant) -> Result<Option<(UserId, User)>, Problem> {
        let all = users::list(&self.store).await?;
        Ok(all
            .into_iter()
            .find(|(user, _)| self.person_of_link(user) == grant.person))
    }

    /// Whether a link was used, and by whom.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn used(&self, grant: &Grant) -> Result<Option<Used>, Problem> {
        let mark = self.store.get(Kind::Seen, &keys::used_link(&grant.mark)).await?;
        Ok(mark.and_then(|mark| serde_json::from_str(&mark.body).ok()))
    }

    fn person_of_link(&self, person: &UserId) -> [u8; PERSON] {
        let digits = self.keyed("person of a link", person.as_str());
        let bytes = from_hex(&digits).unwrap_or_default();
        bytes.first_chunk::<PERSON>().copied().unwrap_or_default()
    }
}

#[cfg(all(test, feature = "local"))]
mod tests;
