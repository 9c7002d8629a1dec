//! The records of a binary part: a type, a length, bytes.

use std::io::{BufRead, BufReader, Read};

use crate::book::Unreadable;
use crate::book::zipped::{Part, told};

/// Bytes of one record: a text of 32,767 characters with its runs of fonts, with room.
const LONGEST: usize = 1 << 20;

/// A binary part while it is read.
pub struct Records<'a> {
    inner: BufReader<Part<'a>>,
    part: String,
    bytes: Vec<u8>,
}

impl<'a> Records<'a> {
    pub fn new(part: Part<'a>, name: &str) -> Self {
        Self {
            inner: BufReader::with_capacity(64 << 10, part),
            part: name.to_owned(),
            bytes: Vec::new(),
        }
    }

    /// The next record: its type and its bytes; none at the end of the part.
    pub fn next(&mut self) -> Result<Option<(u16, &[u8])>, Unreadable> {
        if self
            .inner
            .fill_buf()
            .map_err(|error| told(&error, &self.part))?
            .is_empty()
        {
            return Ok(None);
        }
        let kind = self.number(2)?;
        let length = self.number(4)?;
        if length > LONGEST {
            return Err(self.cut());
        }
        self.bytes.resize(length, 0);
        self.inner
            .read_exact(&mut self.bytes)
            .map_err(|error| told(&error, &self.part))?;
        Ok(Some((u16::try_from(kind).unwrap_or(u16::MAX), &self.bytes)))
    }

    /// The part ended where it must not, or says what cannot be.
    pub fn cut(&self) -> Unreadable {
        Unreadable::of("broken_part").with("part", &self.part)
    }

    /// A number in groups of seven bits, the lowest first.
    fn number(&mut self, most: u32) -> Result<usize, Unreadable> {
        let mut number = 0;
        for group in 0..most {
            let mut byte = [0];
            self.inner
                .read_exact(&mut byte)
                .map_err(|error| told(&error, &self.part))?;
            let [byte] = byte;
            number |= usize::from(byte & 0x7F) << (7 * group);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(number)
    }
}
