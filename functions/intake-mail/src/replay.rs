//! What a person or a sweep asks for: mail that waited is taken in, and what a crash left undone is finished.

use chrono::{DateTime, Utc};
use kesu_app::clock::stamp;
use kesu_app::quarantine::{self, Held, HeldState, TakeAs};
use kesu_app::store::{Change, ChangeKind, Key, Kind};
use kesu_app::{App, Problem};

use crate::arrival::{Arrival, Check, Outcome, OutcomeKind};
use crate::delivery::{self, Delivery, PREFIX};
use crate::plan::{self, Plan};
use crate::read::{self, Mail, Party};
use crate::{Kept, act, code};

/// Due entries read at a time.
const PAGE: u32 = 200;

/// Handles one change of the table: takes a mail in that a person asked for.
///
/// # Errors
/// When blobs or store do not answer.
pub async fn on_change(app: &App, change: &Change) -> Result<(), Problem> {
    match change.key() {
        Some(Key::Small {
            kind: Kind::Quarantine,
            id,
        }) if change.kind != ChangeKind::Remove => take_in(app, &id).await,
        _ => Ok(()),
    }
}

/// Finishes what was begun and not finished, and takes in what a person asked for and the stream did not bring. How much
/// was found due.
///
/// # Errors
/// When blobs or store do not answer; the next run goes on from there.
pub async fn sweep(app: &App, now: DateTime<Utc>) -> Result<u64, Problem> {
    let mut found = 0;
    for shard in 0..app.settings.shards {
        let mut cursor = None;
        loop {
            let page = app.store.mail_due(shard, &stamp(now), PAGE, cursor.as_deref()).await?;
            for due in page.items {
                match due.key {
                    Key::Small {
                        kind: Kind::Quarantine,
                        id,
                    } => {
                        found += 1;
                        take_in(app, &id).await?;
                    }
                    Key::Small { kind: Kind::Seen, id } => {
                        if let Some(key) = id.strip_prefix(PREFIX) {
                            found += 1;
                            finish(app, key).await?;
                        }
                    }
                    _ => {}
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

/// Finishes a message whose plan was stored.
async fn finish(app: &App, key: &str) -> Result<(), Problem> {
    let _turn = delivery::turn(key).await;
    let Some((begun, _)) = delivery::find(app, key).await? else {
        return Ok(());
    };
    if begun.done.is_some() {
        return Ok(());
    }
    let raw = app.blobs.raw(&begun.raw).await?.ok_or(Problem::Fault)?;
    // What was held because it cannot be read is held the same way again.
    let mail = read::read(&raw).unwrap_or_default();
    let outcome = act::carry_out(app, key, &begun, mail).await?;
    delivery::done(app, key, &outcome).await
}

/// Takes in a mail that a person asked for.
async fn take_in(app: &App, id: &str) -> Result<(), Problem> {
    let held = match quarantine::find(app, id).await {
        Ok((held, _)) => held,
        Err(Problem::NotFound) => return Ok(()),
        Err(other) => return Err(other),
    };
    if held.state != HeldState::Replaying {
        return Ok(());
    }
    let _turn = delivery::turn(&held.delivery).await;
    let taken = replayed(app, &held).await?;
    quarantine::replayed(app, id, taken).await?;
    Ok(())
}

/// The complaint that has it now, or why it still waits.
async fn replayed(app: &App, held: &Held) -> Result<Result<Option<String>, String>, Problem> {
    let Some(raw) = app.blobs.raw(&held.raw).await? else {
        return Ok(Err("raw_missing".to_owned()));
    };
    let known = delivery::find(app, &held.delivery).await?;
    let mut arrival = known.and_then(|(known, _)| known.arrival).unwrap_or_default();
    let virus = arrival.verdicts.virus == Check::Fail;
    // A person has looked at it.
    (arrival.verdicts.spam, arrival.verdicts.virus) = (Check::None, Check::None);
    let wanted = held.wanted.unwrap_or(TakeAs::Read);
    let mut mail = match (read::read(&raw), wanted) {
        (Ok(mail), _) => mail,
        (Err(unreadable), TakeAs::Read) => return Ok(Err(code(unreadable))),
        (Err(_), TakeAs::Complaint) => unread(&arrival),
    };
    if virus {
        mail.files.clear();
    }
    let plan = match wanted {
        TakeAs::Complaint => Plan::Create { claims: Vec::new() },
        TakeAs::Read => plan::make(app, &held.delivery, &mail, &arrival).await?,
    };
    if let Plan::Hold { reason, .. } = plan {
        return Ok(Err(reason));
    }
    let kept = Kept {
        name: held.raw.clone(),
        size: held.size,
    };
    let begun = Delivery::of(plan, &kept, &arrival, held.at);
    let outcome = act::carry_out(app, &held.delivery, &begun, mail).await?;
    if let Outcome {
        outcome: OutcomeKind::Quarantined,
        reason,
        ..
    } = outcome
    {
        return Ok(Err(reason.unwrap_or_default()));
    }
    delivery::done_after_all(app, &held.delivery, &outcome).await?;
    Ok(Ok(outcome.complaint))
}

/// What is known of a mail that cannot be read; its words are in the raw message, which the complaint names.
fn unread(arrival: &Arrival) -> Mail {
    let address = arrival.from.clone().unwrap_or_default();
    let address = address.trim_matches(['<', '>', ' ']).to_owned();
    Mail {
        from: Some(Party {
            address,
            name: String::new(),
        }),
        ..Mail::default()
    }
}
