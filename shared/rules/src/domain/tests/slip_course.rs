//! Slips in their complaint's course: where they may be opened, by whom, what they hold up, and the clocks they run.

use super::slips::{HOUSE, registered, returning};
use super::*;
use crate::procedure::cases;

#[test]
fn a_slip_opens_only_where_its_rule_allows() {
    let mut story = registered();
    let recall = json!({"fields": {"batches": ["B1"]}});
    assert_eq!(story.refusal("isolate", json!({})), "no_slip_here");
    assert_eq!(story.refusal("recall", recall.clone()), "slip_condition");
    story.run("edit", json!({"fields": {"justified": true}}));
    assert_eq!(
        story.refusal("recall", recall.clone()),
        "missing_field",
        "the product is not known"
    );
    story.run("edit", json!({"fields": {"product_name": "水泵"}}));
    assert_eq!(
        story.refusal("recall", recall.clone()),
        "missing_field",
        "the guard wants the memo"
    );
    story.run("edit", json!({"fields": {"memo": "查过"}}));
    let stray = json!({"fields": {"batches": ["B1"], "carrier": "x"}});
    assert_eq!(story.refusal("recall", stray), "field_not_on_slip");
    story.run("recall", recall);
    let product = &story.it().slips[0].fields["product_name"];
    assert_eq!(product.plain(), "水泵", "what the complaint says is carried over");
    assert_eq!(
        story.refusal("recall", json!({"n": 1, "fields": {"product_name": null}})),
        "missing_field"
    );
    assert_eq!(story.refusal("recall", json!({"n": 2, "step": "done"})), "no_such_slip");
    assert_eq!(story.refusal("recall", json!({"step": "done"})), "missing_field");
}

#[test]
fn nothing_is_opened_before_the_registration() {
    let mut story = Story::begin(&HOUSE, "2025-02-17 10:00", "Ⅱ類");
    assert_eq!(
        story.refusal("service", json!({"fields": {"technician": "t"}})),
        "not_allowed_in_stage"
    );
}

#[test]
fn only_the_desks_of_the_rule_deal_with_it_whoever_has_the_complaint() {
    let mut story = registered();
    let fields = json!({"fields": {"quantity_approved": 1, "return_reason": "x"}});
    let store = story.staff("store", Role::Department, Some("倉儲"));
    let other = story.staff("buyer", Role::Department, Some("採購"));
    let code = |refused: Refused| refused.0[0].code.clone();
    assert_eq!(
        code(story.try_as(&other, "return_goods", fields.clone()).unwrap_err()),
        "forbidden"
    );
    let officer = story.staff("officer", Role::Officer, Some("質管部"));
    assert_eq!(
        code(story.try_as(&officer, "return_goods", fields.clone()).unwrap_err()),
        "only_desk"
    );
    assert!(story.try_as(&store, "return_goods", fields).unwrap().is_some());
    let auditor = story.staff("audit", Role::Auditor, None);
    assert!(
        story
            .try_as(&auditor, "return_goods", json!({"n": 1, "step": "cancel"}))
            .is_err()
    );
}

#[test]
fn an_open_slip_holds_up_the_end_where_its_rule_says_so() {
    let mut story = returning();
    story.run("service", json!({"fields": {"technician": "t"}}));
    story.run("reply", json!({"text": "答", "channel": "letter", "formal": true}));
    story.run("react", json!({"reaction": "accepted"}));
    let actor = story.administrator();
    let close = json!({"reason": "customer_satisfied"});
    let refused = story.try_as(&actor, "close", close.clone()).unwrap_err();
    assert_eq!(refused.0.len(), 1, "{refused:?}");
    let values: BTreeMap<_, _> = refused.0[0].values.iter().cloned().collect();
    assert_eq!(
        (refused.0[0].code.as_str(), values["title"].as_str()),
        ("slip_open", "退货单")
    );
    story.run("return_goods", json!({"n": 1, "step": "cancel"}));
    story.run("close", close);
    // The service order goes on after the end; a new one needs the complaint to be taken up again.
    assert_eq!(
        story.refusal("service", json!({"fields": {"technician": "u"}})),
        "not_allowed_in_stage"
    );
    story.run("service", json!({"n": 1, "step": "done"}));
    assert_eq!(
        story.refusal("service", json!({"n": 1, "step": "done"})),
        "not_allowed_in_stage"
    );
}

