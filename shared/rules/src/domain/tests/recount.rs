//! A rollup over random histories is what a recount of their logs by hand gives.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::laws::{Move, lived_from, moves, wishes};
use super::*;
use crate::clock::Clock;
use crate::rollup::{Figures, Line, Period, Span};

/// What additive figures say.
#[derive(Debug, Default, PartialEq)]
struct Count {
    received: u64,
    others: u64,
    closed: u64,
    open: u64,
    by: BTreeMap<(&'static str, String), u64>,
    hours: BTreeMap<i64, u64>,
    asked: u64,
    replies: u64,
    satisfied: u64,
}

/// Counts from the bare text of logs: no complaint, no line, no deadline is made.
fn recount(logs: &[Vec<String>], from: Moment, to: Moment) -> Count {
    let mut count = Count::default();
    for log in logs {
        let entries: Vec<Json> = log.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        let events: Vec<&Json> = entries
            .iter()
            .flat_map(|one| one["events"].as_array().unwrap())
            .collect();
        let last = |kinds: &[&str]| {
            let mut fitting = events
                .iter()
                .rev()
                .filter(|one| kinds.contains(&one["type"].as_str().unwrap()));
            fitting.next().copied()
        };
        let moment = |value: &Json| Moment::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
        let received = moment(&events[0]["at"]);
        let merged = last(&["merged", "unmerged"]).is_some_and(|one| one["type"] == "merged");
        if received >= to || merged {
            continue;
        }
        let within = |at: Moment| from <= at && at < to;
        if last(&["stage_moved"]).is_some_and(|one| one["to"]["is"] == "not_a_complaint") {
            count.others += u64::from(within(received));
            continue;
        }
        let (mut asked, mut answer) = (None, None);
        for event in &events {
            match event["type"].as_str().unwrap() {
                "survey_asked" => asked = Some(moment(&event["at"])),
                "survey_answered" => answer = Some((moment(&event["at"]), event["handling"] == "yes")),
                // Who was asked about an end that is none any more is asked again.
                "round_begun" if answer.is_none() => asked = None,
                _ => {}
            }
        }
        count.asked += u64::from(asked.is_some_and(within));
        if let Some((_, satisfied)) = answer.filter(|(at, _)| within(*at)) {
            count.replies += 1;
            count.satisfied += u64::from(satisfied);
        }
        // The last word on its end by then.
        let ends = events.iter().filter(|one| one["type"] == "reached");
        let mut ends = ends.filter(|one| one["name"] == "closed" || one["name"] == "reopened");
        let end = ends.rfind(|one| moment(&one["at"]) < to);
        let closed = end.filter(|one| one["name"] == "closed").map(|one| moment(&one["at"]));
        count.open += u64::from(closed.is_none());
        if let Some(closed) = closed.filter(|at| within(*at)) {
            count.closed += 1;
            *count.hours.entry((closed - received).num_hours()).or_default() += 1;
        }
        if within(received) {
            count.received += 1;
            let text =
                |of: Option<&Json>, name: &str| of.and_then(|one| one[name].as_str()).unwrap_or_default().to_owned();
            let named = [
                ("class", text(last(&["classified"]), "class")),
                ("department", text(last(&["routed"]), "department")),
                ("channel", text(Some(events[0]), "channel")),
                ("month", received.format("%Y-%m").to_string()),
            ];
            for (axis, value) in named.into_iter().filter(|(_, value)| !value.is_empty()) {
                *count.by.entry((axis, value)).or_default() += 1;
            }
        }
    }
    count
}

fn counted(stories: &[Story<'_>], clock: &Clock<'_>, period: Period) -> Count {
    let lines = stories
        .iter()
        .filter_map(|story| Line::of(story.it(), story.procedure, clock, period.ends(clock)));
    let lines: Vec<Line> = lines.collect();
    let figures = Figures::of(period, clock, &lines);
    let mut by = BTreeMap::new();
    for axis in ["class", "department", "channel", "month"] {
        for (value, n) in figures.by.get(axis).into_iter().flatten() {
            by.insert((axis, value.clone()), *n);
        }
    }
    Count {
        received: figures.received,
        others: figures.other,
        closed: figures.closed,
        open: figures.open_at_end,
        by,
        hours: figures.closing_hours,
        asked: figures.survey.asked,
        replies: figures.survey.replies,
        satisfied: figures.survey.satisfied,
    }
}

/// A random life: the day it begins, how many steps of a plain course it goes with how many hours between them, and what
/// happens to it then.
type History = (i64, usize, i64, Vec<Move>);

fn histories() -> impl Strategy<Value = Vec<History>> {
    prop::collection::vec((0..500i64, 0..=12usize, 1..400i64, moves(wishes())), 1..12)
}

/// A course to the end, and back again.
fn course() -> [Json; 12] {
    [
        json!({"type": "register"}),
        json!({"type": "verify", "upheld": true}),
        json!({"type": "edit", "fields": {"justified": false, "origin": "internal"}}),
        json!({"type": "investigate", "result": "查明"}),
        json!({"type": "judge", "party": "company"}),
        json!({"type": "reply", "text": "答覆", "channel": "letter", "formal": true}),
        json!({"type": "react", "reaction": "accepted"}),
        json!({"type": "close", "reason": "customer_satisfied"}),
        json!({"type": "tick"}),
        json!({"type": "survey", "handling": "yes"}),
        json!({"type": "note", "text": "備註"}),
        json!({"type": "reopen"}),
    ]
}

fn story((day, steps, hours, moves): &History) -> Story<'static> {
    let begin = at("2025-01-01 10:00") + TimeDelta::days(*day);
    let later = hours * 60;
    let course = course().into_iter().take(*steps);
    let mut all: Vec<Move> = course.map(|what| Move { by: 5, what, later }).collect();
    // Some stay where the course left them.
    let more = if day % 3 == 0 { 0 } else { moves.len() };
    all.extend(moves.iter().take(more).cloned());
    lived_from(&VARIANT, begin, &all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rollup_of_random_histories_is_a_recount_of_their_logs(histories in histories()) {
        let head = &P20.pack.procedure;
        let calendar = WorkCalendar::builtin("cn").unwrap();
        let clock = Clock { calendar, hours: &head.hours, zone: head.zone };
        let mut stories: Vec<Story<'_>> = histories.iter().map(story).collect();
        let logs: Vec<Vec<String>> = stories.iter().map(|story| story.log.clone()).collect();
        let year: Period = "2025".parse().unwrap();
        let mut periods: Vec<Period> = year.quarters().collect();
        periods.extend(year.months());
        periods.push(year);
        for period in periods {
            let naive = recount(&logs, period.begins(&clock), period.ends(&clock));
            prop_assert_eq!(counted(&stories, &clock, period), naive, "{}", period);
        }
        let whole = counted(&stories, &clock, year);
        let quarters: Vec<Count> = year.quarters().map(|quarter| counted(&stories, &clock, quarter)).collect();
        let sum = |of: fn(&Count) -> u64| quarters.iter().map(of).sum::<u64>();
        prop_assert_eq!((whole.received, whole.others), (sum(|one| one.received), sum(|one| one.others)));
        stories.reverse();
        prop_assert_eq!(whole, counted(&stories, &clock, year));
    }
    #[test]
    fn a_line_stays_what_it_is_inside_its_span_and_is_the_same_when_it_was_kept(histories in histories()) {
        let head = &P20.pack.procedure;
        let calendar = WorkCalendar::builtin("cn").unwrap();
        let clock = Clock { calendar, hours: &head.hours, zone: head.zone };
        let moments: Vec<Moment> = (0..60).map(|n| at("2025-01-15 10:00") + TimeDelta::days(n * 20)).collect();
        let mut held = 0;
        for story in histories.iter().map(story) {
            let line = |at: Moment| Line::of(story.it(), story.procedure, &clock, at);
            for one in &moments {
                let made = line(*one);
                let span = Span::around(story.it(), made.as_ref(), *one);
                let kept = serde_json::to_string(&(span, &made)).unwrap();
                prop_assert_eq!(serde_json::from_str::<(Span, Option<Line>)>(&kept).unwrap(), (span, made.clone()));
                for other in moments.iter().filter(|other| *other != one && span.holds(**other)) {
                    held += 1;
                    prop_assert_eq!(&line(*other), &made, "{} as of {} and {}", story.it().number, one, other);
                }
            }
        }
        prop_assert!(held > 0);
    }
}
