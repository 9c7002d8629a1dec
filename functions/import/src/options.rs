//! How an import is run, and who watches it.

use std::time::Duration;

use kesu_app::texts::Language;
use kesu_ledger::book::Helper;
use kesu_ledger::finding::Record;
use kesu_ledger::limits::Limits;
use kesu_ledger::mapping::Mapping;

use crate::report::FileReport;

/// How an import is run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The procedure that governs what is imported; the installation's first where none is named.
    pub procedure: Option<String>,
    /// What a person said of layouts; of others, what was said of them before is remembered.
    pub mapping: Mapping,
    /// The same as the file in which he said it; empty without one.
    pub mapping_text: String,
    /// Nothing is written.
    pub dry_run: bool,
    /// In which language findings are put into words where they are kept.
    pub language: Language,
    /// Who reads old workbooks.
    pub helper: Option<Helper>,
    /// Limits on each file.
    pub limits: Limits,
    /// After how long to break off, to be fed again; never where absent.
    pub budget: Option<Duration>,
}

/// Who watches an import. Everything may be ignored.
pub trait Watch: Send {
    /// How many complaints there are in all files together, once that is known.
    fn total(&mut self, _records: u64) {}
    /// A file is begun.
    fn begin(&mut self, _file: &str) {}
    /// A complaint of the current file was read.
    fn record(&mut self, _record: &Record) {}
    /// So many more complaints are dealt with.
    fn passed(&mut self, _records: u64) {}
    /// The current file is dealt with.
    fn end(&mut self, _file: &FileReport) {}
}

/// Nobody watches.
pub struct Unwatched;

impl Watch for Unwatched {}
