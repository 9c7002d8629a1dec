//! Where a limit ends: the four ways of counting, with pauses and rolling.

use super::{
    Amount, Clock, Count, Moment, Roll,
    amount::Measure,
    table::{date, number},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

/// The end of a limit and what an explanation needs to know of it.
pub(super) struct End {
    pub at: Moment,
    pub provisional: bool,
    /// For limits in days: the last day counted, before rolling.
    pub last_day: Option<NaiveDate>,
}

/// Computes the end; allocates only if there are pauses.
pub(super) fn end(clock: &Clock<'_>, start: Moment, amount: &Amount, count: &Count<'_>) -> End {
    match amount.measure() {
        Measure::Elapsed(micros) => elapsed(clock, start, micros, count),
        Measure::Working(micros) => working(clock, start, micros, count),
        Measure::Halves(halves) => working(clock, start, halves * clock.hours.total() / 2, count),
        Measure::WorkingDays(days) => working_days(clock, start, days, count),
        Measure::Days(days) => {
            let first = number(clock.day_of(start));
            calendar(
                clock,
                start,
                first + days - i64::from(count.count_start_day && days > 0),
                count,
            )
        }
        Measure::Months(months) => {
            let last = add_months(clock.day_of(start), months);
            calendar(
                clock,
                start,
                number(last) - i64::from(count.count_start_day && months > 0),
                count,
            )
        }
    }
}

/// The corresponding day `months` later, or the month's last day.
pub(super) fn add_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// Closed pauses after `start`, in order, overlapping ones joined. Open ones are left out: their end is not known.
pub(super) fn pauses(start: Moment, count: &Count<'_>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let start = start.with_timezone(&Utc);
    let spans = count
        .pauses
        .iter()
        .filter_map(|pause| Some((pause.from.to_utc().max(start), pause.until?.to_utc())));
    let mut spans: Vec<_> = spans.filter(|(from, until)| from < until).collect();
    spans.sort_unstable();
    let mut joined: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(until),
            _ => joined.push((from, until)),
        }
    }
    joined
}

/// The days that the pauses leave out, as (day before the first, last), in order.
pub(super) fn paused_days(clock: &Clock<'_>, start: Moment, count: &Count<'_>) -> Vec<(NaiveDate, NaiveDate)> {
    let days = |(from, until): (DateTime<Utc>, DateTime<Utc>)| {
        (clock.day_of(from.fixed_offset()), clock.day_of(until.fixed_offset()))
    };
    pauses(start, count)
        .into_iter()
        .map(days)
        .filter(|(from, until)| from < until)
        .collect()
}

fn elapsed(clock: &Clock<'_>, start: Moment, micros: i64, count: &Count<'_>) -> End {
    let mut at = clock.plus(start, micros);
    for (from, until) in pauses(start, count) {
        if from >= at {
            break;
        }
        let paused = until.signed_duration_since(from);
        at = clock.zoned(
            at.to_utc()
                .checked_add_signed(paused)
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        );
    }
    End {
        at,
        provisional: false,
        last_day: None,
    }
}

fn working(clock: &Clock<'_>, start: Moment, micros: i64, count: &Count<'_>) -> End {
    let local = clock.local(start);
    let from = clock.worked(local);
    let mut target = from + micros;
    for (pause, until) in pauses(start, count) {
        let pause = clock.worked(clock.local(pause.fixed_offset()));
        if pause >= target {
            break;
        }
        target += clock.worked(clock.local(until.fixed_offset())) - pause;
    }
    let at = match target == from {
        true => clock.next_working_start(start),
        false => clock.working_end(target, Some(start)),
    };
    // A limit that ends at 24:00 consults only the day that ends.
    let last = clock.local(at - TimeDelta::microseconds(1)).date().max(local.date());
    let provisional = !clock.calendar.table().known(local.year(), last.year());
    End {
        at,
        provisional,
        last_day: None,
    }
}

fn working_days(clock: &Clock<'_>, start: Moment, days: i64, count: &Count<'_>) -> End {
    let (table, day) = (clock.calendar.table(), clock.day_of(start));
    let days_before = if count.count_start_day {
        table.rank(day)
    } else {
        table.through(day)
    };
    // None at all means the start day, or the next working day if that is off.
    let floor = table.rank(day) + 1;
    let mut target = (days_before + days).max(floor);
    if !count.pauses.is_empty() {
        for (from, until) in paused_days(clock, start, count) {
            let before = table.through(from);
            if before >= target {
                break;
            }
            target += table.through(until) - before;
        }
    }
    let last = table.select(target - 1);
    let counts_start = count.count_start_day || days == 0;
    let first = if counts_start {
        day
    } else {
        day.checked_add_days(Days::new(1)).unwrap_or(day)
    };
    let provisional = !table.known(first.year(), last.year());
    End {
        at: clock.end_of_work(last),
        provisional,
        last_day: Some(last),
    }
}

fn calendar(clock: &Clock<'_>, start: Moment, last: i64, count: &Count<'_>) -> End {
    let mut last = last;
    if !count.pauses.is_empty() {
        for (from, until) in paused_days(clock, start, count) {
            if number(from) >= last {
                break;
            }
            last += number(until) - number(from);
        }
    }
    let last = date(last);
    let table = clock.calendar.table();
    let rolled = match count.roll {
        _ if table.works(last) => last,
        Roll::None => last,
        Roll::Next => table.select(table.rank(last)),
        Roll::Previous => table.select(table.rank(last) - 1),
    };
    let (first, end) = (last.min(rolled).year(), last.max(rolled).year());
    let provisional = count.roll != Roll::None && !table.known(first, end);
    End {
        at: clock.end_of_day(rolled),
        provisional,
        last_day: Some(last),
    }
}
