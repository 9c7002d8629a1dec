//! Worked dates of recurring duties.

use super::*;
use crate::clock::WorkCalendar;
use crate::procedure::load::shipped;

fn check(procedure: &str, rule: &str, day: &str) -> (String, String, String) {
    let procedure = shipped(procedure)
        .unwrap()
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    let duty = procedure.pack.duty.iter().find(|duty| duty.rule == *rule).unwrap();
    let found = current(duty, &clock, day.parse().unwrap());
    let text = |at: Moment| at.format("%Y-%m-%d %H:%M").to_string();
    (found.key, text(found.due_at), text(found.remind_at))
}

fn three(key: &str, due: &str, remind: &str) -> (String, String, String) {
    (key.to_owned(), due.to_owned(), remind.to_owned())
}

#[test]
fn e21_the_sanction_review_of_april_2025_is_due_on_the_working_day_before_saturday_the_10th() {
    let april = three("2025-04", "2025-05-10 00:00", "2025-05-07 00:00");
    assert_eq!(check("P19", "D24", "2025-05-01"), april);
    assert_eq!(check("P19", "D24", "2025-05-10"), april);
}

#[test]
fn after_the_10th_the_review_of_the_running_month_is_next() {
    assert_eq!(check("P19", "D24", "2025-05-11").0, "2025-05");
    assert_eq!(check("P19", "D24", "2025-06-10").1, "2025-06-11 00:00");
}

#[test]
fn a_yearly_review_is_due_on_the_last_day_of_the_year() {
    assert_eq!(check("P20", "D25", "2025-03-01").1, "2026-01-01 00:00");
    assert_eq!(check("P20", "D25", "2025-12-31").0, "2025");
    assert_eq!(check("P20", "D25", "2026-01-01").0, "2026");
}

#[test]
fn a_quarterly_survey_is_due_on_the_last_day_of_the_quarter() {
    assert_eq!(check("P19", "D22", "2025-02-11").0, "2025Q1");
    assert_eq!(check("P19", "D22", "2025-02-11").1, "2025-04-01 00:00");
}

#[test]
fn what_is_due_in_the_fourth_quarter_waits_for_it_all_year() {
    let procedure = shipped("P20").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    let mut duty = procedure.pack.duty.first().unwrap().clone();
    duty.every = Every::FourthQuarter;
    let day = |text: &str| text.parse().unwrap();
    assert_eq!(current(&duty, &clock, day("2025-03-01")).key, "2025Q4");
    assert_eq!(current(&duty, &clock, day("2025-12-31")).key, "2025Q4");
    let next = current(&duty, &clock, day("2026-01-01"));
    assert_eq!(next.key, "2026Q4");
    assert_eq!(before(&duty, &clock, &next).key, "2025Q4");
}

#[test]
fn a_31st_is_the_last_day_of_a_shorter_month() {
    let procedure = shipped("P19").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    let mut duty = procedure.pack.duty.first().unwrap().clone();
    duty.due_day = Some(31);
    let found = current(&duty, &clock, "2025-02-10".parse().unwrap());
    assert_eq!(found.due_day.to_string(), "2025-02-28");
}

