//! Which deadlines a complaint has, when each is due and whom it climbs to, derived from the log and never stored.

use std::collections::BTreeSet;

use serde::Serialize;

use super::start::{Start, planned_start, start};
pub(crate) use super::wake::next_of;
pub use super::wake::{counts, told, wake};
use super::{Amount, Clock, Count, Moment, Pause, Roll, Step, Unit};
use crate::domain::complaint::{Complaint, Reached};
use crate::domain::names::{Desk, Milestone, RuleId, known};
use crate::domain::slip::Slip;
use crate::domain::value::Value;
use crate::procedure::model::{DeadlineRule, Ladder, SlipKind, Then};
use crate::procedure::{ESCALATION, Procedure, RESPONSIBLE};

/// One deadline of one complaint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deadline {
    /// The rule.
    pub rule: RuleId,
    /// The milestone (or field) from which it runs.
    pub from: String,
    /// The milestones that end it.
    pub until: Vec<Milestone>,
    /// `elapsed`, `work`, `workday`, `cal` or `event`.
    pub clock: &'static str,
    /// When it began to run.
    pub started_at: Moment,
    /// The target inside the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_at: Option<Moment>,
    /// When it is due.
    pub due_at: Moment,
    /// When it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Moment>,
    /// Whether it was missed, or is past its due moment now.
    pub late: bool,
    /// Whether it stands still now.
    pub paused: bool,
    /// Whether it reaches into a year whose calendar is not published.
    pub provisional: bool,
    /// Whether it is only planned: its clock has not begun, the dates follow from the steps before.
    pub planned: bool,
    /// Whether somebody moved it.
    pub extended: bool,
    /// Who must do it.
    pub responsible: Desk,
    /// Whom it climbs to, and when.
    pub rungs: Vec<RungAt>,
    /// What its end brings about, where it is a wait.
    #[serde(skip)]
    pub then: Option<Then>,
}

/// One step of a deadline's ladder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RungAt {
    /// The rung's name.
    pub rung: String,
    /// When.
    pub at: Moment,
    /// Who is told.
    pub tell: Vec<Desk>,
}

impl Deadline {
    /// Whether its clock runs now: begun, not met, not standing still.
    pub fn runs(&self) -> bool {
        self.done_at.is_none() && !self.planned && !self.paused
    }
}

/// All deadlines of a complaint that have begun or can be foreseen, in the procedure's order.
pub fn deadlines(complaint: &Complaint, procedure: &Procedure, clock: &Clock<'_>, now: Moment) -> Vec<Deadline> {
    if !complaint.clocks_run() {
        return Vec::new();
    }
    let mut all: Vec<Deadline> = Vec::new();
    let mut plan: Option<(RuleId, Moment)> = None;
    // What a telephone system counts has no moment at which it is due.
    let timed = |rule: &&DeadlineRule| rule.within.as_ref().is_none_or(|within| within.unit() != Unit::Rings);
    for rule in procedure.pack.deadline.iter().filter(timed) {
        let start = match start(rule, complaint, clock) {
            Some(begun) => Some(begun),
            None => planned_start(rule, complaint, &all, plan.as_ref()),
        };
        let Some(start) = start else { continue };
        if begun_after_the_end(rule, complaint, &start) || !applies(rule, complaint, &start, procedure) {
            continue;
        }
        let seen = View {
            rule,
            complaint,
            procedure,
            clock,
            now,
        };
        let Some((deadline, end)) = seen.deadline(&start) else {
            continue;
        };
        if let Some(total) = &rule.share_of {
            plan = Some((total.clone(), end));
        }
        all.push(deadline);
    }
    all
}

/// How a deadline came about: the intervals counted, the days skipped and why.
pub fn explain(deadline: &Deadline, complaint: &Complaint, procedure: &Procedure, clock: &Clock<'_>) -> Vec<Step> {
    let Some(rule) = procedure.deadline(deadline.rule.as_str()) else {
        return Vec::new();
    };
    match amount(rule, procedure) {
        Some(amount) if rule.date_field.is_none() => {
            clock
                .explain(
                    deadline.started_at,
                    amount,
                    &count(rule, &closed_pauses(rule, complaint)),
                )
                .explain
        }
        _ => Vec::new(),
    }
}

