//! How complaints are numbered (编号): the counter a serial belongs to, and the number written from it.

use chrono::{Datelike, NaiveDate};

use super::model::{NumberPeriod, Numbering};
use crate::domain::names::Number;

/// The period in which a serial runs, as part of its counter's key: `2026-11`, `2026` or `ever`.
pub fn period(numbering: &Numbering, day: NaiveDate) -> String {
    match numbering.period {
        NumberPeriod::Month => day.format("%Y-%m").to_string(),
        NumberPeriod::Year => day.format("%Y").to_string(),
        NumberPeriod::Ever => "ever".to_owned(),
    }
}

/// Writes a number by the procedure's pattern. The serial outgrows its width rather than start again.
pub fn number(numbering: &Numbering, day: NaiveDate, serial: u64) -> Option<Number> {
    let width = numbering.width;
    let text = numbering
        .pattern
        .replace("{year}", &format!("{:04}", day.year()))
        .replace("{month}", &format!("{:02}", day.month()))
        .replace("{day}", &format!("{:02}", day.day()))
        .replace("{serial}", &format!("{serial:0width$}"));
    Number::parse(&text)
}

/// The serial of a number that was written by the procedure's pattern on a day of receipt; nothing for other numbers.
pub fn serial_of(numbering: &Numbering, day: NaiveDate, given: &str) -> Option<u64> {
    let (before, after) = numbering.pattern.split_once("{serial}")?;
    let dated = |text: &str| {
        text.replace("{year}", &format!("{:04}", day.year()))
            .replace("{month}", &format!("{:02}", day.month()))
            .replace("{day}", &format!("{:02}", day.day()))
    };
    let digits = given.strip_prefix(&dated(before))?.strip_suffix(&dated(after))?;
    let serial = digits.parse().ok()?;
    (number(numbering, day, serial)?.as_str() == given).then_some(serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_read_back_from_its_own_number_only() {
        let numbering: Numbering = crate::procedure::load::shipped("P19").unwrap().unwrap().pack.numbering;
        let day = NaiveDate::from_ymd_opt(2026, 3, 5).unwrap();
        for serial in [1, 42, 123_456] {
            let written = number(&numbering, day, serial).unwrap();
            assert_eq!(serial_of(&numbering, day, written.as_str()), Some(serial));
            assert_eq!(serial_of(&numbering, day, &format!("{written}x")), None);
        }
        assert_eq!(serial_of(&numbering, day, "12"), None);
    }
}
