//! Which year and month a title, a sheet's name or a file's name speaks of.

use super::read::scan::{Scan, Token};

/// A year, a month, both or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The year.
    pub year: Option<i32>,
    /// The month, from 1.
    pub month: Option<u32>,
}

impl Period {
    /// What this one leaves open, filled from another.
    pub fn or(self, other: Period) -> Period {
        Period {
            year: self.year.or(other.year),
            month: self.month.or(other.month),
        }
    }
}

fn plausible(year: u64) -> Option<i32> {
    (1980..=2100).contains(&year).then_some(year as i32)
}

/// What a bare number in a column of years, or of months, names.
pub fn of_cell(number: f64, years: bool) -> Period {
    let whole = (number.fract() == 0.0 && (1.0..=3_000.0).contains(&number)).then_some(number as i32);
    if years {
        let year = whole.map(|year| match year {
            0..70 => 2_000 + year,
            70..100 => 1_900 + year,
            year => year,
        });
        return Period {
            year: year.filter(|year| (1_980..=2_100).contains(year)),
            month: None,
        };
    }
    Period {
        year: None,
        month: whole
            .and_then(|month| u32::try_from(month).ok())
            .filter(|month| *month <= 12),
    }
}

/// The period that a text names; several years or months name none (`2019-2020年`).
pub fn of(text: &str) -> Period {
    let text: String = text.chars().take(80).collect();
    let mut years: Vec<i32> = Vec::new();
    let mut months: Vec<u32> = Vec::new();
    // A scan takes only so many tokens; pieces at spaces and brackets are short.
    for piece in text.split([' ', '\u{3000}', '_', '(', ')', '（', '）', '\n', '【', '】']) {
        let scan = Scan::of(piece);
        let mut at = 0;
        let mut dated = false;
        while let Some(token) = scan.peek_at(at) {
            let next = scan.peek_at(at + 1);
            if let Token::Number(number, digits) = token {
                match (digits, next) {
                    (4, _) if plausible(number).is_some() => {
                        years.extend(plausible(number));
                        dated = true;
                        if let (Some(Token::Other('.' | '-' | '/')), Some(Token::Number(month @ 1..=12, 1 | 2))) =
                            (next, scan.peek_at(at + 2))
                        {
                            months.push(month as u32);
                            at += 2;
                        }
                    }
                    (6 | 8, _) => {
                        let day = if digits == 8 { number % 100 } else { 1 };
                        let month = if digits == 8 { number / 100 } else { number };
                        if let (Some(year), 1..=12, 1..=31) = (plausible(month / 100), month % 100, day) {
                            years.push(year);
                            months.push((month % 100) as u32);
                        }
                    }
                    (2, Some(Token::Other('年'))) if number < 70 => years.push(2_000 + number as i32),
                    (2, Some(Token::Other('年'))) => years.push(1_900 + number as i32),
                    (3, Some(Token::Other('年'))) if (60..=160).contains(&number) => years.push(1_911 + number as i32),
                    (1 | 2, Some(Token::Other('月'))) if (1..=12).contains(&number) => {
                        // `1-6月` is no month.
                        let from = at.checked_sub(2).and_then(|from| scan.peek_at(from));
                        let to = at.checked_sub(1).and_then(|to| scan.peek_at(to));
                        if let (Some(Token::Number(from @ 1..=12, 1 | 2)), Some(Token::Other(sign))) = (from, to)
                            && matches!(
                                sign,
                                '-' | '~' | '至' | '到' | '—' | '–' | '、' | ',' | '/' | '&' | '和'
                            )
                        {
                            months.push(from as u32);
                        }
                        months.push(number as u32);
                    }
                    (2, Some(Token::Other('.' | '-'))) if !dated && at == 0 => {
                        // `19.3`: a sheet's name, if that is all of it.
                        if let (Some(Token::Number(month @ 1..=12, 1 | 2)), None) = (scan.peek_at(2), scan.peek_at(3)) {
                            years.push(2_000 + number as i32);
                            months.push(month as u32);
                            at += 2;
                        }
                    }
                    _ => {}
                }
            }
            at += 1;
        }
    }
    years.dedup();
    months.dedup();
    let month = match months.as_slice() {
        [month] => Some(*month),
        [] => english_month(&text),
        _ => None,
    };
    let year = match years.as_slice() {
        [year] => Some(*year),
        _ => None,
    };
    Period { year, month }
}

fn english_month(text: &str) -> Option<u32> {
    let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = name
        .split(|c: char| !c.is_ascii_alphabetic())
        .find(|word| word.len() >= 3)?;
    let at = months
        .iter()
        .position(|month| word.starts_with(month) && word.len() <= 9)?;
    let full = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let known = full.get(at).is_some_and(|full| full.starts_with(word)) || word == "sept";
    known.then_some(at as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, year: Option<i32>, month: Option<u32>) {
        assert_eq!(of(text), Period { year, month }, "{text}");
    }

    #[test]
    fn titles_and_names_of_sheets_say_year_and_month() {
        check("2019年客诉台账", Some(2019), None);
        check("3月", None, Some(3));
        check("十二月份", None, Some(12));
        check("2019年3月份客户投诉登记表", Some(2019), Some(3));
        check("二〇一九年度客诉台账", Some(2019), None);
        check("201903", Some(2019), Some(3));
        check("2019.3", Some(2019), Some(3));
        check("19.3", Some(2019), Some(3));
        check("09年客诉", Some(2009), None);
        check("Mar", None, Some(3));
        check("108年度客訴", Some(2019), None);
    }

    #[test]
    fn numbers_in_columns_of_years_and_months_are_such() {
        let of = |number, years| (of_cell(number, years).year, of_cell(number, years).month);
        assert_eq!(of(2019.0, true), (Some(2019), None));
        assert_eq!(of(19.0, true), (Some(2019), None));
        assert_eq!(of(98.0, true), (Some(1998), None));
        assert_eq!(of(120.0, true), (None, None));
        assert_eq!(of(3.0, false), (None, Some(3)));
        assert_eq!(of(13.0, false), (None, None));
        assert_eq!(of(3.5, false), (None, None));
    }

    #[test]
    fn several_years_or_none_say_nothing() {
        check("2019-2020年客诉", None, None);
        check("1月至3月", None, None);
        check("2021年1-6月客户投诉", Some(2021), None);
        check("2021年10、11月", Some(2021), None);
        check("2021-3月", Some(2021), Some(3));
        check("客诉台账", None, None);
        check("Sheet1", None, None);
        check("Marketing", None, None);
    }
}
