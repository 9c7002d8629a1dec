//! The numbers by which workbooks keep dates and times, in both date systems.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

/// Days past which no calendar of a workbook goes (the year 9999).
const LAST: f64 = 2_958_466.0;

/// The moment of a serial number; whole milliseconds. None where the program shows `####`: negative or past the year 9999.
pub fn moment(serial: f64, since_1904: bool) -> Option<NaiveDateTime> {
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let day = serial.floor();
    let milliseconds = ((serial - day) * 86_400_000.0).round();
    // The 1900 system has a 29 February 1900, as Lotus had: days before it lie one day later than they are counted.
    let first = match (since_1904, day < 60.0) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, true) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, false) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let whole = first.checked_add_days(Days::new(whole(day)?))?.and_hms_opt(0, 0, 0)?;
    whole.checked_add_signed(elapsed_milliseconds(milliseconds)?)
}

/// Elapsed time of a number of days; whole milliseconds.
pub fn elapsed(days: f64) -> Option<TimeDelta> {
    elapsed_milliseconds((days * 86_400_000.0).round())
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn elapsed_milliseconds(milliseconds: f64) -> Option<TimeDelta> {
    (milliseconds.abs() < 9e15).then_some(())?;
    TimeDelta::try_milliseconds(milliseconds as i64)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn whole(day: f64) -> Option<u64> {
    (0.0..=LAST).contains(&day).then_some(day as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(serial: f64, since_1904: bool) -> String {
        moment(serial, since_1904).map_or("none".to_owned(), |moment| moment.to_string())
    }

    #[test]
    fn serials_are_the_dates_that_excel_shows() {
        for (serial, date) in [
            (1.0, "1900-01-01 00:00:00"),
            (59.0, "1900-02-28 00:00:00"),
            (61.0, "1900-03-01 00:00:00"),
            (45_292.0, "2024-01-01 00:00:00"),
            (45_292.604_166_666_664, "2024-01-01 14:30:00"),
            (45_292.999_999_999, "2024-01-02 00:00:00"),
            (2_958_465.0, "9999-12-31 00:00:00"),
            (2_958_466.0, "none"),
            (-1.0, "none"),
            (f64::NAN, "none"),
            (f64::INFINITY, "none"),
        ] {
            assert_eq!(shown(serial, false), date, "{serial}");
        }
        assert_eq!(shown(0.0, true), "1904-01-01 00:00:00");
        assert_eq!(shown(43_830.0, true), "2024-01-01 00:00:00");
    }

    #[test]
    fn elapsed_time_is_a_number_of_days() {
        assert_eq!(elapsed(1.5), TimeDelta::try_hours(36));
        assert_eq!(elapsed(-0.25), TimeDelta::try_hours(-6));
        assert_eq!(elapsed(f64::NAN), None);
        assert_eq!(elapsed(1e300), None);
    }
}
