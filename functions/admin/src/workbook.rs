//! The workbook's files, built by `make ui` and carried inside the program; without them a page that says how to build them.

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kesu_app::Problem;
use rust_embed::{Embed, EmbeddedFile};
use serde_json::json;

use crate::ask::Ask;
use crate::pages;

#[derive(Embed)]
#[folder = "ui/dist"]
#[allow_missing = true]
struct Files;

/// The workbook loads scripts, styles and data of our own and nothing else; pictures are drawn from what was uploaded.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                      connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `GET /admin/book`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    match Files::get("index.html") {
        Some(page) => give(&ask, "index.html", page),
        None => Ok(pages::page(&ask, StatusCode::OK, "unbuilt.html", json!({}))),
    }
}

/// `GET /admin/book/{file}`.
pub async fn file(ask: Ask) -> Result<Response, Problem> {
    let name = ask.part("file")?;
    let found = Files::get(name).ok_or(Problem::NotFound)?;
    give(&ask, name, found)
}

/// A file with its own policy. Names stay the same from one build to the next, so each is asked about and seldom sent.
fn give(ask: &Ask, name: &str, file: EmbeddedFile) -> Result<Response, Problem> {
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let hash: String = file
        .metadata
        .sha256_hash()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = HeaderValue::from_str(&format!("\"{hash}\"")).map_err(|_| Problem::Fault)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (ETAG, tag.clone()),
    ];
    if ask.headers.get(IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let accepted = ask.headers.get(ACCEPT_ENCODING).and_then(|all| all.to_str().ok());
    let packed = accepted.is_some_and(|all| all.contains("gzip"));
    let vary = [(VARY, HeaderValue::from_static("accept-encoding"))];
    if let (true, Some(small)) = (packed, Files::get(&format!("{name}.gz"))) {
        let encoding = [(CONTENT_ENCODING, HeaderValue::from_static("gzip"))];
        return Ok((headers, vary, encoding, small.data.into_owned()).into_response());
    }
    Ok((headers, vary, file.data.into_owned()).into_response())
}
