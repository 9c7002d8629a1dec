//! Slips from opening to settling, and their approvals.

use rstest::rstest;

use super::*;
use crate::domain::command::CommandKind;
use crate::domain::names::{Milestone, RuleId, known};
use crate::procedure::cases;
use crate::procedure::model::SlipKind;

/// A house with every kind of slip: P20's course, the return slip of P19, the recall of P01, the price of P03.
pub(super) static HOUSE: LazyLock<Procedure> = LazyLock::new(|| {
    let differences = r#"
        [procedure]
        id = "S20"
        extends = "P20"
        [[slip]]
        rule = "S1"
        kind = "return_goods"
        title = { zh-Hans = "退货单", en = "return slip" }
        by = ["市場部", "倉儲"]
        needs = ["quantity_approved", "return_reason"]
        done_needs = ["quantity_received"]
        fields = ["return_difference", "customer_name"]
        equal = [["quantity_approved", "quantity_received"]]
        source = "P19 4.9.3"
        [[slip]]
        rule = "S2"
        kind = "recall"
        title = { zh-Hans = "召回记录", en = "recall" }
        when = { field = { justified = [true] } }
        needs = ["batches", "product_name"]
        fields = ["destinations", "recall_category"]
        done_needs = ["closing_note"]
        source = "P01 4.4.2"
        [[slip]]
        rule = "S3"
        kind = "service"
        title = { zh-Hans = "售后服务单", en = "service order" }
        needs = ["technician"]
        fields = ["list_price", "quoted_price", "amount"]
        blocks_closing = false
        source = "P03 三.2"
        [[slip]]
        rule = "S4"
        kind = "report_authority"
        title = { zh-Hans = "监管报告", en = "report" }
        needs = ["authority"]
        fields = ["report_due"]
        done_needs = ["reported_on"]
        source = "P20 4.6"
        [[approval]]
        rule = "A27"
        title = { zh-Hans = "退货", en = "return" }
        at = "return_goods"
        approver = "經理"
        source = "P19 4.9.3"
        [[approval]]
        rule = "A28"
        title = { zh-Hans = "数量差异", en = "difference" }
        at = "return_goods"
        when = { filled = ["return_difference"] }
        approver = "總經理"
        source = "P19 4.9.5"
        [[approval]]
        rule = "A05"
        title = { zh-Hans = "低价", en = "low price" }
        at = "service"
        when = { below = { field = "quoted_price", of = "list_price", percent = 10 } }
        approver = "總經理"
        source = "P03 三.2"
        [[deadline]]
        rule = "TR1"
        title = { zh-Hans = "报告", en = "report" }
        from = "report_authority_opened"
        until = ["report_authority_done", "report_authority_cancelled"]
        within = "24 hours"
        statutory = true
        survives_closing = true
        responsible = "質管部"
        source = "P05 4.1.2"
        [[deadline]]
        rule = "TR2"
        title = { zh-Hans = "按期报告", en = "report by its date" }
        from = "report_authority_opened"
        until = ["report_authority_done", "report_authority_cancelled"]
        date_field = "report_due"
        responsible = "質管部"
        source = "P05 4.1.2"
        [[notice]]
        rule = "N1"
        at = "recall_opened"
        when = { field = { recall_category = ["1"] } }
        tell = ["總經理"]
        source = "P01 4.4.1"
        [[guard]]
        command = "recall"
        fields = ["memo"]
        source = "P01 4.4.2"
    "#;
    let source = Source {
        files: [("procedure.toml".to_owned(), differences.to_owned())].into(),
    };
    let mut house = load(&source, &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}"));
    // The base may have slips of its own; here only those above are spoken of.
    let pack = &mut house.pack;
    let of_slips = |name: &Milestone| SlipKind::reaching(name.as_str()).is_some();
    let own =
        |rule: &RuleId| ["S1", "S2", "S3", "S4", "A05", "A27", "A28", "TR1", "TR2", "N1"].contains(&rule.as_str());
    pack.slip.retain(|one| own(&one.rule));
    pack.approval.retain(|one| one.at.slip().is_none() || own(&one.rule));
    pack.notice.retain(|one| !of_slips(&one.at) || own(&one.rule));
    pack.deadline
        .retain(|one| !one.from.iter().any(of_slips) || own(&one.rule));
    pack.guard
        .retain(|one| one.command.slip().is_none() || one.source == "P01 4.4.2");
    pack.implied.retain(|one| !of_slips(&one.by) && !of_slips(&one.reaches));
    pack.closing.retain(|one| !one.reached.iter().any(of_slips));
    house
});

