//! What stands around the cells of a sheet: its declared area, columns, merged areas, and where its drawings are.

use quick_xml::events::Event;

use crate::book::Unreadable;
use crate::book::xlsx::around::Around;
use crate::book::xml::{Reader, attribute, flag};
use crate::book::zipped::Package;
use crate::grid::Merge;

/// Merged areas and hidden columns beyond these belong to no register that a person keeps.
const MERGES: usize = 200_000;
const COLUMNS: u32 = 16_384;

/// What stands around the cells.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The area in which the sheet says that its cells lie.
    pub declared: Option<Merge>,
    /// Merged areas.
    pub merges: Vec<Merge>,
    /// Hidden columns, from 0.
    pub hidden_columns: Vec<u32>,
    /// Ids of the relations to drawings.
    pub drawings: Vec<String>,
}

/// Reads what stands around the cells; none where the part is no worksheet. The cells are inflated and passed over.
pub fn frame(package: &mut Package, part: &str) -> Result<Frame, Unreadable> {
    let mut frame = Frame::default();
    let Some(cells) = package.part(part)? else {
        return Err(Unreadable::of("broken_part").with("part", part));
    };
    let mut xml = Reader::new(Around::new(cells), part);
    let mut buffer = Vec::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "dimension" => frame.declared = attribute(&element, "ref").and_then(|area| area_of(&area)),
                "col" if flag(&element, "hidden") => {
                    let number = |name| attribute(&element, name).and_then(|value| value.parse::<u32>().ok());
                    if let (Some(min), Some(max)) = (number("min"), number("max"))
                        && min > 0
                        && frame.hidden_columns.len() < COLUMNS as usize
                    {
                        frame.hidden_columns.extend(min - 1..max.min(COLUMNS));
                    }
                }
                "mergeCell" => {
                    if let Some(area) = attribute(&element, "ref").and_then(|area| area_of(&area)) {
                        frame.merges.push(area);
                    }
                    if frame.merges.len() > MERGES {
                        return Err(Unreadable::of("broken_part").with("part", part));
                    }
                }
                "drawing" => frame
                    .drawings
                    .extend(attribute(&element, "id").map(std::borrow::Cow::into_owned)),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    frame.hidden_columns.sort_unstable();
    frame.hidden_columns.dedup();
    Ok(frame)
}

/// An area such as `A1:C4` or a cell such as `A1`.
pub fn area_of(text: &str) -> Option<Merge> {
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let ((top, left), (bottom, right)) = (cell_of(from)?, cell_of(to)?);
    (top <= bottom && left <= right).then_some(Merge {
        top,
        bottom,
        left,
        right,
    })
}

/// Row from 1 and column from 0 of a name such as `C4` or `$C$4`.
pub fn cell_of(text: &str) -> Option<(u32, u32)> {
    let (mut column, mut row) = (0_u32, 0_u32);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' if row == 0 => column = column.checked_mul(26)?.checked_add(u32::from(byte - b'A') + 1)?,
            b'a'..=b'z' if row == 0 => column = column.checked_mul(26)?.checked_add(u32::from(byte - b'a') + 1)?,
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            b'$' => {}
            _ => return None,
        }
    }
    (row > 0).then_some((row, column.checked_sub(1)?))
}
