//! Sessions, registers, edits: what the API promises; long because one site serves the whole API.

use axum::http::header;
use serde_json::{Value, json};

use super::{Site, WORD, user};

#[tokio::test]
async fn a_session_begins_shows_itself_and_ends() {
    let mut site = Site::new().await;
    let shown = site.get("department", "/api/session").await;
    assert_eq!(shown["user"], "department@kesu.example");
    assert_eq!(
        (&shown["role"], &shown["department"]),
        (&json!("department"), &json!("品质部"))
    );
    assert_eq!(shown["handed_out"], false);
    let ended = site.call("department", "DELETE", "/api/session", None).await;
    assert_eq!(ended.status, 204);
    assert!(
        ended.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(site.call("department", "GET", "/api/session", None).await.status, 401);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_alike() {
    let site = Site::new().await;
    let mut replies = Vec::new();
    for email in ["officer@kesu.example", "nobody@kesu.example", "not an address"] {
        let body = json!({"email": email, "password": "wrong-password"}).to_string();
        let reply = site.raw("POST", "/api/session", &[], Some(body)).await;
        replies.push((reply.status.as_u16(), reply.text));
    }
    assert_eq!(replies[0].0, 422);
    assert!(replies.iter().all(|reply| *reply == replies[0]), "{replies:?}");
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_from_plain_connections_where_there_is_https() {
    let site = Site::new().await;
    let body = json!({"email": user("officer"), "password": WORD}).to_string();
    let reply = site.raw("POST", "/api/session", &[], Some(body)).await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"));
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_goes_on_in_this_one() {
    let mut site = Site::new().await;
    let (before, _) = site.ticket("officer").await;
    let wish = |old: &str, new: &str| Some(json!({"old": old, "new": new}));
    let reply = site
        .call(
            "officer",
            "POST",
            "/api/password",
            wish("wrong-password", "another-good-word"),
        )
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"]["code"].clone()),
        (422, json!("wrong_password"))
    );
    let reply = site.call("officer", "POST", "/api/password", wish(WORD, "short")).await;
    assert_eq!(reply.json()["error"]["code"], "weak_password");
    let reply = site
        .call("officer", "POST", "/api/password", wish(WORD, "another-good-word"))
        .await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    let now = reply.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        site.raw("GET", "/api/session", &[("cookie", &before)], None)
            .await
            .status,
        401
    );
    assert_eq!(
        site.raw("GET", "/api/session", &[("cookie", &now)], None).await.status,
        200
    );
}

#[tokio::test]
async fn an_intake_needs_a_key_and_a_repeat_gets_the_same_answer() {
    let mut site = Site::new().await;
    let (cookie, csrf) = site.ticket("officer").await;
    let body =
        json!({"description": "机器漏油,要求赔偿", "customer": {"name": "李四", "phone": "13900000000"}}).to_string();
    let without = [("cookie", cookie.as_str()), ("x-kesu-csrf", csrf.as_str())];
    let reply = site.raw("POST", "/api/intake", &without, Some(body.clone())).await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["error"]["code"].clone()),
        (422, json!("key_missing"))
    );
    let with = [without[0], without[1], ("idempotency-key", "call-of-monday")];
    let first = site.raw("POST", "/api/intake", &with, Some(body.clone())).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.json()["query_code"].as_str().unwrap().len(), 10);
    let second = site.raw("POST", "/api/intake", &with, Some(body)).await;
    assert_eq!((second.status.as_u16(), &second.text), (201, &first.text));
    let other = json!({"description": "另一件", "customer": {"name": "李四", "phone": "13900000000"}}).to_string();
    let reply = site.raw("POST", "/api/intake", &with, Some(other)).await;
    assert_eq!(reply.json()["error"]["code"], "key_reused");
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let number = first.json()["number"].as_str().unwrap().to_owned();
    let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
    assert_eq!(shown["log"][0]["events"][0]["by"], "officer@kesu.example");
    assert_eq!(shown["fields"]["description"], "机器漏油,要求赔偿");
    assert_eq!(shown["fields"]["customer_name"], "李四");
    let by_number = site.get("officer", &format!("/api/complaints/{number}")).await;
    assert_eq!(by_number["id"], json!(id));
}

