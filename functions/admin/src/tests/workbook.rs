//! What the workbook is built on: the types it was made with, its files, its rows, the words of its panel, its views.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Site;
use crate::openapi::document;

/// The paths that the workbook uses.
const USED: &[&str] = &[
    "/api/session",
    "/api/book",
    "/api/complaints",
    "/api/changes",
    "/api/complaints/{id}/told",
    "/api/due",
    "/api/batch",
    "/api/views",
    "/api/intake",
    "/api/slips",
    "/api/duties",
    "/api/devices",
    "/api/letters",
    "/api/quarantine",
    "/api/rollups",
    "/api/rollups/{period}",
    "/api/figures",
    "/api/customers",
    "/api/customers/merge",
    "/api/customers/unmerge",
    "/api/imports",
    "/api/imports/{id}",
    "/api/directory",
    "/api/users",
    "/api/journal",
    "/api/verify",
    "/api/procedures",
    "/api/procedures/{id}",
    "/api/calendar",
    "/api/simulate",
];
const KEPT: &str = "ui/openapi.json";

fn used() -> String {
    let mut whole = document(&json!({}));
    if let Some(paths) = whole.get_mut("paths").and_then(Value::as_object_mut) {
        paths.retain(|path, _| USED.contains(&path.as_str()));
        // The workbook writes commands by their fields; a shape for each would be most of the file.
        if let Some(batch) = paths.get_mut("/api/batch").and_then(|path| path.pointer_mut("/post")) {
            batch["requestBody"] = Value::Null;
        }
    }
    serde_json::to_string_pretty(&whole).unwrap() + "\n"
}

#[test]
fn the_types_of_the_workbook_are_made_of_the_api_that_is() {
    let kept = std::fs::read_to_string(Path::new(KEPT)).unwrap();
    let says = "the API has changed: run `make ui-types` and look at what the workbook makes of it";
    assert!(kept == used(), "{says}");
}

#[test]
#[ignore = "writes the document that the workbook's types are made of; `make ui-types` runs it"]
fn write_the_document_of_the_workbook() {
    std::fs::write(Path::new(KEPT), used()).unwrap();
}

