//! Bytes to text in whatever charset they really are: the one that is declared, unless the bytes say otherwise.

use super::{shifted, steps};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_2022_JP, SHIFT_JIS, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// What a message elsewhere says about its charset: raw bytes in its header are most likely in the same.
pub(super) type Hint = Option<&'static Encoding>;

/// The charset of raw bytes in a header.
pub(super) struct Raw(Option<&'static Encoding>);

impl Raw {
    /// Chooses it for a whole value: a single word is often too short to judge.
    pub fn of(value: &[u8], hint: Hint) -> Raw {
        Raw((!value.is_ascii()).then(|| guessed(value, hint)))
    }

    /// The bytes as text.
    pub fn decode(&self, bytes: &[u8]) -> String {
        match self.0 {
            Some(encoding) => steps::text(encoding, bytes),
            None => decode(bytes, None, None).0,
        }
    }
}

/// The bytes as text, and the charset that was taken where it is worth remembering.
pub(super) fn decode(bytes: &[u8], label: Option<&str>, hint: Hint) -> (String, Hint) {
    let label = label
        .map(|label| label.trim_matches(['"', '\'', ' ', ';']).to_ascii_lowercase())
        .unwrap_or_default();
    if let Some(text) = marked(bytes).or_else(|| steps::wide(bytes, &label)) {
        return (text, None);
    }
    if bytes.is_ascii() {
        return (ascii(bytes, &label), None);
    }
    let declared = named(&label);
    let encoding = match declared {
        Some(declared) if holds(bytes, declared) => declared,
        Some(declared) if !trusted(declared) => guessed(bytes, hint),
        Some(declared) => better(bytes, declared, guessed(bytes, hint)),
        None => match mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()) {
            Some(decoder) if !label.is_empty() && !label.contains("ascii") => return (decoder(bytes), None),
            _ => guessed(bytes, hint),
        },
    };
    (steps::text(encoding, bytes), Some(encoding))
}

/// The charset of a label, for those that a declaration may mean.
pub(super) fn named(label: &str) -> Hint {
    let known = match label {
        "gb2312" | "gb_2312-80" | "gb_2312" | "x-gbk" | "cp936" | "ms936" | "windows-936" | "euc-cn" | "x-euc-cn"
        | "chinese" => Some(GB18030),
        "cp950" | "ms950" | "windows-950" | "x-big5" | "big5-hkscs" | "cn-big5" => Some(BIG5),
        "utf8" | "utf-8" | "utf8mb4" | "unicode-1-1-utf-8" => Some(UTF_8),
        other => Encoding::for_label(other.as_bytes()),
    };
    // GB18030 reads all of GB2312 and GBK, and what people write under their names.
    known
        .map(|known| if known == encoding_rs::GBK { GB18030 } else { known })
        .filter(|known| *known != encoding_rs::REPLACEMENT)
}

/// The charset of a label, if it says more than that there are bytes beyond ASCII.
pub(super) fn telling(label: &str) -> Hint {
    named(label).filter(|encoding| trusted(encoding) && *encoding != ISO_2022_JP)
}

/// Whether a declaration may be believed at all: the Western ones fit any bytes and are what broken programs write.
fn trusted(encoding: &'static Encoding) -> bool {
    encoding != WINDOWS_1252 && encoding != UTF_8
}

/// Whether the bytes are surely in the declared charset.
fn holds(bytes: &[u8], encoding: &'static Encoding) -> bool {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).is_ok();
    }
    if !trusted(encoding) || (surely_utf8(bytes) && encoding != UTF_8) {
        return false;
    }
    if !steps::fits(encoding, bytes) {
        return false;
    }
    // Of the two Chinese ones each can read most of the other's bytes, as rare characters.
    encoding != GB18030 && encoding != BIG5 || plain(bytes, encoding) * 2 >= pairs(bytes)
}

/// The declared charset, unless the guess reads what it cannot.
fn better(bytes: &[u8], declared: &'static Encoding, guess: &'static Encoding) -> &'static Encoding {
    let start = super::clean::start(bytes, 64 * 1024);
    let wrong = |encoding: &'static Encoding| steps::text(encoding, start).matches('\u{fffd}').count();
    let chinese = |encoding: &'static Encoding| encoding == GB18030 || encoding == BIG5;
    if chinese(declared) && chinese(guess) && guess != declared {
        let likelier = plain(bytes, guess) > plain(bytes, declared) && wrong(guess) <= wrong(declared);
        return if likelier { guess } else { declared };
    }
    if wrong(guess) < wrong(declared) && (trusted(guess) || guess == UTF_8) {
        guess
    } else {
        declared
    }
}

