//! A complaint in words, as its page shows it, with one form for each step that this person may take; and what comes back
//! from such a form. The workbook's side panel is drawn from it.

use axum::response::Response;
use kesu_app::Problem;
use serde_json::{Value, json};

use crate::ask::{Ask, Fields, Params, wrong};
use crate::pages::complaint::{carry_out, view};
use crate::serve;
use crate::shown::Shown;

/// `GET /api/complaints/{id}/told`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    serve::json(view(&ask, &shown, None, None).await)
}

/// `POST /api/complaints/{id}/told`: the names and values of a form's inputs, in their order.
pub async fn tell(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["version", "type", "inputs", "reason"])?;
    let mut pairs = vec![("version".to_owned(), body.number("version")?.to_string())];
    for pair in body.need("inputs")?.as_array().ok_or_else(|| wrong("inputs", "list"))? {
        match pair.as_array().map(Vec::as_slice) {
            Some([Value::String(name), Value::String(value)]) => pairs.push((name.clone(), value.clone())),
            _ => return Err(wrong("inputs", "text")),
        }
    }
    if let Some(reason) = body.text_or_none("reason")? {
        pairs.push(("reason".to_owned(), reason.to_owned()));
    }
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    carry_out(&ask, &shown, body.text("type")?, Params(&pairs)).await?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    serve::json(json!({"version": shown.loaded.complaint.version}))
}
