//! What is known of a mail address: whether its owner was shown to read it, and whether letters to it are of any use.
//!
//! One small record for each address, under the keyed hash of it: it holds no address, so there is nothing to erase.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::names::{key, known};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::Problem;
use crate::record::Loaded;
use crate::store::{Kind, SmallRecord};

/// How often a note is tried anew when somebody else was writing the same record.
const ATTEMPTS: u32 = 8;

/// What a sender of letters asks about an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Its owner was shown to read it (mail with a passing verdict came from it, or something came back that had only
    /// been sent to it). Such an address is told each number.
    pub verified: bool,
    /// A letter to it came back as undeliverable for good, and nothing came from it since.
    pub bounced: bool,
    /// Its owner told his mail provider that our letters are unwanted.
    pub complained: bool,
    /// What is behind it, for those who want to show it.
    pub known: Known,
}

/// What has been noted of an address, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// When and by what it was verified last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<(DateTime<Utc>, How)>,
    /// When a letter came back for good, and with which status (`5.1.1`; empty where the report has none).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounced: Option<(DateTime<Utc>, String)>,
    /// When its owner complained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complained: Option<DateTime<Utc>>,
}

/// What shows that an address is read by its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Mail came from it and passed DMARC (or an aligned DKIM signature).
    Authenticated,
    /// A token came back that had only been sent to it.
    Token,
    /// The query code, which had only been sent to it, was used on the tracking page.
    Code,
}

impl State {
    /// Why no letter is to be written to it, if so: a stable word for records, `bounced` or `complained`.
    pub fn unwanted(&self) -> Option<&'static str> {
        if self.complained {
            Some("complained")
        } else {
            self.bounced.then_some("bounced")
        }
    }
}

impl From<Known> for State {
    fn from(known: Known) -> Self {
        Self {
            verified: known.verified.is_some(),
            bounced: known.bounced.is_some(),
            complained: known.complained.is_some(),
            known,
        }
    }
}

/// What is known of an address; nothing of one that was never noted.
///
/// # Errors
/// When the store does not answer.
pub async fn state(app: &App, contact: &str) -> Result<State, Problem> {
    let record = app.store.get(Kind::Seen, &key_of(app, contact)).await?;
    Ok(record.map(|record| read(&record)).unwrap_or_default().into())
}

/// Whether an address is the customer's own: a member of staff took the complaint in, or it was shown since. Whoever fills in
/// a form or calls the API may name any address.
pub fn own(complaint: &Complaint, state: &State) -> bool {
    let received = complaint.last(known::RECEIVED);
    state.verified || received.is_some_and(|(_, reached)| reached.by.is_some())
}

/// Whether the customer of a complaint may be asked by letter: at his own address, and one where letters are of use.
///
/// # Errors
/// When the store does not answer.
pub async fn askable(app: &App, loaded: &Loaded) -> Result<bool, Problem> {
    let Some(mail) = loaded.face.get(key::CUSTOMER_EMAIL).filter(|_| loaded.reachable()) else {
        return Ok(false);
    };
    let state = state(app, mail).await?;
    Ok(own(&loaded.complaint, &state) && state.unwanted().is_none())
}

/// Its owner was shown to read it. What bounced before is forgotten: the address is alive. A complaint stands.
///
/// # Errors
/// When the store does not answer.
pub async fn verified(app: &App, contact: &str, how: How) -> Result<(), Problem> {
    let now = app.now();
    note(app, contact, |known| {
        // Once a day is enough: a busy correspondent does not cost a write with each mail.
        let fresh = known
            .verified
            .is_some_and(|(at, _)| now - at < TimeDelta::days(1) && at <= now);
        if known.bounced.is_none() && fresh {
            return false;
        }
        known.verified = Some((now, how));
        known.bounced = None;
        true
    })
    .await
}

/// A letter to it came back for good, with the status of the report.
///
/// # Errors
/// When the store does not answer.
pub async fn bounced(app: &App, contact: &str, status: &str) -> Result<(), Problem> {
    let now = app.now();
    // A status is digits and dots; whatever else a report claims is not kept.
    let status: String = status
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .take(11)
        .collect();
    note(app, contact, |known| {
        let new = known.bounced.is_none();
        known.bounced = known.bounced.take().or(Some((now, status.clone())));
        new
    })
    .await
}

/// Its owner complained of our letters to his provider.
///
/// # Errors
/// When the store does not answer.
pub async fn complained(app: &App, contact: &str) -> Result<(), Problem> {
    let now = app.now();
    note(app, contact, |known| {
        let new = known.complained.is_none();
        known.complained = known.complained.or(Some(now));
        new
    })
    .await
}

/// A person looked into it: letters are written to it again.
///
/// # Errors
/// When the store does not answer.
pub async fn cleared(app: &App, contact: &str) -> Result<(), Problem> {
    note(app, contact, |known| {
        let standing = known.bounced.is_some() || known.complained.is_some();
        (known.bounced, known.complained) = (None, None);
        standing
    })
    .await
}

/// Changes what is known, unless `change` says that there is nothing to change.
async fn note(app: &App, contact: &str, change: impl Fn(&mut Known) -> bool) -> Result<(), Problem> {
    let key = key_of(app, contact);
    for _ in 0..ATTEMPTS {
        let standing = app.store.get(Kind::Seen, &key).await?;
        let mut known = standing.as_ref().map(read).unwrap_or_default();
        if !change(&mut known) {
            return Ok(());
        }
        // INVARIANT: moments and texts always serialise.
        let body = serde_json::to_string(&known).unwrap_or_default();
        let mut record = SmallRecord::new(Kind::Seen, key.clone(), body);
        let written = match standing {
            None => app.store.put_new(&record).await?,
            Some(old) => {
                record.version = old.version + 1;
                app.store.update(&record, old.version).await?
            }
        };
        if written {
            return Ok(());
        }
    }
    Err(Problem::Busy)
}

fn read(record: &SmallRecord) -> Known {
    serde_json::from_str(&record.body).unwrap_or_default()
}

fn key_of(app: &App, contact: &str) -> String {
    format!("address#{}", app.person_key(contact))
}
