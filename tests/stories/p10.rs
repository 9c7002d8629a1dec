//! The car dealer (P10): half-hour hand-overs, major triggers, escalation that is told once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::{World, body, deadline};

/// A Tuesday morning in working time.
const NOW: &str = "2026-03-10T10:00:00+08:00";

/// How often each (rule, rung, recipient) was written to.
fn by_rung(letters: &[Value]) -> BTreeMap<(String, String, String), usize> {
    let mut counts = BTreeMap::new();
    // Duties have rungs too, and go on whatever becomes of a complaint.
    for letter in letters
        .iter()
        .filter(|letter| !letter["rung"].is_null() && !letter["number"].is_null())
    {
        let text = |key: &str| letter[key].as_str().unwrap_or_default().to_owned();
        *counts.entry((text("rule"), text("rung"), text("to"))).or_default() += 1;
    }
    counts
}

fn safety() -> Value {
    let mut complaint = body("昨天刚做完保养,今天在高速上刹车突然失灵,差点出人命");
    complaint["answers"] = json!({"safety_related": true});
    complaint
}

#[test]
fn a_safety_trigger_makes_a_major_complaint_and_half_an_hour_later_managers_hear_of_it_once() {
    let world = World::new("P10", NOW);
    let answer = world.complain("story-p10-safety", &safety());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let reply = answer.json();
    assert_eq!(reply["class"], "重大投诉");
    assert_eq!(reply["department"], "服务经理");
    assert_eq!(
        deadline(&reply["deadlines"], "T10.2")["due_at"],
        "2026-03-10T10:30:00+08:00"
    );
    assert_eq!(reply["query_code"].as_str().unwrap().len(), 10);

    world.clock("2026-03-10T10:31:00+08:00");
    let first = by_rung(&world.outbox());
    assert!(
        first.keys().any(|(rule, rung, _)| rule == "T10.2" && rung == "late"),
        "{first:?}"
    );
    assert!(first.values().all(|count| *count == 1), "{first:?}");
    // However often the clock is moved or the sweep runs at the same moment, nobody hears twice.
    for _ in 0..3 {
        world.clock("2026-03-10T10:31:00+08:00");
    }
    assert_eq!(by_rung(&world.outbox()), first);
    world.clock("2026-03-10T10:32:00+08:00");
    assert_eq!(by_rung(&world.outbox()), first);
    assert!(world.outbox().iter().all(|letter| letter["state"] == "sent"));
}

#[test]
fn a_warning_comes_before_the_limit_and_none_after_the_hand_over() {
    let world = World::new("P10", NOW);
    let id = world.complain("story-p10-warning", &safety()).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.clock("2026-03-10T10:21:00+08:00");
    assert_eq!(world.letters("due_soon").len(), 1);
    assert_eq!(world.letters("overdue").len(), 0);
    let staff = world.sign_in();
    staff.does(&id, json!({"type": "milestone", "name": "handed_over"}));
    world.clock("2026-03-10T10:40:00+08:00");
    let late = world.letters("overdue");
    assert!(
        late.iter().all(|letter| letter["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["rule"] != "T10.2")),
        "{late:?}"
    );
}

#[test]
fn three_missed_days_give_one_letter_that_lists_all_and_closing_ends_them() {
    let world = World::new("P10", NOW);
    let id = world.complain("story-p10-three-days", &safety()).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.clock("2026-03-13T10:00:00+08:00");
    let overdue = world.letters("overdue");
    assert_eq!(overdue.len(), 1, "{overdue:#?}");
    let items = overdue[0]["items"].as_array().unwrap();
    let rules: Vec<&str> = items.iter().map(|item| item["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"T10.2") && rules.len() > 1, "{rules:?}");
    assert!(overdue[0]["text"].as_str().unwrap().contains("T10.2"));

    let staff = world.sign_in();
    staff.does(&id, json!({"type": "register"}));
    staff.does(&id, json!({"type": "route", "department": "服务经理"}));
    staff.does(&id, json!({"type": "edit", "fields": {"licence_plate": "鄂A12345"}}));
    staff.does(
        &id,
        json!({"type": "investigate", "result": "制动液渗漏", "cause_main": "接头未拧紧"}),
    );
    staff.does(&id, json!({"type": "propose", "treatment": "repair", "amount": "800"}));
    staff.does(&id, json!({"type": "submit"}));
    staff.approves_all(&id);
    staff.does(&id, json!({"type": "execute"}));
    staff.does(
        &id,
        json!({"type": "reply", "text": "已免费修复并复检", "channel": "email", "formal": true}),
    );
    staff.does(&id, json!({"type": "react", "reaction": "accepted"}));
    let closed = staff.does(&id, json!({"type": "close", "reason": "customer_satisfied"}));
    assert_eq!(closed["stage"], "closed");
    let before = by_rung(&world.outbox());
    world.clock("2026-04-30T10:00:00+08:00");
    assert_eq!(by_rung(&world.outbox()), before);
    assert_eq!(world.letters("reply").len(), 1);
}

#[test]
fn letters_go_to_whoever_holds_the_desk_and_pass_on_where_nobody_does() {
    let world = World::new("P10", NOW);
    let staff = world.sign_in();
    let directory = staff.get("/api/directory").json();
    let mut edited = directory.clone();
    edited["desks"] = json!({"客户部": ["li.na@dealer.example"], "总经理": ["wang@dealer.example"]});
    edited["people"] = json!({
        "li.na@dealer.example": {"name": "李娜", "language": "zh-Hans"},
        "wang@dealer.example": {"name": "王总", "language": "en"},
    });
    let put = World::agent()
        .put(format!("{}/api/directory", world.base))
        .header("content-type", "application/json")
        .header("cookie", &staff.cookie)
        .header("x-kesu-csrf", &staff.csrf)
        .send(edited.to_string())
        .unwrap();
    assert_eq!(put.status(), 200);
    world.complain("story-p10-desks", &safety());
    world.clock("2026-03-10T10:31:00+08:00");
    let overdue = world.letters("overdue");
    let to: Vec<&str> = overdue.iter().map(|letter| letter["to"].as_str().unwrap()).collect();
    assert!(
        to.contains(&"li.na@dealer.example") && to.contains(&"wang@dealer.example"),
        "{to:?}"
    );
    let english = overdue
        .iter()
        .find(|letter| letter["to"] == "wang@dealer.example")
        .unwrap();
    assert!(english["subject"].as_str().unwrap().contains("missed"), "{english}");
    assert!(overdue.iter().all(|letter| letter["no_holder"].is_null()));
}
