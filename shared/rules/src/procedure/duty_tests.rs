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
