//! What stands before the sheets of an old workbook: its sheets, shared strings, styles, date system.

use std::collections::HashMap;

use super::records::{Dialect, Pieces, Record, Records, place};
use crate::book::Unreadable;
use crate::book::little::{byte, four, two};
use crate::book::look::{Look, PALETTE, rgb};
use crate::book::number::Format;
use crate::book::strings::Strings;
use crate::grid::Visibility;
use crate::limits::Limits;

/// More styles than any program writes (Excel: 4,096).
const STYLES: usize = 65_536;

/// What stands before the sheets.
pub struct Globals {
    pub dialect: Dialect,
    pub strings: Strings,
    pub looks: Vec<Look>,
    pub since_1904: bool,
    /// Its worksheets in their order.
    pub listed: Vec<Listed>,
    /// Whether there are sheets of macros.
    pub macros: bool,
}

/// A worksheet as the workbook lists it.
pub struct Listed {
    pub name: String,
    pub visibility: Visibility,
    /// Where its records begin.
    pub place: usize,
}

/// A style before fonts, formats and colours are all known.
struct Style {
    font: usize,
    format: u32,
    /// Number of the colour of a solid background.
    fill: Option<usize>,
}

/// Reads what stands before the sheets.
pub fn read(stream: &[u8], limits: &Limits) -> Result<Globals, Unreadable> {
    let mut records = Records::from(stream, 0);
    let first = records.next().ok_or(Unreadable::of("truncated"))?;
    let dialect = match (first.kind, two(first.bytes, 0)) {
        (0x809, Some(0x0600)) => Dialect::Wide,
        (0x809, _) => Dialect::Narrow(encoding_rs::GBK),
        // The programs before 1993 had one sheet a file and no list of them.
        (0x009 | 0x209 | 0x409, _) => return Err(Unreadable::of("save_as_xlsx")),
        _ => return Err(Unreadable::of("not_a_ledger_file")),
    };
    let mut globals = Globals {
        dialect,
        strings: Strings::default(),
        looks: Vec::new(),
        since_1904: false,
        listed: Vec::new(),
        macros: false,
    };
    let (mut struck, mut formats, mut styles) = (Vec::new(), HashMap::<u32, Format>::new(), Vec::new());
    let mut palette: Vec<[u8; 3]> = PALETTE.iter().map(|colour| rgb(*colour)).collect();
    let mut ended = false;
    while let Some(record) = records.next() {
        let bytes = record.bytes;
        match record.kind {
            // FILEPASS: all that follows is encrypted.
            0x2F => return Err(Unreadable::of("encrypted")),
            // CODEPAGE
            0x42 => {
                if let (Dialect::Narrow(_), Some(page)) = (globals.dialect, two(bytes, 0)) {
                    globals.dialect = Dialect::Narrow(encoding(page));
                }
            }
            // DATEMODE
            0x22 => globals.since_1904 = byte(bytes, 0) == Some(1),
            // FONT
            0x31 => struck.push(byte(bytes, 2).is_some_and(|flags| flags & 8 != 0)),
            // FORMAT
            0x41E => {
                let mut code = String::new();
                let mut pieces = Pieces::of(records, record, 2);
                let read = match globals.dialect {
                    Dialect::Wide => pieces.long(globals.dialect, &mut code),
                    Dialect::Narrow(_) => pieces.short(globals.dialect, &mut code),
                };
                if let (Some(()), Some(id)) = (read, two(bytes, 0)) {
                    formats.insert(u32::from(id), Format::of(&code));
                }
            }
            // XF
            0xE0 => styles.push(style(bytes, globals.dialect)),
            // PALETTE
            0x92 => {
                for (own, colour) in palette
                    .iter_mut()
                    .zip(bytes.get(2..).unwrap_or_default().chunks_exact(4))
                {
                    if let [red, green, blue, _] = colour {
                        *own = [*red, *green, *blue];
                    }
                }
            }
            // BOUNDSHEET
            0x85 => globals.list(records, record, limits)?,
            // SST
            0xFC => shared(records, record, limits, &mut globals.strings)?,
            // EOF
            0x0A => {
                ended = true;
                break;
            }
            _ => {}
        }
        if styles.len().max(struck.len()).max(formats.len()) > STYLES {
            return Err(Unreadable::of("broken_part").with("part", "styles"));
        }
    }
    if !ended {
        return Err(Unreadable::of("truncated"));
    }
    globals.looks = styles
        .into_iter()
        .map(|style: Style| Look {
            format: formats
                .get(&style.format)
                .cloned()
                .unwrap_or_else(|| Format::built_in(style.format)),
            fill: style.fill.and_then(|number| colour(number, &palette)),
            // There is no font 4: numbers beyond it are one too high.
            struck: struck
                .get(style.font - usize::from(style.font > 4))
                .copied()
                .unwrap_or(false),
        })
        .collect();
    Ok(globals)
}

