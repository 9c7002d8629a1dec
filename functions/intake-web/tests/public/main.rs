//! The public pages and the public API as their users meet them, against a store in memory.

mod api;
mod form;
mod site;
mod survey;
mod track;
mod upload;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::procedures::Procedures;
use kesu_app::store::Local;
use kesu_intake_web::router;
use kesu_rules::domain::names::UserId;
use serde_json::Value;
use tower::ServiceExt;

/// A Wednesday morning.
const NOW: &str = "2026-10-14T02:00:00Z";

/// An installation of its own.
struct Site {
    app: App,
    router: Router,
    blobs: tempfile::TempDir,
}

impl Site {
    async fn new(procedure: &str) -> Self {
        Self::limited(procedure, 0).await
    }

    async fn limited(procedure: &str, public_per_minute: u32) -> Self {
        let store = Local::memory().unwrap().store("kesu").await.unwrap();
        let now: DateTime<Utc> = NOW.parse().unwrap();
        let settings = Settings {
            shards: 2,
            public_per_minute,
            ..Settings::trial(Procedures::parse(procedure).unwrap())
        };
        let blobs = tempfile::tempdir().unwrap();
        let folder = Blobs::Folder(blobs.path().join("blobs"));
        let administrator = UserId::parse("admin@kesu.example").unwrap();
        let app = App::new(store, Time::movable(now), settings, folder, None, administrator);
        Self {
            router: router(app.clone()),
            app,
            blobs,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path, &[("accept", "text/html")], "")).await
    }

    /// Sends a form as a browser without files does.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(request(
            "POST",
            path,
            &[kind, ("accept", "text/html")],
            &urlencoded(fields),
        ))
        .await
    }

    async fn api(&self, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send(request("POST", "/api/complaints", &headers, &body.to_string()))
            .await
    }

    async fn json(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(request("POST", path, &headers, &body.to_string())).await
    }

    /// How many files are kept.
    fn files(&self) -> usize {
        std::fs::read_dir(self.blobs.path().join("blobs")).map_or(0, Iterator::count)
    }

    /// How many complaints there are.
    async fn complaints(&self) -> u64 {
        let month = "2026-10";
        let mut count = 0;
        for shard in 0..2 {
            count += self
                .app
                .store
                .month(month, shard, 1000, None)
                .await
                .unwrap()
                .items
                .len() as u64;
        }
        count
    }
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the hidden or visible input of that name.
    fn input(&self, name: &str) -> String {
        let page = self.text();
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// `(field, code)` of each refusal.
    fn refusals(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let all = self.json();
        let all = all["errors"].as_array().unwrap_or_else(|| panic!("{all}"));
        all.iter()
            .map(|one| (text(&one["field"]), text(&one["code"])))
            .collect()
    }

    #[track_caller]
    fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

fn urlencoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.join("&")
}

/// A form with files: name, file name, content.
fn multipart(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

/// What a customer fills in.
const FILLED: &[(&str, &str)] = &[
    ("name", "王小芳"),
    ("phone", "138 0000 0000"),
    ("email", "wang@customer.example"),
    ("product", "注塑机"),
    ("description", "机器开机十分钟后漏油，已经停机。"),
];
