//! When a complaint must be looked at again, and how far each of its clocks was escalated.

use super::Moment;
use super::deadline::Deadline;
use crate::domain::complaint::{Complaint, Escalation};
use crate::procedure::model::Then;

/// The next moment at which anything is due: a rung, the end of a wait, an owed successor.
pub fn wake(complaint: &Complaint, deadlines: &[Deadline], now: Moment) -> Option<Moment> {
    if complaint.successor_owed.is_some() {
        return Some(now);
    }
    deadlines
        .iter()
        .filter(|deadline| deadline.runs())
        .filter_map(|deadline| next_of(complaint, deadline))
        .min()
}

/// The next moment at which a deadline that runs has something to tell.
pub(crate) fn next_of(complaint: &Complaint, deadline: &Deadline) -> Option<Moment> {
    let told = told(complaint, deadline);
    let rung = deadline.rungs.get(told.map_or(0, |one| one.rungs)).map(|rung| rung.at);
    let end = deadline
        .then
        .filter(|then| counts(*then, complaint) && !told.is_some_and(|one| one.ended))
        .map(|_| deadline.due_at);
    rung.into_iter().chain(end).min()
}

/// Whether the end of a wait means anything yet: a record can only outlive its case once that has ended.
pub fn counts(then: Then, complaint: &Complaint) -> bool {
    match then {
        Then::EndRetention | Then::Archive => complaint.stage.ended(),
        Then::EndWarranty => true,
        Then::Remind | Then::AskConfirmation => !complaint.stage.ended(),
    }
}

/// How far this very clock (same start, same due moment) has been escalated.
pub fn told<'a>(complaint: &'a Complaint, deadline: &Deadline) -> Option<&'a Escalation> {
    let one = complaint.escalated.get(&deadline.rule)?;
    (one.started_at == deadline.started_at && one.due_at == deadline.due_at).then_some(one)
}