#[tokio::test]
async fn the_register_gives_a_month_over_all_shards_and_changes_follow() {
    let mut site = Site::new().await;
    let start = site.get("officer", "/api/changes").await;
    let mut ids = Vec::new();
    for n in 0..7 {
        ids.push(
            site.intake("P19", &format!("key-number-{n}"), "产品质量差,机器漏油")
                .await,
        );
    }
    let list = site.get("officer", "/api/complaints").await;
    assert_eq!(list["columns"][0], "id");
    assert_eq!(list["rows"].as_array().unwrap().len(), 7);
    let at = |name: &str| {
        list["columns"]
            .as_array()
            .unwrap()
            .iter()
            .position(|own| own == name)
            .unwrap()
    };
    assert_eq!(list["rows"][0][at("customer_name")], "王先生<b>");
    assert_eq!(
        site.get("officer", "/api/complaints?month=2026-10").await["rows"],
        json!([])
    );
    let since = |cursor: &Value| format!("/api/changes?since={}", cursor.as_str().unwrap());
    let changed = site.get("officer", &since(&start["cursor"])).await;
    assert_eq!(changed["rows"].as_array().unwrap().len(), 7);
    site.later(10);
    let quiet = site.get("officer", &since(&changed["cursor"])).await;
    assert_eq!(
        quiet["rows"].as_array().unwrap().len(),
        7,
        "the same minute is looked at again"
    );
    site.later(10);
    site.done("officer", &ids[3], json!({"type": "note", "text": "x"}))
        .await;
    let one = site.get("officer", &since(&quiet["cursor"])).await;
    assert_eq!(one["rows"].as_array().unwrap().len(), 1);
    assert_eq!(one["rows"][0][0], json!(ids[3]));
    site.later(60 * 24 * 45);
    let late = site.call("officer", "GET", &since(&one["cursor"]), None).await;
    assert_eq!(late.json()["error"]["code"], "bad_cursor");
}

#[tokio::test]
async fn a_department_sees_its_own_complaints_only() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-for-own", "产品质量差,机器漏油").await;
    site.done("officer", &id, json!({"type": "route", "department": "生产部"}))
        .await;
    let path = format!("/api/complaints/{id}");
    assert_eq!(site.call("department", "GET", &path, None).await.status, 404);
    assert_eq!(site.call("other", "GET", &path, None).await.status, 200);
    assert_eq!(site.get("department", "/api/complaints").await["rows"], json!([]));
    assert_eq!(
        site.get("other", "/api/complaints").await["rows"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let wish = json!({"version": 2, "command": {"type": "note", "text": "x"}});
    let reply = site
        .call("department", "POST", &format!("{path}/commands"), Some(wish))
        .await;
    assert_eq!(reply.status, 404);
    assert_eq!(
        site.call("department", "GET", &format!("/api/attachments/{id}/a.png"), None)
            .await
            .status,
        404
    );
    assert_eq!(site.get("department", "/api/due?scope=all").await["items"], json!([]));
}

#[tokio::test]
async fn an_old_version_is_told_the_current_one_and_a_batch_tells_each() {
    let mut site = Site::new().await;
    let one = site.intake("P19", "key-first", "产品质量差,机器漏油").await;
    let two = site.intake("P19", "key-second", "产品质量差,机器漏油").await;
    let version = site.version(&one).await;
    site.done("officer", &one, json!({"type": "note", "text": "x"})).await;
    let stale = json!({"version": version, "command": {"type": "note", "text": "y"}});
    let reply = site
        .call(
            "officer",
            "POST",
            &format!("/api/complaints/{one}/commands"),
            Some(stale),
        )
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.json()["current"].clone()),
        (409, json!(version + 1))
    );
    let of_two = site.version(&two).await;
    let note = json!({"type": "note", "text": "z"});
    let batch = json!([
        {"id": one, "version": version, "command": note}, {"id": two, "version": of_two, "command": note},
        {"id": "nothing", "version": 1, "command": note}, {"id": two, "version": 1, "command": {"type": "dance"}},
    ]);
    let outcomes = site.call("officer", "POST", "/api/batch", Some(batch)).await.json();
    let statuses: Vec<u64> = outcomes
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [409, 200, 404, 422]);
    assert_eq!(outcomes[0]["current"], json!(version + 1));
    assert_eq!(outcomes[1]["version"], json!(of_two + 1));
    assert_eq!(outcomes[3]["refusal"]["code"], "unknown_command");
    let many = Value::Array(vec![json!({}); 501]);
    assert_eq!(site.call("officer", "POST", "/api/batch", Some(many)).await.status, 422);
}