/// The charset by the bytes alone.
fn guessed(bytes: &[u8], hint: Hint) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    // Under a true label a few rare characters (in a name) are no reason to doubt it.
    let short = |hint| steps::fits(hint, bytes) && !alone(bytes) && pairs(bytes) < 4;
    if let Some(hint) = hint.filter(|hint| trusted(hint) && (holds(bytes, hint) || short(hint))) {
        return hint;
    }
    // Stray bytes, or a cut, in what is otherwise UTF-8.
    let lossy = String::from_utf8_lossy(super::clean::start(bytes, 64 * 1024));
    let broken = lossy.matches('\u{fffd}').count();
    let good = lossy.chars().filter(|letter| !letter.is_ascii()).count() - broken;
    if good >= broken * 10 || (broken == 1 && good >= 2) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(super::clean::start(bytes, 64 * 1024), true);
    // Letters with accents stand alone among plain ones; Chinese comes in pairs.
    let western = alone(bytes);
    let guess = detector.guess((!western).then_some(b"cn".as_slice()), Utf8Detection::Deny);
    let (simple, traditional) = (plain(bytes, GB18030), plain(bytes, BIG5));
    match guess {
        guess if [GB18030, encoding_rs::GBK, BIG5].contains(&guess) => match simple.max(traditional) {
            // A detector that was told to expect Chinese sees it in two accents side by side.
            common if western || common * 2 < pairs(bytes) => WINDOWS_1252,
            _ if simple == traditional && guess == BIG5 => BIG5,
            _ if traditional > simple => BIG5,
            _ => GB18030,
        },
        guess if western && [SHIFT_JIS, EUC_JP, EUC_KR].contains(&guess) => WINDOWS_1252,
        guess => guess,
    }
}

/// UTF-8 that is none by chance: two characters of several bytes at least.
fn surely_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().filter(|letter| !letter.is_ascii()).nth(1).is_some())
}

/// Whether every byte beyond ASCII stands alone.
fn alone(bytes: &[u8]) -> bool {
    !bytes.windows(2).any(|pair| pair.iter().all(|byte| !byte.is_ascii()))
}

/// How many pairs of bytes are common characters in a Chinese charset: first level of GB2312 with punctuation, or of Big5.
fn plain(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let common = |lead: u8, trail: u8| match encoding == BIG5 {
        true => matches!(lead, 0xa1..=0xc6) && matches!(trail, 0x40..=0x7e | 0xa1..=0xfe),
        false => matches!(lead, 0xa1..=0xa3 | 0xb0..=0xd7) && matches!(trail, 0xa1..=0xfe),
    };
    walk(bytes).filter(|(lead, trail)| common(*lead, *trail)).count()
}

fn pairs(bytes: &[u8]) -> usize {
    walk(bytes).count()
}

/// The bytes as leads with their trails, up to a bound that is enough to judge.
fn walk(bytes: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    let mut bytes = super::clean::start(bytes, 64 * 1024).iter();
    std::iter::from_fn(move || {
        let lead = *bytes.find(|byte| !byte.is_ascii())?;
        Some((lead, bytes.next().copied().unwrap_or_default()))
    })
}

/// A text that begins with a byte order mark.
fn marked(bytes: &[u8]) -> Option<String> {
    let (encoding, length) = Encoding::for_bom(bytes)?;
    Some(steps::text(encoding, bytes.get(length..)?))
}

