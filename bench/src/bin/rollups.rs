//! A year's rollup beside a bare fold over the same items, once anew and once with its months counted before, as schedules do;
//! and the year simulated under another limit.
//!
//! `rollups [COMPLAINTS]`: 100,000 where nothing is said. With `bench/.venv` holding pandas, pandas counts the exported sheet.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use kesu_app::simulate::{Slice, Wanted};
use kesu_app::store::{Figures, HeadRecord, Local};
use kesu_app::texts::Language;
use kesu_bench::Table;
use kesu_bench::copies::{failed, fill, lived};
use kesu_bench::office::Bench;
use kesu_import::export::{Format, export};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::stage::Stage;
use kesu_rules::rollup::Period;

/// Tuesday morning, in working time; the clones follow week by week.
const START: &str = "2025-01-07T01:00:00Z";
/// As of when everything is counted.
const NOW: &str = "2026-02-02T01:00:00Z";
const YEAR: &str = "2025";
/// Ours against the bare fold.
const GOAL: f64 = 1.5;
/// Items read a complaint.
const ITEMS: f64 = 1.1;
/// Rows and heads read at a time by the bare fold, as by ours.
const PAGE: u32 = 1000;
const PYTHON: &str = "bench/.venv/bin/python";
const PANDAS: &str = "import sys, time, pandas
began = time.monotonic()
sheet = pandas.read_csv(sys.argv[1], skiprows=[1], low_memory=False)
month = sheet['received_at'].str[:7]
sheet[month.str[:4] == '2025'].groupby([month, 'class']).size()
sheet['closed_at'].str[:7].value_counts()
print(time.monotonic() - began)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let count = match std::env::args().nth(1) {
        Some(text) => text.parse().context("a number of complaints")?,
        None => 100_000,
    };
    let folder = kesu_bench::folder()?;
    let (start, now): (DateTime<Utc>, DateTime<Utc>) = (START.parse()?, NOW.parse()?);
    let bench = Bench::open("P20", start, &folder.path().join("outbox")).await?;
    let began = Instant::now();
    // The models live beside the year and are not counted with it: they move to a month that nobody asks for.
    let models = lived(&bench, start).await?;
    // In a file, also where that is in memory: SQLite by itself holds no more than a gigabyte there.
    let year = Local::open(&folder.path().join("year.db"))?;
    let outbox = folder.path().join("outbox");
    let filled = Bench::on(year, "P20", now, &outbox).await?;
    fill(&filled.local.client(), (0..count).map(|n| models.items(n, true))).await?;
    println!("{count} complaints written in {} s", began.elapsed().as_secs());
    let app = &filled.app;
    let period: Period = YEAR.parse()?;

    let mut table = Table::new(format!("the rollup of a year, {count} complaints"));
    app.store.meter().take();
    let began = Instant::now();
    let (received, _) = bare(&filled).await?;
    let (bare_time, bare_read) = (began.elapsed(), app.store.meter().take());
    let began = Instant::now();
    let version = kesu_report::run(app, "P20", period, now).await.map_err(failed)?;
    let (time, read) = (began.elapsed(), app.store.meter().take());
    std::fs::remove_dir_all(outbox.join("blobs/lines"))?;
    for month in period.months() {
        kesu_report::look(app, "P20", month, now).await.map_err(failed)?;
    }
    app.store.meter().take();
    let began = Instant::now();
    let again = kesu_report::run(app, "P20", period, now).await.map_err(failed)?;
    let (folded, less) = (began.elapsed(), app.store.meter().take());
    anyhow::ensure!(again.version == version.version, "the months made another year");
    let counted = serde_json::to_value(&version.figures)?;
    let counted = counted
        .pointer("/complaints/received")
        .and_then(serde_json::Value::as_u64);
    anyhow::ensure!(
        counted == Some(received),
        "{counted:?} were counted instead of {received}"
    );
    let each = |figures: &Figures| figures.reads() / count as f64;
    table.row("seconds", seconds(time), seconds(bare_time), "s", Some(GOAL));
    table.row(
        "read units a complaint",
        each(&read),
        each(&bare_read),
        "RRU",
        Some(GOAL),
    );
    table.row(
        "items read a complaint",
        items(&read, count),
        items(&bare_read, count),
        "",
        None,
    );
    table.row(
        "seconds, its months counted",
        seconds(folded),
        seconds(bare_time),
        "s",
        Some(GOAL),
    );
    table.row(
        "items read a complaint, its months counted",
        items(&less, count),
        1.0,
        "",
        Some(ITEMS),
    );
    pandas(&filled, folder.path(), time, &mut table).await?;
    table.print();
    simulated(&filled, period, now, count).await
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}

