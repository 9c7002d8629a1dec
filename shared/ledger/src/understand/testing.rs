//! Workbooks in memory for tests.

use std::ops::ControlFlow;

use crate::book::{Book, Unreadable};
use crate::grid::{Cell, Content, Row, Sheet, Visibility};

/// A cell.
pub fn cell(column: u32, content: Content) -> Cell {
    Cell {
        column,
        content,
        shown: None,
        fill: None,
        struck: false,
    }
}

/// A row of cells.
pub fn row(number: u32, cells: &[(u32, Content)]) -> Row {
    let cells = cells.iter().map(|(column, content)| cell(*column, content.clone()));
    Row {
        number,
        hidden: false,
        cells: cells.collect(),
    }
}

/// A row of texts; empty ones are left out.
pub fn text_row(number: u32, texts: &[&str]) -> Row {
    let cells = texts.iter().enumerate().filter(|(_, text)| !text.is_empty());
    let cells = cells.map(|(at, text)| cell(at as u32, Content::Text((*text).to_owned())));
    Row {
        number,
        hidden: false,
        cells: cells.collect(),
    }
}

/// A sheet of that name with nothing else.
pub fn sheet(name: &str) -> Sheet {
    Sheet {
        name: name.to_owned(),
        visibility: Visibility::Shown,
        merges: vec![],
        hidden_columns: vec![],
        comments: vec![],
        pictures: vec![],
    }
}

/// A workbook in memory.
#[derive(Default)]
pub struct Fake {
    /// Its sheets.
    pub sheets: Vec<Sheet>,
    /// Their rows.
    pub rows: Vec<Vec<Row>>,
    /// Whether it counts from 1904.
    pub from_1904: bool,
}

impl Fake {
    /// With one sheet more.
    pub fn with(mut self, sheet: Sheet, rows: Vec<Row>) -> Fake {
        self.sheets.push(sheet);
        self.rows.push(rows);
        self
    }

    /// With one more sheet of texts, tab between cells, from A1; a bare number is a number.
    pub fn with_text(self, name: &str, lines: &[&str]) -> Fake {
        let rows = lines.iter().zip(1..).filter(|(line, _)| !line.is_empty());
        let rows = rows.map(|(line, number)| {
            let cells = line.split('\t').zip(0..).filter(|(text, _)| !text.is_empty());
            let cells = cells.map(|(text, column)| {
                let content = match text.parse::<f64>() {
                    Ok(n) if !text.starts_with('+') => Content::Number(n),
                    _ => Content::Text(text.to_owned()),
                };
                cell(column, content)
            });
            Row {
                number,
                hidden: false,
                cells: cells.collect(),
            }
        });
        let rows = rows.collect();
        self.with(sheet(name), rows)
    }
}

impl Book for Fake {
    fn kind(&self) -> &'static str {
        "fake"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.from_1904
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        for row in &self.rows[sheet] {
            if visit(row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn picture(&mut self, _name: &str) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable {
            code: "no_picture",
            values: vec![],
        })
    }
}
