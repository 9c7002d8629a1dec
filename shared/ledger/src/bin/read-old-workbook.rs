//! The child that reads old workbooks, on its own: `kesu` and the function carry it as a hidden command, the tests of this
//! crate start it.

use std::process::ExitCode;

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    if kesu_ledger::book::serve(&task) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
