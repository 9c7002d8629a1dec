//! Wakes what is due: escalations and ends of waits, letters that did not leave, duties; and once a day the digest.

mod digest;
mod duties;
mod publish;
mod schedule;

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::clock::stamp;
use kesu_app::store::{Key, Kind};
use kesu_app::{App, Problem, devices};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::Actor;
use serde::Serialize;

pub use digest::digest;
pub use publish::{Published, publish};
pub use schedule::on_schedule;

/// A claim older than this belongs to a sender that died.
const CLAIM_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Due entries read at a time.
const PAGE: u32 = 200;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Things that were due and looked at.
    pub woken: u64,
    /// Rungs of deadlines that people are told of.
    pub escalations: u64,
    /// Letters that this owes or that were sent on their way again.
    pub letters: u64,
}

/// Sweeps: costs what is due, not what is open. Running it again, or twice at once, changes nothing.
///
/// # Errors
/// When the store does not answer; the next run goes on from there.
pub async fn run(app: &App, now: DateTime<Utc>) -> Result<Report, Problem> {
    duties::keep_current(app, now).await?;
    let mut report = Report::default();
    for shard in 0..app.settings.shards {
        let mut cursor = None;
        loop {
            let page = app.store.due(shard, &stamp(now), PAGE, cursor.as_deref()).await?;
            for due in page.items {
                report.woken += 1;
                wake(app, now, due.key, &mut report).await?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    if report.woken > 0 {
        tracing::info!(
            woken = report.woken,
            escalations = report.escalations,
            letters = report.letters,
            "swept"
        );
    }
    Ok(report)
}

async fn wake(app: &App, now: DateTime<Utc>, key: Key, report: &mut Report) -> Result<(), Problem> {
    match key {
        Key::Head { id } => {
            // One complaint that cannot be told must not keep the others waiting.
            match app.tell(&id, None, Wish::Tick, &Actor::System, None).await {
                Ok(told) => {
                    report.letters += u64::try_from(told.letters).unwrap_or(0);
                    report.escalations += told.events.iter().map(rungs).sum::<u64>();
                }
                Err(Problem::Busy) => return Err(Problem::Busy),
                Err(problem) => tracing::error!(complaint.id = id, ?problem, "a complaint could not be woken"),
            }
        }
        Key::Letter { id, seq, n } => {
            let again = app.wake_at(&id, now + CLAIM_LASTS);
            let stale = stamp(now - CLAIM_LASTS);
            if app
                .store
                .nudge_letter(&id, seq, n, &stamp(now), &stale, &again)
                .await?
                .is_some()
            {
                report.letters += 1;
            }
        }
        Key::Small { kind: Kind::Duty, id } => match duties::wake(app, &id, now).await {
            Ok(letters) => report.letters += letters,
            Err(Problem::Busy) => return Err(Problem::Busy),
            Err(problem) => tracing::error!(duty.id = id, ?problem, "a duty could not be woken"),
        },
        Key::Small { kind: Kind::Device, id } => match devices::wake(app, &id, now).await {
            Ok(_) => {}
            Err(Problem::Busy) => return Err(Problem::Busy),
            Err(problem) => tracing::error!(device.id = id, ?problem, "a device could not be woken"),
        },
        _ => {}
    }
    Ok(())
}

fn rungs(event: &Event) -> u64 {
    match event {
        Event::Escalated { rungs } => u64::try_from(rungs.len()).unwrap_or(0),
        _ => 0,
    }
}