/// What random lives do with slips, right and wrong.
pub(super) fn wishes() -> Vec<Json> {
    let mut all = Vec::new();
    for kind in SlipKind::ALL {
        let of = |rest: Json| {
            let mut one = rest;
            one["type"] = json!(kind.name());
            one
        };
        all.extend([
            of(json!({})),
            of(json!({"fields": {"quantity_approved": 5, "return_reason": "破损", "customer_name": "某人"}})),
            of(json!({"fields": {"batches": ["B1"], "product_name": "泵", "technician": "t", "authority": "局", "quoted_price": 1, "list_price": 9}})),
            of(json!({"n": 1, "fields": {"quantity_received": 5, "reported_on": "2025-03-20", "customer_name": null}})),
            of(json!({"n": 1, "fields": {"quantity_received": 4, "return_difference": "少一件"}})),
            of(json!({"n": 1, "fields": {"quantity_approved": 4}})),
            of(json!({"n": 2, "fields": {"quantity_approved": null, "nonsense": []}})),
            of(json!({"n": 1, "step": "done"})),
            of(json!({"n": 2, "step": "done", "fields": {"quantity_received": "5.0", "closing_note": "完"}})),
            of(json!({"n": 1, "step": "cancel"})),
            of(json!({"n": 4_294_967_295u32, "step": "cancel"})),
            of(json!({"step": "done"})),
        ]);
    }
    all
}

pub(super) fn registered() -> Story<'static> {
    let mut story = Story::begin(&HOUSE, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story
}

pub(super) fn returning() -> Story<'static> {
    let mut story = registered();
    story.run(
        "return_goods",
        json!({"fields": {"quantity_approved": 100, "return_reason": "破损"}}),
    );
    story
}

pub(super) fn decide(story: &mut Story<'_>, kind: &str, rule: &str) {
    let open = story.it().approvals.iter();
    let open = open.filter(|one| one.decision.is_none()).find(|one| one.rule == *rule);
    let request = open.unwrap_or_else(|| panic!("{rule} is not open")).request.to_string();
    story.run(kind, json!({"request": request, "password": "-"}));
}