/// Seven bits: as they stand, or with escapes that switch the charset.
fn ascii(bytes: &[u8], label: &str) -> String {
    if let Some(text) = shifted::decode(bytes, label) {
        return text;
    }
    let japanese = bytes.windows(2).any(|pair| pair == b"\x1b$" || pair == b"\x1b(");
    let text = match label {
        _ if japanese => ISO_2022_JP.decode_without_bom_handling(bytes).0,
        "utf-7" | "unicode-1-1-utf-7" | "x-unicode-2-0-utf-7" => {
            let decoder = mail_parser::decoders::charsets::map::charset_decoder(b"utf-7");
            decoder.map_or_else(|| String::from_utf8_lossy(bytes), |decoder| Cow::Owned(decoder(bytes)))
        }
        _ => String::from_utf8_lossy(bytes),
    };
    text.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLE: &str = "您好,我们买的水泵漏油,请尽快派人来看一下";
    const TRADITIONAL: &str = "您好,我們買的水泵漏油,請盡快派人來看一下";

    fn check(text: &str, written: &'static Encoding, label: Option<&str>) {
        let (bytes, _, lost) = written.encode(text);
        assert!(!lost, "{text}");
        assert_eq!(
            decode(&bytes, label, None).0,
            text,
            "{} under {label:?}",
            written.name()
        );
    }

    #[test]
    fn what_is_declared_rightly_is_read() {
        check(SIMPLE, GB18030, Some("GB2312"));
        check("朱镕基喆㙍€", GB18030, Some("gb2312"));
        check(TRADITIONAL, BIG5, Some("Big5"));
        check("Größe", WINDOWS_1252, Some("iso-8859-1"));
        check("насос течёт", encoding_rs::KOI8_R, Some("koi8-r"));
        check("насос", encoding_rs::WINDOWS_1251, Some("windows-1251"));
        check("ポンプが壊れました", SHIFT_JIS, Some("shift_jis"));
        check("ポンプ", ISO_2022_JP, Some("iso-2022-jp"));
        check("펌프", EUC_KR, Some("ks_c_5601-1987"));
    }

    #[test]
    fn what_is_declared_wrongly_is_read_by_its_bytes() {
        for label in [
            None,
            Some("us-ascii"),
            Some("iso-8859-1"),
            Some("utf-8"),
            Some("x-unknown"),
            Some("8bit"),
            Some(""),
        ] {
            check(SIMPLE, GB18030, label);
            check(TRADITIONAL, BIG5, label);
            check(SIMPLE, UTF_8, label);
        }
        check(TRADITIONAL, BIG5, Some("gb2312"));
        check(SIMPLE, GB18030, Some("big5"));
        check(SIMPLE, UTF_8, Some("gb2312"));
        check(SIMPLE, UTF_8, Some("big5"));
        check("ポンプ", ISO_2022_JP, None);
        check("Größe und Qualität", WINDOWS_1252, None);
        check("Le délai est dépassé", WINDOWS_1252, Some("utf-8"));
    }

    #[test]
    fn a_few_characters_are_enough_under_a_true_label() {
        for text in ["客诉", "联通", "你好", "退货"] {
            check(text, GB18030, Some("gbk"));
        }
        check("客訴", BIG5, Some("big5"));
    }

    #[test]
    fn utf_16_is_read_in_either_order() {
        let big: Vec<u8> = SIMPLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = SIMPLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&big, &little] {
            assert_eq!(decode(bytes, Some("utf-16"), None).0, SIMPLE);
        }
        assert_eq!(decode(&big, Some("UTF-16BE"), None).0, SIMPLE);
        assert_eq!(decode(&[&[0xff, 0xfe][..], &little].concat(), None, None).0, SIMPLE);
    }

    #[test]
    fn a_text_that_only_claims_to_be_wide_is_read() {
        assert_eq!(decode(SIMPLE.as_bytes(), Some("utf-16"), None).0, SIMPLE);
        assert_eq!(
            decode(b"the pump is leaking", Some("utf-16"), None).0,
            "the pump is leaking"
        );
    }

    #[test]
    fn a_stray_byte_does_not_turn_the_rest_into_another_charset() {
        let broken = [SIMPLE.as_bytes(), b"\xff", SIMPLE.as_bytes()].concat();
        assert_eq!(
            decode(&broken, Some("utf-8"), None).0,
            format!("{SIMPLE}\u{fffd}{SIMPLE}")
        );
    }

    #[test]
    fn a_cut_text_keeps_its_charset() {
        let cut = SIMPLE.as_bytes().get(..SIMPLE.len() - 1).unwrap();
        assert!(decode(cut, Some("utf-8"), None).0.starts_with("您好,我们买的水泵漏油"));
        assert!(
            decode(b"\xe5\xae\xa2\xe8\xaf\x89\xe6\xb3", None, None)
                .0
                .starts_with("客诉")
        );
        let (gbk, ..) = GB18030.encode(SIMPLE);
        let cut = gbk.get(..gbk.len() - 1).unwrap();
        assert!(decode(cut, Some("gb2312"), None).0.starts_with("您好,我们买的水泵漏油"));
    }

    #[test]
    fn a_hint_helps_where_there_is_too_little_to_judge() {
        let (bytes, ..) = BIG5.encode("水泵");
        assert_eq!(Raw::of(&bytes, Some(BIG5)).decode(&bytes), "水泵");
        let (bytes, ..) = GB18030.encode("喆堃");
        assert_eq!(Raw::of(&bytes, Some(GB18030)).decode(&bytes), "喆堃");
    }

    #[test]
    fn utf_7_is_read() {
        assert_eq!(decode(b"+W6KLyQ-", Some("utf-7"), None).0, "客诉");
    }
}