fn items(figures: &Figures, count: usize) -> f64 {
    figures.evaluated as f64 / count as f64
}

/// What any program would have to do: read the year's rows and heads, and count complaints by month and class.
async fn bare(bench: &Bench) -> Result<(u64, BTreeMap<(String, String), u64>)> {
    let mut counts: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut received = 0;
    for month in 1..=12 {
        let month = format!("{YEAR}-{month:02}");
        let mut cursor = None;
        loop {
            let page = bench.app.store.month(&month, 0, PAGE, cursor.as_deref()).await?;
            let ids: Vec<String> = page.items.into_iter().map(|row| row.id).collect();
            let heads: Vec<HeadRecord> = bench.app.store.heads(&ids).await?;
            for head in heads {
                let it: Complaint = serde_json::from_str(&head.state)?;
                if it.stage != Stage::NotAComplaint {
                    received += 1;
                    *counts.entry((month.clone(), it.class)).or_default() += 1;
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok((received, counts))
}

async fn pandas(bench: &Bench, folder: &Path, ours: Duration, table: &mut Table) -> Result<()> {
    let has = Command::new(PYTHON).args(["-c", "import pandas"]).output();
    if !has.is_ok_and(|done| done.status.success()) {
        println!(
            "left out: `{PYTHON}` has no pandas (python3 -m venv bench/.venv && bench/.venv/bin/pip install pandas)"
        );
        return Ok(());
    }
    let sheet = folder.join("year.csv");
    let written = export(&bench.app, &Default::default(), Language::ZhHans, Format::Csv, &sheet).await;
    written.context("the export")?;
    let done = Command::new(PYTHON).args(["-c", PANDAS]).arg(&sheet).output()?;
    let text = String::from_utf8_lossy(&done.stdout).trim().to_owned();
    let theirs: f64 = text
        .parse()
        .with_context(|| String::from_utf8_lossy(&done.stderr).into_owned())?;
    table.row(
        "seconds, beside pandas on the exported sheet",
        seconds(ours),
        theirs,
        "s",
        None,
    );
    Ok(())
}

/// The year under a shorter limit; its logs are read and lived again.
async fn simulated(bench: &Bench, period: Period, now: DateTime<Utc>, count: usize) -> Result<()> {
    let changes = vec!["T20.1.within=2 weeks".parse()?];
    let wanted = Wanted {
        period,
        of: Some("P20".to_owned()),
        procedure: Some(bench.app.changed_procedure("P20", &changes).map_err(failed)?),
        changes,
        calendar: None,
    };
    let slice = Slice {
        complaints: u64::MAX,
        rows: 1000,
    };
    bench.app.store.meter().take();
    let began = Instant::now();
    let found = bench.app.simulate(&wanted, slice, None, now).await.map_err(failed)?;
    let (time, read) = (began.elapsed(), bench.app.store.meter().take());
    let mut table = Table::new(format!("the year simulated with another limit, {count} complaints"));
    // Minutes, not hours.
    table.row("minutes", seconds(time) / 60.0, 1.0, "min", Some(10.0));
    table.row(
        "milliseconds a complaint",
        seconds(time) * 1000.0 / count as f64,
        1.0,
        "ms",
        None,
    );
    table.row("read units a complaint", read.reads() / count as f64, 1.0, "RRU", None);
    table.print();
    let totals = &found.totals;
    println!(
        "  {} looked at, {} differ, {} could not be looked at; late {} before, {} after",
        totals.complaints, totals.differ, found.unread_count, totals.late.before, totals.late.after
    );
    Ok(())
}
