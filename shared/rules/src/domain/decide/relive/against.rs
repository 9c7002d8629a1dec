//! What other rules would have had against a step that was taken. Who may take it is not asked.

use super::Again;
use super::told::Told;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::decide::allowed::stage_admits;
use crate::domain::decide::close;
use crate::domain::decide::guards::{guards_after, guards_before};
use crate::domain::decide::steps;
use crate::domain::event::Event;
use crate::domain::names::known;
use crate::domain::refusal::{Refusal, Refused};
use crate::procedure::model::Extension;
use CommandKind as C;

/// What stands against the step before it is taken.
pub(super) fn before(told: &Told<'_>, sim: &Complaint, again: &Again<'_>) -> Vec<Refusal> {
    let facts = again.anybody;
    let mut against = Vec::new();
    if sim.merged_into.is_none() && !stage_admits(sim, told.kind, facts) {
        let refusal = Refusal::of("not_allowed_in_stage").with("command", told.kind.name());
        against.push(refusal.with("stage", sim.stage.name()));
    }
    if !told.standing
        && let Err(Refused(more)) = guards_before(sim, facts, told.asked())
    {
        against.extend(more);
    }
    for event in &told.entry.events {
        of_event(told, sim, again, event, &mut against);
    }
    against
}

/// What is missing once the step was taken.
pub(super) fn after(told: &Told<'_>, after: &Complaint, again: &Again<'_>) -> Vec<Refusal> {
    if told.standing {
        return Vec::new();
    }
    match guards_after(after, again.anybody, told.asked()) {
        Ok(()) => Vec::new(),
        Err(Refused(against)) => against,
    }
}

fn of_event(told: &Told<'_>, sim: &Complaint, again: &Again<'_>, event: &Event, against: &mut Vec<Refusal>) {
    let facts = again.anybody;
    let procedure = facts.procedure;
    match event {
        Event::StageMoved {
            to: crate::domain::stage::Stage::Closed { reason, .. },
        } if told.kind == C::Close => against.extend(closing(sim, again, reason)),
        Event::Reached { name, .. } if told.milestone.as_ref() == Some(name) => {
            let own = procedure.pack.milestones.iter().any(|added| added.name == *name);
            if !own && !known::ALL.contains(&name.as_str()) {
                let refusal = Refusal::of("unknown_milestone").about("name");
                against.push(refusal.with("milestone", name.as_str()));
            }
        }
        Event::FieldsSet { set, .. } => {
            for key in set.keys().filter(|key| procedure.fields.kind(key.as_str()).is_none()) {
                let refusal = Refusal::of("unknown_field").about(key.as_str());
                against.push(refusal.with("field", key.as_str()));
            }
        }
        Event::Classified { axes, .. } if told.kind == C::Classify => {
            let main = again.was.procedure.main_axis();
            let class = axes.get(main);
            let own = procedure.main_axis();
            let choices = procedure.classes(own);
            if let Some(class) = class.filter(|class| !choices.contains(class)) {
                let refusal = Refusal::of("unknown_class").about("class");
                against.push(
                    refusal
                        .with("class", class.as_str())
                        .with("allowed", choices.join(", ")),
                );
            }
        }
        Event::Routed { department, .. } if told.kind == C::Route => {
            let desk = procedure.pack.aliases.get(department.as_str()).unwrap_or(department);
            if !procedure.desks().contains(desk) && !again.would.directory.desks.contains_key(desk) {
                let desks: Vec<String> = procedure.desks().iter().map(ToString::to_string).collect();
                let refusal = Refusal::of("unknown_department").about("department");
                let refusal = refusal.with("department", department.as_str());
                against.push(refusal.with("allowed", desks.join(", ")));
            }
        }
        Event::Replied {
            formal: true, channel, ..
        } if procedure.pack.reply.written && steps::spoken(channel) => {
            let refusal = Refusal::of("reply_in_writing").about("channel");
            against.push(refusal.with("source", procedure.pack.reply.source.as_str()));
        }
        Event::SlipOpened { kind, .. } => {
            if let Err(Refused(more)) = steps::opening(*kind, sim, facts) {
                against.extend(more);
            }
        }
        Event::Extended { rule, consent, .. } => match procedure.deadline(rule.as_str()) {
            None => {
                let refusal = Refusal::of("no_such_deadline").about("rule");
                against.push(refusal.with("rule", rule.as_str()));
            }
            Some(data) if data.statutory || data.extension == Extension::Never => {
                let refusal = Refusal::of("cannot_extend").about("rule");
                let refusal = refusal.with("rule", rule.as_str());
                against.push(refusal.with("source", data.source.as_str()));
            }
            Some(data) if data.extension == Extension::WithConsent && !consent => {
                let refusal = Refusal::of("no_consent").about("consent");
                against.push(refusal.with("source", data.source.as_str()));
            }
            Some(_) => {}
        },
        _ => {}
    }
}

fn closing(sim: &Complaint, again: &Again<'_>, reason: &str) -> Vec<Refusal> {
    let facts = again.anybody;
    let all = &facts.procedure.pack.closing;
    let rules = all.iter().filter(|rule| rule.reason == reason);
    let against: Vec<Vec<Refusal>> = rules.map(|rule| close::objections(rule, sim, facts)).collect();
    if against.is_empty() {
        let known: Vec<&str> = all.iter().map(|rule| rule.reason.as_str()).collect();
        let refusal = Refusal::of("closing_reason_unknown").about("reason");
        return vec![refusal.with("reason", reason).with("allowed", known.join(", "))];
    }
    // Of several rules for one reason, one that fits suffices.
    against.into_iter().min_by_key(Vec::len).unwrap_or_default()
}
