//! Files into rows: every kind of workbook behind one trait, within limits, one row at a time.

use std::ops::ControlFlow;

use crate::grid::{Row, Sheet};

/// Why a file (or a sheet of it) cannot be read: a code and the values its words name, as in [`crate::finding::Told`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} {values:?}")]
pub struct Unreadable {
    /// What is wrong: `encrypted`, `macro_only`, `html_named_xls`, `truncated`, `empty`, `too_large`, `declared_dimension`, …
    pub code: &'static str,
    /// What its words name: `sheet`, `cell`, `part`, `limit`, …
    pub values: Vec<(&'static str, String)>,
}

/// A workbook that was opened: its sheets are known, its rows are read one after the other.
pub trait Book {
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
