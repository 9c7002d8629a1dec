//! Why a sheet is no register.

use crate::code::Code;
use crate::grid::{Content, Row};
use crate::understand::fold;
use crate::understand::header::{self, is_filled};
use crate::understand::shown::first_text;
use crate::understand::words::WORDS;

/// By its name and its first rows.
pub fn reason(name: &str, rows: &[Row]) -> Code {
    let texts = || {
        let cells = rows.iter().flat_map(|row| row.cells.iter().take(header::WIDEST));
        cells.filter_map(|cell| match &cell.content {
            Content::Text(text) => Some(fold::key(text.get(..60).unwrap_or(text))),
            _ => None,
        })
    };
    if rows.iter().all(|row| !row.cells.iter().any(is_filled)) {
        return Code::SheetEmpty;
    }
    if texts().any(|key| WORDS.pivots.iter().any(|word| key.starts_with(word.as_str()))) {
        return Code::SheetPivot;
    }
    let name = fold::key(name);
    if WORDS.instructions.iter().any(|word| name.contains(word.as_str())) {
        return Code::SheetInstructions;
    }
    let title = rows
        .first()
        .map(first_text)
        .map(|text| fold::key(&text))
        .unwrap_or_default();
    let sums = |text: &str| WORDS.summaries.iter().any(|word| text.contains(word.as_str()));
    if sums(&name) || sums(&title) {
        return Code::SheetSummary;
    }
    let header = |row: &Row| header::single(row).is_some_and(|header| header.is_plausible());
    if rows.iter().any(header) {
        Code::SheetOtherTable
    } else {
        Code::SheetNoTable
    }
}
