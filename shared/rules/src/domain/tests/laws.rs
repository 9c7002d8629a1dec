//! Laws over random lives: nothing panics, the log gives the head, no rung is told twice, the end is quiet.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::super::event::Event;
use super::*;

/// One random thing: who, what, and how many minutes later.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub by: usize,
    pub what: Json,
    pub later: i64,
}

pub(super) fn moves(of: Vec<Json>) -> impl Strategy<Value = Vec<Move>> {
    let what = prop::sample::select(of);
    let one = (0..6usize, what, prop_oneof![Just(0), 1..600i64, 1_000..60_000i64]);
    prop::collection::vec(one.prop_map(|(by, what, later)| Move { by, what, later }), 1..30)
}

pub(super) fn wishes() -> Vec<Json> {
    let name = |name: &str| json!({"type": "milestone", "name": name});
    let close = |reason: &str| json!({"type": "close", "reason": reason});
    let mut all = vec![
        json!({"type": "tick"}),
        json!({"type": "tick"}),
        json!({"type": "tick"}),
        json!({"type": "successor"}),
        json!({"type": "register"}),
        json!({"type": "register"}),
        json!({"type": "register"}),
        json!({"type": "request_info", "fields": ["batch_no"]}),
        json!({"type": "supply_info", "fields": {"batch_no": "1"}}),
        json!({"type": "verify", "upheld": true}),
        json!({"type": "verify", "upheld": false}),
        json!({"type": "classify", "class": "重大投诉"}),
        json!({"type": "classify", "class": "非质量异常"}),
        json!({"type": "classify", "class": "免费服务(C)"}),
        json!({"type": "classify", "class": "Ⅰ類", "axes": {"topic": "品質"}}),
        json!({"type": "classify", "class": "非投诉(咨询)"}),
        json!({"type": "route", "department": "业务经理"}),
        json!({"type": "route", "department": "質管部", "person": "qa@house.example"}),
        json!({"type": "contain", "measures": "隔离"}),
        json!({"type": "investigate", "result": "查明", "quantity": 3}),
        json!({"type": "judge", "party": "company", "department": "生产部"}),
        json!({"type": "judge", "party": "nobody"}),
        json!({"type": "propose", "treatment": "exchange", "amount": "900"}),
        json!({"type": "propose", "treatment": "compensation", "amount": "999999999999999999999999"}),
        json!({"type": "submit"}),
        json!({"type": "approve", "request": "?", "password": "-"}),
        json!({"type": "approve", "request": "?", "password": "-"}),
        json!({"type": "refuse", "request": "?", "password": "-"}),
        json!({"type": "execute", "note": "做完"}),
        json!({"type": "reply", "text": "答复", "channel": "email", "formal": true}),
        json!({"type": "reply", "text": "答复", "channel": "letter", "formal": true}),
        json!({"type": "reply", "text": "答复", "channel": "telephone", "formal": false}),
        json!({"type": "react", "reaction": "accepted"}),
        json!({"type": "react", "reaction": "disputed", "note": "不行"}),
        json!({"type": "confirm", "what": "T20.5"}),
        json!({"type": "extend", "rule": "T19.1", "due_at": "2025-07-30T17:30:00+08:00", "consent": false}),
        json!({"type": "extend", "rule": "T20.2", "due_at": "9999-12-31T23:59:59+08:00", "consent": true}),
        json!({"type": "reopen"}),
        json!({"type": "link", "to": "other", "kind": "recurrence"}),
        json!({"type": "merge", "into": "other"}),
        json!({"type": "unmerge"}),
        json!({"type": "acknowledge", "rule": "T19.1"}),
        json!({"type": "acknowledge", "rule": "T20.3"}),
        json!({"type": "survey", "handling": "yes", "speed": "partly", "channel": "telephone"}),
        json!({"type": "survey", "handling": "no", "remark": "太慢", "at": "2025-04-01T09:00:00+08:00"}),
        json!({"type": "note", "text": ""}),
        json!({"type": "note", "text": "备注"}),
        json!({"type": "edit", "fields": {"justified": false, "expiry_date": "2025-03-01"}}),
        json!({"type": "edit", "fields": {"amount": "5000", "memo": "异议", "nonsense": 1}}),
        json!({"type": "edit", "fields": {"authority_report": true, "batch_no": null}}),
        json!({"type": "edit", "fields": {"human_negligence": true, "receivable_due": "2025-04-01"}}),
        json!({"type": "capa_open"}),
        json!({"type": "capa_plan", "measures": "改"}),
        json!({"type": "capa_done"}),
        json!({"type": "capa_check", "effective": false}),
        json!({"type": "capa_check", "effective": true}),
        json!({"type": "capa_waive", "reason": "偶发"}),
    ];
    all.extend(
        [
            "handed_over",
            "accepted",
            "qa_forwarded",
            "reminded",
            "reported",
            "archived",
            "isolation_ordered",
        ]
        .map(name),
    );
    all.extend(
        [
            "signed_off",
            "customer_satisfied",
            "silence_timeout",
            "not_upheld",
            "nonsense",
        ]
        .map(close),
    );
    all
}

