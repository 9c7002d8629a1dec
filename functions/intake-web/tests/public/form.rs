//! The form in a browser.

use super::{FILLED, Site};

fn filled<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FILLED
        .iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.copied().chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn the_form_round_trips_in_every_language() {
    for (language, title, received, said) in [
        ("zh-Hans", "提交投诉", "投诉已收到", "查询码"),
        ("zh-Hant", "提交投訴", "投訴已收到", "查詢碼"),
        (
            "en",
            "Make a complaint",
            "We have received your complaint",
            "Query code",
        ),
    ] {
        let site = Site::new("P19").await;
        let page = site.get(&format!("/?lang={language}")).await.is(200);
        assert!(page.text().contains(&format!("<html lang=\"{language}\">")));
        assert!(page.text().contains(title), "{language}");
        assert!(page.header("set-cookie").starts_with(&format!("kesu_lang={language};")));
        let token = page.input("token");
        assert_eq!(token.len(), 32);
        let fields = filled(&[
            ("token", &token),
            ("demand", "repair"),
            ("occurred_at", "2026-10-13T08:30"),
        ]);
        let receipt = site
            .post(&format!("/complaints?lang={language}"), &fields)
            .await
            .is(201);
        assert!(
            receipt.text().contains(received) && receipt.text().contains(said),
            "{}",
            receipt.text()
        );
        let (number, code) = (receipt.input("number"), receipt.input("code"));
        let status = site
            .post(
                &format!("/track?lang={language}"),
                &[("number", &number), ("code", &code)],
            )
            .await;
        assert!(status.is(200).text().contains(&number));
        let id = site.app.by_number(&number).await.unwrap().unwrap();
        let loaded = site.app.load(&id).await.unwrap();
        assert_eq!(loaded.complaint.language.tag(), language);
        assert_eq!(loaded.face.get("customer_name").map(String::as_str), Some("王小芳"));
        let occurred = loaded.complaint.fields.get("occurred_at").unwrap().plain();
        assert_eq!(occurred, "2026-10-13T08:30:00+08:00");
    }
}

