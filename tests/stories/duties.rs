//! Duties of a house and of its devices, the register of devices, and too many complaints of one kind.

use serde_json::{Value, json};

use crate::world::{Person, World, body};

/// A house with visits every three months in warranty and every six after it, a duty on each delivery, and a counter.
const HOUSE: &str = r#"
[procedure]
id = "HOUSE"
extends = "P19"
version = "1"
from = 2020-01-01

[[duty]]
rule = "D15"
title = { zh-Hans = "保修期内现场回访", en = "on-site visit in warranty" }
every = { months = 3 }
per = "device"
from_field = "acceptance_date"
in_warranty = true
owner = "市场部"
receivers = ["总经理室"]
remind = "7 days"
source = "a house rule of these stories"

[[duty]]
rule = "D16"
title = { zh-Hans = "保修期后现场回访", en = "on-site visit after warranty" }
every = { months = 6 }
per = "device"
from_field = "acceptance_date"
in_warranty = false
owner = "市场部"
remind = "7 days"
source = "a house rule of these stories"

[[duty]]
rule = "D19"
title = { zh-Hans = "随货寄送意见表", en = "opinion form sent with goods" }
every = "occasion"
owner = "市场部"
remind = "7 days"
source = "a house rule of these stories"

[[duty]]
rule = "D11"
title = { zh-Hans = "售后分析会", en = "after-sales analysis meeting" }
every = "as_set"
owner = "品质部"
remind = "7 days"
source = "a house rule of these stories"

[[counter]]
rule = "K04"
title = { zh-Hans = "同因投诉", en = "complaints of one cause" }
same = ["cause_code"]
window = "quarter"
more_than = 2
tell = ["总经理室"]
source = "a house rule of these stories"
"#;

fn house(now: &str) -> World {
    World::with_files("HOUSE", now, &[("procedures/house/procedure.toml", HOUSE)])
}

fn device(staff: &Person<'_>, more: Value) {
    let mut body = json!({
        "serial": "SN-001", "product": "注塑机", "model": "BC-180", "accepted_on": "2025-11-30", "warranty_months": 12,
        "customer_name": "陈晓明", "customer_contact": "13800000001", "user_unit": "江北机电",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = staff.post("/api/devices", &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// Periods and states of one duty.
fn visits(staff: &Person<'_>, rule: &str) -> Vec<(String, String)> {
    let all = staff.get("/api/duties").json()["duties"].as_array().unwrap().clone();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let mine = all.iter().filter(|one| one["rule"] == rule);
    mine.map(|one| (text(one, "period"), text(one, "state"))).collect()
}

fn pair(period: &str, state: &str) -> (String, String) {
    (period.to_owned(), state.to_owned())
}

#[test]
fn a_devices_visits_come_from_its_acceptance_are_told_once_and_escalate_when_missed() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    device(&staff, json!({}));
    world.clock("2026-02-20T09:00:00+08:00");
    assert!(visits(&staff, "D15").is_empty());
    world.clock("2026-02-22T09:00:00+08:00");
    assert_eq!(visits(&staff, "D15"), [pair("2026-02-28", "due")]);
    world.clock("2026-02-23T09:00:00+08:00");
    let told = world.letters("duty_due");
    let told: Vec<&Value> = told.iter().filter(|letter| letter["rule"] == "D15").collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    let text = told[0]["text"].as_str().unwrap();
    assert!(text.contains("SN-001") && !text.contains("陈晓明"), "{text}");

    world.clock("2026-03-01T00:01:00+08:00");
    assert_eq!(visits(&staff, "D15"), [pair("2026-02-28", "missed")]);
    let late = world.letters("duty_overdue");
    assert_eq!(
        late.iter().filter(|letter| letter["rule"] == "D15").count(),
        1,
        "{late:#?}"
    );
    // The next one is counted from acceptance, not from the short month.
    world.clock("2026-05-24T09:00:00+08:00");
    assert_eq!(
        visits(&staff, "D15"),
        [pair("2026-02-28", "missed"), pair("2026-05-30", "due")]
    );
}

#[test]
fn years_without_a_sweep_are_made_up_for_in_and_after_the_warranty() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    device(&staff, json!({}));
    world.clock("2027-12-15T09:00:00+08:00");
    let days = |rule: &str| -> Vec<String> { visits(&staff, rule).into_iter().map(|(day, _)| day).collect() };
    assert_eq!(days("D15"), ["2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30"]);
    assert_eq!(days("D16"), ["2027-05-30", "2027-11-30"]);
}

#[test]
fn nothing_is_due_for_a_retired_device_and_what_was_coming_is_dropped() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    device(&staff, json!({}));
    world.clock("2026-02-22T09:00:00+08:00");
    let kept = staff.get("/api/devices/sn-001").json();
    let mut changed = kept.clone();
    for name in ["warranty_state", "warranty_end", "complaints"] {
        changed.as_object_mut().unwrap().remove(name);
    }
    changed["retired_on"] = json!("2026-02-25");
    let put = |body: &Value| {
        let headers = [("cookie", staff.cookie.as_str()), ("x-kesu-csrf", staff.csrf.as_str())];
        world.put("/api/devices/SN-001", &headers, body)
    };
    assert_eq!(put(&changed).status, 200);
    assert_eq!(put(&changed).status, 409);
    world.clock("2026-06-01T09:00:00+08:00");
    assert_eq!(visits(&staff, "D15"), [pair("2026-02-28", "dropped")]);
    assert!(
        world
            .letters("duty_overdue")
            .iter()
            .all(|letter| letter["rule"] != "D15")
    );
}

#[test]
fn a_duty_without_dates_is_listed_with_the_reason_and_recorded_when_it_was_done() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    world.clock("2025-12-01T09:01:00+08:00");
    let told = staff.get("/api/duties").json();
    let why = |rule: &str| -> Value {
        let all = told["unscheduled"].as_array().unwrap();
        all.iter().find(|one| one["rule"] == rule).unwrap()["why"].clone()
    };
    assert_eq!(
        [why("D11"), why("D19"), why("D15")],
        ["as_set", "occasion", "per_device"]
    );
    let done = |rule: &str| {
        let body = json!({"procedure": "HOUSE", "rule": rule, "reference": "FH-2025-77", "remark": "随货寄出"});
        staff.post("/api/duties/done", &body)
    };
    // A double click is one delivery; the next one is another.
    assert_eq!(done("D19").status, 200);
    assert_eq!(done("D19").status, 200);
    world.clock("2025-12-01T09:01:30+08:00");
    assert_eq!(done("D19").status, 200);
    assert_eq!(done("D24").json()["errors"][0]["code"], "duty_has_its_date");
    let recorded = visits(&staff, "D19");
    assert_eq!(recorded.len(), 2);
    assert!(recorded.iter().all(|(_, state)| state == "done"));
    let page = staff.get("/admin/duties").text;
    assert!(
        page.contains("FH-2025-77") && page.contains("随货寄送意见表") && page.contains("售后分析会"),
        "{page}"
    );
}

