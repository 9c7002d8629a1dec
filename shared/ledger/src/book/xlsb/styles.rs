//! `styles.bin`: what the number of a style says.

use std::collections::HashMap;

use super::records::Records;
use super::wide;
use crate::book::Unreadable;
use crate::book::little::{byte, four, two};
use crate::book::look::{Look, indexed, tinted};
use crate::book::number::Format;
use crate::book::xlsx::theme_colours;
use crate::book::zipped::Package;

/// More styles than any program writes.
const STYLES: usize = 100_000;

/// The styles by their numbers.
pub fn read(package: &mut Package, name: &str, theme: Option<&str>) -> Result<Vec<Look>, Unreadable> {
    let colours = match theme {
        Some(theme) => theme_colours(package, theme)?,
        None => Vec::new(),
    };
    let mut looks = Vec::new();
    let Some(part) = package.part(name)? else {
        return Ok(looks);
    };
    let mut records = Records::new(part, name);
    let mut formats = HashMap::new();
    let (mut struck, mut fills) = (Vec::new(), Vec::new());
    let mut cells = false;
    while let Some((kind, bytes)) = records.next()? {
        match kind {
            // BrtFmt
            44 => {
                if let (Some(id), Some((code, _))) = (two(bytes, 0), wide(bytes, 2)) {
                    formats.insert(u32::from(id), code);
                }
            }
            // BrtFont
            43 => struck.push(byte(bytes, 2).is_some_and(|flags| flags & 8 != 0)),
            // BrtFill: 1 is solid.
            45 => fills.push(if four(bytes, 0) == Some(1) {
                colour(bytes, 4, &colours)
            } else {
                None
            }),
            // BrtBeginCellXFs and its end: the styles of styles are no cells'.
            617 => cells = true,
            618 => cells = false,
            // BrtXF
            47 if cells => {
                let id = two(bytes, 2).map_or(0, u32::from);
                let at = |place| two(bytes, place).map_or(usize::MAX, usize::from);
                looks.push(Look {
                    format: formats
                        .get(&id)
                        .map_or_else(|| Format::built_in(id), |code: &String| Format::of(code)),
                    struck: struck.get(at(4)).copied().unwrap_or(false),
                    fill: fills.get(at(6)).copied().flatten(),
                });
            }
            _ => {}
        }
        if looks.len().max(fills.len()).max(struck.len()) > STYLES {
            return Err(records.cut());
        }
    }
    Ok(looks)
}

/// A colour of eight bytes: kind, number, tint, red, green, blue, opacity.
fn colour(bytes: &[u8], at: usize, theme: &[[u8; 3]]) -> Option<[u8; 3]> {
    let number = usize::from(byte(bytes, at + 1)?);
    let base = match byte(bytes, at)? >> 1 {
        1 => indexed(number)?,
        2 => [byte(bytes, at + 4)?, byte(bytes, at + 5)?, byte(bytes, at + 6)?],
        3 => *theme.get(number)?,
        _ => return None,
    };
    Some(tinted(base, f64::from(two(bytes, at + 2)?.cast_signed()) / 32_767.0))
}
