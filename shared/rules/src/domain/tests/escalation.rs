//! Warnings and escalations: each once, together, to somebody who is there, and never after the end.

use super::super::directory::{Absence, Person};
use super::*;

#[test]
fn each_rung_is_told_once_however_often_the_system_looks() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.run("register", json!({}));
    for when in [
        "2025-02-25 09:00",
        "2025-02-25 09:00",
        "2025-02-25 09:01",
        "2025-02-25 10:00",
    ] {
        story.tick(when);
    }
    assert_eq!(story.told("overdue", "admin"), [["T20.3"]]);
}

#[test]
fn after_three_missed_days_one_letter_for_each_reader_lists_everything() {
    let mut story = Story::begin(&P19, "2025-06-09 09:00", "质量异常");
    story.directory.desks.insert(desk("品质部"), vec![user("qa")]);
    story.directory.desks.insert(desk("总经理室"), vec![user("office")]);
    story.directory.desks.insert(desk("总经理"), vec![user("boss")]);
    story.run("register", json!({}));
    story.tick("2025-06-19 09:00");
    assert_eq!(story.told("overdue", "qa"), [["T19.2", "T19.1"]]);
    assert_eq!(story.told("overdue", "office"), [["T19.2", "T19.1"]]);
    assert_eq!(story.told("overdue", "boss"), [["T19.2", "T19.1"]]);
    assert!(story.told("due_soon", "qa").is_empty());
}

#[test]
fn a_deadline_that_was_moved_escalates_again() {
    let mut story = Story::begin(&P19, "2025-06-09 09:00", "质量异常");
    story.run("register", json!({}));
    story.run("milestone", json!({"name": "qa_forwarded"}));
    story.run("milestone", json!({"name": "production_forwarded"}));
    story.run("milestone", json!({"name": "rd_forwarded"}));
    story.run("milestone", json!({"name": "office_forwarded"}));
    story.run("milestone", json!({"name": "head_informed"}));
    story.pass("2025-06-17 09:00");
    let before = story
        .told("overdue", "admin")
        .iter()
        .filter(|rules| rules.contains(&"T19.1".to_owned()))
        .count();
    story.run(
        "extend",
        json!({"rule": "T19.1", "due_at": "2025-06-25T17:30:00+08:00", "consent": false}),
    );
    assert!(story.wake.is_some_and(|wake| wake > story.now));
    story.pass("2025-06-26 09:00");
    let after = story
        .told("overdue", "admin")
        .iter()
        .filter(|rules| rules.contains(&"T19.1".to_owned()))
        .count();
    assert_eq!((before, after), (1, 2));
}

#[test]
fn nobody_is_warned_after_the_end() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.run("register", json!({}));
    story.run("reply", json!({"text": "答覆", "channel": "letter", "formal": true}));
    story.run("react", json!({"reaction": "accepted"}));
    story.run("close", json!({"reason": "customer_satisfied"}));
    assert_eq!(story.wake, None);
    let letters = story.letters.len();
    story.tick("2026-02-17 10:00");
    assert_eq!(story.letters.len(), letters);
}

#[test]
fn a_desk_without_holder_passes_on_and_the_letter_says_so() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.directory.desks.insert(desk("總經理"), vec![user("boss")]);
    story.run("register", json!({}));
    story.tick("2025-02-24 10:00");
    let (_, letter) = story.letters.last().unwrap();
    assert_eq!(letter.template, "due_soon");
    assert_eq!(letter.to, To::Staff(user("boss")));
    assert_eq!(letter.no_holder, Some(desk("質管部")));
}

#[test]
fn where_nobody_holds_anything_the_administrator_gets_it() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.run("register", json!({}));
    story.tick("2025-02-24 10:00");
    let (_, letter) = story.letters.last().unwrap();
    assert_eq!(
        (&letter.to, &letter.no_holder),
        (&To::Staff(user("admin")), &Some(desk("質管部")))
    );
}

#[test]
fn the_substitute_of_an_absent_holder_gets_his_letters() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.directory.desks.insert(desk("質管部"), vec![user("qa")]);
    let away = Person {
        substitute: Some(user("stand-in")),
        absence: Some(Absence {
            from: "2025-02-20".parse().unwrap(),
            until: "2025-02-28".parse().unwrap(),
        }),
        ..Person::default()
    };
    story.directory.people.insert(user("qa"), away);
    story.run("register", json!({}));
    story.tick("2025-02-24 10:00");
    assert_eq!(story.told("due_soon", "stand-in").len(), 1);
    assert!(story.told("due_soon", "qa").is_empty());
}

