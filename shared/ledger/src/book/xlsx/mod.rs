//! `.xlsx` and `.xlsm`: the workbook's parts, and its sheets row by row.

mod around;
mod cells;
mod sheet;
mod strings;
mod styles;

pub use self::sheet::{Frame, cell_of};
pub use self::strings::item;
pub use self::styles::theme_colours;

use std::collections::HashSet;
use std::ops::ControlFlow;

use quick_xml::events::Event;

use self::cells::Context;
use super::look::Look;
use super::rows::{Rows, elsewhere};
use super::strings::Strings;
use super::xml::{attribute, flag};
use super::zipped::Package;
use super::{Book, Unreadable, drawings, relations};
use crate::grid::{Merge, Row, Sheet, Visibility};
use crate::limits::Limits;

/// A workbook.
pub struct Xlsx {
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
    /// Cells that were read of it.
    cells: u64,
}

impl Xlsx {
    /// Opens a workbook.
    pub fn open(mut package: Package, limits: &Limits) -> Result<Self, Unreadable> {
        let roots = relations::of(&mut package, "")?;
        let workbook = roots
            .into_values()
            .find(|root| root.kind == "officeDocument")
            .map(|root| root.target);
        let workbook = workbook
            .filter(|part| package.has(part))
            .unwrap_or_else(|| "xl/workbook.xml".to_owned());
        let related = relations::of(&mut package, &workbook)?;
        let (listed, since_1904) = listed(&mut package, &workbook, limits)?;

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
            let frame = sheet::frame(&mut package, &relation.target).map_err(|error| error.with("sheet", &name))?;
            let drawn =
                drawings::of(&mut package, &relation.target, &mut read).map_err(|error| error.with("sheet", &name))?;
            places.push(Place {
                part: relation.target.clone(),
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
            Some(part) => strings::read(&mut package, &part, limits)?,
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

impl Book for Xlsx {
    fn kind(&self) -> &'static str {
        "xlsx"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let used = elsewhere(self.places.iter().map(|place| place.cells), sheet);
        let (Some(place), Some(known)) = (self.places.get_mut(sheet), self.sheets.get(sheet)) else {
            return Err(Unreadable::of("no_sheet"));
        };
        let mut read = || {
            let Some(mut xml) = self.package.xml(&place.part)? else {
                return Err(Unreadable::of("broken_part").with("part", &place.part));
            };
            let context = Context {
                strings: &self.strings,
                looks: &self.looks,
                since_1904: self.since_1904,
                limits: &self.limits,
            };
            let mut rows = Rows::new(&self.limits, used);
            let mut broke = false;
            let mut visit = |row: &Row| {
                let flow = visit(row);
                broke = flow.is_break();
                flow
            };
            cells::visit(&mut xml, &context, &mut rows, &mut visit)?;
            place.cells = rows.count();
            if broke { Ok(()) } else { rows.check(place.declared) }
        };
        read().map_err(|error| error.with("sheet", &known.name))
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let found = self.package.bytes(name, super::PICTURE)?;
        found.ok_or_else(|| Unreadable::of("no_picture").with("part", name))
    }
}

/// Name, visibility and relation of a sheet as the workbook lists it.
type Listed = (String, Visibility, String);

/// The sheets of a workbook in their order, and whether its dates count from 1904.
fn listed(package: &mut Package, part: &str, limits: &Limits) -> Result<(Vec<Listed>, bool), Unreadable> {
    let (mut sheets, mut since_1904) = (Vec::new(), false);
    let Some(mut xml) = package.xml(part)? else {
        return Err(Unreadable::of("broken_part").with("part", part));
    };
    let mut buffer = Vec::new();
    let mut within = false;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "sheets" => within = true,
                "sheet" if within => {
                    let visibility = match attribute(&element, "state").as_deref() {
                        Some("hidden") => Visibility::Hidden,
                        Some("veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Shown,
                    };
                    let named = |name| attribute(&element, name).unwrap_or_default().into_owned();
                    // Two attributes may have this local name: `r:id` and, from some programs, a bare `id`.
                    sheets.push((named("name"), visibility, named("id")));
                    if sheets.len() > limits.sheets {
                        return Err(Unreadable::of("too_many_sheets").with("limit", limits.sheets));
                    }
                }
                "workbookPr" => since_1904 |= flag(&element, "date1904"),
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "sheets" => within = false,
            Event::Eof => return Ok((sheets, since_1904)),
            _ => {}
        }
    }
}
