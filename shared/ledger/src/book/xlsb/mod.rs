//! `.xlsb`: the workbook's binary parts. Short cell records, which other readers pass over, are read.

mod cells;
mod records;
mod styles;

use std::collections::HashSet;
use std::ops::ControlFlow;

use self::records::Records;
use super::little::{byte, four, push_wide};
use super::look::Look;
use super::rows::{Rows, elsewhere};
use super::strings::Strings;
use super::zipped::Package;
use super::{Book, Unreadable, drawings, relations};
use crate::grid::{Comment, Merge, Row, Sheet, Visibility};
use crate::limits::Limits;

/// A workbook.
pub struct Xlsb {
    package: Package,
    limits: Limits,
    strings: Strings,
    looks: Vec<Look>,
    since_1904: bool,
    sheets: Vec<Sheet>,
    places: Vec<Place>,
}

/// Where a sheet's cells are, and what is known of them.
struct Place {
    part: String,
    declared: Option<Merge>,
    cells: u64,
}

const WORKBOOK: &str = "xl/workbook.bin";

impl Xlsb {
    /// Opens a workbook.
    pub fn open(mut package: Package, limits: &Limits) -> Result<Self, Unreadable> {
        let related = relations::of(&mut package, WORKBOOK)?;
        let (listed, since_1904) = listed(&mut package, limits)?;
        let (mut sheets, mut places) = (Vec::new(), Vec::new());
        let (mut macros, mut read) = (false, HashSet::new());
        for (name, visibility, id) in listed {
            let Some(relation) = related.get(&id) else { continue };
            macros |= relation.kind == "xlMacrosheet" || relation.kind == "xlIntlMacrosheet";
            if relation.kind != "worksheet" {
                continue;
            }
            // Sheets that share a part would be read again and again.
            if !read.insert(relation.target.to_lowercase()) {
                return Err(Unreadable::of("broken_part").with("part", &relation.target));
            }
            let part = relation.target.clone();
            let frame = cells::frame(&mut package, &part).map_err(|error| error.with("sheet", &name))?;
            let drawn = drawings::of(&mut package, &part, &mut read)?;
            places.push(Place {
                part,
                declared: frame.declared,
                cells: 0,
            });
            sheets.push(Sheet {
                name,
                visibility,
                merges: frame.merges,
                hidden_columns: frame.hidden_columns,
                comments: drawn.comments,
                pictures: drawn.pictures,
            });
        }
        if sheets.is_empty() {
            return Err(Unreadable::of(if macros { "macro_only" } else { "no_sheet" }));
        }
        let one = |kind| {
            related
                .values()
                .find(|relation| relation.kind == kind)
                .map(|relation| relation.target.clone())
        };
        let strings = match one("sharedStrings") {
            Some(part) => strings(&mut package, &part, limits)?,
            None => Strings::default(),
        };
        let looks = match one("styles") {
            Some(part) => styles::read(&mut package, &part, one("theme").as_deref())?,
            None => Vec::new(),
        };
        Ok(Self {
            package,
            limits: *limits,
            strings,
            looks,
            since_1904,
            sheets,
            places,
        })
    }
}

impl Book for Xlsb {
    fn kind(&self) -> &'static str {
        "xlsb"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let used = elsewhere(self.places.iter().map(|place| place.cells), sheet);
        let (Some(place), Some(known)) = (self.places.get_mut(sheet), self.sheets.get(sheet)) else {
            return Err(Unreadable::of("no_sheet"));
        };
        let mut rows = Rows::new(&self.limits, used);
        let context = cells::Context {
            strings: &self.strings,
            looks: &self.looks,
            since_1904: self.since_1904,
            limits: &self.limits,
        };
        let read = match self.package.part(&place.part)? {
            Some(part) => cells::visit(&mut Records::new(part, &place.part), &context, &mut rows, visit),
            None => Err(Unreadable::of("broken_part").with("part", &place.part)),
        };
        place.cells = rows.count();
        read.and_then(|flow| {
            if flow.is_break() {
                Ok(())
            } else {
                rows.check(place.declared)
            }
        })
        .map_err(|error| error.with("sheet", &known.name))
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let found = self.package.bytes(name, super::PICTURE)?;
        found.ok_or_else(|| Unreadable::of("no_picture").with("part", name))
    }
}

