//! Taking an old register in: complaints a second on one machine, and the capacity units that it would cost on DynamoDB; then
//! the same file again, which changes nothing.
//!
//! `registers [ROWS]`: 20,000 rows where nothing is said.

use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use kesu_app::Problem;
use kesu_app::store::Figures;
use kesu_bench::office::Bench;
use kesu_bench::{Table, register};
use kesu_import::{Options, Report, Source, Unwatched, run};
use kesu_rules::domain::facts::Actor;

/// When it is imported.
const NOW: &str = "2026-03-10T02:00:00Z";
/// What a file costs that was fed before, against the first time, by the price list (a read unit costs a fifth of a write unit).
const AGAIN: f64 = 0.10;

#[tokio::main]
async fn main() -> Result<()> {
    let rows = match std::env::args().nth(1) {
        Some(text) => text.parse().context("a number of rows")?,
        None => 20_000,
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("register.xlsx");
    register::write(&file, rows)?;
    let now: DateTime<Utc> = NOW.parse()?;
    let bench = Bench::open("P19", now, folder.path()).await?;
    let sources = [Source::file(&file)];
    let (first, seconds, cost) = measured(&bench, &sources).await?;
    if first.totals().created != u64::from(rows) {
        return Err(anyhow!("{:?}", first.totals()));
    }
    let (second, seconds_again, again) = measured(&bench, &sources).await?;
    if second.totals().unchanged != u64::from(rows) {
        return Err(anyhow!("{:?}", second.totals()));
    }
    let each = |units: f64| units / f64::from(rows);
    println!(
        "{rows} rows: {:.0} complaints a second in memory; {:.1} WRU and {:.2} RRU each",
        f64::from(rows) / seconds,
        each(cost.writes()),
        each(cost.reads())
    );
    println!(
        "again: {:.0} rows a second; {:.3} WRU and {:.2} RRU each",
        f64::from(rows) / seconds_again,
        each(again.writes()),
        each(again.reads())
    );
    let priced = |figures: &Figures| figures.writes() + figures.reads() / 5.0;
    let mut table = Table::new(format!("a register of {rows} rows, real runs"));
    table.row(
        "the same file again / first, by price",
        priced(&again),
        priced(&cost),
        "WRU",
        Some(AGAIN),
    );
    table.print();
    Ok(())
}

async fn measured(bench: &Bench, sources: &[Source]) -> Result<(Report, f64, Figures)> {
    bench.app.store.meter().take();
    let began = Instant::now();
    let report = run(&bench.app, sources, &Options::default(), &Actor::System, &mut Unwatched).await;
    let report = report.map_err(|problem: Problem| anyhow!("{problem:?}"))?;
    Ok((report, began.elapsed().as_secs_f64(), bench.app.store.meter().take()))
}
