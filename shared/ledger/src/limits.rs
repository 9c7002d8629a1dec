//! How much of a file is read at most. Outside input is never trusted to be small.

use serde::{Deserialize, Serialize};

/// Limits on one ledger. The defaults read every honest register of ten years.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of all its parts together once unpacked.
    pub unpacked: u64,
    /// Sheets.
    pub sheets: usize,
    /// Cells that hold something, in all sheets together.
    pub cells: u64,
    /// Shared strings of a workbook.
    pub strings: usize,
    /// Characters of one cell.
    pub text: usize,
    /// Bytes of the texts of one row: a few bytes may name a long text, and several rows are held at a time.
    pub row: usize,
    /// Columns that a row may reach.
    pub columns: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 100 << 20,
            unpacked: 1 << 30,
            sheets: 1_000,
            cells: 20_000_000,
            strings: 5_000_000,
            text: 32_767,
            row: 2 << 20,
            columns: 16_384,
        }
    }
}
