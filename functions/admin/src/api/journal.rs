//! The administration log: who changed accounts, desks, devices and mail; and the proof that the complaints' logs are whole.

use axum::response::Response;
use kesu_app::clock::stamp;
use kesu_app::session::Session;
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::{App, Problem, users};
use serde_json::{Value, json};

use crate::api::complaints::parse_month;
use crate::ask::Ask;
use crate::serve;

/// Entries of one page.
const PAGE: u32 = 500;

/// Keeps what an administrator did; ids are in the order of time.
pub async fn keep(app: &App, session: &Session, what: &str, of: &str, detail: Value) -> Result<(), Problem> {
    let at = stamp(app.now());
    let id = format!("{at}#{}", users::random_hex(6));
    let body = json!({"at": at, "by": session.user, "what": what, "of": of, "detail": detail});
    Ok(app
        .store
        .put(&SmallRecord::new(Kind::Admin, id, body.to_string()))
        .await?)
}

/// `GET /api/journal`: what was done in a month of UTC, in the order of time.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["month", "cursor"])?;
    let month = match params.get("month") {
        Some(month) => parse_month(month)?,
        None => ask.app.now().format("%Y-%m").to_string(),
    };
    let page = ask
        .app
        .store
        .list(Kind::Admin, &month, PAGE, params.get("cursor"))
        .await?;
    let entries: Vec<Value> = page
        .items
        .iter()
        .filter_map(|record| {
            let mut entry: Value = serde_json::from_str(&record.body).ok()?;
            entry.as_object_mut()?.insert("id".to_owned(), json!(record.id));
            Some(entry)
        })
        .collect();
    serve::json(json!({"month": month, "entries": entries, "next": page.next}))
}

/// `GET /api/verify`: recomputes every log. What is changed meanwhile may show as a fault of the numbers; asked again, it is gone.
pub async fn verify(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let proof = ask.app.verify().await?;
    serve::json(json!({
        "at": stamp(ask.app.now()), "complaints": proof.complaints, "entries": proof.entries, "faults": proof.faults,
    }))
}
