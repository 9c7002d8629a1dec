//! When a recurring duty (定期工作) is due: its period, the due moment, and the reminder before it.

use chrono::{Datelike, Months, NaiveDate};

use super::model::{Duty, Every, Per};
use crate::clock::{Amount, Clock, Count, Moment, Unit};

/// One occurrence of a duty.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The period it is about: `2025-04`, `2025Q2`, `2025`.
    pub key: String,
    /// The period's first day.
    pub from: NaiveDate,
    /// The period's last day.
    pub to: NaiveDate,
    /// The due day as the procedure names it, before a day off moves it.
    pub due_day: NaiveDate,
    /// When it is due: 24:00 of the due day, after any move.
    pub due_at: Moment,
    /// When the owner is reminded.
    pub remind_at: Moment,
}

/// Whether a duty recurs for the house by the calendar; others wait for a device, an occasion, or the company's word.
pub fn by_calendar(duty: &Duty) -> bool {
    duty.per == Per::House && !matches!(duty.every, Every::Months(_) | Every::AsSet | Every::Occasion)
}

/// The occurrence that is next due on a day, that day included: the first whose due day has not passed.
pub fn current(duty: &Duty, clock: &Clock<'_>, day: NaiveDate) -> Occurrence {
    // A duty is due at most one month after its period, so the search begins one period early.
    let mut first = previous_start(duty.every, period_start(duty.every, day));
    loop {
        let found = occurrence(duty, clock, first);
        let next = next_start(duty.every, first);
        if found.due_day >= day || next <= first {
            return found;
        }
        first = next;
    }
}

/// The occurrence before another: what may be overdue.
pub fn before(duty: &Duty, clock: &Clock<'_>, one: &Occurrence) -> Occurrence {
    occurrence(duty, clock, previous_start(duty.every, one.from))
}

fn occurrence(duty: &Duty, clock: &Clock<'_>, from: NaiveDate) -> Occurrence {
    let to = period_end(duty.every, from).pred_opt().unwrap_or(from);
    let due_day = match duty.due_day {
        // In the month after the period; a month that is too short ends sooner.
        Some(day) => {
            let first = to.succ_opt().unwrap_or(to);
            let last = plus_months(first, 1).pred_opt().unwrap_or(first);
            first.with_day(day.max(1)).unwrap_or(last)
        }
        None => to,
    };
    let count = Count {
        roll: duty.roll,
        ..Count::default()
    };
    let start = clock.start_of_day(due_day);
    // Zero days end with the start day itself, and roll as any calendar limit does.
    let due_at = match Amount::new(0, Unit::Days) {
        Ok(none) => clock.due(start, &none, &count).at,
        Err(_) => clock.end_of_day(due_day),
    };
    Occurrence {
        key: key(duty.every, from),
        from,
        to,
        due_day,
        due_at,
        remind_at: clock.back(due_at, &duty.remind),
    }
}

fn key(every: Every, from: NaiveDate) -> String {
    match every {
        Every::Month => from.format("%Y-%m").to_string(),
        Every::Quarter | Every::FourthQuarter => format!("{:04}Q{}", from.year(), from.month0() / 3 + 1),
        Every::Year | Every::Months(_) | Every::AsSet | Every::Occasion => format!("{:04}", from.year()),
    }
}

/// First day of the period that a day lies in; for the fourth quarter: of the last one that began by that day.
fn period_start(every: Every, day: NaiveDate) -> NaiveDate {
    let month = match every {
        Every::Month => day.month(),
        Every::Quarter => day.month0() / 3 * 3 + 1,
        Every::FourthQuarter => 10,
        Every::Year | Every::Months(_) | Every::AsSet | Every::Occasion => 1,
    };
    let start = NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day);
    if start > day { minus_months(start, 12) } else { start }
}

/// First day after a period.
fn period_end(every: Every, start: NaiveDate) -> NaiveDate {
    let months = match every {
        Every::Month => 1,
        Every::Quarter | Every::FourthQuarter => 3,
        Every::Year | Every::Months(_) | Every::AsSet | Every::Occasion => 12,
    };
    plus_months(start, months)
}

fn next_start(every: Every, start: NaiveDate) -> NaiveDate {
    match every {
        Every::FourthQuarter => plus_months(start, 12),
        _ => period_end(every, start),
    }
}

fn previous_start(every: Every, start: NaiveDate) -> NaiveDate {
    match every {
        Every::Month => minus_months(start, 1),
        Every::Quarter => minus_months(start, 3),
        _ => minus_months(start, 12),
    }
}

fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(day)
}

fn minus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(day)
}

#[cfg(test)]
#[path = "duty_tests.rs"]
mod tests;
