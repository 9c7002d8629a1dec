//! Folding: one width, one script, one case, no spaces and no punctuation, so that headers and short values can be compared.

use std::borrow::Cow;

use kesu_words::text::simplified;
use unicode_normalization::UnicodeNormalization;

/// Characters that carry meaning alone and so survive the dropping of punctuation.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '√' | '✓' | '✔' | '☑' | '×' | '✗' | '✘' | '╳' | '☒' | '■' | '□' | '☐' | '●' | '○'
    )
}

fn simple(c: char) -> char {
    if c.is_ascii() {
        c.to_ascii_lowercase()
    } else {
        simplified(c).unwrap_or(c)
    }
}

/// Only letters, digits and marks of `text`, folded.
pub fn key(text: &str) -> String {
    // Most texts are in their normal form already: plain ideographs and ASCII have no other.
    if text
        .chars()
        .all(|c| c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}'))
    {
        return text.chars().filter(|c| c.is_alphanumeric()).map(simple).collect();
    }
    text.nfkc()
        .filter(|c| c.is_alphanumeric() || is_mark(*c))
        .flat_map(char::to_lowercase)
        .map(simple)
        .collect()
}

/// The text without its brackets and what stands in them.
pub fn without_brackets(text: &str) -> Cow<'_, str> {
    if !text.contains(['(', '（', '[', '【', '〔', '［']) {
        return Cow::Borrowed(text);
    }
    let mut depth = 0_usize;
    let kept = text.chars().filter(|c| match c {
        '(' | '（' | '[' | '【' | '〔' | '［' => {
            depth += 1;
            false
        }
        ')' | '）' | ']' | '】' | '〕' | '］' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    Cow::Owned(kept.collect())
}

/// What stands in the last pair of brackets of a header: its unit, mostly.
pub fn bracketed(text: &str) -> Option<&str> {
    let open = text.rfind(['(', '（', '[', '【'])?;
    let inner = text.get(open..)?;
    let inner = inner.trim_start_matches(['(', '（', '[', '【']);
    Some(inner.split([')', '）', ']', '】']).next().unwrap_or(inner).trim())
}

/// Whether a character is Chinese.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

/// The keys under which a header is looked up, best first: whole, without brackets, without its English tail or head.
pub fn header_keys(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(4);
    let mut add = |key: String| {
        if !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    };
    let bare = without_brackets(text);
    for text in [text, &bare] {
        let whole = key(text);
        let chinese = whole.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let tail = whole.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let (chinese, tail) = (chinese.to_owned(), tail.to_owned());
        let mixed = whole.chars().any(is_han);
        add(whole);
        if mixed {
            add(chinese);
            add(tail);
        }
    }
    keys
}

/// A header as people read it: in one line, without the spaces that only spread Chinese characters.
pub fn header_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().chars() {
        if c.is_whitespace() || c.is_control() || c == '\u{feff}' || c == '\u{200b}' {
            gap = true;
            continue;
        }
        if gap {
            let before = out.chars().next_back();
            if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == '.') && c.is_ascii_alphanumeric() {
                out.push(' ');
            }
            gap = false;
        }
        out.push(c);
    }
    out
}

/// Full-width digits, letters and signs as narrow ones; borrowed where nothing changes.
pub fn narrow(text: &str) -> Cow<'_, str> {
    let wide =
        |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200b}' | '\u{feff}');
    if text.is_ascii() || !text.chars().any(wide) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .filter_map(|c| match c {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
                '\u{200b}' | '\u{feff}' => None,
                c if wide(c) => Some(' '),
                c => Some(c),
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_width_spaces_and_punctuation_make_no_difference() {
        assert_eq!(key("客 訴\n編號："), "客诉编号");
        assert_eq!(key("＊Ｌｏｔ　Ｎｏ．"), "lotno");
        assert_eq!(key("√"), "√");
    }

    #[test]
    fn a_header_is_looked_up_whole_then_without_unit_and_english_tail() {
        assert_eq!(header_keys("投诉重量（kg）"), ["投诉重量kg", "投诉重量"]);
        assert_eq!(
            header_keys("客户名称 Customer Name"),
            ["客户名称customername", "客户名称"]
        );
        assert_eq!(header_keys("8D报告"), ["8d报告"]);
        assert_eq!(bracketed("索赔金额（万元）"), Some("万元"));
    }

    #[test]
    fn a_header_is_shown_in_one_line() {
        assert_eq!(header_text(" 客 户\n名称 "), "客户名称");
        assert_eq!(header_text("Lot\n No."), "Lot No.");
    }
}
