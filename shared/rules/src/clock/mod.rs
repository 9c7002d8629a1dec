//! When something is due and why: the working calendar, working hours, and the arithmetic of time limits.
//!
//! Four clocks run on it: elapsed (around the clock), working time, working days and calendar days. A [`Clock`] is a
//! calendar, the working hours and a zone; it turns a start and an [`Amount`] into a [`Due`] moment. Working time is read
//! off the wall clock of the zone, so a working day has the same length on the day the zone changes its offset. All
//! arithmetic is bounded, never panics, and stops at the end of the year 9999.

pub mod amount;
pub mod calendar;
pub mod deadline;
pub mod explain;
pub mod first;
pub mod hours;
mod limit;
mod start;
mod table;
mod wake;
pub mod worktime;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws_tests;
#[cfg(test)]
mod span_tests;
#[cfg(test)]
mod worked_dates_tests;

pub use amount::{Amount, AmountError, Unit};
pub use calendar::{CalendarError, Day, DayKind, Overrides, WorkCalendar, Year};
pub use explain::{Step, StepUnit, What};
pub use hours::{Hours, HoursError};
pub use worktime::{Clock, Count, Due, Pause, Roll};

/// An instant, already in the zone of the procedure it belongs to.
pub type Moment = chrono::DateTime<chrono::FixedOffset>;
