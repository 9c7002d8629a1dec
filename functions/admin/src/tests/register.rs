//! The register of devices and the list of duties, by API and by forms.

use kesu_app::duties::{DutyRecord, Told};
use kesu_app::store::{Kind, SmallRecord};
use kesu_rules::domain::names::{ProcedureId, RuleId};
use serde_json::json;

use super::Site;

const HOSTILE: &str = "<script>alert(1)</script>\"'";

async fn duty(site: &Site, rule: &str, period: &str, due_at: &str) -> String {
    let id = format!("P19/{rule}/{period}");
    let record = DutyRecord::new(
        ProcedureId::parse("P19").unwrap(),
        RuleId::parse(rule).unwrap(),
        period.to_owned(),
        due_at.parse().unwrap(),
        Told::Nobody,
    );
    let body = serde_json::to_string(&record).unwrap();
    assert!(
        site.app
            .store
            .put_new(&SmallRecord::new(Kind::Duty, id.as_str(), body))
            .await
            .unwrap()
    );
    id
}

#[tokio::test]
async fn a_device_is_added_by_a_form_changed_and_never_added_twice() {
    let mut site = Site::new().await;
    let pairs = [
        ("serial", "sn 1"),
        ("product", HOSTILE),
        ("accepted_on", "2026-01-31"),
        ("warranty_months", "12"),
    ];
    let added = site.submit("officer", "/admin/devices", &pairs).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let twice = site.submit("officer", "/admin/devices", &pairs).await;
    assert_eq!(twice.status, 422);
    assert!(
        twice.text.contains("the register has a device `sn 1` already"),
        "{}",
        twice.text
    );
    let wrong = [
        ("serial", "SN2"),
        ("accepted_on", "tomorrow"),
        ("user_unit", "江北机电"),
    ];
    let refused = site.submit("officer", "/admin/devices", &wrong).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("江北机电"), "what was typed is kept");
    let pairs = [
        ("version", "1"),
        ("product", "注塑机"),
        ("accepted_on", "2026-02-01"),
        ("retired_on", "2026-01-01"),
    ];
    let refused = site.submit("officer", "/admin/devices/SN1", &pairs).await;
    assert!(
        refused.text.contains("cannot be retired before it was accepted"),
        "{}",
        refused.text
    );
    let changed = site.submit("officer", "/admin/devices/SN1", &pairs[..3]).await;
    assert_eq!(changed.status, 303, "{}", changed.text);
    let device = site.get("auditor", "/api/devices/sn1").await;
    assert_eq!(
        (device["version"].as_u64(), device["product"].as_str()),
        (Some(2), Some("注塑机"))
    );
    assert_eq!(device["warranty_state"], "unknown");
    assert_eq!(
        site.submit("officer", "/admin/devices/SN1", &pairs[..3]).await.status,
        409
    );
}

#[tokio::test]
async fn devices_are_listed_by_how_their_serials_begin_page_by_page() {
    let mut site = Site::new().await;
    for n in 0..120 {
        let body = json!({"serial": format!("a-{n:03}")});
        assert_eq!(
            site.call("officer", "POST", "/api/devices", Some(body)).await.status,
            201
        );
    }
    let body = json!({"serial": "B-1"});
    assert_eq!(
        site.call("officer", "POST", "/api/devices", Some(body)).await.status,
        201
    );
    let first = site.get("officer", "/api/devices?prefix=A-").await;
    assert_eq!(first["devices"].as_array().unwrap().len(), 100);
    let cursor = first["next"].as_str().unwrap().to_owned();
    let second = site
        .get("officer", &format!("/api/devices?prefix=A-&cursor={cursor}"))
        .await;
    assert_eq!(second["devices"].as_array().unwrap().len(), 20);
    assert!(second["next"].is_null());
    assert_eq!(
        site.get("officer", "/api/devices?prefix=b").await["devices"][0]["serial"],
        "B-1"
    );
}