/// What is noted of a case that has ended begins no clock, unless the rule outlives the case.
fn begun_after_the_end(rule: &DeadlineRule, complaint: &Complaint, start: &Start<'_>) -> bool {
    let ended_later = |place: usize| {
        let later = complaint.milestones.iter().skip(place.saturating_add(1));
        later.into_iter().any(|one| one.name == *known::CLOSED)
    };
    complaint.stage.ended() && !rule.survives_closing && start.place.is_some_and(|place| !ended_later(place))
}

fn applies(rule: &DeadlineRule, complaint: &Complaint, start: &Start<'_>, procedure: &Procedure) -> bool {
    let exempt = procedure.pack.exemption.iter().any(|exemption| {
        exemption.skips.contains(&rule.rule)
            && matches!(complaint.fields.get(&exemption.field), Some(Value::Flag(true)))
            && exemption.when.holds(complaint)
    });
    let when = match start.slip {
        Some(slip) => rule.when.holds(&slip.over(complaint)),
        None => rule.when.holds(complaint),
    };
    !exempt && when
}

fn amount<'a>(rule: &'a DeadlineRule, procedure: &'a Procedure) -> Option<&'a Amount> {
    match &rule.within {
        Some(amount) => Some(amount),
        None if rule.at_once => Some(&procedure.pack.procedure.at_once.within),
        None => None,
    }
}

fn count<'a>(rule: &DeadlineRule, pauses: &'a [Pause]) -> Count<'a> {
    Count {
        roll: rule.roll,
        count_start_day: rule.count_start_day,
        pauses,
    }
}

fn closed_pauses(rule: &DeadlineRule, complaint: &Complaint) -> Vec<Pause> {
    if !rule.pausable || rule.statutory {
        return Vec::new();
    }
    complaint
        .pauses
        .iter()
        .filter(|pause| pause.until.is_some())
        .cloned()
        .collect()
}

/// Everything needed to look at one rule of one complaint.
struct View<'a> {
    rule: &'a DeadlineRule,
    complaint: &'a Complaint,
    procedure: &'a Procedure,
    clock: &'a Clock<'a>,
    now: Moment,
}

