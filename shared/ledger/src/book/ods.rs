//! `.ods`: `content.xml` read row by row; what it repeats a million times is never written out.

mod value;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use quick_xml::events::{BytesStart, Event};

use super::look::Look;
use super::rows::{Rows, elsewhere};
use super::xml::{Reader, attribute, push_reference};
use super::zipped::Package;
use super::{Book, Unreadable, place};
use crate::grid::{Comment, Row, Sheet, Visibility};
use crate::limits::Limits;
use value::{Read, concealed, content, merge, repeated, rgb, said, shown};

const PART: &str = "content.xml";
/// Rows that any program has.
const ROWS: u32 = 1_048_576;
/// Styles, comments and merged areas beyond these belong to no register that a person keeps.
const MOST: usize = 200_000;

/// A workbook.
pub struct Ods {
    package: Package,
    limits: Limits,
    looks: HashMap<String, Look>,
    sheets: Vec<Sheet>,
    /// Cells that were read of each sheet.
    cells: Vec<u64>,
}

impl Ods {
    /// Opens a workbook: one pass over all sheets for what is known before their rows.
    pub fn open(mut package: Package, limits: &Limits) -> Result<Self, Unreadable> {
        if let Some(manifest) = package.bytes("META-INF/manifest.xml", 16 << 20)?
            && memchr::memmem::find(&manifest, b"encryption-data").is_some()
        {
            return Err(Unreadable::of("encrypted"));
        }
        let (mut looks, mut hidden) = (HashMap::new(), HashSet::new());
        let mut sheets: Vec<Sheet> = Vec::new();
        let mut pass = Pass::new(&mut package, limits)?;
        let mut style = String::new();
        let mut buffer = Vec::new();
        loop {
            match pass.xml.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => {
                        style = attribute(&element, "name").unwrap_or_default().into_owned();
                    }
                    "table-properties" if said(&element, "display", "false") => {
                        hidden.insert(style.clone());
                    }
                    "table-cell-properties" => {
                        let fill = attribute(&element, "background-color").and_then(|colour| rgb(&colour));
                        let look: &mut Look = looks.entry(style.clone()).or_default();
                        look.fill = fill;
                    }
                    "text-properties" => {
                        let line = attribute(&element, "text-line-through-style");
                        let look: &mut Look = looks.entry(style.clone()).or_default();
                        look.struck = line.is_some_and(|line| &*line != "none");
                    }
                    "table" => {
                        if sheets.len() >= limits.sheets {
                            return Err(Unreadable::of("too_many_sheets").with("limit", limits.sheets));
                        }
                        let name = attribute(&element, "name").unwrap_or_default().into_owned();
                        let styled = attribute(&element, "style-name").is_some_and(|style| hidden.contains(&*style));
                        let mut sheet = Sheet {
                            name,
                            visibility: if styled { Visibility::Hidden } else { Visibility::Shown },
                            merges: Vec::new(),
                            hidden_columns: Vec::new(),
                            comments: Vec::new(),
                            pictures: Vec::new(),
                        };
                        let mut rows = Rows::new(limits, 0);
                        let read = pass.table(&HashMap::new(), &mut rows, Some(&mut sheet), &mut |_| {
                            ControlFlow::Continue(())
                        });
                        read.map_err(|error| error.with("sheet", &sheet.name))?;
                        sheets.push(sheet);
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
            if looks.len() + hidden.len() > MOST {
                return Err(Unreadable::of("broken_part").with("part", PART));
            }
        }
        drop(pass);
        if sheets.is_empty() {
            return Err(Unreadable::of("no_sheet"));
        }
        looks.retain(|_, look| !look.plain());
        Ok(Self {
            package,
            limits: *limits,
            looks,
            cells: vec![0; sheets.len()],
            sheets,
        })
    }
}

impl Book for Ods {
    fn kind(&self) -> &'static str {
        "ods"
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn rows(&mut self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let used = elsewhere(self.cells.iter().copied(), sheet);
        let (Some(known), Some(cells)) = (self.sheets.get(sheet), self.cells.get_mut(sheet)) else {
            return Err(Unreadable::of("no_sheet"));
        };
        let (package, looks, limits) = (&mut self.package, &self.looks, &self.limits);
        let mut read = || {
            let mut pass = Pass::new(package, limits)?;
            let mut buffer = Vec::new();
            let mut left = sheet;
            loop {
                match pass.xml.next(&mut buffer)? {
                    Event::Start(element) if element.local_name().as_ref() == "table" && left > 0 => {
                        left -= 1;
                        pass.xml.skip()?;
                    }
                    Event::Start(element) if element.local_name().as_ref() == "table" => {
                        let mut rows = Rows::new(limits, used);
                        pass.table(looks, &mut rows, None, visit)?;
                        *cells = rows.count();
                        return Ok(());
                    }
                    Event::Eof => return Err(pass.xml.cut()),
                    _ => {}
                }
            }
        };
        read().map_err(|error| error.with("sheet", &known.name))
    }

    fn picture(&mut self, name: &str) -> Result<Vec<u8>, Unreadable> {
        let found = self.package.bytes(name, super::PICTURE)?;
        found.ok_or_else(|| Unreadable::of("no_picture").with("part", name))
    }
}

/// A way through the part.
struct Pass<'a> {
    xml: Reader<'a>,
    limits: &'a Limits,
}

impl<'a> Pass<'a> {
    fn new(package: &'a mut Package, limits: &'a Limits) -> Result<Self, Unreadable> {
        let xml = package.xml(PART)?;
        let xml = xml.ok_or_else(|| Unreadable::of("broken_part").with("part", PART))?;
        Ok(Self { xml, limits })
    }

