//! Uploads of old registers: who may, what is noted, what is shown; the importer's part is played by the tests.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use kesu_app::batches::{Batch, BatchState};
use kesu_app::blobs::Blobs;
use kesu_app::registers::{self, RegisterState, keep_report};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Reply, Site};

const FILE: &str = "客诉编号,客户名称\nKS-1,示例客户\n";

async fn site() -> (Site, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::with_blobs("P19,P10,P20", Blobs::Folder(folder.path().to_owned())).await;
    (site, folder)
}

async fn upload(site: &mut Site, who: &str, query: &str, bytes: Vec<u8>) -> Reply {
    let (cookie, csrf) = site.ticket(who).await;
    let request = Request::post(format!("/api/imports?{query}"))
        .header("content-type", "application/octet-stream")
        .header("cookie", cookie)
        .header("x-kesu-csrf", csrf)
        .header("accept-language", "en")
        .body(Body::from(bytes));
    let response = site.router.clone().oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Reply {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

async fn uploaded(site: &mut Site) -> String {
    // 台账2019.csv
    let query = "name=%E5%8F%B0%E8%B4%A62019.csv&procedure=P10";
    let reply = upload(site, "officer", query, FILE.as_bytes().to_vec()).await;
    assert_eq!(reply.status, 202, "{}", reply.text);
    reply.json()["id"].as_str().unwrap().to_owned()
}

/// What the importer does once it has read a register.
async fn is_read(site: &Site, id: &str, readable: bool) {
    let report = json!({"files": [], "totals": {"rows": 2}, "proposal": "[[layout]]"}).to_string();
    let name = keep_report(&site.app, id, 1, "read", report.into_bytes())
        .await
        .unwrap();
    let copy = keep_report(&site.app, id, 1, "copy", b"PK".to_vec()).await.unwrap();
    registers::change(&site.app, id, |register| {
        (register.state, register.readable) = (RegisterState::Read, readable);
        register.reports.insert("read".to_owned(), name.clone());
        register.reports.insert("copy".to_owned(), copy.clone());
        Ok(true)
    })
    .await
    .unwrap();
}

async fn is(site: &Site, id: &str, state: RegisterState, batch: Option<&str>) {
    registers::change(&site.app, id, |register| {
        register.state = state;
        register.batch = batch.map(str::to_owned);
        Ok(true)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_upload_is_kept_as_it_came_and_shown_with_what_was_found() {
    let (mut site, _folder) = site().await;
    let id = uploaded(&mut site).await;
    let shown = site.get("quality", &format!("/api/imports/{id}")).await;
    assert_eq!(
        (&shown["name"], &shown["state"]),
        (&json!("台账2019.csv"), &json!("reading"))
    );
    assert_eq!(
        (&shown["procedure"], &shown["by"]),
        (&json!("P10"), &json!("officer@kesu.example"))
    );
    assert_eq!((&shown["read"], &shown["progress"]), (&Value::Null, &Value::Null));
    let (register, _) = registers::find(&site.app, &id).await.unwrap().unwrap();
    let kept = site.app.blobs.import(&register.file.unwrap()).await.unwrap();
    assert_eq!(kept.as_deref(), Some(FILE.as_bytes()));
    registers::note_progress(&site.app, &id, 1, 2).await.unwrap();
    let shown = site.get("quality", &format!("/api/imports/{id}")).await;
    assert_eq!(shown["progress"], json!({"done": 1, "all": 2}));

    is_read(&site, &id, true).await;
    let shown = site.get("quality", &format!("/api/imports/{id}")).await;
    assert_eq!((&shown["state"], &shown["copy"]), (&json!("read"), &json!(true)));
    assert_eq!(shown["read"]["proposal"], "[[layout]]");
    let copy = site
        .call("officer", "GET", &format!("/api/imports/{id}/copy"), None)
        .await;
    assert_eq!((copy.status.as_u16(), copy.text.as_str()), (200, "PK"));
    let list = site.get("officer", "/api/imports").await;
    assert_eq!(list["imports"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_upload_is_refused() {
    let (mut site, _folder) = site().await;
    for (query, bytes, field) in [
        ("name=a.csv", "", "body"),
        ("", FILE, "name"),
        ("name=a%0Ab.csv", FILE, "name"),
        ("name=a.csv&procedure=P99", FILE, "procedure"),
        ("name=a.csv&other=1", FILE, "other"),
    ] {
        let reply = upload(&mut site, "officer", query, bytes.as_bytes().to_vec()).await;
        assert_eq!(reply.status, 422, "{query}: {}", reply.text);
        assert_eq!(reply.json()["error"]["field"], field, "{query}: {}", reply.text);
    }
    let large = upload(&mut site, "officer", "name=a.csv", vec![b'a'; registers::LARGEST + 1]).await;
    assert_eq!(large.status, 413);
    let folders = upload(&mut site, "officer", "name=..%2F..%5Csecret.csv", b"a".to_vec()).await;
    assert_eq!(folders.json()["name"], "secret.csv");
    let nobody = site.call("officer", "GET", "/api/imports/no-such-upload", None).await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn a_wish_is_noted_where_it_can_be_carried_out_and_refused_where_not() {
    let (mut site, _folder) = site().await;
    let id = uploaded(&mut site).await;
    let path = |what: &str| format!("/api/imports/{id}/{what}");
    // It is being read.
    for what in ["run", "undo", "activate"] {
        let reply = site.call("manager", "POST", &path(what), None).await;
        assert_eq!(reply.status, 422, "{what}");
        assert_eq!(reply.json()["error"]["code"], "register_not_now", "{what}");
    }
    is_read(&site, &id, false).await;
    let reply = site.call("officer", "POST", &path("run"), None).await;
    assert_eq!(reply.json()["error"]["code"], "register_unreadable");
    let wish = json!({"mapping": "[[layout]]\nfingerprint = \"x\"\n", "procedure": "P20"});
    let reply = site.call("officer", "PUT", &path("mapping"), Some(wish)).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["state"]),
        (202, &json!("reading"))
    );
    let shown = site.get("officer", &format!("/api/imports/{id}")).await;
    assert_eq!(
        (&shown["procedure"], &shown["mapping"]),
        (&json!("P20"), &json!("[[layout]]\nfingerprint = \"x\"\n"))
    );

    is_read(&site, &id, true).await;
    assert_eq!(site.call("officer", "POST", &path("run"), None).await.status, 202);
    // Whoever asks twice gets a no.
    assert_eq!(site.call("officer", "POST", &path("run"), None).await.status, 422);
    assert_eq!(
        site.call("manager", "DELETE", &format!("/api/imports/{id}"), None)
            .await
            .status,
        422
    );
    is(&site, &id, RegisterState::Done, Some("20260310-100000-abcdef")).await;
    assert_eq!(
        site.call("officer", "POST", &path("undo"), None).await.status,
        403,
        "heads only"
    );
    assert_eq!(
        site.call("officer", "POST", &path("activate"), None).await.status,
        403,
        "heads only"
    );
    let reply = site.call("manager", "POST", &path("activate"), None).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["state"]),
        (202, &json!("activating"))
    );
    is(&site, &id, RegisterState::Done, Some("20260310-100000-abcdef")).await;
    let reply = site.call("manager", "POST", &path("undo"), None).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["by"]),
        (202, &json!("manager@kesu.example"))
    );
    is(&site, &id, RegisterState::Undone, Some("20260310-100000-abcdef")).await;
    let (register, _) = registers::find(&site.app, &id).await.unwrap().unwrap();
    assert_eq!(
        site.call("manager", "DELETE", &format!("/api/imports/{id}"), None)
            .await
            .status,
        204
    );
    assert!(registers::find(&site.app, &id).await.unwrap().is_none());
    for name in register.file.iter().chain(register.reports.values()) {
        assert_eq!(site.app.blobs.import(name).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn an_import_by_a_command_is_listed_and_can_be_taken_back() {
    let (mut site, _folder) = site().await;
    let id = "20260310-100000-abcdef";
    let batch = Batch {
        state: BatchState::Done,
        key: "k".to_owned(),
        procedure: "P19".to_owned(),
        started_at: "2026-03-10T02:00:00+00:00".to_owned(),
        finished_at: None,
        activated_at: None,
        undone_at: None,
        files: Vec::new(),
        held: Default::default(),
        totals: Default::default(),
    };
    site.app.keep_batch(id, &batch, None).await.unwrap();
    let list = site.get("officer", "/api/imports").await;
    assert_eq!(
        (&list["imports"][0]["id"], &list["imports"][0]["state"]),
        (&json!(id), &json!("done"))
    );
    let reply = site
        .call("manager", "POST", &format!("/api/imports/{id}/run"), None)
        .await;
    assert_eq!(reply.status, 422, "its file is not here: {}", reply.text);
    let reply = site
        .call("manager", "POST", &format!("/api/imports/{id}/undo"), None)
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.json()["state"]),
        (202, &json!("undoing"))
    );
    let list = site.get("officer", "/api/imports").await;
    assert_eq!(list["imports"].as_array().unwrap().len(), 1, "it is listed once");
}
