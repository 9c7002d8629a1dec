//! A clock: working calendar, working hours and zone together; what moments it gives and which are working time.

use super::{
    Moment,
    amount::{Amount, Measure},
    calendar::WorkCalendar,
    explain::{self, Step},
    hours::{Hours, MINUTE, time_of},
    limit,
    table::{date, number},
};
use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Counts time for one procedure. Cheap to build; holds nothing of its own.
#[derive(Debug, Clone, Copy)]
pub struct Clock<'a> {
    /// Which days are worked.
    pub calendar: &'a WorkCalendar,
    /// Which hours of a working day.
    pub hours: &'a Hours,
    /// The zone whose civil days and wall clock count.
    pub zone: Tz,
}

/// Where a calendar limit goes if its last day is off. Elapsed and working limits do not roll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It stays.
    #[default]
    None,
    /// To the next working day.
    Next,
    /// To the working day before.
    Previous,
}

/// A time in which a limit does not run, such as waiting for the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it began.
    pub from: Moment,
    /// When it ended. An open pause is ignored: the caller shows such a limit as paused, since no end can be told.
    pub until: Option<Moment>,
}

/// How a limit is counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Count<'a> {
    /// Where a calendar limit goes if its last day is off.
    pub roll: Roll,
    /// Whether the start day is the first day of a day limit; by default it is not counted (contract, clock conventions).
    pub count_start_day: bool,
    /// Times that do not count, in any order. For limits in days, a pause from day A to day B leaves out the days after A
    /// up to and including B.
    pub pauses: &'a [Pause],
}

/// When a limit ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// The moment.
    pub at: Moment,
    /// Whether it rests on a year whose calendar is not published.
    pub provisional: bool,
    /// What was counted and what was passed over; empty from [`Clock::due`].
    pub explain: Vec<Step>,
}

