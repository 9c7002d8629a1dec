//! The records of an old workbook's stream (a type, a length, bytes), and texts that go on in the records behind.

use encoding_rs::Encoding;

use crate::book::little::{byte, four, two};

/// A record that goes on where the one before it ended.
pub const CONTINUE: u16 = 0x3C;

/// The records of a stream from some place on.
#[derive(Clone, Copy)]
pub struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One record.
#[derive(Clone, Copy)]
pub struct Record<'a> {
    /// Its type.
    pub kind: u16,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl<'a> Records<'a> {
    pub fn from(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Its place in the stream.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The next record; none at the end of the stream, or where it was cut off.
    pub fn next(&mut self) -> Option<Record<'a>> {
        let (kind, length) = (two(self.bytes, self.at)?, two(self.bytes, self.at + 2)?);
        let from = self.at + 4;
        let bytes = self.bytes.get(from..from + usize::from(length))?;
        self.at = from + bytes.len();
        Some(Record { kind, bytes })
    }
}

/// How texts are stored.
#[derive(Clone, Copy, Debug)]
pub enum Dialect {
    /// Since 1997: UTF-16, or its lower bytes alone.
    Wide,
    /// Before: bytes in the workbook's code page.
    Narrow(&'static Encoding),
}

/// The bytes of a record and of those that continue it.
pub struct Pieces<'a> {
    records: Records<'a>,
    piece: &'a [u8],
    at: usize,
}

impl<'a> Pieces<'a> {
    /// From a place in a record on; `records` stands behind it.
    pub fn of(records: Records<'a>, record: Record<'a>, at: usize) -> Self {
        Self {
            records,
            piece: record.bytes,
            at,
        }
    }

    /// Goes on to the next piece; none where there is no more.
    fn more(&mut self) -> Option<()> {
        let mut records = self.records;
        let next = records.next().filter(|next| next.kind == CONTINUE)?;
        (self.records, self.piece, self.at) = (records, next.bytes, 0);
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.piece.len() {
            self.more()?;
        }
        let byte = byte(self.piece, self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn two(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn four(&mut self) -> Option<usize> {
        Some(usize::from(self.two()?) | usize::from(self.two()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        loop {
            let here = count.min(self.piece.len().saturating_sub(self.at));
            self.at += here;
            count -= here;
            if count == 0 {
                return Some(());
            }
            self.more()?;
        }
    }

    /// A text with its length in two bytes before it.
    pub fn long(&mut self, dialect: Dialect, text: &mut String) -> Option<()> {
        let count = usize::from(self.two()?);
        self.text(dialect, count, text)
    }

    /// A text with its length in one byte before it.
    pub fn short(&mut self, dialect: Dialect, text: &mut String) -> Option<()> {
        let count = usize::from(self.byte()?);
        self.text(dialect, count, text)
    }

    fn text(&mut self, dialect: Dialect, count: usize, text: &mut String) -> Option<()> {
        match dialect {
            Dialect::Wide => {
                let flags = self.byte()?;
                let runs = if flags & 8 != 0 { usize::from(self.two()?) } else { 0 };
                let aids = if flags & 4 != 0 { self.four()? } else { 0 };
                self.characters(flags, count, text)?;
                self.skip(runs * 4 + aids)
            }
            Dialect::Narrow(encoding) => {
                let mut bytes = Vec::with_capacity(count);
                while bytes.len() < count {
                    bytes.push(self.byte()?);
                }
                text.push_str(&encoding.decode_without_bom_handling(&bytes).0);
                Some(())
            }
        }
    }

    /// Characters of one or two bytes each; where they go on in the next piece, that says anew which.
    pub fn characters(&mut self, flags: u8, count: usize, text: &mut String) -> Option<()> {
        let mut units = Vec::with_capacity(count);
        let mut wide = flags & 1 != 0;
        loop {
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let left = count - units.len();
            let width = if wide { 2 } else { 1 };
            let here = rest.get(..(left * width).min(rest.len())).unwrap_or_default();
            if wide {
                units.extend(here.chunks_exact(2).filter_map(|pair| two(pair, 0)));
            } else {
                units.extend(here.iter().map(|byte| u16::from(*byte)));
            }
            self.at += here.len();
            if units.len() >= count {
                break;
            }
            self.more()?;
            wide = self.byte()? & 1 != 0;
        }
        text.extend(char::decode_utf16(units).map(|character| character.unwrap_or('\u{FFFD}')));
        Some(())
    }

    /// Characters of the next piece, which begins with their flags.
    pub fn following(&mut self, count: usize, text: &mut String) -> Option<()> {
        self.more()?;
        let flags = self.byte()?;
        self.characters(flags, count, text)
    }
}

/// A rectangle of two-byte numbers: first and last row, first and last column.
pub fn area(bytes: &[u8], at: usize) -> Option<[u32; 4]> {
    let number = |place| two(bytes, at + place).map(u32::from);
    Some([number(0)?, number(2)?, number(4)?, number(6)?])
}

/// The place of a sheet's records as the list of sheets gives it.
pub fn place(bytes: &[u8]) -> Option<usize> {
    usize::try_from(four(bytes, 0)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
        let length = u16::try_from(bytes.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), bytes].concat()
    }

    fn read(stream: &[u8]) -> Option<String> {
        let mut records = Records::from(stream, 0);
        let first = records.next()?;
        let mut text = String::new();
        Pieces::of(records, first, 0).long(Dialect::Wide, &mut text)?;
        Some(text)
    }

    #[test]
    fn a_text_goes_on_in_the_next_record_and_may_change_its_width_there() {
        let first = record(0xFC, &[4, 0, 0, b'a', b'b']);
        let wide = record(CONTINUE, &[1, 0xA2, 0x5B, 0x37, 0x62]);
        assert_eq!(read(&[first.clone(), wide].concat()).as_deref(), Some("ab客户"));
        assert_eq!(read(&first), None);
        assert_eq!(read(&[first, record(0x0A, &[])].concat()), None);
    }

    #[test]
    fn runs_of_fonts_and_reading_aids_are_passed_over() {
        let bytes = [
            2, 0, 0x0C, 1, 0, 3, 0, 0, 0, b'a', b'b', 9, 9, 9, 9, 8, 8, 8, 1, 0, 0, b'c',
        ];
        let stream = record(0xFC, &bytes);
        let mut records = Records::from(&stream, 0);
        let first = records.next().unwrap();
        let mut pieces = Pieces::of(records, first, 0);
        let mut text = String::new();
        pieces.long(Dialect::Wide, &mut text).unwrap();
        pieces.long(Dialect::Wide, &mut text).unwrap();
        assert_eq!(text, "abc");
    }

    #[test]
    fn old_texts_are_in_the_code_page() {
        let stream = record(0x204, &[4, 0xBF, 0xCD, 0xCB, 0xDF]);
        let mut records = Records::from(&stream, 0);
        let first = records.next().unwrap();
        let mut text = String::new();
        Pieces::of(records, first, 0)
            .short(Dialect::Narrow(encoding_rs::GBK), &mut text)
            .unwrap();
        assert_eq!(text, "客诉");
    }
}
