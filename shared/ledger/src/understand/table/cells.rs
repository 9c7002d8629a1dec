//! The cells of a row: each read in its column, with what 同上 and merged areas give it from above.

use super::Table;
use crate::code::Code;
use crate::grid::{Cell, Content, Row};
use crate::understand::columns::Role;
use crate::understand::draft::{Draft, Source, plain};
use crate::understand::fields;
use crate::understand::fill::hold;
use crate::understand::header::is_filled;
use crate::understand::read::dates::Beside;
use crate::understand::walk::Walk;
use crate::understand::words::WORDS;

impl Table {
    /// Reads one cell, with what 同上 in it stands for.
    pub(super) fn cell(&mut self, draft: &mut Draft, position: usize, source: Source<'_>, row: &Row, beside: &Beside) {
        let Some(column) = self.columns.get(position) else {
            return;
        };
        let ditto = match source.content {
            Content::Text(text) if text.len() <= 18 => {
                let mark = text.trim();
                if WORDS.above.contains(mark) {
                    Some(true)
                } else if WORDS.left.contains(mark) {
                    Some(false)
                } else {
                    None
                }
            }
            _ => None,
        };
        let year = self.year_beside.or(self.years.get(position).copied().flatten());
        let beside = Beside { above: year, ..*beside };
        let read = match ditto {
            None => draft.read(column, source, &beside),
            Some(true) => match self.above.get(position).and_then(Option::as_ref) {
                Some(content) => {
                    if self.apart {
                        draft.doubt(column, Code::DittoApart, plain(content));
                    }
                    draft.read(
                        column,
                        Source {
                            content,
                            shown: None,
                            own: true,
                        },
                        &beside,
                    )
                }
                None => {
                    draft.solid = true;
                    draft.doubt(column, Code::DittoNothingAbove, source.text());
                    None
                }
            },
            Some(false) => {
                let left = row.cells.iter().rev().find(|cell| cell.column < column.at);
                match left.filter(|cell| cell.column + 1 == column.at) {
                    Some(cell) => {
                        let source = self.left_of(cell);
                        draft.doubt(column, Code::DittoLeft, source.text());
                        draft.read(column, source, &beside)
                    }
                    None => {
                        draft.doubt(column, Code::DittoNothingAbove, source.text());
                        None
                    }
                }
            }
        };
        if let (Some(read), Some(year)) = (read, self.years.get_mut(position)) {
            *year = Some(read);
            self.year_beside = Some(read);
        }
        if ditto != Some(true)
            && let Some(above) = self.above.get_mut(position)
        {
            match source.shown {
                Some(shown) => *above = Some(Content::Text(shown.to_owned())),
                None => hold(above, source.content),
            }
        }
    }

    /// What a cell says to the one on its right: itself, or what it repeats from above.
    fn left_of<'a>(&'a self, cell: &'a Cell) -> Source<'a> {
        let repeats = matches!(&cell.content, Content::Text(text) if WORDS.above.contains(text.trim()));
        let position = self.index.get(cell.column as usize).copied().flatten();
        let above = position.and_then(|position| self.above.get(position as usize)?.as_ref());
        match above {
            Some(content) if repeats => Source {
                content,
                shown: None,
                own: true,
            },
            _ => Source::own(cell),
        }
    }

    /// Gives the row what merged areas hand down. Numbers are not repeated: sums would count them twice.
    pub(super) fn hand_down(&mut self, draft: &mut Draft, row: &Row, walk: &mut Walk<'_>, beside: &Beside) {
        let down: Vec<(u32, Content)> = walk
            .merges
            .handed_down(row.number)
            .filter(|(column, _)| !row.cells.iter().any(|cell| cell.column == *column && is_filled(cell)))
            .map(|(column, content)| (column, content.clone()))
            .collect();
        for (column, content) in down {
            let Some(Some(position)) = self.index.get(column as usize).copied() else {
                continue;
            };
            let Some(column) = self.columns.get(position as usize) else {
                continue;
            };
            if matches!(column.role, Role::Field(_, fields::Kind::Money | fields::Kind::Count)) {
                draft.doubt(column, Code::MergedNumber, plain(&content));
                continue;
            }
            let source = Source {
                content: &content,
                shown: None,
                own: false,
            };
            self.cell(draft, position as usize, source, row, beside);
        }
    }
}
