//! Numbers as companies write them on orders, batches and machines: letters, digits and a few signs between.

use super::{at, between, is_code};

/// The longest number that is taken for one.
const LONGEST: usize = 40;

/// The number that begins at a place, and where it ends; it holds a digit and at least `shortest` characters.
pub(super) fn read(chars: &[char], start: usize, shortest: usize) -> Option<(String, usize)> {
    let mut end = start;
    while let Some(c) = at(chars, end) {
        let inside = matches!(c, '-' | '_' | '/' | '.') && at(chars, end + 1).is_some_and(is_code) && end > start;
        if !(is_code(c) || inside) {
            break;
        }
        end += 1;
    }
    let value = between(chars, start, end);
    let fits = (shortest..=LONGEST).contains(&value.len()) && value.contains(|c: char| c.is_ascii_digit());
    fits.then_some((value, end))
}
