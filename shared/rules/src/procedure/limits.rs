//! Limits that stand elsewhere than among the deadlines: in recurring duties and in the retention of records; and the
//! deadlines of a complaint that wait for their start.

use chrono::NaiveDate;
use serde::Serialize;

use super::Procedure;
use super::duty;
use super::model::{DeadlineRule, Duty, Per};
use crate::clock::deadline::Deadline;
use crate::clock::{Amount, Clock, Count, Moment};
use crate::domain::complaint::Complaint;
use crate::domain::device::Device;
use crate::domain::names::{Desk, RuleId, known};
use crate::domain::value::Value;

/// A limit with its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// The limit's id.
    pub rule: RuleId,
    /// What it is counted from: a period, a field, a milestone.
    pub from: String,
    /// What ends it.
    pub until: &'static str,
    /// The clock.
    pub clock: &'static str,
    /// From when.
    pub started_at: Moment,
    /// When it is due.
    pub due_at: Moment,
    /// Whether a calendar that is not published yet may move it.
    pub provisional: bool,
    /// Who must do it.
    pub responsible: Desk,
}

/// A deadline that has not begun: what it runs from has not come, or it concerns other complaints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Waiting {
    /// The rule.
    pub rule: RuleId,
    /// What it waits for: a milestone or a field.
    pub from: String,
    /// The first of the milestones that end it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The clock.
    pub clock: &'static str,
    /// Who must do it.
    pub responsible: Desk,
    /// Whether it concerns the complaint, as far as is known of it.
    pub applies: bool,
}

/// The limits of duties and of the retention, as they stand on a day for what is known of a complaint.
pub fn further(procedure: &Procedure, clock: &Clock<'_>, complaint: &Complaint, day: NaiveDate) -> Vec<Limit> {
    let duties = procedure.pack.duty.iter();
    let mut all: Vec<Limit> = duties.filter_map(|duty| of_duty(duty, clock, complaint, day)).collect();
    all.extend(of_retention(procedure, clock, complaint));
    all
}

/// The deadlines that have not begun, or concern other complaints; `begun` are those that have.
pub fn waiting(procedure: &Procedure, complaint: &Complaint, begun: &[Deadline]) -> Vec<Waiting> {
    let rules = procedure.pack.deadline.iter();
    let open = rules.filter(|rule| !begun.iter().any(|one| one.rule == rule.rule));
    let one = |rule: &DeadlineRule| Waiting {
        rule: rule.rule.clone(),
        from: rule
            .from_field
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| rule.from.as_ref().map(ToString::to_string))
            .unwrap_or_default(),
        until: rule.until.first().map(ToString::to_string),
        clock: rule.within.as_ref().map_or("event", |within| within.unit().clock()),
        responsible: procedure.responsible(rule, complaint),
        applies: rule.when.holds(complaint),
    };
    open.map(one).collect()
}

fn of_duty(duty: &Duty, clock: &Clock<'_>, complaint: &Complaint, day: NaiveDate) -> Option<Limit> {
    let rule = duty.limit.clone()?;
    let device = (duty.per == Per::Device).then(|| device(complaint));
    let found = duty::next(duty, clock, device.as_ref(), day)?;
    Some(Limit {
        rule,
        from: match device {
            Some(_) => duty::from_field(duty).to_owned(),
            None => found.key,
        },
        until: "done",
        clock: "cal",
        started_at: clock.start_of_day(found.from),
        due_at: found.due_at,
        provisional: false,
        responsible: duty.owner.clone(),
    })
}

/// What a complaint's record says of the device it is about.
fn device(complaint: &Complaint) -> Device {
    let date = |key: &str| match complaint.fields.get(key) {
        Some(Value::Date(date)) => Some(*date),
        _ => None,
    };
    Device {
        accepted_on: date("acceptance_date"),
        sold_on: date("purchase_date"),
        shipped_on: date("ship_date").or_else(|| date("delivery_date")),
        implant_date: date("implant_date"),
        warranty_until: date("warranty_until"),
        ..Device::default()
    }
}

/// From when, and how long, a record is kept.
pub(crate) struct Kept<'a> {
    /// The field or milestone it is counted from.
    pub from: String,
    /// When that was.
    pub started_at: Moment,
    /// How long.
    pub amount: &'a Amount,
}

/// How long the record of a complaint is kept: from the date that the procedure names, else from the end of the case,
/// however late the record is looked at again. Nothing as long as neither is known.
pub(crate) fn kept<'a>(procedure: &'a Procedure, complaint: &Complaint, clock: &Clock<'_>) -> Option<Kept<'a>> {
    let rule = procedure.pack.retention.as_ref()?;
    let field = rule.from_field.as_ref();
    if let Some((field, Value::Date(date))) = field.and_then(|field| Some((field, complaint.fields.get(field)?))) {
        return Some(Kept {
            from: field.to_string(),
            started_at: clock.start_of_day(*date),
            amount: &rule.keep,
        });
    }
    Some(Kept {
        from: known::CLOSED.to_owned(),
        started_at: complaint.last(known::CLOSED)?.1.at,
        // Without a date of its own the length itself counts from there; with one that is unknown only `otherwise` does.
        amount: match &rule.otherwise {
            Some(otherwise) => otherwise,
            None => rule.from_field.is_none().then_some(&rule.keep)?,
        },
    })
}

fn of_retention(procedure: &Procedure, clock: &Clock<'_>, complaint: &Complaint) -> Option<Limit> {
    let rule = procedure.pack.retention.as_ref()?;
    // A pack may have the same limit as a deadline, so that somebody is told of its end.
    if procedure.deadline(rule.rule.as_str()).is_some() {
        return None;
    }
    let Kept {
        from,
        started_at,
        amount: keep,
    } = kept(procedure, complaint, clock)?;
    let end = clock.due(started_at, keep, &Count::default());
    Some(Limit {
        rule: rule.rule.clone(),
        from,
        until: "end_of_retention",
        clock: keep.unit().clock(),
        started_at,
        due_at: end.at,
        provisional: end.provisional,
        responsible: procedure.registrar(complaint).clone(),
    })
}
