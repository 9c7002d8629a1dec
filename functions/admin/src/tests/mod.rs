//! Tests of the router against the real store in memory.

mod api;
mod customers;
mod flows;
mod imports;
mod links;
mod mail;
mod matrix;
mod pages;
mod papers;
mod register;
mod rollups;
mod simulate;
mod slips;
mod subscription;
mod surveys;
mod workbook;

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, TimeDelta};
use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::office::save_directory;
use kesu_app::procedures::Procedures;
use kesu_app::store::Local;
use kesu_app::users::{self, User};
use kesu_rules::domain::directory::{Directory, Person};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::names::{Desk, UserId};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Everybody's password.
pub const WORD: &str = "correct-horse-battery";
/// Monday, 10:00 in Shanghai.
pub const MONDAY: &str = "2026-11-02T10:00:00+08:00";

/// An installation with one account for each role (`officer@kesu.example`, …) and the desks of P19 and P10 filled.
pub struct Site {
    pub app: App,
    pub router: Router,
    tickets: BTreeMap<String, (String, String)>,
}

/// An answer.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }
}

pub fn user(name: &str) -> UserId {
    UserId::parse(&format!("{name}@kesu.example")).unwrap()
}

impl Site {
    pub async fn new() -> Self {
        Self::of("P19,P10,P20").await
    }

    /// An installation that uses these procedures.
    pub async fn of(procedures: &str) -> Self {
        Self::with_blobs(procedures, Blobs::None).await
    }

    /// As [`Self::of`], with a place for attachments and uploads.
    pub async fn with_blobs(procedures: &str, blobs: Blobs) -> Self {
        let store = Local::memory().unwrap().store("kesu").await.unwrap();
        let settings = Settings {
            company: "Kesu".to_owned(),
            contact: "http://127.0.0.1:8080".to_owned(),
            shards: 3,
            ..Settings::trial(Procedures::parse(procedures).unwrap())
        };
        let at = DateTime::parse_from_rfc3339(MONDAY).unwrap().to_utc();
        let app = App::new(store, Time::movable(at), settings, blobs, None, user("administrator"));
        let password = users::hashed(WORD).await.unwrap();
        let accounts = Role::ALL.iter().map(|(role, name)| (*role, *name, None));
        let more = [
            (Role::Department, "other", Some("生产部")),
            (Role::Approver, "chairman", None),
        ];
        for (role, name, department) in accounts.chain(more) {
            let department = department.or((role == Role::Department).then_some("品质部"));
            let account = User {
                role,
                department: department.and_then(Desk::parse),
                position: None,
                password: password.clone(),
                handed_out: false,
                disabled: false,
            };
            assert!(users::save(&app.store, &user(name), &account, 0).await.unwrap());
        }
        let mut directory = Directory::of(user("administrator"));
        let desks = [
            ("officer", "市场部 品质部 客户部 客服部"),
            ("chairman", "董事长"),
            ("approver", "总经理 厂长 部长 总经理室"),
        ];
        for (holder, names) in desks {
            for name in names.split(' ') {
                directory.desks.insert(Desk::parse(name).unwrap(), vec![user(holder)]);
            }
            directory.people.insert(user(holder), Person::default());
        }
        assert!(save_directory(&app.store, &directory, 0).await.unwrap());
        let router = crate::router(app.clone(), json!({"paths": {"/healthz": {"get": {}}}}));
        Self {
            app,
            router,
            tickets: BTreeMap::new(),
        }
    }

    pub fn later(&self, minutes: i64) {
        assert!(self.app.time.advance(self.app.now() + TimeDelta::minutes(minutes)));
    }

    /// Signs in once and remembers.
    pub async fn ticket(&mut self, name: &str) -> (String, String) {
        if let Some(ticket) = self.tickets.get(name) {
            return ticket.clone();
        }
        let body = json!({"email": user(name), "password": WORD});
        let reply = self.raw("POST", "/api/session", &[], Some(body.to_string())).await;
        assert_eq!(reply.status, 204, "{}", reply.text);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let shown = self
            .raw("GET", "/api/session", &[("cookie", &cookie)], None)
            .await
            .json();
        let ticket = (cookie, shown["csrf"].as_str().unwrap().to_owned());
        self.tickets.insert(name.to_owned(), ticket.clone());
        ticket
    }

    /// A request as it is.
    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A request of a signed-in person.
    pub async fn call(&mut self, who: &str, method: &str, path: &str, body: Option<Value>) -> Reply {
        let (cookie, csrf) = self.ticket(who).await;
        let headers = [
            ("cookie", cookie.as_str()),
            ("x-kesu-csrf", csrf.as_str()),
            ("idempotency-key", "a-key-of-the-tests"),
            ("accept-language", "en"),
        ];
        self.raw(method, path, &headers, body.map(|body| body.to_string()))
            .await
    }

    pub async fn get(&mut self, who: &str, path: &str) -> Value {
        let reply = self.call(who, "GET", path, None).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text);
        reply.json()
    }

    /// Takes a complaint down; gives its id.
    pub async fn intake(&mut self, procedure: &str, key: &str, description: &str) -> String {
        let (cookie, csrf) = self.ticket("officer").await;
        let body = json!({
            "procedure": procedure, "channel": "telephone", "description": description,
            "customer": {"name": "王先生<b>", "phone": "13800000000", "email": "wang@customer.example"},
            "product": {"name": "注塑机", "model": "BC-1", "order": "SO-7"}, "demand": ["claim"],
        });
        let headers = [
            ("cookie", cookie.as_str()),
            ("x-kesu-csrf", csrf.as_str()),
            ("idempotency-key", key),
        ];
        let reply = self.raw("POST", "/api/intake", &headers, Some(body.to_string())).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn version(&mut self, id: &str) -> u64 {
        self.get("administrator", &format!("/api/complaints/{id}")).await["version"]
            .as_u64()
            .unwrap()
    }

    /// Tells a complaint something at its present version.
    pub async fn command(&mut self, who: &str, id: &str, command: Value, reason: Option<&str>) -> Reply {
        let version = self.version(id).await;
        let mut body = json!({"version": version, "command": command});
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        self.call(who, "POST", &format!("/api/complaints/{id}/commands"), Some(body))
            .await
    }

    pub async fn done(&mut self, who: &str, id: &str, command: Value) -> Value {
        let reply = self.command(who, id, command.clone(), Some("seen and checked")).await;
        assert_eq!(reply.status, 200, "{command}: {}", reply.text);
        reply.json()
    }
}
