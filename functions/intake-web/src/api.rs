//! `POST /api/complaints`: a complaint from a program, safe to send again.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kesu_app::intake::{Receipt, Submission};
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::key;
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::value::FieldCatalogue;
use serde_json::{Value, json};

use crate::body::Source;
use crate::said::{Said, as_sent, media_type, problem_as_sent};
use crate::track::is_file;
use crate::upload::MOST_TEXT;

/// Receives a complaint; the same key and body get the same answer, byte for byte.
pub async fn receive(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let (parts, body) = request.into_parts();
    let source = Source::of(body);
    if !is_json(&media_type(&parts.headers)) {
        source.drain();
        return Err(Said::unsupported("application/json"));
    }
    let key = idempotency_key(&parts.headers);
    let body = json_body(&source).await?;
    let (key, submission) = match (key, read(&body)) {
        (Ok(key), Ok(submission)) => (key, submission),
        (key, read) => {
            let mut wrong: Vec<Refusal> = key.err().into_iter().collect();
            wrong.extend(read.err().into_iter().flat_map(|refused| refused.0));
            return Err(Problem::Refused(wrong).into());
        }
    };
    let submission = submission.keyed(&app, &format!("api\n{key}"));
    let receipt = app.receive(submission, &Actor::Customer).await;
    let receipt = receipt.map_err(problem_as_sent)?;
    Ok((StatusCode::CREATED, Json(reply(&app, receipt))).into_response())
}

/// The answer: what was stored, with the query code, which is not.
pub fn reply(app: &App, receipt: Receipt) -> Value {
    let mut reply = receipt.reply;
    if let Some(map) = reply.as_object_mut() {
        map.insert("query_code".to_owned(), json!(app.query_code(&receipt.id)));
    }
    reply
}

/// Reads a body of JSON.
///
/// # Errors
/// 413 over the limit, 422 what is not JSON.
pub async fn json_body(source: &Source) -> Result<Value, Said> {
    match source.all(MOST_TEXT).await {
        Err(_) if source.overran() => Err(Said::too_large(MOST_TEXT)),
        Err(_) => Err(Refused::from(Refusal::of("bad_json")).into()),
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| Refused::from(Refusal::of("bad_json")).into()),
    }
}

impl From<Refused> for Said {
    fn from(refused: Refused) -> Self {
        Problem::from(refused).into()
    }
}

/// Whether a media type is JSON's.
pub fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

/// The public body. What only the company says of a complaint cannot be said in it.
fn read(body: &Value) -> Result<Submission, Refused> {
    let answers = body.get("answers").and_then(Value::as_object);
    let inside = answers.into_iter().flatten().map(|(name, _)| name.as_str());
    let mut wrong: Vec<Refusal> = inside.filter(|name| !may_answer(name)).map(unknown_answer).collect();
    match Submission::read(body, false) {
        Ok(submission) if wrong.is_empty() => Ok(submission),
        Ok(_) => Err(Refused(wrong)),
        Err(Refused(more)) => {
            wrong.extend(more.into_iter().map(as_sent));
            Err(Refused(wrong))
        }
    }
}

fn unknown_answer(name: &str) -> Refusal {
    let field = format!("answers.{name}");
    Refusal::of("unknown_field").about(&field).with("field", field.as_str())
}

/// Whether a customer may answer this field: what he knows of himself, the product and what happened. What the catalogue of
/// fields calls internal (findings, amounts granted, dates of the handling) and the names of stored files are the company's;
/// of a procedure's own fields its pack says so, and the rules look.
pub fn may_answer(field: &str) -> bool {
    !FieldCatalogue::builtin().internal(field) && !is_file(field) && field != key::DESCRIPTION
}

/// The key: 8 to 200 visible ASCII characters, once.
fn idempotency_key(headers: &HeaderMap) -> Result<String, Refusal> {
    let mut given = headers.get_all("idempotency-key").iter();
    let key = match (given.next(), given.next()) {
        (Some(key), None) => key.to_str().ok(),
        _ => None,
    };
    let visible = |key: &&str| (8..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    key.filter(visible)
        .map(str::to_owned)
        .ok_or_else(|| Refusal::of("key_missing").about("Idempotency-Key"))
}
