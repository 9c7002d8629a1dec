//! Complaints as delimited text: what a spreadsheet would compute is guarded by an apostrophe.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use encoding_rs::GB18030;

use super::cells::Cell;
use super::{Column, ExportError, Sheet};

/// A file of delimited text.
pub struct Csv {
    out: BufWriter<File>,
    gb18030: bool,
}

impl Csv {
    /// Begins a file with its two header rows.
    pub fn new(path: &Path, columns: &[Column], gb18030: bool) -> Result<Self, ExportError> {
        let mut out = BufWriter::new(File::create(path).map_err(failed)?);
        if !gb18030 {
            out.write_all("\u{feff}".as_bytes()).map_err(failed)?;
        }
        let mut csv = Self { out, gb18030 };
        csv.line(columns.iter().map(|column| column.key.clone()))?;
        csv.line(columns.iter().map(|column| column.title.clone()))?;
        Ok(csv)
    }

    fn line(&mut self, cells: impl Iterator<Item = String>) -> Result<(), ExportError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        writer.write_record(cells.collect::<Vec<_>>()).map_err(failed)?;
        let bytes = writer.into_inner().map_err(failed)?;
        if self.gb18030 {
            let text = String::from_utf8_lossy(&bytes);
            let (encoded, _, _) = GB18030.encode(&text);
            return self.out.write_all(&encoded).map_err(failed);
        }
        self.out.write_all(&bytes).map_err(failed)
    }
}

impl Sheet for Csv {
    fn row(&mut self, cells: &[Cell]) -> Result<(), ExportError> {
        self.line(cells.iter().map(|cell| match cell {
            Cell::Text(text) => guarded(text),
            other => other.plain(),
        }))
    }

    fn end(mut self: Box<Self>) -> Result<(), ExportError> {
        self.out.flush().map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> ExportError {
    ExportError::File(error.to_string())
}

/// A text that no program takes for a formula.
fn guarded(text: &str) -> String {
    let clean: String = text.chars().filter(|c| *c != '\0').collect();
    let begins = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.starts_with('\0') || clean.trim_start_matches(' ').starts_with(begins) {
        format!("'{clean}")
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_computed_is_guarded_and_nothing_else() {
        for text in ["=1+1", "+86 138", "-2+3", "@SUM(A1)", "\t=1", "\0=1", " =1", "＝1"] {
            assert!(guarded(text).starts_with('\''), "{text}");
        }
        assert_eq!(guarded("漏油 =1+1"), "漏油 =1+1");
        assert_eq!(guarded("13800138000"), "13800138000");
    }
}
