//! What is remembered of a message: what is to be done with it, whether it was done, and how often it came.

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::{App, Problem};
use kesu_rules::domain::chain::hash;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, MutexGuard};

use crate::arrival::{Arrival, Outcome, OutcomeKind};
use crate::plan::Plan;
use crate::read::Mail;
use crate::{Kept, read};

/// Prefix of the record's id.
pub const PREFIX: &str = "mail#";
/// When a sweep looks at a message that was begun and not finished.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(2);
/// How often a note is tried anew.
const ATTEMPTS: u32 = 16;

/// What is remembered of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// What is to be done with it; decided once, so that every attempt does the same.
    pub plan: Plan,
    /// When it came first.
    pub at: DateTime<Utc>,
    /// The name of the raw message.
    pub raw: String,
    /// Its size in bytes.
    pub size: usize,
    /// How it came; forgotten once it is done, unless a person may still want it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<Arrival>,
    /// What came of it, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Outcome>,
    /// How often it came.
    pub times: u32,
}

impl Delivery {
    /// A message that has just come.
    pub fn of(plan: Plan, kept: &Kept, arrival: &Arrival, at: DateTime<Utc>) -> Self {
        Self {
            plan,
            at,
            raw: kept.name.clone(),
            size: kept.size,
            arrival: Some(arrival.clone()),
            done: None,
            times: 1,
        }
    }
}

/// What makes it the same message, however often and by whichever way it comes: its id, its sender and its content. The
/// envelope and the headers of the way are left out, because relays change them.
pub fn key_of(app: &App, mail: &Mail) -> String {
    let read::Mail {
        message_id,
        from,
        subject,
        text,
        files,
        date,
        ..
    } = mail;
    let mut parts = vec![
        message_id.clone().unwrap_or_default(),
        from.as_ref()
            .map(|from| from.address.to_lowercase())
            .unwrap_or_default(),
        hash(subject.as_bytes()),
        hash(text.as_bytes()),
    ];
    parts.extend(files.iter().map(|file| hash(&file.bytes)));
    if message_id.is_none() {
        parts.push(date.map(|date| date.to_rfc3339()).unwrap_or_default());
    }
    app.keyed("mail", &parts.join("\n")).chars().take(32).collect()
}

/// The same for a message that is not looked into.
pub fn key_of_raw(app: &App, kept: &Kept) -> String {
    app.keyed("raw mail", &kept.name).chars().take(32).collect()
}

/// Deliveries of one message are dealt with one after the other within this process; two processes do the same twice,
/// which is harmless.
pub async fn turn(key: &str) -> MutexGuard<'static, ()> {
    static TURNS: LazyLock<Vec<Mutex<()>>> = LazyLock::new(|| (0..256).map(|_| Mutex::new(())).collect());
    let place = usize::from_str_radix(key.get(..2).unwrap_or_default(), 16).unwrap_or_default();
    // INVARIANT: two hexadecimal digits are below 256.
    TURNS.get(place).unwrap_or(&TURNS[0]).lock().await
}

/// What is remembered of a message, with its record's version.
pub async fn find(app: &App, key: &str) -> Result<Option<(Delivery, u64)>, Problem> {
    let record = app.store.get(Kind::Seen, &format!("{PREFIX}{key}")).await?;
    record.map(|record| Ok((parse(&record)?, record.version))).transpose()
}

fn parse(record: &SmallRecord) -> Result<Delivery, Problem> {
    serde_json::from_str(&record.body).map_err(|error| {
        tracing::error!(%error, "what is remembered of a mail cannot be read");
        Problem::Fault
    })
}

/// Remembers what is to be done. Where another process was faster, what it decided holds.
pub async fn begin(app: &App, key: &str, delivery: Delivery) -> Result<Delivery, Problem> {
    if app.store.put_new(&record(app, key, 1, &delivery)).await? {
        return Ok(delivery);
    }
    let (theirs, _) = find(app, key).await?.ok_or(Problem::Busy)?;
    Ok(theirs)
}

/// It is done.
pub async fn done(app: &App, key: &str, outcome: &Outcome) -> Result<(), Problem> {
    change(app, key, |delivery| {
        if delivery.done.is_some() {
            return false;
        }
        finish(delivery, outcome);
        true
    })
    .await?;
    Ok(())
}

/// A person had it taken in after all.
pub async fn done_after_all(app: &App, key: &str, outcome: &Outcome) -> Result<(), Problem> {
    change(app, key, |delivery| {
        let new = delivery.done.as_ref() != Some(outcome);
        finish(delivery, outcome);
        new
    })
    .await?;
    Ok(())
}

fn finish(delivery: &mut Delivery, outcome: &Outcome) {
    delivery.done = Some(outcome.clone());
    if outcome.held.is_none() {
        delivery.arrival = None;
    }
}

/// It came again: counted, never dropped.
pub async fn again(app: &App, key: &str, delivery: Delivery, _version: u64) -> Result<Outcome, Problem> {
    change(app, key, |delivery| {
        delivery.times = delivery.times.saturating_add(1);
        true
    })
    .await?;
    let mut outcome = delivery.done.ok_or(Problem::Fault)?;
    if matches!(outcome.outcome, OutcomeKind::Created | OutcomeKind::Added) {
        outcome.outcome = OutcomeKind::Duplicate;
    }
    Ok(outcome)
}

async fn change(app: &App, key: &str, change: impl Fn(&mut Delivery) -> bool) -> Result<(), Problem> {
    for _ in 0..ATTEMPTS {
        let (mut delivery, version) = find(app, key).await?.ok_or(Problem::Fault)?;
        if !change(&mut delivery) {
            return Ok(());
        }
        if app
            .store
            .update(&record(app, key, version + 1, &delivery), version)
            .await?
        {
            return Ok(());
        }
    }
    Err(Problem::Busy)
}

fn record(app: &App, key: &str, version: u64, delivery: &Delivery) -> SmallRecord {
    // INVARIANT: a delivery holds only texts, numbers and moments, which always serialise.
    let body = serde_json::to_string(delivery).unwrap_or_default();
    let mut record = SmallRecord::new(Kind::Seen, format!("{PREFIX}{key}"), body);
    record.version = version;
    if delivery.done.is_none() {
        record.wake = Some(app.wake_at(key, delivery.at + LOOK_AGAIN));
    }
    record
}
