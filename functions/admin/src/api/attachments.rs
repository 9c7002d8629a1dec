//! Attachments and raw mail, given out as files and never shown in place.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use kesu_app::{Problem, blobs};
use kesu_rules::domain::value::Value;

use crate::api::quarantine::as_file;
use crate::ask::Ask;
use crate::shown::Shown;

/// `GET /api/attachments/{complaint}/{name}`.
pub async fn give(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let name = ask.part("name")?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("complaint")?).await?;
    // A name alone opens nothing: it must be one of this complaint's.
    let own = |key: &str| match shown.loaded.complaint.fields.get(key) {
        Some(Value::List(names)) => names.iter().any(|own| own == name),
        _ => false,
    };
    if !(own("attachments") || own("photo") || shown.came_by_mail(name)) {
        return Err(Problem::NotFound);
    }
    if blobs::is_raw(name) {
        let bytes = ask.app.blobs.raw(name).await?.ok_or(Problem::NotFound)?;
        return as_file(name, bytes);
    }
    let kind = blobs::media_type(name).ok_or(Problem::NotFound)?;
    let bytes = ask.app.blobs.read(name).await.ok_or(Problem::NotFound)?;
    let mut response = as_file(name, bytes)?;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}
