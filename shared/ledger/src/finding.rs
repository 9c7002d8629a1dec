//! What is found in a ledger: records, and every row that is none with its reason; and the report (design section 14).

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// One complaint of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The sheet it stands in.
    pub sheet: String,
    /// Its first row, from 1.
    pub row: u32,
    /// Canonical field (reference table of header synonyms) to its value; blank fields are absent. Dates are ISO texts
    /// (`2024-03-05`, or `2024-03-05T14:30:00` where a time was given), money is a decimal text with two places, counts are
    /// numbers, `status` is `open`, `in_progress` or `closed`, everything else is text.
    pub fields: BTreeMap<&'static str, Json>,
    /// Columns that have no canonical field: header to text. Never dropped.
    pub extra: BTreeMap<String, String>,
    /// Who the row is when the same ledger comes again: a SHA-256 in hex of ledger, sheet and its old number, else of its
    /// content, and which occurrence of that it is in the sheet.
    pub identity: String,
    /// A SHA-256 in hex of everything that was read from the row: a mended row has another.
    pub content: String,
    /// Names of the pictures that belong to the row, for [`Book::picture`](crate::book::Book::picture).
    pub pictures: Vec<String>,
}

/// Something to tell a person about a place in the ledger: a code and the values its words name. The words stand in the texts
/// of the three languages under `ledger.<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The sheet.
    pub sheet: String,
    /// The row from 1; 0 where it concerns the whole sheet.
    pub row: u32,
    /// The column from 0, where it concerns one cell.
    pub column: Option<u32>,
    /// What: stable, for programs.
    pub code: &'static str,
    /// What its words name: `header`, `text`, …
    pub values: Vec<(&'static str, String)>,
}

/// What reading a ledger gives, in the order of its rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A complaint.
    Record(Box<Record>),
    /// A row that is no complaint: blank, title, header, subtotal, note.
    Skipped(Told),
    /// A row that should be a complaint and cannot be understood.
    Rejected(Told),
    /// A doubt about a row that was read all the same.
    Warning(Told),
}
