//! Dates in the forms of Chinese practice, as ISO texts.

mod forms;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use self::forms::{english, run_of_digits};
use super::Got;
use super::scan::{Scan, Token};
use crate::code::Code;

/// What is known beside the cell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// The year that the row, the section, the title, the sheet or the file names.
    pub year: Option<i32>,
    /// The month that one of them names.
    pub month: Option<u32>,
    /// The year of the date beside it, or above.
    pub above: Option<i32>,
    /// Whether the column writes the day before the month.
    pub day_first: bool,
    /// Whether the workbook counts days from 1904.
    pub from_1904: bool,
}

/// A day, with its time where one was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: NaiveDate,
    /// Its time.
    pub time: Option<NaiveTime>,
}

impl Day {
    /// As ISO text: `2024-03-05`, `2024-03-05T14:30:00`.
    pub fn iso(self) -> String {
        let mut out = String::with_capacity(19);
        let mut two = |n: u32, before: &str| {
            out.push_str(before);
            out.push(char::from(b'0' + (n / 10 % 10) as u8));
            out.push(char::from(b'0' + (n % 10) as u8));
        };
        let year = self.date.year().unsigned_abs();
        two(year / 100, "");
        two(year % 100, "");
        two(self.date.month(), "-");
        two(self.date.day(), "-");
        if let Some(time) = self.time {
            two(time.hour(), "T");
            two(time.minute(), ":");
            two(time.second(), ":");
        }
        out
    }
}

/// The years in which a complaint register can be about something.
const YEARS: std::ops::RangeInclusive<i32> = 1980..=2100;
/// The serial numbers of Excel that are days of those years.
const SERIALS: std::ops::RangeInclusive<f64> = 20_000.0..=73_415.0;

fn day(year: i32, month: u32, day: u32) -> Result<Day, Code> {
    let date = NaiveDate::from_ymd_opt(year, month, day).filter(|date| YEARS.contains(&date.year()));
    date.map(|date| Day { date, time: None }).ok_or(Code::DateImpossible)
}

/// Reads a date that the format of its cell shows as one.
pub fn of_moment(moment: NaiveDateTime) -> Got<Day> {
    if !YEARS.contains(&moment.year()) {
        return Got::Lost(Code::DateImpossible);
    }
    let time = Some(moment.time()).filter(|time| *time != NaiveTime::MIN);
    let time = time.and_then(|time| time.with_nanosecond(0));
    let date = moment.date();
    Got::Sure(Day { date, time })
}

/// Reads a date from a bare number: `20240305`, a serial, `3.5`, `2024.3`, the day of a month's sheet.
pub fn of_number(number: f64, beside: &Beside) -> Got<Day> {
    let whole = number.fract() == 0.0;
    if whole && (19_800_101.0..=21_001_231.0).contains(&number) {
        let n = number as u32;
        return sure(day((n / 10_000) as i32, n / 100 % 100, n % 100));
    }
    let serials = if beside.from_1904 {
        20_000.0 - 1_462.0..=73_415.0 - 1_462.0
    } else {
        SERIALS
    };
    if serials.contains(&number) {
        return serial(number, beside.from_1904);
    }
    if whole && (1.0..=31.0).contains(&number) {
        let (Some(year), Some(month)) = (beside.year, beside.month) else {
            return Got::Lost(Code::DateUnreadable);
        };
        return sure(day(year, month, number as u32));
    }
    // `3.5` for the fifth of March was taken for a number, and `3.10` lost its zero.
    if (1.0..2_101.0).contains(&number) {
        let text = format!("{number}");
        return match of_text(&text, beside) {
            Got::Sure(day) | Got::Doubted(day, _) => Got::Part(day, Code::DateDecimal),
            other => other,
        };
    }
    Got::Lost(Code::DateUnreadable)
}

fn serial(number: f64, from_1904: bool) -> Got<Day> {
    let zero = if from_1904 {
        NaiveDate::from_ymd_opt(1904, 1, 1)
    } else {
        NaiveDate::from_ymd_opt(1899, 12, 30)
    };
    let seconds = (number * 86_400.0).round() as i64;
    let moment = zero.and_then(|zero| {
        zero.and_time(NaiveTime::MIN)
            .checked_add_signed(TimeDelta::seconds(seconds))
    });
    match moment {
        Some(moment) => of_moment(moment),
        None => Got::Lost(Code::DateImpossible),
    }
}

