//! Where a deadline's clock begins: at a milestone, at a date on the record, or, planned, after the step before.

use super::deadline::Deadline;
use super::{Clock, Moment};
use crate::domain::complaint::{Complaint, Reached};
use crate::domain::names::{Milestone, RuleId, known};
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

/// Where the clock of a rule began, if it did. What came from an old register runs from its activation at the earliest,
/// unless the date that starts the clock outlives the case (a warranty, a shelf life).
pub(super) fn start<'a>(rule: &DeadlineRule, complaint: &'a Complaint, clock: &Clock<'_>) -> Option<Start<'a>> {
    let mut start = begun_at(rule, complaint, clock)?;
    if let Some(from) = complaint.clocks_from().filter(|_| !rule.survives_closing) {
        start.at = start.at.max(from);
    }
    Some(start)
}

fn begun_at<'a>(rule: &DeadlineRule, complaint: &'a Complaint, clock: &Clock<'_>) -> Option<Start<'a>> {
    if let Some(field) = &rule.from_field {
        let at = match complaint.fields.get(field)? {
            Value::Date(date) => clock.start_of_day(*date),
            Value::Moment(moment) => *moment,
            _ => return None,
        };
        // The date is what it is; only the search for its end begins anew.
        let place = reopened(rule, complaint, 0).map_or(0, |(place, _)| place);
        return Some(Start {
            from: field.to_string(),
            at,
            place: Some(place),
            planned: false,
            slip: None,
        });
    }
    let named = [rule.from.as_ref(), rule.from_else.as_ref()];
    let (name, (place, reached)) = named
        .into_iter()
        .flatten()
        .find_map(|name| begun(name, complaint).map(|found| (name, found)))?;
    let slip = complaint.slip_of(name, reached.slip);
    let (place, begun) = reopened(rule, complaint, place).unwrap_or((place, reached));
    Some(Start {
        from: begun.name.to_string(),
        at: begun.at,
        place: Some(place),
        planned: false,
        slip,
    })
}

/// Where a clock begins anew because nothing but closing had ended it and the case was taken up again. A wait for the
/// customer does not: it belonged to the answer before.
fn reopened<'a>(rule: &DeadlineRule, complaint: &'a Complaint, place: usize) -> Option<(usize, &'a Reached)> {
    let ended = |one: &Reached| rule.until.contains(&one.name) || (!rule.survives_closing && is(one, known::CLOSED));
    let is_wait = rule.then.is_some();
    let mut after = complaint.milestones.iter().enumerate().skip(place.saturating_add(1));
    let mut begun = None;
    while !is_wait
        && after
            .find(|(_, one)| ended(one))
            .is_some_and(|(_, one)| is(one, known::CLOSED))
    {
        let Some(again) = after.find(|(_, one)| is(one, known::REOPENED)) else {
            break;
        };
        begun = Some(again);
    }
    begun
}

fn is(one: &Reached, name: &str) -> bool {
    one.name == *name
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
        let from = complaint.clocks_from();
        planned(from.map_or(complaint.received_at, |from| from.max(complaint.received_at)))
    } else {
        None
    }
}