#[test]
fn an_open_pause_silences_a_pausable_clock_and_a_closed_one_moves_it() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    assert_eq!(story.due("T20.2"), "2025-03-04 00:00");
    story.now = at("2025-02-18 10:00");
    story.run("request_info", json!({"fields": ["batch_no"]}));
    assert!(story.deadline("T20.2").unwrap().paused);
    story.pass("2025-02-24 10:00");
    story.run("supply_info", json!({"fields": {"batch_no": "240817"}}));
    assert_eq!(story.due("T20.2"), "2025-03-10 00:00");
    assert!(story.letters.iter().all(|(_, one)| one.template != "overdue"
        || one.rule.as_ref().unwrap() != &crate::domain::names::RuleId::parse("T20.2").unwrap()));
}

#[test]
fn a_clock_of_law_neither_stands_still_nor_moves() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅲ類");
    story.run("register", json!({}));
    story.run("request_info", json!({"fields": ["batch_no"]}));
    assert!(!story.deadline("T20.3").unwrap().paused);
    let moved = json!({"rule": "T20.3", "due_at": "2025-03-25T17:30:00+08:00", "consent": true});
    assert_eq!(story.refusal("extend", moved.clone()), "cannot_extend");
    story.now = at("2025-02-19 10:00");
    story.run("supply_info", json!({"fields": {"batch_no": "240817"}}));
    assert_eq!(story.due("T20.3"), "2025-02-25 00:00");
    assert_eq!(story.refusal("extend", moved), "cannot_extend");
}

#[test]
fn an_extension_needs_the_consent_that_the_procedure_wants() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    let mut moved = json!({"rule": "T20.2", "due_at": "2025-03-25T17:30:00+08:00", "consent": false});
    assert_eq!(story.refusal("extend", moved.clone()), "no_consent");
    moved["consent"] = json!(true);
    story.run("extend", moved);
    assert_eq!(story.due("T20.2"), "2025-03-25 17:30");
}

#[test]
fn a_merged_complaint_keeps_still() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅲ類");
    story.run("register", json!({}));
    story.run("merge", json!({"into": "fedcba9876543210"}));
    assert_eq!(story.wake, None);
    assert!(story.deadline("T20.3").is_none());
    assert_eq!(story.refusal("register", json!({})), "merged");
    story.run("unmerge", json!({}));
    assert!(story.deadline("T20.3").is_some());
}

#[test]
fn whoever_was_told_may_say_that_he_has_seen_it_and_later_rungs_come_all_the_same() {
    let mut story = Story::begin(&P19, "2025-06-09 09:00", "质量异常");
    story.directory.desks.insert(desk("品质部"), vec![user("qa")]);
    story.directory.desks.insert(desk("总经理"), vec![user("boss")]);
    story.run("register", json!({}));
    let (qa, other) = (
        story.staff("qa", Role::Approver, None),
        story.staff("other", Role::Manager, None),
    );
    let seen = json!({"rule": "T19.1"});
    let refused = |story: &mut Story<'_>, actor: &Actor| match story.try_as(actor, "acknowledge", seen.clone()) {
        Ok(_) => "done".to_owned(),
        Err(refused) => refused.0[0].code.clone(),
    };
    assert_eq!(refused(&mut story, &qa), "nothing_to_acknowledge");
    while story.told("overdue", "qa").is_empty() {
        let wake = story.wake.unwrap();
        story.pass(&wake.format("%Y-%m-%d %H:%M").to_string());
    }
    let rule = story.told("overdue", "qa")[0][0].clone();
    let seen = json!({"rule": rule});
    let rungs = story.it().escalated[rule.as_str()].rungs;
    assert!(story.try_as(&other, "acknowledge", seen.clone()).is_err());
    assert!(story.try_as(&qa, "acknowledge", seen.clone()).unwrap().is_some());
    let noted = story.it().acknowledged.clone();
    assert_eq!((noted.len(), &noted[0].by, noted[0].rungs), (1, &user("qa"), rungs));
    // Twice is once.
    assert!(story.try_as(&qa, "acknowledge", seen.clone()).unwrap().is_none());
    let letters = story.letters.len();
    story.pass("2025-08-01 09:00");
    assert!(story.letters.len() > letters, "a later rung is told all the same");
    assert!(story.it().escalated[rule.as_str()].rungs > rungs);
    // Of the later rung he has not said so yet.
    assert!(story.try_as(&qa, "acknowledge", seen).unwrap().is_some());
    assert_eq!(story.it().acknowledged.len(), 1);
    assert_eq!(story.replayed(), *story.it());
}
