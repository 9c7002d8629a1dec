//! A ledger is read on a thread of its own and handed over in portions, so that memory does not grow with rows.

use std::ops::ControlFlow;

use kesu_ledger::book::{Book, Helper, Unreadable};
use kesu_ledger::finding::{Found, Record, Told};
use kesu_ledger::limits::Limits;
use kesu_ledger::survey::{self, Survey, survey};
use tokio::sync::mpsc;

use crate::source::Source;

/// Complaints in one portion: they are written together.
pub const PORTION: usize = 100;
/// Findings beside complaints that are handed over at once.
const FINDINGS: usize = 2_000;
/// Bytes of pictures in one portion at most.
const PICTURES: usize = 16 << 20;

/// A complaint's row with the bytes of its pictures.
pub struct Fed {
    /// The row.
    pub record: Box<Record>,
    /// The place of its sheet in the file.
    pub sheet: u32,
    /// Its pictures, without those that could not be read.
    pub pictures: Vec<Vec<u8>>,
    /// How many could not.
    pub lost: usize,
}

/// What comes from the thread, in the order of the rows.
pub enum Portion {
    /// The file could be opened: names of its sheets.
    Opened(Vec<String>),
    /// Some rows and what was found about rows.
    Rows {
        /// Complaints.
        fed: Vec<Fed>,
        /// Rows that are none.
        skipped: Vec<Told>,
        /// Rows that should be.
        rejected: Vec<Told>,
        /// Doubts.
        warnings: Vec<Told>,
    },
    /// The end, or why there is no more.
    End(Result<Box<Survey>, Unreadable>),
}

/// What is read, and how.
#[derive(Clone)]
pub struct Reading {
    /// The file.
    pub source: Source,
    /// Limits on it.
    pub limits: Limits,
    /// Who reads old workbooks.
    pub helper: Option<Helper>,
    /// What is known of it.
    pub options: survey::Options,
    /// Whether pictures are read along.
    pub pictures: bool,
}

/// Reads a ledger on a thread of its own. Dropping the receiver ends it.
pub fn feed(reading: Reading) -> mpsc::Receiver<Portion> {
    let (to, from) = mpsc::channel(2);
    tokio::task::spawn_blocking(move || {
        let end = read(&reading, &to);
        // Nobody listens any more: then nobody wants the end either.
        let _ = to.blocking_send(Portion::End(end));
    });
    from
}

fn read(reading: &Reading, to: &mpsc::Sender<Portion>) -> Result<Box<Survey>, Unreadable> {
    let mut book = reading.source.open(&reading.limits, reading.helper.as_ref())?;
    let sheets: Vec<String> = book.sheets().iter().map(|sheet| sheet.name.clone()).collect();
    let _ = to.blocking_send(Portion::Opened(sheets.clone()));
    let mut album = Album { reading, book: None };
    let mut bundle = Bundle::default();
    let survey = survey(&mut *book, reading.source.ledger(), &reading.options, &mut |found| {
        match found {
            Found::Record(record) => {
                let place = sheets.iter().position(|name| *name == record.sheet).unwrap_or(0);
                let (pictures, lost) = album.of(&record);
                bundle.bytes += pictures.iter().map(Vec::len).sum::<usize>();
                bundle.fed.push(Fed {
                    record,
                    sheet: u32::try_from(place).unwrap_or(u32::MAX),
                    pictures,
                    lost,
                });
            }
            Found::Skipped(told) => bundle.skipped.push(told),
            Found::Rejected(told) => bundle.rejected.push(told),
            Found::Warning(told) => bundle.warnings.push(told),
        }
        if !bundle.full() || to.blocking_send(bundle.take()).is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    let _ = to.blocking_send(bundle.take());
    Ok(Box::new(survey))
}

#[derive(Default)]
struct Bundle {
    fed: Vec<Fed>,
    skipped: Vec<Told>,
    rejected: Vec<Told>,
    warnings: Vec<Told>,
    bytes: usize,
}

impl Bundle {
    fn full(&self) -> bool {
        let findings = self.skipped.len() + self.rejected.len() + self.warnings.len();
        self.fed.len() >= PORTION || findings >= FINDINGS || self.bytes >= PICTURES
    }

    fn take(&mut self) -> Portion {
        let Self {
            fed,
            skipped,
            rejected,
            warnings,
            ..
        } = std::mem::take(self);
        Portion::Rows {
            fed,
            skipped,
            rejected,
            warnings,
        }
    }
}

/// The pictures of a workbook, which is opened a second time for them: its rows are being read.
struct Album<'a> {
    reading: &'a Reading,
    book: Option<Box<dyn Book>>,
}

impl Album<'_> {
    fn of(&mut self, record: &Record) -> (Vec<Vec<u8>>, usize) {
        if record.pictures.is_empty() || !self.reading.pictures {
            return (Vec::new(), 0);
        }
        if self.book.is_none() {
            let reading = self.reading;
            self.book = reading.source.open(&reading.limits, reading.helper.as_ref()).ok();
        }
        let Some(book) = &mut self.book else {
            return (Vec::new(), record.pictures.len());
        };
        let read: Vec<Vec<u8>> = record
            .pictures
            .iter()
            .filter_map(|name| book.picture(name).ok())
            .collect();
        let lost = record.pictures.len() - read.len();
        (read, lost)
    }
}
