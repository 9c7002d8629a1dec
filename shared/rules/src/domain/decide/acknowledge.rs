//! Who has seen an escalation (已阅): whoever was told of it may say so. It stops nothing: later rungs are told all the same.

use super::allowed::act_for;
use super::draft::Draft;
use crate::clock::Moment;
use crate::clock::deadline::{Deadline, deadlines, told};
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::facts::{Actor, Facts};
use crate::domain::names::RuleId;
use crate::domain::refusal::{Refusal, Refused};
use crate::letters::reaches;

/// What somebody was told of a deadline.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The rule.
    pub rule: RuleId,
    /// Start of the clock.
    pub started_at: Moment,
    /// Due moment.
    pub due_at: Moment,
    /// How many rungs have been told.
    pub rungs: usize,
    /// The name of the last of them.
    pub rung: String,
}

/// The deadlines that run, that people were told of, and that the actor is one of those people for.
pub fn tellings(complaint: &Complaint, facts: &Facts<'_>) -> Vec<Telling> {
    if complaint.escalated.is_empty() {
        return Vec::new();
    }
    let all = deadlines(complaint, facts.procedure, &facts.clock(), facts.now);
    all.iter()
        .filter_map(|deadline| telling(complaint, deadline, facts))
        .collect()
}

fn telling(complaint: &Complaint, deadline: &Deadline, facts: &Facts<'_>) -> Option<Telling> {
    let Actor::Staff(staff) = facts.actor else {
        return None;
    };
    let escalation = told(complaint, deadline).filter(|one| one.rungs > 0)?;
    let rungs = deadline.rungs.get(..escalation.rungs)?;
    let rule = facts.procedure.deadline(deadline.rule.as_str());
    let beyond = rule.map(|rule| rule.escalate_to.as_slice()).unwrap_or_default();
    let mut desks = rungs.iter().flat_map(|rung| &rung.tell);
    let mine = desks.any(|desk| {
        act_for(facts, std::slice::from_ref(desk), complaint).is_ok() || reaches(desk, beyond, facts, &staff.user)
    });
    mine.then(|| Telling {
        rule: deadline.rule.clone(),
        started_at: deadline.started_at,
        due_at: deadline.due_at,
        rungs: escalation.rungs,
        rung: rungs.last().map(|rung| rung.rung.clone()).unwrap_or_default(),
    })
}

/// Whether the actor has said already that he has seen this.
pub fn seen(complaint: &Complaint, facts: &Facts<'_>, telling: &Telling) -> bool {
    let mut own = complaint
        .acknowledged
        .iter()
        .filter(|one| Some(&one.by) == facts.actor.user());
    own.any(|one| {
        let (rule, started_at, due_at) = (&telling.rule, telling.started_at, telling.due_at);
        one.rule == *rule && one.started_at == started_at && one.due_at == due_at && one.rungs >= telling.rungs
    })
}

/// Notes that the actor has seen what he was told of a rule. Saying it again for the same rung changes nothing.
pub(super) fn acknowledge(draft: &mut Draft<'_>, rule: &RuleId) -> Result<(), Refused> {
    let all = tellings(&draft.after, draft.facts);
    let Some(telling) = all.into_iter().find(|one| one.rule == *rule) else {
        let refusal = Refusal::of("nothing_to_acknowledge").about("rule");
        return Err(refusal.with("rule", rule.as_str()).into());
    };
    if seen(&draft.after, draft.facts, &telling) {
        return Ok(());
    }
    let at = draft.now();
    draft.push(Event::Acknowledged {
        rule: telling.rule,
        rung: telling.rung,
        rungs: telling.rungs,
        started_at: telling.started_at,
        due_at: telling.due_at,
        at,
    });
    Ok(())
}
