//! Files into rows: every kind of workbook behind one trait, within limits, one row at a time.
//!
//! The kind is decided by what the file holds, never by its name. The parts of a workbook are read here, not by a library for
//! workbooks: such libraries reserve memory by counts that the file declares and read a sheet or a table of texts as a whole, so
//! that a small hostile file ends the process. `.xls`, for which there is no streaming reader, is read in a child process.

mod child;
mod csv;
mod date;
mod drawings;
mod kind;
mod little;
mod look;
mod number;
mod ods;
mod relations;
mod rows;
mod source;
mod strings;
mod xls;
mod xlsb;
mod xlsx;
mod xml;
mod zipped;

use std::ops::ControlFlow;
use std::path::Path;

pub use self::child::{Helper, serve};
use crate::grid::{Row, Sheet};
use crate::limits::Limits;
use kind::Kind;
use source::Source;

/// All codes of [`Unreadable`], each of which has its words.
pub const CODES: &[&str] = &[
    "broken_cell",
    "broken_part",
    "broken_text",
    "declared_dimension",
    "empty",
    "encrypted",
    "html_named_xls",
    "long_row",
    "long_text",
    "macro_only",
    "no_picture",
    "no_sheet",
    "not_a_ledger_file",
    "part_too_large",
    "reader_failed",
    "reader_missing",
    "reader_slow",
    "save_as_xlsx",
    "too_large",
    "too_many_cells",
    "too_many_parts",
    "too_many_sheets",
    "too_many_strings",
    "too_many_told",
    "truncated",
    "unpacked_too_large",
    "unreadable_file",
    "xml_2003",
];
/// All that the words of a code may name.
pub const NAMED: &[&str] = &[
    "cell", "cells", "declared", "end", "error", "limit", "part", "row", "sheet",
];

/// Why a file (or a sheet of it) cannot be read: a code and the values its words name, as in [`crate::finding::Told`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} {values:?}")]
pub struct Unreadable {
    /// What is wrong: `encrypted`, `macro_only`, `html_named_xls`, `truncated`, `empty`, `too_large`, `declared_dimension`, …
    pub code: &'static str,
    /// What its words name: `sheet`, `cell`, `part`, `limit`, …
    pub values: Vec<(&'static str, String)>,
}

impl Unreadable {
    /// With nothing to name.
    #[must_use]
    pub const fn of(code: &'static str) -> Self {
        Self {
            code,
            values: Vec::new(),
        }
    }

    /// Names one more value, unless it is named already.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        if self.values.iter().all(|(named, _)| *named != key) {
            self.values.push((key, value.to_string()));
        }
        self
    }
}

/// A workbook that was opened: its sheets are known, its rows are read one after the other.
pub trait Book: Send {
    /// What it was read as: `xlsx`, `xls`, `xlsb`, `ods`, `csv`.
    fn kind(&self) -> &'static str;

    /// Its sheets, in their order.
    fn sheets(&self) -> &[Sheet];

    /// Whether the workbook counts its days from 1904: bare numbers that are dates need it.
    fn counts_from_1904(&self) -> bool {
        false
    }

    /// Visits the rows of a sheet (its place in [`Self::sheets`]) from top to bottom, each once, until `visit` breaks.
    ///
    /// # Errors
    /// When the sheet is broken, exceeds a limit, or holds other than it declares.
    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable>;

    /// The bytes of a picture.
    ///
    /// # Errors
    /// When there is none of that name, or it is too large.
    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable>;
}

/// Opens a file. Old workbooks (`.xls`) need a helper.
///
/// # Errors
/// When it is no ledger, is broken, or exceeds a limit.
pub fn open(path: &Path, limits: &Limits, helper: Option<&Helper>) -> Result<Box<dyn Book>, Unreadable> {
    let name = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    of_source(Source::file(path)?, &name, limits, helper)
}

/// Opens bytes; `name` (without ending) names the one sheet of a csv.
///
/// # Errors
/// As [`open`].
pub fn open_bytes(
    name: &str,
    bytes: Vec<u8>,
    limits: &Limits,
    helper: Option<&Helper>,
) -> Result<Box<dyn Book>, Unreadable> {
    of_source(Source::bytes(bytes), name, limits, helper)
}

fn of_source(
    mut source: Source,
    name: &str,
    limits: &Limits,
    helper: Option<&Helper>,
) -> Result<Box<dyn Book>, Unreadable> {
    let length = source.length()?;
    if length == 0 {
        return Err(Unreadable::of("empty"));
    }
    if length > limits.bytes {
        return Err(Unreadable::of("too_large").with("limit", limits.bytes >> 20));
    }
    match kind::of(&mut source, limits)? {
        Kind::Xlsx(package) => Ok(Box::new(xlsx::Xlsx::open(package, limits)?)),
        Kind::Xlsb(package) => Ok(Box::new(xlsb::Xlsb::open(package, limits)?)),
        Kind::Xls => match helper {
            Some(helper) => Ok(Box::new(child::Old::open(source, limits, helper)?)),
            None => Err(Unreadable::of("save_as_xlsx")),
        },
        Kind::Ods(package) => Ok(Box::new(ods::Ods::open(package, limits)?)),
        Kind::Text => Ok(Box::new(csv::Csv::open(source, name, limits)?)),
    }
}

/// Bytes of one picture at most.
const PICTURE: u64 = 32 << 20;
/// Pictures of one sheet at most.
const PICTURES: usize = 20_000;

/// A cell's name as the program shows it: row from 1, column from 0.
fn place(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = u64::from(column) + 1;
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(b'A' + digit);
        left = (left - 1) / 26;
    }
    letters
        .iter()
        .rev()
        .map(|letter| char::from(*letter))
        .collect::<String>()
        + &row.to_string()
}
