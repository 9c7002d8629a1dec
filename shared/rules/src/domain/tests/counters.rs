//! Too many complaints of one kind in a window, and what the register of devices adds to an intake.

use super::*;
use crate::domain::value::Value;
use crate::procedure::counting::counted;

/// P19 with a counter of its own: more than ten complaints of one cause in a quarter.
fn with_counter() -> Procedure {
    let mut procedure = pack("P19");
    let text = r#"
        rule = "K04"
        title = { zh-Hans = "同因投诉", en = "complaints of one cause" }
        same = ["cause_code"]
        window = "quarter"
        more_than = 10
        tell = ["总经理室"]
        source = "a house rule of these tests"
    "#;
    procedure.pack.counter.push(toml::from_str(text).unwrap());
    procedure
}

fn others(story: &mut Story<'_>, count: u64) {
    story.counts.insert(RuleId::parse("K04").unwrap(), count);
}

fn cause(story: &mut Story<'_>, code: &str) {
    story.run("edit", json!({"fields": {"cause_code": code}}));
}

fn counts_told(story: &Story<'_>) -> Vec<u64> {
    story.it().excesses.iter().map(|one| one.count).collect()
}

#[test]
fn the_eleventh_complaint_of_one_cause_is_told_once_with_a_letter() {
    let procedure = with_counter();
    let mut story = Story::begin(&procedure, "2025-02-17 10:00", "质量异常");
    story.directory.desks.insert(desk("总经理室"), vec![user("boss")]);
    others(&mut story, 10);
    cause(&mut story, "焊接");
    assert_eq!(counts_told(&story), [11]);
    let letters: Vec<&Letter> = story.letters.iter().map(|(_, letter)| letter).collect();
    let letters: Vec<&&Letter> = letters.iter().filter(|letter| letter.template == "counter").collect();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].to.clone(), letters[0].nth),
        (To::Staff(user("boss")), Some(11))
    );
    story.run("edit", json!({"fields": {"memo": "x"}}));
    cause(&mut story, "焊接");
    assert_eq!(counts_told(&story), [11]);
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn ten_are_not_more_than_ten() {
    let procedure = with_counter();
    let mut story = Story::begin(&procedure, "2025-02-17 10:00", "质量异常");
    others(&mut story, 9);
    cause(&mut story, "焊接");
    assert!(counts_told(&story).is_empty());
}

#[test]
fn another_cause_is_another_excess_and_the_first_is_not_told_again() {
    let procedure = with_counter();
    let mut story = Story::begin(&procedure, "2025-02-17 10:00", "质量异常");
    others(&mut story, 10);
    cause(&mut story, "焊接");
    others(&mut story, 14);
    cause(&mut story, "装配");
    others(&mut story, 12);
    cause(&mut story, " 焊接 ");
    assert_eq!(counts_told(&story), [11, 15]);
}

#[test]
fn an_enquiry_a_merged_complaint_and_one_without_the_value_count_nowhere() {
    let procedure = with_counter();
    let mut story = Story::begin(&procedure, "2025-05-17 10:00", "质量异常");
    assert!(counted(&procedure, story.it()).is_empty());
    cause(&mut story, "焊接");
    let places = counted(&procedure, story.it());
    assert_eq!(
        places.iter().map(|one| one.period.as_str()).collect::<Vec<_>>(),
        ["2025Q2"]
    );
    story.run("merge", json!({"into": "fedcba9876543210"}));
    assert!(counted(&procedure, story.it()).is_empty());
}

fn device() -> Device {
    Device {
        serial: "SN-1".to_owned(),
        accepted_on: Some("2024-11-30".parse().unwrap()),
        sold_on: Some("2024-10-01".parse().unwrap()),
        warranty_months: Some(12),
        ..Device::default()
    }
}

fn receive_with(story: &mut Story<'_>, more: &[(&str, Json)]) {
    let key = |name: &str| FieldKey::parse(name).unwrap();
    let mut fields = BTreeMap::from([
        (key("description"), json!("机器漏油")),
        (key("customer_name"), json!("样本客户")),
        (key("serial_no"), json!("sn-1")),
    ]);
    fields.extend(more.iter().map(|(name, value)| (key(name), value.clone())));
    let intake = Intake {
        id: ComplaintId::parse("0123456789abcdef"),
        channel: "web".to_owned(),
        fields,
        ..Intake::default()
    };
    story.complaint = None;
    story.log.clear();
    story.hash.clear();
    story.wish(Wish::Receive(Box::new(intake)), &Actor::Customer).unwrap();
}

#[test]
fn a_known_serial_tells_the_dates_and_the_warranty_that_the_customer_did_not() {
    let procedure = pack("P19");
    let mut story = Story::begin(&procedure, "2025-02-17 10:00", "质量异常");
    story.device = Some(device());
    receive_with(&mut story, &[("purchase_date", json!("2024-09-09"))]);
    let fields = &story.it().fields;
    let plain = |key: &str| fields.get(key).map(Value::plain);
    assert_eq!(plain("acceptance_date").as_deref(), Some("2024-11-30"));
    assert_eq!(plain("purchase_date").as_deref(), Some("2024-09-09"));
    assert_eq!(plain("warranty_state").as_deref(), Some("in_warranty"));
}

#[test]
fn a_device_of_unknown_warranty_says_nothing_about_it() {
    let procedure = pack("P19");
    let mut story = Story::begin(&procedure, "2025-02-17 10:00", "质量异常");
    story.device = Some(Device {
        warranty_months: None,
        ..device()
    });
    receive_with(&mut story, &[]);
    assert!(!story.it().fields.contains_key("warranty_state"));
}