impl View<'_> {
    /// The deadline, and the end of its time before any roll: where the next share's plan begins.
    fn deadline(&self, start: &Start<'_>) -> Option<(Deadline, Moment)> {
        let rule = self.rule;
        let pauses = closed_pauses(rule, self.complaint);
        let asked = rule.pausable && !rule.statutory && self.complaint.pauses.iter().any(|one| one.until.is_none());
        // Nobody is silent who has written: such a wait stands still until a person has looked at what he wrote.
        let heard = rule.then.is_some_and(Then::awaits_silence) && self.complaint.unanswered.is_some();
        let paused = asked || heard;
        let mut provisional = false;
        let mut end = start.at;
        let mut due_at = if let Some(field) = &rule.date_field {
            let own = start.slip.and_then(|slip| slip.fields.get(field));
            match own.or_else(|| self.complaint.fields.get(field))? {
                Value::Moment(moment) => *moment,
                Value::Date(date) => self.clock.end_of_day(*date),
                _ => return None,
            }
        } else if rule.when_work_resumes {
            self.clock.next_working_start(start.at)
        } else {
            let amount = amount(rule, self.procedure)?;
            let due = self.clock.due(start.at, amount, &count(rule, &pauses));
            provisional = due.provisional;
            end = if rule.share_of.is_some() && rule.roll != Roll::None {
                self.clock
                    .due(
                        start.at,
                        amount,
                        &Count {
                            roll: Roll::None,
                            ..count(rule, &pauses)
                        },
                    )
                    .at
            } else {
                due.at
            };
            // A calendar limit ends at 24:00, which is written as the next day's first moment: the plan stays in its day.
            if amount.unit().clock() == "cal" {
                end -= chrono::TimeDelta::minutes(1);
            }
            due.at
        };
        let moved = self
            .complaint
            .extensions
            .iter()
            .find(|one| one.rule == rule.rule && one.started_at == start.at);
        if let Some(moved) = moved {
            due_at = moved.due_at;
            provisional = false;
        }
        let target_at = rule
            .target
            .as_ref()
            .map(|target| self.clock.due(start.at, target, &count(rule, &pauses)).at);
        let done_at = start.place.and_then(|place| self.done_at(place, start.slip));
        let late = if start.planned || heard {
            false
        } else {
            done_at.unwrap_or(self.now) > due_at
        };
        let rungs = if done_at.is_some() {
            Vec::new()
        } else {
            self.rungs(start.at, due_at)
        };
        let deadline = Deadline {
            rule: rule.rule.clone(),
            from: start.from.clone(),
            until: rule.until.clone(),
            clock: amount(rule, self.procedure)
                .filter(|_| rule.date_field.is_none())
                .map_or("event", |a| a.unit().clock()),
            started_at: start.at,
            target_at,
            due_at,
            done_at,
            late,
            paused: paused && done_at.is_none(),
            provisional,
            planned: start.planned,
            extended: moved.is_some(),
            responsible: self.procedure.responsible(rule, self.complaint),
            rungs,
            then: rule.then,
        };
        Some((deadline, end))
    }

    /// When it was met: the first of its end milestones after the start, in the log's order. Closing ends every clock
    /// that does not outlive the case.
    fn done_at(&self, place: usize, slip: Option<&Slip>) -> Option<Moment> {
        let ends = |name: &Milestone| {
            self.rule.until.contains(name) || (!self.rule.survives_closing && *name == *known::CLOSED)
        };
        let later = self.complaint.milestones.iter().skip(place.saturating_add(1));
        // Another slip of the same kind does not end this one's clock.
        let own = |one: &Reached| match (slip, SlipKind::reaching(one.name.as_str())) {
            (Some(slip), Some(kind)) => slip.kind != kind || one.slip == Some(slip.n),
            _ => true,
        };
        later
            .into_iter()
            .find(|one| ends(&one.name) && own(one))
            .map(|one| one.at)
    }

    /// The ladder's rungs for this clock. A warning that would fall before the clock's start is left out.
    fn rungs(&self, started_at: Moment, due_at: Moment) -> Vec<RungAt> {
        let ladder = match self.rule.ladder.as_deref() {
            Some("none") => None,
            Some(name) => self.procedure.pack.ladder.iter().find(|ladder| ladder.name == name),
            None => self.procedure.pack.ladder.first(),
        };
        let rungs = ladder.map(|ladder: &Ladder| ladder.rung.as_slice()).unwrap_or_default();
        let place = |rung: &crate::procedure::model::Rung| match (&rung.before, &rung.after) {
            (Some(before), _) => self.clock.back(due_at, before),
            (None, Some(after)) => self.clock.after(due_at, after),
            (None, None) => due_at,
        };
        let mut all: Vec<RungAt> = rungs
            .iter()
            .map(|rung| RungAt {
                rung: rung.name.clone(),
                at: place(rung),
                tell: self.told(&rung.tell),
            })
            .filter(|rung| rung.at > started_at)
            .collect();
        all.sort_by_key(|rung| rung.at);
        all
    }

    /// `responsible` and `escalation` stand for the rule's own desks.
    fn told(&self, tell: &[Desk]) -> Vec<Desk> {
        let mut desks = Vec::new();
        for desk in tell {
            match desk.as_str() {
                RESPONSIBLE => desks.push(self.procedure.responsible(self.rule, self.complaint)),
                ESCALATION => desks.extend(self.rule.escalate_to.iter().cloned()),
                _ => desks.push(desk.clone()),
            }
        }
        let mut once = BTreeSet::new();
        desks.retain(|desk| once.insert(desk.clone()));
        desks
    }
}
