//! How much time a limit gives: a number and a unit, such as `4 working hours` or `half a working day`.

use chrono::{Days, Months, NaiveDate};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Minutes round the clock.
    Minutes,
    /// Hours round the clock.
    Hours,
    /// Calendar days, ending at 24:00 local.
    Days,
    /// Calendar weeks, ending at 24:00 local.
    Weeks,
    /// Calendar months, clamped to the month's last day, ending at 24:00 local.
    Months,
    /// Calendar years, 29 February clamped, ending at 24:00 local.
    Years,
    /// Minutes of working time.
    WorkingMinutes,
    /// Hours of working time.
    WorkingHours,
    /// Working days (工作日), ending at the last working minute.
    WorkingDays,
    /// Halves of a working day's working time, counted as working time from the moment (primitive 11 of table 3(l)).
    HalfWorkingDays,
    /// Rings of a telephone: the telephone system counts them, no calendar does.
    Rings,
}

/// Every unit, its singular, its plural, and the most of it that 100 years hold.
const UNITS: [(Unit, &str, &str, i64); 11] = [
    (Unit::Minutes, "minute", "minutes", 52_596_000),
    (Unit::Hours, "hour", "hours", 876_600),
    (Unit::Days, "day", "days", 36_525),
    (Unit::Weeks, "week", "weeks", 5_217),
    (Unit::Months, "month", "months", 1_200),
    (Unit::Years, "year", "years", 100),
    (Unit::WorkingMinutes, "working minute", "working minutes", 52_596_000),
    (Unit::WorkingHours, "working hour", "working hours", 876_600),
    (Unit::WorkingDays, "working day", "working days", 36_525),
    (Unit::HalfWorkingDays, "half working day", "half working days", 73_050),
    (Unit::Rings, "ring", "rings", 100),
];

/// A length of time as a procedure states it, at most 100 years. Written and stored as text (`4 working hours`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount {
    /// Hundredths of the unit: `0.5 hour` stays as the procedure writes it.
    hundredths: i64,
    unit: Unit,
}

/// Why a text is not an amount of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a number and a unit.
    #[error("`{0}` is not an amount of time such as `4 working hours`, `3 weeks` or `half a working day`")]
    Form(String),
    /// The unit is none of those known.
    #[error(
        "`{0}` is not a unit of time; there are minutes, hours, days, weeks, months, years, working minutes, working hours, working days, half working days"
    )]
    Unit(String),
    /// Only minutes, hours, working minutes and working hours may be broken (to hundredths), working days halved.
    #[error("`{0}` cannot be counted: only minutes and hours may be fractions, and working days may be halves")]
    Fraction(String),
    /// More than 100 years.
    #[error("`{0}` is more than 100 years")]
    TooLong(String),
}

/// How the arithmetic sees an amount.
pub(super) enum Measure {
    /// Microseconds round the clock.
    Elapsed(i64),
    /// Microseconds of working time.
    Working(i64),
    /// Halves of a day's working time.
    Halves(i64),
    WorkingDays(i64),
    Days(i64),
    Months(u32),
}

impl Amount {
    /// A whole number of units.
    ///
    /// # Errors
    /// [`AmountError::TooLong`] beyond 100 years.
    pub fn new(count: u32, unit: Unit) -> Result<Self, AmountError> {
        Self::checked(Decimal::from(count), unit, &format!("{count} {}", unit.plural()))
    }

