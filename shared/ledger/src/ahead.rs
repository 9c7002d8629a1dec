//! Rows are read on a thread of their own while those before them are understood: unpacking a workbook takes as long as
//! understanding it.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

use crate::book::{Book, Unreadable};
use crate::grid::{Content, Row};

/// What one batch holds at most, but for its last row.
const ROWS: usize = 128;
const CELLS: usize = 4_096;
const BYTES: usize = 256 << 10;
/// Batches that wait beside the one that is filled and the one that is understood: memory stays that of a few rows.
const WAITING: usize = 1;

/// Asks for the rows of one sheet after the other.
pub struct Ahead {
    orders: Sender<Order>,
    back: Sender<Batch>,
}

struct Order {
    sheet: usize,
    to: SyncSender<Word>,
}

enum Word {
    Rows(Batch),
    End(Result<(), Unreadable>),
}

/// Does some work to which the rows of a book are read ahead.
pub fn reading<T>(book: &mut dyn Book, work: impl FnOnce(&Ahead) -> T) -> T {
    let (orders, ordered) = channel();
    let (back, emptied) = channel();
    thread::scope(|scope| {
        scope.spawn(move || read(book, &ordered, &emptied));
        work(&Ahead { orders, back })
    })
}

impl Ahead {
    /// As [`Book::rows`].
    ///
    /// # Errors
    /// As [`Book::rows`].
    pub fn rows(&self, sheet: usize, visit: &mut dyn FnMut(&Row) -> ControlFlow<()>) -> Result<(), Unreadable> {
        let (to, words) = sync_channel(WAITING);
        // Where nobody takes the order, the reader panicked, and the end of its scope says so.
        let _ = self.orders.send(Order { sheet, to });
        for word in words {
            match word {
                Word::Rows(batch) => {
                    for row in batch.rows() {
                        if visit(row).is_break() {
                            return Ok(());
                        }
                    }
                    // The reader may have come to its end by now.
                    let _ = self.back.send(batch);
                }
                Word::End(end) => return end,
            }
        }
        Err(Unreadable::of("reader_failed"))
    }
}

/// The thread: reads the sheets as they are ordered, each until its end or until nobody listens any more.
fn read(book: &mut dyn Book, ordered: &Receiver<Order>, emptied: &Receiver<Batch>) {
    for Order { sheet, to } in ordered {
        let mut batch = Batch::default();
        let end = book.rows(sheet, &mut |row| {
            batch.put(row);
            if !batch.full() {
                return ControlFlow::Continue(());
            }
            let next = emptied.try_recv().unwrap_or_default().empty();
            match to.send(Word::Rows(std::mem::replace(&mut batch, next))) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        // What stands before a fault was read, and counts.
        let _ = to.send(Word::Rows(batch));
        let _ = to.send(Word::End(end));
    }
}

/// Some rows, in buffers that are used again.
#[derive(Default)]
struct Batch {
    rows: Vec<Row>,
    used: usize,
    cells: usize,
    bytes: usize,
}

impl Batch {
    fn rows(&self) -> &[Row] {
        self.rows.get(..self.used).unwrap_or_default()
    }

    fn full(&self) -> bool {
        self.used >= ROWS || self.cells >= CELLS || self.bytes >= BYTES
    }

    /// Ready to be filled again; buffers that a strange row has made large are let go.
    fn empty(self) -> Self {
        if self.cells > 2 * CELLS || self.bytes > 2 * BYTES {
            return Self::default();
        }
        Self {
            rows: self.rows,
            ..Self::default()
        }
    }

    fn put(&mut self, row: &Row) {
        if self.used == self.rows.len() {
            self.rows.push(Row::default());
        }
        let Some(to) = self.rows.get_mut(self.used) else {
            return;
        };
        (to.number, to.hidden) = (row.number, row.hidden);
        to.cells.truncate(row.cells.len());
        for (to, from) in to.cells.iter_mut().zip(&row.cells) {
            match (&mut to.content, &from.content) {
                (Content::Text(to), Content::Text(from)) => to.clone_from(from),
                (to, from) => *to = from.clone(),
            }
            (to.column, to.fill, to.struck) = (from.column, from.fill, from.struck);
            to.shown.clone_from(&from.shown);
        }
        to.cells
            .extend_from_slice(row.cells.get(to.cells.len()..).unwrap_or_default());
        self.used += 1;
        self.cells += row.cells.len();
        self.bytes += row.texts();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::open_bytes;
    use crate::limits::Limits;

    /// A register of so many rows whose texts grow and shrink, with a gap every seventh row.
    fn register(rows: usize) -> Box<dyn Book> {
        let lines = (0..rows).map(|at| match at % 7 {
            0 => format!("{at}\n"),
            rest => format!("{at},{},{}\n", "水".repeat(at % 90), "x".repeat(rest * 40)),
        });
        open_bytes(
            "register",
            lines.collect::<String>().into_bytes(),
            &Limits::default(),
            None,
        )
        .unwrap()
    }

    fn straight(book: &mut dyn Book) -> Vec<Row> {
        let mut rows = Vec::new();
        book.rows(0, &mut |row| {
            rows.push(row.clone());
            ControlFlow::Continue(())
        })
        .unwrap();
        rows
    }

    #[test]
    fn what_is_read_ahead_is_what_is_read_in_place() {
        for rows in [1, 127, 128, 129, 1_000, 5_000] {
            let expected = straight(&mut *register(rows));
            let mut got = Vec::new();
            let end = reading(&mut *register(rows), |ahead| {
                ahead.rows(0, &mut |row| {
                    got.push(row.clone());
                    ControlFlow::Continue(())
                })
            });
            assert_eq!((end, got), (Ok(()), expected), "{rows} rows");
        }
    }

    #[test]
    fn who_breaks_off_may_read_the_sheet_again() {
        let read = |most: usize| {
            let mut count = 0;
            reading(&mut *register(5_000), |ahead| {
                for _ in 0..3 {
                    let end = ahead.rows(0, &mut |_| {
                        count += 1;
                        if count % most == 0 {
                            ControlFlow::Break(())
                        } else {
                            ControlFlow::Continue(())
                        }
                    });
                    assert_eq!(end, Ok(()));
                }
            });
            count
        };
        assert_eq!((read(1), read(300)), (3, 900));
    }

    #[test]
    fn a_fault_comes_after_the_rows_before_it() {
        let limits = Limits {
            cells: 400,
            ..Limits::default()
        };
        let text = "1,2\n".repeat(500);
        let mut book = open_bytes("register", text.into_bytes(), &limits, None).unwrap();
        let mut count = 0;
        let end = reading(&mut *book, |ahead| {
            ahead.rows(0, &mut |_| {
                count += 1;
                ControlFlow::Continue(())
            })
        });
        assert_eq!((end.map_err(|error| error.code), count), (Err("too_many_cells"), 200));
    }
}
