//! Reading old complaint registers (台账): a workbook or csv in, records and a report out, nothing guessed silently.
//!
//! Three layers, each of which knows only the one before it:
//! [`book`] reads files of any kind into rows of cells, within limits; [`understand`] finds the tables in them, maps their
//! headers to the canonical fields and reads their values; [`survey`] runs both over a file, streaming, and adds up the report.
//! The store is not known here: `functions/import` puts the records into it.

mod ahead;
pub mod book;
pub mod code;
pub mod finding;
pub mod grid;
pub mod limits;
pub mod mapping;
pub mod survey;
pub mod understand;
