//! What the measuring programs share: the table they print, the application they measure, the units an item costs.
//!
//! Each program of `src/bin` measures one thing against a baseline in the same run and prints ratios. None of them is a
//! test: a machine that is busy must not make a build fail.
// Futures that play whole lives through the store nest deeply.
#![recursion_limit = "256"]

pub mod alternate;
pub mod bill;
pub mod copies;
pub mod desk;
pub mod office;
pub mod price;
pub mod register;
pub mod runtime;
pub mod table;
pub mod year;

pub use table::Table;

use std::path::Path;

/// A folder for what need not outlive the program: in memory where the machine has such a place, so that no disk is measured.
///
/// # Errors
/// When it cannot be made.
pub fn folder() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
}
