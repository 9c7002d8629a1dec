//! Lives an entry of a log again under other rules: what people and the world did stays as it was, what rules make of it is
//! decided anew.
//!
//! Facts are receipt, steps taken, fields filled, answers, reactions, pauses, decisions on approvals, all at the moments of the
//! log. Consequences are classes and departments that follow from words and answers, implied milestones, approvals asked,
//! escalations, the ends of waits, being asked whether one is satisfied, and the date of retention.

mod against;
mod receipt;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::{close, findings, steps, time};
use crate::classify::Kind;
use crate::clock::Moment;
use crate::clock::deadline::deadlines;
use crate::domain::chain::Entry;
use crate::domain::command::CommandKind;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::facts::{Actor, Facts};
use crate::domain::names::{FieldKey, Milestone, RequestId, RuleId, key, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::domain::survey;
use crate::domain::value::{TextRef, Value};
pub(crate) use receipt::receipt;
use told::{Told, implied};

/// An entry, and the two sets of rules under which it is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The rules that governed, at the entry's moment and with its actor.
    pub was: &'a Facts<'a>,
    /// The rules that would have governed.
    pub would: &'a Facts<'a>,
    /// The same, asked by somebody who may do everything: who may do what is not simulated.
    pub anybody: &'a Facts<'a>,
    /// Whether both classify and route alike.
    pub same_classes: bool,
    /// The customer's words, where they are still there.
    pub text: Option<&'a str>,
}

/// What an entry would have been.
pub(crate) struct Relived {
    /// The complaint afterwards.
    pub after: Complaint,
    /// What would have been noted.
    pub events: Vec<Event>,
    /// What would have been refused, and is done all the same, because it was done.
    pub against: Vec<(CommandKind, Refusal)>,
    /// Whether the words that would have been classified are gone.
    pub text_missing: bool,
}

/// Whether only time had passed.
pub(crate) fn is_tick(entry: &Entry) -> bool {
    let passing = |event: &Event| {
        matches!(
            event,
            Event::Escalated { .. } | Event::WaitEnded { .. } | Event::SurveyAsked { .. }
        )
    };
    entry.events.iter().any(passing)
}

/// Lives a later entry again. `sim` is the complaint as it would have been, `before` as it was.
pub(crate) fn relive(sim: &Complaint, before: &Complaint, again: &Again<'_>) -> Relived {
    let mut relived = if is_tick(again.entry) {
        ticked(sim, before, again)
    } else {
        given(sim, before, again)
    };
    // Requests are named by the place in the log where they were asked.
    relived.after.version = again.entry.seq;
    relived
}

fn ticked(sim: &Complaint, before: &Complaint, again: &Again<'_>) -> Relived {
    let asked = |it: &Complaint, facts: &Facts<'_>| survey::due(it, facts.procedure, &facts.clock());
    let mut would = *again.would;
    // Whether the customer could be asked then is no longer known: where both ask alike, it is as it was.
    if let Some(due) = asked(sim, &would)
        && asked(before, again.was) == Some(due)
    {
        let told = |event: &Event| matches!(event, Event::SurveyAsked { .. });
        would.reachable = again.entry.events.iter().any(told);
    }
    let (events, after) = match time::tick(sim, &would) {
        Ok(decision) => (decision.events, decision.after),
        Err(_) => (Vec::new(), sim.clone()),
    };
    Relived {
        after,
        events,
        against: Vec::new(),
        text_missing: false,
    }
}

fn given(sim: &Complaint, before: &Complaint, again: &Again<'_>) -> Relived {
    let told = Told::of(again);
    let by_staff = matches!(again.would.actor, Actor::Staff(_));
    let mut against = Vec::new();
    if let Some(told) = told.as_ref().filter(|_| by_staff) {
        against = against::before(told, sim, again);
    }
    let mut step = Step {
        draft: Draft::of(sim, again.would),
        before,
        again,
        told: told.as_ref(),
        alike: again.same_classes
            && sim.axes == before.axes
            && sim.class == before.class
            && sim.spoken == before.spoken
            && sim.department == before.department,
        keeps: told.as_ref().is_some_and(|told| told.kind == CommandKind::Edit),
    };
    for place in 0..again.entry.events.len() {
        step.event(place);
    }
    let mut draft = step.ended();
    if let Some(told) = &told {
        ask(&mut draft, told, again.entry);
    }
    let decision = draft.done();
    if let Some(told) = told.as_ref().filter(|_| by_staff) {
        against.extend(against::after(told, &decision.after, again));
    }
    let Refused(against) = super::in_own_words(Refused(against), again.would.procedure);
    let kind = told.as_ref().map_or(CommandKind::Note, |told| told.kind);
    Relived {
        after: decision.after,
        events: decision.events,
        against: against.into_iter().map(|refusal| (kind, refusal)).collect(),
        text_missing: false,
    }
}

