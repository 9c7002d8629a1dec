//! Texts of a workbook in XML: shared strings, texts in runs, escapes.

use quick_xml::events::Event;

use crate::book::Unreadable;
use crate::book::strings::Strings;
use crate::book::xml::Reader;
use crate::book::zipped::Package;
use crate::limits::Limits;

/// The shared strings of a workbook; none where it has no such part.
pub fn read(package: &mut Package, part: &str, limits: &Limits) -> Result<Strings, Unreadable> {
    let mut strings = Strings::default();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(strings);
    };
    let mut buffer = Vec::new();
    let mut one = String::new();
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "si" => {
                one.clear();
                item(&mut xml, &mut buffer, &mut one, limits.text)?;
                strings.push(&one, limits)?;
            }
            Event::End(element) if element.local_name().as_ref() == "sst" => return Ok(strings),
            Event::Eof => return Err(xml.cut()),
            _ => {}
        }
    }
}

/// Reads the text of an `si` or `is` element that has just begun: plain or in runs, without the reading aids (`rPh`).
pub fn item(xml: &mut Reader<'_>, buffer: &mut Vec<u8>, text: &mut String, most: usize) -> Result<(), Unreadable> {
    let from = text.len();
    let mut depth = 0_usize;
    let (mut inside, mut aids) = (false, 0_usize);
    loop {
        match xml.next(buffer)? {
            Event::Start(element) => {
                depth += 1;
                match element.local_name().as_ref() {
                    "t" => inside = aids == 0,
                    "rPh" => aids = depth,
                    _ => {}
                }
            }
            Event::End(_) if depth == 0 => break,
            Event::End(_) => {
                if aids == depth {
                    aids = 0;
                }
                depth -= 1;
                inside = false;
            }
            Event::Text(more) if inside => text.push_str(&more.xml10_content()),
            Event::CData(more) if inside => text.push_str(&more.xml10_content()),
            Event::GeneralRef(reference) if inside => crate::book::xml::push_reference(&reference, text),
            Event::Eof => return Err(xml.cut()),
            _ => {}
        }
        if text.len() - from > most.saturating_mul(4) {
            return Err(Unreadable::of("long_text").with("limit", most));
        }
    }
    unescape(text, from);
    if text.len() - from > most && text.get(from..).is_some_and(|one| one.chars().count() > most) {
        return Err(Unreadable::of("long_text").with("limit", most));
    }
    Ok(())
}

/// Turns the `_x000D_` of workbooks into the characters they stand for, from a place in the text on.
pub fn unescape(text: &mut String, from: usize) {
    let Some(part) = text.get(from..) else { return };
    if !part.contains("_x") {
        return;
    }
    let mut done = String::with_capacity(part.len());
    let mut rest = part;
    let mut high = None;
    while let Some(at) = rest.find("_x") {
        let (before, after) = rest.split_at(at);
        done.push_str(before);
        let unit = after
            .get(2..6)
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = unit
            .filter(|_| after.as_bytes().get(6) == Some(&b'_'))
            .and_then(|hex| u16::from_str_radix(hex, 16).ok());
        let Some(unit) = unit else {
            done.push_str("_x");
            rest = after.get(2..).unwrap_or_default();
            continue;
        };
        rest = after.get(7..).unwrap_or_default();
        match (high.take().filter(|_| before.is_empty()), unit) {
            (_, 0xD800..=0xDBFF) => high = Some(unit),
            (Some(first), unit) => done.extend(char::decode_utf16([first, unit]).map(|one| one.unwrap_or('\u{FFFD}'))),
            (None, unit) => done.push(char::from_u32(u32::from(unit)).unwrap_or('\u{FFFD}')),
        }
    }
    done.push_str(rest);
    text.truncate(from);
    text.push_str(&done);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_workbooks_are_the_characters_they_stand_for() {
        for (stored, text) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("客_x5BA2_户", "客客户"),
            ("_xZZZZ_ _x12 _x", "_xZZZZ_ _x12 _x"),
            ("_xD83D__xDE00_", "😀"),
            ("x_x", "x_x"),
            ("_x客户电话_", "_x客户电话_"),
        ] {
            let mut read = stored.to_owned();
            unescape(&mut read, 0);
            assert_eq!(read, text);
        }
    }
}
