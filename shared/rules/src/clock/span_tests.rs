//! Warnings before and rungs after a deadline, questions about moments, zones with summer time, and what an explanation says.

use super::{fixture::*, *};
use rstest::rstest;
use serde_json::json;

fn shown(moment: Moment) -> String {
    moment.format("%Y-%m-%d %H:%M").to_string()
}

#[rstest]
#[case::hours("2025-06-10 10:00", "24 hours", "2025-06-09 10:00")]
#[case::working_hours_over_a_weekend("2025-06-16 09:30", "2 working hours", "2025-06-13 16:30")]
#[case::working_hours_over_a_holiday("2025-10-09 09:30", "2 working hours", "2025-09-30 16:30")]
#[case::the_latest_moment_from_which_it_remains("2025-06-10 17:30", "8 working hours", "2025-06-10 08:30")]
#[case::half_a_day("2025-06-10 17:30", "half a working day", "2025-06-10 13:30")]
#[case::working_day_of_a_working_limit("2025-10-09 17:30", "1 working day", "2025-09-30 17:30")]
#[case::working_day_of_a_calendar_limit("2025-10-10 00:00", "1 working day", "2025-10-01 00:00")]
#[case::working_day_before_a_day_off("2025-06-16 00:00", "1 working day", "2025-06-14 00:00")]
#[case::day_of_a_calendar_limit("2025-05-02 00:00", "1 day", "2025-05-01 00:00")]
#[case::week("2025-06-10 17:30", "1 week", "2025-06-03 17:30")]
#[case::month_of_a_limit_at_midnight("2025-04-01 00:00", "1 month", "2025-03-01 00:00")]
#[case::nothing("2025-06-15 10:00", "0 working hours", "2025-06-15 10:00")]
fn a_warning_comes_the_amount_before_the_deadline(#[case] at_: &str, #[case] text: &str, #[case] expected: &str) {
    assert_eq!(shown(catalogue().back(at(at_), &amount(text))), expected);
}

#[rstest]
#[case::hours("2025-06-10 17:30", "24 hours", "2025-06-11 17:30")]
#[case::working_hours("2025-06-13 17:30", "2 working hours", "2025-06-16 10:30")]
#[case::working_day("2025-06-13 17:30", "1 working day", "2025-06-16 17:30")]
#[case::working_day_after_a_calendar_limit("2025-06-14 00:00", "1 working day", "2025-06-17 00:00")]
#[case::working_day_after_a_day_off("2025-06-16 00:00", "1 working day", "2025-06-17 00:00")]
#[case::day_keeps_the_time("2025-06-13 17:30", "1 day", "2025-06-14 17:30")]
#[case::month_of_a_limit_at_midnight("2025-02-01 00:00", "1 month", "2025-03-01 00:00")]
#[case::nothing("2025-06-15 10:00", "0 working hours", "2025-06-15 10:00")]
fn a_rung_comes_the_amount_after_the_deadline(#[case] at_: &str, #[case] text: &str, #[case] expected: &str) {
    assert_eq!(shown(catalogue().after(at(at_), &amount(text))), expected);
}

#[rstest]
#[case::inside("2025-06-10 10:00", "2025-06-10 10:00")]
#[case::lunch("2025-06-10 12:00", "2025-06-10 13:00")]
#[case::before_work("2025-06-10 06:00", "2025-06-10 08:30")]
#[case::end_of_the_day_before_a_holiday("2025-09-30 17:30", "2025-10-09 08:30")]
#[case::make_up_sunday("2025-09-28 08:00", "2025-09-28 08:30")]
fn work_resumes(#[case] now: &str, #[case] expected: &str) {
    let clock = statutory();
    assert_eq!(shown(clock.next_working_start(at(now))), expected);
    assert_eq!(clock.is_working(at(now)), now == expected);
}

