//! Counts a period again from what `kesu export` wrote as csv in English, and knows nothing of the program that it checks:
//! `recount FILE.csv 2026Q3` prints the additive figures as JSON.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

/// Columns that complaints are counted by, and what a rollup calls them.
const AXES: &[(&str, &str)] = &[
    ("class", "class"),
    ("department", "department"),
    ("channel", "channel"),
    ("product_name", "product"),
    ("cause_code", "cause"),
    ("responsible_party", "responsible_party"),
];
/// What the export calls the stage of what is no complaint.
const NO_COMPLAINT: &str = "not a complaint";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, period] = args.as_slice() else {
        eprintln!("recount: wants a csv file and a period such as 2026-07, 2026Q3 or 2026");
        return ExitCode::from(2);
    };
    match counted(file, period) {
        Ok(figures) => {
            println!("{figures}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("recount: {error}");
            ExitCode::from(1)
        }
    }
}

/// The months of a period as `yyyy-mm`.
fn months(period: &str) -> Option<Vec<String>> {
    let month = |year: &str, month: u32| format!("{year}-{month:02}");
    if let Some((year, quarter)) = period.split_once('Q') {
        let first = quarter
            .parse::<u32>()
            .ok()
            .filter(|quarter| (1..=4).contains(quarter))?
            * 3
            - 2;
        return Some((first..first + 3).map(|n| month(year, n)).collect());
    }
    if period.len() == 4 {
        return Some((1..=12).map(|n| month(period, n)).collect());
    }
    (period.len() == 7).then(|| vec![period.to_owned()])
}

fn counted(file: &str, period: &str) -> Result<Value, String> {
    let months = months(period).ok_or_else(|| format!("`{period}` is no period"))?;
    let last = months.last().cloned().unwrap_or_default();
    let bytes = std::fs::read(file).map_err(|error| format!("`{file}`: {error}"))?;
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(bytes);
    let keys = reader.headers().map_err(|error| error.to_string())?.clone();
    let (mut received, mut others, mut closed, mut open) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut by: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    let mut amount = 0_i64;
    // Titles stand below the keys.
    for record in reader.records().skip(1) {
        let record = record.map_err(|error| error.to_string())?;
        let cell = |key: &str| {
            let place = keys.iter().position(|own| own == key);
            place.and_then(|place| record.get(place)).unwrap_or_default()
        };
        let month = |key: &str| cell(key).get(..7).unwrap_or_default().to_owned();
        let (came, ended) = (month("received_at"), month("closed_at"));
        if came > last {
            continue;
        }
        let came_now = months.contains(&came);
        if cell("stage") == NO_COMPLAINT {
            others += u64::from(came_now);
            continue;
        }
        closed += u64::from(months.contains(&ended));
        open += u64::from(ended.is_empty() || ended > last);
        if !came_now {
            continue;
        }
        received += 1;
        *by.entry("month").or_default().entry(came).or_default() += 1;
        for (column, axis) in AXES {
            let value = cell(column);
            if !value.is_empty() {
                *by.entry(axis).or_default().entry(value.to_owned()).or_default() += 1;
            }
        }
        amount += cents(cell("amount"))?;
    }
    Ok(json!({
        "period": period,
        "complaints": {"received": received, "not_complaints": others, "closed": closed, "open_at_end": open},
        "by": by,
        "amount_in_cents": amount,
    }))
}

/// An amount in hundredths; other currencies stand as text with their name and are left out.
fn cents(text: &str) -> Result<i64, String> {
    if text.is_empty() || text.contains(' ') {
        return Ok(0);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let number = format!("{whole}{:0<2}", part.get(..2).unwrap_or(part));
    number.parse().map_err(|_| format!("`{text}` is no amount"))
}
