//! What stands around the cells of an old sheet: its declared area, hidden rows and columns, merged areas, comments.

use std::collections::{HashMap, HashSet};

use super::records::{Dialect, Pieces, Record, Records, area};
use crate::book::drawings::{COMMENTS, unsigned};
use crate::book::little::two;
use crate::book::{Unreadable, place};
use crate::grid::{Comment, Merge};

const MERGES: usize = 200_000;
/// Columns of an old sheet.
const COLUMNS: u32 = 256;

/// What stands around the cells.
#[derive(Default)]
pub struct Frame {
    /// The area in which the sheet says that its cells lie.
    pub declared: Option<Merge>,
    /// Merged areas.
    pub merges: Vec<Merge>,
    /// Hidden columns, from 0.
    pub hidden_columns: Vec<u32>,
    /// Hidden rows, from 1.
    pub hidden_rows: HashSet<u32>,
    /// Comments.
    pub comments: Vec<Comment>,
    /// Whether the cells stand in the order of rows and columns. Some programs write them as they were entered.
    pub ordered: bool,
    /// Bytes of its records.
    pub length: usize,
}

/// The records of a sheet without those of charts within it; none where the place holds no worksheet.
pub fn records(stream: &[u8], from: usize) -> Option<impl Iterator<Item = (Record<'_>, Records<'_>)>> {
    let mut records = Records::from(stream, from);
    let first = records
        .next()
        .filter(|first| matches!(first.kind, 0x809 | 0x409 | 0x209 | 0x009))?;
    // 0x10 is a worksheet; other kinds of sheets are listed as such.
    two(first.bytes, 2).filter(|kind| *kind == 0x10)?;
    let mut depth = 0_usize;
    Some(
        std::iter::from_fn(move || {
            loop {
                let record = records.next()?;
                match record.kind {
                    0x809 => depth += 1,
                    0x0A if depth > 0 => depth -= 1,
                    _ if depth == 0 => return Some((record, records)),
                    _ => {}
                }
            }
        })
        .fuse(),
    )
}

/// Reads what stands around the cells; none where the place holds no worksheet.
pub fn frame(stream: &[u8], from: usize, dialect: Dialect) -> Result<Option<Frame>, Unreadable> {
    let Some(records) = records(stream, from) else {
        return Ok(None);
    };
    let mut frame = Frame {
        ordered: true,
        ..Frame::default()
    };
    // Texts of comments by the number of their box; comments by row, column, box and author.
    let (mut texts, mut notes) = (HashMap::new(), Vec::new());
    let mut last_box = None;
    let mut last_cell = None;
    let mut ended = false;
    for (record, after) in records {
        let bytes = record.bytes;
        match record.kind {
            // DIMENSIONS: the ends are the first row and column behind.
            0x200 => frame.declared = dimensions(bytes, dialect),
            // ROW
            0x208 => {
                let hidden = two(bytes, 12).is_some_and(|flags| flags & 0x20 != 0);
                frame
                    .hidden_rows
                    .extend(two(bytes, 0).filter(|_| hidden).map(|row| u32::from(row) + 1));
            }
            // COLINFO
            0x7D => {
                let hidden = two(bytes, 8).is_some_and(|flags| flags & 1 != 0);
                if let (true, Some(first), Some(last)) = (hidden, two(bytes, 0), two(bytes, 2))
                    && frame.hidden_columns.len() < COLUMNS as usize
                {
                    let end = u32::from(last).saturating_add(1).min(COLUMNS);
                    frame.hidden_columns.extend(u32::from(first)..end);
                }
            }
            // MERGEDCELLS
            0xE5 => {
                let count = two(bytes, 0).map_or(0, usize::from);
                frame.merges.extend((0..count).map_while(|at| merge(bytes, 2 + at * 8)));
                if frame.merges.len() > MERGES {
                    return Err(Unreadable::of("broken_part").with("part", "merges"));
                }
            }
            // OBJ: its first part says what it is (0x19 is the box of a comment) and its number.
            0x5D => last_box = (two(bytes, 4) == Some(0x19)).then(|| two(bytes, 6)).flatten(),
            // TXO: the text of the box before it.
            0x1B6 => {
                let mut text = String::new();
                let count = two(bytes, 10).map_or(0, usize::from);
                let read = Pieces::of(after, record, bytes.len()).following(count, &mut text);
                if let (Some(()), Some(number)) = (read, last_box.take()) {
                    texts.insert(number, text);
                }
            }
            // NOTE
            0x1C => note(record, after, dialect, &mut notes),
            kind if is_cell(kind) => {
                let cell = two(bytes, 0).zip(two(bytes, 2));
                frame.ordered &= last_cell < cell;
                last_cell = cell;
            }
            0x0A => {
                ended = true;
                frame.length = after.at().saturating_sub(from);
                break;
            }
            _ => {}
        }
        if notes.len().max(texts.len()) > COMMENTS {
            return Err(Unreadable::of("broken_part").with("part", "comments"));
        }
    }
    if !ended {
        return Err(Unreadable::of("truncated"));
    }
    frame.comments = notes
        .into_iter()
        .filter_map(|note| {
            let text = note.text.or_else(|| texts.get(&note.number).cloned())?;
            let text = unsigned(&text, &note.author);
            (!text.is_empty()).then_some(Comment {
                row: note.row,
                column: note.column,
                text,
            })
        })
        .collect();
    frame.hidden_columns.sort_unstable();
    frame.hidden_columns.dedup();
    Ok(Some(frame))
}

