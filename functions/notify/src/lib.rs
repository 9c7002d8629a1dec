//! The one sender: a letter that the stream shows as queued is claimed, written, sent and marked.

mod digest;
mod facts;
mod limits;
mod report;
mod robots;
mod shown;
mod undelivered;
mod write;

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::clock::stamp;
use kesu_app::mail_room;
use kesu_app::post::PostError;
use kesu_app::store::{Change, ChangeKind, Key, LetterRecord, LetterState, Then};
use kesu_app::{App, Problem};
use kesu_rules::letters::To;

pub use shown::{letter_id, shown};
use write::{Unsendable, Written};

/// After this time a claim whose letter was not sent is taken for a crash, and the letter is sent by the next claimer.
const CLAIM_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Waits between attempts, two and a half days in all; after the last the letter has failed, which everybody sees who sees
/// the letters of the complaint.
const RETRY: [TimeDelta; 7] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(3),
    TimeDelta::hours(12),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// The first wait after a letter that may have arrived already: a server that was slow to answer is given time to have
/// delivered it, so that it knows the second one by its message id.
const RETRY_UNKNOWN: TimeDelta = TimeDelta::minutes(30);

/// Handles one change of the table: sends the letter, if it is one that is to be sent.
///
/// A letter leaves once. Only a crash between sending and marking sends it again, with the same message id.
///
/// # Errors
/// When the store does not answer; a letter that cannot be sent is marked and is no error.
pub async fn on_change(app: &App, change: &Change) -> Result<(), Problem> {
    send_if_queued(app, change, None).await
}

/// As [`on_change`], at the start of the only process that sends: a claim made before it belongs to nobody any more.
///
/// # Errors
/// When the store does not answer.
pub async fn on_change_after_restart(app: &App, change: &Change) -> Result<(), Problem> {
    send_if_queued(app, change, Some(app.now() + TimeDelta::seconds(1))).await
}

async fn send_if_queued(app: &App, change: &Change, claims_before: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let Some(Key::Letter { id, seq, n }) = change.key() else {
        return Ok(());
    };
    if change.kind == ChangeKind::Remove {
        return Ok(());
    }
    let now = app.now();
    let record = change.new.as_ref().and_then(|item| LetterRecord::read(item).ok());
    let queued = record.as_ref().is_some_and(|record| record.ready(&stamp(now)));
    let orphan = claims_before.is_some() && record.is_some_and(|record| record.state == LetterState::Claimed);
    if !queued && !orphan {
        return Ok(());
    }
    if !queued {
        // The claim may have been this process's own, and over by now: a letter that waits for its next attempt waits.
        let now = app.store.letter_of(&id, seq, n).await?;
        if now.is_none_or(|record| record.state != LetterState::Claimed) {
            return Ok(());
        }
    }
    let stale = claims_before.unwrap_or(now - CLAIM_LASTS);
    let wake = app.wake_at(&id, now + CLAIM_LASTS);
    let Some(letter) = app
        .store
        .claim_letter(&id, seq, n, &stamp(now), &stamp(stale), &wake)
        .await?
    else {
        return Ok(());
    };
    deliver(app, &letter, now).await
}

async fn deliver(app: &App, record: &LetterRecord, now: DateTime<Utc>) -> Result<(), Problem> {
    if robots::channel(record).is_some() {
        return robots::deliver(app, record, now).await;
    }
    let (id, seq, n) = (record.id.as_str(), record.seq, record.n);
    let written = match write::compose(app, record).await {
        Ok(written) => written,
        Err(Unsendable::Store(problem)) => return Err(problem),
        Err(Unsendable::Never(reason)) => {
            tracing::warn!(
                letter.id = id,
                letter.seq = seq,
                letter.n = n,
                reason,
                "a letter cannot be sent"
            );
            return fail(app, record, reason, None, now).await;
        }
    };
    robots::accompany(app, record, &written).await?;
    if let Some(why) = limits::held_back(app, record, &written, now).await? {
        app.store.mark_suppressed(id, seq, n, &why).await?;
        return Ok(());
    }
    let Some(post) = &app.post else {
        return Err(Problem::Fault);
    };
    match post.send(&written.outgoing).await {
        Ok(receipt) => {
            let sent = Some(receipt.message_id.as_str());
            app.store.mark_sent(id, seq, n, &stamp(now), sent).await?;
            // An id that the channel gave does not say which complaint it belongs to, as ours do.
            if written.about.is_some()
                && receipt.message_id != written.outgoing.message_id
                && let Err(problem) = mail_room::remember(app, &receipt.message_id, id).await
            {
                // The letter is gone: sending it again would not mend this.
                tracing::warn!(?problem, "the id of a letter could not be remembered");
            }
        }
        Err(error) => not_sent(app, record, &written, &error, now).await?,
    }
    Ok(())
}

async fn not_sent(
    app: &App,
    record: &LetterRecord,
    written: &Written,
    error: &PostError,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let (id, seq, n) = (record.id.as_str(), record.seq, record.n);
    let again = again(record, error);
    tracing::warn!(letter.id = id, letter.seq = seq, letter.n = n, %error, again = again.is_some(), "a letter was not sent");
    if again.is_none() && written.letter.to == To::Customer {
        undelivered::refused(app, record, written, error).await?;
    }
    fail(app, record, &error.to_string(), again, now).await
}

/// Marks a letter as failed: to be tried again after a wait, or given up.
async fn fail(
    app: &App,
    record: &LetterRecord,
    why: &str,
    again: Option<TimeDelta>,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let wake = app.wake_at(&record.id, now + again.unwrap_or_default());
    let then = if again.is_some() {
        Then::Again(&wake)
    } else {
        Then::GivenUp(&wake)
    };
    app.store
        .mark_failed(&record.id, record.seq, record.n, why, then)
        .await?;
    Ok(())
}

/// How long to wait before the next attempt; nothing when the letter is given up.
fn again(record: &LetterRecord, error: &PostError) -> Option<TimeDelta> {
    let tried = usize::try_from(record.attempts.saturating_sub(1)).ok()?;
    let wait = *RETRY.get(tried).filter(|_| error.is_transient())?;
    match error {
        PostError::Unknown(_) => Some(wait.max(RETRY_UNKNOWN)),
        _ => Some(wait),
    }
}
