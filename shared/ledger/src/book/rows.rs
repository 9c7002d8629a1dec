//! The row that is being put together: its buffers are used again, cells are counted, and what was seen is held against what
//! the sheet declares.

use std::ops::ControlFlow;

use super::look::Look;
use super::{Unreadable, place};
use crate::grid::{Cell, Content, Merge, Row};
use crate::limits::Limits;

/// Puts rows together.
pub struct Rows<'a> {
    row: Row,
    /// Buffers of texts of earlier rows.
    spare: Vec<String>,
    limits: &'a Limits,
    /// Cells that may still come.
    left: u64,
    /// Cells that came.
    count: u64,
    /// Bytes of the texts of this row.
    bytes: usize,
    /// The last column of which any cell was seen, also a blank one.
    widest: Option<u32>,
}

/// Cells that were read of sheets other than this one.
pub fn elsewhere(cells: impl IntoIterator<Item = u64>, sheet: usize) -> u64 {
    let others = cells.into_iter().enumerate().filter(|(at, _)| *at != sheet);
    others.map(|(_, cells)| cells).sum()
}

impl<'a> Rows<'a> {
    /// For a sheet, when other sheets have used `used` cells of the limit.
    pub fn new(limits: &'a Limits, used: u64) -> Self {
        let left = limits.cells.saturating_sub(used);
        Self {
            row: Row::default(),
            spare: Vec::new(),
            limits,
            left,
            count: 0,
            bytes: 0,
            widest: None,
        }
    }

    /// A row begins.
    pub fn begin(&mut self, number: u32, hidden: bool) {
        for cell in self.row.cells.drain(..) {
            if let Content::Text(mut text) = cell.content {
                text.clear();
                self.spare.push(text);
            }
        }
        self.row.number = number;
        self.row.hidden = hidden;
        self.bytes = 0;
    }

    /// A cell was seen, blank or not.
    pub fn seen(&mut self, column: u32) {
        self.widest = self.widest.max(Some(column));
    }

    /// A text as content.
    pub fn text(&mut self, text: &str) -> Content {
        let mut content = self.spare.pop().unwrap_or_default();
        content.push_str(text);
        Content::Text(content)
    }

    /// Whether the cell that was put last stands in that column.
    pub fn has(&self, column: u32) -> bool {
        self.row.cells.last().is_some_and(|cell| cell.column == column)
    }

    /// Puts a cell into the row; an empty text is none.
    pub fn push(&mut self, column: u32, content: Content, look: Option<&Look>) -> Result<(), Unreadable> {
        if let Content::Text(text) = &content {
            if text.is_empty() {
                return Ok(());
            }
            if text.len() > self.limits.text && text.chars().count() > self.limits.text {
                return Err(self.at(column, Unreadable::of("long_text").with("limit", self.limits.text)));
            }
            self.bytes += text.len();
            if self.bytes > self.limits.row {
                return Err(self.at(column, Unreadable::of("long_row")));
            }
        }
        if self.left == 0 {
            return Err(Unreadable::of("too_many_cells").with("limit", self.limits.cells));
        }
        if self.row.cells.last().is_some_and(|last| last.column >= column) {
            return Err(self.at(column, Unreadable::of("broken_cell")));
        }
        self.left -= 1;
        self.count += 1;
        let mut cell = Cell {
            column,
            content,
            shown: None,
            fill: None,
            struck: false,
        };
        if let Some(look) = look {
            if let (Content::Number(number), Some(shape)) = (&cell.content, &look.format.shape) {
                cell.shown = shape.show(*number);
            }
            cell.fill = look.fill;
            cell.struck = look.struck;
        }
        self.row.cells.push(cell);
        Ok(())
    }

    /// A row ends: it is visited if it holds anything.
    pub fn end(&mut self, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<ControlFlow<()>, Unreadable> {
        Ok(if self.row.cells.is_empty() {
            ControlFlow::Continue(())
        } else {
            visit(&self.row)
        })
    }

    /// How the number that was put last is shown.
    pub fn show(&mut self, shown: Option<String>) {
        if let Some(last) = self.row.cells.last_mut() {
            last.shown = shown;
        }
    }

    /// Whether the row holds nothing.
    pub fn blank(&self) -> bool {
        self.row.cells.is_empty()
    }

    /// Whether the row may stand so many times. Asked before the first, so that a few bytes that say a million rows cost nothing.
    pub fn room_for(&self, times: u32) -> Result<(), Unreadable> {
        let more = (self.row.cells.len() as u64).saturating_mul(u64::from(times.saturating_sub(1)));
        if self.left < more {
            return Err(Unreadable::of("too_many_cells").with("limit", self.limits.cells));
        }
        Ok(())
    }

    /// The same row once more under another number; its cells count again.
    pub fn again(&mut self, number: u32) -> Result<(), Unreadable> {
        let cells = self.row.cells.len() as u64;
        if self.left < cells {
            return Err(Unreadable::of("too_many_cells").with("limit", self.limits.cells));
        }
        self.left -= cells;
        self.count += cells;
        self.row.number = number;
        Ok(())
    }

    /// Cells that came.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Holds what was seen against what the sheet declares.
    ///
    /// Honest files declare too much (rows that were deleted, a guess of the program that wrote them), so only what tells of loss
    /// is refused: several columns are declared, and no cell beyond the first, not even a blank one, was seen.
    pub fn check(&self, declared: Option<Merge>) -> Result<(), Unreadable> {
        let Some(declared) = declared.filter(|area| area.right > area.left && area.bottom > area.top) else {
            return Ok(());
        };
        if self.widest.is_none_or(|widest| widest <= declared.left) {
            let area = format!(
                "{}:{}",
                place(declared.top, declared.left),
                place(declared.bottom, declared.right)
            );
            return Err(Unreadable::of("declared_dimension")
                .with("declared", area)
                .with("cells", self.count));
        }
        Ok(())
    }

    fn at(&self, column: u32, error: Unreadable) -> Unreadable {
        error.with("cell", place(self.row.number, column))
    }
}
