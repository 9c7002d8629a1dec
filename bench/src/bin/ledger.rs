//! Reading a register of 200,000 rows of 15 columns: our dry run against a bare loop over calamine's cells, each in a process
//! of its own, in turns, with peak memory; openpyxl's read-only mode beside them where Python has it.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use calamine::{DataRef, Reader, Xlsx, open_workbook};
use chrono::NaiveDate;
use kesu_bench::Table;
use kesu_bench::alternate::median;
use kesu_bench::register;
use kesu_import::{Options, Source, Unwatched};

/// How often each side is run.
const TURNS: usize = 5;
/// The goals: time against the bare loop, and peak memory in MB.
const GOAL: f64 = 2.0;
const MEMORY: f64 = 128.0;
/// Prints seconds, cells and peak kilobytes, as our own children do.
const OPENPYXL: &str = "
import resource, sys, time
try:
    import openpyxl
except ImportError:
    sys.exit(3)
start = time.perf_counter()
cells = 0
for row in openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True).active.iter_rows(values_only=True):
    cells += sum(value is not None for value in row)
print(time.perf_counter() - start, cells, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
";

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => measure(register::ROWS, true),
        ["--rows", rows] => measure(rows.parse()?, false),
        ["--bare", file] => report(|| bare(Path::new(file))),
        ["--dry-run", file] => report(|| dry_run(Path::new(file))),
        _ => Err(anyhow!("usage: ledger [--rows N]")),
    }
}

/// What a child says of itself.
#[derive(Clone, Copy)]
struct Run {
    seconds: f64,
    counted: f64,
    megabytes: f64,
}

fn measure(rows: u32, python: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("register.xlsx");
    register::write(&file, rows)?;
    let size = std::fs::metadata(&file)?.len() as f64 / 1e6;
    let ours = std::env::current_exe()?;
    let run = |mode: &str| -> Result<Run> {
        child(Command::new(&ours).arg(mode).arg(&file))?.ok_or_else(|| anyhow!("`{mode}` printed no figures"))
    };
    let (mut bare, mut dry) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        bare.push(run("--bare")?);
        dry.push(run("--dry-run")?);
    }
    let read = dry.first().map(|run| run.counted).unwrap_or_default();
    if read != f64::from(rows) {
        return Err(anyhow!("{read} of {rows} records were read"));
    }
    let middle = |runs: &[Run], of: fn(&Run) -> f64| median(&mut runs.iter().map(of).collect::<Vec<_>>());
    let title = format!(
        "A register of {rows} rows of {} columns, {size:.1} MB",
        register::HEADERS.len()
    );
    let mut table = Table::new(title);
    let seconds = |runs: &[Run]| middle(runs, |run| run.seconds);
    let megabytes = |runs: &[Run]| middle(runs, |run| run.megabytes);
    table.row(
        "dry run / bare loop over cells",
        seconds(&dry),
        seconds(&bare),
        "s",
        Some(GOAL),
    );
    table.row("peak memory / bare loop", megabytes(&dry), megabytes(&bare), "MB", None);
    table.row("peak memory / goal", megabytes(&dry), MEMORY, "MB", Some(1.0));
    if python {
        match child(Command::new("python3").args(["-c", OPENPYXL]).arg(&file))? {
            Some(theirs) => {
                table.row("dry run / openpyxl read-only", seconds(&dry), theirs.seconds, "s", None);
                table.row(
                    "peak memory / openpyxl read-only",
                    megabytes(&dry),
                    theirs.megabytes,
                    "MB",
                    None,
                );
            }
            None => println!("python3 with openpyxl is not here: not measured"),
        }
    }
    table.print();
    println!("  {:.0} rows a second in the dry run", f64::from(rows) / seconds(&dry));
    Ok(())
}

/// Runs a child that prints its figures; none if it could not be started or has nothing to say.
fn child(command: &mut Command) -> Result<Option<Run>> {
    let Ok(output) = command.output() else { return Ok(None) };
    if !output.status.success() && output.status.code() != Some(3) {
        return Err(anyhow!("{}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = text
        .split_whitespace()
        .map_while(|figure| figure.parse().ok())
        .collect();
    Ok(match figures.as_slice() {
        &[seconds, counted, kilobytes] => Some(Run {
            seconds,
            counted,
            megabytes: kilobytes / 1024.0,
        }),
        _ => None,
    })
}

/// Does the work and prints seconds, what it counted, and this process's peak memory in kilobytes.
fn report(work: impl FnOnce() -> Result<u64>) -> Result<()> {
    let start = Instant::now();
    let counted = work()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{seconds} {counted} {}", peak()?);
    Ok(())
}

/// The most memory this process has held, in kilobytes.
fn peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("peak memory is read from /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let figure = line
        .and_then(|rest| rest.split_whitespace().next())
        .context("no VmHWM")?;
    Ok(figure.parse()?)
}

/// The baseline: every cell is visited and nothing is done with it.
fn bare(file: &Path) -> Result<u64> {
    let mut book: Xlsx<_> = open_workbook(file)?;
    let sheet = book.sheet_names().first().cloned().context("no sheet")?;
    let mut cells = book.worksheet_cells_reader(&sheet)?;
    let mut count = 0;
    while let Some(cell) = cells.next_cell()? {
        count += u64::from(!matches!(cell.get_value(), DataRef::Empty));
    }
    Ok(count)
}

/// What `kesu import --dry-run` does with a file.
fn dry_run(file: &Path) -> Result<u64> {
    let sources = [Source::file(file)];
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).context("a day")?;
    let report = kesu_import::dry_run(&sources, &Options::default(), today, &mut Unwatched);
    if let Some(unreadable) = report.files.iter().find_map(|file| file.unreadable.as_ref()) {
        return Err(anyhow!("{unreadable}"));
    }
    let totals = report.totals();
    Ok(totals.created + totals.merged)
}