#[test]
fn a_second_report_does_not_set_back_the_clock_of_the_first() {
    let mut story = registered();
    story.run(
        "report_authority",
        json!({"fields": {"authority": "甲局", "report_due": "2025-02-20"}}),
    );
    assert_eq!(
        (story.due("TR1"), story.due("TR2")),
        ("2025-02-18 10:00".into(), "2025-02-21 00:00".into())
    );
    story.now = at("2025-02-17 15:00");
    story.run("report_authority", json!({"fields": {"authority": "乙局"}}));
    assert_eq!(story.due("TR1"), "2025-02-18 10:00");
    let settle = |n: u32| json!({"n": n, "step": "done", "fields": {"reported_on": "2025-02-17"}});
    story.run("report_authority", settle(2));
    assert_eq!(
        story.deadline("TR1").unwrap().done_at,
        None,
        "the first is still to be sent"
    );
    story.now = at("2025-02-18 11:00");
    story.run("report_authority", settle(1));
    let first = story.deadline("TR1").unwrap();
    // Both are settled now: the row shows the last that was begun.
    assert_eq!(first.done_at, Some(at("2025-02-17 15:00")));
}

#[test]
fn a_clock_of_law_runs_on_while_the_customer_is_asked() {
    let mut story = registered();
    story.run("report_authority", json!({"fields": {"authority": "局"}}));
    story.run("request_info", json!({"fields": ["batch_no"]}));
    let report = story.deadline("TR1").unwrap();
    assert!(report.runs() && !report.paused);
    let extend = json!({"rule": "TR1", "due_at": "2025-02-28T10:00:00+08:00", "consent": true});
    assert_eq!(story.refusal("extend", extend), "cannot_extend");
    story.now = at("2025-02-18 12:00");
    assert!(story.deadline("TR1").unwrap().late);
}

#[test]
fn a_notice_looks_at_the_slip_that_reached_its_milestone() {
    let mut story = registered();
    story.directory.desks.insert(desk("總經理"), vec![user("boss")]);
    story.run(
        "edit",
        json!({"fields": {"justified": true, "product_name": "x", "memo": "y"}}),
    );
    story.run("recall", json!({"fields": {"batches": ["B1"], "recall_category": "2"}}));
    assert!(story.told("notice", "boss").is_empty());
    story.run("recall", json!({"fields": {"batches": ["B2"], "recall_category": "1"}}));
    assert_eq!(story.told("notice", "boss").len(), 1);
}

#[test]
fn words_and_persons_on_a_slip_stay_out_of_the_log() {
    let mut story = returning();
    let actor = story.administrator();
    let fields = json!({"n": 1, "fields": {"customer_name": "張三", "return_difference": "機密差異"}});
    let turn = story.try_as(&actor, "return_goods", fields).unwrap().unwrap();
    assert!(!turn.body.contains("張三") && !turn.body.contains("機密差異"));
    let face: Vec<(&str, Option<&str>)> = turn
        .face
        .iter()
        .map(|(key, words)| (key.as_str(), words.as_deref()))
        .collect();
    assert_eq!(face, [("return_goods-1-customer_name", Some("張三"))]);
    assert_eq!(turn.texts.iter().filter(|kept| kept.words == "機密差異").count(), 1);
}

#[test]
fn a_case_says_what_became_of_the_slips() {
    let case = |stage: &str, quantity: &str| {
        format!(
            r#"
            [[case]]
            name = "退货单先批后收，数量相符才办结"
            given = {{ received_at = "2025-02-17 10:00", class = "Ⅱ類" }}
            [[case.when]]
            do = {{ type = "register" }}
            [[case.when]]
            do = {{ type = "return_goods", fields = {{ quantity_approved = 5, return_reason = "破损" }} }}
            [[case.when]]
            do = {{ type = "approve", request = "A27" }}
            [[case.when]]
            do = {{ type = "return_goods", n = 1, step = "done", fields = {{ quantity_received = 4 }} }}
            refused = "slip_mismatch"
            [case.then]
            slips = [{{ kind = "return_goods", stage = "{stage}", fields = {{ quantity_approved = "{quantity}" }} }}]
            milestones = ["return_goods_approved"]
            "#
        )
    };
    let run = |text: &str| {
        let file = cases::parse(text).unwrap();
        cases::run(&file.case[0], &HOUSE, WorkCalendar::builtin("cn").unwrap())
    };
    assert_eq!(run(&case("approved", "5")), Ok(()));
    assert!(run(&case("done", "5")).is_err_and(|wrong| wrong[0].contains("return_goods approved")));
    assert!(run(&case("approved", "6")).is_err_and(|wrong| wrong[0].contains("should be `6`")));
}
