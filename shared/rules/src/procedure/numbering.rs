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
