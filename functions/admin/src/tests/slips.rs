//! Slips through the API and through the pages: opened, refused with both figures, settled, listed.

use std::sync::Arc;

use kesu_app::session::Session;
use kesu_rules::domain::names::Desk;
use kesu_rules::procedure::load::{Source, load};
use serde_json::{Value, json};

use super::{Site, WORD, user};
use crate::shown::sees_it;

/// A complaint whose goods are to come back.
async fn returning(site: &mut Site, key: &str) -> String {
    let id = site.intake("P19", key, "整批料筒开裂,质量差").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done(
        "officer",
        &id,
        json!({"type": "propose", "treatment": "return", "amount": "100"}),
    )
    .await;
    id
}

fn slip() -> Value {
    let fields = json!({"return_reason": "料筒<b>开裂", "slip_basis": "客诉", "quantity_approved": 5});
    json!({"type": "return_goods", "fields": fields})
}

async fn shown(site: &mut Site, id: &str) -> Value {
    site.get("officer", &format!("/api/complaints/{id}")).await
}

fn choices(shown: &Value, kind: &str) -> Value {
    let all = shown["allowed"].as_array().unwrap();
    let one = all.iter().find(|one| one["type"] == kind);
    one.map_or(Value::Null, |one| one["choices"].clone())
}

