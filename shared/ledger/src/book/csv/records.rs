//! Records of delimited text. The `csv` crate drops empty lines, by which rows would get other numbers than the program shows,
//! and lets one lone quote swallow everything up to the next; so the splitting is ours.

use std::io::Read;

use crate::book::Unreadable;
use crate::book::zipped::told;
use crate::limits::Limits;

/// Bytes of one record at most.
const RECORD: usize = 16 << 20;
const CHUNK: usize = 64 << 10;

/// The fields of one record.
#[derive(Debug, Default)]
pub struct Fields {
    text: String,
    ends: Vec<usize>,
}

impl Fields {
    /// How many.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The fields in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let field = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            field
        })
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn push(&mut self, field: &str) {
        self.text.push_str(field);
        self.ends.push(self.text.len());
    }

    fn push_quoted(&mut self, field: &str) {
        let mut rest = field;
        while let Some((before, after)) = rest.split_once("\"\"") {
            self.text.push_str(before);
            self.text.push('"');
            rest = after;
        }
        self.push(rest);
    }
}

/// Splits text (UTF-8) into records.
pub struct Records<R> {
    inner: R,
    delimiter: u8,
    limits: Limits,
    /// Read and not yet split; text from `from` on.
    held: Vec<u8>,
    from: usize,
    ended: bool,
}

/// How far a field goes.
enum Reach {
    /// The field's end within what is held, and what follows.
    To(usize, Follows),
    /// It may go on beyond what is held.
    Beyond,
}

#[derive(Clone, Copy, PartialEq)]
enum Follows {
    Field,
    /// The record ends; so many bytes end it.
    End(usize),
}

impl<R: Read> Records<R> {
    pub fn new(inner: R, delimiter: u8, limits: Limits) -> Self {
        Self {
            inner,
            delimiter,
            limits,
            held: Vec::new(),
            from: 0,
            ended: false,
        }
    }

    /// The next record; false at the end.
    pub fn next(&mut self, fields: &mut Fields) -> Result<bool, Unreadable> {
        let mut chunk = CHUNK;
        loop {
            fields.clear();
            if self.ended && self.from >= self.held.len() {
                return Ok(false);
            }
            if let Some(next) = self.split(fields)? {
                self.from = next;
                return Ok(true);
            }
            self.more(chunk)?;
            chunk *= 2;
        }
    }

    /// Splits what is held; the place behind the record, or none where it may go on.
    fn split(&self, fields: &mut Fields) -> Result<Option<usize>, Unreadable> {
        let mut at = self.from;
        loop {
            let (reach, quoted) = match self.held.get(at) {
                Some(b'"') => match self.quoted(at) {
                    Some(reach) => (reach, true),
                    None => (self.plain(at), false),
                },
                _ => (self.plain(at), false),
            };
            let Reach::To(end, follows) = reach else {
                return Ok(None);
            };
            let field = if quoted {
                self.held.get(at + 1..end - 1)
            } else {
                self.held.get(at..end)
            };
            let field = std::str::from_utf8(field.unwrap_or_default()).map_err(|_| Unreadable::of("broken_text"))?;
            if quoted {
                fields.push_quoted(field);
            } else {
                fields.push(field);
            }
            match follows {
                Follows::Field => at = end + 1,
                Follows::End(bytes) => return Ok(Some(end + bytes)),
            }
        }
    }

    /// A field without quotes: up to a delimiter or the end of the line.
    fn plain(&self, at: usize) -> Reach {
        let rest = self.held.get(at..).unwrap_or_default();
        match memchr::memchr3(self.delimiter, b'\n', b'\r', rest) {
            Some(found) => self
                .follows(at + found)
                .map_or(Reach::Beyond, |follows| Reach::To(at + found, follows)),
            None if self.ended => Reach::To(self.held.len(), Follows::End(0)),
            None => Reach::Beyond,
        }
    }

    /// A field in quotes, when it is one: each quote in it is doubled, and after the closing one the field ends. Otherwise none:
    /// then the quote is a character like others.
    fn quoted(&self, at: usize) -> Option<Reach> {
        let mut from = at + 1;
        // A quote that nothing closes within the longest text is a lone one.
        let longest = self.limits.text.saturating_mul(4);
        loop {
            let rest = self.held.get(from..)?;
            let Some(found) = memchr::memchr(b'"', rest) else {
                return (!self.ended && self.held.len() - at <= longest).then_some(Reach::Beyond);
            };
            let end = from + found + 1;
            if end - at > longest {
                return None;
            }
            match self.held.get(end) {
                Some(b'"') => from = end + 1,
                Some(byte) if *byte == self.delimiter || matches!(byte, b'\n' | b'\r') => {
                    return Some(
                        self.follows(end)
                            .map_or(Reach::Beyond, |follows| Reach::To(end, follows)),
                    );
                }
                Some(_) => return None,
                None if self.ended => return Some(Reach::To(end, Follows::End(0))),
                None => return Some(Reach::Beyond),
            }
        }
    }

    /// What follows at a delimiter or the end of a line; none where that is still to come.
    fn follows(&self, at: usize) -> Option<Follows> {
        match (self.held.get(at)?, self.held.get(at + 1)) {
            (byte, _) if *byte == self.delimiter => Some(Follows::Field),
            (b'\r', Some(b'\n')) => Some(Follows::End(2)),
            (b'\r', None) if !self.ended => None,
            _ => Some(Follows::End(1)),
        }
    }

    fn more(&mut self, chunk: usize) -> Result<(), Unreadable> {
        self.held.drain(..self.from);
        self.from = 0;
        if self.held.len() > RECORD {
            return Err(Unreadable::of("long_text").with("limit", self.limits.text));
        }
        let mut got = 0;
        let held = self.held.len();
        self.held.resize(held + chunk, 0);
        while got < chunk {
            let free = self.held.get_mut(held + got..).unwrap_or_default();
            let more = self.inner.read(free).map_err(|error| told(&error, ""))?;
            if more == 0 {
                self.ended = true;
                break;
            }
            got += more;
        }
        self.held.truncate(held + got);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_as_it_was(
            records in proptest::collection::vec(proptest::collection::vec("[a客\",;\r\n\t ]{0,6}", 2..5), 0..20),
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for record in &records {
                writer.write_record(record).unwrap();
            }
            let written = writer.into_inner().unwrap();
            let mut read = Vec::new();
            let mut all = Records::new(written.as_slice(), b',', Limits::default());
            let mut fields = Fields::default();
            while all.next(&mut fields).unwrap() {
                read.push(fields.iter().map(str::to_owned).collect::<Vec<_>>());
            }
            prop_assert_eq!(read, records);
        }

        #[test]
        fn no_character_of_a_field_without_quotes_is_lost(text in "[a\",\n]{0,60}") {
            let mut all = Records::new(text.as_bytes(), b',', Limits::default());
            let mut fields = Fields::default();
            let mut letters = 0;
            while all.next(&mut fields).unwrap() {
                letters += fields.iter().map(|field| field.matches('a').count()).sum::<usize>();
            }
            prop_assert_eq!(letters, text.matches('a').count());
        }
    }
}
