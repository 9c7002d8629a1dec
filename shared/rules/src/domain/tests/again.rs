//! Laws of what-if over random lives: under its own rules nothing differs, and whatever the rules, nothing panics.

use proptest::prelude::*;

use super::super::chain::Entry;
use super::laws::{Move, lived, moves, wishes, with_slips};
use super::*;
use crate::simulate::{Alike, Finding, Lens, Life, Side};

fn entries(story: &Story<'_>) -> Vec<Entry> {
    story
        .log
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect()
}

fn seen(story: &Story<'_>, would: &Procedure, text: Option<&str>) -> Finding {
    let calendar = WorkCalendar::builtin("cn").unwrap();
    let side = |procedure| Side { procedure, calendar };
    let (was, would) = (side(story.procedure), side(would));
    let lens = Lens::new(was, would, &story.directory, Alike::of(was, would));
    let entries = entries(story);
    let life = Life {
        entries: &entries,
        reachable: true,
        text,
    };
    lens.look(&life, story.now).unwrap()
}

fn packs(which: usize) -> &'static Procedure {
    match which {
        0 => &P10,
        1 => &P19,
        2 => &P20,
        _ => &VARIANT,
    }
}

fn nothing_differs(procedure: &Procedure, moves: &[Move]) {
    let story = lived(procedure, moves);
    let finding = seen(&story, procedure, None);
    assert_eq!(finding.difference, None, "{:#?}", entries(&story));
    let pairs = [finding.late, finding.approvals, finding.letters];
    assert!(pairs.iter().all(|pair| pair.before == pair.after));
    let sent: usize = story.letters.iter().map(|(_, letter)| letter.items.len().max(1)).sum();
    assert_eq!(finding.letters.before, sent as u64, "letters are counted as they went");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_life_under_its_own_rules_differs_in_nothing(which in 0..4usize, moves in moves(wishes())) {
        nothing_differs(packs(which), &moves);
    }

    #[test]
    fn a_life_with_slips_under_its_own_rules_differs_in_nothing(moves in moves(with_slips())) {
        nothing_differs(&super::slips::HOUSE, &moves);
    }

    #[test]
    fn under_other_rules_the_same_life_gives_the_same_answer(was in 0..4usize, would in 0..4usize, moves in moves(wishes())) {
        let story = lived(packs(was), &moves);
        let once = seen(&story, packs(would), Some("客户说有问题"));
        prop_assert_eq!(&once, &seen(&story, packs(would), Some("客户说有问题")));
        if was == would {
            prop_assert_eq!(once.difference, None);
        }
    }
}

#[test]
fn a_shorter_limit_is_missed_where_the_longer_one_was_kept_and_its_letters_go() {
    let shorter = crate::procedure::load::load_changed(
        &Source::shipped("P20").unwrap(),
        &Source::shipped,
        &["T20.1.within=2 weeks".parse().unwrap()],
    )
    .unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut story = Story::begin(&P20, "2025-03-03 09:00", "Ⅰ類");
    story.run("register", json!({}));
    story.pass("2025-03-20 10:00");
    story.run("verify", json!({"upheld": true}));
    story.run("edit", json!({"fields": {"justified": true, "origin": "internal"}}));
    story.run("investigate", json!({"result": "查明"}));
    story.run("judge", json!({"party": "company"}));
    story.run("reply", json!({"text": "答覆", "channel": "letter", "formal": true}));
    story.pass("2025-06-01 09:00");
    let difference = seen(&story, &shorter, None).difference.unwrap();
    let of = |picture: &crate::simulate::Picture| {
        let due = &picture.deadlines[&RuleId::parse("T20.1").unwrap()];
        (due.due_at.to_rfc3339(), due.late)
    };
    assert_eq!(of(&difference.before), ("2025-03-25T00:00:00+08:00".to_owned(), false));
    assert_eq!(of(&difference.after), ("2025-03-18T00:00:00+08:00".to_owned(), true));
    let kinds: Vec<&str> = difference.kinds.iter().map(|kind| kind.name()).collect();
    assert_eq!(kinds, ["deadline", "late", "letter"]);
    let rungs = |picture: &crate::simulate::Picture| -> Vec<String> {
        let told = picture.letters.iter().filter(|sent| sent.letter == "overdue");
        told.filter_map(|sent| sent.rung.clone()).collect()
    };
    // Answered in time before; too late by then, and whoever holds the desks (here one person) hears of it.
    assert_eq!(rungs(&difference.before), [""; 0]);
    assert_eq!(rungs(&difference.after), ["late", "later"]);
    assert!(difference.refused.is_empty());
}

#[test]
fn what_would_have_been_refused_or_asked_is_said_and_the_steps_stand() {
    let mut story = Story::begin(&P20, "2025-03-03 09:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("propose", json!({"treatment": "exchange", "amount": "900"}));
    story.run("submit", json!({}));
    story.run("execute", json!({}));
    story.run("reply", json!({"text": "答覆", "channel": "letter", "formal": true}));
    story.run("react", json!({"reaction": "accepted"}));
    story.run("close", json!({"reason": "customer_satisfied"}));
    let stricter = crate::procedure::load::load_changed(
        &Source {
            files: [(
                "procedure.toml".to_owned(),
                r#"
                [procedure]
                id = "P20S"
                extends = "P20"
                [[guard]]
                command = "reply"
                reached = ["verified"]
                source = "trial"
                [[approval]]
                rule = "A98"
                title = { zh-Hans = "方案", en = "plan" }
                at = "submit"
                approver = "總經理"
                source = "trial"
                "#
                .to_owned(),
            )]
            .into(),
        },
        &Source::shipped,
        &[],
    )
    .unwrap_or_else(|faults| panic!("{faults:?}"));
    let finding = seen(&story, &stricter, None);
    let difference = finding.difference.unwrap();
    assert_eq!((finding.approvals.before, finding.approvals.after), (0, 1));
    assert_eq!(difference.after.approvals[0].rule.as_str(), "A98");
    let refused: Vec<(&str, &str)> = difference
        .refused
        .iter()
        .map(|step| (step.command, step.refusal.code.as_str()))
        .collect();
    assert_eq!(refused, [("reply", "needs"), ("close", "approval_outstanding")]);
    // The answer went out when it did: no limit is missed because of the objection.
    assert_eq!(finding.late.before, finding.late.after);
}

#[test]
fn a_text_that_was_erased_keeps_its_class_and_is_counted() {
    let mut story = Story::begin(&P20, "2025-03-03 09:00", "Ⅱ類");
    story.run("register", json!({}));
    let gone = seen(&story, &P10, None);
    assert!(gone.text_missing);
    let read = seen(&story, &P10, Some("客户说有问题"));
    assert!(!read.text_missing);
}