#[test]
fn the_duties_of_every_procedure_in_use_are_on_record() {
    let world = World::new("P19,P10,P20", "2025-05-06T09:00:00+08:00");
    world.clock("2025-05-06T09:01:00+08:00");
    let staff = world.sign_in();
    let all = staff.get("/api/duties").json()["duties"].as_array().unwrap().clone();
    for (procedure, rule) in [("P19", "D24"), ("P10", "D12"), ("P20", "D25")] {
        assert!(
            all.iter()
                .any(|one| one["procedure"] == procedure && one["rule"] == rule),
            "{procedure} {rule}"
        );
    }
    let page = staff.get("/admin/duties").text;
    assert!(
        page.contains("D24") && page.contains("D12") && page.contains("D25"),
        "{page}"
    );
}

#[test]
fn a_known_serial_tells_warranty_and_dates_and_joins_the_complaints_of_a_device() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    device(&staff, json!({}));
    let complain = |key: &str, serial: &str| {
        let mut body = body("机器漏油");
        body["product"]["serial"] = json!(serial);
        world.complain(key, &body).json()["id"].as_str().unwrap().to_owned()
    };
    let first = complain("story-device-1", "sn-001");
    let second = complain("story-device-2", "ＳＮ-001");
    let it = staff.complaint(&first);
    assert_eq!(it["fields"]["acceptance_date"], "2025-11-30");
    assert_eq!(it["fields"]["warranty_state"], "in_warranty");
    assert_eq!(it["device"]["serial"], "SN-001");
    assert!(it["device"].get("customer_name").is_none());
    let kept = staff.get("/api/devices/SN-001").json();
    let known: Vec<&str> = kept["complaints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert!(
        known.contains(&first.as_str()) && known.contains(&second.as_str()),
        "{known:?}"
    );
    let page = staff.get(&format!("/admin/complaints/{first}")).text;
    assert!(page.contains(&second) && page.contains("SN-001"), "{page}");
    // A corrected serial leaves the device's history.
    staff.does(&second, json!({"type": "edit", "fields": {"serial_no": "SN-999"}}));
    let kept = staff.get("/api/devices/SN-001").json();
    assert_eq!(kept["complaints"].as_array().unwrap().len(), 1);
}

#[test]
fn more_than_two_of_one_cause_in_a_quarter_are_told_by_the_third_and_each_after_it() {
    let world = house("2025-12-01T09:00:00+08:00");
    let staff = world.sign_in();
    let caused = |n: u32, code: &str| {
        let reply = world.complain(&format!("story-counter-{n}"), &body("机器漏油")).json();
        let id = reply["id"].as_str().unwrap().to_owned();
        staff.does(&id, json!({"type": "edit", "fields": {"cause_code": code}}))
    };
    assert_eq!(caused(1, "焊接")["counters"][0]["count"], 1);
    assert_eq!(caused(2, "焊接")["counters"][0]["exceeded"], false);
    assert_eq!(caused(3, "装配")["counters"][0]["count"], 1);
    assert!(world.letters("counter").is_empty());
    let third = caused(4, " 焊接");
    assert_eq!(third["counters"][0]["exceeded"], true);
    let letters = world.letters("counter");
    assert_eq!(letters.len(), 1, "{letters:#?}");
    assert_eq!(letters[0]["rule"], "K04");
    let text = letters[0]["text"].as_str().unwrap();
    assert!(
        text.contains("2025Q4") && text.contains("焊接") && text.contains('3'),
        "{text}"
    );
    let id = third["id"].as_str().unwrap();
    staff.does(id, json!({"type": "edit", "fields": {"memo": "x"}}));
    assert_eq!(world.letters("counter").len(), 1);
    caused(5, "焊接");
    assert_eq!(world.letters("counter").len(), 2);
    let page = staff.get(&format!("/admin/complaints/{id}")).text;
    assert!(page.contains("同因投诉") && page.contains("2025Q4"), "{page}");
    // The next quarter begins at nothing.
    world.clock("2026-01-02T09:00:00+08:00");
    assert_eq!(caused(6, "焊接")["counters"][0]["count"], 1);
}
