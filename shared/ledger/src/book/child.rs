//! The child process in which old workbooks are read: what a hostile file takes, it takes from the child.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// The program that reads old workbooks for this one: usually this program itself with a hidden command.
#[derive(Clone, Debug)]
pub struct Helper {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Bytes of address space that it may take.
    pub memory: u64,
    /// How long it may take until its first row, and from row to row.
    pub patience: Duration,
}

impl Helper {
    /// A program with the limits that every honest register of ten years keeps: 256 MB, 60 seconds.
    #[must_use]
    pub fn new(program: impl Into<PathBuf>, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            memory: 256 << 20,
            patience: Duration::from_secs(60),
        }
    }
}