/// A text with its length before it, and the place behind it.
fn wide(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let count = four(bytes, at)? as usize;
    let mut text = String::new();
    push_wide(bytes, at + 4, count, &mut text).then_some((text, at + 4 + count * 2))
}

/// Name, visibility and relation of a sheet as the workbook lists it.
type Listed = (String, Visibility, String);

/// The sheets in their order, and whether dates count from 1904.
fn listed(package: &mut Package, limits: &Limits) -> Result<(Vec<Listed>, bool), Unreadable> {
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    let Some(part) = package.part(WORKBOOK)? else {
        return Err(Unreadable::of("broken_part").with("part", WORKBOOK));
    };
    let mut records = Records::new(part, WORKBOOK);
    while let Some((kind, bytes)) = records.next()? {
        match kind {
            // BrtWbProp
            153 => since_1904 = byte(bytes, 0).is_some_and(|flags| flags & 1 == 1),
            // BrtBundleSh
            156 => {
                let visibility = match four(bytes, 0) {
                    Some(1) => Visibility::Hidden,
                    Some(2) => Visibility::VeryHidden,
                    _ => Visibility::Shown,
                };
                // A sheet without a relation (length 0xFFFFFFFF) has no cells.
                if let Some((id, next)) = wide(bytes, 8)
                    && let Some((name, _)) = wide(bytes, next)
                {
                    sheets.push((name, visibility, id));
                }
                if sheets.len() > limits.sheets {
                    return Err(Unreadable::of("too_many_sheets").with("limit", limits.sheets));
                }
            }
            _ => {}
        }
    }
    Ok((sheets, since_1904))
}

/// The shared strings.
fn strings(package: &mut Package, name: &str, limits: &Limits) -> Result<Strings, Unreadable> {
    let mut strings = Strings::default();
    let Some(part) = package.part(name)? else {
        return Ok(strings);
    };
    let mut records = Records::new(part, name);
    let mut text = String::new();
    while let Some((kind, bytes)) = records.next()? {
        // BrtSSTItem: flags, then the text; runs of fonts behind it.
        if kind == 19 {
            text.clear();
            let count = four(bytes, 1).unwrap_or(0) as usize;
            if !push_wide(bytes, 5, count, &mut text) {
                return Err(records.cut());
            }
            strings.push(&text, limits)?;
        }
    }
    Ok(strings)
}

/// The comments of a binary part, without the line by which programs name the author.
pub fn comments(package: &mut Package, name: &str) -> Result<Vec<Comment>, Unreadable> {
    let (mut authors, mut found) = (Vec::new(), Vec::<Comment>::new());
    let Some(part) = package.part(name)? else {
        return Ok(found);
    };
    let mut records = Records::new(part, name);
    let mut place = None;
    while let Some((kind, bytes)) = records.next()? {
        match kind {
            // BrtCommentAuthor
            632 => authors.extend(wide(bytes, 0).map(|(author, _)| author)),
            // BrtBeginComment: author, first and last row, first and last column.
            635 => {
                place = four(bytes, 4).and_then(|row| Some((four(bytes, 0)?, row.checked_add(1)?, four(bytes, 12)?)));
            }
            // BrtCommentText: flags, then the text.
            637 => {
                if let (Some((author, row, column)), Some((text, _))) = (place.take(), wide(bytes, 1)) {
                    let author: &str = authors.get(author as usize).map_or("", String::as_str);
                    let text = drawings::unsigned(&text, author);
                    if !text.is_empty() {
                        found.push(Comment { row, column, text });
                    }
                }
            }
            _ => {}
        }
        if found.len().max(authors.len()) > drawings::COMMENTS {
            return Err(records.cut());
        }
    }
    Ok(found)
}