#[test]
fn working_time_between_two_moments_is_signed() {
    let (clock, friday, thursday) = (catalogue(), at("2025-09-30 16:00"), at("2025-10-09 09:00"));
    assert_eq!(clock.working_between(friday, thursday), 120);
    assert_eq!(clock.working_between(thursday, friday), -120);
    assert_eq!(clock.working_days_between(friday, thursday), 1);
    assert_eq!(clock.last_day_of(at("2025-05-02 00:00")).to_string(), "2025-05-01");
    assert_eq!(clock.last_day_of(at("2025-05-01 17:30")).to_string(), "2025-05-01");
}

/// Start and result with their offsets: summer time of Shanghai 1986 and New York 2026, Sao Paulo's midnight gap, Apia's
/// skipped 30 December 2011.
#[rstest]
#[case::elapsed_over_the_gap(
    chrono_tz::America::New_York,
    "2026-03-07T12:00:00-05:00",
    "24 hours",
    "2026-03-08T13:00:00-04:00"
)]
#[case::day_over_the_gap(
    chrono_tz::America::New_York,
    "2026-03-07T12:00:00-05:00",
    "1 day",
    "2026-03-09T00:00:00-04:00"
)]
#[case::work_over_the_overlap(
    chrono_tz::America::New_York,
    "2026-10-30T17:00:00-04:00",
    "1 working hour",
    "2026-11-02T09:00:00-05:00"
)]
#[case::shanghai_summer_time(
    chrono_tz::Asia::Shanghai,
    "1986-05-03T12:00:00+08:00",
    "1 day",
    "1986-05-05T00:00:00+09:00"
)]
#[case::no_midnight(
    chrono_tz::America::Sao_Paulo,
    "2018-11-02T12:00:00-03:00",
    "1 day",
    "2018-11-04T01:00:00-02:00"
)]
#[case::a_day_that_was_skipped(
    chrono_tz::Pacific::Apia,
    "2011-12-28T12:00:00-10:00",
    "1 day",
    "2011-12-31T00:00:00+14:00"
)]
#[case::another_offset_than_the_zone(
    chrono_tz::Asia::Shanghai,
    "2025-06-10T01:00:00Z",
    "2 hours",
    "2025-06-10T11:00:00+08:00"
)]
fn zones_change_their_offset(
    #[case] zone: chrono_tz::Tz,
    #[case] start: &str,
    #[case] text: &str,
    #[case] expected: &str,
) {
    let clock = Clock { zone, ..statutory() };
    let due = clock.due(
        Moment::parse_from_rfc3339(start).unwrap(),
        &amount(text),
        &Count::default(),
    );
    assert_eq!(due.at.to_rfc3339(), expected);
}

#[test]
fn a_time_that_comes_twice_is_the_earlier_one_but_never_before_the_start() {
    let hours = Hours::parse("00:00-24:00").unwrap();
    let overrides = Overrides {
        working: vec![calendar::OverrideDay {
            on: "2026-11-01".parse().unwrap(),
            reason: "test".to_owned(),
        }],
        ..Overrides::default()
    };
    let calendar = WorkCalendar::builtin("cn").unwrap().with_overrides(overrides).unwrap();
    let clock = Clock {
        calendar: &calendar,
        hours: &hours,
        zone: chrono_tz::America::New_York,
    };
    let due = |start: &str| {
        let start = Moment::parse_from_rfc3339(start).unwrap();
        clock
            .due(start, &amount("10 working minutes"), &Count::default())
            .at
            .to_rfc3339()
    };
    assert_eq!(due("2026-11-01T01:15:00-04:00"), "2026-11-01T01:25:00-04:00");
    assert_eq!(due("2026-11-01T01:15:00-05:00"), "2026-11-01T01:25:00-05:00");
}

fn told(clock: &Clock<'_>, start: &str, text: &str, count: &Count<'_>) -> serde_json::Value {
    serde_json::to_value(clock.explain(at(start), &amount(text), count)).unwrap()
}

