//! Mail that waits for a person: the list, the raw message to save, and what is to become of it.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kesu_app::quarantine::{self, Held, TakeAs};
use kesu_app::session::Session;
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields};
use crate::serve;

/// Entries of one page.
const PAGE: u32 = 100;
/// The longest reason, in characters.
const REASON: usize = 2000;

/// `GET /api/quarantine`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["cursor"])?;
    let page = quarantine::list(&ask.app, PAGE, params.get("cursor")).await?;
    let entries: Vec<Value> = page.items.iter().map(|(id, held)| told(id, held)).collect();
    serve::json(json!({"entries": entries, "next": page.next}))
}

/// `GET /api/quarantine/{id}/raw`.
pub async fn raw(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let id = ask.part("id")?;
    let (held, _) = quarantine::find(&ask.app, id).await?;
    journal::keep(&ask.app, ask.session()?, "quarantine_raw", id, Value::Null).await?;
    let bytes = ask.app.blobs.raw(&held.raw).await?.ok_or(Problem::NotFound)?;
    as_file(&held.raw, bytes)
}

/// `POST /api/quarantine/{id}/replay`.
pub async fn replay(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let fields = Fields::of(ask.json(), &["as"])?;
    let wanted = match fields.text("as")? {
        "read" => TakeAs::Read,
        "complaint" => TakeAs::Complaint,
        other => {
            let refusal = Refusal::of("unknown_value").about("as").with("field", "as");
            return Err(refusal.with("value", other).with("allowed", "read, complaint").into());
        }
    };
    let id = ask.part("id")?;
    let held = take_in(&ask.app, ask.session()?, id, wanted).await?;
    serve::json(told(id, &held))
}

/// Has a mail taken in, and notes who wanted it.
pub async fn take_in(app: &App, session: &Session, id: &str, wanted: TakeAs) -> Result<Held, Problem> {
    let held = quarantine::replay(app, id, wanted, &session.user).await?;
    journal::keep(app, session, "quarantine_replayed", id, json!({"as": wanted})).await?;
    Ok(held)
}

/// `POST /api/quarantine/{id}/dismiss`.
pub async fn dismiss(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let fields = Fields::of(ask.json(), &["reason"])?;
    let id = ask.part("id")?;
    let held = put_away(&ask.app, ask.session()?, id, fields.text("reason")?).await?;
    serve::json(told(id, &held))
}

/// Puts a mail away with a reason, and notes who did.
pub async fn put_away(app: &App, session: &Session, id: &str, reason: &str) -> Result<Held, Problem> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::of("missing_field")
            .about("reason")
            .with("field", "reason")
            .into());
    }
    if reason.chars().count() > REASON {
        let refusal = Refusal::of("too_long").about("reason").with("field", "reason");
        return Err(refusal.with("max", REASON.to_string()).into());
    }
    let held = quarantine::dismiss(app, id, &session.user).await?;
    journal::keep(app, session, "quarantine_dismissed", id, json!({"reason": reason})).await?;
    Ok(held)
}

/// An entry as the list shows it.
fn told(id: &str, held: &Held) -> Value {
    json!({
        "id": id, "kind": held.kind, "reason": held.reason, "at": held.at, "from": held.from, "size": held.size,
        "state": held.state, "as": held.wanted, "complaint": held.complaint, "by": held.by,
    })
}

/// A raw message as a file to save: never shown, whatever it holds.
pub fn as_file(name: &str, bytes: Vec<u8>) -> Result<Response, Problem> {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(|_| Problem::Fault)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}
