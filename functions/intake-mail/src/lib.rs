//! Mail that comes in: a complaint, an addition to one, or something that a person must look at. Nothing is lost.

mod act;
mod alike;
mod arrival;
mod delivery;
#[cfg(feature = "aws")]
mod event;
mod feedback;
mod plan;
pub mod read;
mod replay;
mod thread;

use kesu_app::quarantine::HeldKind;
use kesu_app::{App, Problem};
use kesu_rules::domain::message::Verdict;

pub use arrival::{Arrival, Check, Outcome, OutcomeKind, Verdicts};
#[cfg(feature = "aws")]
pub use event::on_event;
pub use feedback::on_feedback;
pub use replay::{on_change, sweep};

use crate::delivery::Delivery;
use crate::plan::Plan;
use crate::read::{Mail, Unreadable};

/// A raw message that is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The name under which it is kept.
    pub name: String,
    /// Its size in bytes.
    pub size: usize,
}

/// Takes a message in. When this returns, the message is kept, and what it brought about is stored.
///
/// The same message may come as often as it likes, several times at once too: it makes one complaint or one addition, and
/// a crash in the middle is completed by the next delivery or by [`sweep`].
///
/// # Errors
/// When blobs or store do not answer: the message is not taken in, or not wholly, and is to be delivered again.
pub async fn on_mail(app: &App, raw: &[u8], arrival: &Arrival) -> Result<Outcome, Problem> {
    let kept = Kept {
        name: app.blobs.keep_raw(raw).await?,
        size: raw.len(),
    };
    // What carries a virus is not looked into.
    if arrival.verdicts.virus == Check::Fail {
        return hold(app, &kept, arrival, "virus").await;
    }
    match read::read(raw) {
        Ok(mail) => on_read(app, &kept, mail, arrival).await,
        Err(unreadable) => hold(app, &kept, arrival, &code(unreadable)).await,
    }
}

/// As [`on_mail`], for a message that is kept and was read.
///
/// # Errors
/// As [`on_mail`].
pub async fn on_read(app: &App, kept: &Kept, mail: Mail, arrival: &Arrival) -> Result<Outcome, Problem> {
    let key = delivery::key_of(app, &mail);
    let _turn = delivery::turn(&key).await;
    let begun = match delivery::find(app, &key).await? {
        Some((delivery, version)) if delivery.done.is_some() => {
            return delivery::again(app, &key, delivery, version).await;
        }
        Some((begun, _)) => begun,
        None => {
            let plan = plan::make(app, &key, &mail, arrival).await?;
            delivery::begin(app, &key, Delivery::of(plan, kept, arrival, app.now())).await?
        }
    };
    let outcome = act::carry_out(app, &key, &begun, mail).await?;
    delivery::done(app, &key, &outcome).await?;
    Ok(outcome)
}

/// Puts a message that is not looked into where a person finds it.
async fn hold(app: &App, kept: &Kept, arrival: &Arrival, reason: &str) -> Result<Outcome, Problem> {
    let key = delivery::key_of_raw(app, kept);
    let _turn = delivery::turn(&key).await;
    if let Some((delivery, version)) = delivery::find(app, &key).await?
        && delivery.done.is_some()
    {
        return delivery::again(app, &key, delivery, version).await;
    }
    let plan = Plan::hold(HeldKind::Quarantined, reason, app.now(), &key);
    let begun = delivery::begin(app, &key, Delivery::of(plan, kept, arrival, app.now())).await?;
    let outcome = act::carry_out(app, &key, &begun, Mail::default()).await?;
    delivery::done(app, &key, &outcome).await?;
    Ok(outcome)
}

/// The stable word for why a message cannot be read.
fn code(unreadable: Unreadable) -> String {
    let word = serde_json::to_value(unreadable).ok();
    let word = word.and_then(|word| word.as_str().map(str::to_owned));
    word.unwrap_or_else(|| "broken".to_owned())
}

/// What the checks say of the sender, in one word.
fn verdict(arrival: &Arrival) -> Verdict {
    arrival.verdicts.overall()
}

#[cfg(test)]
mod tests;
