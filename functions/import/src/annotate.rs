//! A copy of a register to be mended and fed again: the same cells, the doubtful ones coloured, and a column of reasons.
//!
//! No crate edits a workbook without risk to what it does not know; so the copy is written anew, cell by cell, with values,
//! backgrounds, merged areas, comments and what is hidden, but without pictures, widths and formulas. A note says so.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::Path;

use kesu_app::texts::{Language, texts};
use kesu_ledger::finding::Told;
use kesu_ledger::grid::{Cell, Content, Row, Sheet, Visibility};
use rust_xlsxwriter::{Format, Note, Workbook, Worksheet, XlsxError};

use crate::options::Options;
use crate::report::{FileReport, worded};
use crate::source::Source;

/// The header of the column of reasons: known to the reader, which passes over it.
const REASONS: &str = "导入说明";
/// Background of what could not be read, and of what is doubtful.
const BAD: [u8; 3] = [0xFF, 0xC7, 0xCE];
const DOUBTFUL: [u8; 3] = [0xFF, 0xEB, 0x9C];

/// Why no copy could be made.
#[derive(Debug, thiserror::Error)]
pub enum AnnotateError {
    /// The register cannot be read again.
    #[error("{0}")]
    Unreadable(#[from] kesu_ledger::book::Unreadable),
    /// The copy cannot be written.
    #[error("{0}")]
    Writing(#[from] XlsxError),
}

/// What is told of a row.
#[derive(Default)]
struct Reasons {
    all: Vec<String>,
    /// Whether the row was rejected.
    bad: bool,
    cells: BTreeSet<u32>,
}

/// Writes the copy.
///
/// # Errors
/// When the register cannot be read again or the copy cannot be written.
pub fn annotate(
    source: &Source,
    options: &Options,
    report: &FileReport,
    out: &Path,
    language: Language,
) -> Result<(), AnnotateError> {
    Ok(copied(source, options, report, language)?.save(out)?)
}

/// The copy as bytes.
///
/// # Errors
/// As [`annotate`].
pub fn annotated(
    source: &Source,
    options: &Options,
    report: &FileReport,
    language: Language,
) -> Result<Vec<u8>, AnnotateError> {
    Ok(copied(source, options, report, language)?.save_to_buffer()?)
}

fn copied(
    source: &Source,
    options: &Options,
    report: &FileReport,
    language: Language,
) -> Result<Workbook, AnnotateError> {
    let mut reasons: HashMap<(&str, u32), Reasons> = HashMap::new();
    let told = report.rejected.iter().map(|told| (told, true));
    for (told, bad) in told.chain(report.warnings.iter().map(|told| (told, false))) {
        let Told {
            sheet,
            row,
            column,
            code,
            values,
        } = told;
        let of = reasons.entry((sheet.as_str(), *row)).or_default();
        of.all.push(worded(code, values, language));
        of.bad |= bad;
        of.cells.extend(column);
    }
    let headers: HashMap<&str, Vec<u32>> = report
        .survey
        .iter()
        .flat_map(|survey| &survey.sheets)
        .map(|sheet| {
            let rows = sheet
                .tables
                .iter()
                .filter_map(|table| table.header_rows.first().copied());
            (sheet.name.as_str(), rows.collect())
        })
        .collect();
    let mut book = source.open(&options.limits, options.helper.as_ref())?;
    let mut copy = Workbook::new();
    for (at, sheet) in book.sheets().to_vec().iter().enumerate() {
        let mut width = 0;
        book.rows(at, &mut |row| {
            width = width.max(row.cells.last().map_or(0, |cell| cell.column + 1));
            ControlFlow::Continue(())
        })?;
        // Merged areas reach into rows that come later: such a sheet is written from memory.
        let page = if sheet.merges.is_empty() {
            copy.add_worksheet_with_constant_memory()?
        } else {
            copy.add_worksheet()
        };
        prepare(page, sheet)?;
        let mut copying = Copying {
            page,
            formats: BTreeMap::new(),
            reasons: &reasons,
            headers: headers.get(sheet.name.as_str()).map(Vec::as_slice).unwrap_or_default(),
            name: &sheet.name,
            reason_column: u16::try_from(width).unwrap_or(u16::MAX),
            language,
            first: true,
        };
        let mut failed = None;
        book.rows(at, &mut |row| match copying.row(row) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    Ok(copy)
}

fn prepare(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(&sheet.name)?;
    match sheet.visibility {
        Visibility::Shown => {}
        Visibility::Hidden => drop(page.set_hidden(true)),
        Visibility::VeryHidden => drop(page.set_very_hidden(true)),
    }
    for column in &sheet.hidden_columns {
        if let Ok(column) = u16::try_from(*column) {
            page.set_column_hidden(column)?;
        }
    }
    for merge in &sheet.merges {
        let (left, right) = (u16::try_from(merge.left), u16::try_from(merge.right));
        if let (Ok(left), Ok(right)) = (left, right) {
            let (top, bottom) = (merge.top.saturating_sub(1), merge.bottom.saturating_sub(1));
            // What the program would refuse (areas of one cell, areas that overlap) is left out.
            let _ = page.merge_range(top, left, bottom, right, "", &Format::new());
        }
    }
    for comment in &sheet.comments {
        if let Ok(column) = u16::try_from(comment.column) {
            let note = Note::new(&comment.text).add_author_prefix(false);
            page.insert_note(comment.row.saturating_sub(1), column, &note)?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Plain,
    Text,
    Date,
    Moment,
    Elapsed,
}

struct Copying<'a> {
    page: &'a mut Worksheet,
    formats: BTreeMap<(Option<[u8; 3]>, bool, Shown), Format>,
    reasons: &'a HashMap<(&'a str, u32), Reasons>,
    headers: &'a [u32],
    name: &'a str,
    reason_column: u16,
    language: Language,
    first: bool,
}

impl Copying<'_> {
    fn row(&mut self, row: &Row) -> Result<(), XlsxError> {
        let at = row.number.saturating_sub(1);
        let reasons = self.reasons.get(&(self.name, row.number));
        if row.hidden {
            self.page.set_row_hidden(at)?;
        }
        for cell in &row.cells {
            let marked = reasons.and_then(|reasons| {
                let all = reasons.bad && reasons.cells.is_empty();
                let colour = if reasons.bad { BAD } else { DOUBTFUL };
                (all || reasons.cells.contains(&cell.column)).then_some(colour)
            });
            self.cell(at, cell, marked)?;
        }
        if self.headers.contains(&row.number) {
            let bold = Format::new().set_bold();
            self.page
                .write_string_with_format(at, self.reason_column, REASONS, &bold)?;
            if std::mem::take(&mut self.first) {
                let words = texts().text(self.language, "importing.copy_note", &[]);
                let note = Note::new(words).add_author_prefix(false);
                self.page.insert_note(at, self.reason_column, &note)?;
            }
        } else if let Some(reasons) = reasons {
            let colour = if reasons.bad { BAD } else { DOUBTFUL };
            let format = self.format(Some(colour), false, Shown::Plain);
            let words = reasons.all.join("; ");
            self.page
                .write_string_with_format(at, self.reason_column, words, &format)?;
        }
        Ok(())
    }

    fn cell(&mut self, row: u32, cell: &Cell, marked: Option<[u8; 3]>) -> Result<(), XlsxError> {
        let Ok(column) = u16::try_from(cell.column) else {
            return Ok(());
        };
        let shown = match &cell.content {
            Content::Moment(at) if at.time() == chrono::NaiveTime::MIN => Shown::Date,
            Content::Moment(_) => Shown::Moment,
            Content::Elapsed(_) => Shown::Elapsed,
            Content::Text(_) => Shown::Text,
            _ => Shown::Plain,
        };
        let format = self.format(marked.or(cell.fill), cell.struck, shown);
        let page = &mut *self.page;
        let text = |text: &str| crate::export::shown(text);
        match (&cell.content, &cell.shown) {
            // A number that its format pads is what it shows.
            (Content::Number(_), Some(shown)) => page.write_string_with_format(row, column, text(shown), &format)?,
            (Content::Text(words), _) => page.write_string_with_format(row, column, text(words), &format)?,
            (Content::Error(words), _) => page.write_string_with_format(row, column, text(words), &format)?,
            (Content::Number(number), None) => page.write_number_with_format(row, column, *number, &format)?,
            (Content::Flag(flag), _) => page.write_boolean_with_format(row, column, *flag, &format)?,
            (Content::Moment(at), _) => page.write_datetime_with_format(row, column, at, &format)?,
            (Content::Elapsed(time), _) => {
                let days = time.as_seconds_f64() / 86_400.0;
                page.write_number_with_format(row, column, days, &format)?
            }
            (Content::Uncomputed, _) => page.write_blank(row, column, &format)?,
        };
        Ok(())
    }

    fn format(&mut self, fill: Option<[u8; 3]>, struck: bool, shown: Shown) -> Format {
        let make = || {
            let format = match shown {
                Shown::Plain => Format::new(),
                Shown::Text => Format::new().set_num_format("@"),
                Shown::Date => Format::new().set_num_format("yyyy-mm-dd"),
                Shown::Moment => Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
                Shown::Elapsed => Format::new().set_num_format("[h]:mm:ss"),
            };
            let format = match fill {
                Some([r, g, b]) => format.set_background_color(u32::from_be_bytes([0, r, g, b])),
                None => format,
            };
            if struck {
                format.set_font_strikethrough()
            } else {
                format
            }
        };
        self.formats.entry((fill, struck, shown)).or_insert_with(make).clone()
    }
}