/// A duty for each device, every so many months from acceptance.
fn visits(months: u32, in_warranty: Option<bool>) -> Duty {
    let procedure = shipped("P19").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    Duty {
        every: Every::Months(months),
        per: Per::Device,
        in_warranty,
        due_day: None,
        roll: crate::clock::Roll::None,
        ..procedure.pack.duty.first().unwrap().clone()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn accepted(on: &str, warranty_until: Option<&str>) -> Device {
    Device {
        serial: "SN-1".to_owned(),
        accepted_on: Some(day(on)),
        warranty_until: warranty_until.map(day),
        ..Device::default()
    }
}

fn next_visit(duty: &Duty, device: &Device, on: &str) -> Option<String> {
    let procedure = shipped("P19").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    let found = next(duty, &clock, Some(device), day(on))?;
    assert!(stands(duty, device, found.due_day), "{found:?}");
    Some(found.due_day.to_string())
}

#[test]
fn a_visit_every_three_months_from_30_november_is_due_on_28_february_and_then_on_30_may() {
    let duty = visits(3, None);
    let device = accepted("2025-11-30", None);
    let all: Vec<String> = [
        "2025-11-30",
        "2026-02-28",
        "2026-03-01",
        "2026-05-31",
        "2027-02-28",
        "2028-02-01",
    ]
    .iter()
    .map(|on| next_visit(&duty, &device, on).unwrap())
    .collect();
    assert_eq!(
        all,
        [
            "2026-02-28",
            "2026-02-28",
            "2026-05-30",
            "2026-08-30",
            "2027-02-28",
            "2028-02-29"
        ]
    );
}

#[test]
fn in_warranty_visits_end_with_the_warranty_and_the_later_ones_begin_after_it() {
    let device = accepted("2025-11-30", Some("2026-11-30"));
    let (inside, after) = (visits(3, Some(true)), visits(6, Some(false)));
    assert_eq!(
        next_visit(&inside, &device, "2026-09-01").as_deref(),
        Some("2026-11-30")
    );
    assert_eq!(next_visit(&inside, &device, "2026-12-01"), None);
    assert_eq!(next_visit(&after, &device, "2026-01-01").as_deref(), Some("2027-05-30"));
}

#[test]
fn where_nobody_knows_the_warranty_neither_kind_of_visit_is_due() {
    let device = accepted("2025-11-30", None);
    assert_eq!(next_visit(&visits(3, Some(true)), &device, "2026-01-01"), None);
    assert_eq!(next_visit(&visits(6, Some(false)), &device, "2026-01-01"), None);
}

#[test]
fn nothing_is_due_for_a_device_after_it_was_retired() {
    let mut device = accepted("2025-11-30", None);
    device.retired_on = Some(day("2026-03-15"));
    let duty = visits(3, None);
    assert_eq!(next_visit(&duty, &device, "2026-01-01").as_deref(), Some("2026-02-28"));
    assert_eq!(next_visit(&duty, &device, "2026-03-01"), None);
    assert!(!stands(&duty, &device, day("2026-05-30")));
}

#[test]
fn an_occurrence_stands_only_while_the_devices_dates_lead_to_it() {
    let duty = visits(3, None);
    assert!(stands(&duty, &accepted("2025-11-30", None), day("2026-02-28")));
    assert!(!stands(&duty, &accepted("2025-12-05", None), day("2026-02-28")));
    assert!(!stands(&duty, &accepted("2025-11-30", None), day("2026-01-30")));
}

#[test]
fn what_the_company_sets_and_what_waits_for_an_occasion_is_never_due_by_the_calendar() {
    let mut duty = visits(3, None);
    duty.per = Per::House;
    for (every, why) in [
        (Every::AsSet, Unscheduled::AsSet),
        (Every::Occasion, Unscheduled::Occasion),
    ] {
        duty.every = every;
        assert_eq!(unscheduled(&duty), Some(why));
        duty.per = Per::Device;
        assert_eq!(next_visit(&duty, &accepted("2025-11-30", None), "2026-01-01"), None);
        duty.per = Per::House;
    }
}

#[test]
fn a_duty_of_the_house_every_two_months_keeps_to_the_calendar_year() {
    let procedure = shipped("P19").unwrap().unwrap_or_else(|faults| panic!("{faults:?}"));
    let head = &procedure.pack.procedure;
    let clock = Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    let mut duty = visits(2, None);
    duty.per = Per::House;
    let found = next(&duty, &clock, None, day("2026-03-15")).unwrap();
    assert_eq!(
        (found.key.as_str(), found.due_day),
        ("2026-03..2026-04", day("2026-04-30"))
    );
    assert_eq!(before(&duty, &clock, &found).key, "2026-01..2026-02");
}
