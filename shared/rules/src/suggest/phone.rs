//! Telephone numbers: mobile numbers of the mainland wherever they stand, others behind a label.

use super::{Suggestion, at, before, between};

/// The mobile numbers in a text.
pub(super) fn numbers(chars: &[char]) -> Vec<Suggestion> {
    let mut all = Vec::new();
    let mut place = 0;
    while place < chars.len() {
        let begins = at(chars, place) == Some('1') && !before(chars, place).is_some_and(|c| c.is_ascii_alphanumeric());
        match begins.then(|| mobile(chars, place)).flatten() {
            Some((value, end)) => {
                let start = place;
                all.push(Suggestion {
                    field: "customer_contact",
                    value,
                    start,
                    end,
                    sure: false,
                });
                place = end;
            }
            None => place += 1,
        }
    }
    all
}

/// `1[3-9]` and nine more digits, in one or as three, four and four with a blank or hyphen between.
fn mobile(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut digits = String::new();
    let mut place = start;
    while digits.len() < 11 {
        match at(chars, place) {
            Some(c) if c.is_ascii_digit() => digits.push(c),
            Some(' ' | '-') if matches!(digits.len(), 3 | 7) => {}
            _ => return None,
        }
        place += 1;
    }
    let second = digits.chars().nth(1).is_some_and(|c| ('3'..='9').contains(&c));
    let ends = !at(chars, place).is_some_and(|c| c.is_ascii_alphanumeric());
    (second && ends).then_some((digits, place))
}

/// The telephone number that begins at a place, behind a label: 7 to 15 digits, with what people write between them.
pub(super) fn read(chars: &[char], start: usize) -> Option<(String, usize)> {
    let mut place = start;
    let (mut digits, mut end) = (0, start);
    while let Some(c) = at(chars, place) {
        match c {
            '0'..='9' => {
                digits += 1;
                end = place + 1;
            }
            '+' if place == start => {}
            ' ' | '-' | '(' | ')' | '.' => {}
            _ => break,
        }
        place += 1;
    }
    let value: String = between(chars, start, end);
    (7..=15).contains(&digits).then_some((value, end))
}