impl Clock<'_> {
    /// When `amount` from `start` ends.
    ///
    /// Minutes and hours run from the moment; working units from the moment or, outside of working time, from the next
    /// working start. Working days end at the last working minute, calendar units at 24:00, which is 00:00 of the next day.
    #[must_use]
    pub fn due(&self, start: Moment, amount: &Amount, count: &Count<'_>) -> Due {
        let end = limit::end(self, start, amount, count);
        Due {
            at: end.at,
            provisional: end.provisional,
            explain: Vec::new(),
        }
    }

    /// As [`Clock::due`], with the steps that lead there.
    #[must_use]
    pub fn explain(&self, start: Moment, amount: &Amount, count: &Count<'_>) -> Due {
        let end = limit::end(self, start, amount, count);
        Due {
            at: end.at,
            provisional: end.provisional,
            explain: explain::steps(self, start, amount, count, &end),
        }
    }

    /// The moment `amount` before `at`, for warnings before a deadline: the latest moment from which the amount still
    /// remains. Days and longer keep the time of day; 00:00 counts as 24:00 of the day before.
    #[must_use]
    pub fn back(&self, at: Moment, amount: &Amount) -> Moment {
        match amount.measure() {
            Measure::Elapsed(micros) => self.plus(at, -micros),
            Measure::Working(micros) => self.back_working(at, micros),
            Measure::Halves(halves) => self.back_working(at, halves * self.hours.total() / 2),
            Measure::WorkingDays(0) | Measure::Days(0) | Measure::Months(0) => self.plus(at, 0),
            Measure::WorkingDays(days) => {
                let table = self.calendar.table();
                self.shift_day(at, |day| table.select(table.rank(day) - days))
            }
            Measure::Days(days) => self.shift_day(at, |day| date(number(day) - days)),
            Measure::Months(months) => self.shift_day(at, |day| {
                day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
            }),
        }
    }

    /// The moment `amount` after `at`, for the rungs after a deadline. Unlike [`Clock::due`], days and longer keep the time
    /// of day; 00:00 counts as 24:00 of the day before.
    #[must_use]
    pub fn after(&self, at: Moment, amount: &Amount) -> Moment {
        match amount.measure() {
            Measure::Working(0) | Measure::Halves(0) => self.plus(at, 0),
            Measure::Elapsed(_) | Measure::Working(_) | Measure::Halves(_) => {
                limit::end(self, at, amount, &Count::default()).at
            }
            Measure::WorkingDays(0) | Measure::Days(0) | Measure::Months(0) => self.plus(at, 0),
            Measure::WorkingDays(days) => {
                let table = self.calendar.table();
                self.shift_day(at, |day| table.select(table.through(day) + days - 1))
            }
            Measure::Days(days) => self.shift_day(at, |day| date(number(day) + days)),
            Measure::Months(months) => self.shift_day(at, |day| limit::add_months(day, months)),
        }
    }

    /// `at` itself if it lies in working time, else the next start of working time.
    #[must_use]
    pub fn next_working_start(&self, at: Moment) -> Moment {
        match self.is_working(at) {
            true => self.plus(at, 0),
            false => self.working_start(self.worked(self.local(at)), Some(at)),
        }
    }

    /// Whether the moment lies in working time; the end of a span does not.
    #[must_use]
    pub fn is_working(&self, at: Moment) -> bool {
        let local = self.local(at);
        self.calendar.is_working_day(local.date()) && self.hours.contains(time_of(local))
    }

    /// Whole working minutes from `from` to `to`; negative if `to` is the earlier.
    #[must_use]
    pub fn working_between(&self, from: Moment, to: Moment) -> i64 {
        (self.worked(self.local(to)) - self.worked(self.local(from))) / MINUTE
    }

    /// Working days after the day of `from` up to and including the day of `to`; negative if `to` is the earlier.
    #[must_use]
    pub fn working_days_between(&self, from: Moment, to: Moment) -> i64 {
        self.calendar.working_days_between(self.day_of(from), self.day_of(to))
    }

    /// The civil day of a moment in this clock's zone.
    #[must_use]
    pub fn day_of(&self, at: Moment) -> NaiveDate {
        self.local(at).date()
    }

    /// The last day of a limit that ends at `at`: 24:00, written as 00:00, belongs to the day that ends. A limit in days that
    /// follows on another one starts on this day.
    #[must_use]
    pub fn last_day_of(&self, at: Moment) -> NaiveDate {
        let day = self.day_of(at);
        // Where summer time skips midnight, the day before ends at the first instant after the gap.
        if at == self.start_of_day(day) {
            day.pred_opt().unwrap_or(day)
        } else {
            day
        }
    }

    /// 24:00 of the day, which is the start of the next.
    #[must_use]
    pub fn end_of_day(&self, day: NaiveDate) -> Moment {
        self.at(day, 24 * 60 * MINUTE, None)
    }

    /// 00:00 of the day, or the first moment the day has.
    #[must_use]
    pub fn start_of_day(&self, day: NaiveDate) -> Moment {
        self.at(day, 0, None)
    }

    /// The last working minute's end, were the day worked.
    #[must_use]
    pub fn end_of_work(&self, day: NaiveDate) -> Moment {
        self.at(day, self.hours.closes(), None)
    }

    /// The wall clock at the moment, kept inside the years 1 to 9999.
    pub(super) fn local(&self, at: Moment) -> NaiveDateTime {
        in_range(at.with_timezone(&Utc)).with_timezone(&self.zone).naive_local()
    }

    /// The moment in the clock's zone.
    pub(super) fn zoned(&self, at: DateTime<Utc>) -> Moment {
        let at = in_range(at);
        at.with_timezone(&self.zone.offset_from_utc_datetime(&at.naive_utc()).fix())
    }

    /// The moment that is `micros` later, round the clock.
    pub(super) fn plus(&self, at: Moment, micros: i64) -> Moment {
        let utc = in_range(at.with_timezone(&Utc));
        let end = if micros < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        };
        self.zoned(utc.checked_add_signed(TimeDelta::microseconds(micros)).unwrap_or(end))
    }

    /// Working time in microseconds from a fixed point of the calendar up to the wall-clock time.
    pub(super) fn worked(&self, local: NaiveDateTime) -> i64 {
        let (table, day) = (self.calendar.table(), local.date());
        let today = if table.works(day) {
            self.hours.before(time_of(local))
        } else {
            0
        };
        // Fewer than 3.7 million days of at most a day each: far inside an i64.
        table.rank(day) * self.hours.total() + today
    }

    /// The first moment by which this much has been worked: the end of a span, not the next start.
    pub(super) fn working_end(&self, worked: i64, not_before: Option<Moment>) -> Moment {
        let rank = (worked - 1).div_euclid(self.hours.total());
        let rest = (worked - 1).rem_euclid(self.hours.total()) + 1;
        self.at(self.calendar.table().select(rank), self.hours.until(rest), not_before)
    }

    /// The last moment by which no more than this has been worked: the start of a span, not the end before it.
    pub(super) fn working_start(&self, worked: i64, not_before: Option<Moment>) -> Moment {
        let rank = worked.div_euclid(self.hours.total());
        let rest = worked.rem_euclid(self.hours.total());
        self.at(self.calendar.table().select(rank), self.hours.from(rest), not_before)
    }

    fn back_working(&self, at: Moment, micros: i64) -> Moment {
        let before = self.working_start(self.worked(self.local(at)) - micros, None);
        before.min(self.plus(at, 0))
    }

    /// Moves the civil day and keeps the time; midnight belongs to the day that ends.
    fn shift_day(&self, at: Moment, to: impl Fn(NaiveDate) -> NaiveDate) -> Moment {
        let local = self.local(at);
        match (time_of(local), local.date().checked_sub_days(Days::new(1))) {
            (0, Some(day)) => self.end_of_day(to(day)),
            (time, _) => self.at(to(local.date()), time, None),
        }
    }

    /// The moment at which the day's wall clock shows this time, microseconds since midnight. A time that the zone skips
    /// is the first moment after the gap; one that comes twice is the earlier, or the later if that is before `not_before`.
    pub(super) fn at(&self, day: NaiveDate, time: i64, not_before: Option<Moment>) -> Moment {
        let first = NaiveDate::from_ymd_opt(1, 1, 2).unwrap_or(NaiveDate::MIN);
        let last = NaiveDate::from_ymd_opt(9999, 12, 30).unwrap_or(NaiveDate::MAX);
        let local = day.clamp(first, last).and_time(NaiveTime::MIN) + TimeDelta::microseconds(time);
        let utc_at = |offset: chrono::FixedOffset| {
            let utc = local - TimeDelta::seconds(i64::from(offset.local_minus_utc()));
            utc.and_utc().with_timezone(&offset)
        };
        match self.zone.offset_from_local_datetime(&local) {
            chrono::MappedLocalTime::Single(offset) => utc_at(offset.fix()),
            chrono::MappedLocalTime::Ambiguous(one, other) => {
                let (one, other) = (utc_at(one.fix()), utc_at(other.fix()));
                let (early, late) = (one.min(other), one.max(other));
                if not_before.is_some_and(|bound| early < bound) {
                    late
                } else {
                    early
                }
            }
            chrono::MappedLocalTime::None => self.after_gap(local),
        }
    }

    /// The first moment after the gap of the zone that holds this wall-clock time.
    fn after_gap(&self, local: NaiveDateTime) -> Moment {
        let shows = |utc: NaiveDateTime| {
            utc + TimeDelta::seconds(i64::from(
                self.zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
            ))
        };
        // Two days hold every offset and the longest gap there has been (one day); the answer lies in (low, high].
        let (mut low, mut high) = (-2 * 86_400_i64, 2 * 86_400_i64);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if shows(local + TimeDelta::seconds(middle)) < local {
                low = middle
            } else {
                high = middle
            }
        }
        let whole = local - TimeDelta::nanoseconds(i64::from(chrono::Timelike::nanosecond(&local)));
        self.zoned((whole + TimeDelta::seconds(high)).and_utc())
    }
}

/// Kept inside the years that RFC 3339 can write, whatever the offset: 0001-01-02 to 9999-12-30.
fn in_range(at: DateTime<Utc>) -> DateTime<Utc> {
    const FIRST: i64 = -62_135_510_400;
    const LAST: i64 = 253_402_128_000;
    match at.timestamp() {
        inside if (FIRST..LAST).contains(&inside) => at,
        outside => DateTime::from_timestamp(outside.clamp(FIRST, LAST), 0).unwrap_or(at),
    }
}
