//! What stays in the house: forms are printed by staff, and nothing that a customer sees leads to one.

use serde_json::json;

use crate::world::{World, body};

const NOW: &str = "2025-04-28T09:00:00+08:00";

#[test]
fn neither_the_tracking_page_nor_a_letter_offers_a_form() {
    let world = World::new("P19", NOW);
    let receipt = world.complain("story-papers", &body("整批料筒开裂,要求退货。")).json();
    let id = receipt["id"].as_str().unwrap();
    let staff = world.sign_in();
    staff.does(id, json!({"type": "register"}));
    staff.does(
        id,
        json!({"type": "edit", "fields": {"penalty": "班组扣款五百元", "memo": "签呈全文"}}),
    );
    staff.does(id, json!({"type": "propose", "treatment": "return", "amount": "100"}));
    let fields = json!({"return_reason": "料筒开裂", "slip_basis": "客诉", "quantity_approved": 5});
    staff.does(id, json!({"type": "return_goods", "fields": fields}));
    staff.does(
        id,
        json!({"type": "reply", "text": "同意退货。", "channel": "email", "formal": true}),
    );

    let forms = staff.get(&format!("/api/complaints/{id}/forms")).json();
    let forms = forms["forms"].as_array().unwrap().clone();
    let internal: Vec<&str> = forms
        .iter()
        .filter(|one| one["internal"] == true)
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    assert!(
        internal.contains(&"客户投诉处理单") && internal.len() > 3,
        "{internal:?}"
    );
    let sheet = staff.get(&format!("/api/complaints/{id}/forms/F43"));
    assert_eq!(sheet.status, 200);

    let proof = json!({"number": receipt["number"], "code": receipt["query_code"]});
    let tracked = world.post("/track", &[], &proof);
    assert_eq!(tracked.status, 200, "{}", tracked.text);
    let outbox = world.outbox();
    assert!(
        outbox.iter().any(|letter| letter["desk"].is_string()),
        "staff are written to as well"
    );
    let to_customer = outbox.iter().filter(|letter| letter["desk"].is_null());
    let letters: Vec<String> = to_customer.map(ToString::to_string).collect();
    assert!(letters.iter().any(|letter| letter.contains("同意退货")), "{letters:?}");
    for seen in letters.iter().chain([&tracked.text]) {
        for secret in ["/forms/", "班组扣款五百元", "签呈全文"] {
            assert!(!seen.contains(secret), "{secret}: {seen}");
        }
        assert!(!internal.iter().any(|title| seen.contains(title)), "{seen}");
    }
}

#[test]
fn nobody_without_a_session_prints_a_form() {
    let world = World::new("P19", NOW);
    let receipt = world.complain("story-papers-closed", &body("机器漏油。")).json();
    let id = receipt["id"].as_str().unwrap();
    for path in [
        "/api/complaints/ID/forms",
        "/api/complaints/ID/forms/F43",
        "/admin/complaints/ID/forms/F43",
        "/admin/forms/F44",
    ] {
        assert_eq!(world.get(&path.replace("ID", id), &[]).status, 401, "{path}");
    }
}
