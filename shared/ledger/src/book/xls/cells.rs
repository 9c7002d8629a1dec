//! The cells of an old sheet: values, styles, results of formulas.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::globals::Globals;
use super::records::{Pieces, Record, Records};
use super::sheet::{Frame, is_cell, misplaced, records};
use crate::book::Unreadable;
use crate::book::little::{byte, error, four, packed, real, two};
use crate::book::look::under;
use crate::book::rows::Rows;
use crate::grid::{Content, Row};

/// Takes a cell: row and column from 0, the number of its style, its content; none for a blank one.
type Take<'a> = dyn FnMut(u16, u16, u16, Option<Content>) -> Result<ControlFlow<()>, Unreadable> + 'a;

/// Visits the rows.
pub fn visit(
    stream: &[u8],
    from: usize,
    globals: &Globals,
    frame: &Frame,
    rows: &mut Rows<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Unreadable> {
    let mut current = None;
    let mut put = |row: u16, column: u16, style: u16, content: Option<Content>| {
        if current != Some(row) {
            if current.is_some() && rows.end(visit)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let number = u32::from(row) + 1;
            rows.begin(number, frame.hidden_rows.contains(&number));
            current = Some(row);
        }
        rows.seen(u32::from(column));
        if let Some(content) = content {
            rows.push(u32::from(column), content, globals.looks.get(usize::from(style)))?;
        }
        Ok(ControlFlow::Continue(()))
    };
    if frame.ordered {
        if each(stream, from, globals, &mut put)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    } else {
        // What was written later holds.
        let mut sorted = BTreeMap::new();
        let mut sort = |row, column, style, content| {
            sorted.insert((row, column), (style, content));
            Ok(ControlFlow::Continue(()))
        };
        // It never breaks.
        let _ = each(stream, from, globals, &mut sort)?;
        for ((row, column), (style, content)) in sorted {
            if put(row, column, style, content)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    if current.is_some() {
        rows.end(visit)
    } else {
        Ok(ControlFlow::Continue(()))
    }
}

/// A formula whose text is still to come.
struct Awaited {
    row: u16,
    column: u16,
    style: u16,
}

/// Gives each cell as it is stored.
fn each(stream: &[u8], from: usize, globals: &Globals, take: &mut Take<'_>) -> Result<ControlFlow<()>, Unreadable> {
    let mut awaited: Option<Awaited> = None;
    let Some(records) = records(stream, from) else {
        return Ok(ControlFlow::Continue(()));
    };
    for (record, after) in records {
        if record.kind == 0x0A {
            break;
        }
        // STRING: the result of the formula before it.
        if record.kind == 0x207
            && let Some(cell) = awaited.take()
        {
            let mut text = String::new();
            let read = Pieces::of(after, record, 0).long(globals.dialect, &mut text);
            read.ok_or_else(|| misplaced(cell.row, cell.column))?;
            if take(cell.row, cell.column, cell.style, Some(Content::Text(text)))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            continue;
        }
        if !is_cell(record.kind) {
            continue;
        }
        if let Some(cell) = awaited.take()
            && take(cell.row, cell.column, cell.style, Some(Content::Uncomputed))?.is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
        let (Some(row), Some(column), Some(style)) = (two(record.bytes, 0), two(record.bytes, 2), two(record.bytes, 4))
        else {
            return Err(Unreadable::of("broken_cell"));
        };
        let flow = match record.kind {
            0xBD | 0xBE => several(record, row, column, globals, take)?,
            0x06 | 0x206 | 0x406 if promises_text(record.bytes) => {
                awaited = Some(Awaited { row, column, style });
                ControlFlow::Continue(())
            }
            _ => {
                let content = content(record, after, style, globals).ok_or_else(|| misplaced(row, column))?;
                take(row, column, style, content)?
            }
        };
        if flow.is_break() {
            return Ok(flow);
        }
    }
    match awaited {
        Some(cell) => take(cell.row, cell.column, cell.style, Some(Content::Uncomputed)),
        None => Ok(ControlFlow::Continue(())),
    }
}

/// Whether a formula's result is a text in a record of its own.
fn promises_text(bytes: &[u8]) -> bool {
    two(bytes, 12) == Some(0xFFFF) && byte(bytes, 6) == Some(0)
}

/// Cells side by side in one record: packed numbers, or blank.
fn several(
    record: Record<'_>,
    row: u16,
    first: u16,
    globals: &Globals,
    take: &mut Take<'_>,
) -> Result<ControlFlow<()>, Unreadable> {
    let width = if record.kind == 0xBD { 6 } else { 2 };
    // Row and first column stand before the cells, the last column behind.
    let cells = record
        .bytes
        .get(4..record.bytes.len().saturating_sub(2))
        .unwrap_or_default();
    for (column, cell) in (first..=u16::MAX).zip(cells.chunks_exact(width)) {
        let style = two(cell, 0).unwrap_or(0);
        let content = (width == 6).then(|| packed(cell, 2).map(|number| shown(number, style, globals)));
        if take(row, column, style, content.flatten())?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The content of a cell that has a record of its own; none within where it is blank, none where it is broken.
fn content(record: Record<'_>, after: Records<'_>, style: u16, globals: &Globals) -> Option<Option<Content>> {
    let bytes = record.bytes;
    Some(Some(match record.kind {
        0x201 => return Some(None),
        0x203 => shown(real(bytes, 6)?, style, globals),
        0x27E => shown(packed(bytes, 6)?, style, globals),
        0x205 => flag_or_error(byte(bytes, 6)?, byte(bytes, 7)? != 0),
        0xFD => Content::Text(globals.strings.get(usize::try_from(four(bytes, 6)?).ok()?)?.to_owned()),
        0x204 | 0xD6 => {
            let mut text = String::new();
            Pieces::of(after, record, 6).long(globals.dialect, &mut text)?;
            Content::Text(text)
        }
        0x06 | 0x206 | 0x406 if two(bytes, 12)? == 0xFFFF => match byte(bytes, 6)? {
            1 => flag_or_error(byte(bytes, 8)?, false),
            2 => flag_or_error(byte(bytes, 8)?, true),
            // An empty text; where the formula is to be computed at opening, its value was never known.
            _ if two(bytes, 14).is_some_and(|flags| flags & 2 != 0) => Content::Uncomputed,
            _ => return Some(None),
        },
        _ => shown(real(bytes, 6)?, style, globals),
    }))
}

fn flag_or_error(value: u8, is_error: bool) -> Content {
    if is_error {
        Content::Error(error(value).to_owned())
    } else {
        Content::Flag(value != 0)
    }
}

/// A number under its style. What is no number at all is what the program shows for one.
fn shown(number: f64, style: u16, globals: &Globals) -> Content {
    if !number.is_finite() {
        return Content::Error("#NUM!".to_owned());
    }
    under(number, globals.looks.get(usize::from(style)), globals.since_1904)
}
