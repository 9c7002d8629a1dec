//! `Content-Type` and `Content-Disposition`: the value and its parameters, RFC 2231 and what programs write instead of it.

use super::{
    charset::{self, Hint},
    words,
};

/// Parameters that are looked at.
const MOST: usize = 100;

/// A value with its parameters.
#[derive(Default)]
pub(super) struct Content {
    value: String,
    /// Names in lower case as written, and the bytes of the values.
    params: Vec<(String, Vec<u8>)>,
}

impl Content {
    /// Reads an unfolded value.
    pub fn of(value: &[u8]) -> Content {
        let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
        let (head, mut rest) = value.split_at_checked(end).unwrap_or((value, &[]));
        let value = String::from_utf8_lossy(head)
            .trim()
            .trim_matches('"')
            .to_ascii_lowercase();
        let mut params = Vec::new();
        while let Some(after) = rest
            .split_first()
            .map(|(_, after)| after)
            .filter(|_| params.len() < MOST)
        {
            let (param, tail) = param(after);
            params.extend(param);
            rest = tail;
        }
        Content { value, params }
    }

    /// The value without parameters, in lower case.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What stands before the slash.
    pub fn main(&self) -> &str {
        self.value.split('/').next().unwrap_or_default().trim()
    }

    /// What stands after the slash.
    pub fn sub(&self) -> &str {
        self.value.split_once('/').map_or("", |(_, sub)| sub.trim())
    }

    /// A parameter's bytes.
    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        let plain = self
            .params
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.clone());
        plain.or_else(|| self.extended(name).map(|(bytes, _)| bytes))
    }

    /// A parameter as a word in lower case.
    pub fn word(&self, name: &str) -> Option<String> {
        self.bytes(name)
            .map(|bytes| String::from_utf8_lossy(&bytes).trim().to_ascii_lowercase())
    }

    /// A parameter as a text: by RFC 2231, or in the words of RFC 2047, or in raw bytes.
    pub fn text(&self, name: &str, hint: Hint) -> Option<String> {
        if let Some((bytes, label)) = self.extended(name) {
            return Some(charset::decode(&bytes, label.as_deref(), hint).0);
        }
        let plain = self
            .params
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value)?;
        let text = words::text(plain, hint);
        // Some programs write the percent signs of RFC 2231 into an ordinary parameter.
        match percent(text.as_bytes()) {
            bytes if !bytes.is_ascii() && text.is_ascii() => Some(charset::decode(&bytes, None, hint).0),
            _ => Some(text),
        }
    }

    /// A parameter in pieces or with a charset: its bytes joined, so that a character may be cut, and its charset.
    fn extended(&self, name: &str) -> Option<(Vec<u8>, Option<String>)> {
        let mut pieces = Vec::new();
        for (given, value) in &self.params {
            let Some(tail) = given.strip_prefix(name).and_then(|tail| tail.strip_prefix('*')) else {
                continue;
            };
            let (number, encoded) = tail
                .strip_suffix('*')
                .map_or((tail, tail.is_empty()), |number| (number, true));
            let Some(number) = (if number.is_empty() {
                Some(0)
            } else {
                number.parse::<u32>().ok()
            }) else {
                continue;
            };
            pieces.push((number, encoded, value));
        }
        pieces.sort_by_key(|(number, ..)| *number);
        let (mut bytes, mut label) = (Vec::new(), None);
        for (at, (_, encoded, value)) in pieces.iter().enumerate() {
            let mut value = value.as_slice();
            if at == 0 && *encoded {
                let mut quotes = value.splitn(3, |byte| *byte == b'\'');
                if let (Some(charset), Some(_), Some(rest)) = (quotes.next(), quotes.next(), quotes.next()) {
                    label = Some(String::from_utf8_lossy(charset).into_owned());
                    value = rest;
                }
            }
            if *encoded {
                bytes.extend(percent(value))
            } else {
                bytes.extend(value)
            }
        }
        (!pieces.is_empty()).then_some((bytes, label))
    }
}

/// One parameter, and what follows from the next semicolon on.
fn param(text: &[u8]) -> (Option<(String, Vec<u8>)>, &[u8]) {
    let Some(end) = text.iter().position(|byte| matches!(byte, b'=' | b';')) else {
        return (None, &[]);
    };
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, &[]));
    let Some(rest) = rest.strip_prefix(b"=") else {
        return (None, rest);
    };
    let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
    let rest = rest.trim_ascii_start();
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
        let (value, rest) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        return (Some((name, value.trim_ascii().to_vec())), rest);
    };
    let mut value = Vec::new();
    let mut rest = quoted;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'\\', [next @ (b'"' | b'\\'), tail @ ..]) => {
                value.push(*next);
                tail
            }
            (b'"', _) => break,
            _ => {
                value.push(byte);
                after
            }
        };
    }
    let next = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
    (Some((name, value)), rest.get(next..).unwrap_or_default())
}

/// Percent signs undone.
fn percent(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let pair = match after {
            [high, low, ..] if byte == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        out.push(pair.map_or(byte, |(high, low)| high << 4 | low));
        rest = after.get(if pair.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(value: &str) -> Option<String> {
        Content::of(value.as_bytes()).text("filename", None)
    }

    #[test]
    fn names_are_read_in_all_the_ways_in_which_they_are_written() {
        for value in [
            "attachment; filename=\"照片.jpg\"",
            "attachment; filename==?gb2312?B?1dXGrC5qcGc=?=",
            "attachment; filename=\"=?gb2312?B?1dXG?= =?gb2312?B?rC5qcGc=?=\"",
            "attachment; filename*=utf-8''%E7%85%A7%E7%89%87.jpg",
            "attachment; FILENAME*0*=gb2312'zh'%D5%D5%C6; filename*1*=%AC; filename*2=\".jpg\"",
            "attachment; filename*1*=%AC.jpg; filename*0*=gb2312''%D5%D5%C6; filename=x",
            "attachment; filename=\"%E7%85%A7%E7%89%87.jpg\"",
        ] {
            assert_eq!(name(value).as_deref(), Some("照片.jpg"), "{value}");
        }
    }

    #[test]
    fn quotes_semicolons_and_bare_words_are_told_apart() {
        let content = Content::of(b"Text/Plain ; charset = \"UTF-8\" ;; format=Flowed; x=\"a;\\\"b\\\\\"; y = c d ; z");
        assert_eq!(
            (content.main(), content.sub(), content.value()),
            ("text", "plain", "text/plain")
        );
        assert_eq!(content.word("charset").as_deref(), Some("utf-8"));
        assert_eq!(content.word("format").as_deref(), Some("flowed"));
        assert_eq!(content.bytes("x").as_deref(), Some(&b"a;\"b\\"[..]));
        assert_eq!(content.bytes("y").as_deref(), Some(&b"c d"[..]));
        assert_eq!(content.bytes("z"), None);
    }

    #[test]
    fn a_name_with_a_percent_sign_of_its_own_stays() {
        assert_eq!(
            name("attachment; filename=\"100%25 off.txt\"").as_deref(),
            Some("100%25 off.txt")
        );
    }
}