    /// Reads a number (or `half a`, `half an`, `a`, `an`, `one`) and a unit in singular or plural.
    /// `0.5 working days` is one half working day.
    ///
    /// # Errors
    /// [`AmountError`] says what cannot be read or counted.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let lower = text.trim().to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        let form = || AmountError::Form(text.to_owned());
        let (count, unit) = match words.as_slice() {
            ["half", "a" | "an", unit @ ..] => (Decimal::new(5, 1), unit.join(" ")),
            ["half", "working", "day"] => (Decimal::ONE, "half working day".to_owned()),
            ["a" | "an" | "one", unit @ ..] => (Decimal::ONE, unit.join(" ")),
            [number, unit @ ..] if !unit.is_empty() => {
                let plain = number.len() <= 12 && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                let count = Decimal::from_str_exact(number)
                    .ok()
                    .filter(|_| plain)
                    .ok_or_else(form)?;
                (count, unit.join(" ").replace("half-working", "half working"))
            }
            _ => return Err(form()),
        };
        let unit = unit.replace("working-", "working ");
        let found = UNITS.iter().find(|(_, one, many, _)| unit == *one || unit == *many);
        match found {
            Some((unit, ..)) => Self::checked(count, *unit, text),
            None if unit.is_empty() => Err(form()),
            None => Err(AmountError::Unit(unit)),
        }
    }

    fn checked(count: Decimal, unit: Unit, text: &str) -> Result<Self, AmountError> {
        let fraction = || AmountError::Fraction(text.to_owned());
        let (count, unit) = match unit {
            Unit::WorkingDays if !count.fract().is_zero() => (count * Decimal::TWO, Unit::HalfWorkingDays),
            unit => (count, unit),
        };
        let breakable = matches!(
            unit,
            Unit::Minutes | Unit::Hours | Unit::WorkingMinutes | Unit::WorkingHours
        );
        let hundredths = count * Decimal::ONE_HUNDRED;
        if !hundredths.fract().is_zero() || !(breakable || count.fract().is_zero()) {
            return Err(fraction());
        }
        let hundredths = hundredths.to_i64().ok_or_else(fraction)?;
        match hundredths <= unit.row().3 * 100 {
            true => Ok(Amount { hundredths, unit }),
            false => Err(AmountError::TooLong(text.to_owned())),
        }
    }

    /// The number, in units of [`Amount::unit`].
    #[must_use]
    pub fn count(&self) -> Decimal {
        Decimal::new(self.hundredths, 2).normalize()
    }

    /// The unit.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// The number and unit as the rule catalogue writes them: half working days are `0.5` of a `working day`.
    #[must_use]
    pub fn stated(&self) -> (Decimal, &'static str) {
        let (count, unit) = match self.unit {
            Unit::HalfWorkingDays => ((self.count() / Decimal::TWO).normalize(), Unit::WorkingDays),
            unit => (self.count(), unit),
        };
        (
            count,
            if count <= Decimal::ONE && !count.is_zero() {
                unit.singular()
            } else {
                unit.plural()
            },
        )
    }

    /// The civil date this long after another, for amounts of whole days, weeks, months and years; nothing for the rest.
    pub fn after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let count = u32::try_from(self.hundredths / 100).ok()?;
        match self.unit {
            Unit::Days => date.checked_add_days(Days::new(count.into())),
            Unit::Weeks => date.checked_add_days(Days::new(u64::from(count) * 7)),
            Unit::Months => date.checked_add_months(Months::new(count)),
            Unit::Years => date.checked_add_months(Months::new(count.checked_mul(12)?)),
            _ => None,
        }
    }

    pub(super) fn measure(&self) -> Measure {
        // Every number is at most 100 years of microseconds, far inside an i64.
        let (hundredths, whole) = (self.hundredths, self.hundredths / 100);
        match self.unit {
            Unit::Minutes => Measure::Elapsed(hundredths * 600_000),
            Unit::Hours => Measure::Elapsed(hundredths * 36_000_000),
            Unit::WorkingMinutes => Measure::Working(hundredths * 600_000),
            Unit::WorkingHours => Measure::Working(hundredths * 36_000_000),
            Unit::HalfWorkingDays => Measure::Halves(whole),
            Unit::Rings => Measure::Elapsed(0),
            Unit::WorkingDays => Measure::WorkingDays(whole),
            Unit::Days => Measure::Days(whole),
            Unit::Weeks => Measure::Days(whole * 7),
            Unit::Months => Measure::Months(u32::try_from(whole).unwrap_or(0)),
            Unit::Years => Measure::Months(u32::try_from(whole * 12).unwrap_or(0)),
        }
    }
}

impl Unit {
    fn row(self) -> (Unit, &'static str, &'static str, i64) {
        let row = UNITS.iter().find(|row| row.0 == self).copied();
        row.unwrap_or((self, "", "", 0))
    }

    /// `working hour`.
    #[must_use]
    pub fn singular(self) -> &'static str {
        self.row().1
    }

    /// `working hours`.
    #[must_use]
    pub fn plural(self) -> &'static str {
        self.row().2
    }

    /// The clock that a unit runs on, by its name in the contract: `elapsed`, `work`, `workday`, `cal`, or `ring`.
    #[must_use]
    pub fn clock(self) -> &'static str {
        match self {
            Self::Minutes | Self::Hours => "elapsed",
            Self::WorkingMinutes | Self::WorkingHours => "work",
            Self::WorkingDays | Self::HalfWorkingDays => "workday",
            Self::Days | Self::Weeks | Self::Months | Self::Years => "cal",
            Self::Rings => "ring",
        }
    }

    /// Whether the unit counts working time or working days, and so depends on the calendar.
    #[must_use]
    pub fn is_working(self) -> bool {
        matches!(
            self,
            Unit::WorkingMinutes | Unit::WorkingHours | Unit::WorkingDays | Unit::HalfWorkingDays
        )
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.hundredths == 100 {
            self.unit.singular()
        } else {
            self.unit.plural()
        };
        write!(f, "{} {name}", self.count())
    }
}

impl FromStr for Amount {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        Amount::parse(text)
    }
}

impl TryFrom<String> for Amount {
    type Error = AmountError;
    fn try_from(text: String) -> Result<Self, AmountError> {
        Amount::parse(&text)
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> String {
        amount.to_string()
    }
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
