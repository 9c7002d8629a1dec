//! Old complaints: taken over as they were, asleep until a person activates them.

use super::super::legacy::{Legacy, Mend, Origin, Standing};
use super::super::names::{Milestone, Number, key};
use super::super::stage::Stage;
use super::*;

fn legacy(number: &str, standing: Standing, reached: &[(&'static str, &str)]) -> Legacy {
    Legacy {
        number: Number::parse(number).unwrap(),
        origin: Origin {
            batch: "b1".to_owned(),
            file: 0,
            sheet: 1,
            row: 17,
            content: "00ff".to_owned(),
        },
        standing,
        reached: reached.iter().map(|(name, on)| (Milestone::of(name), at(on))).collect(),
        classes: vec![
            "不知道".to_owned(),
            "重大".to_owned(),
            P19.classes(P19.main_axis())[0].clone(),
        ],
        department: Some(desk("无此部门")),
        notes: vec!["很长".to_owned()],
    }
}

fn old<'a>(procedure: &'a Procedure, received: &str, legacy: Legacy) -> Story<'a> {
    let mut story = Story::begin(
        procedure,
        "2026-11-29 10:00",
        procedure.classes(procedure.main_axis()).last().unwrap(),
    );
    (story.complaint, story.log, story.hash, story.wake) = (None, Vec::new(), String::new(), None);
    story.letters.clear();
    let fields = BTreeMap::from([
        (FieldKey::of(key::DESCRIPTION), json!("电机异响，客户要求退货")),
        (FieldKey::parse("customer_name").unwrap(), json!("样本客户")),
        (
            FieldKey::parse("customer_email").unwrap(),
            json!("someone@client.example"),
        ),
    ]);
    let intake = Intake {
        id: ComplaintId::parse("old"),
        channel: "register".to_owned(),
        received_at: Some(at(received)),
        fields,
        legacy: Some(Box::new(legacy)),
        ..Intake::default()
    };
    story.wish(Wish::Receive(Box::new(intake)), &Actor::System).unwrap();
    story
}

fn running(story: &Story<'_>) -> Vec<Deadline> {
    let head = &story.procedure.pack.procedure;
    let clock = crate::clock::Clock {
        calendar: WorkCalendar::builtin("cn").unwrap(),
        hours: &head.hours,
        zone: head.zone,
    };
    deadlines(story.it(), story.procedure, &clock, story.now)
}

#[test]
fn a_closed_one_keeps_number_dates_and_class_and_owes_nothing() {
    let reached = [("closed", "2019-03-20 00:00"), ("registered", "2019-03-06 00:00")];
    let story = old(&P19, "2019-03-05 00:00", legacy("KS-17", Standing::Closed, &reached));
    let it = story.complaint.as_ref().unwrap();
    assert_eq!(it.number.as_str(), "KS-17");
    assert_eq!(it.received_at, at("2019-03-05 00:00"));
    assert_eq!(it.class, P19.classes(P19.main_axis())[0]);
    assert!(!it.needs_review);
    assert!(
        matches!(it.stage.clone(), Stage::Closed { at: on, reason } if on == at("2019-03-20 00:00") && reason == "imported")
    );
    let names: Vec<_> = it.milestones.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["received", "registered", "closed"]);
    assert!(story.letters.is_empty(), "{:?}", story.letters);
    assert_eq!(story.wake, None);
    assert_eq!(&story.replayed(), it);
}

#[test]
fn an_open_one_sleeps_until_it_is_activated_and_then_runs_from_that_day() {
    let mut story = old(&P19, "2019-03-05 00:00", legacy("KS-18", Standing::Open, &[]));
    story.now = at("2026-12-01 10:00");
    story.wish(Wish::Tick, &Actor::System).unwrap();
    assert!(story.letters.is_empty());
    assert!(running(&story).is_empty());
    story.wish(Wish::Activate, &Actor::System).unwrap();
    let all = running(&story);
    assert!(!all.is_empty());
    assert!(
        all.iter().all(|one| one.started_at >= at("2026-12-01 10:00")),
        "{all:?}"
    );
    assert!(story.wake.is_some_and(|wake| wake > at("2026-12-01 10:00")));
    assert!(story.letters.is_empty());
}

#[test]
fn nobody_is_told_that_a_letter_left_for_one_that_sleeps() {
    let mut story = old(&P19, "2019-03-05 00:00", legacy("KS-19", Standing::InProgress, &[]));
    let reply = json!({"text": "已处理", "channel": "email", "formal": false});
    assert_eq!(story.refusal("reply", reply.clone()), "not_active");
    story.wish(Wish::Activate, &Actor::System).unwrap();
    story.run("reply", reply);
    assert_eq!(story.letters.len(), 1);
}

#[test]
fn a_mended_row_changes_what_nobody_has_touched() {
    let mut story = old(&P19, "2019-03-05 00:00", legacy("KS-20", Standing::InProgress, &[]));
    story.run("edit", json!({"fields": {"product_name": "甲型"}}));
    let field = |name: &str| FieldKey::parse(name).unwrap();
    let mut says = legacy("KS-20", Standing::Closed, &[("closed", "2019-04-01 00:00")]);
    says.origin.content = "11ff".to_owned();
    let mend = Mend {
        legacy: says,
        received_at: at("2019-03-06 00:00"),
        fields: BTreeMap::from([
            (field("product_name"), json!("乙型")),
            (field("batch_no"), json!("B7")),
            (field("customer_email"), Json::Null),
        ]),
        kept: [field("product_name")].into(),
        touched: true,
    };
    story.wish(Wish::Mend(Box::new(mend.clone())), &Actor::System).unwrap();
    let it = story.complaint.clone().unwrap();
    assert_eq!(it.fields["product_name"].plain(), "甲型");
    assert_eq!(it.fields["batch_no"].plain(), "B7");
    assert!(!it.fields.contains_key("customer_email"));
    assert_eq!((it.received_at, it.stage.name()), (at("2019-03-05 00:00"), "open"));
    assert_eq!(it.imported.as_ref().unwrap().origin.content, "11ff");
    let untouched = Mend { touched: false, ..mend };
    story.wish(Wish::Mend(Box::new(untouched)), &Actor::System).unwrap();
    let it = story.complaint.clone().unwrap();
    assert_eq!((it.received_at, it.stage.name()), (at("2019-03-06 00:00"), "closed"));
    assert_eq!(story.replayed(), it);
}
