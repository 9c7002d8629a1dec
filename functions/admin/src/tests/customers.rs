//! Customers who are written in several ways: who may say that they are one, what is kept of it, what then counts them as one.

use serde_json::{Value, json};

use super::Site;

async fn say(site: &mut Site, what: &str, body: Value) -> Value {
    let path = format!("/api/customers/{what}");
    let told = site.call("officer", "POST", &path, Some(body.clone())).await;
    assert_eq!(told.status, 200, "{body}: {}", told.text);
    told.json()
}

fn pairs(told: &Value) -> Vec<(String, String)> {
    let all = told["merged"].as_array().unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    all.iter().map(|one| (text(one, "name"), text(one, "into"))).collect()
}

fn pair(name: &str, into: &str) -> (String, String) {
    (name.to_owned(), into.to_owned())
}

async fn journal(site: &mut Site) -> Vec<Value> {
    let all = site.get("auditor", "/api/journal?month=2026-11").await;
    let all = all["entries"].as_array().unwrap().iter();
    let own = all.filter(|one| one["what"].as_str().unwrap().starts_with("customers_"));
    own.cloned().collect()
}

#[tokio::test]
async fn names_are_said_to_be_one_once_and_the_journal_keeps_who_said_it_and_no_name() {
    let mut site = Site::new().await;
    let body = json!({"names": ["北方机电", " 北方 机电"], "into": "北方机电有限公司"});
    let told = say(&mut site, "merge", body.clone()).await;
    assert_eq!(pairs(&told).len(), 2);
    assert!(told["merged"][0]["by"].as_str().unwrap().starts_with("officer@"));
    assert!(told["suffixes"].as_array().unwrap().contains(&json!("有限公司")));
    let again = say(&mut site, "merge", body).await;
    assert_eq!(again["merged"], told["merged"]);
    let entries = journal(&mut site).await;
    assert_eq!(entries.len(), 1, "saying it again is no deed");
    assert_eq!(entries[0]["what"], "customers_merged");
    assert!(!entries[0].to_string().contains("机电"), "{}", entries[0]);
    let gone = say(
        &mut site,
        "unmerge",
        json!({"names": ["北方机电", "北方 机电", "谁也不是"]}),
    )
    .await;
    assert_eq!(gone["merged"], json!([]));
    say(&mut site, "unmerge", json!({"names": ["北方机电"]})).await;
    assert_eq!(journal(&mut site).await.len(), 2);
}

#[tokio::test]
async fn chains_are_kept_as_they_were_said_and_a_circle_is_refused_with_words() {
    let mut site = Site::new().await;
    say(&mut site, "merge", json!({"names": ["A"], "into": "B"})).await;
    let told = say(&mut site, "merge", json!({"names": ["Ｂ"], "into": "C"})).await;
    assert_eq!(pairs(&told), [pair("A", "B"), pair("B", "C")]);
    let body = json!({"names": ["C"], "into": "A"});
    let refused = site.call("officer", "POST", "/api/customers/merge", Some(body)).await;
    assert_eq!(refused.status, 422);
    let error = refused.json()["error"].clone();
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("customer_circle"), &json!("into"))
    );
    assert!(error["message"].as_str().unwrap().contains("`A`"), "{error}");
    for body in [
        json!({"names": [], "into": 1}),
        json!({"names": [1], "into": "B"}),
        json!({"names": [" "], "into": "B"}),
        json!({"names": ["A"], "into": "B", "more": 1}),
    ] {
        let refused = site
            .call("officer", "POST", "/api/customers/merge", Some(body.clone()))
            .await;
        assert_eq!(refused.status, 422, "{body}");
    }
    assert_eq!(pairs(&site.get("auditor", "/api/customers").await).len(), 2);
}

#[tokio::test]
async fn a_rollup_counts_them_as_one_and_calls_them_by_the_name_that_was_chosen() {
    let mut site = Site::of("P09").await;
    for (n, name) in ["北方机电", "北方机电有限公司", "另一家"].into_iter().enumerate() {
        let (cookie, csrf) = site.ticket("officer").await;
        let body = json!({
            "procedure": "P09", "channel": "telephone", "description": "机器漏油",
            "customer": {"name": name, "phone": format!("1380000000{n}")},
        });
        let key = format!("customers-{n}");
        let headers = [
            ("cookie", cookie.as_str()),
            ("x-kesu-csrf", csrf.as_str()),
            ("idempotency-key", key.as_str()),
        ];
        let reply = site.raw("POST", "/api/intake", &headers, Some(body.to_string())).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    site.later(60);
    let customers = |rollup: Value| rollup["customers"].clone();
    let before = site.get("quality", "/api/rollups/2026-11").await;
    assert_eq!(before["complaints"][0]["n"], 3);
    assert_eq!(customers(before), json!([]));
    say(
        &mut site,
        "merge",
        json!({"names": ["北方机电有限公司"], "into": "北方机电"}),
    )
    .await;
    let told = customers(site.get("quality", "/api/rollups/2026-11").await);
    assert_eq!((&told[0]["name"], &told[0]["n"]), (&json!("北方机电"), &json!(2)));
    assert_eq!(told.as_array().unwrap().len(), 1);
    // The complaints say what they said.
    let rows = site.get("officer", "/api/complaints?fields=all").await;
    assert!(rows.to_string().contains("北方机电有限公司"));
    say(&mut site, "unmerge", json!({"names": ["北方机电有限公司"]})).await;
    assert_eq!(customers(site.get("quality", "/api/rollups/2026-11").await), json!([]));
}
