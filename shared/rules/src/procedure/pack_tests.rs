//! The shipped packs load, and each rule of their sheets stands in them.

use super::load::{Source, shipped};
use super::trial::trial;
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
fn no_two_shipped_procedures_write_the_same_numbers() {
    let mut patterns = std::collections::BTreeMap::new();
    for id in Source::shipped_ids() {
        let procedure = shipped(&id)
            .unwrap()
            .unwrap_or_else(|faults| panic!("{id}: {faults:?}"));
        let pattern = procedure.pack.numbering.pattern.clone();
        let other = patterns.insert(pattern.clone(), id.clone());
        assert_eq!(other, None, "{id} has the pattern of another: {pattern}");
    }
}

#[test]
fn every_case_of_every_shipped_pack_comes_out_as_it_says() {
    let calendar = WorkCalendar::builtin("cn").unwrap();
    let mut wrong = Vec::new();
    let mut played = 0;
    for id in Source::shipped_ids() {
        let procedure = shipped(&id).unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
        let trial = trial(&procedure, &Source::shipped_cases(&id), calendar);
        played += trial.run;
        wrong.extend(trial.faults.iter().map(|fault| format!("{id}/{fault}")));
    }
    assert!(
        wrong.is_empty(),
        "{} of {played} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(played > 0);
}

/// `R19.01` to `R19.50` and what else the catalogue numbers by procedure.
fn rows(kind: &str, procedure: &str, count: u32, width: usize) -> Vec<String> {
    (1..=count).map(|n| format!("{kind}{procedure}.{n:0width$}")).collect()
}

#[rstest::rstest]
#[case("10", [21, 4, 4, 4], &["A13", "D12", "K09", "F23", "N1"])]
#[case("19", [50, 14, 8, 6], &[
    "A20", "A21", "A22", "A23", "A24", "A25", "A26", "A27", "A28", "A29", "A34", "D22", "D23", "D24", "K07", "K08", "F37", "F38",
    "F39", "F40", "F41", "F42", "F43", "F44", "F45", "F46", "F47", "F48", "N1", "N7", "N9",
])]
#[case("20", [29, 6, 3, 4], &["A30", "A31", "D25", "K11", "F49", "F50", "N2", "N8"])]
fn every_row_of_a_sheet_stands_in_its_pack(#[case] number: &str, #[case] counts: [u32; 4], #[case] others: &[&str]) {
    let source = Source::shipped(&format!("P{number}")).unwrap();
    let text: String = source.files.values().map(String::as_str).collect();
    let [rules, times, at_once, classes] = counts;
    let mut wanted = rows("R", number, rules, 2);
    wanted.extend(rows("T", number, times, 1));
    wanted.extend(rows("I", number, at_once, 1));
    wanted.extend(rows("C", number, classes, 1));
    wanted.extend(others.iter().map(ToString::to_string));
    let stands = |id: &str| {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
        text.match_indices(id)
            .any(|(at, _)| ends(text.get(at + id.len()..).unwrap_or_default()))
    };
    let missing: Vec<&String> = wanted.iter().filter(|id| !stands(id)).collect();
    assert!(missing.is_empty(), "P{number} lacks {missing:?}");
}
