//! The labelled texts of `samples/classification`: what was reached is the floor, and no grave text is ever taken too lightly.

use super::{check, procedure};
use crate::classify::score::{Labelled, Tally, first_limit, mark};

const TUNING: &str = include_str!("../../../../../samples/classification/tuning.jsonl");
const HELD_OUT: &str = include_str!("../../../../../samples/classification/held_out.jsonl");
/// Written by another author after the words were chosen.
const FRESH: &str = include_str!("../../../../../samples/classification/fresh.jsonl");

/// The texts that the second reader learned from.
fn learning() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/classification/learning");
    let files = std::fs::read_dir(folder).expect("the samples are there");
    let text = |file: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(file.unwrap().path()).unwrap();
    files.map(text).collect::<Vec<_>>().join("\n")
}

/// Scores a file without printing its texts.
fn tally(lines: &str) -> Tally {
    let mut tally = Tally::default();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let labelled: Labelled = serde_json::from_str(line).expect("a labelled text reads");
        let verdict = check(&labelled.procedure, &labelled.text);
        let by = procedure(&labelled.procedure);
        let limit = first_limit(by, &verdict);
        let mark = mark(&labelled, &verdict, by.classifier.axes(), limit);
        tally.add(&labelled, &verdict, mark);
    }
    println!("{tally:?}");
    tally
}

fn floor(tally: Tally, class: u32, department: u32) {
    assert!(tally.class * 100 >= class * tally.texts, "{tally:?}");
    assert!(tally.department * 100 >= department * tally.texts, "{tally:?}");
}

#[test]
fn the_texts_that_may_be_looked_at_are_sorted_as_labelled() {
    floor(tally(TUNING), 97, 97);
}

#[test]
fn texts_that_nobody_tuned_by_are_sorted_nearly_as_well() {
    floor(tally(HELD_OUT), 90, 95);
    floor(tally(FRESH), 93, 96);
}

#[test]
fn no_grave_text_lies_below_its_class_without_somebody_looking() {
    assert_eq!(tally(TUNING).below, 0);
    assert_eq!(tally(HELD_OUT).below, 0);
    assert_eq!(tally(FRESH).below, 0);
    assert_eq!(tally(&learning()).below, 0);
}
