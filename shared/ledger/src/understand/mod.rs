//! Rows into records: the table in a sheet, what its headers mean, what its values are.

pub mod colour;
pub mod columns;
mod draft;
pub mod fields;
mod fill;
pub mod fold;
mod form;
pub mod header;
mod identity;
mod kind;
pub mod legend;
pub mod period;
pub mod read;
pub mod sheet;
mod shown;
mod table;
pub mod tally;
#[cfg(test)]
pub mod testing;
mod totals;
pub mod walk;
pub mod words;
