//! Old complaint registers (旧台账) come in: read, mapped, tried, run in portions, reported, and taken back if need be.
//!
//! A row's complaint has an id that follows from ledger, sheet and the row's own identity. What becomes of a portion of rows is
//! decided and noted before anything of it is written; so a run that was killed anywhere ends, when the same files are fed
//! again, as if nothing had happened, and a file that was fed before changes nothing.

mod annotate;
pub mod desk;
mod dry;
pub mod event;
pub mod export;
mod feed;
mod helper;
mod known;
mod layouts;
mod likeness;
mod look;
mod months;
mod noted;
mod options;
mod plan;
mod proposal;
pub mod report;
mod run;
mod source;
mod undo;
mod write;

pub use annotate::{AnnotateError, annotate, annotated};
pub use dry::dry_run;
pub use event::on_event;
pub use helper::served;
pub use options::{Options, Unwatched, Watch};
pub use report::Report;
pub use run::run;
pub use source::Source;
pub use undo::{Activated, LeftOver, Undone, activate, undo};

#[cfg(test)]
mod tests;

/// At a fail point that a test has set: the process is killed as by the machine, with nothing cleared up.
#[cfg(feature = "failpoints")]
fn died<T>() -> T {
    let _ = std::process::Command::new("kill")
        .args(["-9", &std::process::id().to_string()])
        .status();
    loop {
        std::thread::park();
    }
}
