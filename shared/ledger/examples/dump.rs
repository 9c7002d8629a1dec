//! Dev: dumps a book.
use std::ops::ControlFlow;
use std::path::Path;
fn main() {
    for f in std::env::args().skip(1) {
        let start = std::time::Instant::now();
        match kesu_ledger::book::open(Path::new(&f), &kesu_ledger::limits::Limits::default(), None) {
            Err(e) => println!("{f}\tUNREADABLE\t{e}\t{} ms", start.elapsed().as_millis()),
            Ok(mut b) => {
                let sheets = b.sheets().to_vec();
                let quiet = std::env::var("QUIET").is_ok();
                let mut n = 0u64;
                for (i, s) in sheets.iter().enumerate() {
                    if !quiet {
                        println!(
                            "{f}\tSHEET\t{} {:?} merges {:?} hidcol {:?} comments {:?} pics {:?}",
                            s.name, s.visibility, s.merges, s.hidden_columns, s.comments, s.pictures
                        );
                    }
                    let r = b.rows(i, &mut |row| {
                        n += row.cells.len() as u64;
                        if !quiet {
                            println!(
                                "{f}\tROW\t{} {} {:?}",
                                row.number,
                                row.hidden,
                                row.cells
                                    .iter()
                                    .map(|c| (c.column, &c.content, &c.shown, c.fill, c.struck))
                                    .collect::<Vec<_>>()
                            );
                        }
                        ControlFlow::Continue(())
                    });
                    if let Err(e) = r {
                        println!("{f}\tSHEETERR\t{} {e}", s.name);
                    }
                }
                println!("{f}\tREAD {} cells {n} in {} ms", b.kind(), start.elapsed().as_millis());
            }
        }
    }
}
