//! The working days of a calendar as bits, so that counting and finding the n-th working day cost no walk.

use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Working days counted from the first year the calendar says anything about; plain Monday to Friday outside of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    first_year: i32,
    /// Day numbers (days since 0001-01-01, which is 1) of the first day and of the day after the last.
    start: i64,
    end: i64,
    total: i64,
    years: Vec<YearBits>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct YearBits {
    /// Day number of 1 January.
    start: i64,
    /// Working days of the table before this year.
    before: i64,
    known: bool,
    /// Bit `n` is set if the day with ordinal `n` (0-based) is worked.
    bits: [u64; 6],
}

/// Monday-to-Friday days before day number `n`; day 1 (0001-01-01) is a Monday.
fn weekdays_before(n: i64) -> i64 {
    let days = n - 1;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

/// The day number of the weekday that has `count` weekdays before it.
fn weekday_after(count: i64) -> i64 {
    count.div_euclid(5) * 7 + count.rem_euclid(5) + 1
}

/// The day's number: days since 0001-01-01, which is 1.
pub(super) fn number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce())
}

/// The date with this number, or the nearest end of the range of dates.
pub(super) fn date(number: i64) -> NaiveDate {
    i32::try_from(number)
        .ok()
        .and_then(NaiveDate::from_num_days_from_ce_opt)
        .unwrap_or(if number < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

impl Table {
    /// Packs the years (whether each is known) and the days that differ from Monday to Friday.
    pub(super) fn new(years: &BTreeMap<i32, bool>, differing: &BTreeMap<NaiveDate, bool>) -> Self {
        let mut table = Table::default();
        let years_of = || years.keys().copied().chain(differing.keys().map(|day| day.year()));
        let (Some(first), Some(last)) = (years_of().min(), years_of().max()) else {
            return table;
        };
        table.first_year = first;
        for year in first..=last {
            let (Some(from), Some(to)) = (NaiveDate::from_yo_opt(year, 1), NaiveDate::from_ymd_opt(year, 12, 31))
            else {
                break;
            };
            if table.years.is_empty() {
                table.start = number(from);
            }
            let mut bits = [0u64; 6];
            for day in from.iter_days().take_while(|day| *day <= to) {
                let worked = differing
                    .get(&day)
                    .copied()
                    .unwrap_or_else(|| day.weekday().num_days_from_monday() < 5);
                let ordinal = day.ordinal0() as usize;
                if let Some(word) = bits.get_mut(ordinal / 64).filter(|_| worked) {
                    *word |= 1 << (ordinal % 64);
                }
            }
            let known = years.get(&year).copied().unwrap_or(false);
            table.years.push(YearBits {
                start: number(from),
                before: table.total,
                known,
                bits,
            });
            table.total += bits.iter().map(|word| i64::from(word.count_ones())).sum::<i64>();
            table.end = number(to) + 1;
        }
        table
    }

    fn year(&self, year: i32) -> Option<&YearBits> {
        usize::try_from(year.checked_sub(self.first_year)?)
            .ok()
            .and_then(|index| self.years.get(index))
    }

    pub(super) fn works(&self, day: NaiveDate) -> bool {
        match self.year(day.year()) {
            Some(year) => {
                let ordinal = day.ordinal0();
                year.bits
                    .get(ordinal as usize / 64)
                    .is_some_and(|word| word >> (ordinal % 64) & 1 == 1)
            }
            None => day.weekday().num_days_from_monday() < 5,
        }
    }

    /// Whether the calendar of every year in `first..=last` is published.
    pub(super) fn known(&self, first: i32, last: i32) -> bool {
        let last = last.max(first);
        self.year(first).is_some()
            && self.year(last).is_some()
            && (first..=last).all(|y| self.year(y).is_some_and(|y| y.known))
    }

    /// Working days before `day`, counted from the table's start (negative before it).
    pub(super) fn rank(&self, day: NaiveDate) -> i64 {
        let Some(year) = self.year(day.year()) else {
            let n = number(day);
            return if n < self.start || self.years.is_empty() {
                weekdays_before(n) - weekdays_before(self.start)
            } else {
                self.total + weekdays_before(n) - weekdays_before(self.end)
            };
        };
        let ordinal = day.ordinal0();
        let whole = ordinal as usize / 64;
        let full: u32 = year.bits.iter().take(whole).map(|word| word.count_ones()).sum();
        let part = year
            .bits
            .get(whole)
            .map_or(0, |word| (word & ((1u64 << (ordinal % 64)) - 1)).count_ones());
        year.before + i64::from(full + part)
    }

    /// Working days up to and including `day`.
    pub(super) fn through(&self, day: NaiveDate) -> i64 {
        self.rank(day) + i64::from(self.works(day))
    }

    /// The working day that has `rank` working days before it: the inverse of [`Table::rank`] on working days.
    pub(super) fn select(&self, rank: i64) -> NaiveDate {
        if rank < 0 || self.years.is_empty() {
            return date(weekday_after(rank + weekdays_before(self.start)));
        }
        if rank >= self.total {
            return date(weekday_after(rank - self.total + weekdays_before(self.end)));
        }
        let index = self.years.partition_point(|year| year.before <= rank).saturating_sub(1);
        let Some(year) = self.years.get(index) else {
            return NaiveDate::MAX;
        };
        let mut left = rank - year.before;
        let mut ordinal = 0;
        for word in year.bits {
            let here = i64::from(word.count_ones());
            if left < here {
                let mut rest = word;
                for _ in 0..left {
                    rest &= rest - 1;
                }
                return date(year.start + ordinal + i64::from(rest.trailing_zeros()));
            }
            left -= here;
            ordinal += 64;
        }
        date(year.start)
    }
}
