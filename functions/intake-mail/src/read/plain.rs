//! Plain text as it was meant, and what a page says about its charset.

use super::{clean, params::Content};
use std::borrow::Cow;

/// Plain text as it was meant: RFC 3676 has lines that go on.
pub(super) fn unflowed<'t>(text: &'t str, content: &Content) -> Cow<'t, str> {
    if content.word("format").as_deref() != Some("flowed") {
        return Cow::Borrowed(text);
    }
    let joined = content.word("delsp").as_deref() == Some("yes");
    let mut out = String::with_capacity(text.len());
    let mut flows: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let rest = line.get(depth..).unwrap_or_default();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        if flows != Some(depth) || rest == "-- " {
            if flows.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let soft = rest.ends_with(' ') && rest != "-- ";
        out.push_str(if soft && joined {
            rest.strip_suffix(' ').unwrap_or(rest)
        } else {
            rest
        });
        flows = soft.then_some(depth);
        if !soft {
            out.push('\n');
        }
    }
    Cow::Owned(out)
}

/// The charset that a page names in itself.
pub(super) fn meta(page: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(clean::start(page, 2048)).to_ascii_lowercase();
    let (_, rest) = head.split_once("<meta")?;
    let (_, rest) = rest.split_once("charset=")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ']);
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_'))?;
    rest.get(..end).filter(|name| !name.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined_again() {
        let content = Content::of(b"text/plain; format=flowed");
        assert_eq!(
            unflowed("a \nb\n>c \n>d\n> e\n-- \nf", &content),
            "a b\n> c d\n> e\n-- \nf\n"
        );
        assert_eq!(
            unflowed("客 \n诉\n", &Content::of(b"text/plain; format=flowed; delsp=yes")),
            "客诉\n"
        );
        assert_eq!(unflowed("a \nb", &Content::of(b"text/plain")), "a \nb");
    }

    #[test]
    fn a_page_names_its_own_charset() {
        assert_eq!(
            meta(b"<html><meta http-equiv=x content=\"text/html; charset=gb2312\">").as_deref(),
            Some("gb2312")
        );
        assert_eq!(meta(b"<META charset='big5'>").as_deref(), Some("big5"));
        assert_eq!(meta(b"charset=x"), None);
    }
}
