//! `POST /api/complaints`.

use serde_json::{Value, json};

use super::{Site, request};

fn body() -> Value {
    json!({
        "description": "机器开机十分钟后漏油，已经停机。",
        "customer": {"name": "王小芳", "phone": "13800000000", "email": "wang@customer.example"},
        "product": {"name": "注塑机", "quantity": 1},
    })
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_byte_for_byte_and_another_body_none() {
    let site = Site::new("P19").await;
    let first = site.api("key-00000001", &body()).await.is(201);
    let told = first.json();
    for field in [
        "id",
        "number",
        "query_code",
        "procedure",
        "class",
        "department",
        "received_at",
        "deadlines",
    ] {
        assert!(told.get(field).is_some(), "{field} in {told}");
    }
    assert_eq!(told["procedure"], "P19");
    assert_eq!(told["query_code"].as_str().unwrap().len(), 10);
    let again = site.api("key-00000001", &body()).await.is(201);
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(site.complaints().await, 1);
    let mut other = body();
    other["description"] = json!("something else");
    let refused = site.api("key-00000001", &other).await.is(422).refusals();
    assert_eq!(refused, [("Idempotency-Key".to_owned(), "key_reused".to_owned())]);
    site.api("key-00000002", &body()).await.is(201);
    assert_eq!(site.complaints().await, 2);
}

#[tokio::test]
async fn the_same_request_five_times_at_once_is_one_complaint() {
    let site = Site::new("P19").await;
    let body = body();
    let (a, b, c, d, e) = tokio::join!(
        site.api("key-at-once", &body),
        site.api("key-at-once", &body),
        site.api("key-at-once", &body),
        site.api("key-at-once", &body),
        site.api("key-at-once", &body),
    );
    for other in [b, c, d, e] {
        assert_eq!(other.is(201).bytes, a.bytes);
    }
    assert_eq!(site.complaints().await, 1);
}

#[tokio::test]
async fn a_key_is_8_to_200_visible_characters() {
    let site = Site::new("P19").await;
    let long = "k".repeat(201);
    for bad in ["", "short", "has a space", "tab\tinside-it", long.as_str()] {
        let refused = site.api(bad, &body()).await.is(422).refusals();
        assert_eq!(
            refused,
            [("Idempotency-Key".to_owned(), "key_missing".to_owned())],
            "{bad}"
        );
    }
    let json_type = [("content-type", "application/json")];
    let none = request("POST", "/api/complaints", &json_type, &body().to_string());
    assert_eq!(site.send(none).await.is(422).refusals()[0].0, "Idempotency-Key");
    site.api(&"k".repeat(200), &body()).await.is(201);
    site.api("12345678", &body()).await.is(201);
}

async fn check(change: Value, wanted: &[(&str, &str)]) {
    let site = Site::new("P19").await;
    let mut all = body();
    for (key, value) in change.as_object().unwrap() {
        all[key] = value.clone();
    }
    let refused = site.api("key-00000001", &all).await.is(422).refusals();
    let refused: Vec<(&str, &str)> = refused.iter().map(|(f, c)| (f.as_str(), c.as_str())).collect();
    assert_eq!(refused, wanted, "{change}");
    assert_eq!(site.complaints().await, 0);
}

#[tokio::test]
async fn what_is_wrong_is_named_by_field_as_it_was_sent() {
    check(
        json!({"customer": {"name": "A", "vip": true}, "status": "closed", "product": {"colour": "red"}}),
        &[
            ("status", "unknown_field"),
            ("customer.vip", "unknown_field"),
            ("product.colour", "unknown_field"),
        ],
    )
    .await;
    check(
        json!({"customer": {"name": " "}}),
        &[("customer.name", "missing_field")],
    )
    .await;
    check(json!({"description": null}), &[("description", "missing_field")]).await;
    check(json!({"description": 7}), &[("description", "wrong_type")]).await;
    check(
        json!({"description": "x".repeat(20_001)}),
        &[("description", "too_long")],
    )
    .await;
    check(
        json!({"customer": {"name": "x".repeat(201)}}),
        &[("customer.name", "too_long")],
    )
    .await;
    check(
        json!({"customer": {"name": "A", "email": "nobody"}}),
        &[("customer.email", "bad_email")],
    )
    .await;
    check(
        json!({"product": {"quantity": "many"}}),
        &[("product.quantity", "wrong_type")],
    )
    .await;
    check(json!({"demand": ["gold"]}), &[("demand", "unknown_value")]).await;
    check(json!({"demand": "exchange"}), &[("demand", "wrong_type")]).await;
    check(json!({"procedure": "P99"}), &[("procedure", "unknown_procedure")]).await;
    check(json!({"customer": []}), &[("customer", "wrong_type")]).await;
    check(json!({"occurred_at": "yesterday"}), &[("occurred_at", "wrong_type")]).await;
    check(
        json!({"received_at": "2020-01-01T00:00:00Z"}),
        &[("received_at", "unknown_field")],
    )
    .await;
}

#[tokio::test]
async fn what_only_the_company_says_cannot_be_said_by_a_customer() {
    for field in [
        "valid",
        "exempt_from_transfer",
        "retain_until",
        "amount",
        "attachments",
        "parent_case",
        "off_hours",
    ] {
        let named = format!("answers.{field}");
        check(json!({"answers": {field: true}}), &[(named.as_str(), "unknown_field")]).await;
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_or_too_large_is_refused() {
    let site = Site::new("P19").await;
    let send = |kind: &'static str, body: String| {
        let headers = [("content-type", kind), ("idempotency-key", "key-00000001")];
        site.send(request("POST", "/api/complaints", &headers, &body))
    };
    assert_eq!(
        send("application/json", "{".to_owned()).await.is(422).refusals()[0].1,
        "bad_json"
    );
    assert_eq!(
        send("application/json", "[]".to_owned()).await.is(422).refusals()[0].1,
        "bad_json"
    );
    assert_eq!(
        send("text/plain", body().to_string()).await.is(415).refusals()[0].1,
        "unsupported_type"
    );
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(send("application/json", deep).await.is(422).refusals()[0].1, "bad_json");
    let large = json!({"description": "x".repeat(300_000), "customer": {"name": "A"}}).to_string();
    let refused = send("application/json", large).await.is(413).json();
    assert_eq!(refused["error"]["message"], "提交的内容过大，最多256 KB");
}

#[tokio::test]
async fn refusals_are_in_the_readers_language() {
    let site = Site::new("P19").await;
    let mut seen = Vec::new();
    for language in ["zh-CN", "zh-TW", "en-GB"] {
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", "key-00000001"),
            ("accept-language", language),
        ];
        let answer = site
            .send(request("POST", "/api/complaints", &headers, r#"{"customer":{}}"#))
            .await;
        let body = answer.is(422).json();
        let messages: Vec<String> = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["message"].to_string())
            .collect();
        seen.push(messages.join(" "));
    }
    assert!(seen[0].contains("请填写"), "{seen:?}");
    assert!(seen[1].contains("請填寫"), "{seen:?}");
    assert!(
        seen[2].contains("please fill in `description`") && seen[2].contains("`name`"),
        "{seen:?}"
    );
}