    /// Reads a table that has just begun up to its end; what is known before the rows goes into `sheet`.
    fn table(
        &mut self,
        looks: &HashMap<String, Look>,
        rows: &mut Rows<'_>,
        mut sheet: Option<&mut Sheet>,
        visit: &mut dyn FnMut(&Row) -> ControlFlow<()>,
    ) -> Result<(), Unreadable> {
        let mut buffer = Vec::new();
        let mut columns: u32 = 0;
        let mut next: u32 = 1;
        let (mut number, mut times, mut column) = (1, 1, 0_u32);
        loop {
            match self.xml.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-column" => {
                        let more = repeated(&element, "number-columns-repeated");
                        let end = columns.saturating_add(more).min(self.limits.columns);
                        if let Some(sheet) = sheet.as_deref_mut()
                            && concealed(&element)
                        {
                            sheet.hidden_columns.extend(columns..end);
                        }
                        columns = end;
                    }
                    "table-row" => {
                        number = next;
                        times = repeated(&element, "number-rows-repeated");
                        next = number.saturating_add(times);
                        column = 0;
                        rows.begin(number, concealed(&element));
                    }
                    "table-cell" | "covered-table-cell" => {
                        let more = repeated(&element, "number-columns-repeated");
                        let merge = merge(&element, number, column);
                        let read = self.cell(&element)?;
                        let at = column;
                        column = column.saturating_add(more);
                        if let Some(sheet) = sheet.as_deref_mut() {
                            sheet.merges.extend(merge);
                            if let Some(text) = read.comment {
                                sheet.comments.push(Comment {
                                    row: number,
                                    column: at,
                                    text,
                                });
                            }
                            if sheet.merges.len() + sheet.comments.len() > MOST {
                                return Err(Unreadable::of("broken_part").with("part", PART));
                            }
                            continue;
                        }
                        if number > ROWS && (read.written || read.value.is_some()) {
                            return Err(Unreadable::of("broken_cell").with("cell", place(number, at)));
                        }
                        let look = read.style.as_deref().and_then(|style| looks.get(style));
                        for column in at..column {
                            let Some(content) = content(&read, rows) else { break };
                            if column >= self.limits.columns {
                                return Err(Unreadable::of("broken_cell").with("cell", place(number, column)));
                            }
                            let shown = shown(&content, &read);
                            rows.push(column, content, look)?;
                            rows.show(shown);
                        }
                    }
                    // A drawing may hold tables of its own; what changes were tracked are no rows.
                    "shapes" | "tracked-changes" => self.xml.skip()?,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "table-row" => {
                        rows.room_for(times)?;
                        for again in 0..times {
                            if rows.end(visit)?.is_break() {
                                return Ok(());
                            }
                            if rows.blank() {
                                break;
                            }
                            if again + 1 < times {
                                rows.again(number + again + 1)?;
                            }
                        }
                    }
                    "table" => return Ok(()),
                    _ => {}
                },
                Event::Eof => return Err(self.xml.cut()),
                _ => {}
            }
        }
    }

    /// Reads a cell that has just begun up to its end.
    fn cell(&mut self, element: &BytesStart<'_>) -> Result<Read, Unreadable> {
        let named = |name| attribute(element, name).map(std::borrow::Cow::into_owned);
        let mut read = Read {
            kind: named("value-type").unwrap_or_default(),
            style: named("style-name"),
            formula: named("formula").is_some(),
            ..Read::default()
        };
        read.value = match read.kind.as_str() {
            "date" => named("date-value"),
            "time" => named("time-value"),
            "boolean" => named("boolean-value"),
            "string" => named("string-value"),
            _ => named("value"),
        };
        let mut buffer = Vec::new();
        let (mut depth, mut paragraphs) = (0_usize, 0_usize);
        loop {
            match self.xml.next(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "annotation" => {
                        let mut text = String::new();
                        self.annotation(&mut text)?;
                        read.comment = Some(text);
                    }
                    "p" | "h" => {
                        if paragraphs > 0 {
                            read.text.push('\n');
                        }
                        paragraphs += 1;
                        depth += 1;
                        read.written = true;
                    }
                    "s" => {
                        let count = repeated(&element, "c") as usize;
                        read.text.extend(std::iter::repeat_n(' ', count.min(self.limits.text)));
                        depth += 1;
                    }
                    "tab" => {
                        read.text.push('\t');
                        depth += 1;
                    }
                    "line-break" => {
                        read.text.push('\n');
                        depth += 1;
                    }
                    "frame" | "custom-shape" | "table" => self.xml.skip()?,
                    _ => depth += 1,
                },
                Event::Text(more) if paragraphs > 0 && depth > 0 => read.text.push_str(&more.xml10_content()),
                Event::CData(more) if paragraphs > 0 && depth > 0 => read.text.push_str(&more.xml10_content()),
                Event::GeneralRef(reference) if depth > 0 => push_reference(&reference, &mut read.text),
                Event::End(_) if depth == 0 => return Ok(read),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.xml.cut()),
                _ => {}
            }
            if read.text.len() > self.limits.text.saturating_mul(4) {
                return Err(Unreadable::of("long_text").with("limit", self.limits.text));
            }
        }
    }

    /// The text of a comment, without author and date.
    fn annotation(&mut self, text: &mut String) -> Result<(), Unreadable> {
        let mut buffer = Vec::new();
        loop {
            match self.xml.next(&mut buffer)? {
                Event::Start(element) if matches!(element.local_name().as_ref(), "p" | "h") => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    self.xml.text(text, self.limits.text)?;
                }
                Event::Start(_) => self.xml.skip()?,
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(self.xml.cut()),
                _ => {}
            }
        }
    }
}