#[tokio::test]
async fn the_directory_is_replaced_with_the_version_seen_and_checked() {
    let mut site = Site::new().await;
    let mut shown = site.get("manager", "/api/directory").await;
    shown["desks"]["研发部"] = json!(["Approver@Kesu.example"]);
    shown["people"]["approver@kesu.example"] = json!({"name": "赵", "substitute": "officer@kesu.example"});
    let saved = site.call("manager", "PUT", "/api/directory", Some(shown.clone())).await;
    assert_eq!(saved.status, 200, "{}", saved.text);
    assert_eq!(saved.json()["desks"]["研发部"], json!(["approver@kesu.example"]));
    let stale = site.call("manager", "PUT", "/api/directory", Some(shown.clone())).await;
    assert_eq!(
        (stale.status.as_u16(), stale.json()["current"].clone()),
        (409, json!(2))
    );
    let check = async |site: &mut Site, change: fn(&mut Value), code: &str| {
        let mut wish = saved.json();
        change(&mut wish);
        let reply = site.call("manager", "PUT", "/api/directory", Some(wish)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.json()["error"]["code"].clone()),
            (422, json!(code)),
            "{}",
            reply.text
        );
    };
    check(
        &mut site,
        |wish| wish["desks"]["研发部"] = json!(["nobody@kesu.example"]),
        "unknown_person",
    )
    .await;
    check(
        &mut site,
        |wish| wish["desks"]["研发部"] = json!(["no address"]),
        "bad_email",
    )
    .await;
    check(
        &mut site,
        |wish| wish["people"]["officer@kesu.example"]["substitute"] = json!("approver@kesu.example"),
        "circular_substitute",
    )
    .await;
    check(
        &mut site,
        |wish| wish["people"]["officer@kesu.example"]["absence"] = json!({"from": "2026-02-02", "until": "2026-02-01"}),
        "absence_ends_first",
    )
    .await;
    check(
        &mut site,
        |wish| wish["people"]["officer@kesu.example"]["nickname"] = json!("x"),
        "wrong_type",
    )
    .await;
}

#[tokio::test]
async fn an_account_is_made_with_a_password_shown_once_and_can_be_shut() {
    let mut site = Site::new().await;
    let wish = json!({"email": "New@Kesu.example", "role": "department", "department": "生产部"});
    let made = site
        .call("administrator", "POST", "/api/users", Some(wish.clone()))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let word = made.json()["password"].as_str().unwrap().to_owned();
    assert_eq!(
        site.call("administrator", "POST", "/api/users", Some(wish))
            .await
            .json()["error"]["code"],
        "account_exists"
    );
    let list = site.call("administrator", "GET", "/api/users", None).await;
    assert!(list.text.contains("new@kesu.example") && !list.text.contains(&word) && !list.text.contains("argon2"));
    let body = json!({"email": "new@kesu.example", "password": word}).to_string();
    let reply = site.raw("POST", "/api/session", &[], Some(body.clone())).await;
    assert_eq!(reply.status, 204);
    let cookie = reply.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        site.raw("GET", "/api/session", &[("cookie", &cookie)], None)
            .await
            .json()["handed_out"],
        true
    );
    let shut = site
        .call(
            "administrator",
            "PATCH",
            "/api/users/new@kesu.example",
            Some(json!({"disabled": true})),
        )
        .await;
    assert_eq!(
        (shut.status.as_u16(), shut.json()["disabled"].clone()),
        (200, json!(true))
    );
    assert_eq!(
        site.raw("GET", "/api/session", &[("cookie", &cookie)], None)
            .await
            .status,
        401
    );
    assert_eq!(site.raw("POST", "/api/session", &[], Some(body)).await.status, 422);
    let last = site
        .call(
            "administrator",
            "PATCH",
            "/api/users/administrator@kesu.example",
            Some(json!({"role": "officer"})),
        )
        .await;
    assert_eq!(last.json()["error"]["code"], "last_administrator");
}

#[tokio::test]
async fn procedures_show_each_rule_with_its_clause_and_what_was_assumed() {
    let mut site = Site::new().await;
    let list = site.get("auditor", "/api/procedures").await;
    let ids: Vec<&Value> = list["procedures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert!(ids.contains(&&json!("P19")) && ids.contains(&&json!("P10")), "{ids:?}");
    let shown = site.get("auditor", "/api/procedures/P19").await;
    let rule = shown["deadlines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule"] == "T19.1")
        .unwrap();
    assert!(rule["source"].as_str().unwrap().contains("4.7.1") && rule["assumed"].is_string());
    assert_eq!(
        site.call("auditor", "GET", "/api/procedures/P99", None).await.status,
        404
    );
}

#[tokio::test]
async fn what_is_due_is_listed_the_longest_overdue_first() {
    let mut site = Site::new().await;
    let first = site.intake("P19", "key-early", "产品质量差,机器漏油").await;
    site.later(60 * 24 * 9);
    let second = site.intake("P19", "key-late", "产品质量差,机器漏油").await;
    let due = site.get("officer", "/api/due?scope=all").await;
    let items = due["items"].as_array().unwrap();
    assert_eq!((&items[0]["id"], &items[0]["late"]), (&json!(first), &json!(true)));
    assert!(items.iter().any(|item| item["id"] == json!(second)));
    let moments: Vec<&str> = items.iter().map(|item| item["due_at"].as_str().unwrap()).collect();
    assert!(moments.is_sorted());
}
