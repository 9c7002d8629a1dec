//! The survey of a ledger: its rows read one after the other, what was found handed on, and the figures of it all.

use std::ops::ControlFlow;

use chrono::NaiveDate;

use crate::ahead;
use crate::book::{Book, Unreadable};
use crate::code::Code;
use crate::finding::{Found, Told};
use crate::grid::{Sheet, Visibility};
use crate::mapping::Mapping;
pub use crate::understand::columns::Role;
use crate::understand::legend::LegendSeeker;
use crate::understand::period;
use crate::understand::sheet::SheetReader;
pub use crate::understand::tally::{Figures, Subtotal, Sums};
use crate::understand::walk::Walk;

/// Rows left out, and doubts, of one file: beyond this nobody reads them, and each takes about a kilobyte.
const MOST_TOLD: u64 = 100_000;

/// What the caller knows and wants.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What a person said of layouts and sheets; it goes before every guess.
    pub mapping: Mapping,
    /// Today: complaints of later days are doubted.
    pub today: Option<NaiveDate>,
}

/// What a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It has a table of complaints, or several.
    Table,
    /// It has forms, one complaint each.
    Forms,
    /// It has nothing of ours, and why: `sheet_…`.
    Skipped(&'static str),
}

/// What became of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its place, from 0.
    pub at: u32,
    /// Its header; of two rows joined by `/`, a second one of the same name numbered.
    pub header: String,
    /// What it is.
    pub role: Role,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// Whether the ledger has a header for it.
    pub headed: bool,
}

impl ColumnUse {
    /// Its canonical field, if it has one.
    pub fn field(&self) -> Option<&'static str> {
        match self.role {
            Role::Field(name, _) => Some(name),
            _ => None,
        }
    }
}

/// A table that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSurvey {
    /// The rows of its header, from 1.
    pub header_rows: Vec<u32>,
    /// Its columns.
    pub columns: Vec<ColumnUse>,
    /// By which its layout is remembered.
    pub fingerprint: String,
    /// Whether it was.
    pub remembered: bool,
    /// The year that dates without one were given.
    pub year: Option<i32>,
    /// Their month.
    pub month: Option<u32>,
    /// Backgrounds of its rows, the commonest first, and the status each was read as.
    pub colours: Vec<([u8; 3], Option<&'static str>)>,
}

/// A sheet that was read. `rows` = `records` + `skipped` + `rejected`.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetSurvey {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// What it is.
    pub nature: Nature,
    /// Rows that hold something.
    pub rows: u64,
    /// Complaints.
    pub records: u64,
    /// Rows that are none.
    pub skipped: u64,
    /// Rows that should be one and cannot be understood.
    pub rejected: u64,
    /// Its tables.
    pub tables: Vec<TableSurvey>,
    /// What was assumed of it, and why.
    pub questions: Vec<Told>,
    /// The rows in which it adds up, beside what was read.
    pub subtotals: Vec<Subtotal>,
    /// Sums of what was read.
    pub sums: Sums,
}

impl SheetSurvey {
    pub(crate) fn new(sheet: &Sheet) -> SheetSurvey {
        SheetSurvey {
            name: sheet.name.clone(),
            hidden: sheet.visibility != Visibility::Shown,
            nature: Nature::Skipped(Code::SheetEmpty.name()),
            rows: 0,
            records: 0,
            skipped: 0,
            rejected: 0,
            tables: Vec::new(),
            questions: Vec::new(),
            subtotals: Vec::new(),
            sums: Sums::default(),
        }
    }
}

/// A ledger that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Its name.
    pub ledger: String,
    /// What it was read as: `xlsx`, `csv`, …
    pub kind: &'static str,
    /// Its sheets, in their order.
    pub sheets: Vec<SheetSurvey>,
    /// Whether the caller broke off.
    pub stopped: bool,
}

impl Survey {
    /// The sums of all sheets.
    pub fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        self.sheets.iter().for_each(|sheet| sums.add(&sheet.sums));
        sums
    }

    /// Every header once, with its field in the first table that has one for it.
    pub fn mapping(&self) -> Vec<(&str, Option<&'static str>)> {
        let mut all: Vec<(&str, Option<&'static str>)> = Vec::new();
        let tables = self.sheets.iter().flat_map(|sheet| &sheet.tables);
        for column in tables.flat_map(|table| &table.columns).filter(|column| column.headed) {
            match all.iter_mut().find(|(header, _)| *header == column.header) {
                Some((_, field)) => *field = field.or(column.field()),
                None => all.push((&column.header, column.field())),
            }
        }
        all
    }
}

/// Reads a whole ledger. `ledger_name` is what it is called in every identity: the file's name, mostly. What is found goes to
/// `sink` in the order of the rows; when it breaks, reading ends.
///
/// A file of which more has to be told than a person reads is no register, and is refused. Memory does not grow with rows, but for two dozen bytes each by which a number that comes twice is known.
///
/// # Errors
/// When the book cannot be read on; what was found before was handed on.
pub fn survey(
    book: &mut dyn Book,
    ledger_name: &str,
    options: &Options,
    sink: &mut dyn FnMut(Found) -> ControlFlow<()>,
) -> Result<Survey, Unreadable> {
    let mut survey = Survey {
        ledger: ledger_name.to_owned(),
        kind: book.kind(),
        sheets: Vec::new(),
        stopped: false,
    };
    let of_file = period::of(ledger_name);
    let mut told = 0_u64;
    let mut counted = |found: Found| {
        told += u64::from(!matches!(found, Found::Record(_)));
        if told > MOST_TOLD {
            ControlFlow::Break(())
        } else {
            sink(found)
        }
    };
    let (sheets, since_1904) = (book.sheets().to_vec(), book.counts_from_1904());
    ahead::reading(book, |book| {
        for (at, sheet) in sheets.iter().enumerate() {
            let mut legend = None;
            loop {
                let named = period::of(&sheet.name).or(of_file);
                let walk = Walk::new(sheet, ledger_name, options, named, since_1904, &mut counted);
                let looked = legend.is_some();
                let mut reader = SheetReader::new(walk, legend.take());
                book.rows(at, &mut |row| reader.feed(row))?;
                if let Some(mut walk) = reader.finish() {
                    if walk.survey.hidden && walk.survey.records > 0 {
                        walk.warning(0, None, Code::HiddenSheet, vec![]);
                    }
                    survey.stopped = walk.flow.is_break();
                    survey.sheets.push(walk.survey);
                    break;
                }
                if looked {
                    break;
                }
                let mut seeker = LegendSeeker::default();
                book.rows(at, &mut |row| {
                    seeker.row(row);
                    ControlFlow::Continue(())
                })?;
                legend = Some(seeker.found());
            }
            if survey.stopped {
                break;
            }
        }
        Ok(())
    })?;
    if told > MOST_TOLD {
        return Err(Unreadable::of("too_many_told").with("limit", MOST_TOLD));
    }
    Ok(survey)
}

#[cfg(test)]
mod tests;
