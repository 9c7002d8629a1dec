//! One turn of a complaint: decide, seal the entry, and say which letters are owed and when to look again.

use std::collections::BTreeMap;

use super::chain::{Entry, hash};
use super::command::Wish;
use super::complaint::Complaint;
use super::decide::{Decision, Kept, decide};
use super::event::{Event, SHAPE};
use super::facts::Facts;
use super::names::FieldKey;
use super::refusal::Refused;
use super::survey;
use crate::clock::Moment;
use crate::clock::deadline::{Deadline, deadlines, wake};
use crate::letters::{Letter, owed};

/// Everything the shell must write, together or not at all.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The complaint afterwards.
    pub after: Complaint,
    /// What happened.
    pub events: Vec<Event>,
    /// The log entry, as the exact text that its hash covers.
    pub body: String,
    /// The entry's hash, which the next entry continues.
    pub hash: String,
    /// Words kept apart.
    pub texts: Vec<Kept>,
    /// Changes of the face; `None` empties.
    pub face: BTreeMap<FieldKey, Option<String>>,
    /// Letters owed.
    pub letters: Vec<Letter>,
    /// When to look again.
    pub wake: Option<Moment>,
}

/// Takes a turn; nothing where there was nothing to do.
///
/// # Errors
/// Refuses as [`decide`] does.
pub fn turn(
    before: Option<&Complaint>,
    previous: &str,
    facts: &Facts<'_>,
    wish: Wish,
) -> Result<Option<Turn>, Refused> {
    let Decision {
        events,
        after,
        texts,
        face,
        reason,
    } = decide(before, facts, wish)?;
    if events.is_empty() {
        return Ok(None);
    }
    let entry = Entry {
        v: SHAPE,
        seq: after.version,
        at: facts.now,
        actor: facts.actor.name().to_owned(),
        reason,
        events,
        previous: previous.to_owned(),
    };
    // INVARIANT: an entry holds only maps with text keys, which always serialise.
    let body = serde_json::to_string(&entry).unwrap_or_default();
    let mut letters = owed(before, &after, &entry.events, facts);
    if after.dormant() {
        // Nobody is written to about ten years of old complaints; only what a customer writes now is not kept from the staff.
        letters.retain(|letter| letter.template == "customer_wrote");
    }
    let clock = facts.clock();
    let due = deadlines(&after, facts.procedure, &clock, facts.now);
    let wake = look_again(&after, &due, facts);
    let hash = hash(body.as_bytes());
    Ok(Some(Turn {
        after,
        events: entry.events,
        body,
        hash,
        texts,
        face,
        letters,
        wake,
    }))
}

/// When to look at a complaint again: the next moment at which anything of it is due.
pub fn look_again(complaint: &Complaint, deadlines: &[Deadline], facts: &Facts<'_>) -> Option<Moment> {
    let survey = survey::wake(complaint, facts.procedure, &facts.clock(), facts.now, facts.reachable);
    wake(complaint, deadlines, facts.now).into_iter().chain(survey).min()
}
