//! What parent and child say to each other: a task as an argument, then words, each with its length before it.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::book::{CODES, NAMED, Unreadable};
use crate::grid::Sheet;
use crate::limits::Limits;

/// Bytes of one word at most: a row of 256 cells of 32,767 characters, with room.
const LONGEST: usize = 64 << 20;

/// What a child is to do.
#[derive(Debug, Deserialize, Serialize)]
pub struct Task {
    /// The sheet from which it begins.
    pub sheet: usize,
    /// Bytes of address space that it may take.
    pub memory: u64,
    /// Seconds for which it may compute.
    pub seconds: u64,
    /// The limits of reading.
    pub limits: Limits,
}

/// What a child says: first what it opened, then rows and ends of sheets.
#[derive(Debug, Deserialize, Serialize)]
pub enum Word<R> {
    Opened(Opened),
    Row(R),
    /// A sheet was read to its end.
    End,
    /// The workbook, or a sheet of it, cannot be read.
    Failed(Failure),
}

/// What is known of a workbook before its rows are read.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Opened {
    pub sheets: Vec<Sheet>,
    pub since_1904: bool,
}

/// An [`Unreadable`] on its way.
#[derive(Debug, Deserialize, Serialize)]
pub struct Failure {
    code: String,
    values: Vec<(String, String)>,
}

impl Failure {
    pub fn of(error: &Unreadable) -> Self {
        Self {
            code: error.code.to_owned(),
            values: error
                .values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }

    pub fn unreadable(self) -> Unreadable {
        let known = |all: &'static [&'static str], one: &str| all.iter().copied().find(|known| *known == one);
        let code = known(CODES, &self.code).unwrap_or("reader_failed");
        self.values
            .into_iter()
            .fold(Unreadable::of(code), |error, (name, value)| match known(NAMED, &name) {
                Some(name) => error.with(name, value),
                None => error,
            })
    }
}

/// Says a word.
pub fn send<R: Serialize>(output: &mut impl Write, buffer: &mut Vec<u8>, word: &Word<R>) -> io::Result<()> {
    buffer.clear();
    *buffer = postcard::to_extend(word, std::mem::take(buffer)).map_err(io::Error::other)?;
    let length = u32::try_from(buffer.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_le_bytes())?;
    output.write_all(buffer)
}

/// Hears a word; none where there are no more.
pub fn receive<R: DeserializeOwned>(input: &mut impl Read) -> io::Result<Option<Word<R>>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = usize::try_from(u32::from_le_bytes(length)).map_err(io::Error::other)?;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut word = vec![0; length];
    input.read_exact(&mut word)?;
    postcard::from_bytes(&word).map(Some).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Cell, Content, Row};

    #[test]
    fn rows_arrive_as_they_were_sent() {
        let moment = chrono::NaiveDate::from_ymd_opt(2009, 3, 5).and_then(|day| day.and_hms_milli_opt(14, 30, 0, 7));
        let contents = [
            Content::Text("漏油".to_owned()),
            Content::Number(-0.5),
            Content::Flag(true),
            Content::Moment(moment.unwrap()),
            Content::Elapsed(chrono::TimeDelta::milliseconds(-90_001)),
            Content::Error("#N/A".to_owned()),
            Content::Uncomputed,
        ];
        let row = Row {
            number: 65_536,
            hidden: true,
            cells: (0..)
                .zip(contents)
                .map(|(column, content)| Cell {
                    column,
                    content,
                    shown: Some("000123".to_owned()),
                    fill: Some([1, 2, 3]),
                    struck: column % 2 == 0,
                })
                .collect(),
        };
        let mut wire = Vec::new();
        send(&mut wire, &mut Vec::new(), &Word::Row(&row)).unwrap();
        send::<&Row>(&mut wire, &mut Vec::new(), &Word::End).unwrap();
        let mut wire = wire.as_slice();
        let Some(Word::<Row>::Row(read)) = receive(&mut wire).unwrap() else {
            panic!("no row")
        };
        assert_eq!(read, row);
        assert!(matches!(receive::<Row>(&mut wire).unwrap(), Some(Word::End)));
        assert!(receive::<Row>(&mut wire).unwrap().is_none());
    }

    #[test]
    fn a_word_that_says_it_is_endless_is_not_waited_for() {
        assert!(receive::<Row>(&mut [0xFF; 8].as_slice()).is_err());
    }

    #[test]
    fn reasons_keep_their_code_and_what_they_name() {
        let error = Unreadable::of("broken_cell").with("cell", "C4").with("sheet", "客诉");
        assert_eq!(Failure::of(&error).unreadable(), error);
    }
}