/// Slips opened, changed and settled, rightly and wrongly, among what makes that possible.
pub(super) fn with_slips() -> Vec<Json> {
    const BESIDES: &[&str] = &[
        "register",
        "approve",
        "refuse",
        "tick",
        "reopen",
        "close",
        "reply",
        "react",
        "request_info",
    ];
    let mut all = super::slips::wishes();
    let besides = wishes()
        .into_iter()
        .filter(|one| BESIDES.iter().any(|name| one["type"] == **name));
    all.extend(besides);
    all.push(json!({"type": "edit", "fields": {"justified": true, "memo": "查过", "product_name": "泵"}}));
    all
}

fn actor(story: &Story<'_>, by: usize) -> Actor {
    match by {
        0 => Actor::Customer,
        1 => story.staff("officer", Role::Officer, None),
        2 => story.staff("qa", Role::Department, Some("質管部")),
        3 => story.staff("audit", Role::Auditor, None),
        _ => story.administrator(),
    }
}

/// Makes a move; nothing comes of what is refused.
fn moved(story: &mut Story<'_>, one: &Move) -> Option<Turn> {
    story.now += TimeDelta::minutes(one.later);
    let turn = match one.what["type"].as_str().unwrap() {
        "tick" => story.wish(Wish::Tick, &Actor::System),
        "successor" => story.wish(Wish::SuccessorMade, &Actor::System),
        kind => {
            let mut what = one.what.clone();
            if what["request"] == json!("?") {
                let open = story.it().approvals.iter().find(|one| one.decision.is_none());
                what["request"] = json!(open.map_or("none", |one| one.request.as_str()));
            }
            let actor = actor(story, one.by);
            story.try_as(&actor, kind, what)
        }
    };
    turn.ok().flatten()
}

/// A random life.
pub(super) fn lived<'a>(procedure: &'a Procedure, moves: &[Move]) -> Story<'a> {
    lived_from(procedure, at("2025-03-14 17:20"), moves)
}

/// A random life that begins at a moment.
pub(super) fn lived_from<'a>(procedure: &'a Procedure, received: Moment, moves: &[Move]) -> Story<'a> {
    let class = procedure.classes(procedure.main_axis()).remove(0);
    let mut story = Story::begin_at(procedure, received, &class);
    for one in moves {
        moved(&mut story, one);
    }
    story
}

fn live(procedure: &Procedure, moves: &[Move]) {
    let class = procedure.classes(procedure.main_axis()).remove(0);
    let mut story = Story::begin(procedure, "2025-03-14 17:20", &class);
    let mut told: BTreeSet<String> = BTreeSet::new();
    for one in moves {
        let ended = story.it().stage.ended();
        let Some(turn) = moved(&mut story, one) else { continue };
        assert_eq!(story.replayed(), turn.after, "the log gives another head");
        for event in &turn.events {
            let Event::Escalated { rungs } = event else { continue };
            for rung in rungs {
                let clock = format!("{} {} {} {}", rung.rule, rung.started_at, rung.due_at, rung.rungs);
                assert!(told.insert(clock.clone()), "told twice: {clock}");
            }
        }
        if ended && turn.after.stage.ended() {
            let loud = turn
                .letters
                .iter()
                .flat_map(|one| &one.items)
                .filter(|item| !item.rung.is_empty());
            for item in loud {
                let rule = story.procedure.deadline(item.rule.as_str()).unwrap();
                assert!(rule.survives_closing, "{} was told after the end", item.rule);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_life_panics_and_every_log_gives_its_head(which in 0..4usize, moves in moves(wishes())) {
        let procedure: &Procedure = match which {
            0 => &P10,
            1 => &P19,
            2 => &P20,
            _ => &VARIANT,
        };
        live(procedure, &moves);
    }

    #[test]
    fn no_life_with_slips_panics_and_every_log_gives_its_head(moves in moves(with_slips())) {
        live(&super::slips::HOUSE, &moves);
    }
}
