//! The working hours of a working day: one or more spans, with breaks (such as lunch) between them.

use chrono::{NaiveDateTime, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Microseconds, the resolution of working time.
pub(super) const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// The working spans of a working day (工作时间), in order, none overlapping; the last may end at `24:00`.
/// The default is `08:30-12:00,13:00-17:30` (contract, clock conventions).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// Microseconds since midnight.
    spans: Vec<(i64, i64)>,
    total: i64,
}

/// Why a text is not a day's working hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No span at all.
    #[error("working hours want at least one span such as `09:00-12:00`")]
    Empty,
    /// Not `HH:MM-HH:MM`.
    #[error("`{0}` is not a span of the form `09:00-12:00`")]
    Span(String),
    /// The end is not after the start.
    #[error("the span `{0}` ends before it starts; a night shift is written as two spans, `00:00-06:00,22:00-24:00`")]
    Backwards(String),
    /// A span starts before the one before it ends.
    #[error("the span `{0}` starts before the span before it ends")]
    Overlap(String),
}

impl Hours {
    /// Reads `09:00-12:00,13:00-18:00`: spans in order, separated by commas (`,`, `，` or `、`).
    ///
    /// # Errors
    /// [`HoursError`] names the span that cannot be read, runs backwards or overlaps.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for part in text
            .split([',', '，', '、'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let bad = || HoursError::Span(part.to_owned());
            let (from, to) = part.split_once(['-', '–', '—', '~', '～']).ok_or_else(bad)?;
            let (from, to) = (clock_time(from).ok_or_else(bad)?, clock_time(to).ok_or_else(bad)?);
            if to <= from {
                return Err(HoursError::Backwards(part.to_owned()));
            }
            if spans.last().is_some_and(|(_, end)| *end > from) {
                return Err(HoursError::Overlap(part.to_owned()));
            }
            spans.push((from, to));
        }
        match spans.is_empty() {
            true => Err(HoursError::Empty),
            false => Ok(Hours {
                total: spans.iter().map(|(from, to)| to - from).sum(),
                spans,
            }),
        }
    }

    /// Working minutes of a working day.
    #[must_use]
    pub fn minutes_a_day(&self) -> i64 {
        self.total / MINUTE
    }

    /// Working time of a working day in microseconds, never 0.
    pub(super) fn total(&self) -> i64 {
        self.total
    }

    /// The spans in microseconds since midnight.
    pub(super) fn spans(&self) -> &[(i64, i64)] {
        &self.spans
    }

    /// End of the last span, microseconds since midnight.
    pub(super) fn closes(&self) -> i64 {
        self.spans.last().map_or(DAY, |span| span.1)
    }

    /// Whether the time of day lies in a span; a span's end does not belong to it.
    pub(super) fn contains(&self, time: i64) -> bool {
        self.spans.iter().any(|(from, to)| (*from..*to).contains(&time))
    }

    /// Working time of the day before this time of day.
    pub(super) fn before(&self, time: i64) -> i64 {
        self.spans.iter().map(|(from, to)| (time.min(*to) - from).max(0)).sum()
    }

    /// The first time of day at which `worked` (more than 0) has been worked: at the end of a span, that end.
    pub(super) fn until(&self, worked: i64) -> i64 {
        let mut left = worked;
        for (from, to) in &self.spans {
            if left <= to - from {
                return from + left;
            }
            left -= to - from;
        }
        self.closes()
    }

    /// The last time of day at which only `worked` has been worked: between spans, the next start.
    pub(super) fn from(&self, worked: i64) -> i64 {
        let mut left = worked;
        for (from, to) in &self.spans {
            if left < to - from {
                return from + left;
            }
            left -= to - from;
        }
        self.closes()
    }
}

/// The time of day in microseconds since midnight.
pub(super) fn time_of(local: NaiveDateTime) -> i64 {
    i64::from(local.num_seconds_from_midnight()) * 1_000_000 + i64::from(local.nanosecond() / 1_000).min(999_999)
}

/// `9:00`, `09:00`, `9：00` or `24:00`, as microseconds since midnight.
fn clock_time(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour, 2) || minute.len() != 2 || !digits(minute, 2) {
        return None;
    }
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    if (hour, minute) == (24, 0) {
        return Some(DAY);
    }
    let time = NaiveTime::from_hms_opt(hour, minute, 0)?;
    Some(i64::from(time.num_seconds_from_midnight()) * 1_000_000)
}

impl Default for Hours {
    fn default() -> Self {
        let (morning, afternoon) = ((510 * MINUTE, 720 * MINUTE), (780 * MINUTE, 1050 * MINUTE));
        Hours {
            spans: vec![morning, afternoon],
            total: 480 * MINUTE,
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (from, to)) in self.spans.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let (from, to) = (from / MINUTE, to / MINUTE);
            write!(
                f,
                "{comma}{:02}:{:02}-{:02}:{:02}",
                from / 60,
                from % 60,
                to / 60,
                to % 60
            )?;
        }
        Ok(())
    }
}

impl FromStr for Hours {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, HoursError> {
        Hours::parse(text)
    }
}

impl TryFrom<String> for Hours {
    type Error = HoursError;
    fn try_from(text: String) -> Result<Self, HoursError> {
        Hours::parse(&text)
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("08:30-12:00,13:00-17:30", 480)]
    #[case("9:00-12:00， 13：00–18:00", 480)]
    #[case("00:00-06:00,22:00-24:00", 480)]
    #[case("00:00-24:00", 1440)]
    fn working_hours_are_read_and_written_back(#[case] text: &str, #[case] minutes: i64) {
        let hours = Hours::parse(text).unwrap();
        assert_eq!(hours.minutes_a_day(), minutes);
        assert_eq!(Hours::parse(&hours.to_string()), Ok(hours));
    }

    #[test]
    fn the_default_is_half_past_eight_to_half_past_five_with_a_lunch_hour() {
        assert_eq!(Hours::parse("08:30-12:00,13:00-17:30"), Ok(Hours::default()));
        assert_eq!(
            serde_json::to_string(&Hours::default()).unwrap(),
            "\"08:30-12:00,13:00-17:30\""
        );
    }

    #[rstest]
    #[case("", "at least one span")]
    #[case("09:00", "`09:00` is not a span")]
    #[case("09:00-25:00", "`09:00-25:00` is not a span")]
    #[case("09:0-12:00", "is not a span")]
    #[case("+9:00-12:00", "is not a span")]
    #[case("12:00-09:00", "ends before it starts")]
    #[case("22:00-06:00", "`00:00-06:00,22:00-24:00`")]
    #[case("09:00-12:00,11:00-18:00", "`11:00-18:00` starts before")]
    fn wrong_working_hours_say_what_is_wrong(#[case] text: &str, #[case] said: &str) {
        let error = Hours::parse(text).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}
