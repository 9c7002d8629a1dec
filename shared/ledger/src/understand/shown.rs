//! How rows and columns are called where people read of them.

use super::draft::plain;
use super::fold;
use super::header::is_filled;
use crate::grid::Row;

/// The first text of a row, in one line and not too long.
pub fn first_text(row: &Row) -> String {
    let first = row.cells.iter().find(|cell| is_filled(cell));
    let text = first.map(|cell| plain(&cell.content)).unwrap_or_default();
    let text = fold::header_text(&text);
    if text.chars().count() > 60 {
        text.chars().take(60).chain(['…']).collect()
    } else {
        text
    }
}

/// `A`, `Z`, `AA`: a column as programs call it.
pub fn column_name(column: u32) -> String {
    let mut name = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        name.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    name.iter().rev().collect()
}
