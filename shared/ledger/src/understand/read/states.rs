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
    let key = fold::key(ticked(text).unwrap_or(text));
    WORDS.status.get(key.as_str()).copied()
}

/// What a list of boxes begins with.
pub const BOXES: [char; 9] = ['□', '☐', '○', '☑', '✓', '✔', '√', '■', '●'];

/// The choice that is ticked on a form: 否 in `□是 ☑否`. None where it is no list of boxes, or several are ticked.
pub fn ticked(text: &str) -> Option<&str> {
    const EMPTY: [char; 3] = ['□', '☐', '○'];
    const TICKED: [char; 7] = ['☑', '✓', '✔', '√', '■', '●', '☒'];
    if !text.contains(EMPTY) {
        return None;
    }
    let mut marks = text.match_indices(TICKED);
    let (at, mark) = marks.next()?;
    if marks.next().is_some() {
        return None;
    }
    let behind = text.get(at + mark.len()..)?;
    let choice = behind.split(EMPTY).next().unwrap_or(behind).trim();
    // `是□ 否☑`: the box stands behind its word.
    if choice.is_empty() {
        let before = text.get(..at)?;
        return before
            .rsplit(EMPTY)
            .next()
            .map(str::trim)
            .filter(|choice| !choice.is_empty());
    }
    Some(choice)
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
    let key = fold::key(ticked(text).unwrap_or(text));
    WORDS.yes_no.get(key.as_str()).copied()
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
            ("☑是 □否", Got::Sure("closed")),
            ("□已结案　■未结案", Got::Sure("open")),
            ("是□ 否√", Got::Sure("open")),
            ("□是 □否", Got::Lost(Code::StatusUnknown)),
            ("☑是 ☑否 □其他", Got::Lost(Code::StatusUnknown)),
            ("100%", Got::Sure("closed")),
            ("0%", Got::Sure("open")),
            ("結案", Got::Sure("closed")),
            ("关 闭", Got::Sure("closed")),
            ("ＯＫ", Got::Sure("closed")),
        ] {
            assert_eq!(status(text), want, "{text}");
        }
    }

    #[test]
    fn ticks_and_crosses_are_yes_and_no() {
        assert_eq!(yes_no("✓"), Some(true));
        assert_eq!(yes_no("Ｎ"), Some(false));
        assert_eq!(yes_no("D3已交"), None);
        assert_eq!(yes_no("×"), Some(false));
        assert_eq!(yes_no("有（见附件）"), None);
        assert_eq!(yes_no("□有 ☑无"), Some(false));
    }
}
