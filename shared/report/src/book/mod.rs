//! The report as a workbook to sign: a front sheet, charts, tables, a check of every total by formula, and the complaints that
//! were counted. The same rollup gives the same bytes.

mod charts;
mod check;
mod data;
mod front;
mod pen;
mod tables;
#[cfg(test)]
mod tests;

use kesu_app::texts::{Language, texts};
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::model::FormRecord;
use kesu_rules::rollup::Rollup;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

pub use data::{Row, rows};

use crate::Version;
use crate::shown::{Shown, shown};
use crate::words::word;

/// What a workbook is made of.
pub struct Paper<'a> {
    /// The version.
    pub version: &'a Version,
    /// Its figures.
    pub rollup: &'a Rollup,
    /// The complaints that were counted, in the order of receipt.
    pub rows: &'a [Row],
    /// The procedure's version that set the targets.
    pub procedure: &'a Procedure,
    /// Whose.
    pub company: &'a str,
    /// In which language.
    pub language: Language,
}

impl Paper<'_> {
    fn word(&self, key: &str) -> String {
        word(self.language, key)
    }

    fn filled(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts().text(self.language, &format!("rollup.{key}"), values)
    }

    /// The heading of a table by an axis.
    fn by(&self, axis: &str) -> String {
        self.filled("by_axis", &[("axis", axis)])
    }

    /// The company's own number of the form, where the pack has a form for the record of a recurring duty.
    fn form_number(&self) -> Option<&str> {
        let forms = self.procedure.pack.form.iter();
        forms
            .filter(|form| matches!(form.record, FormRecord::Duty))
            .find_map(|form| form.number.as_deref())
    }

    /// `月报`, `季报`, `年报`.
    fn kind(&self) -> String {
        self.word(match self.rollup.period.len() {
            4 => "year_report",
            6 => "quarter_report",
            _ => "month_report",
        })
    }

    fn running(&self) -> bool {
        self.version.version == 0
    }
}

/// The workbook's bytes.
///
/// # Errors
/// When the library refuses something, such as too many rows.
pub fn workbook(paper: &Paper<'_>) -> Result<Vec<u8>, XlsxError> {
    let shown: Shown = shown(paper.rollup, paper.procedure, paper.language);
    let mut book = Workbook::new();
    // The moment of counting would be another one each time; the period's end is the same for ever.
    let at = paper.rollup.as_of.naive_local();
    let made = ExcelDateTime::parse_from_str(&at.format("%Y-%m-%dT%H:%M:%S").to_string())?;
    let title = format!("{} {}", paper.word("title"), paper.rollup.period);
    book.set_properties(
        &DocProperties::new()
            .set_title(title)
            .set_company(paper.company)
            .set_creation_datetime(&made),
    );
    let pen = pen::Pen::new();
    front::write(book.add_worksheet(), &pen, paper, &shown)?;
    // The charts show what the tables hold, so these are laid out first and put behind them.
    let mut tables = rust_xlsxwriter::Worksheet::new();
    let places = tables::write(&mut tables, &pen, paper, &shown)?;
    charts::write(book.add_worksheet(), &pen, paper, &shown, &places)?;
    book.push_worksheet(tables);
    check::write(book.add_worksheet(), &pen, paper, &shown)?;
    data::write(book.add_worksheet(), &pen, paper)?;
    book.save_to_buffer()
}
