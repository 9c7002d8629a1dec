//! A complaint that a member of staff takes down: by telephone, on a visit, from a letter.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kesu_app::intake::Submission;
use kesu_app::session::Session;
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ask::{Ask, wrong};

/// `POST /api/intake`.
pub async fn receive(ask: Ask) -> Result<Response, Problem> {
    let key = ask.headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let reply = take(&ask.app, ask.session()?, key.unwrap_or_default(), ask.json().clone()).await?;
    Ok((StatusCode::CREATED, Json(reply)).into_response())
}

/// Takes a body in under a key; a repeat gets the same answer.
pub async fn take(app: &App, session: &Session, key: &str, mut body: Value) -> Result<Value, Problem> {
    if !(8..=200).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::of("key_missing").about("Idempotency-Key").into());
    }
    let map = body.as_object_mut().ok_or_else(|| wrong("body", "object"))?;
    if map.get("received_by").is_none_or(Value::is_null) {
        map.insert("received_by".to_owned(), json!(session.user));
    }
    // Keys of staff and of the public do not meet: nobody outside can take a key that a colleague will use.
    let submission = Submission::read(&body, true)?.keyed(app, &format!("staff {key}"));
    let receipt = app.receive(submission, &session.actor()).await?;
    let mut reply = receipt.reply;
    if let Some(map) = reply.as_object_mut() {
        map.insert("query_code".to_owned(), json!(app.query_code(&receipt.id)));
    }
    Ok(reply)
}
