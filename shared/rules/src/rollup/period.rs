//! A period of civil time that figures are about: a month, a quarter, a year.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use crate::clock::{Clock, Moment};

/// A month (`2026-11`), a quarter (`2026Q4`) or a year (`2026`), in the procedure's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    first: NaiveDate,
    months: u32,
}

impl Period {
    /// The month of a day.
    pub fn month_of(day: NaiveDate) -> Self {
        Self {
            first: day.with_day(1).unwrap_or(day),
            months: 1,
        }
    }

    /// The quarter of a day.
    pub fn quarter_of(day: NaiveDate) -> Self {
        let first = day.with_day(1).unwrap_or(day);
        Self {
            first: first.with_month(first.month0() / 3 * 3 + 1).unwrap_or(first),
            months: 3,
        }
    }

    /// The year of a day.
    pub fn year_of(day: NaiveDate) -> Self {
        let first = day.with_day(1).unwrap_or(day);
        Self {
            first: first.with_month(1).unwrap_or(first),
            months: 12,
        }
    }

    /// Its first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The first day after it.
    pub fn after(&self) -> NaiveDate {
        self.first + Months::new(self.months)
    }

    /// The period of the same length before it.
    pub fn before(&self) -> Self {
        Self {
            first: self.first - Months::new(self.months),
            months: self.months,
        }
    }

    /// The same period a year before.
    pub fn year_before(&self) -> Self {
        Self {
            first: self.first - Months::new(12),
            months: self.months,
        }
    }

    /// Its months, in order.
    pub fn months(&self) -> impl Iterator<Item = Self> + use<> {
        let first = self.first;
        (0..self.months).map(move |n| Self {
            first: first + Months::new(n),
            months: 1,
        })
    }

    /// Its quarters, in order; none of a month.
    pub fn quarters(&self) -> impl Iterator<Item = Self> + use<> {
        let first = self.first;
        (0..self.months / 3).map(move |n| Self {
            first: first + Months::new(n * 3),
            months: 3,
        })
    }

    /// Its first moment.
    pub fn begins(&self, clock: &Clock<'_>) -> Moment {
        midnight(clock, self.first)
    }

    /// The first moment after it, as of which its figures are.
    pub fn ends(&self, clock: &Clock<'_>) -> Moment {
        midnight(clock, self.after())
    }

    /// Whether a moment lies in it. What is due at 24:00 of its last day is due in it.
    pub fn holds(&self, clock: &Clock<'_>, at: Moment) -> bool {
        self.begins(clock) <= at && at < self.ends(clock)
    }
}

fn midnight(clock: &Clock<'_>, day: NaiveDate) -> Moment {
    clock.end_of_day(day.pred_opt().unwrap_or(day))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.months {
            12 => write!(f, "{}", self.first.year()),
            3 => write!(f, "{}Q{}", self.first.year(), self.first.month0() / 3 + 1),
            _ => write!(f, "{}", self.first.format("%Y-%m")),
        }
    }
}

/// No period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a month such as 2026-11, nor a quarter such as 2026Q4, nor a year such as 2026")]
pub struct NoPeriod;

impl FromStr for Period {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let year = |text: &str| -> Option<i32> {
            let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).ok_or(NoPeriod);
        if let Some((of, quarter)) = text.split_once(['Q', 'q']) {
            let quarter: u32 = match quarter {
                "1" => 1,
                "2" => 4,
                "3" => 7,
                "4" => 10,
                _ => return Err(NoPeriod),
            };
            return Ok(Self::quarter_of(day(year(of).ok_or(NoPeriod)?, quarter)?));
        }
        if let Some((of, month)) = text.split_once('-') {
            let two = month.len() == 2 && month.bytes().all(|b| b.is_ascii_digit());
            let month = month.parse().ok().filter(|_| two).ok_or(NoPeriod)?;
            return Ok(Self::month_of(day(year(of).ok_or(NoPeriod)?, month)?));
        }
        Ok(Self::year_of(day(year(text).ok_or(NoPeriod)?, 1)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for text in ["2026-11", "2026Q4", "2026", "2024-02"] {
            assert_eq!(period(text).to_string(), text);
        }
        for text in [
            "", "2026-13", "2026Q5", "26", "2026-1", "2026-Q1", "+026", "2026-011", "十月",
        ] {
            assert_eq!(text.parse::<Period>(), Err(NoPeriod), "{text}");
        }
    }

    #[test]
    fn a_year_is_its_quarters_and_a_quarter_its_months() {
        let all =
            |periods: &mut dyn Iterator<Item = Period>| -> Vec<String> { periods.map(|one| one.to_string()).collect() };
        assert_eq!(
            all(&mut period("2026").quarters()),
            ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
        );
        assert_eq!(all(&mut period("2026Q4").months()), ["2026-10", "2026-11", "2026-12"]);
        assert_eq!(period("2026Q1").before().to_string(), "2025Q4");
        assert_eq!(period("2026-01").before().to_string(), "2025-12");
        assert_eq!(period("2026Q3").year_before().to_string(), "2025Q3");
    }
}
