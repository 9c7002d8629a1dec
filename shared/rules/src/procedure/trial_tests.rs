//! Cases of duties, forms, states and texts: what passes, what fails, and where a failure is told.

use super::*;
use crate::procedure::load::{Source, load};

fn tried(id: &str, name: &str, text: &str) -> Trial {
    let procedure = load(&Source::shipped(id).unwrap(), &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}"));
    let calendar = WorkCalendar::builtin("cn").unwrap();
    trial(&procedure, &[(name.to_owned(), text.to_owned())], calendar)
}

fn passes(id: &str, text: &str) -> Seen {
    let trial = tried(id, "a.toml", text);
    assert_eq!(trial.faults, []);
    trial.passed.into_iter().next().unwrap().1
}

fn fails(id: &str, text: &str, line: usize, words: &str) {
    let trial = tried(id, "a.toml", text);
    let hit = trial
        .faults
        .iter()
        .any(|fault| fault.line == line && fault.message.contains(words));
    assert!(hit, "{line} `{words}` is not among {:#?}", trial.faults);
    assert!(trial.passed.is_empty());
}

const APRIL: &str = "[[duty]]\nname = \"E21\"\nrule = \"T19.11\"\non = \"2025-04-28\"\n";

#[test]
fn a_duty_is_looked_at_by_its_own_id_or_its_limits() {
    let then = "then = { period = \"2025-04\", due_at = \"2025-05-09 24:00\", owner = \"总经理办公室\", receivers = [\"总经理\"] }\n";
    let seen = passes("P19", &format!("{APRIL}{then}"));
    assert!(seen.items.contains(&way!["duty", 0]), "{seen:?}");
}

#[test]
fn a_duty_that_is_due_on_another_day_fails_at_its_name() {
    fails(
        "P19",
        &format!("{APRIL}then = {{ due_at = \"2025-05-10 24:00\" }}\n"),
        2,
        "should be due at 2025-05-10 24:00",
    );
    fails(
        "P19",
        &format!("{APRIL}then = {{ none = true }}\n"),
        2,
        "there should be none",
    );
    fails(
        "P19",
        &APRIL.replace("T19.11", "D99").replace("on =", "then = {}\non ="),
        2,
        "no duty D99",
    );
}

#[test]
fn visits_of_a_device_are_counted_from_its_acceptance() {
    let case = "[[duty]]\nname = \"E20\"\nrule = \"T13.6\"\non = \"2025-12-01\"\ndevice = { acceptance_date = \"2025-11-30\", warranty_until = \"2026-11-30\" }\nthen = { due_at = \"2026-02-28 24:00\" }\n";
    passes("P13", case);
    fails("P13", &case.replace("device", "#device"), 2, "nothing is due");
}

const QUALITY: &str = "[[case]]\nname = \"a form\"\ngiven = { received_at = \"2025-03-14 10:00\", text = \"导管断裂,患者受伤\", fields = { customer_name = \"某医院\" } }\n";

#[test]
fn a_form_is_printed_once_what_it_shows_is_there() {
    let form = |wanted: &str| format!("{QUALITY}then = {{ forms = [\"{wanted}\"] }}\n");
    let seen = passes("P02", &form("F04"));
    assert!(
        seen.items
            .iter()
            .any(|way| way.first() == Some(&tree::Step::from("form")))
    );
    fails("P02", &form("F05"), 2, "there is no corrective action yet");
    fails("P02", &form("F06"), 2, "there is no slip of its kind yet");
    fails("P02", &form("F99"), 2, "no such form");
}

#[test]
fn a_step_that_is_refused_is_told_at_its_line_in_words() {
    let text = format!(
        "{QUALITY}[[case.when]]\ndo = {{ type = \"register\" }}\n[[case.when]]\ndo = {{ type = \"close\", reason = \"bored\" }}\n"
    );
    fails("P02", &text, 6, "step 2: it was refused, `closing_reason_unknown`: ");
}

#[test]
fn states_and_transitions_are_seen_as_a_complaint_goes_through_them() {
    let text = format!("{QUALITY}[[case.when]]\ndo = {{ type = \"register\" }}\n");
    let seen = passes("P02", &text);
    for row in ["S01", "S02", "S05", "X01", "X08"] {
        assert!(seen.rows.contains(row), "{row} in {:?}", seen.rows);
    }
    for row in ["S06", "S18", "S23", "X06", "X09"] {
        assert!(!seen.rows.contains(row), "{row} in {:?}", seen.rows);
    }
}

#[test]
fn a_text_must_be_classified_routed_and_limited_as_its_line_says() {
    let line = |class: &str, first: &str, note: &str| {
        format!(
            "{{\"id\":\"T1\",\"text\":\"这次工时费比上回多了五十,给个明白账。\",\"expected_class\":\"{class}\",\"expected_department\":\"业务经理\",\"first_deadline\":\"{first}\",\"note\":\"{note}\"}}\n"
        )
    };
    let right = tried(
        "P10",
        "classification.jsonl",
        &line("一般投诉", "30 minutes [T10.1]", ""),
    );
    assert_eq!((right.faults.len(), right.passed.len()), (0, 1));
    for (wrong, words) in [
        (
            line("重大投诉", "30 minutes [T10.1]", ""),
            "the class should be `重大投诉`",
        ),
        (
            line("一般投诉", "30 minutes [T10.2]", ""),
            "the limit named first should be `T10.2`, it is `T10.1`",
        ),
    ] {
        let found = tried("P10", "classification.jsonl", &wrong);
        assert!(found.faults[0].message.contains(words), "{:?}", found.faults);
        assert!(found.passed.is_empty());
    }
    let other = tried(
        "P10",
        "classification.jsonl",
        &line("重大投诉", "30 minutes [T10.1]", "accept also 一般投诉"),
    );
    assert_eq!(other.faults, []);
}

#[test]
fn a_line_that_is_no_text_is_told_with_its_number() {
    let found = tried("P10", "classification.jsonl", "\n{\"id\":3}\n");
    assert_eq!((found.faults.len(), found.faults[0].line), (1, 2));
}
