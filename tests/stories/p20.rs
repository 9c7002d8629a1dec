//! The pharmaceutical maker (P20): answers by class, rounds of investigation, and the close after a long silence.

use serde_json::json;

use crate::world::{Person, World, body, deadline};

const NOW: &str = "2025-01-06T09:00:00+08:00";
const TEXT: &str = "這批含量仍在標準內,但溶解明顯變慢,攪拌半小時才澄清。";

fn received(world: &World, key: &str) -> String {
    let reply = world.complain(key, &body(TEXT)).json();
    assert_eq!(reply["class"], "Ⅱ類", "{reply}");
    reply["id"].as_str().unwrap().to_owned()
}

/// Registered, judged and answered.
fn answered(staff: &Person<'_>, id: &str, justified: bool) {
    staff.does(id, json!({"type": "register"}));
    staff.does(id, json!({"type": "verify", "upheld": true}));
    staff.does(
        id,
        json!({"type": "edit", "fields": {"justified": justified, "origin": "internal"}}),
    );
    staff.does(id, json!({"type": "investigate", "result": "粒徑分布偏大"}));
    staff.does(id, json!({"type": "judge", "party": "company"}));
    staff.does(
        id,
        json!({"type": "reply", "text": "答覆如下", "channel": "email", "formal": true}),
    );
}

#[test]
fn the_class_sets_the_time_for_the_answer() {
    let world = World::new("P20", "2025-02-17T10:00:00+08:00");
    let reply = world.complain("story-p20-class", &body(TEXT)).json();
    assert_eq!(
        deadline(&reply["deadlines"], "T20.2")["due_at"],
        "2025-03-04T00:00:00+08:00"
    );
    let id = reply["id"].as_str().unwrap();
    let staff = world.sign_in();
    let it = staff.does(id, json!({"type": "classify", "class": "Ⅰ類"}));
    assert_eq!(
        deadline(&it["deadlines"], "T20.1")["due_at"],
        "2025-03-11T00:00:00+08:00"
    );
    assert!(
        it["deadlines"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["rule"] != "T20.2")
    );
}

#[test]
fn silence_is_reminded_after_25_days_and_closed_after_10_working_days_and_a_confirmation() {
    let world = World::new("P20", NOW);
    let staff = world.sign_in();
    let id = received(&world, "story-p20-silence");
    world.clock("2025-01-10T10:00:00+08:00");
    answered(&staff, &id, false);
    // Day 25 is 02-04; the reminder goes out when it is over.
    world.clock("2025-02-04T23:59:00+08:00");
    assert!(world.letters("reminder").is_empty());
    world.clock("2025-02-05T00:00:00+08:00");
    assert_eq!(world.letters("reminder").len(), 1);
    let it = staff.complaint(&id);
    assert_eq!(
        deadline(&it["deadlines"], "T20.5")["due_at"],
        "2025-02-18T17:30:00+08:00"
    );
    assert_eq!(
        staff.is_refused(&id, json!({"type": "confirm", "what": "T20.5"})),
        ["nothing_to_confirm"]
    );
    world.clock("2025-02-18T17:30:00+08:00");
    assert_eq!(world.letters("confirm_wanted").len(), 1);
    assert!(
        staff
            .is_refused(&id, json!({"type": "close", "reason": "silence_timeout"}))
            .contains(&"needs".to_owned())
    );
    staff.does(&id, json!({"type": "confirm", "what": "T20.5"}));
    let it = staff.does(&id, json!({"type": "close", "reason": "silence_timeout"}));
    assert_eq!(it["stage"], "closed");
    assert_eq!(world.letters("closed").len(), 1);
    world.clock("2025-12-01T09:00:00+08:00");
    assert_eq!(world.letters("reminder").len(), 1);
}

#[test]
fn a_justified_complaint_is_not_closed_by_silence_after_the_first_answer() {
    let world = World::new("P20", NOW);
    let staff = world.sign_in();
    let id = received(&world, "story-p20-first-answer");
    answered(&staff, &id, true);
    world.clock("2025-06-01T09:00:00+08:00");
    assert!(world.letters("reminder").is_empty());
}

#[test]
fn doubts_begin_a_new_round_until_the_customer_accepts() {
    let world = World::new("P20", NOW);
    let staff = world.sign_in();
    let id = received(&world, "story-p20-rounds");
    answered(&staff, &id, true);
    let it = staff.does(&id, json!({"type": "react", "reaction": "disputed", "note": "請再查"}));
    assert_eq!(it["stage"], "open");
    staff.does(&id, json!({"type": "investigate", "result": "複驗結果"}));
    staff.does(
        &id,
        json!({"type": "reply", "text": "第二次答覆", "channel": "email", "formal": true}),
    );
    staff.does(&id, json!({"type": "react", "reaction": "accepted"}));
    let it = staff.does(&id, json!({"type": "capa_open"}));
    assert_eq!(it["capa"].as_array().unwrap().len(), 1);
    // The complaint closes although its corrective action runs on.
    let it = staff.does(&id, json!({"type": "close", "reason": "customer_satisfied"}));
    assert_eq!(it["stage"], "closed");
    staff.does(&id, json!({"type": "capa_plan", "measures": "調整粉碎參數"}));
    staff.does(&id, json!({"type": "capa_done"}));
    let it = staff.does(&id, json!({"type": "capa_check", "effective": true}));
    assert_eq!(it["capa"][0]["stage"], "effective");
    let replies = world.letters("reply");
    assert_eq!(replies.len(), 2);
    assert!(replies[1]["text"].as_str().unwrap().contains("第二次答覆"));
}

#[test]
fn records_are_kept_until_one_year_after_the_expiry_date() {
    let world = World::new("P20", NOW);
    let staff = world.sign_in();
    let mut complaint = body(TEXT);
    complaint["answers"] = json!({"expiry_date": "2024-02-29"});
    let id = world.complain("story-p20-retention", &complaint).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    answered(&staff, &id, false);
    staff.does(&id, json!({"type": "react", "reaction": "accepted"}));
    let it = staff.does(&id, json!({"type": "close", "reason": "customer_satisfied"}));
    assert_eq!(it["fields"]["retain_until"], "2025-02-28");
}
