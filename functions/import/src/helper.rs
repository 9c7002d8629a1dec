//! This program as the child that reads an old workbook for itself.

use kesu_ledger::book::{Helper, serve};

/// Reads an old workbook if the program was started with the words that ask for it; `false` if they ask for nothing.
///
/// # Errors
/// When the workbook could not be read to its end; the parent has been told why, as far as that went.
pub fn served(words: impl IntoIterator<Item = String>) -> std::io::Result<bool> {
    let mut words = words.into_iter().skip(1);
    if words.next().as_deref() != Some(Helper::COMMAND) {
        return Ok(false);
    }
    if serve(&words.next().unwrap_or_default()) {
        Ok(true)
    } else {
        Err(std::io::Error::other("the old workbook was not read"))
    }
}
