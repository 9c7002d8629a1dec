//! What a person finds moves the class, and clocks, routes and letters with it; what a person set stands until then.

use super::super::event::Event;
use super::*;

static P08: LazyLock<Procedure> = LazyLock::new(|| pack("P08"));

/// P20 with somebody who hears of the gravest class, and a department of its own for it.
static TOLD: LazyLock<Procedure> = LazyLock::new(|| {
    let differences = r#"
        [procedure]
        id = "V21"
        extends = "P20"
        [[notice]]
        rule = "N99"
        at = "classified"
        when = { class = ["Ⅰ類"] }
        tell = ["總經理"]
        source = "P20"
    "#;
    let source = Source {
        files: [("procedure.toml".to_owned(), differences.to_owned())].into(),
    };
    load(&source, &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}"))
});

fn came<'a>(procedure: &'a Procedure, text: &str) -> Story<'a> {
    let mut story = Story::begin(
        procedure,
        "2025-06-09 09:00",
        &procedure.classes(procedure.main_axis())[0],
    );
    story.complaint = None;
    story.hash.clear();
    story.log.clear();
    story.letters.clear();
    story.receive(text);
    story.run("register", json!({}));
    story
}

fn department(story: &Story<'_>) -> String {
    story
        .it()
        .department
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn edit(story: &mut Story<'_>, fields: Json) {
    story.run("edit", json!({"fields": fields}));
}

#[test]
fn the_class_follows_the_judgement_and_with_it_the_department() {
    let mut story = came(&P08, "雨刮连杆装车后脆裂三件。");
    assert_eq!(story.it().class, "责任待判定");
    story.run("judge", json!({"party": "supplier"}));
    assert_eq!(
        (story.it().class.as_str(), department(&story)),
        ("供方责任", "质量部会同物流部".to_owned())
    );
    story.run("judge", json!({"party": "undecided"}));
    assert_eq!(
        (story.it().class.as_str(), department(&story)),
        ("责任待判定", "市场部会同质量部".to_owned())
    );
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn it_is_one_event_that_names_the_answer() {
    let mut story = came(&P08, "雨刮连杆装车后脆裂三件。");
    let actor = story.administrator();
    let turn = story
        .try_as(&actor, "judge", json!({"party": "supplier"}))
        .unwrap()
        .unwrap();
    let classified: Vec<&Event> = turn
        .events
        .iter()
        .filter(|one| matches!(one, Event::Classified { .. }))
        .collect();
    let [
        Event::Classified {
            because,
            confidence: None,
            ..
        },
    ] = classified.as_slice()
    else {
        panic!("{classified:?}");
    };
    assert_eq!(
        (because[0].rule.as_str(), because[0].cue.as_str()),
        ("R08.07", "answer:responsible_party")
    );
    assert!(!story.it().ever("classified"), "nobody classified it");
}

#[test]
fn who_was_routed_by_hand_stays() {
    let mut story = came(&P08, "雨刮连杆装车后脆裂三件。");
    story.run("route", json!({"department": "物流部"}));
    story.run("judge", json!({"party": "company", "department": "注塑车间"}));
    assert_eq!(
        (story.it().class.as_str(), department(&story)),
        ("公司责任", "物流部".to_owned())
    );
}

#[test]
fn clocks_follow_and_an_answer_that_falls_away_gives_back_what_the_words_said() {
    let mut story = came(&P20, "原料结块,颜色发黄。");
    assert_eq!(story.it().class, "Ⅱ類");
    let second = story.due("T20.2");
    edit(&mut story, json!({"harm": "occurred"}));
    assert_eq!(story.it().class, "Ⅰ類");
    assert_ne!(story.due("T20.1"), "none");
    assert_eq!(story.due("T20.2"), "none");
    edit(&mut story, json!({"harm": null}));
    assert_eq!((story.it().class.as_str(), story.due("T20.2")), ("Ⅱ類", second));
}

#[test]
fn what_came_in_as_an_answer_falls_away_too() {
    let mut story = Story::begin(&P20, "2025-06-09 09:00", "Ⅱ類");
    let key = |name: &str| FieldKey::parse(name).unwrap();
    let intake = Intake {
        id: ComplaintId::parse("0123456789abcdef"),
        channel: "web".to_owned(),
        fields: BTreeMap::from([
            (key("description"), json!("原料结块,颜色发黄。")),
            (key("customer_name"), json!("样本客户")),
            (key("harm"), json!("occurred")),
        ]),
        ..Intake::default()
    };
    story.complaint = None;
    story.hash.clear();
    story.log.clear();
    story.wish(Wish::Receive(Box::new(intake)), &Actor::Customer).unwrap();
    assert_eq!(story.it().class, "Ⅰ類");
    story.run("register", json!({}));
    edit(&mut story, json!({"harm": "none"}));
    assert_eq!(story.it().class, "Ⅱ類");
}

#[test]
fn no_answer_lowers_what_safety_words_raised() {
    let mut story = came(&P20, "病人用药后死亡。");
    assert_eq!(story.it().class, "Ⅰ類");
    edit(&mut story, json!({"harm": "none", "safety_related": false}));
    assert_eq!(story.it().class, "Ⅰ類");
}

#[test]
fn a_class_that_a_person_set_yields_only_to_something_newer_that_speaks_for_another() {
    let mut story = came(&P20, "原料结块,颜色发黄。");
    edit(&mut story, json!({"harm": "occurred"}));
    story.run("classify", json!({"class": "Ⅲ類"}));
    // The answer that was there when he classified is overruled, also when another answer of the axis changes.
    edit(&mut story, json!({"safety_related": false}));
    assert_eq!(story.it().class, "Ⅲ類");
    edit(&mut story, json!({"received_damaged": false}));
    assert_eq!(story.it().class, "Ⅲ類", "a no silences words, not a person");
    edit(&mut story, json!({"safety_related": true}));
    assert_eq!(story.it().class, "Ⅰ類");
    edit(&mut story, json!({"safety_related": null}));
    assert_eq!(story.it().class, "Ⅲ類");
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn axes_whose_questions_were_not_touched_stay() {
    let mut story = came(&P20, "原料结块,颜色发黄。");
    edit(&mut story, json!({"justified": true}));
    story.run("classify", json!({"class": "Ⅱ類", "axes": {"justified": "不合理"}}));
    edit(&mut story, json!({"origin": "internal"}));
    story.run("judge", json!({"party": "company"}));
    assert_eq!(story.it().axes["justified"], "不合理");
    assert_eq!(story.it().axes["origin"], "內部");
}

#[test]
fn who_hears_of_a_class_hears_of_it_when_a_finding_gives_it() {
    let mut story = came(&TOLD, "原料结块,颜色发黄。");
    story.directory.desks.insert(desk("總經理"), vec![user("boss")]);
    edit(&mut story, json!({"harm": "occurred"}));
    edit(&mut story, json!({"safety_related": true}));
    assert_eq!(story.told("notice", "boss").len(), 1, "once, when the class moved");
}

#[test]
fn a_value_on_an_axis_can_be_taken_away_with_a_reason() {
    let mut story = came(&P20, "原料结块,颜色发黄。");
    edit(&mut story, json!({"justified": true}));
    assert_eq!(story.it().axes["justified"], "合理");
    let actor = story.administrator();
    let away: Command =
        serde_json::from_value(json!({"type": "classify", "class": "Ⅱ類", "axes": {"justified": ""}})).unwrap();
    let facts = Facts {
        now: story.now,
        procedure: story.procedure,
        calendar: WorkCalendar::builtin("cn").unwrap(),
        directory: &story.directory,
        actor: &actor,
        reason: None,
        salt: b"salt",
        serial: 0,
        reachable: true,
        counts: &story.counts,
        device: None,
    };
    let refused = turn(story.complaint.as_ref(), &story.hash, &facts, Wish::Do(away.clone())).unwrap_err();
    assert_eq!(refused.0[0].code, "reason_needed");
    story.wish(Wish::Do(away), &actor).unwrap();
    assert!(!story.it().axes.contains_key("justified"));
    assert_eq!(
        story.refusal("classify", json!({"class": "Ⅱ類", "axes": {"colour": ""}})),
        "unknown_class"
    );
    edit(&mut story, json!({"justified": false}));
    assert_eq!(story.it().axes["justified"], "不合理", "a newer finding fills it again");
}

#[test]
fn judging_reaches_what_the_outcome_says() {
    let mut story = came(&P08, "雨刮连杆装车后脆裂三件。");
    story.run("judge", json!({"party": "company", "department": "注塑车间"}));
    assert!(!story.it().ever("confirmation_wanted"));
    story.run("judge", json!({"party": "customer"}));
    assert!(story.it().ever("confirmation_wanted"));
}

/// A complaint of P19 that was closed as not upheld and taken up again a day later.
fn reopened(before: &[&str]) -> Story<'static> {
    let mut story = Story::begin(&P19, "2025-06-09 09:00", "质量异常");
    story.run("register", json!({}));
    for name in before {
        story.run("milestone", json!({"name": name}));
    }
    story.run("verify", json!({"upheld": false}));
    story.run(
        "reply",
        json!({"text": "不成立", "channel": "telephone", "formal": true}),
    );
    story.run("close", json!({"reason": "not_upheld"}));
    assert!(story.deadline("T19.1").is_some_and(|one| one.done_at.is_some()));
    story.now = at("2025-06-10 10:00");
    story.run("reopen", json!({}));
    story
}

#[test]
fn a_clock_that_only_closing_had_ended_runs_again_from_the_reopening() {
    let story = reopened(&[]);
    let total = story.deadline("T19.1").unwrap();
    assert_eq!(
        (total.from.as_str(), total.done_at, total.started_at),
        ("reopened", None, story.now)
    );
    assert_eq!(story.due("T19.1"), "2025-06-17 00:00");
}

#[test]
fn a_clock_that_was_met_before_closing_stays_met() {
    let story = reopened(&["qa_forwarded"]);
    let met = story.deadline("T19.2").unwrap();
    assert_eq!(
        (met.from.as_str(), met.done_at),
        ("accepted", Some(at("2025-06-09 09:00")))
    );
}

#[test]
fn a_list_holds_no_more_than_the_record_has_lines_for() {
    let mut story = came(&P20, "原料结块,颜色发黄。");
    let actor = story.administrator();
    let four = json!({"fields": {"interim_measures": ["一", "二", "三", "四"]}});
    let refused = story.try_as(&actor, "edit", four).unwrap_err();
    assert_eq!(refused.0[0].code, "too_many");
    assert_eq!(
        refused.0[0]
            .values
            .iter()
            .find(|(key, _)| key == "max")
            .map(|(_, max)| max.as_str()),
        Some("3")
    );
    edit(&mut story, json!({"interim_measures": ["一", "二", "三"]}));
}