fn sure(day: Result<Day, Code>) -> Got<Day> {
    match day {
        Ok(day) => Got::Sure(day),
        Err(code) => Got::Lost(code),
    }
}

fn full_year(number: u32, digits: u8) -> Option<(i32, bool)> {
    let year = number as i32;
    match digits {
        4 => Some((year, false)),
        // A year of the Republic: 113 is 2024.
        3 if (60..=160).contains(&year) => Some((year + 1_911, true)),
        1 | 2 if year < 70 => Some((2_000 + year, false)),
        2 => Some((1_900 + year, false)),
        _ => None,
    }
}

/// A serial with its time that became text: `45297.25`.
fn written_serial(text: &str) -> Option<f64> {
    let text = text.trim();
    let (days, part) = text.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_one = days.len() == 5 && !part.is_empty() && digits(days) && digits(part);
    text.parse().ok().filter(|_| is_one)
}

/// Reads a date from text.
pub fn of_text(text: &str, beside: &Beside) -> Got<Day> {
    if let Some(number) = written_serial(text) {
        return of_number(number, beside);
    }
    let mut scan = Scan::of(text);
    let mut doubt = None;
    let mut republic = false;
    loop {
        match scan.peek() {
            Some(Token::Space | Token::Other('\'' | '于' | '於' | '公' | '元')) => scan.skip(1),
            Some(Token::Other('约')) => {
                doubt = Some(Code::DateAbout);
                scan.skip(1);
            }
            Some(Token::Other('民')) if scan.peek_at(1) == Some(Token::Other('国')) => {
                republic = true;
                scan.skip(2);
            }
            _ => break,
        }
    }
    if let Some(found) = english(&mut scan) {
        return match found {
            Ok(found) => finish(found, scan, doubt),
            Err(code) => Got::Lost(code),
        };
    }
    let Some(Token::Number(first, digits)) = scan.peek() else {
        return Got::Lost(if scan.is_vague() {
            Code::DateVague
        } else {
            Code::DateUnreadable
        });
    };
    let mut parts = [(0_u32, 0_u8); 3];
    let mut marks = ['\0'; 3];
    let mut count = 0;
    while let Some(Token::Number(number, digits)) = scan.peek() {
        if count == 3 || (count > 0 && scan.begins_time()) {
            break;
        }
        parts[count] = (u32::try_from(number).unwrap_or(u32::MAX), digits);
        scan.skip(1);
        marks[count] = scan.separator();
        count += 1;
        if matches!(marks[count - 1], '\0' | '日' | '号') || (count == 2 && begins_another(marks[0], marks[1])) {
            break;
        }
    }
    if count == 1 && marks[0] == '\0' && !republic {
        match run_of_digits(first, digits, &mut scan, beside, &mut doubt) {
            Some(found) => return finish(found, scan, doubt),
            None if digits == 8 => return Got::Lost(Code::DateImpossible),
            None => {}
        }
    }
    let [a, b, c] = parts;
    let year_of = |part: (u32, u8)| match republic {
        true => Some((part.0 as i32 + 1_911, true)),
        false => full_year(part.0, part.1),
    };
    let mut no_day = false;
    let found = match count {
        3 if a.1 <= 2 && c.1 == 4 && marks[0] != '年' && !republic => {
            let day_first = a.0 > 12 || (beside.day_first && b.0 <= 12);
            if a.0 <= 12 && b.0 <= 12 && a.0 != b.0 && !beside.day_first {
                doubt = doubt.or(Some(Code::DateOrder));
            }
            let (month, date) = if day_first { (b.0, a.0) } else { (a.0, b.0) };
            day(c.0 as i32, month, date)
        }
        // `2024年3-5月`: months from one to another.
        3 if marks[2] == '月' => Err(Code::DateWithoutDay),
        // `3.5.8` may be three days; only a register of 2003 means that year.
        3 if a.1 == 1 && c.1 < 4 && marks[0] != '年' && c.1 != 2 && beside.year != Some(2_000 + a.0 as i32) => {
            Err(Code::DateUnreadable)
        }
        3 => match year_of(a) {
            Some((year, roc)) => {
                // `3/5/24` is written by programs set to American dates.
                let american = a.1 <= 2
                    && c.1 == 2
                    && marks[0] == '/'
                    && a.0 <= 12
                    && b.0 <= 31
                    && (c.0 > 31 || a.1 == 1 || beside.year == Some(2_000 + c.0 as i32));
                if american && !republic {
                    doubt = doubt.or(Some(Code::DateOrder));
                    day(full_year(c.0, 2).map_or(0, |(year, _)| year), a.0, b.0)
                } else {
                    doubt = doubt.or(roc.then_some(Code::DateRepublic));
                    day(year, b.0, c.0)
                }
            }
            None => Err(Code::DateUnreadable),
        },
        2 if a.1 >= 3 || marks[0] == '年' || republic || (a.0 > 12 && a.1 == 2 && marks[1] != '日') => {
            no_day = true;
            match year_of(a) {
                Some((year, roc)) => {
                    doubt = doubt.or(roc.then_some(Code::DateRepublic));
                    day(year, b.0, 1)
                }
                None => Err(Code::DateUnreadable),
            }
        }
        2 if b.1 == 4 => {
            no_day = true;
            day(b.0 as i32, a.0, 1)
        }
        // `3-5日`: days from one to another; `3-5月`: months.
        2 if marks[1] == '日' && matches!(plain(marks[0]), '-' | '、') => Err(Code::DateVague),
        2 if marks[1] == '月' => Err(Code::DateWithoutDay),
        2 => match beside.year.or(beside.above) {
            Some(year) => {
                if beside.year.is_none() {
                    doubt = doubt.or(Some(Code::DateYearAssumed));
                }
                day(year, a.0, b.0)
            }
            None => Err(Code::DateWithoutYear),
        },
        1 if marks[0] == '月' => {
            no_day = true;
            match beside.year {
                Some(year) => day(year, a.0, 1),
                None => Err(Code::DateWithoutYear),
            }
        }
        1 if matches!(marks[0], '日' | '号')
            || (marks[0] == '\0' && a.1 <= 2 && beside.month.is_some() && scan.is_done()) =>
        {
            match (beside.year, beside.month) {
                (Some(year), Some(month)) => day(year, month, a.0),
                _ => Err(Code::DateWithoutYear),
            }
        }
        _ => Err(Code::DateUnreadable),
    };
    if scan.is_vague() {
        return Got::Lost(Code::DateVague);
    }
    match found {
        Ok(found) => {
            // A month is no day: nothing is made up for it.
            if no_day {
                return Got::Lost(Code::DateWithoutDay);
            }
            finish(found, scan, doubt)
        }
        Err(code) => Got::Lost(code),
    }
}

