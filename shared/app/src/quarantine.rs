//! Mail that waits for a person: what could not be read, was taken for spam or a virus, or was left alone as automatic.
//!
//! The record holds no word of the mail, and of its sender only what a list may show; the mail itself is among the blobs.

use chrono::{DateTime, TimeDelta, Utc};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::names::UserId;
use kesu_rules::domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Kind, Page, SmallRecord, StoreError};

/// How long mail that was left alone stays listed.
const LISTED: TimeDelta = TimeDelta::days(180);
/// When a sweep looks at a replay that the stream has not brought about.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(90);
/// How often a change is tried anew.
const ATTEMPTS: u32 = 8;
/// After this moment (the year 2286) the ids no longer go backwards.
const LAST: i64 = 9_999_999_999_999;

/// One mail that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Whether it was kept back or left alone.
    pub kind: HeldKind,
    /// Why: a stable code.
    pub reason: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Its sender, masked.
    pub from: String,
    /// Its size in bytes.
    pub size: usize,
    /// The name of the raw message.
    pub raw: String,
    /// The key of its delivery, by which a replay finds it again.
    pub delivery: String,
    /// What has become of it.
    pub state: HeldState,
    /// As what a person wants it taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<TakeAs>,
    /// The complaint that has it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    /// Who replayed or dismissed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
}

/// Why a mail waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldKind {
    /// It could not be read, or must not be trusted.
    Quarantined,
    /// A machine wrote it, and it belongs to nothing.
    Ignored,
}

/// What has become of a mail that waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldState {
    /// It waits.
    Waiting,
    /// A person asked for it; it is being taken in.
    Replaying,
    /// It was taken in.
    Replayed,
    /// A person looked at it and put it away.
    Dismissed,
}

/// As what a mail is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeAs {
    /// Read once more, as if it came now; what a person looked at is not taken for spam.
    Read,
    /// As a new complaint, whatever it is.
    Complaint,
}

/// The id under which a mail waits: later ones come first in a list.
pub fn id(at: DateTime<Utc>, raw: &str) -> String {
    let back = LAST.saturating_sub(at.timestamp_millis()).max(0);
    let digest: String = hash(raw.as_bytes()).chars().take(12).collect();
    format!("{back:013}-{digest}")
}

/// Puts a mail where a person finds it; once, also when asked again.
///
/// # Errors
/// When the store does not answer.
pub async fn hold(app: &App, id: &str, held: &Held) -> Result<(), Problem> {
    app.store.put_new(&record(id, 1, held)).await?;
    Ok(())
}

/// A mail that waits, with its record's version.
///
/// # Errors
/// Not found, or the store does not answer.
pub async fn find(app: &App, id: &str) -> Result<(Held, u64), Problem> {
    let record = app.store.get(Kind::Quarantine, id).await?.ok_or(Problem::NotFound)?;
    Ok((read(&record)?, record.version))
}

/// The mails that wait or waited, the latest first.
///
/// # Errors
/// When the store does not answer, or the cursor is none of ours.
pub async fn list(app: &App, limit: u32, cursor: Option<&str>) -> Result<Page<(String, Held)>, Problem> {
    let page = app.store.list(Kind::Quarantine, "", limit, cursor).await?;
    let items = page.items.iter().map(|record| Ok((record.id.clone(), read(record)?)));
    Ok(Page {
        items: items.collect::<Result<_, StoreError>>()?,
        next: page.next,
    })
}

/// Asks for a mail to be taken in; the function that reads mail hears of it by the table's stream. Asking again for one
/// that was taken in changes nothing.
///
/// # Errors
/// Not found, or the store does not answer.
pub async fn replay(app: &App, id: &str, wanted: TakeAs, by: &UserId) -> Result<Held, Problem> {
    change(app, id, |held| {
        if matches!(held.state, HeldState::Replayed | HeldState::Replaying) {
            return Ok(false);
        }
        held.state = HeldState::Replaying;
        held.wanted = Some(wanted);
        held.by = Some(by.clone());
        Ok(true)
    })
    .await
}

/// Puts a mail away. Putting it away again changes nothing.
///
/// # Errors
/// Refused for a mail that was taken in; not found; or the store does not answer.
pub async fn dismiss(app: &App, id: &str, by: &UserId) -> Result<Held, Problem> {
    change(app, id, |held| match held.state {
        HeldState::Dismissed => Ok(false),
        HeldState::Replaying | HeldState::Replayed => Err(Refusal::of("mail_taken_in").into()),
        HeldState::Waiting => {
            held.state = HeldState::Dismissed;
            held.by = Some(by.clone());
            Ok(true)
        }
    })
    .await
}

/// A replay has come to its end: taken in by a complaint, or waiting again with a new reason.
///
/// # Errors
/// Not found, or the store does not answer.
pub async fn replayed(app: &App, id: &str, outcome: Result<Option<String>, String>) -> Result<Held, Problem> {
    change(app, id, |held| {
        if held.state != HeldState::Replaying {
            return Ok(false);
        }
        held.wanted = None;
        match &outcome {
            Ok(complaint) => {
                held.state = HeldState::Replayed;
                held.complaint.clone_from(complaint);
            }
            Err(reason) => {
                held.state = HeldState::Waiting;
                held.reason.clone_from(reason);
            }
        }
        Ok(true)
    })
    .await
}

async fn change(app: &App, id: &str, change: impl Fn(&mut Held) -> Result<bool, Problem>) -> Result<Held, Problem> {
    for _ in 0..ATTEMPTS {
        let (mut held, version) = find(app, id).await?;
        if !change(&mut held)? {
            return Ok(held);
        }
        let mut next = record(id, version + 1, &held);
        if held.state == HeldState::Replaying {
            next.wake = Some(app.wake_at(id, app.now() + LOOK_AGAIN));
        }
        if app.store.update(&next, version).await? {
            return Ok(held);
        }
    }
    Err(Problem::Busy)
}

fn record(id: &str, version: u64, held: &Held) -> SmallRecord {
    // INVARIANT: texts, numbers and moments always serialise.
    let body = serde_json::to_string(held).unwrap_or_default();
    let mut record = SmallRecord::new(Kind::Quarantine, id, body);
    record.version = version;
    if held.kind == HeldKind::Ignored && held.state == HeldState::Waiting {
        record.expires = Some((held.at + LISTED).timestamp());
    }
    record
}

fn read(record: &SmallRecord) -> Result<Held, StoreError> {
    serde_json::from_str(&record.body).map_err(|_| StoreError::Broken {
        what: "mail that waits",
        key: record.id.clone(),
    })
}
