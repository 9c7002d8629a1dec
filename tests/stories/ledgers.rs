//! The sample ledgers: a dry run of each gives the report that was written beside it by hand, nothing more and nothing less.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::world::{command, printed};

/// Where they lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/ledgers")
}

/// The ledgers by name.
pub fn ledgers() -> Vec<PathBuf> {
    let begins_with_a_number = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        path.is_file() && name.starts_with(|first: char| first.is_ascii_digit())
    };
    let mut all: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(begins_with_a_number)
        .collect();
    all.sort();
    assert!(all.len() >= 20);
    all
}

#[test]
fn a_dry_run_of_each_sample_ledger_gives_the_report_that_is_right_for_it() {
    let files = ledgers();
    let mut args = vec!["import", "--dry-run", "--json"];
    args.extend(files.iter().map(|path| path.to_str().unwrap()));
    let report = printed(&command(&args));
    let mut faults = Vec::new();
    for (file, read) in files.iter().zip(report["files"].as_array().unwrap()) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(folder().join("expected").join(format!("{name}.json"))).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let found = differences(&expected, read);
        println!("{name}: {} differences", found.len());
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// How a report differs from the expected one, a line each.
pub fn differences(expected: &Value, read: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    mapping(expected, read, &mut faults);
    records(expected, read, &mut faults);
    for what in ["skipped", "rejected"] {
        let (wanted, got) = (places(&expected[what]), places(&read[what]));
        for place in wanted.difference(&got) {
            faults.push(format!("{what}: {} is missing", at(place)));
        }
        for place in got.difference(&wanted) {
            faults.push(format!(
                "{what}: {} should not be: {}",
                at(place),
                said(&read[what], place)
            ));
        }
    }
    warnings(expected, read, &mut faults);
    let asked: BTreeSet<_> = list(&read["questions"])
        .iter()
        .filter_map(|asked| asked["header"].as_str().or(asked.as_str()).map(bare))
        .collect();
    for question in list(&expected["questions"]) {
        let header = bare(question.as_str().unwrap());
        if !asked.contains(&header) {
            faults.push(format!("nothing is asked about `{header}`"));
        }
    }
    for total in ["rows", "created", "merged", "unchanged", "skipped", "rejected"] {
        let (wanted, got) = (&expected["totals"][total], &read["totals"][total]);
        if wanted != got {
            faults.push(format!("totals: {got} {total}, not {wanted}"));
        }
    }
    faults
}

fn mapping(expected: &Value, read: &Value, faults: &mut Vec<String>) {
    let of = |report: &Value| -> BTreeMap<String, String> {
        let fields = report["mapping"].as_object().cloned().unwrap_or_default();
        fields
            .into_iter()
            .map(|(header, field)| (bare(&header), field.as_str().unwrap_or("nothing").to_owned()))
            .collect()
    };
    let (wanted, got) = (of(expected), of(read));
    for (header, field) in &wanted {
        match got.get(header) {
            Some(other) if other == field => {}
            other => faults.push(format!("mapping: `{header}` is {other:?}, not {field}")),
        }
    }
    for header in got.keys().filter(|header| !wanted.contains_key(*header)) {
        faults.push(format!("mapping: there is no header `{header}`"));
    }
}

fn records(expected: &Value, read: &Value, faults: &mut Vec<String>) {
    let of = |report: &Value| -> BTreeMap<(String, u64), Value> {
        list(&report["records"])
            .iter()
            .map(|record| (place(&record["_src"]), record.clone()))
            .collect()
    };
    let (wanted, got) = (of(expected), of(read));
    for (place, record) in &wanted {
        let Some(other) = got.get(place) else {
            faults.push(format!("records: {} is missing", at(place)));
            continue;
        };
        let (record, other) = (record.as_object().unwrap(), other.as_object().unwrap());
        let fields: BTreeSet<_> = record
            .keys()
            .chain(other.keys())
            .filter(|field| is_field(field))
            .collect();
        for field in fields {
            let (value, given) = (record.get(field), other.get(field));
            if !same(value, given) {
                let show = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
                faults.push(format!(
                    "records: {} {field} is {}, not {}",
                    at(place),
                    show(given),
                    show(value)
                ));
            }
        }
        let others: BTreeMap<_, _> = extra(other);
        for (header, text) in extra(record) {
            if others.get(&header) != Some(&text) {
                faults.push(format!(
                    "records: {} column `{header}` is {:?}, not {text:?}",
                    at(place),
                    others.get(&header)
                ));
            }
        }
        if let Some(count) = record.get("_pictures").and_then(Value::as_u64) {
            let given = other.get("_pictures").map_or(0, |given| {
                given
                    .as_array()
                    .map_or(given.as_u64().unwrap_or(0), |all| all.len() as u64)
            });
            if given != count {
                faults.push(format!("records: {} has {given} pictures, not {count}", at(place)));
            }
        }
    }
    for place in got.keys().filter(|place| !wanted.contains_key(*place)) {
        faults.push(format!("records: {} should not be", at(place)));
    }
}

/// A warning is wanted for a row, or for a sheet where its row is 0; any other row that is warned about is a false alarm.
fn warnings(expected: &Value, read: &Value, faults: &mut Vec<String>) {
    let (wanted, mut got) = (places(&expected["warnings"]), places(&read["warnings"]));
    let sheets: BTreeSet<_> = wanted
        .iter()
        .filter(|(_, row)| *row == 0)
        .map(|(sheet, _)| sheet)
        .collect();
    for place in &wanted {
        let heard = got.contains(place) || (place.1 == 0 && got.iter().any(|(sheet, _)| *sheet == place.0));
        if !heard {
            faults.push(format!(
                "warnings: {} is missing: {}",
                at(place),
                said(&expected["warnings"], place)
            ));
        }
    }
    for harmless in places(&expected["may_warn"]) {
        got.remove(&harmless);
    }
    for place in got.difference(&wanted).filter(|(sheet, _)| !sheets.contains(sheet)) {
        faults.push(format!(
            "warnings: {} is a false alarm: {}",
            at(place),
            said(&read["warnings"], place)
        ));
    }
}

/// Absent is blank, and a count is the same with and without a decimal point.
fn same(wanted: Option<&Value>, got: Option<&Value>) -> bool {
    match (wanted, got) {
        (None, None) => true,
        (None, Some(value)) | (Some(value), None) => value.is_null() || value == "",
        (Some(wanted), Some(got)) => match (wanted.as_f64(), got.as_f64()) {
            (Some(wanted), Some(got)) => wanted == got,
            _ => wanted == got,
        },
    }
}

fn is_field(name: &str) -> bool {
    !name.starts_with('_') && name != "extra"
}

/// Columns without a field, by bare header.
fn extra(record: &serde_json::Map<String, Value>) -> BTreeMap<String, String> {
    let columns = ["_extra", "extra"]
        .iter()
        .find_map(|name| record.get(*name)?.as_object())
        .cloned()
        .unwrap_or_default();
    columns
        .into_iter()
        .map(|(header, text)| (bare(&header), text.as_str().map_or(text.to_string(), str::to_owned)))
        .collect()
}

/// A header without blanks and line breaks, brackets of either width alike.
fn bare(header: &str) -> String {
    header
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .map(|sign| match sign {
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn place(told: &Value) -> (String, u64) {
    (
        told["sheet"].as_str().unwrap_or_default().to_owned(),
        told["row"].as_u64().unwrap_or(0),
    )
}

fn places(told: &Value) -> BTreeSet<(String, u64)> {
    list(told).iter().map(place).collect()
}

fn at((sheet, row): &(String, u64)) -> String {
    format!("{sheet}!{row}")
}

fn said(told: &Value, wanted: &(String, u64)) -> String {
    let all: Vec<_> = list(told)
        .iter()
        .filter(|told| place(told) == *wanted)
        .map(|told| {
            told["message"]
                .as_str()
                .or(told["reason"].as_str())
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    all.join("; ")
}