#[tokio::test]
async fn a_duty_is_recorded_by_its_owner_with_evidence_and_by_nobody_else() {
    let mut site = Site::new().await;
    // 市场部 is held by the officer; 总经理办公室 is another wording of 总经理室, which the approver holds.
    let survey = duty(&site, "D22", "2026Q4", "2027-01-01T00:00:00+08:00").await;
    let review = duty(&site, "D24", "2026-09", "2026-10-10T00:00:00+08:00").await;
    let pairs = [("id", survey.as_str()), ("reference", "DC-7"), ("remark", HOSTILE)];
    let refused = site.submit("approver", "/admin/duties", &pairs).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("this is for 市场部 to do"), "{}", refused.text);
    assert_eq!(site.submit("officer", "/admin/duties", &pairs).await.status, 303);
    let done = site
        .call("approver", "POST", "/api/duties/done", Some(json!({"id": review})))
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    let told = site.get("auditor", "/api/duties").await;
    let survey = told["duties"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "D22")
        .unwrap()
        .clone();
    assert_eq!(
        (survey["state"].as_str(), survey["reference"].as_str()),
        (Some("done"), Some("DC-7"))
    );
    assert_eq!(survey["done_by"], "officer@kesu.example");
}

#[tokio::test]
async fn the_list_of_duties_can_be_narrowed_by_state_and_owner() {
    let mut site = Site::new().await;
    duty(&site, "D22", "2026Q4", "2027-01-01T00:00:00+08:00").await;
    duty(&site, "D23", "2026-09", "2026-10-01T00:00:00+08:00").await;
    // Missed last year, and still to be seen.
    duty(&site, "D24", "2025-11", "2025-12-10T00:00:00+08:00").await;
    let page = site.page("officer", "/admin/duties", "en").await.text;
    assert!(
        page.contains("2026Q4") && page.contains("2026-09") && page.contains("2025-11"),
        "{page}"
    );
    let missed = site.page("officer", "/admin/duties?state=missed", "en").await.text;
    assert!(
        !missed.contains("2026Q4") && missed.contains("2026-09") && missed.contains("2025-11"),
        "{missed}"
    );
    let market = site
        .page("officer", "/admin/duties?owner=%E5%B8%82%E5%9C%BA%E9%83%A8", "en")
        .await
        .text;
    assert!(market.contains("2026Q4") && !market.contains("2025-11"), "{market}");
}

#[tokio::test]
async fn duties_and_devices_read_in_every_language_with_hostile_text_escaped() {
    let mut site = Site::new().await;
    let body = json!({"serial": HOSTILE, "product": HOSTILE, "user_unit": HOSTILE, "customer_name": HOSTILE});
    assert_eq!(
        site.call("officer", "POST", "/api/devices", Some(body)).await.status,
        201
    );
    duty(&site, "D22", "2026Q4", "2027-01-01T00:00:00+08:00").await;
    let one = site.get("officer", "/api/devices").await["devices"][0]["serial"]
        .as_str()
        .unwrap()
        .to_owned();
    let paths = [
        "/admin/duties".to_owned(),
        "/admin/devices".to_owned(),
        crate::pages::devices::address(&one),
    ];
    for path in &paths {
        for language in ["zh-Hans", "zh-Hant", "en"] {
            for who in ["officer", "auditor", "department"] {
                let page = site.page(who, path, language).await;
                assert_eq!(page.status, 200, "{path}: {}", page.text);
                assert!(!page.text.contains("<script>"), "{path}: {}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn the_administration_log_keeps_no_customer_of_a_device() {
    let mut site = Site::new().await;
    let body = json!({"serial": "S1", "customer_name": "陈晓明", "customer_contact": "13800000001"});
    assert_eq!(
        site.call("officer", "POST", "/api/devices", Some(body)).await.status,
        201
    );
    let kept = site.app.store.list(Kind::Admin, "", 10, None).await.unwrap().items;
    assert_eq!(kept.len(), 1);
    assert!(
        kept[0].body.contains("S1") && !kept[0].body.contains("陈晓明") && !kept[0].body.contains("138"),
        "{kept:?}"
    );
}
