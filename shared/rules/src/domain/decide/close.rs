//! How a complaint ends: by one of its procedure's closing rules, with what that rule demands.

use std::collections::BTreeMap;

use super::draft::Draft;
use crate::clock::Count;
use crate::clock::deadline::deadlines;
use crate::domain::approval::Approval;
use crate::domain::chain::hash;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::names::{ComplaintId, Desk, FieldKey, RuleId, key, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::domain::value::Value;
use crate::procedure::condition::Situation;
use crate::procedure::limits::kept;
use crate::procedure::model::ClosingRule;
use crate::procedure::model::Then;

/// The reason the engine itself closes with when a customer's refusal calls for a new form.
pub(in crate::domain) const SUPERSEDED: &str = "superseded_by_new_form";

/// What stands against closing with this rule, if anything.
pub(super) fn objections(rule: &ClosingRule, complaint: &Complaint, facts: &Facts<'_>) -> Vec<Refusal> {
    let mut against = Vec::new();
    if !rule.when.holds(complaint) {
        against.push(
            Refusal::of("closing_condition")
                .with("reason", rule.reason.as_str())
                .with("source", rule.source.as_str()),
        );
    }
    for name in rule.reached.iter().filter(|name| !complaint.reached(name.as_str())) {
        against.push(Refusal::of("needs").with("what", name.as_str()));
    }
    // A rule that wants silence confirmed rests on silence.
    if complaint.unanswered.is_some() && rule.reached.iter().any(|name| *name == *known::CONFIRMED) {
        against.push(Refusal::of("customer_wrote"));
    }
    let capa = &facts.procedure.pack.capa;
    if !capa.close_before_capa && complaint.capa.iter().any(|one| !one.stage.settled()) {
        against.push(Refusal::of("capa_open"));
    }
    let wanting = capa
        .required
        .iter()
        .find(|one| one.when.holds(complaint))
        .filter(|_| complaint.capa.is_empty());
    let exempt = capa.exempt.iter().any(|one| one.when.holds(complaint));
    if let Some(rule) = wanting.filter(|_| !exempt) {
        against.push(Refusal::of("capa_missing").with("source", rule.source.as_str()));
    }
    against.extend(undecided(complaint));
    against.extend(slips_open(complaint, facts));
    against
}

/// Slips that are not settled and without which the case cannot end.
pub(super) fn slips_open(complaint: &Complaint, facts: &Facts<'_>) -> Vec<Refusal> {
    let language = facts.procedure.pack.procedure.language;
    let open = complaint.slips.iter().filter(|slip| !slip.stage.settled());
    open.filter_map(|slip| {
        let rule = facts.procedure.slip(slip).filter(|rule| rule.blocks_closing)?;
        let refusal = Refusal::of("slip_open").with("slip", slip.kind.name());
        let refusal = refusal.with("n", slip.n.to_string());
        Some(refusal.with("title", rule.title.get(language)))
    })
    .collect()
}

/// Approvals that came along with a step and were not granted: they hold up the end of the case.
pub(super) fn undecided(complaint: &Complaint) -> Option<Refusal> {
    let mut latest: BTreeMap<&RuleId, &Approval> = BTreeMap::new();
    // What is asked about a slip holds up the slip, and that the end of the case where its rule says so.
    let own = || complaint.approvals.iter().filter(|one| one.slip.is_none());
    for approval in own() {
        latest.insert(&approval.rule, approval);
    }
    let plain = |one: &&&Approval| !matches!(one.at, CommandKind::Submit | CommandKind::CapaWaive);
    let refused = |one: &&&Approval| one.decision.as_ref().is_some_and(|decision| !decision.granted);
    if let Some(open) = own().find(|one| one.decision.is_none()) {
        let refusal = Refusal::of("approval_outstanding").with("approver", open.approver.as_str());
        return Some(refusal.with("rule", open.rule.as_str()));
    }
    let against = latest.values().filter(plain).find(refused)?;
    let refusal = Refusal::of("approval_was_refused").with("approver", against.approver.as_str());
    Some(refusal.with("rule", against.rule.as_str()))
}

pub(super) fn close(draft: &mut Draft<'_>, reason: &str) -> Result<(), Refused> {
    let facts = draft.facts;
    let rules: Vec<&ClosingRule> = facts
        .procedure
        .pack
        .closing
        .iter()
        .filter(|rule| rule.reason == reason)
        .collect();
    if rules.is_empty() {
        let known: Vec<&str> = facts
            .procedure
            .pack
            .closing
            .iter()
            .map(|rule| rule.reason.as_str())
            .collect();
        let refusal = Refusal::of("closing_reason_unknown")
            .about("reason")
            .with("reason", reason);
        return Err(refusal.with("allowed", known.join(", ")).into());
    }
    let mut against = Vec::new();
    for rule in rules {
        let objections = objections(rule, &draft.after, facts);
        if objections.is_empty() {
            let complaint = &draft.after;
            super::allowed::act_for(facts, &rule.by, complaint)?;
            shut(draft, reason);
            return Ok(());
        }
        against.extend(objections);
    }
    Err(Refused(against))
}

/// Closes: clocks end, the record's retention is fixed.
pub(super) fn shut(draft: &mut Draft<'_>, reason: &str) {
    if draft.after.pauses.iter().any(|pause| pause.until.is_none()) {
        let at = draft.now();
        draft.push(Event::ClocksResumed { at });
    }
    draft.reach(known::CLOSED);
    let (at, reason) = (draft.now(), reason.to_owned());
    draft.stage(Stage::Closed { at, reason });
    keep_until(draft);
}

/// Fixes how long the record of an ended case is kept; again when the date it hangs on is learnt or corrected.
pub(super) fn keep_until(draft: &mut Draft<'_>) {
    if !draft.after.stage.ended() {
        return;
    }
    let Some(until) = retained_until(&draft.after, draft.facts).map(Value::Date) else {
        return;
    };
    if draft.after.fields.get(key::RETAIN_UNTIL) != Some(&until) {
        draft.push(Event::FieldsSet {
            set: [(FieldKey::of(key::RETAIN_UNTIL), until)].into(),
            cleared: Default::default(),
        });
    }
}

/// The last day on which the record must be kept.
pub fn retained_until(complaint: &Complaint, facts: &Facts<'_>) -> Option<chrono::NaiveDate> {
    let clock = facts.clock();
    let kept = kept(facts.procedure, complaint, &clock)?;
    clock
        .due(kept.started_at, kept.amount, &Count::default())
        .at
        .date_naive()
        .pred_opt()
}

/// The waits that have ended and ask for a confirmation which has not been given.
pub(super) fn to_confirm(complaint: &Complaint, facts: &Facts<'_>) -> Vec<(RuleId, Desk)> {
    let clock = facts.clock();
    deadlines(complaint, facts.procedure, &clock, facts.now)
        .into_iter()
        .filter(|one| one.then == Some(Then::AskConfirmation) && one.runs() && one.due_at <= facts.now)
        .map(|one| (one.rule, one.responsible))
        .collect()
}

/// A customer's refusal leads to a new form: the successor's id follows from the old one's, so that making it twice is harmless.
pub(super) fn supersede(draft: &mut Draft<'_>) {
    let seed = format!("successor {} {}", draft.after.id, draft.after.round);
    if let Some(id) = ComplaintId::parse(&hash(seed.as_bytes()).chars().take(32).collect::<String>()) {
        draft.push(Event::SuccessorOwed { id });
    }
    if !draft.after.stage.ended() {
        shut(draft, SUPERSEDED);
    }
}
