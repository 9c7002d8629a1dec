//! The shipped packs load, and each rule of their sheets stands in them.

use super::cases;
use super::load::{Source, shipped};
use crate::clock::WorkCalendar;

#[test]
fn every_shipped_pack_loads() {
    let ids = Source::shipped_ids();
    assert!(!ids.is_empty());
    for id in ids {
        if let Err(faults) = shipped(&id).unwrap() {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{id}:\n{}", all.join("\n"));
        }
    }
}

#[test]
fn every_case_of_every_shipped_pack_comes_out_as_it_says() {
    let calendar = WorkCalendar::builtin("cn").unwrap();
    let mut wrong = Vec::new();
    let mut played = 0;
    for id in Source::shipped_ids() {
        let procedure = shipped(&id).unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
        for (file, text) in Source::shipped_cases(&id) {
            if !file.ends_with(".toml") {
                continue;
            }
            let cases = cases::parse(&text).unwrap_or_else(|error| panic!("{id}/cases/{file}: {error}"));
            for case in cases.case {
                played += 1;
                if let Err(all) = cases::run(&case, &procedure, calendar) {
                    wrong.push(format!("{id}/{file}#{}\n  {}", case.name, all.join("\n  ")));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {played} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(played > 0);
}
