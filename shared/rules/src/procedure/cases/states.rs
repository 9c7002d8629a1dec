//! The states and transitions of table 3(a), told from what a complaint is before and after a turn.

use super::seen::Seen;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::procedure::Procedure;

/// Notes the states a complaint is in and the transitions it made.
pub(super) fn visit(_: &mut Seen, _: &Procedure, _: Option<&Complaint>, _: &Complaint, _: &[Event]) {}