/// Asks for the approvals that the other rules want with this step.
fn ask(draft: &mut Draft<'_>, told: &Told<'_>, entry: &Entry) {
    match told.kind {
        CommandKind::Submit | CommandKind::CapaWaive => {
            steps::ask(draft, told.kind, None);
        }
        kind => steps::ask_along(draft, kind, told.milestone.as_ref()),
    }
    for event in &entry.events {
        if let Event::SlipOpened { kind, n, .. } | Event::SlipEdited { kind, n, .. } = event {
            steps::ask_for_slip(draft, *kind, *n);
        }
    }
}

/// One entry of a member of staff, the customer or the system, being lived again.
struct Step<'a, 'b> {
    draft: Draft<'a>,
    before: &'b Complaint,
    again: &'b Again<'a>,
    told: Option<&'b Told<'b>>,
    /// Whether both would make the same of the same answers.
    alike: bool,
    /// Whether it is fixed anew how long the record is kept.
    keeps: bool,
}

impl<'a> Step<'a, '_> {
    fn event(&mut self, place: usize) {
        let entry = self.again.entry;
        let Some(event) = entry.events.get(place) else { return };
        let later = entry.events.get(place.saturating_add(1)..).unwrap_or_default();
        match event {
            Event::FieldsSet { set, cleared } => self.fields(set, cleared),
            Event::Classified {
                confidence: None,
                class,
                axes,
                spoken,
                needs_review,
                ..
            } if !self.alike && !self.mends() => {
                // What answers brought about follows the answers.
                if self.is(CommandKind::Classify) {
                    let review = *needs_review;
                    self.classified(class, axes, spoken, review);
                    findings::route_along(&mut self.draft);
                }
            }
            Event::Routed { .. } if !self.alike && !self.mends() && !self.is(CommandKind::Route) => {}
            Event::Reached { name, at, note, slip } => {
                let outcome = self.is(CommandKind::Judge) && self.of_an_outcome(name);
                if outcome || implied(&self.again.was.procedure.pack, name, *at, later) {
                    return;
                }
                self.reached(name, *at, note.as_ref(), *slip);
            }
            Event::ApprovalAsked { .. } => {}
            Event::ApprovalDecided {
                request,
                granted,
                at,
                by,
            } => {
                if let Some(request) = self.counterpart(request) {
                    let (granted, at, by) = (*granted, *at, by.clone());
                    self.draft.push(Event::ApprovalDecided {
                        request,
                        granted,
                        at,
                        by,
                    });
                }
            }
            Event::Extended {
                rule,
                started_at,
                due_at,
                consent,
            } => self.extended(rule, *started_at, *due_at, *consent),
            Event::DeadlinesMoved { moved } => {
                let known = |rule: &RuleId| self.again.would.procedure.deadline(rule.as_str()).is_some();
                let moved: Vec<_> = moved.iter().filter(|one| known(&one.rule)).cloned().collect();
                if !moved.is_empty() {
                    self.draft.push(Event::DeadlinesMoved { moved });
                }
            }
            Event::CounterExceeded { rule, .. } if !counts(self.again.would, rule) => {}
            Event::StageMoved {
                to: Stage::Closed { .. },
            } => {
                self.keeps = true;
                self.draft.push(event.clone());
            }
            other => self.draft.push(other.clone()),
        }
    }

    fn is(&self, kind: CommandKind) -> bool {
        self.told.is_some_and(|told| told.kind == kind)
    }

    /// Whether a row of an old register was mended: what a register says is a fact.
    fn mends(&self) -> bool {
        let imported = |event: &Event| matches!(event, Event::Imported { .. });
        self.again.entry.events.iter().any(imported)
    }

    fn fields(&mut self, set: &BTreeMap<FieldKey, Value>, cleared: &BTreeSet<FieldKey>) {
        let (mut set, mut cleared) = (set.clone(), cleared.clone());
        // How long a record is kept follows from the rules.
        self.keeps |= set.remove(key::RETAIN_UNTIL).is_some() || cleared.remove(key::RETAIN_UNTIL);
        if set.is_empty() && cleared.is_empty() {
            return;
        }
        let changed: BTreeSet<FieldKey> = set.keys().chain(&cleared).cloned().collect();
        self.draft.push(Event::FieldsSet { set, cleared });
        if !self.alike && !self.mends() {
            findings::follow(&mut self.draft, &changed);
        }
    }

    /// A person set the class: of the axes that he moved, and of the main one, that stands; the others stay as they would
    /// have been.
    fn classified(
        &mut self,
        class: &str,
        axes: &BTreeMap<String, String>,
        spoken: &BTreeMap<String, crate::classify::Spoken>,
        needs_review: bool,
    ) {
        let procedure = self.again.would.procedure;
        let main = self.again.was.procedure.main_axis();
        let mut all = self.draft.after.axes.clone();
        let names = axes.keys().chain(self.before.axes.keys());
        for axis in names.collect::<BTreeSet<_>>() {
            let (then, now) = (self.before.axes.get(axis), axes.get(axis));
            if then == now && axis != main && axis != "kind" {
                continue;
            }
            match now {
                Some(value) => all.insert(axis.clone(), value.clone()),
                None => all.remove(axis),
            };
        }
        let complaint = all.get("kind").is_none_or(|kind| kind == Kind::Complaint.code());
        let known = all.contains_key(procedure.main_axis());
        let class = if complaint && known && all != *axes {
            procedure.pack.classes.class_name(Kind::Complaint, &all)
        } else {
            class.to_owned()
        };
        let mut heard = self.draft.after.spoken.clone();
        heard.extend(spoken.iter().map(|(axis, said)| (axis.clone(), said.clone())));
        self.draft.push(Event::Classified {
            class,
            axes: all,
            because: Vec::new(),
            needs_review,
            confidence: None,
            spoken: heard,
        });
    }

    fn reached(&mut self, name: &Milestone, at: Moment, note: Option<&TextRef>, slip: Option<u32>) {
        self.draft.reach_again(name.clone(), at, note.cloned(), slip);
        if *name == *known::RESPONSIBILITY_JUDGED
            && let Some(Value::Text(party)) = self.draft.after.fields.get(key::RESPONSIBLE_PARTY).cloned()
        {
            let outcomes = self.again.would.procedure.pack.outcome.iter();
            for reaches in outcomes
                .filter(|one| one.party == party)
                .filter_map(|one| one.reaches.clone())
            {
                self.draft.reach_at(reaches, at, None);
            }
        }
    }

    fn of_an_outcome(&self, name: &Milestone) -> bool {
        let mut outcomes = self.again.was.procedure.pack.outcome.iter();
        *name != *known::RESPONSIBILITY_JUDGED && outcomes.any(|one| one.reaches.as_ref() == Some(name))
    }

    /// The request that a decision would have been about: the same, else one of the same rule, else one of the same approver.
    fn counterpart(&self, request: &RequestId) -> Option<RequestId> {
        let it = &self.draft.after;
        if it.outstanding(request).is_some() {
            return Some(request.clone());
        }
        let was = self.before.approvals.iter().find(|one| one.request == *request)?;
        let open = || it.approvals.iter().filter(|one| one.decision.is_none());
        let same = open().find(|one| one.rule == was.rule);
        let same = same.or_else(|| open().find(|one| one.approver == was.approver && one.at == was.at));
        same.map(|one| one.request.clone())
    }

    /// A date that was moved is moved again, on the clock that the rule would have had.
    fn extended(&mut self, rule: &RuleId, started_at: Moment, due_at: Moment, consent: bool) {
        let would = self.again.would;
        if would.procedure.deadline(rule.as_str()).is_none() {
            return;
        }
        let all = deadlines(&self.draft.after, would.procedure, &would.clock(), would.now);
        let started_at = all
            .iter()
            .find(|one| one.rule == *rule && !one.planned)
            .map_or(started_at, |one| one.started_at);
        let rule = rule.clone();
        self.draft.push(Event::Extended {
            rule,
            started_at,
            due_at,
            consent,
        });
    }

    fn ended(mut self) -> Draft<'a> {
        if self.keeps {
            close::keep_until(&mut self.draft);
        }
        self.draft
    }
}

fn counts(facts: &Facts<'_>, rule: &RuleId) -> bool {
    facts.procedure.pack.counter.iter().any(|one| one.rule == *rule)
}