impl Globals {
    fn list(&mut self, records: Records<'_>, record: Record<'_>, limits: &Limits) -> Result<(), Unreadable> {
        let mut name = String::new();
        let read = Pieces::of(records, record, 6).short(self.dialect, &mut name);
        let (Some(()), Some(place), Some(kind)) = (read, place(record.bytes), byte(record.bytes, 5)) else {
            return Err(Unreadable::of("broken_part").with("part", "sheets"));
        };
        match kind {
            0 => {
                let visibility = match byte(record.bytes, 4).unwrap_or(0) & 3 {
                    0 => Visibility::Shown,
                    1 => Visibility::Hidden,
                    _ => Visibility::VeryHidden,
                };
                self.listed.push(Listed {
                    name,
                    visibility,
                    place,
                });
            }
            1 => self.macros = true,
            _ => {}
        }
        if self.listed.len() > limits.sheets {
            return Err(Unreadable::of("too_many_sheets").with("limit", limits.sheets));
        }
        Ok(())
    }
}

/// The shared strings. Where they end before their declared count, a cell that refers to a missing one is told.
fn shared(records: Records<'_>, record: Record<'_>, limits: &Limits, strings: &mut Strings) -> Result<(), Unreadable> {
    let mut pieces = Pieces::of(records, record, 8);
    let mut text = String::new();
    for _ in 0..four(record.bytes, 4).unwrap_or(0) {
        text.clear();
        if pieces.long(Dialect::Wide, &mut text).is_none() {
            break;
        }
        strings.push(&text, limits)?;
    }
    Ok(())
}

fn style(bytes: &[u8], dialect: Dialect) -> Style {
    let (pattern, colour) = match dialect {
        Dialect::Wide => (byte(bytes, 17).map(|high| high >> 2), two(bytes, 18)),
        Dialect::Narrow(_) => (byte(bytes, 10).map(|low| low & 0x3F), two(bytes, 8)),
    };
    Style {
        font: two(bytes, 0).map_or(0, usize::from),
        format: two(bytes, 2).map_or(0, u32::from),
        // Pattern 1 is solid.
        fill: colour
            .filter(|_| pattern == Some(1))
            .map(|colour| usize::from(colour & 0x7F)),
    }
}

/// A colour by its number: the first eight are fixed, then the palette's; system colours are none.
fn colour(number: usize, palette: &[[u8; 3]]) -> Option<[u8; 3]> {
    match number.checked_sub(8) {
        Some(place) => palette.get(place).copied(),
        None => PALETTE.get(number).map(|colour| rgb(*colour)),
    }
}

/// The encoding of a code page. What names none is a Chinese workbook, as the registers are.
fn encoding(page: u16) -> &'static encoding_rs::Encoding {
    match page {
        10_001 => encoding_rs::SHIFT_JIS,
        10_002 => encoding_rs::BIG5,
        10_003 => encoding_rs::EUC_KR,
        10_000 => encoding_rs::MACINTOSH,
        page => codepage::to_encoding(page).unwrap_or(encoding_rs::GBK),
    }
}
