//! Attachments, given out as files and never shown in place.

use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kesu_app::{Problem, blobs};
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::value::Value;

use crate::api::commands::find;
use crate::ask::Ask;
use crate::pages::quarantine::as_file;

/// `GET /api/attachments/{complaint}/{name}`.
pub async fn give(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let name = ask.part("name")?;
    let loaded = find(&ask.app, ask.session()?, ask.part("complaint")?).await?;
    // A name alone opens nothing: it must be one of this complaint's.
    let own = |key: &str| match loaded.complaint.fields.get(key) {
        Some(Value::List(names)) => names.iter().any(|own| own == name),
        _ => false,
    };
    let listed = own("attachments") || own("photo");
    if !listed && !came_by_mail(&ask, loaded.complaint.id.as_str(), name).await? {
        return Err(Problem::NotFound);
    }
    if blobs::is_raw(name) {
        return ask.app.blobs.raw(name).await?.map(as_file).ok_or(Problem::NotFound);
    }
    let kind = blobs::media_type(name).ok_or(Problem::NotFound)?;
    let bytes = ask.app.blobs.read(name).await.ok_or(Problem::NotFound)?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(|_| Problem::Fault)?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, disposition);
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}

/// Whether a name is that of a message about the complaint, or of a file that came with one.
async fn came_by_mail(ask: &Ask, id: &str, name: &str) -> Result<bool, Problem> {
    let log = ask.app.store.log(id).await?;
    let entries = log
        .iter()
        .filter_map(|record| serde_json::from_str::<Entry>(&record.entry).ok());
    let mut events = entries.flat_map(|entry| entry.events);
    Ok(events.any(|event| match event {
        Event::Wrote { files, raw, .. } => files.iter().any(|own| own == name) || raw.as_deref() == Some(name),
        _ => false,
    }))
}
