//! Chinese and Korean in seven bits: HZ, ISO-2022-CN and ISO-2022-KR, which the browsers' charsets no longer have.

use encoding_rs::{EUC_KR, Encoding, GBK};

/// The text, if the bytes are in one of the three.
pub(super) fn decode(bytes: &[u8], label: &str) -> Option<String> {
    match label {
        "hz-gb-2312" | "hz" => Some(hz(bytes)),
        _ if label.starts_with("iso-2022-") || bytes.windows(3).any(|three| three == b"\x1b$)") => escaped(bytes),
        _ => None,
    }
}

/// HZ: `~{` begins Chinese, `~}` ends it.
fn hz(bytes: &[u8]) -> String {
    let mut out = Writer::new();
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'~', [b'{', tail @ ..]) => out.switch(Some(GBK), tail),
            (b'~', [b'}', tail @ ..]) => out.switch(None, tail),
            (b'~', [b'~', tail @ ..]) if out.set.is_none() => out.push(b'~', tail),
            (b'~', [b'\n', tail @ ..]) => tail,
            (b'\n', tail) => {
                out.switch(None, tail);
                out.push(byte, tail)
            }
            (_, tail) => out.push(byte, tail),
        };
    }
    out.finish()
}

/// ISO 2022: `ESC $ )` names the set, `SO` begins it, `SI` or the end of the line ends it.
fn escaped(bytes: &[u8]) -> Option<String> {
    let mut out = Writer::new();
    let (mut named, mut known) = (None, false);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (0x1b, [b'$', b')', set, tail @ ..]) => {
                named = Some(if *set == b'C' { EUC_KR } else { GBK });
                // The third set, of Taiwan's standard, has no table here: its characters come out as unknown.
                out.lost = *set != b'A' && *set != b'C';
                known = true;
                tail
            }
            (0x0e, tail) => out.switch(named.or(Some(GBK)), tail),
            (0x0f, tail) => out.switch(None, tail),
            (b'\n', tail) => {
                out.switch(None, tail);
                out.push(byte, tail)
            }
            (_, tail) => out.push(byte, tail),
        };
    }
    known.then(|| out.finish())
}

/// Collects the text; what is shifted is decoded when the shift ends.
struct Writer {
    text: String,
    set: Option<&'static Encoding>,
    held: Vec<u8>,
    lost: bool,
}

impl Writer {
    fn new() -> Writer {
        Writer {
            text: String::new(),
            set: None,
            held: Vec::new(),
            lost: false,
        }
    }

    fn push<'a>(&mut self, byte: u8, rest: &'a [u8]) -> &'a [u8] {
        match self.set {
            Some(_) if byte.is_ascii_graphic() => self.held.push(byte | 0x80),
            _ => {
                self.flush();
                self.text.push(char::from(byte));
            }
        }
        rest
    }

    fn switch<'a>(&mut self, set: Option<&'static Encoding>, rest: &'a [u8]) -> &'a [u8] {
        self.flush();
        self.set = set;
        rest
    }

    fn flush(&mut self) {
        match self.set {
            _ if self.held.is_empty() => {}
            Some(_) if self.lost => self.text.extend(self.held.chunks(2).map(|_| '\u{fffd}')),
            Some(set) => self.text.push_str(&set.decode_without_bom_handling(&self.held).0),
            None => {}
        }
        self.held.clear();
    }

    fn finish(mut self) -> String {
        self.flush();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 客诉 in GB2312 without the high bits.
    const WORD: &[u8] = b"\x3f\x4d\x4b\x5f";

    #[test]
    fn chinese_in_seven_bits_is_read() {
        let hz = [b"a~~ ~{", WORD, b"~} b\n"].concat();
        assert_eq!(decode(&hz, "hz-gb-2312").as_deref(), Some("a~ 客诉 b\n"));
        let iso = [b"\x1b$)Aa \x0e", WORD, b"\x0f b\n"].concat();
        assert_eq!(decode(&iso, "iso-2022-cn").as_deref(), Some("a 客诉 b\n"));
        assert_eq!(decode(&iso, "").as_deref(), Some("a 客诉 b\n"));
        assert_eq!(
            decode(b"\x1b$)C\x0e\x46\x5f\x47\x41\x0f", "iso-2022-kr").as_deref(),
            Some("펌프")
        );
    }

    #[test]
    fn a_set_without_a_table_is_said_to_be_unknown() {
        assert_eq!(
            decode(b"\x1b$)G\x0e\x46\x5f\x0f.", "iso-2022-cn").as_deref(),
            Some("\u{fffd}.")
        );
    }

    #[test]
    fn other_texts_are_not_touched() {
        assert_eq!(decode(b"plain", "us-ascii"), None);
        assert_eq!(decode(b"\x1b$B%]\x1b(B", "iso-2022-jp"), None);
    }
}
