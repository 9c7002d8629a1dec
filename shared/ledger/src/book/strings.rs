//! The shared strings of a workbook: one text with the ends of its pieces, so that a million of them stay small.

use super::Unreadable;
use crate::limits::Limits;

/// Bytes of all shared strings together: the one part of a workbook that is held in memory.
const BYTES: usize = 160 << 20;

/// The shared strings.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Adds one.
    pub fn push(&mut self, one: &str, limits: &Limits) -> Result<(), Unreadable> {
        if self.ends.len() >= limits.strings || self.text.len() + one.len() > BYTES {
            return Err(Unreadable::of("too_many_strings").with("limit", limits.strings));
        }
        self.text.push_str(one);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    /// One by its place.
    pub fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let start = match place.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_by_their_place() {
        let limits = Limits {
            strings: 3,
            ..Limits::default()
        };
        let mut strings = Strings::default();
        for one in ["", "甲", "乙丙"] {
            strings.push(one, &limits).unwrap();
        }
        assert_eq!(
            [0, 1, 2, 3].map(|place| strings.get(place)),
            [Some(""), Some("甲"), Some("乙丙"), None]
        );
        assert_eq!(strings.push("丁", &limits).unwrap_err().code, "too_many_strings");
    }
}
