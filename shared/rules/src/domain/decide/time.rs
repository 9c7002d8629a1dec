//! Time passes: warnings, escalations and the ends of waits that are due now, each once.

use super::Decision;
use super::draft::Draft;
use crate::clock::Count;
use crate::clock::deadline::{Deadline, counts, deadlines, told};
use crate::domain::complaint::Complaint;
use crate::domain::event::{Event, RungTold};
use crate::domain::facts::Facts;
use crate::domain::names::{Desk, known};
use crate::domain::refusal::Refused;
use crate::domain::stage::Stage;
use crate::domain::survey;
use crate::procedure::model::Then;

pub(super) fn tick(complaint: &Complaint, facts: &Facts<'_>) -> Result<Decision, Refused> {
    let mut draft = Draft::of(complaint, facts);
    let clock = facts.clock();
    let all = deadlines(complaint, facts.procedure, &clock, facts.now);
    // However many rungs were missed, they are told together: one event, and so one letter for each recipient.
    let rungs: Vec<RungTold> = all
        .iter()
        .filter_map(|deadline| rungs_due(complaint, deadline, facts))
        .collect();
    if !rungs.is_empty() {
        draft.push(Event::Escalated { rungs });
    }
    for deadline in &all {
        if let Some(then) = deadline.then
            && counts(then, complaint)
            && wait_is_over(complaint, deadline, facts)
        {
            end_wait(&mut draft, deadline, then);
        }
    }
    ask(&mut draft);
    Ok(draft.done())
}

/// The customer is asked whether he is satisfied, once that is due and as long as the letter's time has not run out.
fn ask(draft: &mut Draft<'_>) {
    let (facts, at) = (draft.facts, draft.now());
    let due = survey::due(&draft.after, facts.procedure, &facts.clock());
    let due = due.filter(|due| facts.reachable && due.at <= at && at < due.until);
    let lives = facts
        .procedure
        .pack
        .survey
        .as_ref()
        .and_then(|rules| rules.lives.as_ref());
    if let (Some(_), Some(lives)) = (due, lives) {
        // A sweep that comes late shortens nobody's time to answer.
        let until = facts.clock().due(at, lives, &Count::default()).at;
        draft.push(Event::SurveyAsked { at, until });
    }
}

fn rungs_due(complaint: &Complaint, deadline: &Deadline, facts: &Facts<'_>) -> Option<RungTold> {
    if !deadline.runs() {
        return None;
    }
    let before = told(complaint, deadline).map_or(0, |one| one.rungs);
    let due: Vec<_> = deadline
        .rungs
        .iter()
        .skip(before)
        .take_while(|rung| rung.at <= facts.now)
        .collect();
    let last = due.last()?;
    let mut desks: Vec<Desk> = Vec::new();
    for desk in due.iter().flat_map(|rung| &rung.tell) {
        if !desks.contains(desk) {
            desks.push(desk.clone());
        }
    }
    Some(RungTold {
        rule: deadline.rule.clone(),
        started_at: deadline.started_at,
        due_at: deadline.due_at,
        rungs: before + due.len(),
        rung: last.rung.clone(),
        told: desks,
    })
}

fn wait_is_over(complaint: &Complaint, deadline: &Deadline, facts: &Facts<'_>) -> bool {
    deadline.runs() && deadline.due_at <= facts.now && !told(complaint, deadline).is_some_and(|one| one.ended)
}

fn end_wait(draft: &mut Draft<'_>, deadline: &Deadline, then: Then) {
    let (rule, started_at, due_at) = (deadline.rule.clone(), deadline.started_at, deadline.due_at);
    draft.push(Event::WaitEnded {
        rule,
        started_at,
        due_at,
    });
    match then {
        // A customer who cannot be written to is reminded by the responsible desk, which then reports it.
        Then::Remind if draft.facts.reachable => draft.reach(known::REMINDED),
        Then::Archive => {
            if let Stage::Closed { reason, .. } = draft.after.stage.clone() {
                let at = draft.now();
                draft.reach(known::ARCHIVED);
                draft.stage(Stage::Archived { at, reason });
            }
        }
        Then::Remind | Then::AskConfirmation | Then::EndRetention | Then::EndWarranty => {}
    }
}

pub(super) fn successor_made(complaint: &Complaint, facts: &Facts<'_>) -> Result<Decision, Refused> {
    let mut draft = Draft::of(complaint, facts);
    if let Some(id) = complaint.successor_owed.clone() {
        draft.push(Event::SuccessorMade { id });
    }
    Ok(draft.done())
}
