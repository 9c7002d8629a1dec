//! What-if (模拟): lives the log of a complaint again under another procedure, calendar or ladder, and says what would differ.
//!
//! What people and the world did stands, at the moments at which it happened; classes, departments, limits, approvals and
//! letters are decided anew. A clock that would have run just as it did is told when it was told; one that would have run
//! otherwise is told at the moments of its rungs. Nothing is written, and the same log and rules give the same answer.

mod compare;
mod live;
mod totals;

use serde::Serialize;

pub use compare::{Asked, Difference, Due, Kind, Picture, Sent, Step};
pub use totals::{Pair, Totals};

use crate::clock::{Clock, Moment, WorkCalendar};
use crate::domain::chain::Entry;
use crate::domain::directory::Directory;
use crate::procedure::Procedure;

/// Rules on a calendar.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// The calendar of working days.
    pub calendar: &'a WorkCalendar,
}

impl<'a> Side<'a> {
    /// The procedure's clock on the calendar.
    pub fn clock(&self) -> Clock<'a> {
        let head = &self.procedure.pack.procedure;
        Clock {
            calendar: self.calendar,
            hours: &head.hours,
            zone: head.zone,
        }
    }
}

/// Two sets of rules to look at logs through.
pub struct Lens<'a> {
    was: Side<'a>,
    would: Side<'a>,
    directory: &'a Directory,
    nobody: Directory,
    alike: Alike,
}

/// What two sets of rules have in common; found out once for many complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Whether they make the same of the same words and answers.
    same_classes: bool,
    /// Whether the words of complaints must be at hand.
    pub reads_texts: bool,
}

impl Alike {
    /// Compares two sets of rules.
    pub fn of(was: Side<'_>, would: Side<'_>) -> Self {
        let same_classes = same_classes(was.procedure, would.procedure);
        let (one, other) = (&was.procedure.pack.procedure, &would.procedure.pack.procedure);
        // A receipt may lie outside working time on one of them.
        let same_hours = one.hours == other.hours && one.zone == other.zone && was.calendar == would.calendar;
        Self {
            same_classes,
            reads_texts: !(same_classes && same_hours),
        }
    }
}

/// What is known of one complaint.
#[derive(Clone, Copy)]
pub struct Life<'a> {
    /// Its whole log, in order.
    pub entries: &'a [Entry],
    /// Whether the customer can be written to.
    pub reachable: bool,
    /// His words; nothing where they were erased, or are not needed.
    pub text: Option<&'a str>,
}

/// A log that cannot be lived again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log does not begin with a receipt")]
pub struct NoReceipt;

/// What was found of one complaint.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What would differ; nothing where everything would be the same.
    pub difference: Option<Difference>,
    /// Limits that are or were missed, as it was and as it would have been.
    pub late: Pair,
    /// Approvals asked for.
    pub approvals: Pair,
    /// Letters; one about several limits counts once for each.
    pub letters: Pair,
    /// Whether the words that would have been classified anew are gone: the class stays as it was.
    pub text_missing: bool,
}

impl<'a> Lens<'a> {
    /// A lens from the rules that governed to those that would have. Letters go to the people of the directory as it is now,
    /// on both sides.
    pub fn new(was: Side<'a>, would: Side<'a>, directory: &'a Directory, alike: Alike) -> Self {
        Self {
            was,
            would,
            directory,
            nobody: Directory::of(directory.administrator.clone()),
            alike,
        }
    }

    /// Looks at one complaint, as of a moment.
    ///
    /// # Errors
    /// When its log is none.
    pub fn look(&self, life: &Life<'_>, now: Moment) -> Result<Finding, NoReceipt> {
        live::live(self, life, now)
    }
}

/// Whether two procedures make the same of the same words and answers.
fn same_classes(one: &Procedure, other: &Procedure) -> bool {
    let learned = |procedure: &Procedure| {
        let head = &procedure.pack.procedure;
        head.extends.as_ref().unwrap_or(&head.id).clone()
    };
    // INVARIANT: both hold only maps with text keys, which always serialise.
    let text = |procedure: &Procedure| {
        let pack = &procedure.pack;
        (
            serde_json::to_string(&pack.classes).unwrap_or_default(),
            serde_json::to_string(&pack.routing).unwrap_or_default(),
        )
    };
    learned(one) == learned(other) && text(one) == text(other)
}
