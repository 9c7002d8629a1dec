//! What a reader hands over: sheets, rows, cells, as they stand in the file and without any opinion about them.

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// A cell's content.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum Content {
    /// Text, as stored; never trimmed.
    Text(String),
    /// A number whose format is not one of dates.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A number that its format shows as date or time, converted by the workbook's own date system (1900 or 1904).
    Moment(NaiveDateTime),
    /// A number that its format shows as elapsed time.
    Elapsed(TimeDelta),
    /// An error such as `#N/A`, as the sheet shows it.
    Error(String),
    /// A formula that was saved without its value.
    Uncomputed,
}

/// A cell that holds something.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Cell {
    /// Column, from 0.
    pub column: u32,
    /// What it holds.
    pub content: Content,
    /// How a number is shown where its format pads or groups it so that the bare number would lose something: `000123` for
    /// 123 under `000000`. Absent for the common case.
    pub shown: Option<String>,
    /// Its background as `RRGGBB`, where the format tells colours and the cell has one.
    pub fill: Option<[u8; 3]>,
    /// Whether its text is struck through.
    pub struck: bool,
}

/// A row with at least one cell that holds something.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Row {
    /// Its number from 1, as the program shows it.
    pub number: u32,
    /// Whether it is hidden (also by a filter).
    pub hidden: bool,
    /// Its cells by rising column; empty ones are left out.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Bytes of its texts.
    #[must_use]
    pub fn texts(&self) -> usize {
        self.cells
            .iter()
            .map(|cell| match &cell.content {
                Content::Text(text) => text.len(),
                _ => 0,
            })
            .sum()
    }
}

/// A rectangle of merged cells; rows from 1, columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Merge {
    /// First row, from 1.
    pub top: u32,
    /// Last row, from 1.
    pub bottom: u32,
    /// First column, from 0.
    pub left: u32,
    /// Last column, from 0.
    pub right: u32,
}

/// A picture that is anchored to a cell.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Picture {
    /// Row of its upper left corner, from 1.
    pub row: u32,
    /// Column of its upper left corner, from 0.
    pub column: u32,
    /// The name by which [`Book::picture`](crate::book::Book::picture) gives its bytes.
    pub name: String,
}

/// A cell comment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Comment {
    /// Row, from 1.
    pub row: u32,
    /// Column, from 0.
    pub column: u32,
    /// Its text, without the author's line.
    pub text: String,
}

/// Whether a sheet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Visibility {
    /// It is.
    Shown,
    /// A person may show it.
    Hidden,
    /// Only a macro can show it.
    VeryHidden,
}

/// What is known of a sheet before its rows are read.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Sheet {
    /// Its name; the file's name without ending for csv.
    pub name: String,
    /// Whether it is shown.
    pub visibility: Visibility,
    /// Merged areas, where the format tells.
    pub merges: Vec<Merge>,
    /// Columns that are hidden, from 0.
    pub hidden_columns: Vec<u32>,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Pictures.
    pub pictures: Vec<Picture>,
}
