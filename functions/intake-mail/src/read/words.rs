//! Words in headers: RFC 2047, also cut through the middle of a character, and raw bytes of any charset.

use super::charset::{self, Hint};
use super::transfer;

/// A stretch of a header's value.
enum Piece<'a> {
    /// As it stands.
    Plain(&'a [u8]),
    /// Encoded words of one charset that follow each other, decoded from base64 or quoted-printable.
    Encoded(String, Vec<u8>),
}

/// The value as a text.
pub(super) fn text(value: &[u8], hint: Hint) -> String {
    // Raw bytes are judged together: a single word is often too short for that.
    let raw = charset::Raw::of(value, hint);
    let decode = |piece| match piece {
        Piece::Plain(bytes) => raw.decode(bytes),
        Piece::Encoded(label, bytes) => charset::decode(&bytes, Some(&label), hint).0,
    };
    pieces(value).into_iter().map(decode).collect()
}

/// The value as a text for a parser of addresses: every encoded word is one in UTF-8 that says the same, raw bytes are UTF-8.
pub(super) fn phrase(value: &[u8], hint: Hint) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let raw = charset::Raw::of(value, hint);
    for piece in pieces(value) {
        match piece {
            // What begins like an encoded word and is none would be searched to the end of the line, each time.
            Piece::Plain(bytes) => out.extend(raw.decode(bytes).replace("=?", "?").bytes()),
            Piece::Encoded(label, bytes) => {
                out.extend(b"=?utf-8?Q?");
                for byte in charset::decode(&bytes, Some(&label), hint).0.bytes() {
                    out.extend(format!("={byte:02X}").bytes());
                }
                out.extend(b"?=");
            }
        }
    }
    out
}

fn pieces(value: &[u8]) -> Vec<Piece<'_>> {
    let mut list: Vec<Piece<'_>> = Vec::new();
    let (mut from, mut at) = (0, 0);
    // Behind the last end of a word no word begins.
    let last = value.windows(2).rposition(|pair| pair == b"?=").unwrap_or_default();
    while let Some(start) = value
        .get(at..last)
        .and_then(|rest| rest.windows(2).position(|pair| pair == b"=?"))
    {
        let start = at + start;
        let Some((label, bytes, end)) = word(value, start) else {
            at = start + 2;
            continue;
        };
        let between = value.get(from..start).unwrap_or_default();
        let follows = matches!(list.last(), Some(Piece::Encoded(..))) && between.iter().all(u8::is_ascii_whitespace);
        if !follows && !between.is_empty() {
            list.push(Piece::Plain(between));
        }
        match list.last_mut() {
            Some(Piece::Encoded(same, before)) if follows && *same == label => before.extend(bytes),
            _ => list.push(Piece::Encoded(label, bytes)),
        }
        (from, at) = (end, end);
    }
    if let Some(rest) = value.get(from..).filter(|rest| !rest.is_empty()) {
        list.push(Piece::Plain(rest));
    }
    list
}

/// The encoded word that begins at `start`: its charset, its bytes, and where it ends.
fn word(value: &[u8], start: usize) -> Option<(String, Vec<u8>, usize)> {
    let inner = value.get(start + 2..)?;
    let mark = |bytes: &[u8]| bytes.iter().take(60).position(|byte| *byte == b'?');
    let label = inner.get(..mark(inner)?)?;
    let [encoding @ (b'B' | b'b' | b'Q' | b'q'), b'?', data @ ..] = inner.get(label.len() + 1..)? else {
        return None;
    };
    let name = std::str::from_utf8(label).ok()?.split('*').next()?.to_ascii_lowercase();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    // Whatever begins a word up to here is one if it has an end: no stretch of the value is searched twice.
    let length = data.windows(2).position(|pair| pair == b"?=")?;
    let data = data.get(..length)?;
    let bytes = match encoding {
        b'B' | b'b' => transfer::base64(data),
        _ => transfer::quoted(
            &data
                .iter()
                .map(|byte| if *byte == b'_' { b' ' } else { *byte })
                .collect::<Vec<u8>>(),
        ),
    };
    Some((name, bytes, start + 2 + label.len() + 3 + length + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        text(value.as_bytes(), Hint::default())
    }

    #[test]
    fn a_character_may_be_cut_by_two_words() {
        // 客诉 in UTF-8 is E5 AE A2 E8 AF 89, in GBK BF CD CB DF.
        assert_eq!(read("=?UTF-8?B?5a4=?= =?utf-8?Q?=A2=E8?=\t=?UTF-8?Q?=AF=89?="), "客诉");
        assert_eq!(read("Re: =?gb2312?Q?=BF?= =?GB2312?Q?=CD=CB=DF?= ok"), "Re: 客诉 ok");
    }

    #[test]
    fn words_of_two_charsets_stand_side_by_side() {
        assert_eq!(read("=?gbk?Q?=BF=CD?= =?big5?Q?=B6D?="), "客訴");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for value in [
            "a =? b",
            "=?utf-8?X?abc?=",
            "=?utf-8?Q?abc",
            "=??Q?abc?=",
            "=?",
            "?=",
            "1 + 1 =? 2 ?=",
        ] {
            assert_eq!(read(value), value);
        }
    }

    #[test]
    fn raw_bytes_are_judged_together() {
        let gbk = b"\xbf\xcd\xcb\xdf\xa3\xba\xcb\xae\xb1\xc3\xc2\xa9\xd3\xcd =?utf-8?Q?_A1?=";
        assert_eq!(text(gbk, Hint::default()), "客诉：水泵漏油  A1");
        assert_eq!(read("客诉"), "客诉");
    }
}
