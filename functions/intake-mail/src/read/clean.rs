//! Texts that came from outside made harmless: one line is one line, a body has plain line feeds, nothing has NUL.

/// The text in one line of at most `most` letters: line breaks of any kind become a space, other control characters and those
/// that turn or hide writing go.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most * 4));
    let (mut count, mut space) = (0, true);
    for letter in text.chars() {
        let letter = match letter {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{a0}' => ' ',
            other if other.is_control() || unseen(other) => continue,
            other => other,
        };
        if letter == ' ' && space {
            continue;
        }
        if count == most {
            break;
        }
        space = letter == ' ';
        count += 1;
        out.push(letter);
    }
    out.truncate(out.trim_end().len());
    out
}

/// Marks of direction, zero width and the like: they make a name look like another.
fn unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A body: line feeds only, no NUL, no other control characters than the tabulator, at most `most` bytes.
pub(super) fn body(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '\r' => {
                if letters.peek() == Some(&'\n') {
                    continue;
                }
                '\n'
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\n' | '\t' => letter,
            '\u{feff}' => continue,
            other if other.is_control() => continue,
            other => other,
        };
        if out.len() + letter.len_utf8() > most {
            break;
        }
        out.push(letter);
    }
    out
}

/// The start of `bytes` of at most `most` bytes.
pub(super) fn start(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

/// The start of `bytes` of at most `most` bytes that ends where a line ends, if one ends near: no character is cut in two.
pub(super) fn lines(bytes: &[u8], most: usize) -> &[u8] {
    let start = start(bytes, most);
    if start.len() == bytes.len() {
        return start;
    }
    let line = start.iter().rev().take(4096).position(|byte| *byte == b'\n');
    let end = match (line, std::str::from_utf8(start)) {
        (Some(after), _) => start.len() - after,
        (None, Err(error)) if error.error_len().is_none() => error.valid_up_to(),
        _ => start.len(),
    };
    start.get(..end).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(
            line(" a\r\nBcc: b\0c\u{2028}d \u{202e}gpj.exe ", 99),
            "a Bcc: bc d gpj.exe"
        );
        assert_eq!(line("客诉客诉", 3), "客诉客");
        assert_eq!(line("\u{200b}\u{feff}\n", 9), "");
    }

    #[test]
    fn a_body_has_plain_line_feeds_and_no_nul() {
        assert_eq!(body("a\r\nb\rc\0\u{2028}d\te", 99), "a\nb\nc\nd\te");
        assert_eq!(body("客诉", 5), "客");
        assert_eq!(lines("客诉".as_bytes(), 5), "客".as_bytes());
        assert_eq!(lines(b"a\nbc", 3), b"a\n");
    }
}
