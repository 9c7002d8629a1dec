//! What a procedure demands before a command is accepted: milestones, fields, desks.

use super::allowed::act_for;
use crate::domain::command::{Command, CommandKind};
use crate::domain::complaint::Complaint;
use crate::domain::facts::{Actor, Facts};
use crate::domain::names::Milestone;
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::value::Value;
use crate::procedure::condition::Situation;
use crate::procedure::model::Guard;
use CommandKind as C;

/// What a guard looks at in a command, as far as it is known.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    kind: CommandKind,
    milestone: Option<&'a str>,
    /// Of an answer: whether it is the formal one.
    formal: Option<bool>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(kind: CommandKind) -> Self {
        Self {
            kind,
            milestone: None,
            formal: None,
        }
    }

    pub(super) fn reply(formal: bool) -> Self {
        Self {
            formal: Some(formal),
            ..Self::of(C::Reply)
        }
    }

    pub(super) fn milestone(name: &'a str) -> Self {
        Self {
            milestone: Some(name),
            ..Self::of(C::Milestone)
        }
    }

    pub fn by(command: &'a Command) -> Self {
        match command {
            Command::Milestone { name, .. } => Self::milestone(name.as_str()),
            Command::Reply { formal, .. } => Self {
                formal: Some(*formal),
                ..Self::of(C::Reply)
            },
            _ => Self::of(command.kind()),
        }
    }

    /// The command's kind.
    pub fn kind(self) -> CommandKind {
        self.kind
    }

    /// Whether a guard speaks of it. One of formal or informal answers alone stands in the way of no button: the other kind
    /// may still be given.
    pub fn fits(self, guard: &Guard) -> bool {
        let named = |name: &Milestone| self.milestone.is_some_and(|given| *name == *given);
        guard.command == self.kind
            && guard.milestone.as_ref().is_none_or(named)
            && guard.formal.is_none_or(|formal| self.formal == Some(formal))
    }
}

/// What must hold before a command is accepted.
pub(super) fn guards_before(complaint: &Complaint, facts: &Facts<'_>, asked: Asked<'_>) -> Result<(), Refused> {
    let mut against = Vec::new();
    for guard in facts.procedure.pack.guard.iter().filter(|guard| asked.fits(guard)) {
        if !guard.when.holds(complaint) {
            continue;
        }
        if let Err(Refused(refusals)) = act_for(facts, &guard.by, complaint) {
            against.extend(refusals);
        }
        for name in guard.reached.iter().filter(|name| !complaint.reached(name.as_str())) {
            against.push(
                Refusal::of("needs")
                    .with("what", name.as_str())
                    .with("source", guard.source.as_str()),
            );
        }
    }
    if against.is_empty() {
        Ok(())
    } else {
        Err(Refused(against))
    }
}

/// The fields that must be filled, by now or by the command itself.
pub(super) fn guards_after(after: &Complaint, facts: &Facts<'_>, asked: Asked<'_>) -> Result<(), Refused> {
    let mut against = Vec::new();
    if facts.actor == &Actor::System || facts.actor == &Actor::Customer {
        return Ok(());
    }
    let fits = |guard: &&Guard| asked.fits(guard) && guard.when.holds(after);
    for guard in facts.procedure.pack.guard.iter().filter(fits) {
        for field in guard.fields.iter().filter(|key| !after.fields.contains_key(*key)) {
            let refusal = Refusal::of("missing_field")
                .about(field.as_str())
                .with("field", field.as_str());
            against.push(refusal.with("source", guard.source.as_str()));
        }
        let set = |key| matches!(after.fields.get(key), Some(Value::Flag(true)));
        for field in guard.confirmed.iter().filter(|key| !set(*key)) {
            let refusal = Refusal::of("not_confirmed")
                .about(field.as_str())
                .with("field", field.as_str());
            against.push(refusal.with("source", guard.source.as_str()));
        }
    }
    if asked.kind == C::Register {
        let intake = facts.procedure.pack.intake.iter().filter(|one| one.required);
        for one in intake.filter(|one| !after.fields.contains_key(&one.field)) {
            let refusal = Refusal::of("missing_field")
                .about(one.field.as_str())
                .with("field", one.field.as_str());
            against.push(refusal.with("source", one.source.as_str()));
        }
    }
    if against.is_empty() {
        Ok(())
    } else {
        Err(Refused(against))
    }
}
