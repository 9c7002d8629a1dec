//! Imports of old registers (旧台账): files are read, looked at against what is there, and put into the store; and taken back.

pub mod after;
mod feed;
mod known;
mod likeness;
pub mod report;
pub mod run;
pub mod source;
mod write;

pub use report::{FileReport, Report};
pub use run::{Failed, Options, run};
pub use source::Source;
