//! Dates whose parts no Chinese sign divides: in English, and in one run of digits.

use chrono::{Datelike, NaiveTime};

use super::{Beside, Day, day, full_year, of_number};
use crate::code::Code;
use crate::understand::read::Got;
use crate::understand::read::scan::{Scan, Token};

/// `15-Jan-24`, `Jan 15, 2024`.
pub fn english(scan: &mut Scan) -> Option<Result<Day, Code>> {
    let mut ahead = scan.clone();
    let number = |scan: &mut Scan| match scan.peek() {
        Some(Token::Number(number, digits @ (1 | 2 | 4))) => {
            scan.skip(1);
            scan.gap();
            Some((u32::try_from(number).ok()?, digits))
        }
        _ => None,
    };
    let (date, month) = match ahead.month_name() {
        Some(month) => (number(&mut ahead)?, month),
        None => {
            let date = number(&mut ahead)?;
            (date, ahead.month_name()?)
        }
    };
    let (year, digits) = number(&mut ahead)?;
    *scan = ahead;
    let year = full_year(year, digits).map_or(0, |(year, _)| year);
    Some(day(year, month, date.0))
}

/// `20240305`, `20240305143000`, `202403`, `240305`, a serial that became text.
pub fn run_of_digits(
    number: u64,
    digits: u8,
    scan: &mut Scan,
    beside: &Beside,
    doubt: &mut Option<Code>,
) -> Option<Day> {
    let part = |above: u64, width: u64| u32::try_from(number / above % width).unwrap_or(0);
    match digits {
        8 => day(part(10_000, 10_000) as i32, part(100, 100), part(1, 100)).ok(),
        12 | 14 => {
            let (above, second) = if digits == 14 { (100, part(1, 100)) } else { (1, 0) };
            let date = day(
                part(above * 100_000_000, 10_000) as i32,
                part(above * 1_000_000, 100),
                part(above * 10_000, 100),
            );
            let time = NaiveTime::from_hms_opt(part(above * 100, 100), part(above, 100), second)?;
            date.ok().map(|day| Day {
                time: Some(time),
                ..day
            })
        }
        6 => {
            let short = day(2_000 + part(10_000, 100) as i32, part(100, 100), part(1, 100));
            let month = day(part(100, 10_000) as i32, part(1, 100), 1);
            match (short, month) {
                (Ok(short), Err(_)) => Some(short),
                // `200312` may be the twelfth of March, or December 2003.
                (Ok(short), Ok(month)) if Some(month.date.year()) != beside.year => {
                    *doubt = Some(Code::DateOrder);
                    Some(short)
                }
                _ => None,
            }
        }
        5 => {
            let fraction = scan.fraction();
            match of_number(number as f64 + fraction, beside) {
                Got::Sure(day) => Some(day),
                _ => None,
            }
        }
        _ => None,
    }
}