#[tokio::test]
async fn a_double_click_is_one_complaint_and_an_edited_form_another() {
    let site = Site::new("P19").await;
    let token = site.get("/").await.input("token");
    let first = site.post("/complaints", &filled(&[("token", &token)])).await.is(201);
    let again = site.post("/complaints", &filled(&[("token", &token)])).await.is(201);
    assert_eq!(first.input("number"), again.input("number"));
    assert!(again.text().contains("没有重复登记"));
    let edited = site
        .post(
            "/complaints",
            &filled(&[("token", &token), ("description", "还有别的问题")]),
        )
        .await;
    assert_ne!(edited.is(201).input("number"), first.input("number"));
    assert_eq!(site.complaints().await, 2);
    let fresh = site.get("/").await.input("token");
    assert_ne!(fresh, token);
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_filled_with_all_of_them() {
    let site = Site::new("P19").await;
    let wrong = [
        ("name", ""),
        ("email", "not an address"),
        ("product", "注塑机"),
        ("quantity", "many"),
        ("description", ""),
        ("answers.purchase_date", "soon"),
        ("answers.warranty_state", "in_warranty"),
        ("demand", "repair"),
        ("token", "0123456789abcdef0123456789abcdef"),
    ];
    let page = site.post("/complaints?lang=en", &wrong).await.is(422);
    let text = page.text();
    for id in ["name", "email", "quantity", "description", "purchase_date"] {
        assert!(text.contains(&format!("<a href=\"#{id}\">")), "{id} in {text}");
        assert!(text.contains(&format!("id=\"{id}\"")), "{id} in {text}");
        assert!(text.contains(&format!("id=\"{id}-wrong\"")), "{id} in {text}");
    }
    assert!(text.contains("5 items need your attention"), "{text}");
    assert!(text.contains("value=\"not an address\"") && text.contains("value=\"注塑机\""));
    assert!(text.contains("<option value=\"in_warranty\" selected>"));
    assert!(text.contains("value=\"repair\" checked"));
    assert_eq!(page.input("token"), "0123456789abcdef0123456789abcdef");
    assert_eq!(site.complaints().await, 0);
}

#[tokio::test]
async fn somebody_who_cannot_be_reached_is_asked_for_a_way() {
    let site = Site::new("P19").await;
    for (language, words) in [
        ("zh-Hans", "请至少留下电话或电子邮件之一"),
        ("en", "Please give a telephone number or an e-mail address"),
    ] {
        let fields = filled(&[("phone", ""), ("email", "")]);
        let page = site
            .post(&format!("/complaints?lang={language}"), &fields)
            .await
            .is(422)
            .text();
        assert!(page.contains(words), "{page}");
    }
}

#[tokio::test]
async fn the_questions_are_those_of_the_procedure() {
    let own = Site::new("P10,P20").await;
    let page = own.get("/").await.is(200).text();
    assert!(page.contains("name=\"answers.licence_plate\"") && page.contains("name=\"answers.safety_related\""));
    assert!(!page.contains("answers.urgent"), "what staff alone fill is not asked");
    let other = own.get("/?procedure=P20").await.is(200);
    assert!(other.text().contains("name=\"answers.expiry_date\"") && !other.text().contains("answers.licence_plate"));
    assert_eq!(other.input("procedure"), "P20");
    for not_in_use in ["P99", "P19"] {
        let none = own.get(&format!("/?procedure={not_in_use}")).await.is(200).text();
        assert!(none.contains("answers.licence_plate"), "{not_in_use}");
    }
    let fields = filled(&[
        ("answers.safety_related", "yes"),
        ("answers.damage_amount", "6000"),
        ("answers.valid", "yes"),
    ]);
    let receipt = own.post("/complaints", &fields).await.is(201);
    let id = own.app.by_number(&receipt.input("number")).await.unwrap().unwrap();
    let stored = own.app.load(&id).await.unwrap().complaint;
    assert_eq!(stored.class, "重大投诉");
    assert!(!stored.fields.contains_key("valid"), "only what is asked is taken");
}

/// What hostile people type.
const HOSTILE: [&str; 25] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<svg><use href=\"data:image/svg+xml,x\"></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "{{ 7*7 }}",
    "{% include 'form.html' %}",
    "${7*7}",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "\u{202e}<b>right to left</b>",
    "<!-- --><b>",
    "]]><script>",
    "<style>@import 'https://evil.example'</style>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0>",
    "=cmd|'/c calc'!A1",
    "</form><form action=https://evil.example>",
];

#[tokio::test]
async fn what_hostile_people_type_comes_back_as_text() {
    let site = Site::new("P19").await;
    let harmless = site.post("/complaints?lang=en", &[("name", "")]).await.is(422).text();
    let tags = |page: &str| page.matches('<').count();
    for payload in HOSTILE {
        let fields: Vec<(&str, &str)> = [
            "name",
            "phone",
            "email",
            "address",
            "product",
            "model",
            "serial",
            "batch",
            "order",
            "occurred_at",
            "procedure",
            "token",
            "answers.purchase_place",
            "answers.demand_reason",
            "answers.ship_date",
        ]
        .iter()
        .map(|name| (*name, payload))
        .collect();
        let page = site.post("/complaints?lang=en", &fields).await.is(422).text();
        // A value adds no tag: there are only those of the messages.
        let messages = page.matches("-wrong\">").count() - harmless.matches("-wrong\">").count();
        assert!(tags(&page) <= tags(&harmless) + 12 * messages, "{payload}");
        for live in [
            "<script",
            "<img",
            "<svg",
            "<iframe",
            "<math",
            "<style",
            "<base",
            "<meta http",
            "<b>",
            "<a href=\"java",
        ] {
            assert_eq!(
                page.matches(live).count(),
                harmless.matches(live).count(),
                "{payload} {live}"
            );
        }
        assert_eq!(
            page.matches("<form").count(),
            harmless.matches("<form").count(),
            "{payload}"
        );
        assert!(
            !page.contains("\" autofocus") && !page.contains("' onmouseover"),
            "{payload}"
        );
        assert!(!page.contains(">49<") && !page.contains("\"49\""), "{payload}");
    }
}
