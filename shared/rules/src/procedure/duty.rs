//! When a recurring duty (定期工作) is due, for the house or for a device: its period, the due moment, the reminder before it.

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;

use super::model::{Duty, Every, Per};
use crate::clock::{Amount, Clock, Count, Moment, Unit};
use crate::domain::device::Device;

/// One occurrence of a duty.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurrence {
    /// The period it is about: `2025-04`, `2025Q2`, `2025`, `2025-03..2025-04`; for a device the due day.
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

/// Why a duty is never due by the calendar of the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unscheduled {
    /// The source says "regularly" or nothing: the company has to say how often.
    AsSet,
    /// It is due on each occasion of its kind, and recorded when it was done.
    Occasion,
    /// It is due for each device of the register, from that device's own date.
    PerDevice,
}

/// Why nothing is due by the calendar of the house; nothing for a duty that is.
pub fn unscheduled(duty: &Duty) -> Option<Unscheduled> {
    match (duty.every, duty.per) {
        (Every::AsSet, _) => Some(Unscheduled::AsSet),
        (Every::Occasion, _) => Some(Unscheduled::Occasion),
        (_, Per::Device) => Some(Unscheduled::PerDevice),
        (_, Per::House) => None,
    }
}

/// Whether a duty recurs for the house by the calendar; others wait for a device, an occasion, or the company's word.
pub fn by_calendar(duty: &Duty) -> bool {
    unscheduled(duty).is_none()
}

/// The occurrence next due on a day, that day included: of the house where no device is given, else of that device.
pub fn next(duty: &Duty, clock: &Clock<'_>, device: Option<&Device>, day: NaiveDate) -> Option<Occurrence> {
    match device {
        Some(device) => next_for(duty, clock, device, day),
        None => by_calendar(duty).then(|| current(duty, clock, day)),
    }
}

/// The field from whose date a duty of a device is counted.
pub fn from_field(duty: &Duty) -> &str {
    duty.from_field
        .as_ref()
        .map_or("acceptance_date", |field| field.as_str())
}

/// The occurrence for a device that is due on a day or next after it; nothing if there will be none.
///
/// The n-th occurrence is counted from the start itself, so that a short month shortens only its own: from 30 November
/// every three months comes 28 February, then 30 May.
pub fn next_for(duty: &Duty, clock: &Clock<'_>, device: &Device, day: NaiveDate) -> Option<Occurrence> {
    let step = device_step(duty)?;
    let start = device.date(from_field(duty))?;
    let day = match duty.in_warranty {
        // Only what comes after the warranty's last day counts.
        Some(false) => day.max(device.warranty_end()?.succ_opt()?),
        _ => day,
    };
    let mut nth = (months_between(start, day) / step).max(1);
    loop {
        let due_day = start.checked_add_months(Months::new(step.checked_mul(nth)?))?;
        if due_day >= day {
            let from = plus_months(start, step * (nth - 1));
            return stands(duty, device, due_day)
                .then(|| placed(duty, clock, due_day.to_string(), from, due_day, due_day));
        }
        nth += 1;
    }
}

/// Whether an occurrence for a device still has to be done: the device is in use on that day, in or after its warranty as
/// the duty says, and its dates still lead to that day.
pub fn stands(duty: &Duty, device: &Device, due_day: NaiveDate) -> bool {
    let (Some(step), Some(start)) = (device_step(duty), device.date(from_field(duty))) else {
        return false;
    };
    let months = months_between(start, due_day);
    // The last month may be cut short: the day before the full month is up is still its occurrence.
    let leads = [months, months + 1].into_iter().any(|months| {
        months > 0 && months % step == 0 && start.checked_add_months(Months::new(months)) == Some(due_day)
    });
    let in_use = device.retired_on.is_none_or(|retired| due_day <= retired);
    let warranty = match duty.in_warranty {
        None => true,
        Some(wanted) => device.warranty_end().is_some_and(|end| (due_day <= end) == wanted),
    };
    leads && in_use && warranty
}

/// Months from one occurrence for a device to the next.
fn device_step(duty: &Duty) -> Option<u32> {
    if duty.per != Per::Device || matches!(duty.every, Every::AsSet | Every::Occasion) {
        return None;
    }
    Some(match duty.every {
        Every::FourthQuarter => 12,
        other => length(other),
    })
}

/// Whole months from one day to another; none where it lies before.
fn months_between(start: NaiveDate, day: NaiveDate) -> u32 {
    let index = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let months = index(day) - index(start) - i64::from(day.day() < start.day());
    u32::try_from(months).unwrap_or(0)
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
    placed(duty, clock, key(duty.every, from), from, to, due_day)
}

/// An occurrence with its due moment: the due day's end, after any move, and the reminder before it.
fn placed(
    duty: &Duty,
    clock: &Clock<'_>,
    key: String,
    from: NaiveDate,
    to: NaiveDate,
    due_day: NaiveDate,
) -> Occurrence {
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
        key,
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
        Every::Months(_) => {
            let last = plus_months(from, length(every)).pred_opt().unwrap_or(from);
            format!("{}..{}", from.format("%Y-%m"), last.format("%Y-%m"))
        }
        Every::Year | Every::AsSet | Every::Occasion => format!("{:04}", from.year()),
    }
}

/// Months of a period.
fn length(every: Every) -> u32 {
    match every {
        Every::Month => 1,
        Every::Quarter | Every::FourthQuarter => 3,
        Every::Months(months) => months.clamp(1, 1_200),
        Every::Year | Every::AsSet | Every::Occasion => 12,
    }
}

/// First day of the period that a day lies in; for the fourth quarter: of the last one that began by that day. Periods of
/// so many months are counted from a January, so that those that divide a year keep to it.
fn period_start(every: Every, day: NaiveDate) -> NaiveDate {
    if every == Every::FourthQuarter {
        let start = NaiveDate::from_ymd_opt(day.year(), 10, 1).unwrap_or(day);
        return if start > day { minus_months(start, 12) } else { start };
    }
    let index = i64::from(day.year()) * 12 + i64::from(day.month0());
    let into = index.rem_euclid(i64::from(length(every)));
    let first = day.with_day(1).unwrap_or(day);
    minus_months(first, u32::try_from(into).unwrap_or(0))
}

/// First day after a period.
fn period_end(every: Every, start: NaiveDate) -> NaiveDate {
    plus_months(start, length(every))
}

fn next_start(every: Every, start: NaiveDate) -> NaiveDate {
    match every {
        Every::FourthQuarter => plus_months(start, 12),
        _ => period_end(every, start),
    }
}

fn previous_start(every: Every, start: NaiveDate) -> NaiveDate {
    match every {
        Every::FourthQuarter => minus_months(start, 12),
        _ => minus_months(start, length(every)),
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
