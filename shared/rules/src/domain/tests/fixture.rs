//! Logs that were written stay readable: one line for each kind of event in the shape of version 1.

use super::super::chain::Entry;
use super::super::event::{Event, SHAPE};

const V1: &str = include_str!("../fixtures/v1.jsonl");

#[test]
fn every_event_of_shape_1_is_read_and_written_as_it_stands() {
    for line in V1.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
    }
}

#[test]
fn the_fixture_has_every_kind_of_event() {
    let mut kinds: Vec<String> = V1
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    let wanted = [
        "acknowledged",
        "activated",
        "approval_asked",
        "approval_decided",
        "capa_checked",
        "capa_done",
        "capa_opened",
        "capa_planned",
        "capa_waived",
        "claimed",
        "classified",
        "clocks_paused",
        "clocks_resumed",
        "counter_exceeded",
        "deadlines_moved",
        "escalated",
        "extended",
        "fields_set",
        "imported",
        "linked",
        "merged",
        "noted",
        "reached",
        "reacted",
        "received",
        "replied",
        "round_begun",
        "routed",
        "slip_cancelled",
        "slip_done",
        "slip_edited",
        "slip_opened",
        "stage_moved",
        "successor_made",
        "successor_owed",
        "survey_answered",
        "survey_asked",
        "unmerged",
        "wait_ended",
        "wrote",
    ];
    assert_eq!(kinds, wanted);
}

#[test]
fn an_entry_of_shape_1_is_read_with_and_without_a_reason() {
    let plain = r#"{"v":1,"seq":2,"at":"2025-02-17T10:00:00+08:00","actor":"system","events":[{"type":"unmerged"}],"previous":"ab"}"#;
    let entry: Entry = serde_json::from_str(plain).unwrap();
    assert_eq!((entry.v, SHAPE, entry.reason.is_none()), (1, 1, true));
    assert_eq!(serde_json::to_string(&entry).unwrap(), plain);
}
