//! The one place that knows the workflow: complaint, facts and wish in; events or a refusal out.

mod acknowledge;
mod allowed;
mod close;
mod counters;
mod draft;
mod findings;
mod guards;
mod legacy;
mod messages;
mod receive;
pub(crate) mod relive;
mod steps;
mod time;

use std::collections::BTreeMap;

pub use acknowledge::{Telling, seen, tellings};
pub use allowed::{Allowed, allowed};
pub(super) use close::SUPERSEDED;
pub use draft::Kept;
pub(crate) use guards::Asked;

use super::command::{Command, Wish};
use super::complaint::Complaint;
use super::event::Event;
use super::facts::Facts;
use super::names::FieldKey;
use super::refusal::{Refusal, Refused};
use super::value::TextRef;
use crate::language::Language;
use crate::procedure::Procedure;
use crate::procedure::model::{SlipKind, SlipRule, Wording};
use crate::texts::own_name;
use draft::Draft;

/// What was decided: the events, what they make of the complaint, and the words that the log only refers to.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The events, in order; empty where there was nothing to do.
    pub events: Vec<Event>,
    /// The complaint afterwards.
    pub after: Complaint,
    /// Free text, to be kept apart where it can be erased.
    pub texts: Vec<Kept>,
    /// Changes of the erasable face; `None` empties.
    pub face: BTreeMap<FieldKey, Option<String>>,
    /// The reason given, among the texts.
    pub reason: Option<TextRef>,
}

/// Decides a wish. Pure: the same complaint, facts and wish give the same decision.
///
/// # Errors
/// Refuses with everything that stands against the wish.
pub fn decide(complaint: Option<&Complaint>, facts: &Facts<'_>, wish: Wish) -> Result<Decision, Refused> {
    decided(complaint, facts, wish).map_err(|refused| in_own_words(refused, facts.procedure))
}

/// A refusal that speaks of a field or milestone of the procedure's own brings its title along: no file has a word for it.
fn in_own_words(mut refused: Refused, procedure: &Procedure) -> Refused {
    for refusal in &mut refused.0 {
        let titled = |(name, code): &(String, String)| Some((name.clone(), procedure.own_title(code)?));
        let own: Vec<(String, &Wording)> = refusal.values.iter().filter_map(titled).collect();
        for (name, title) in own {
            let words = Language::ALL.map(|language| (own_name(&name, language), title.get(language).to_owned()));
            refusal.values.extend(words);
        }
    }
    refused
}

fn decided(complaint: Option<&Complaint>, facts: &Facts<'_>, wish: Wish) -> Result<Decision, Refused> {
    match (complaint, wish) {
        (None, Wish::Receive(mut intake)) => match intake.legacy.take() {
            Some(legacy) => legacy::take_over(facts, *intake, *legacy),
            None => receive::receive(facts, *intake),
        },
        (None, _) => Err(Refusal::of("not_found").into()),
        // INVARIANT: a repeated intake meets the head's condition in the store and never comes here twice.
        (Some(_), Wish::Receive(_)) => Err(Refusal::of("already_received").into()),
        (Some(it), Wish::Do(command)) => act(it, facts, command),
        (Some(it), Wish::Tick) => time::tick(it, facts),
        (Some(it), Wish::SuccessorMade) => time::successor_made(it, facts),
        (Some(it), Wish::CalendarChanged(moved)) => {
            let mut draft = Draft::of(it, facts);
            if !moved.is_empty() {
                draft.push(Event::DeadlinesMoved { moved });
            }
            Ok(draft.done())
        }
        (Some(it), Wish::LinkedFrom { from, kind }) => {
            let mut draft = Draft::of(it, facts);
            if !it.links.iter().any(|link| link.to == from && link.kind == kind) {
                draft.push(Event::Linked { to: from, kind });
            }
            Ok(draft.done())
        }
        (Some(it), Wish::Wrote(message)) => messages::wrote(it, facts, *message),
        (Some(it), Wish::Mend(mend)) => legacy::mend(it, facts, *mend),
        (Some(it), Wish::Activate) => Ok(legacy::activate(it, facts)),
    }
}

/// The rule under which this person may open a slip of the kind now.
pub fn slip_rule<'f>(complaint: &Complaint, facts: &Facts<'f>, kind: SlipKind) -> Option<&'f SlipRule> {
    steps::opening(kind, complaint, facts).ok()
}

fn act(complaint: &Complaint, facts: &Facts<'_>, command: Command) -> Result<Decision, Refused> {
    let kind = command.kind();
    allowed::permit(complaint, facts, &command)?;
    let writes = match &command {
        Command::Reply { channel, .. } => channel == "email",
        Command::RequestInfo { .. } => true,
        _ => false,
    };
    if writes && complaint.dormant() {
        // No letter leaves for it, so nobody may believe that one does.
        return Err(Refusal::of("not_active").into());
    }
    let mut draft = Draft::of(complaint, facts);
    let milestone = match &command {
        Command::Milestone { name, .. } => Some(name.clone()),
        _ => None,
    };
    let standing = command.on_slip().is_some_and(|order| order.n.is_some());
    let given = command.clone();
    steps::step(&mut draft, command)?;
    if !standing {
        guards::guards_after(&draft.after, facts, Asked::by(&given))?;
    }
    steps::ask_along(&mut draft, kind, milestone.as_ref());
    counters::exceeded(&mut draft, Some(complaint));
    Ok(draft.done())
}