#[tokio::test]
async fn a_slip_lives_through_the_api_and_stands_in_the_list() {
    let mut site = Site::new().await;
    let id = returning(&mut site, "key-of-a-return").await;
    assert_eq!(choices(&shown(&mut site, &id).await, "return_goods"), json!(["open"]));
    site.done("officer", &id, slip()).await;
    let now = shown(&mut site, &id).await;
    let one = &now["slips"][0];
    assert_eq!(
        (&one["kind"], &one["n"], &one["stage"]),
        (&json!("return_goods"), &json!(1), &json!("open"))
    );
    assert_eq!(
        (&one["fields"]["quantity_approved"], &one["fields"]["treatment"]),
        (&json!("5"), &json!("return"))
    );
    assert_eq!(choices(&now, "return_goods"), json!(["open", "edit 1", "cancel 1"]));
    let asked = now["approvals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["slip"] == 1)
        .unwrap();
    assert_eq!(asked["at"], "return_goods");
    let settle = json!({"type": "return_goods", "n": 1, "step": "done", "fields": {"quantity_received": 3, "amount_booked": 100}});
    let refused = site.command("officer", &id, settle.clone(), None).await;
    assert_eq!(refused.json()["error"]["code"], "slip_awaits_approval");
    let approve = json!({"type": "approve", "request": asked["request"], "password": WORD});
    site.done("administrator", &id, approve).await;
    let refused = site.command("officer", &id, settle, None).await.json();
    assert_eq!(refused["error"]["code"], "slip_mismatch");
    let said = refused["error"]["message"].as_str().unwrap();
    assert!(
        said.contains("`quantity approved` is 5") && said.contains("`quantity received` is 3"),
        "{said}"
    );
    let settle = json!({"type": "return_goods", "n": 1, "step": "done", "fields": {"quantity_received": 5, "amount_booked": 100}});
    site.done("officer", &id, settle).await;
    let list = site.get("auditor", "/api/slips?kind=return_goods&month=2026-11").await;
    let row = &list["slips"][0];
    assert_eq!(
        (&row["id"], &row["stage"], &row["n"]),
        (&json!(id), &json!("done"), &json!(1))
    );
    assert!(row["settled_at"].is_string() && row["fields"]["return_reason"].is_string());
    assert_eq!(list["slips"].as_array().unwrap().len(), 1);
    for empty in ["?kind=recall", "?month=2025-11", "?kind=advise&month=2026-11"] {
        let list = site.get("officer", &format!("/api/slips{empty}")).await;
        assert_eq!(list["slips"], json!([]), "{empty}");
    }
    assert_eq!(
        site.get("officer", "/api/slips").await["slips"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let stray = site.call("officer", "GET", "/api/slips?kind=dance", None).await;
    assert_eq!(
        (stray.status.as_u16(), stray.json()["error"]["code"].clone()),
        (422, json!("unknown_value"))
    );
}

#[tokio::test]
async fn the_list_goes_on_where_the_page_before_ended() {
    let mut site = Site::new().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let id = returning(&mut site, &format!("key-of-return-{n}")).await;
        site.done("officer", &id, slip()).await;
        ids.push(id);
        site.later(1);
    }
    let all = site.get("officer", "/api/slips").await;
    let found: Vec<&str> = all["slips"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    ids.reverse();
    assert_eq!(found, ids, "the last received first");
    let received = shown(&mut site, &ids[1]).await["received_at"]
        .as_str()
        .unwrap()
        .to_owned();
    let at = chrono::DateTime::parse_from_rfc3339(&received).unwrap().to_utc();
    let cursor = format!("{}~{}", kesu_app::clock::stamp(at), ids[1]);
    let rest = site.get("officer", &format!("/api/slips?cursor={cursor}")).await;
    assert_eq!(rest["slips"].as_array().unwrap().len(), 1);
    assert_eq!(rest["slips"][0]["id"], json!(ids[2]));
}

#[tokio::test]
async fn a_slip_is_opened_changed_and_given_up_by_forms_alone() {
    let mut site = Site::new().await;
    let id = returning(&mut site, "key-of-a-form").await;
    let path = format!("/admin/complaints/{id}");
    let page = site.page("officer", &path, "en").await.text;
    let form = page.split("<details id=\"do-return_goods\"").nth(1).unwrap();
    let form = form.split("</details>").next().unwrap();
    assert!(
        form.contains("name=\"f.quantity_approved\"") && !form.contains("name=\"f.quantity_received\""),
        "{form}"
    );
    assert!(
        form.contains("<option value=\"return\" selected>"),
        "what the complaint says stands in it: {form}"
    );
    let half = [
        ("f.return_reason", "a <reason>"),
        ("f.treatment", "return"),
        ("f.slip_basis", ""),
    ];
    let refused = site.command_page("officer", &id, "return_goods", &half).await;
    assert_eq!(refused.status, 422);
    let form = refused
        .text
        .split("<details id=\"do-return_goods\" open>")
        .nth(1)
        .unwrap();
    assert!(
        form.contains("quantity approved") && form.contains("a &lt;reason&gt;"),
        "{form}"
    );
    let whole = [
        ("f.return_reason", "裂"),
        ("f.treatment", "return"),
        ("f.slip_basis", "客诉"),
        ("f.quantity_approved", "5"),
    ];
    let opened = site.command_page("officer", &id, "return_goods", &whole).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    for (language, words) in [
        ("en", "return slip 1"),
        ("zh-Hans", "退换货单 1"),
        ("zh-Hant", "退換貨單 1"),
    ] {
        let page = site.page("officer", &path, language).await.text;
        let form = page.split("<details id=\"do-return_goods-1\"").nth(1).unwrap();
        assert!(form.contains(&format!("<summary>{words}</summary>")), "{form}");
        assert!(form.contains("name=\"c.n\" value=\"1\"") && form.contains("name=\"f.quantity_received\""));
        assert!(
            page.contains("经(副)理") && !page.contains(">event.slip") && !page.contains(">admin.slip"),
            "{page}"
        );
    }
    let same = [
        ("c.n", "1"),
        ("c.step", "edit"),
        ("f.slip_basis", "客诉"),
        ("f.quantity_received", "5"),
    ];
    assert_eq!(
        site.command_page("officer", &id, "return_goods", &same).await.status,
        303
    );
    let early = [("c.n", "1"), ("c.step", "done"), ("f.quantity_received", "5")];
    let refused = site.command_page("officer", &id, "return_goods", &early).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("<details id=\"do-return_goods-1\" open>"),
        "{}",
        refused.text
    );
    let shown_now = shown(&mut site, &id).await;
    assert_eq!(shown_now["slips"][0]["fields"]["quantity_received"], "5");
    let without = [("c.n", "1"), ("c.step", "cancel"), ("f.slip_basis", "x")];
    assert_eq!(
        site.command_page("officer", &id, "return_goods", &without).await.status,
        422
    );
    let with = [("c.n", "1"), ("c.step", "cancel"), ("reason", "客户留用")];
    assert_eq!(
        site.command_page("officer", &id, "return_goods", &with).await.status,
        303
    );
    let shown_now = shown(&mut site, &id).await;
    assert_eq!(shown_now["slips"][0]["stage"], "cancelled");
    assert!(
        shown_now["approvals"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| !one["decision"].is_null())
    );
    let list = site.page("officer", "/admin/slips?kind=return_goods", "en").await.text;
    assert!(
        list.contains(&path) && list.contains("cancelled") && list.contains("return slip 1"),
        "{list}"
    );
    let page = site.page("officer", &path, "en").await.text;
    assert!(
        !page.contains("do-return_goods-1") && page.contains("return slip no. 1 cancelled"),
        "{page}"
    );
}

#[tokio::test]
async fn a_department_sees_a_complaint_on_which_a_slip_is_its_own() {
    let mut site = Site::new().await;
    let id = returning(&mut site, "key-of-a-store").await;
    site.done("officer", &id, slip()).await;
    assert_eq!(
        site.call("other", "GET", &format!("/api/complaints/{id}"), None)
            .await
            .status,
        404
    );
    let differences = "[procedure]\nid = \"S\"\nextends = \"P19\"\n[[slip]]\nrule = \"R19.46\"\nby = [\"生产部\"]\n";
    let source = Source {
        files: [("procedure.toml".to_owned(), differences.to_owned())].into(),
    };
    let mut desk = site.app.desk("P19").await.unwrap();
    let it = site.app.load(&id).await.unwrap().complaint;
    let now = desk.local(site.app.now());
    let (session, _) = Session::begin(&site.app, user("other").as_str(), WORD).await.unwrap();
    assert_eq!(session.account.department, Desk::parse("生产部"));
    assert!(!sees_it(&session, &desk, &it, now));
    desk.procedure = Arc::new(load(&source, &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}")));
    assert!(sees_it(&session, &desk, &it, now));
    let (stranger, _) = Session::begin(&site.app, user("department").as_str(), WORD)
        .await
        .unwrap();
    let mut elsewhere = it.clone();
    elsewhere.department = Desk::parse("市场部");
    assert!(!sees_it(&stranger, &desk, &elsewhere, now));
}
