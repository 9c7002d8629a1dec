//! Every numeric limit of the catalogue is answered by `kesu deadlines`: start, stop, clock, responsible, due moment.

use crate::world::{command, printed};

const ZONE: &str = "+08:00";

#[test]
fn every_numeric_limit_of_the_catalogue_is_due_when_the_catalogue_says() {
    let mut wrong = Vec::new();
    let rows: Vec<&str> = include_str!("limits.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    for row in &rows {
        let cells: Vec<&str> = row.split(" | ").map(str::trim).collect();
        let [rule, received, arguments, rest @ ..] = cells.as_slice() else {
            panic!("a row has nine cells: {row}")
        };
        let procedure = format!("P{}", &rule[1..3]);
        let received = format!("{received}{ZONE}");
        let mut args = vec![
            "deadlines",
            "--procedure",
            &procedure,
            "--received",
            &received,
            "--json",
        ];
        // Milestones and moments are written without their zone, fields that are dates have no time.
        let arguments: Vec<String> = arguments.split_whitespace().map(placed).collect();
        args.extend(arguments.iter().map(String::as_str));
        let answer = printed(&command(&args));
        let list = answer["deadlines"].as_array().unwrap();
        let Some(found) = list.iter().find(|one| one["rule"] == *rule) else {
            wrong.push(format!("{rule} is not there"));
            continue;
        };
        let text = |key: &str| {
            found[key]
                .as_str()
                .unwrap_or_default()
                .trim_end_matches(ZONE)
                .to_owned()
        };
        let said = ["from", "until", "clock", "responsible", "target_at", "due_at"].map(text);
        if said.iter().map(String::as_str).ne(rest.iter().copied()) {
            wrong.push(format!("{rule}: {said:?} instead of {rest:?}"));
        }
    }
    assert!(rows.len() >= 48, "only {} rows", rows.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn placed(argument: &str) -> String {
    match argument.split_once('=') {
        Some((_, moment)) if moment.contains('T') && moment.contains(':') => format!("{argument}{ZONE}"),
        _ => argument.to_owned(),
    }
}
