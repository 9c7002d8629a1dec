//! The name that an attached part came under.

use super::{charset::Hint, clean, limits, params::Content};

/// The name, in one line, without anything that acts as a path; never empty. `number` counts the files from 1.
pub(super) fn name(disposition: &Content, content: &Content, hint: Hint, number: usize) -> String {
    let given = disposition
        .text("filename", hint)
        .or_else(|| content.text("name", hint))
        .unwrap_or_default();
    shown(&given).unwrap_or_else(|| format!("attachment-{number}"))
}

/// A name made fit to be shown, if something is left of it.
pub(super) fn shown(given: &str) -> Option<String> {
    let name = clean::line(given, limits::TEXT).replace(['/', '\\'], "_");
    let name = name.trim();
    if name.chars().all(|letter| matches!(letter, '.' | '_' | ' ')) {
        return None;
    }
    let length = name.chars().count();
    if length <= limits::NAME {
        return Some(name.to_owned());
    }
    // What is cut stands before the ending: people tell files by it.
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if (1..=10).contains(&ending.chars().count()) {
        format!(".{ending}")
    } else {
        String::new()
    };
    let kept: String = name.chars().take(limits::NAME - ending.chars().count()).collect();
    Some(kept + &ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_a_path() {
        assert_eq!(
            shown("a\r\nX-Evil: 1\0\u{2028}b.jpg").as_deref(),
            Some("aX-Evil: 1 b.jpg".replace("aX", "a X").as_str())
        );
        assert_eq!(shown("..\\..\\etc/passwd").as_deref(), Some(".._.._etc_passwd"));
        assert_eq!(shown("photo\u{202e}gpj.exe").as_deref(), Some("photogpj.exe"));
        for none in ["", " ", "..", "\u{200b}", "///", "\0"] {
            assert_eq!(shown(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = shown(&format!("{}.jpeg", "客".repeat(300))).unwrap();
        assert_eq!(name.chars().count(), limits::NAME);
        assert!(name.ends_with("客.jpeg"));
        assert_eq!(shown(&"a".repeat(300)).unwrap().len(), limits::NAME);
    }

    #[test]
    fn a_part_without_a_name_is_counted() {
        assert_eq!(
            name(&Content::default(), &Content::of(b"image/png"), None, 2),
            "attachment-2"
        );
        assert_eq!(
            name(&Content::default(), &Content::of(b"image/png; name=a.png"), None, 2),
            "a.png"
        );
    }
}
