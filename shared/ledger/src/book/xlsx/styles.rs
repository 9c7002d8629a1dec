//! `styles.xml` and the theme's colours: what the number of a style says.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use crate::book::Unreadable;
use crate::book::look::{Look, indexed, rgb, tinted};
use crate::book::number::Format;
use crate::book::xml::attribute;
use crate::book::zipped::Package;

/// More styles than any program writes (Excel: 65,490); each costs a hundred bytes.
const STYLES: usize = 100_000;

/// The styles by their numbers.
pub fn read(package: &mut Package, styles: &str, theme: Option<&str>) -> Result<Vec<Look>, Unreadable> {
    let colours = match theme {
        Some(theme) => theme_colours(package, theme)?,
        None => Vec::new(),
    };
    let mut looks = Vec::new();
    let Some(mut xml) = package.xml(styles)? else {
        return Ok(looks);
    };
    let mut formats: HashMap<u32, String> = HashMap::new();
    let (mut struck, mut fills) = (Vec::<bool>::new(), Vec::<Option<[u8; 3]>>::new());
    // The list that is being read: names repeat in other lists (`dxfs` has fonts and fills too).
    let mut list = String::new();
    let mut solid = false;
    let mut depth = 0_usize;
    let mut buffer = Vec::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => {
                depth += 1;
                let name = element.local_name();
                let name = name.as_ref();
                if depth == 2 {
                    name.clone_into(&mut list);
                }
                match (list.as_str(), name) {
                    ("numFmts", "numFmt") => {
                        let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok());
                        if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")) {
                            formats.insert(id, code.into_owned());
                        }
                    }
                    ("fonts", "font") => struck.push(false),
                    ("fonts", "strike") => {
                        let off = attribute(&element, "val").is_some_and(|value| matches!(&*value, "0" | "false"));
                        if let Some(last) = struck.last_mut() {
                            *last = !off;
                        }
                    }
                    ("fills", "fill") => fills.push(None),
                    ("fills", "patternFill") => {
                        solid = attribute(&element, "patternType").is_some_and(|kind| &*kind == "solid")
                    }
                    ("fills", "fgColor") if solid => {
                        if let Some(last) = fills.last_mut() {
                            *last = colour(&element, &colours);
                        }
                    }
                    ("cellXfs", "xf") => {
                        let number = |name| attribute(&element, name).and_then(|value| value.parse::<usize>().ok());
                        let id = number("numFmtId").and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
                        looks.push(Look {
                            format: formats
                                .get(&id)
                                .map_or_else(|| Format::built_in(id), |code| Format::of(code)),
                            fill: number("fillId").and_then(|id| fills.get(id).copied().flatten()),
                            struck: number("fontId").and_then(|id| struck.get(id).copied()).unwrap_or(false),
                        });
                    }
                    _ => {}
                }
                if looks.len().max(fills.len()).max(struck.len()).max(formats.len()) > STYLES {
                    return Err(Unreadable::of("broken_part").with("part", styles));
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(looks),
            _ => {}
        }
    }
}

/// A colour as an element gives it: `rgb`, `theme` with `tint`, or `indexed`.
fn colour(element: &BytesStart<'_>, theme: &[[u8; 3]]) -> Option<[u8; 3]> {
    let base = if let Some(hex) = attribute(element, "rgb") {
        u32::from_str_radix(hex.get(hex.len().checked_sub(6)?..)?, 16)
            .ok()
            .map(rgb)
    } else if let Some(place) = attribute(element, "theme") {
        theme.get(place.parse::<usize>().ok()?).copied()
    } else {
        indexed(attribute(element, "indexed")?.parse().ok()?)
    };
    let tint = attribute(element, "tint")
        .and_then(|tint| tint.parse().ok())
        .unwrap_or(0.0);
    base.map(|base| tinted(base, tint))
}

/// The theme's colours in the order in which styles number them: light and dark change places.
pub fn theme_colours(package: &mut Package, part: &str) -> Result<Vec<[u8; 3]>, Unreadable> {
    let mut colours = Vec::new();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(colours);
    };
    let mut buffer = Vec::new();
    let mut within = false;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "clrScheme" => within = true,
                "srgbClr" | "sysClr" if within => {
                    let value = attribute(&element, "lastClr")
                        .or_else(|| attribute(&element, "val"))
                        .unwrap_or_default();
                    colours.push(u32::from_str_radix(&value, 16).map(rgb).unwrap_or_default());
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "clrScheme" => break,
            Event::Eof => break,
            _ => {}
        }
    }
    colours.truncate(12);
    for pair in [0, 2] {
        if colours.len() > pair + 1 {
            colours.swap(pair, pair + 1);
        }
    }
    Ok(colours)
}
