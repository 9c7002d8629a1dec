//! The machine builder (P19): shares of six days, tiers of money, numbers by month, a new form when the customer refuses.

use serde_json::json;

use crate::world::{World, body, command, deadline, printed};

/// A Monday; the six days reach over the Labour Day holiday of 2025.
const NOW: &str = "2025-04-28T09:00:00+08:00";
const TEXT: &str = "整批料筒开裂,要求退款加赔偿一共八万六。";

fn number_of(world: &World, key: &str) -> (String, String) {
    let reply = world.complain(key, &body(TEXT)).json();
    (
        reply["id"].as_str().unwrap().to_owned(),
        reply["number"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn six_days_are_shared_out_and_each_share_climbs_by_itself() {
    let world = World::new("P19", NOW);
    let (id, number) = number_of(&world, "story-p19-shares");
    assert!(number.ends_with("202504001"), "{number}");
    let staff = world.sign_in();
    let it = staff.does(&id, json!({"type": "register"}));
    let due = |rule: &str| deadline(&it["deadlines"], rule)["due_at"].as_str().unwrap().to_owned();
    // 05-01 to 05-05 are off: what ends there rolls to 05-06, 24:00.
    assert_eq!(due("T19.2"), "2025-04-30T00:00:00+08:00");
    assert_eq!(due("T19.1"), "2025-05-07T00:00:00+08:00");
    assert_eq!(due("T19.3"), "2025-05-07T00:00:00+08:00");
    assert_eq!(deadline(&it["deadlines"], "T19.3")["planned"], true);

    world.clock("2025-04-30T08:00:00+08:00");
    let late: Vec<_> = world.letters("overdue");
    let rules: Vec<String> = late
        .iter()
        .flat_map(|letter| letter["items"].as_array().unwrap().clone())
        .map(|item| item["rule"].as_str().unwrap().to_owned())
        .collect();
    assert!(rules.contains(&"T19.2".to_owned()), "{rules:?}");
    // 生产部's share has not begun: nobody hears of it.
    assert!(!rules.contains(&"T19.3".to_owned()), "{rules:?}");
    let it = staff.does(&id, json!({"type": "milestone", "name": "qa_forwarded"}));
    let share = deadline(&it["deadlines"], "T19.3");
    assert_eq!(
        (share["planned"].as_bool(), share["started_at"].as_str()),
        (Some(false), Some("2025-04-30T08:00:00+08:00"))
    );
}

#[test]
fn the_amount_decides_who_approves_and_both_ends_belong_to_the_lower_tier() {
    let world = World::new("P19", NOW);
    let staff = world.sign_in();
    for (n, (amount, approver)) in [
        ("1000", "市场部"),
        ("1000.01", "总经理"),
        ("5000", "总经理"),
        ("5000.01", "董事长"),
        ("86000", "董事长"),
    ]
    .into_iter()
    .enumerate()
    {
        let (id, _) = number_of(&world, &format!("story-p19-tier-{n}"));
        staff.does(&id, json!({"type": "register"}));
        staff.does(&id, json!({"type": "investigate", "result": "料筒热处理不良"}));
        staff.does(
            &id,
            json!({"type": "propose", "treatment": "exchange", "amount": amount}),
        );
        let it = staff.does(&id, json!({"type": "submit"}));
        assert_eq!(it["stage"], "waiting_approval");
        let asked: Vec<&str> = it["approvals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["approver"].as_str().unwrap())
            .collect();
        assert!(asked.contains(&approver), "{amount}: {asked:?}");
    }
}

#[test]
fn an_approval_is_signed_with_the_password_again() {
    let world = World::new("P19", NOW);
    let staff = world.sign_in();
    let (id, _) = number_of(&world, "story-p19-password");
    staff.does(&id, json!({"type": "register"}));
    staff.does(
        &id,
        json!({"type": "propose", "treatment": "exchange", "amount": "500"}),
    );
    let it = staff.does(&id, json!({"type": "submit"}));
    let request = it["approvals"][0]["request"].clone();
    let codes = staff.is_refused(
        &id,
        json!({"type": "approve", "request": request, "password": "not it"}),
    );
    assert_eq!(codes, ["wrong_password"]);
    let it = staff.does(
        &id,
        json!({"type": "refuse", "request": request, "password": staff.password}),
    );
    assert_eq!(it["stage"], "open");
    assert!(
        it["milestones"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["name"] == "refused")
    );
}

#[test]
fn a_customer_who_refuses_gets_a_new_form_linked_to_the_old_one() {
    let world = World::new("P19", NOW);
    let staff = world.sign_in();
    let (id, _) = number_of(&world, "story-p19-refuses");
    staff.does(&id, json!({"type": "register"}));
    staff.does(
        &id,
        json!({"type": "reply", "text": "按合同更换料筒", "channel": "email", "formal": true}),
    );
    let old = staff.does(&id, json!({"type": "react", "reaction": "disputed", "note": "不接受"}));
    assert_eq!(old["stage"], "closed");
    let link = old["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["kind"] == "successor")
        .cloned()
        .unwrap();
    let new = staff.complaint(link["to"].as_str().unwrap());
    assert!(new["number"].as_str().unwrap().ends_with("002"), "{}", new["number"]);
    assert_eq!(new["stage"], "received");
    assert_eq!(new["fields"]["description"], TEXT);
    assert_eq!(new["fields"]["customer_name"], "陈晓明");
    assert!(
        new["links"]
            .as_array()
            .unwrap()
            .iter()
            .any(|link| link["kind"] == "predecessor" && link["to"] == id)
    );
}

#[test]
fn numbers_start_again_each_month() {
    let world = World::new("P19", "2025-04-30T23:50:00+08:00");
    assert!(number_of(&world, "story-p19-april").1.ends_with("202504001"));
    world.clock("2025-05-01T00:10:00+08:00");
    assert!(number_of(&world, "story-p19-may-1").1.ends_with("202505001"));
    assert!(number_of(&world, "story-p19-may-2").1.ends_with("202505002"));
}

#[test]
fn the_sanction_review_is_due_on_the_tenth_or_the_working_day_before() {
    // 2025-05-10 is a Saturday: due on the 9th.
    let world = World::new("P19", "2025-05-06T09:00:00+08:00");
    world.clock("2025-05-06T09:01:00+08:00");
    assert!(world.letters("duty_overdue").is_empty());
    world.clock("2025-05-12T09:00:00+08:00");
    let late = world.letters("duty_overdue");
    assert_eq!(late.len(), 1, "{late:#?}");
    assert!(
        late[0]["text"].as_str().unwrap().contains("2025-04"),
        "{}",
        late[0]["text"]
    );
}

#[test]
fn a_duty_that_was_done_is_not_missed() {
    let world = World::new("P19", "2025-05-06T09:00:00+08:00");
    world.clock("2025-05-06T09:01:00+08:00");
    let staff = world.sign_in();
    let duties = staff.get("/api/duties").json()["duties"].clone();
    let review = duties
        .as_array()
        .unwrap()
        .iter()
        .find(|duty| duty["rule"] == "D24")
        .unwrap()
        .clone();
    assert_eq!(review["due_at"], "2025-05-10T00:00:00+08:00");
    let done = staff.post("/api/duties/done", &json!({"id": review["id"]}));
    assert_eq!(done.status, 200, "{}", done.text);
    world.clock("2025-05-12T09:00:00+08:00");
    let late = world.letters("duty_overdue");
    assert!(
        late.iter()
            .all(|letter| !letter["text"].as_str().unwrap().contains("D24")),
        "{late:#?}"
    );
}

#[test]
fn the_log_names_no_customer_and_quotes_nobody() {
    let world = World::new("P19", NOW);
    let (id, _) = number_of(&world, "story-p19-canary");
    let staff = world.sign_in();
    staff.does(&id, json!({"type": "note", "text": "客户陈晓明来电,号码13800000001"}));
    let log = world_log(&staff.complaint(&id));
    for canary in ["陈晓明", "13800000001", "chen@customer.example", "八万六"] {
        assert!(!log.contains(canary), "{canary}: {log}");
    }
}

/// The sealed entries alone: what was said stands beside them, where it can be erased.
fn world_log(complaint: &serde_json::Value) -> String {
    let entries = complaint["log"].as_array().unwrap();
    entries.iter().map(|entry| entry["events"].to_string()).collect()
}

#[test]
fn goods_that_came_back_are_booked_only_when_they_are_what_was_approved() {
    let world = World::new("P19", NOW);
    let staff = world.sign_in();
    let (id, number) = number_of(&world, "story-p19-return");
    staff.does(&id, json!({"type": "register"}));
    staff.does(&id, json!({"type": "propose", "treatment": "return", "amount": "500"}));
    let fields = json!({"return_reason": "料筒开裂", "slip_basis": "客诉", "quantity_approved": 5});
    staff.does(&id, json!({"type": "return_goods", "fields": fields}));
    let asked = world.letters("approval_wanted");
    assert!(
        asked.iter().any(|letter| letter.to_string().contains("退换货单 1")),
        "the letter says what is to be signed: {asked:?}"
    );
    let received = |quantity: u32| {
        let fields = json!({"quantity_received": quantity, "amount_booked": 500});
        json!({"type": "return_goods", "n": 1, "fields": fields})
    };
    let settle = json!({"type": "return_goods", "n": 1, "step": "done"});
    staff.does(&id, received(3));
    assert_eq!(staff.is_refused(&id, settle.clone()), ["slip_awaits_approval"]);
    staff.approves_all(&id);
    assert_eq!(staff.is_refused(&id, settle.clone()), ["slip_mismatch"]);
    let difference = json!({"return_difference": "先到三件,次日补齐"});
    staff.does(&id, json!({"type": "return_goods", "n": 1, "fields": difference}));
    staff.approves_all(&id);
    staff.does(&id, received(5));
    let it = staff.does(&id, settle);
    assert_eq!(
        (&it["slips"][0]["stage"], &it["slips"][0]["n"]),
        (&json!("done"), &json!(1))
    );
    let list = staff.get("/api/slips?kind=return_goods").json();
    assert_eq!(
        (&list["slips"][0]["number"], &list["slips"][0]["stage"]),
        (&json!(number), &json!("done"))
    );

    let (code, folder) = world.stop();
    assert_eq!(code, Some(0));
    let folder = folder.unwrap();
    let data = folder.path().join("data");
    let proof = printed(&command(&["verify", "--data", data.to_str().unwrap(), "--json"]));
    assert_eq!(proof["faults"], json!([]), "{proof}");
}
