//! `.xls` of 1993 to 2003: the records of its one stream. Read in a child process only: see [`super::child`].

mod cells;
mod globals;
mod records;
mod sheet;

use std::io::Read;
use std::ops::ControlFlow;

use self::globals::Globals;
use self::sheet::Frame;
use super::rows::{Rows, elsewhere};
use super::source::{Source, unreadable};
use super::{Book, Unreadable};
use crate::grid::{Row, Sheet};
use crate::limits::Limits;

/// A workbook.
pub struct Xls {
    stream: Vec<u8>,
    limits: Limits,
    globals: Globals,
    sheets: Vec<Sheet>,
    places: Vec<Place>,
}

/// Where a sheet's records begin, and what is known of it.
struct Place {
    at: usize,
    frame: Frame,
    cells: u64,
}

impl Xls {
    /// Opens a workbook.
    pub fn open(source: Source, limits: &Limits) -> Result<Self, Unreadable> {
        let stream = stream(source, limits)?;
        let mut globals = globals::read(&stream, limits)?;
        let (mut sheets, mut places, mut length) = (Vec::new(), Vec::new(), 0);
        for listed in std::mem::take(&mut globals.listed) {
            let frame = sheet::frame(&stream, listed.place, globals.dialect);
            let Some(mut frame) = frame.map_err(|error| error.with("sheet", &listed.name))? else {
                continue;
            };
            // Sheets that lie over each other would be read again and again.
            length += frame.length;
            if length > stream.len() {
                return Err(Unreadable::of("broken_part").with("part", "sheets"));
            }
            sheets.push(Sheet {
                name: listed.name,
                visibility: listed.visibility,
                merges: std::mem::take(&mut frame.merges),
                hidden_columns: std::mem::take(&mut frame.hidden_columns),
                comments: std::mem::take(&mut frame.comments),
                pictures: Vec::new(),
            });
            places.push(Place {
                at: listed.place,
                frame,
                cells: 0,
            });
        }
        if sheets.is_empty() {
            return Err(Unreadable::of(if globals.macros { "macro_only" } else { "no_sheet" }));
        }
        Ok(Self {
            stream,
            limits: *limits,
            globals,
            sheets,
            places,
        })
    }
}

/// The stream with the workbook's records.
fn stream(mut source: Source, limits: &Limits) -> Result<Vec<u8>, Unreadable> {
    let head = source.head(8)?;
    let mut stream = Vec::new();
    if !head.starts_with(super::kind::COMPOUND) {
        source.take(limits.bytes).read_to_end(&mut stream).map_err(unreadable)?;
        return Ok(stream);
    }
    let mut file = cfb::CompoundFile::open(source).map_err(|_| Unreadable::of("truncated"))?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let inner = file.open_stream(name.ok_or(Unreadable::of("not_a_ledger_file"))?);
    let inner = inner.map_err(|_| Unreadable::of("truncated"))?;
    let read = inner.take(limits.bytes).read_to_end(&mut stream);
    // A stream that breaks off is told by its records, as far as they are needed.
    match read {
        Err(_) if stream.is_empty() => Err(Unreadable::of("truncated")),
        _ => Ok(stream),
    }
}

impl Book for Xls {
    fn kind(&self) -> &'static str {
        "xls"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn counts_from_1904(&self) -> bool {
        self.globals.since_1904
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let used = elsewhere(self.places.iter().map(|place| place.cells), sheet);
        let (Some(place), Some(known)) = (self.places.get_mut(sheet), self.sheets.get(sheet)) else {
            return Err(Unreadable::of("no_sheet"));
        };
        let mut rows = Rows::new(&self.limits, used);
        let read = cells::visit(&self.stream, place.at, &self.globals, &place.frame, &mut rows, visit);
        place.cells = rows.count();
        // Old programs count rows that have only a height into the area of a sheet without cells.
        let declared = place.frame.declared.filter(|_| rows.count() > 0);
        let checked = read.and_then(|flow| if flow.is_break() { Ok(()) } else { rows.check(declared) });
        checked.map_err(|error| error.with("sheet", &known.name))
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::of("no_picture").with("part", name))
    }
}