#[tokio::test]
async fn the_workbook_is_served_with_a_policy_that_allows_nothing_inline_and_nothing_from_elsewhere() {
    let site = Site::new().await;
    let page = site.raw("GET", "/admin/book", &[], None).await;
    assert_eq!(page.status, StatusCode::OK);
    // A checkout where it was not built says what to do.
    assert!(
        page.text.contains("/admin/book/book.js") || page.text.contains("make ui"),
        "{}",
        page.text
    );
    let policy = page.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let other = site.raw("GET", "/admin/book/nothing.js", &[], None).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whole_rows_hold_the_record_with_its_words_and_changes_bring_them_too() {
    let mut site = Site::new().await;
    let start = site.get("officer", "/api/changes?fields=all").await;
    let id = site.intake("P19", "key-rows-1", "机器漏油").await;
    let rows = site.get("officer", "/api/complaints?fields=all").await;
    let at = |name: &str| {
        let columns = rows["columns"].as_array().unwrap();
        columns.iter().position(|column| column == name).unwrap()
    };
    let row = &rows["rows"][0];
    assert_eq!(row[at("id")], json!(id));
    assert_eq!(row[at("fields")]["description"], "机器漏油");
    assert!(
        row[at("next_rule")].is_string() && row[at("responsible")].is_string(),
        "{row}"
    );
    let cursor = start["cursor"].as_str().unwrap();
    let later = site
        .get("officer", &format!("/api/changes?fields=all&since={cursor}"))
        .await;
    assert_eq!(&later["rows"][0], row);
    assert!(later["as_of"].is_string());
    // Another department sees none of it, whole or not.
    assert_eq!(site.get("other", "/api/complaints?fields=all").await["rows"], json!([]));
}

#[tokio::test]
async fn workbook_and_pages_carry_a_watermark_where_the_installation_has_switched_it_on_and_nowhere_else() {
    let mut site = Site::new().await;
    assert_eq!(site.get("officer", "/api/book").await["watermark"], false);
    let page = site.call("officer", "GET", "/admin/due", None).await;
    assert!(page.status == 200 && !page.text.contains("watermark"), "{}", page.text);
    let mut settings = site.app.settings.clone();
    settings.watermark = true;
    let app = kesu_app::App::new(
        site.app.store.clone(),
        site.app.time.clone(),
        settings,
        kesu_app::blobs::Blobs::None,
        None,
        super::user("administrator"),
    );
    site.router = crate::router(app.clone(), json!({}));
    site.app = app;
    assert_eq!(site.get("officer", "/api/book").await["watermark"], true);
    // The plain pages are printed as well.
    let page = site.call("officer", "GET", "/admin/due", None).await;
    assert!(
        page.text.contains("class=\"watermark\" aria-hidden=\"true\""),
        "{}",
        page.text
    );
    assert!(
        page.text.contains(&format!("{} 2026-11-02", super::user("officer"))),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn the_book_names_every_field_with_its_kind_words_and_clause() {
    let mut site = Site::new().await;
    let book = site.get("officer", "/api/book?lang=zh-Hans").await;
    let fields = book["fields"].as_array().unwrap();
    let field = |key: &str| fields.iter().find(|field| field["key"] == key).unwrap();
    assert_eq!(field("description")["kind"], "words");
    assert_eq!(field("treatment")["step"], true);
    assert!(
        field("treatment")["options"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| *one == json!(["return", "退货"]))
    );
    assert_eq!(book["procedures"][0]["id"], "P19");
    assert!(
        book["procedures"][0]["clauses"]["product_name"]["source"]
            .as_str()
            .unwrap()
            .starts_with("P19")
    );
    assert_eq!(book["words"]["stage"]["closed"], "已关闭");
}

#[tokio::test]
async fn a_step_is_taken_with_the_inputs_of_its_form_and_refused_in_words() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-told-1", "机器漏油").await;
    let path = format!("/api/complaints/{id}/told");
    let told = site.get("officer", &path).await;
    let forms = told["forms"].as_array().unwrap();
    assert!(forms.iter().any(|form| form["kind"] == "note"), "{forms:?}");
    let version = told["version"].as_u64().unwrap();
    let note = json!({"version": version, "type": "note", "inputs": [["c.text", "已电话确认"]]});
    let done = site.call("officer", "POST", &path, Some(note.clone())).await;
    assert_eq!(done.json()["version"], version + 1, "{}", done.text);
    // The version that was seen counts here as everywhere.
    assert_eq!(
        site.call("officer", "POST", &path, Some(note)).await.status,
        StatusCode::CONFLICT
    );
    let empty = json!({"version": version + 1, "type": "note", "inputs": []});
    assert_eq!(
        site.call("officer", "POST", &path, Some(empty)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let wrong = json!({"version": version + 1, "type": "note", "inputs": [["c.text"]]});
    assert_eq!(
        site.call("officer", "POST", &path, Some(wrong)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn a_view_is_its_owners_until_he_shares_it() {
    let mut site = Site::new().await;
    let keep = |shared: bool| json!({"name": "逾期", "view": {"columns": ["number"]}, "shared": shared});
    let names = |reply: Value| reply["views"].as_array().unwrap().len();
    assert_eq!(
        site.call("officer", "POST", "/api/views", Some(keep(false)))
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(names(site.get("officer", "/api/views").await), 1);
    assert_eq!(names(site.get("manager", "/api/views").await), 0);
    site.call("officer", "POST", "/api/views", Some(keep(true))).await;
    let seen = site.get("manager", "/api/views").await;
    assert_eq!(seen["views"][0]["by"], "officer@kesu.example");
    // Somebody else's name does not reach it.
    site.call(
        "manager",
        "POST",
        "/api/views",
        Some(json!({"name": "逾期", "view": null})),
    )
    .await;
    assert_eq!(names(site.get("officer", "/api/views").await), 1);
    site.call(
        "officer",
        "POST",
        "/api/views",
        Some(json!({"name": "逾期", "view": null})),
    )
    .await;
    assert_eq!(names(site.get("manager", "/api/views").await), 0);
}

#[tokio::test]
async fn the_year_of_the_calendar_names_its_days_off_its_make_up_days_and_its_notice() {
    let mut site = Site::new().await;
    let year = site.get("department", "/api/calendar?year=2026").await;
    let days = year["days"].as_array().unwrap();
    assert_eq!(days.len(), 365);
    let day = |date: &str| days.iter().find(|day| day["date"] == date).unwrap();
    assert_eq!(day("2026-10-01")["kind"], "holiday");
    assert_eq!(day("2026-10-10")["kind"], "make_up");
    assert_eq!(day("2026-10-10")["working"], true);
    assert_eq!(day("2026-11-02")["kind"], "weekday");
    assert!(year["source"].as_str().unwrap().contains("2026"));
    // A year without a notice is only an assumption, and says so.
    let later = site.get("department", "/api/calendar?year=2060").await;
    assert_eq!((&later["published"], &later["source"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn the_journal_tells_who_did_what_and_the_proof_finds_the_logs_whole() {
    let mut site = Site::new().await;
    site.intake("P19", "key-journal-1", "机器漏油").await;
    let wish = json!({"email": "new@kesu.example", "role": "officer"});
    site.call("administrator", "POST", "/api/users", Some(wish)).await;
    let told = site.get("auditor", "/api/journal?month=2026-11").await;
    let entry = &told["entries"][0];
    assert_eq!(
        (&entry["what"], &entry["of"]),
        (&json!("account made"), &json!("new@kesu.example"))
    );
    assert_eq!(entry["by"], "administrator@kesu.example");
    assert_eq!(
        site.get("auditor", "/api/journal?month=2026-10").await["entries"],
        json!([])
    );
    let proof = site.get("auditor", "/api/verify").await;
    assert_eq!((&proof["complaints"], &proof["faults"]), (&json!(1), &json!([])));
}

#[tokio::test]
async fn whole_rows_name_the_corrective_actions_without_their_words() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-actions-1", "机器漏油").await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done("officer", &id, json!({"type": "capa_open"})).await;
    let plan = json!({"type": "capa_plan", "measures": "更换密封圈供应商"});
    site.command("officer", &id, plan, None).await;
    let rows = site.get("officer", "/api/complaints?fields=all").await;
    let at = rows["columns"]
        .as_array()
        .unwrap()
        .iter()
        .position(|name| name == "capa");
    let actions = &rows["rows"][0][at.unwrap()];
    assert_eq!((&actions[0]["n"], &actions[0]["round"]), (&json!(1), &json!(1)));
    assert!(!actions.to_string().contains("密封圈"), "{actions}");
}

#[tokio::test]
async fn letters_are_listed_by_how_they_stand() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-letters-1", "机器漏油").await;
    let waiting = site.get("officer", "/api/letters?state=waiting").await;
    assert_eq!(waiting["letters"][0]["about"]["id"], json!(id));
    assert_eq!(waiting["letters"][0]["state"], "queued");
    assert_eq!(
        site.get("officer", "/api/letters?state=failed").await["letters"],
        json!([])
    );
    // Another department's letters are not shown.
    assert_eq!(site.get("other", "/api/letters").await["letters"], json!([]));
    let nothing = json!({"letter": "x.1.1", "do": "again"});
    let reply = site.call("officer", "POST", "/api/letters", Some(nothing)).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}
