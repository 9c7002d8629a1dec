//! The encoding of a text file, and its text as UTF-8 while it is read.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{BIG5, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::book::Unreadable;
use crate::book::source::{Source, unreadable};
use crate::book::zipped::told;

/// Bytes by which an encoding other than UTF-8 is told.
const SAMPLE: u64 = 4 << 20;
const CHUNK: usize = 64 << 10;

/// Characters that make up about half of any Chinese text, and those of complaints; simplified and traditional.
const COMMON: &str = "的一是在不了有和人这这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞客户诉投訴戶編编號订訂單货貨損损壞坏退換换賠赔償偿責责檢检批次數負负";

/// An encoding, and how many bytes mark it at the beginning.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    encoding: &'static Encoding,
    mark: u64,
}

/// Finds the encoding out.
pub fn find(source: &mut Source) -> Result<Found, Unreadable> {
    let sample = source.head(SAMPLE)?;
    if let Some((encoding, mark)) = Encoding::for_bom(&sample) {
        return Ok(Found {
            encoding,
            mark: mark as u64,
        });
    }
    let encoding = match wide(&sample) {
        Some(encoding) => encoding,
        None if all_utf_8(source)? => UTF_8,
        None if noise(&sample) => return Err(Unreadable::of("not_a_ledger_file")),
        None => narrow(&sample),
    };
    Ok(Found { encoding, mark: 0 })
}

/// UTF-16 without a mark: delimiters, digits and line ends leave zero bytes on one side.
fn wide(sample: &[u8]) -> Option<&'static Encoding> {
    let head = sample.get(..sample.len().min(CHUNK) & !1)?;
    let (mut first, mut second) = (0, 0);
    for pair in head.chunks_exact(2) {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.last() == Some(&0));
    }
    let least = head.len() / 2 / 20;
    if second > least.max(1) && second > first * 20 {
        Some(UTF_16LE)
    } else if first > least.max(1) && first > second * 20 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether bytes are no text in any encoding of one or two bytes: one in fifty, and more than a few, are control characters that no text has. Zeros
/// are let pass, some programs fill with them.
fn noise(sample: &[u8]) -> bool {
    let strange = |byte: &&u8| matches!(byte, 1..=8 | 11 | 14..=26 | 28..=31 | 127);
    sample.iter().filter(strange).count() > sample.len() / 50 + 8
}

/// Whether the whole file is UTF-8.
fn all_utf_8(source: &mut Source) -> Result<bool, Unreadable> {
    let mut buffer = vec![0; 256 << 10];
    let mut kept = 0;
    source.rewind().map_err(unreadable)?;
    loop {
        let got = source
            .read(buffer.get_mut(kept..).unwrap_or_default())
            .map_err(unreadable)?;
        let all = kept + got;
        match std::str::from_utf8(buffer.get(..all).unwrap_or_default()) {
            Ok(_) if got == 0 => return Ok(true),
            Ok(_) => kept = 0,
            // A character may be cut by the end of the buffer, not by the end of the file.
            Err(error) if error.error_len().is_none() && got > 0 => {
                buffer.copy_within(error.valid_up_to()..all, 0);
                kept = all - error.valid_up_to();
            }
            Err(_) => return Ok(false),
        }
    }
}

/// One of the encodings of one and two bytes: by what they make of the sample.
fn narrow(sample: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    let (simplified, traditional) = (likeness(GB18030, sample), likeness(BIG5, sample));
    if simplified.max(traditional) < 0.15 && guess != encoding_rs::GBK && guess != BIG5 {
        // Not Chinese by any reading: what the detector says, and western for what it cannot tell.
        return if guess.is_ascii_compatible() {
            guess
        } else {
            WINDOWS_1252
        };
    }
    if traditional > simplified { BIG5 } else { GB18030 }
}

/// How much like Chinese text the bytes are in an encoding: the share of common characters, less that of errors.
fn likeness(encoding: &'static Encoding, sample: &[u8]) -> f64 {
    let (text, _) = encoding.decode_without_bom_handling(sample);
    let (mut common, mut other, mut wrong) = (0_u32, 0_u32, 0_u32);
    for character in text.chars().filter(|character| !character.is_ascii()).take(20_000) {
        match character {
            '\u{FFFD}' => wrong += 1,
            '，' | '。' | '、' | '：' | '；' | '（' | '）' => common += 1,
            character if COMMON.contains(character) => common += 1,
            _ => other += 1,
        }
    }
    let all = f64::from(common + other + wrong).max(1.0);
    (f64::from(common) - 2.0 * f64::from(wrong)) / all
}

/// The text of a file as UTF-8.
pub struct Decoded<'a> {
    source: &'a mut Source,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Decoded and not yet handed on, from a place on.
    text: Vec<u8>,
    from: usize,
    done: bool,
}

impl<'a> Decoded<'a> {
    /// From the beginning of the file.
    pub fn new(source: &'a mut Source, found: Found) -> Result<Self, Unreadable> {
        source.seek(SeekFrom::Start(found.mark)).map_err(unreadable)?;
        let decoder = found.encoding.new_decoder_without_bom_handling();
        Ok(Self {
            source,
            decoder,
            raw: vec![0; CHUNK],
            text: Vec::new(),
            from: 0,
            done: false,
        })
    }

    /// Appends the text of the first `most` bytes, up to the end of the last whole line.
    pub fn sample(&mut self, most: usize, text: &mut String) -> Result<(), Unreadable> {
        let mut bytes = Vec::new();
        self.by_ref()
            .take(most as u64)
            .read_to_end(&mut bytes)
            .map_err(|error| told(&error, ""))?;
        let end = if bytes.len() == most {
            memchr::memrchr(b'\n', &bytes).map_or(most, |at| at + 1)
        } else {
            bytes.len()
        };
        text.push_str(&String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()));
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.from >= self.text.len() && !self.done {
            let got = self.source.read(&mut self.raw)?;
            let room = self.decoder.max_utf8_buffer_length(got).unwrap_or(CHUNK * 4);
            self.text.resize(room, 0);
            let raw = self.raw.get(..got).unwrap_or_default();
            let (_, _, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, got == 0);
            self.text.truncate(written);
            self.from = 0;
            self.done = got == 0;
        }
        let rest = self.text.get(self.from..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.from += count;
        Ok(count)
    }
}
