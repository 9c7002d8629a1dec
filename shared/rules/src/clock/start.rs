//! Where a deadline's clock begins: at a milestone, at a date on the record, or, planned, after the step before.

use super::deadline::Deadline;
use super::{Clock, Moment};
use crate::domain::complaint::{Complaint, Reached};
use crate::domain::names::{Milestone, RuleId};
use crate::domain::slip::Slip;
use crate::domain::value::Value;
use crate::procedure::model::DeadlineRule;

/// Where a clock begins: the place in the log's order and the moment, and the slip whose clock it is.
pub(super) struct Start<'a> {
    pub from: String,
    pub at: Moment,
    pub place: Option<usize>,
    pub planned: bool,
    pub slip: Option<&'a Slip>,
}

/// Where the clock of a rule began, if it did.
pub(super) fn start<'a>(rule: &DeadlineRule, complaint: &'a Complaint, clock: &Clock<'_>) -> Option<Start<'a>> {
    if let Some(field) = &rule.from_field {
        let at = match complaint.fields.get(field)? {
            Value::Date(date) => clock.start_of_day(*date),
            Value::Moment(moment) => *moment,
            _ => return None,
        };
        return Some(Start {
            from: field.to_string(),
            at,
            place: Some(0),
            planned: false,
            slip: None,
        });
    }
    let named = [rule.from.as_ref(), rule.from_else.as_ref()];
    let (name, (place, reached)) = named
        .into_iter()
        .flatten()
        .find_map(|name| begun(name, complaint).map(|found| (name, found)))?;
    Some(Start {
        from: name.to_string(),
        at: reached.at,
        place: Some(place),
        planned: false,
        slip: complaint.slip_of(name, reached.slip),
    })
}

/// Where a milestone was reached: the last time; for one that slips reach, by the oldest slip that is not settled, so
/// that a second report does not set back the clock of the first.
fn begun<'a>(name: &Milestone, complaint: &'a Complaint) -> Option<(usize, &'a Reached)> {
    let open = |one: &Reached| {
        let slip = complaint.slip_of(&one.name, one.slip);
        slip.is_some_and(|slip| !slip.stage.settled())
    };
    let mut all = complaint.milestones.iter().enumerate();
    let oldest = all.find(|(_, one)| one.name == *name && open(one));
    oldest.or_else(|| complaint.last(name.as_str()))
}

/// A share whose turn has not come is planned after the share before it; an announced limit is planned from receipt.
pub(super) fn planned_start(
    rule: &DeadlineRule,
    complaint: &Complaint,
    before: &[Deadline],
    plan: Option<&(RuleId, Moment)>,
) -> Option<Start<'static>> {
    let from = rule.from.as_ref()?.to_string();
    let planned = |at| {
        Some(Start {
            from,
            at,
            place: None,
            planned: true,
            slip: None,
        })
    };
    if complaint.stage.ended() {
        return None;
    }
    if let Some(total) = &rule.share_of {
        if let Some((of, end)) = plan
            && of == total
        {
            return planned(*end);
        }
        if let Some(total) = before.iter().find(|deadline| deadline.rule == *total) {
            return planned(total.started_at);
        }
    }
    if rule.announced {
        planned(complaint.received_at)
    } else {
        None
    }
}
