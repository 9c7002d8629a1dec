//! The commands beside `serve`, one file each, and what they share.

#[cfg(feature = "aws")]
pub mod admin_init;
pub mod backup;
pub mod calendar;
pub mod classify;
pub mod coverage;
pub mod deadlines;
pub mod due;
pub mod export;
pub mod figures;
pub mod import;
pub mod mail;
#[cfg(feature = "aws")]
pub mod migrate;
pub mod procedures;
pub mod rollup;
mod sample;
mod score;
pub mod simulate;
pub mod sweep;
pub mod user;
pub mod verify;

use std::process::ExitCode;
use std::sync::Arc;

use kesu_app::library::Library;
use kesu_rules::clock::{Moment, WorkCalendar};
use kesu_rules::procedure::Procedure;
use serde_json::Value;

use crate::failure::Failure;

/// Prints a JSON value on one line.
pub fn print(value: &Value) {
    println!("{value}");
}

/// The end of a command that did what it was asked.
pub const DONE: ExitCode = ExitCode::SUCCESS;

/// Reads a moment as the contract writes it.
pub fn moment(text: &str) -> Result<Moment, Failure> {
    let wrong = |_| Failure::refused(format!("`{text}` is no moment such as 2026-10-09T17:00:00+08:00"));
    chrono::DateTime::parse_from_rfc3339(text).map_err(wrong)
}

/// A procedure that ships with the program.
pub fn procedure(library: &Library, id: &str) -> Result<Arc<Procedure>, Failure> {
    let unknown = || {
        Failure::refused(format!(
            "there is no procedure `{id}`: choose one of {}",
            library.ids().join(", ")
        ))
    };
    library.procedure(id).ok_or_else(unknown)
}

/// The calendar that ships under a name, for commands that need no data folder.
pub fn shipped_calendar(name: &str) -> Result<&'static WorkCalendar, Failure> {
    WorkCalendar::builtin(name).map_err(|error| Failure::refused(error.to_string()))
}

/// Who reads old workbooks for this program: the program itself, with a hidden command.
pub fn helper() -> Option<kesu_ledger::book::Helper> {
    kesu_ledger::book::Helper::this_program()
}
