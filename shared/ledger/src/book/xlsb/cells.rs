//! The cells of a binary sheet, row after row, and what stands around them.

use std::ops::ControlFlow;

use super::records::Records;
use crate::book::little::{byte, error, four, packed, push_wide, real};
use crate::book::look::{Look, under};
use crate::book::rows::Rows;
use crate::book::strings::Strings;
use crate::book::xlsx::Frame;
use crate::book::zipped::Package;
use crate::book::{Unreadable, place};
use crate::grid::{Content, Merge, Row};
use crate::limits::Limits;

const ROWS: u32 = 1_048_576;
const MERGES: usize = 200_000;
const COLUMNS: u32 = 16_384;

/// What the cells of a sheet refer to.
pub struct Context<'a> {
    pub strings: &'a Strings,
    pub looks: &'a [Look],
    pub since_1904: bool,
    pub limits: &'a Limits,
}

/// Reads what stands around the cells.
pub fn frame(package: &mut Package, name: &str) -> Result<Frame, Unreadable> {
    let mut frame = Frame::default();
    let Some(part) = package.part(name)? else {
        return Err(Unreadable::of("broken_part").with("part", name));
    };
    let mut records = Records::new(part, name);
    while let Some((kind, bytes)) = records.next()? {
        match kind {
            // BrtWsDim
            148 => frame.declared = area(bytes),
            // BrtColInfo
            60 if byte(bytes, 16).is_some_and(|flags| flags & 1 == 1) => {
                if let (Some(first), Some(last)) = (four(bytes, 0), four(bytes, 4))
                    && frame.hidden_columns.len() < COLUMNS as usize
                {
                    frame.hidden_columns.extend(first..last.saturating_add(1).min(COLUMNS));
                }
            }
            // BrtMergeCell
            176 => {
                frame.merges.extend(area(bytes));
                if frame.merges.len() > MERGES {
                    return Err(records.cut());
                }
            }
            _ => {}
        }
    }
    Ok(frame)
}

/// First and last row, first and last column.
fn area(bytes: &[u8]) -> Option<Merge> {
    let (top, bottom) = (four(bytes, 0)?.checked_add(1)?, four(bytes, 4)?.checked_add(1)?);
    let (left, right) = (four(bytes, 8)?, four(bytes, 12)?);
    (top <= bottom && left <= right).then_some(Merge {
        top,
        bottom,
        left,
        right,
    })
}

/// Visits the rows.
pub fn visit(
    records: &mut Records<'_>,
    context: &Context<'_>,
    rows: &mut Rows<'_>,
    visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Unreadable> {
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut text = String::new();
    let mut within = false;
    while let Some((kind, bytes)) = records.next()? {
        match kind {
            145 => within = true,
            // BrtEndSheetData
            146 => {
                return if row > 0 {
                    rows.end(visit)
                } else {
                    Ok(ControlFlow::Continue(()))
                };
            }
            // BrtRowHdr
            0 if within => {
                if row > 0 && rows.end(visit)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
                let number = four(bytes, 0).and_then(|number| number.checked_add(1)).unwrap_or(0);
                if number <= row || number > ROWS {
                    return Err(Unreadable::of("broken_cell").with("cell", place(number, 0)));
                }
                row = number;
                column = 0;
                rows.begin(row, byte(bytes, 11).is_some_and(|flags| flags & 0x10 != 0));
            }
            1..=18 | 62 if row > 0 => {
                // The short records leave the column out: it is the next one.
                let short = matches!(kind, 12..=18);
                let (at, from) = if short { (Some(column), 4) } else { (four(bytes, 0), 8) };
                let at = at.filter(|at| *at < context.limits.columns);
                let Some(at) = at else {
                    return Err(Unreadable::of("broken_cell").with("cell", place(row, column)));
                };
                column = at + 1;
                rows.seen(at);
                let style = four(bytes, from - 4).unwrap_or(0) & 0x00FF_FFFF;
                let look = context.looks.get(style as usize);
                let content = content(
                    kind,
                    bytes.get(from..).unwrap_or_default(),
                    context,
                    look,
                    rows,
                    &mut text,
                );
                match content {
                    Some(Some(content)) => rows.push(at, content, look)?,
                    Some(None) => {}
                    None => return Err(Unreadable::of("broken_cell").with("cell", place(row, at))),
                }
            }
            _ => {}
        }
    }
    if within {
        Err(records.cut())
    } else {
        Ok(ControlFlow::Continue(()))
    }
}

/// The content of a cell record behind its style; none within for blank cells, none where it is broken.
fn content(
    kind: u16,
    bytes: &[u8],
    context: &Context<'_>,
    look: Option<&Look>,
    rows: &mut Rows<'_>,
    text: &mut String,
) -> Option<Option<Content>> {
    let number = |number: f64| under(number, look, context.since_1904);
    Some(Some(match kind {
        1 | 12 => return Some(None),
        2 | 13 => number(packed(bytes, 0)?),
        3 | 11 | 14 => Content::Error(error(byte(bytes, 0)?).to_owned()),
        4 | 10 | 15 => Content::Flag(byte(bytes, 0)? != 0),
        5 | 9 | 16 => number(real(bytes, 0)?),
        6 | 8 | 17 | 62 => {
            let skip = usize::from(kind == 62);
            text.clear();
            push_wide(bytes, skip + 4, four(bytes, skip)? as usize, text).then_some(())?;
            rows.text(text)
        }
        7 | 18 => rows.text(context.strings.get(four(bytes, 0)? as usize)?),
        _ => return Some(None),
    }))
}
