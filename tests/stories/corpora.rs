//! Public workbooks (`samples/ledgers/corpora.sh` fetches them): every one of them ends in rows or in a stated refusal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::world::kesu;

/// The most time that a workbook may take.
const TIME: Duration = Duration::from_secs(20);

#[test]
#[ignore = "wants the workbooks that samples/ledgers/corpora.sh fetches"]
fn every_public_workbook_ends_in_rows_or_a_stated_refusal() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tmp/ledger-corpora");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(!files.is_empty(), "run samples/ledgers/corpora.sh first");
    files.sort();
    let counts = Mutex::new(BTreeMap::<String, u64>::new());
    let faults = Mutex::new(Vec::new());
    let next = Mutex::new(files.iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(file) = next.lock().unwrap().next() else { break };
                    match end(file) {
                        Ok(ended) => *counts.lock().unwrap().entry(ended).or_default() += 1,
                        Err(fault) => faults.lock().unwrap().push(format!("{}: {fault}", file.display())),
                    }
                }
            });
        }
    });
    println!("{} workbooks", files.len());
    for (ended, count) in counts.into_inner().unwrap() {
        println!("{count:6}  {ended}");
    }
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files)
        } else {
            files.push(path)
        }
    }
}

/// How a dry run ends: `read`, or the code of its refusal; anything else is a fault.
fn end(file: &Path) -> Result<String, String> {
    let start = Instant::now();
    let output = Command::new(kesu())
        .args(["import", "--dry-run", "--json"])
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| error.to_string())?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if start.elapsed() > TIME {
        return Err(format!("took {} s", start.elapsed().as_secs()));
    }
    if errors.contains("panicked") || !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!("ended with {:?}: {errors}", output.status.code()));
    }
    let report: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("no report ({error}): {errors}"))?;
    let read = &report["files"][0];
    if let Some(code) = read["unreadable"]["code"].as_str() {
        return Ok(format!("refused: {code}"));
    }
    let totals = &read["totals"];
    let total = |name: &str| totals[name].as_u64().unwrap_or(0);
    let parts: u64 = ["created", "merged", "unchanged", "skipped", "rejected"]
        .iter()
        .map(|name| total(name))
        .sum();
    if total("rows") != parts {
        return Err(format!("rows do not add up: {totals}"));
    }
    Ok(if parts == 0 { "read: nothing in it" } else { "read" }.to_owned())
}
