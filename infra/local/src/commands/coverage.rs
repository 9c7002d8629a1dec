//! `kesu procedures coverage`: which rows of the rule catalogue the procedures carry, and which case shows it.

use std::collections::BTreeSet;
use std::process::ExitCode;

use kesu_rules::procedure::coverage::{Catalogue, Coverage, Pack, Row, Status, UNUSED, coverage};
use kesu_rules::procedure::load::Source;
use serde_json::{Value, json};

use super::procedures::read;
use super::{DONE, print};
use crate::failure::Failure;

/// Every row of the catalogue, with the procedures it concerns.
const CATALOGUE: &str = include_str!("../../../../tests/catalogue.txt");

pub fn run(paths: &[String], as_json: bool) -> Result<ExitCode, Failure> {
    let mut catalogue = Catalogue::parse(CATALOGUE);
    let named = if paths.is_empty() {
        Source::shipped_ids()
    } else {
        paths.to_vec()
    };
    let mut packs = Vec::new();
    for path in &named {
        let (source, cases) = read(path)?;
        let id = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path).to_owned();
        packs.push(Pack { id, source, cases });
    }
    if !paths.is_empty() {
        // Of single procedures only the rows are asked for that concern nobody else.
        let ids: BTreeSet<String> = packs.iter().map(|pack| pack.id.clone()).collect();
        catalogue = catalogue.only(&ids);
    }
    let found = coverage(&packs, &catalogue, &Source::shipped);
    for fault in &found.faults {
        eprintln!("{fault}");
    }
    if as_json {
        let rows: Vec<Value> = found.rows.iter().map(|row| json!(row)).collect();
        print(&Value::from(rows));
    } else {
        table(&found);
    }
    let whole = found.count(Status::Missing) == 0 && found.faults.is_empty();
    Ok(if whole { DONE } else { ExitCode::from(1) })
}

/// What authors must look at comes first: what is missing, then rules that no case makes use of.
fn table(found: &Coverage) {
    let order = |row: &&Row| match row.status {
        Status::Missing => 0,
        Status::Setting if row.reason.as_deref() == Some(UNUSED) => 1,
        Status::Setting => 2,
        Status::Out => 3,
        Status::Carried => 4,
    };
    let mut rows: Vec<&Row> = found.rows.iter().collect();
    rows.sort_by_key(order);
    for row in rows {
        let said = [row.place.as_deref(), row.case.as_deref(), row.reason.as_deref()];
        let said: Vec<&str> = said.into_iter().flatten().collect();
        println!("{:8} {:8} {}", row.id, row.status.name(), said.join("  "));
    }
    let all = [Status::Carried, Status::Setting, Status::Out, Status::Missing];
    let counts: Vec<String> = all
        .iter()
        .map(|status| format!("{} {}", found.count(*status), status.name()))
        .collect();
    println!(
        "{} rows: {}; {} cases run, {} faults",
        found.rows.len(),
        counts.join(", "),
        found.run,
        found.faults.len()
    );
}
