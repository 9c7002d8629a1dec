//! Words, numbers of papers and telephones: text without loss.

use std::borrow::Cow;

use chrono::{NaiveDateTime, NaiveTime};

use super::Got;
use super::dates::Day;
use crate::code::Code;
use crate::understand::fold;

/// The largest whole number that a cell holds without having lost digits (Excel keeps fifteen).
const FIFTEEN_DIGITS: f64 = 999_999_999_999_999.0;

/// A number as text: whole ones without point, others in their shortest form.
pub fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return (number as i64).to_string();
    }
    if number.abs() < 1e17 {
        format!("{number}")
    } else {
        format!("{number:.0}")
    }
}

/// Words: trimmed, line ends as `\n`, without control characters.
pub fn words(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' || c == '\0');
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.bytes().any(|b| b < 0x20 && b != b'\n' && b != b'\t' || b == 0x7f) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").chars().filter(|c| !odd(*c)).collect())
}

/// Whether a text is a number that a program shortened to powers of ten: `1.38E+10`.
pub fn is_shortened(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(decimals) && exponent.strip_prefix('+').is_some_and(digits)
}

/// `20240305.0` is `20240305`: a whole number that went through a program that writes decimals.
fn without_point_zero(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(whole) if whole.len() >= 4 && whole.bytes().all(|b| b.is_ascii_digit()) => whole,
        _ => text,
    }
}

/// `'0123`: the sign by which people keep a program from reading a number, where it went into the text itself.
fn without_sign(text: &str) -> &str {
    match text.strip_prefix(['\'', '‘', '’']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) && !rest.contains('\'') => rest,
        _ => text,
    }
}

/// The number of a paper, batch or thing, from text.
pub fn code_of_text(text: &str) -> Got<String> {
    let text = words(text);
    let narrow = fold::narrow(&text);
    let code = without_point_zero(without_sign(&narrow));
    if is_shortened(code) {
        return Got::Doubted(code.to_owned(), Code::DigitsLost);
    }
    Got::Sure(code.to_owned())
}

/// The number of a paper, batch or thing, from a number cell.
pub fn code_of_number(value: f64, shown: Option<&str>) -> Got<String> {
    match shown {
        Some(shown) => Got::Sure(shown.trim().to_owned()),
        None if value.abs() > FIFTEEN_DIGITS => Got::Doubted(number(value), Code::DigitsLost),
        None => Got::Sure(number(value)),
    }
}

/// A code that the program took for a date: `3-5` became a day, and what was typed is gone.
pub fn code_of_moment(moment: NaiveDateTime) -> Got<String> {
    Got::Doubted(moment_text(moment), Code::CodeBecameDate)
}

/// A moment as ISO text.
pub fn moment_text(moment: NaiveDateTime) -> String {
    let time = Some(moment.time()).filter(|time| *time != NaiveTime::MIN);
    Day {
        date: moment.date(),
        time,
    }
    .iso()
}

/// A telephone number from text.
pub fn phone_of_text(text: &str) -> Got<String> {
    let text = words(text);
    let narrow = fold::narrow(&text);
    let phone = without_point_zero(without_sign(&narrow));
    if is_shortened(phone) {
        return Got::Lost(Code::DigitsLost);
    }
    Got::Sure(phone.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_papers_lose_nothing() {
        assert_eq!(code_of_text(" 20240305.0 "), Got::Sure("20240305".into()));
        assert_eq!(code_of_text("'00123"), Got::Sure("00123".into()));
        assert_eq!(code_of_text("'A' 级"), Got::Sure("'A' 级".into()));
        assert_eq!(code_of_text("V1.0"), Got::Sure("V1.0".into()));
        assert_eq!(code_of_number(123.0, Some("000123")), Got::Sure("000123".into()));
        assert_eq!(code_of_number(13_800_138_000.0, None), Got::Sure("13800138000".into()));
        assert_eq!(code_of_text("6E7"), Got::Sure("6E7".into()));
        assert_eq!(code_of_text("000123"), Got::Sure("000123".into()));
        assert_eq!(code_of_text("5E+3"), Got::Doubted("5E+3".into(), Code::DigitsLost));
        assert_eq!(
            code_of_number(1_234_567_890_123_456_800.0, None),
            Got::Doubted("1234567890123456768".into(), Code::DigitsLost)
        );
    }

    #[test]
    fn a_telephone_of_which_three_digits_are_left_is_none() {
        assert_eq!(phone_of_text("1.38E+10"), Got::Lost(Code::DigitsLost));
        assert_eq!(phone_of_text("1.38001E+10"), Got::Lost(Code::DigitsLost));
        assert_eq!(phone_of_text("‘13800138000"), Got::Sure("13800138000".into()));
        assert_eq!(
            phone_of_text("+86 138 0013 8000"),
            Got::Sure("+86 138 0013 8000".into())
        );
        assert_eq!(
            phone_of_text("010-88881234转801"),
            Got::Sure("010-88881234转801".into())
        );
        assert_eq!(
            phone_of_text("13800138000/13900139000"),
            Got::Sure("13800138000/13900139000".into())
        );
        assert_eq!(phone_of_text("13800138000.0"), Got::Sure("13800138000".into()));
        assert_eq!(phone_of_text("０２１－５５５５"), Got::Sure("021-5555".into()));
    }

    #[test]
    fn words_are_trimmed_and_keep_their_lines() {
        assert_eq!(words(" 漏油\r\n严重\u{1} "), "漏油\n严重");
    }
}
