//! Printed forms of a complaint: which there are, and what stands on one.

use axum::response::Response;
use kesu_app::Problem;
use kesu_app::texts::Language;
use kesu_rules::domain::names::Number;
use serde_json::json;

use crate::ask::{Ask, Params, wrong};
use crate::serve;
use crate::sheet::{Press, Sheet, complaint, list};
use crate::shown::Shown;

/// `GET /api/complaints/{id}/forms`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    let number: &Number = &shown.loaded.complaint.number;
    serve::json(json!({"number": number, "forms": list::of_complaint(&shown, ask.language)}))
}

/// `GET /api/complaints/{id}/forms/{rule}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    serve::json(json!(of_complaint(&ask).await?))
}

/// The form that a request asks for, in the language of the complaint unless another is asked for.
pub async fn of_complaint(ask: &Ask) -> Result<Sheet, Problem> {
    let params = ask.params(&["n"])?;
    let n = params
        .get("n")
        .map(|n| n.parse().map_err(|_| wrong("n", "integer")))
        .transpose()?;
    let session = ask.session()?;
    let shown = Shown::read(&ask.app, session, ask.part("id")?).await?;
    let press = Press {
        app: &ask.app,
        session,
        desk: &shown.desk,
        language: asked(params).unwrap_or(shown.loaded.complaint.language),
    };
    complaint::sheet(&press, &shown, ask.part("rule")?, n)
}

/// The language that the address names.
pub fn asked(params: Params<'_>) -> Option<Language> {
    params.get("lang").and_then(Language::parse)
}
