//! Looks through a whole sheet for what its colours stand for: a legend, or a consistent use of strike-through.

use super::colour::{self, Colours, Strikes};
use super::header;
use crate::grid::Row;

/// Looks for a legend and for a consistent use of strike-through in a whole sheet.
#[derive(Default)]
pub struct LegendSeeker {
    colours: Colours,
    strikes: Strikes,
    /// The last column of the table, once its header was met.
    last: Option<u32>,
}

impl LegendSeeker {
    /// Looks at a row.
    pub fn row(&mut self, row: &Row) {
        if self.last.is_none()
            && let Some(header) = header::single(row).filter(|header| header.fields().len() >= 2)
        {
            self.last = header.columns.last().map(|heading| heading.column);
        }
        let Some(last) = self.last else {
            colour::legend(row, &mut self.colours);
            return;
        };
        if row.cells.len() <= 4 {
            colour::legend(row, &mut self.colours);
        } else {
            self.strikes.add(row);
            if row.cells.last().is_some_and(|cell| cell.column > last) {
                let cells = row.cells.iter().filter(|cell| cell.column > last).cloned().collect();
                colour::legend(&Row { cells, ..*row }, &mut self.colours);
            }
        }
    }

    /// What was found.
    pub fn found(mut self) -> Colours {
        if self.colours.is_empty() {
            for rgb in self.strikes.closed() {
                self.colours.exact.insert(rgb, "closed");
                self.colours.struck = Some("closed");
            }
        }
        self.colours
    }
}
