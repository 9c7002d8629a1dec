//! The child's side: reads the old workbook at its standard input and writes sheets and rows to its standard output.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::ops::ControlFlow;
use std::os::fd::AsFd;

use super::limit::limit;
use super::wire::{Failure, Opened, Task, Word, send};
use crate::book::source::Source;
use crate::book::xls::Xls;
use crate::book::{Book, Unreadable};
use crate::grid::Row;

/// Does what the parent asks in `task`; false where that cannot be understood, or nobody listens any longer.
///
/// Call it before any thread is started: the limits hold for the whole process from then on.
#[must_use]
pub fn serve(task: &str) -> bool {
    let Ok(task) = serde_json::from_str::<Task>(task) else {
        return false;
    };
    limit(task.memory, task.seconds).is_ok() && answer(&task).is_ok()
}

fn answer(task: &Task) -> io::Result<()> {
    let mut output = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let mut buffer = Vec::new();
    let opened = input(task.limits.bytes).and_then(|source| Xls::open(source, &task.limits));
    let mut book = match opened {
        Ok(book) => book,
        Err(error) => {
            send::<Row>(&mut output, &mut buffer, &Word::Failed(Failure::of(&error)))?;
            return output.flush();
        }
    };
    let opened = Opened {
        sheets: book.sheets().to_vec(),
        since_1904: book.counts_from_1904(),
    };
    let sheets = opened.sheets.len();
    send::<Row>(&mut output, &mut buffer, &Word::Opened(opened))?;
    for sheet in task.sheet..sheets {
        let mut sent = Ok(());
        let mut visit = |row: &Row| {
            sent = send(&mut output, &mut buffer, &Word::Row(row));
            if sent.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        };
        let read = book.rows(sheet, &mut visit);
        sent?;
        let end = match read {
            Ok(()) => Word::<Row>::End,
            Err(error) => Word::Failed(Failure::of(&error)),
        };
        send(&mut output, &mut buffer, &end)?;
        output.flush()?;
    }
    output.flush()
}

/// The file at the standard input; read into memory where it comes through a pipe.
fn input(most: u64) -> Result<Source, Unreadable> {
    let failed = |error: io::Error| Unreadable::of("unreadable_file").with("error", error);
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(failed)?);
    if file.rewind().is_ok() {
        return Ok(Source::File(file));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Source::bytes(bytes))
}
