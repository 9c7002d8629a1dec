//! What an element of a sheet says: its value, as it is shown, how often, and whether it is concealed.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quick_xml::events::BytesStart;

use crate::book::rows::Rows;
use crate::book::xml::attribute;
use crate::book::{date, look};
use crate::grid::{Content, Merge};

/// A cell as its element and what is within it say.
#[derive(Default)]
pub struct Read {
    pub kind: String,
    pub value: Option<String>,
    pub style: Option<String>,
    pub formula: bool,
    pub text: String,
    pub written: bool,
    pub comment: Option<String>,
}

pub fn content(read: &Read, rows: &mut Rows<'_>) -> Option<Content> {
    let value = read.value.as_deref();
    let typed = match read.kind.as_str() {
        "float" | "currency" | "percentage" => value.and_then(|value| value.parse().ok()).map(Content::Number),
        "boolean" => value.map(|value| Content::Flag(value == "true")),
        "date" => value.and_then(moment).map(Content::Moment),
        "time" => value.and_then(elapsed).map(of_day),
        _ => None,
    };
    typed.or_else(|| match value.filter(|_| !read.written).unwrap_or(&read.text) {
        "" if read.formula && read.kind.is_empty() => Some(Content::Uncomputed),
        "" => None,
        text if read.formula && text.starts_with('#') => Some(Content::Error(text.to_owned())),
        text => Some(rows.text(text)),
    })
}

/// A number as the sheet shows it where that adds zeros in front, letters, or per cent.
pub fn shown(content: &Content, read: &Read) -> Option<String> {
    let Content::Number(_) = content else { return None };
    let text = read.text.trim();
    let padded = text.starts_with('0') && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let lettered = read.kind == "float"
        && text.starts_with(char::is_alphabetic)
        && text.ends_with(|last: char| last.is_ascii_digit());
    (padded || lettered || read.kind == "percentage" && text.ends_with('%')).then(|| text.to_owned())
}

pub fn repeated(element: &BytesStart<'_>, name: &str) -> u32 {
    let count = attribute(element, name).and_then(|count| count.parse().ok());
    count.unwrap_or(1).max(1)
}

pub fn said(element: &BytesStart<'_>, name: &str, value: &str) -> bool {
    attribute(element, name).is_some_and(|given| &*given == value)
}

pub fn concealed(element: &BytesStart<'_>) -> bool {
    said(element, "visibility", "collapse") || said(element, "visibility", "filter")
}

pub fn merge(element: &BytesStart<'_>, row: u32, column: u32) -> Option<Merge> {
    let (wide, high) = (
        repeated(element, "number-columns-spanned"),
        repeated(element, "number-rows-spanned"),
    );
    (wide > 1 || high > 1).then(|| Merge {
        top: row,
        bottom: row.saturating_add(high - 1),
        left: column,
        right: column.saturating_add(wide - 1),
    })
}

pub fn rgb(colour: &str) -> Option<[u8; 3]> {
    let hex = colour.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    u32::from_str_radix(hex, 16).ok().map(look::rgb)
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    let whole = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f").ok();
    whole.or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))
}

/// `PT14H30M00S`.
fn elapsed(text: &str) -> Option<TimeDelta> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds: f64 = rest.strip_suffix('S')?.replace(',', ".").parse().ok()?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    date::elapsed((f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds) / 86_400.0)
}

/// Less than a day is a time of day, as other workbooks keep it.
fn of_day(elapsed: TimeDelta) -> Content {
    let midnight = NaiveDate::from_ymd_opt(1899, 12, 31).and_then(|day| day.and_hms_opt(0, 0, 0));
    match midnight.and_then(|midnight| midnight.checked_add_signed(elapsed)) {
        Some(moment) if elapsed < TimeDelta::days(1) => Content::Moment(moment),
        _ => Content::Elapsed(elapsed),
    }
}
