//! Status and yes or no, from the words and signs that people use for them.

use super::Got;
use crate::code::Code;
use crate::understand::fold;
use crate::understand::words::WORDS;

/// `open`, `in_progress` or `closed`.
pub fn status(text: &str) -> Got<&'static str> {
    if let Some(status) = known(text) {
        return settled(status);
    }
    // A share of the work that is done.
    let narrow = fold::narrow(text);
    if let Some(share) = narrow
        .trim()
        .strip_suffix('%')
        .and_then(|n| n.trim().parse::<f64>().ok())
    {
        return of_share(share / 100.0);
    }
    // `已结案（3月5日）`, `结案2024.3.5`: the word is clear, the rest is kept.
    let word: String = narrow.chars().take_while(|c| c.is_alphabetic()).collect();
    match known(&word) {
        Some(status) if word.chars().count() > 1 => match settled(status) {
            Got::Sure(status) | Got::Doubted(status, _) => Got::Part(status, Code::StatusRest),
            other => other,
        },
        _ => Got::Lost(Code::StatusUnknown),
    }
}

fn known(text: &str) -> Option<&'static str> {
    let key = fold::key(text);
    WORDS.status.get(key.as_str()).copied()
}

fn settled(status: &'static str) -> Got<&'static str> {
    match status {
        "suspended" => Got::Part("in_progress", Code::StatusSuspended),
        status => Got::Sure(status),
    }
}

/// A status from the share of the work that is done, 1 being all.
pub fn of_share(share: f64) -> Got<&'static str> {
    if share >= 1.0 {
        Got::Sure("closed")
    } else if share > 0.0 {
        Got::Sure("in_progress")
    } else {
        Got::Sure("open")
    }
}

/// Yes or no, else none: then the words are kept as they are.
pub fn yes_no(text: &str) -> Option<bool> {
    WORDS.yes_no.get(fold::key(text).as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_status_are_three() {
        for (text, want) in [
            ("已結案", Got::Sure("closed")),
            ("√", Got::Sure("closed")),
            (" Closed ", Got::Sure("closed")),
            ("跟进中", Got::Sure("in_progress")),
            ("×", Got::Sure("open")),
            ("否", Got::Sure("open")),
            ("暂停", Got::Part("in_progress", Code::StatusSuspended)),
            ("已结案（2024.3.5）", Got::Part("closed", Code::StatusRest)),
            ("80%", Got::Sure("in_progress")),
            ("张工跟", Got::Lost(Code::StatusUnknown)),
        ] {
            assert_eq!(status(text), want, "{text}");
        }
    }

    #[test]
    fn ticks_and_crosses_are_yes_and_no() {
        assert_eq!(yes_no("✓"), Some(true));
        assert_eq!(yes_no("Ｎ"), Some(false));
        assert_eq!(yes_no("D3已交"), None);
    }
}
