//! Product data and contacts that stand in a free text: found for a person to confirm, each with the place it stands at.
//!
//! What stands behind a label ("订单号", "S/N", …) is sure enough to fill an empty field at intake; the rest is offered.
//! Nothing is kept: a text is searched again when it is shown, so that erasing the text leaves nothing behind.

mod code;
mod label;
mod phone;
mod plate;

use serde::Serialize;

/// Values found in one text at most.
const MOST: usize = 50;
/// How much of a text is searched, in characters: as much as a free text may hold.
const LONGEST: usize = 20_000;

/// A value that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The field of the record that it may fill.
    pub field: &'static str,
    /// The value, in half-width characters.
    pub value: String,
    /// Its first character in the text, counted in characters.
    pub start: usize,
    /// The first character after it.
    pub end: usize,
    /// Whether it stands behind a label, so that it may fill an empty field unasked.
    pub sure: bool,
}

/// What stands in a text, in the order of the text; each value of a field once.
pub fn suggest(text: &str) -> Vec<Suggestion> {
    let chars: Vec<char> = text.chars().take(LONGEST).map(half).collect();
    let mut all = label::labelled(&chars);
    for found in phone::numbers(&chars).into_iter().chain(plate::plates(&chars)) {
        let known = |one: &Suggestion| one.start < found.end && found.start < one.end;
        if !all.iter().any(known) {
            all.push(found);
        }
    }
    all.sort_by_key(|one| (one.start, one.end));
    let mut once: Vec<Suggestion> = Vec::new();
    for one in all {
        match once
            .iter_mut()
            .find(|seen| seen.field == one.field && seen.value == one.value)
        {
            Some(seen) => seen.sure |= one.sure,
            None => once.push(one),
        }
        if once.len() == MOST {
            break;
        }
    }
    once
}

/// The fields that a text may fill unasked: the first sure value of each.
pub fn sure(suggestions: &[Suggestion]) -> impl Iterator<Item = (&'static str, &str)> {
    let first = |at: usize, one: &Suggestion| {
        let before = suggestions.iter().take(at);
        one.sure && !before.into_iter().any(|other| other.sure && other.field == one.field)
    };
    suggestions
        .iter()
        .enumerate()
        .filter(move |(at, one)| first(*at, one))
        .map(|(_, one)| (one.field, one.value.as_str()))
}

/// A full-width letter, digit or sign as its half-width twin; one character stays one character.
fn half(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        other => other,
    }
}

/// The characters of a stretch as a text.
fn between(chars: &[char], start: usize, end: usize) -> String {
    chars.get(start..end).unwrap_or_default().iter().collect()
}

fn at(chars: &[char], place: usize) -> Option<char> {
    chars.get(place).copied()
}

/// The character before a place.
fn before(chars: &[char], place: usize) -> Option<char> {
    place.checked_sub(1).and_then(|place| at(chars, place))
}

fn is_code(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests;