pub(super) fn stage(story: &Story<'_>, at: usize) -> &'static str {
    story.it().slips[at].stage.name()
}

#[test]
fn every_milestone_of_a_slip_is_in_the_vocabulary_and_only_its_command_reaches_it() {
    for kind in SlipKind::ALL {
        assert_eq!(kind.command().slip(), Some(kind));
        assert_eq!(SlipKind::parse(kind.name()), Some(kind));
        for name in kind.milestones() {
            assert!(known::ALL.contains(&name) && known::by_command(name), "{name}");
            assert!(name.starts_with(kind.name()), "{name}");
        }
    }
    assert_eq!(CommandKind::Close.slip(), None);
}

#[test]
fn a_slip_is_approved_settled_and_leaves_its_milestones() {
    let mut story = returning();
    assert_eq!(stage(&story, 0), "open");
    assert_eq!(story.it().approvals[0].slip, Some(1));
    assert_eq!(
        story.refusal("return_goods", json!({"n": 1, "step": "done"})),
        "slip_awaits_approval"
    );
    decide(&mut story, "approve", "A27");
    assert_eq!(stage(&story, 0), "approved");
    story.run(
        "return_goods",
        json!({"n": 1, "step": "done", "fields": {"quantity_received": "100.0"}}),
    );
    assert_eq!(stage(&story, 0), "done");
    let reached: Vec<&str> = story
        .it()
        .milestones
        .iter()
        .filter(|one| one.slip == Some(1))
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(
        reached,
        ["return_goods_opened", "return_goods_approved", "return_goods_done"]
    );
    assert_eq!(
        story.refusal("return_goods", json!({"n": 1, "fields": {"quantity_received": 1}})),
        "slip_settled"
    );
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn a_difference_between_approved_and_received_quantity_blocks_the_settling_and_names_both() {
    let mut story = returning();
    decide(&mut story, "approve", "A27");
    let actor = story.administrator();
    let short = json!({"n": 1, "step": "done", "fields": {"quantity_received": 97.5}});
    let refused = story.try_as(&actor, "return_goods", short).unwrap_err();
    let values: BTreeMap<_, _> = refused.0[0].values.iter().cloned().collect();
    assert_eq!(refused.0[0].code, "slip_mismatch");
    assert_eq!(
        (values["left_value"].as_str(), values["right_value"].as_str()),
        ("100", "97.5")
    );
    assert_eq!(
        story.it().slips[0].fields.len(),
        2,
        "nothing of a refused command stays"
    );
}

#[test]
fn what_was_found_out_later_leaves_the_approval_and_what_was_approved_does_not() {
    let mut story = returning();
    decide(&mut story, "approve", "A27");
    story.run("return_goods", json!({"n": 1, "fields": {"quantity_received": 97}}));
    assert_eq!(stage(&story, 0), "approved");
    story.run(
        "return_goods",
        json!({"n": 1, "fields": {"return_difference": "少三件"}}),
    );
    assert_eq!(stage(&story, 0), "open", "the difference is asked of somebody else");
    decide(&mut story, "approve", "A28");
    assert_eq!(stage(&story, 0), "approved");
    story.run("return_goods", json!({"n": 1, "fields": {"quantity_approved": 97}}));
    assert_eq!(stage(&story, 0), "open");
    decide(&mut story, "approve", "A27");
    decide(&mut story, "approve", "A28");
    story.run("return_goods", json!({"n": 1, "step": "done"}));
    assert_eq!(stage(&story, 0), "done");
}

#[test]
fn saying_the_same_again_changes_nothing_and_asks_nobody() {
    let mut story = returning();
    decide(&mut story, "approve", "A27");
    let same = json!({"n": 1, "fields": {"quantity_approved": "100", "return_reason": "破损"}});
    let actor = story.administrator();
    assert!(story.try_as(&actor, "return_goods", same).unwrap().is_none());
    story.run("return_goods", json!({"n": 1, "fields": {"return_difference": "少"}}));
    let asked = story.it().approvals.len();
    let again = json!({"n": 1, "fields": {"return_difference": "少"}});
    assert!(story.try_as(&actor, "return_goods", again).unwrap().is_none());
    assert_eq!(story.it().approvals.len(), asked);
}

#[test]
fn a_refused_slip_is_changed_and_asked_again_or_given_up() {
    let mut story = returning();
    decide(&mut story, "refuse", "A27");
    assert_eq!(stage(&story, 0), "refused");
    assert_eq!(
        story.refusal("return_goods", json!({"n": 1, "step": "done"})),
        "slip_awaits_approval"
    );
    story.run("return_goods", json!({"n": 1, "fields": {"quantity_approved": 50}}));
    assert_eq!((stage(&story, 0), story.it().awaits_approval()), ("open", true));
    let letters = story.letters.len();
    story.run("return_goods", json!({"n": 1, "step": "cancel"}));
    assert_eq!((stage(&story, 0), story.it().awaits_approval()), ("cancelled", false));
    let after = story.letters.iter().skip(letters);
    assert!(
        after.into_iter().all(|(_, one)| one.template != "approval_decided"),
        "nobody decided anything"
    );
    assert!(story.it().ever("return_goods_cancelled"));
}

#[test]
fn giving_up_needs_a_reason() {
    let case = r#"
        [[case]]
        name = "作废须写明原因"
        given = { received_at = "2025-02-17 10:00", class = "Ⅱ類" }
        [[case.when]]
        then = { not_allowed = ["service", "return_goods"] }
        [[case.when]]
        do = { type = "register" }
        then = { allowed = ["service", "return_goods"], not_allowed = ["recall", "isolate"] }
        [[case.when]]
        do = { type = "service", fields = { technician = "张工" } }
        [[case.when]]
        do = { type = "service", n = 1, step = "cancel" }
        refused = "reason_needed"
        [[case.when]]
        do = { type = "service", n = 1, step = "cancel" }
        reason = "客户撤回"
        [case.then]
        slips = [{ kind = "service", stage = "cancelled" }]
    "#;
    let file = cases::parse(case).unwrap();
    let played = cases::run(&file.case[0], &HOUSE, WorkCalendar::builtin("cn").unwrap());
    assert_eq!(played, Ok(()));
}

#[rstest]
#[case("10 percent is not more than 10 percent", json!({"list_price": 1000, "quoted_price": 900}), false)]
#[case("a little more is", json!({"list_price": 1000, "quoted_price": "899.99"}), true)]
#[case("without a list price nothing can be said", json!({"quoted_price": 1}), false)]
fn a_low_price_goes_up_for_approval(#[case] why: &str, #[case] prices: Json, #[case] asked: bool) {
    let mut story = registered();
    let mut fields = prices;
    fields["technician"] = json!("t");
    story.run("service", json!({"fields": fields}));
    assert_eq!(story.it().awaits_approval(), asked, "{why}");
}

#[test]
fn a_price_lowered_later_goes_up_for_approval_too() {
    let mut story = registered();
    story.run(
        "service",
        json!({"fields": {"technician": "t", "list_price": 1000, "quoted_price": 950}}),
    );
    story.run("service", json!({"n": 1, "fields": {"quoted_price": 800}}));
    assert_eq!(
        story.refusal("service", json!({"n": 1, "step": "done"})),
        "slip_awaits_approval"
    );
    decide(&mut story, "refuse", "A05");
    story.run("service", json!({"n": 1, "fields": {"quoted_price": 990}}));
    story.run("service", json!({"n": 1, "step": "done"}));
}
