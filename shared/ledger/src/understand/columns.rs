//! Columns: which field each header of a table is, what was doubtful about that, and how its cells are read.

mod guess;
mod looks;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use self::guess::Guess;
use super::fields::Kind;
use super::header::{Header, Heading};
use super::read::numbers;
use super::words::Confidence;
use crate::code::Code;
use crate::grid::Row;
use crate::mapping::Layout;

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is a canonical field.
    Field(&'static str, Kind),
    /// It is kept under its own header.
    Extra,
    /// A second column of status: kept, and compared with the first.
    Check,
    /// It says nothing of its own.
    Ignored,
    /// It says the year of the dates in its row.
    Year,
    /// It says their month.
    Month,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its place, from 0.
    pub at: u32,
    /// Its header; a second one of the same name is numbered.
    pub header: String,
    /// What becomes of it.
    pub role: Role,
    /// How sure that is, in percent; 100 where a person said it.
    pub confidence: Confidence,
    /// What bare numbers of money below it are multiplied by.
    pub factor: Decimal,
    /// Whether its dates write the day before the month.
    pub day_first: bool,
    /// Whether its sums are in another currency, all of them.
    pub foreign: bool,
    /// Whether it has a header.
    pub headed: bool,
}

/// A doubt about a column: what was assumed stands in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The column.
    pub at: u32,
    /// What: `ask_…`.
    pub code: Code,
    /// What its words name.
    pub values: Vec<(&'static str, String)>,
}

/// Gives every column of a header its role. `samples` are the rows below; a layout that a person edited goes before.
pub fn assign(header: &Header, samples: &[Row], layout: Option<&Layout>) -> (Vec<Column>, Vec<Ask>) {
    let names = numbered(&header.columns);
    let (roles, mut asks) = Guess::of(&header.columns, samples).all(&names, layout);
    let columns = header.columns.iter().zip(names).zip(roles);
    let columns = columns
        .map(|((heading, header), (role, confidence))| Column {
            at: heading.column,
            factor: numbers::header_factor(&header),
            header,
            role,
            confidence,
            day_first: matches!(role, Role::Field(_, Kind::Date)) && looks::is_day_first(samples, heading.column),
            foreign: matches!(role, Role::Field(_, Kind::Money)) && looks::is_foreign(samples, heading),
            headed: true,
        })
        .collect();
    asks.sort_by_key(|ask| ask.at);
    (columns, asks)
}

/// The headers, each once: a second `备注` is `备注(2)`.
fn numbered(headings: &[Heading]) -> Vec<String> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let named = headings.iter().map(|heading| {
        let count = seen.entry(&heading.text).or_insert(0);
        *count += 1;
        if *count == 1 {
            heading.text.clone()
        } else {
            format!("{}({count})", heading.text)
        }
    });
    named.collect()
}

#[cfg(test)]
mod tests;
