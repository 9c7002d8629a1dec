//! Transfer encodings undone, leniently: what is broken in one place is still read in the others.

use super::fields::Fields;
use std::borrow::Cow;

/// The content of a part as it was before it was encoded for the journey.
pub(super) fn decoded<'a>(fields: &Fields<'_>, body: &'a [u8]) -> Cow<'a, [u8]> {
    match fields
        .word("content-transfer-encoding")
        .as_deref()
        .map(|word| word.trim_matches(['"', ';']))
    {
        Some("base64") => Cow::Owned(base64(body)),
        Some("quoted-printable") => Cow::Owned(quoted(body)),
        _ => Cow::Borrowed(body),
    }
}

/// Base64 decoded; what does not belong to its alphabet is passed over.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let own = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    mail_parser::decoders::base64::base64_decode_stream(text.iter().filter(own), text.len(), u8::MAX)
        .unwrap_or_default()
}

/// Quoted-printable decoded; a `=` that begins nothing stays. The decoders at hand refuse the text as a whole in such a case,
/// drop raw bytes beyond ASCII, or lose letters after a soft line break at the end.
pub(super) fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let feed = line.ends_with(b"\n");
        let mut rest = if feed { line.trim_ascii_end() } else { line };
        let soft = rest.last() == Some(&b'=');
        if soft {
            rest = rest.split_last().map_or(rest, |(_, before)| before);
        }
        while let Some((&byte, after)) = rest.split_first() {
            rest = match (byte, after) {
                (b'=', [high, low, tail @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    out.push(digit(*high) << 4 | digit(*low));
                    tail
                }
                _ => {
                    out.push(byte);
                    after
                }
            };
        }
        if feed && !soft {
            out.push(b'\n');
        }
    }
    out
}

fn digit(byte: u8) -> u8 {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_survives_stray_letters_and_missing_padding() {
        assert_eq!(base64(b"5a6i\r\n6K+J"), "客诉".as_bytes());
        assert_eq!(base64(b"5a6i!6K-\xff+J-"), "客诉".as_bytes());
        assert_eq!(base64(b"YQ"), b"a");
        assert_eq!(base64(b"YQ==Yg=="), b"ab");
    }

    #[test]
    fn quoted_printable_is_read_as_far_as_it_is_right() {
        assert_eq!(quoted(b"a=3Db=\r\nc \t\r\nd=e5=AE=a2"), "a=bc\nd客".as_bytes());
        assert_eq!(quoted(b"100% = x =ZZ = y"), b"100% = x =ZZ = y");
        assert_eq!(quoted(b"ab=\r\n"), b"ab");
        assert_eq!(quoted(b"ab="), b"ab");
        assert_eq!(quoted(b"\xbf\xcd=CB=DF"), b"\xbf\xcd\xcb\xdf");
    }
}