#[test]
fn working_hours_are_explained_by_spans_and_days_off() {
    let expected = json!({ "at": "2025-05-06T09:30:00+08:00", "provisional": false, "explain": [
        { "what": "counted", "from": "2025-04-30T16:30:00+08:00", "to": "2025-04-30T17:30:00+08:00",
          "counted": 60, "unit": "minutes", "day": "weekday" },
        { "what": "skipped", "from": "2025-05-01T00:00:00+08:00", "to": "2025-05-06T00:00:00+08:00",
          "counted": 0, "unit": "days", "day": "holiday", "name": "劳动节" },
        { "what": "counted", "from": "2025-05-06T08:30:00+08:00", "to": "2025-05-06T09:30:00+08:00",
          "counted": 60, "unit": "minutes", "day": "weekday" },
    ]});
    assert_eq!(
        told(&statutory(), "2025-04-30 16:30", "2 working hours", &Count::default()),
        expected
    );
}

#[test]
fn working_days_are_explained_with_make_up_days_and_assumptions() {
    let explained = told(&statutory(), "2026-10-09 10:00", "2 working days", &Count::default());
    let expected = json!([
        { "what": "start_day", "from": "2026-10-09T10:00:00+08:00", "to": "2026-10-10T00:00:00+08:00",
          "counted": 0, "unit": "days", "day": "weekday" },
        { "what": "counted", "from": "2026-10-10T00:00:00+08:00", "to": "2026-10-11T00:00:00+08:00",
          "counted": 1, "unit": "days", "day": "make_up", "name": "国庆节" },
        { "what": "skipped", "from": "2026-10-11T00:00:00+08:00", "to": "2026-10-12T00:00:00+08:00",
          "counted": 0, "unit": "days", "day": "weekend" },
        { "what": "counted", "from": "2026-10-12T00:00:00+08:00", "to": "2026-10-12T17:30:00+08:00",
          "counted": 1, "unit": "days", "day": "weekday" },
    ]);
    assert_eq!(explained["explain"], expected);
    let assumed = told(&statutory(), "2026-12-31 10:00", "1 working day", &Count::default());
    assert_eq!(
        (&assumed["provisional"], &assumed["explain"][1]["assumed"]),
        (&json!(true), &json!(true))
    );
}

#[test]
fn a_calendar_limit_is_explained_with_its_pause_and_its_roll() {
    let pauses = [Pause {
        from: at("2025-04-25 09:00"),
        until: Some(at("2025-04-26 18:00")),
    }];
    let explained = told(
        &statutory(),
        "2025-04-23 10:00",
        "1 week",
        &Count {
            roll: Roll::Next,
            pauses: &pauses,
            ..Count::default()
        },
    );
    let steps = explained["explain"].as_array().unwrap();
    let brief: Vec<_> = steps
        .iter()
        .map(|step| (step["what"].as_str().unwrap(), step["counted"].as_i64().unwrap()))
        .collect();
    assert_eq!(
        brief,
        [
            ("start_day", 0),
            ("counted", 2),
            ("paused", 0),
            ("counted", 5),
            ("rolled", 0)
        ]
    );
    assert_eq!(
        (&steps[4]["name"], &explained["at"]),
        (&json!("劳动节"), &json!("2025-05-07T00:00:00+08:00"))
    );
}

#[test]
fn nothing_to_do_from_the_end_of_a_friday_passes_over_all_until_work_resumes() {
    let clock = statutory();
    let explained = clock.explain(
        at("2026-03-06 17:30"),
        &amount("0 half working days"),
        &Count::default(),
    );
    assert_eq!(explained.at, at("2026-03-09 08:30"));
    let last = explained.explain.last().map(|step| (step.what, step.to));
    assert_eq!(last, Some((What::Skipped, explained.at)));
}

#[test]
fn a_very_long_count_is_summed_up() {
    let clock = statutory();
    let explained = clock.explain(at("2025-04-23 10:00"), &amount("36525 working days"), &Count::default());
    assert_eq!(explained.explain.len(), 401);
    assert_eq!(
        explained.explain.last().map(|step| (step.what, step.to)),
        Some((What::Rest, explained.at))
    );
    let read: Due = serde_json::from_value(serde_json::to_value(&explained).unwrap()).unwrap();
    assert_eq!(read, explained);
}
