//! What holds of every route.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use kesu_intake_web::{openapi, routes};
use serde_json::json;

use super::{FILLED, Site, request, urlencoded};

#[tokio::test]
async fn every_answer_of_every_route_carries_the_headers() {
    let site = Site::new("P19").await;
    let mut all: Vec<(String, String)> = routes().iter().map(|(m, p)| (m.to_string(), (*p).to_owned())).collect();
    all.extend(
        [("GET", "/nowhere"), ("DELETE", "/"), ("GET", "/api/nowhere")].map(|(m, p)| (m.to_owned(), p.to_owned())),
    );
    for (method, path) in all {
        let answer = site.send(request(&method, &path, &[], "")).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{method} {path}: {policy}");
        assert!(!policy.contains("unsafe"), "{method} {path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{method} {path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{method} {path}");
        assert!(!answer.header("cache-control").is_empty(), "{method} {path}");
        assert!(answer.status.as_u16() < 500, "{method} {path}");
    }
}

#[tokio::test]
async fn pages_hold_no_script_and_no_style_of_their_own() {
    let site = Site::new("P19").await;
    let receipt = site.post("/complaints", FILLED).await.is(201);
    let proof = [("number", receipt.input("number")), ("code", receipt.input("code"))];
    let proof: Vec<(&str, &str)> = proof.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let pages = [
        site.get("/").await,
        site.get("/track").await,
        site.post("/track", &proof).await,
        site.post("/complaints", &[]).await,
        site.get("/nowhere").await,
        receipt,
    ];
    for page in pages {
        let text = page.text();
        for never in ["<script", "<style", " style=", "onclick", "http://", "https://"] {
            assert!(!text.contains(never), "{never} in {text}");
        }
        assert_eq!(text.matches("<h1").count(), 1, "{text}");
        assert!(text.contains("name=\"viewport\""), "{text}");
        // Every input that people see has a label of its own.
        for part in text.split("<input ").skip(1) {
            let tag = part.split('>').next().unwrap();
            let labelled = ["type=\"hidden\"", "type=\"radio\"", "type=\"checkbox\""]
                .iter()
                .any(|kind| tag.contains(kind));
            let id = tag
                .split("id=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .unwrap_or_default();
            assert!(labelled || text.contains(&format!("<label for=\"{id}\"")), "{tag}");
        }
    }
}

#[tokio::test]
async fn the_documented_addresses_are_the_routers_own() {
    let document = openapi();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            documented.insert((method.to_uppercase(), path.clone()));
            assert!(
                operation["responses"].as_object().is_some_and(|all| !all.is_empty()),
                "{path}"
            );
        }
    }
    let own: BTreeSet<(String, String)> = routes().iter().map(|(m, p)| (m.to_string(), (*p).to_owned())).collect();
    assert_eq!(documented, own);
    let site = Site::new("P19").await;
    for (method, path) in own {
        let answer = site
            .send(request(&method, &path, &[("content-type", "application/json")], ""))
            .await;
        let status = answer.status.as_u16();
        let said = document["paths"][&path][method.to_lowercase()]["responses"]
            .as_object()
            .unwrap()
            .keys();
        let said: Vec<&String> = said.collect();
        assert!(
            said.contains(&&status.to_string()) || status == 422,
            "{method} {path} {status} {said:?}"
        );
    }
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

#[tokio::test]
async fn what_the_document_says_of_a_receipt_is_true() {
    let site = Site::new("P20").await;
    let body = json!({"description": "收到的药品破损", "customer": {"name": "王小芳", "phone": "1"}});
    let receipt = site.api("key-00000001", &body).await.is(201).json();
    let schema = &openapi()["components"]["schemas"]["Receipt"];
    for field in schema["required"].as_array().unwrap() {
        assert!(receipt.get(field.as_str().unwrap()).is_some(), "{field}");
    }
    for field in receipt.as_object().unwrap().keys() {
        assert!(schema["properties"].get(field).is_some(), "{field}");
    }
    let deadline = &schema["properties"]["deadlines"]["items"];
    for one in receipt["deadlines"].as_array().unwrap() {
        for field in deadline["required"].as_array().unwrap() {
            assert!(one.get(field.as_str().unwrap()).is_some(), "{field}");
        }
    }
}

#[tokio::test]
async fn the_server_is_well_while_the_store_answers() {
    let site = Site::new("P19").await;
    assert_eq!(site.get("/healthz").await.is(200).json(), json!({"ok": true}));
}

#[tokio::test]
async fn problems_are_pages_for_people_and_json_for_programs() {
    let site = Site::new("P19").await;
    let page = site.get("/nowhere?lang=en").await.is(404);
    assert!(page.text().contains("<h1>Page not found</h1>"));
    let program = site
        .send(request("GET", "/nowhere", &[("accept-language", "en")], ""))
        .await
        .is(404);
    assert_eq!(program.json()["error"]["code"], "not_found");
    let other = site.send(request("DELETE", "/", &[], "")).await.is(405);
    assert_eq!(other.refusals()[0].1, "method_not_allowed");
    let css = site.get("/assets/kesu.css").await.is(200);
    assert_eq!(css.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(css.header("cache-control"), "public, max-age=3600");
}

#[tokio::test]
async fn one_address_that_sends_too_much_is_told_to_wait_whatever_it_says_of_itself() {
    let site = Site::limited("P19", 5).await;
    let send = |address: &'static str, forwarded: String| {
        let mut request = Request::post("/complaints")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("x-forwarded-for", forwarded)
            .body(Body::from(urlencoded(&[("name", "")])))
            .unwrap();
        let address: std::net::SocketAddr = address.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        site.send(request)
    };
    for n in 0..5 {
        send("192.0.2.1:1000", format!("10.0.0.{n}")).await.is(422);
    }
    let refused = send("192.0.2.1:1001", "10.0.0.99".to_owned()).await.is(429);
    assert!(!refused.header("retry-after").is_empty());
    assert!(refused.text().contains("请求过于频繁"));
    send("192.0.2.2:1000", "192.0.2.1".to_owned()).await.is(422);
    site.get("/").await.is(200);
}