/// Whether a record is a cell or several.
pub fn is_cell(kind: u16) -> bool {
    matches!(
        kind,
        0x06 | 0x206 | 0x406 | 0x201 | 0xBE | 0x203 | 0x27E | 0xBD | 0xFD | 0x204 | 0xD6 | 0x205
    )
}

/// A comment before its text is known.
struct Note {
    row: u32,
    column: u32,
    number: u16,
    author: String,
    /// The text itself, in the older dialect.
    text: Option<String>,
}

fn note(record: Record<'_>, after: Records<'_>, dialect: Dialect, notes: &mut Vec<Note>) {
    let bytes = record.bytes;
    let (Some(row), Some(column), Some(number)) = (two(bytes, 0), two(bytes, 2), two(bytes, 6)) else {
        // The older ones have no number: six bytes, then the text.
        return;
    };
    let mut author = String::new();
    match dialect {
        Dialect::Wide => {
            // Without its author a comment is still one.
            let _ = Pieces::of(after, record, 8).long(dialect, &mut author);
            notes.push(Note {
                row: u32::from(row) + 1,
                column: u32::from(column),
                number,
                author,
                text: None,
            });
        }
        Dialect::Narrow(encoding) => {
            let text = encoding
                .decode_without_bom_handling(bytes.get(6..).unwrap_or_default())
                .0;
            match notes.last_mut().filter(|_| row == u16::MAX) {
                // A long one goes on under no row.
                Some(last) => last.text.get_or_insert_default().push_str(&text),
                None => notes.push(Note {
                    row: u32::from(row) + 1,
                    column: u32::from(column),
                    number: 0,
                    author,
                    text: Some(text.into_owned()),
                }),
            }
        }
    }
}

fn dimensions(bytes: &[u8], dialect: Dialect) -> Option<Merge> {
    use crate::book::little::four;
    let (top, bottom, at) = match dialect {
        Dialect::Wide => (four(bytes, 0)?, four(bytes, 4)?, 8),
        Dialect::Narrow(_) => (two(bytes, 0)?.into(), two(bytes, 2)?.into(), 4),
    };
    let (left, right) = (u32::from(two(bytes, at)?), u32::from(two(bytes, at + 2)?));
    (top < bottom && left < right).then(|| Merge {
        top: top + 1,
        bottom,
        left,
        right: right - 1,
    })
}

fn merge(bytes: &[u8], at: usize) -> Option<Merge> {
    let [top, bottom, left, right] = area(bytes, at)?;
    (top <= bottom && left <= right).then_some(Merge {
        top: top + 1,
        bottom: bottom + 1,
        left,
        right,
    })
}

/// The error of a cell that stands where none can.
pub fn misplaced(row: u16, column: u16) -> Unreadable {
    Unreadable::of("broken_cell").with("cell", place(u32::from(row) + 1, u32::from(column)))
}
