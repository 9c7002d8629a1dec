//! The pages: rendered in every language, submitted as a browser without script submits them; long because one site serves all pages.

use axum::http::header;
use serde_json::json;

use super::{MONDAY, Reply, Site, WORD, user};

/// A form's body.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Site {
    pub(super) async fn page(&mut self, who: &str, path: &str, language: &str) -> Reply {
        let (cookie, _) = self.ticket(who).await;
        let headers = [
            ("cookie", cookie.as_str()),
            ("accept", "text/html"),
            ("accept-language", language),
        ];
        self.raw("GET", path, &headers, None).await
    }

    pub(super) async fn submit(&mut self, who: &str, path: &str, pairs: &[(&str, &str)]) -> Reply {
        let (cookie, csrf) = self.ticket(who).await;
        let headers = [
            ("cookie", cookie.as_str()),
            ("accept", "text/html"),
            ("accept-language", "en"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(pairs);
        self.raw("POST", path, &headers, Some(form(&all))).await
    }

    pub(super) async fn command_page(&mut self, who: &str, id: &str, kind: &str, pairs: &[(&str, &str)]) -> Reply {
        let version = self.version(id).await.to_string();
        let mut all = vec![("version", version.as_str()), ("type", kind)];
        all.extend(pairs);
        self.submit(who, &format!("/admin/complaints/{id}"), &all).await
    }
}

#[tokio::test]
async fn every_page_renders_in_every_language_with_hostile_text_escaped() {
    let mut site = Site::new().await;
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> 机器漏油,质量差";
    let id = site.intake("P19", "key-hostile", hostile).await;
    site.done("officer", &id, json!({"type": "register"})).await;
    site.done("officer", &id, json!({"type": "note", "text": hostile}))
        .await;
    site.done(
        "officer",
        &id,
        json!({"type": "edit", "fields": {"model_spec": "<b>x</b>"}}),
    )
    .await;
    let detail = format!("/admin/complaints/{id}");
    let paths = [
        "/admin",
        "/admin/due",
        "/admin/due?scope=all",
        "/admin/telephone",
        "/admin/telephone?procedure=P10",
        "/admin/people",
        "/admin/password",
        "/admin/slips",
        "/admin/slips?kind=recall&month=2026-11",
        &detail,
        "/admin?q=%3Cscript%3E&stage=open",
        "/admin?month=2020-01",
        "/admin/complaints/none",
    ];
    for language in ["zh-Hans", "zh-Hant", "en"] {
        for path in paths {
            let reply = site.page("administrator", path, language).await;
            let wanted = if path.ends_with("none") { 404 } else { 200 };
            assert_eq!(reply.status, wanted, "{path} in {language}: {}", reply.text);
            let page = &reply.text;
            assert!(page.contains(&format!("<html lang=\"{language}\">")), "{path}: {page}");
            assert!(
                !page.contains("<script") && !page.contains("<img") && !page.contains("<b>x"),
                "{path}: {page}"
            );
            assert!(
                reply.headers["content-security-policy"]
                    .to_str()
                    .unwrap()
                    .starts_with("default-src 'none'")
            );
            let labels = ["admin.", "command.", "command_field.", "event."];
            assert!(
                !labels.iter().any(|own| page.contains(&format!(">{own}"))),
                "{path}: {page}"
            );
        }
        let way_in = site
            .raw(
                "GET",
                "/admin",
                &[("accept", "text/html"), ("accept-language", language)],
                None,
            )
            .await;
        assert_eq!(way_in.status, 401);
        assert!(way_in.text.contains("action=\"/admin/sign-in\""), "{}", way_in.text);
        assert!(
            way_in.headers["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
    }
    let page = site.page("administrator", &detail, "zh-Hant").await.text;
    assert!(
        page.contains("&lt;script&gt;") && page.contains("王先生&lt;b&gt;"),
        "{page}"
    );
}

#[tokio::test]
async fn a_browser_signs_in_and_out_by_forms_and_keeps_its_language() {
    let site = Site::new().await;
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("accept-language", "en"),
    ];
    let wrong = form(&[("email", "officer@kesu.example"), ("password", "wrong-password")]);
    let reply = site.raw("POST", "/admin/sign-in", &headers, Some(wrong)).await;
    assert_eq!(reply.status, 422);
    assert!(
        reply.text.contains("officer@kesu.example")
            && reply.text.contains("role=\"alert\"")
            && !reply.text.contains("wrong-password")
    );
    let right = form(&[("email", "officer@kesu.example"), ("password", WORD)]);
    let reply = site.raw("POST", "/admin/sign-in", &headers, Some(right)).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.headers[header::LOCATION]),
        (303, &"/admin/book".parse().unwrap())
    );
    let cookie = reply.headers[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let reply = site
        .raw(
            "GET",
            "/admin?lang=zh-Hant",
            &[("cookie", &cookie), ("accept-language", "en")],
            None,
        )
        .await;
    assert!(reply.text.contains("lang=\"zh-Hant\""));
    assert!(
        reply.headers[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .starts_with("kesu_lang=zh-Hant")
    );
}

#[tokio::test]
async fn a_call_is_taken_down_and_the_complaint_carried_on_by_forms_alone() {
    let mut site = Site::new().await;
    let page = site.page("officer", "/admin/telephone?procedure=P10", "en").await.text;
    let key = page
        .split("name=\"key\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert!(
        page.contains("name=\"f.restated\"") && page.contains("name=\"f.licence_plate\""),
        "{page}"
    );
    let mut pairs = vec![
        ("procedure", "P10"),
        ("key", key.as_str()),
        ("channel", "telephone"),
        ("received_at", "2026-11-02T09:50"),
        ("customer.name", "赵六"),
        ("customer.phone", "13700000000"),
        ("product.name", "轿车"),
        ("demand", ""),
        ("demand", "repair"),
        ("f.licence_plate", "鄂A12345"),
        ("f.restated", "yes"),
        ("description", ""),
    ];
    let refused = site.submit("officer", "/admin/telephone", &pairs).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(
        refused.text.contains("赵六")
            && refused.text.contains("value=\"repair\" checked")
            && refused.text.contains("role=\"alert\"")
    );
    pairs.pop();
    pairs.push(("description", "发动机异响,修了三次没修好"));
    let first = site.submit("officer", "/admin/telephone", &pairs).await;
    assert_eq!(first.status, 303, "{}", first.text);
    let second = site.submit("officer", "/admin/telephone", &pairs).await;
    assert_eq!(
        second.headers[header::LOCATION],
        first.headers[header::LOCATION],
        "a double click is one complaint"
    );
    let path = first.headers[header::LOCATION]
        .to_str()
        .unwrap()
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
    assert_eq!(
        (&shown["received_at"], &shown["fields"]["restated"]),
        (&json!("2026-11-02T09:50:00+08:00"), &json!(true))
    );
    assert_eq!(shown["fields"]["demand"], json!(["repair"]));

    let page = site.page("officer", &path, "en").await.text;
    for kind in shown["allowed"].as_array().unwrap() {
        let kind = kind["type"].as_str().unwrap();
        assert!(page.contains(&format!("name=\"type\" value=\"{kind}\"")), "{kind}");
    }
    for (kind, pairs) in [
        ("register", vec![]),
        (
            "milestone",
            vec![
                ("c.name", "contacted"),
                ("c.at", "2026-11-02T09:55"),
                ("c.note", "说明情况"),
            ],
        ),
        ("route", vec![("c.department", "服务经理")]),
        ("verify", vec![("c.upheld", "yes")]),
        ("investigate", vec![("c.result", "气门磨损"), ("c.quantity", "1")]),
        (
            "edit",
            vec![
                ("f.model_spec", "X-9"),
                ("f.urgent", "no"),
                ("f.damage_amount", "1200.50"),
                ("f.licence_plate", "鄂A12345"),
            ],
        ),
        ("propose", vec![("c.treatment", "repair"), ("c.amount", "800")]),
        ("submit", vec![("reason", "按方案处理")]),
    ] {
        let reply = site.command_page("officer", &id, kind, &pairs).await;
        assert_eq!(reply.status, 303, "{kind}: {}", reply.text);
    }
    let shown = site.get("officer", &format!("/api/complaints/{id}")).await;
    assert_eq!(
        shown["fields"]["damage_amount"],
        json!({"amount": "1200.50", "currency": "CNY"})
    );
    assert_eq!(shown["fields"]["amount"]["amount"], "800");
    let last = shown["log"].as_array().unwrap();
    assert!(last.iter().any(|entry| entry["reason"] == "按方案处理"));
    let request = shown["approvals"][0]["request"].as_str().unwrap().to_owned();
    let wrong = site
        .command_page(
            "approver",
            &id,
            "approve",
            &[("c.request", &request), ("c.password", "wrong-password")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("<details id=\"do-approve\" open>") && !wrong.text.contains("wrong-password"));
    let right = site
        .command_page(
            "approver",
            &id,
            "approve",
            &[("c.request", &request), ("c.password", WORD)],
        )
        .await;
    assert_eq!(right.status, 303, "{}", right.text);
}

#[tokio::test]
async fn a_refused_form_says_why_in_its_place_and_keeps_what_was_typed() {
    let mut site = Site::new().await;
    let id = site.intake("P19", "key-of-a-refusal", "机器漏油,质量差").await;
    let typed = "future <remark>";
    let reply = site
        .command_page(
            "officer",
            &id,
            "milestone",
            &[("c.name", "contacted"), ("c.at", "2030-01-01T00:00"), ("c.note", typed)],
        )
        .await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    let form = reply
        .text
        .split("<details id=\"do-milestone\" open>")
        .nth(1)
        .unwrap()
        .split("</details>")
        .next()
        .unwrap();
    assert!(
        form.contains("role=\"alert\"") && form.contains("future &lt;remark&gt;") && form.contains("2030-01-01T00:00"),
        "{form}"
    );
    let old = [("version", "1"), ("type", "note"), ("c.text", "my words")];
    site.done("officer", &id, json!({"type": "note", "text": "x"})).await;
    let reply = site.submit("officer", &format!("/admin/complaints/{id}"), &old).await;
    assert_eq!(reply.status, 409);
    assert!(reply.text.contains("my words") && reply.text.contains("somebody has changed"));
    assert_eq!(site.command_page("officer", &id, "dance", &[]).await.status, 422);
}

#[tokio::test]
async fn information_is_asked_for_and_supplied_and_complaints_linked_by_number() {
    let mut site = Site::new().await;
    let one = site.intake("P19", "key-linked-1", "机器漏油,质量差").await;
    let two = site.intake("P19", "key-linked-2", "机器漏油,质量差").await;
    let number = site.get("officer", &format!("/api/complaints/{two}")).await["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = site
        .command_page(
            "officer",
            &one,
            "request_info",
            &[("c.fields", ""), ("c.fields", "ship_date"), ("c.fields", "order_no")],
        )
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let page = site
        .page("officer", &format!("/admin/complaints/{one}"), "en")
        .await
        .text;
    assert!(page.contains("name=\"f.ship_date\""));
    let reply = site
        .command_page(
            "officer",
            &one,
            "supply_info",
            &[("f.ship_date", "2026-10-01"), ("f.order_no", "SO-8")],
        )
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let reply = site
        .command_page("officer", &one, "link", &[("c.to", &number), ("c.kind", "recurrence")])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let shown = site.get("officer", &format!("/api/complaints/{one}")).await;
    assert_eq!(
        (&shown["fields"]["ship_date"], &shown["links"][0]["to"]),
        (&json!("2026-10-01"), &json!(two))
    );
    let reply = site
        .command_page(
            "officer",
            &one,
            "link",
            &[("c.to", "no-such-number"), ("c.kind", "recurrence")],
        )
        .await;
    assert_eq!(reply.status, 422);
}

#[tokio::test]
async fn the_directory_is_edited_by_a_form() {
    let mut site = Site::new().await;
    let page = site.page("manager", "/admin/people", "en").await.text;
    assert!(page.contains("value=\"董事长\"") && page.contains("chairman@kesu.example"));
    let mut pairs = vec![
        ("version", "1"),
        ("administrator", "administrator@kesu.example"),
        ("d.0.desk", "董事长"),
        ("d.0.holders", "chairman@kesu.example, approver@kesu.example"),
        ("p.0.user", "chairman@kesu.example"),
        ("p.0.name", "钱董"),
        ("p.0.language", "zh-Hant"),
        ("p.0.substitute", "approver@kesu.example"),
        ("p.0.from", "2026-11-05"),
        ("p.0.until", "2026-11-09"),
    ];
    let saved = site.submit("manager", "/admin/people", &pairs).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let directory = site.get("manager", "/api/directory").await;
    assert_eq!(
        directory["people"]["chairman@kesu.example"]["absence"],
        json!({"from": "2026-11-05", "until": "2026-11-09"})
    );
    assert_eq!(
        directory["desks"]["董事长"],
        json!([user("chairman"), user("approver")])
    );
    pairs[0] = ("version", "2");
    pairs.push(("d.1.desk", "总经理"));
    pairs.push(("d.1.holders", "nobody-known@kesu.example"));
    let refused = site.submit("manager", "/admin/people", &pairs).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("nobody-known@kesu.example") && refused.text.contains("钱董"));
    assert!(MONDAY.starts_with("2026-11-02"));
}

#[tokio::test]
async fn the_register_is_filtered_and_says_what_is_overdue() {
    let mut site = Site::new().await;
    site.intake("P19", "key-of-a-row", "机器漏油,质量差").await;
    let page = site.page("officer", "/admin", "en").await.text;
    assert!(
        page.contains("王先生&lt;b&gt;") && page.contains("1 complaints"),
        "{page}"
    );
    assert!(
        site.page("officer", "/admin?stage=closed", "en")
            .await
            .text
            .contains("No complaints")
    );
    assert!(
        site.page("officer", "/admin?overdue=yes", "en")
            .await
            .text
            .contains("No complaints")
    );
    site.later(60 * 24 * 10);
    let late = site.page("officer", "/admin?overdue=yes", "en").await.text;
    assert!(late.contains("class=\"is-late\"") && late.contains("Overdue"), "{late}");
}