fn plain(mark: char) -> char {
    match mark {
        '—' | '–' | '−' => '-',
        '。' | '·' => '.',
        mark => mark,
    }
}

/// Whether what follows two parts of a date is another date: `3月5-7日`, `3.5-3.8`. Nobody mixes signs within one.
fn begins_another(first: char, second: char) -> bool {
    let is_sign = |mark: char| !matches!(mark, '年' | '月' | '日' | '号' | ' ' | '\0');
    first == '月' || (is_sign(first) && is_sign(second) && plain(first) != plain(second))
}

fn finish(mut found: Day, mut scan: Scan, doubt: Option<Code>) -> Got<Day> {
    scan.weekday();
    let time = scan.time();
    scan.weekday();
    if let Some((hour, minute, second)) = time {
        match NaiveTime::from_hms_opt(hour, minute, second) {
            Some(time) => found.time = Some(time).filter(|time| *time != NaiveTime::MIN),
            None => return Got::Part(found, Code::DateRest),
        }
    }
    match doubt {
        _ if !scan.is_done() => Got::Part(found, Code::DateRest),
        Some(code @ Code::DateAbout) => Got::Part(found, code),
        Some(code) => Got::Doubted(found, code),
        None => Got::Sure(found),
    }
}

#[cfg(test)]
mod tests;
