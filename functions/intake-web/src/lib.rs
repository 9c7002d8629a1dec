//! What customers reach: the complaint form, the public API, and the pages that show how a complaint is going.

mod act;
mod api;
mod ask;
mod body;
mod form;
mod guard;
mod input;
mod openapi;
mod said;
mod site;
mod survey;
mod track;
mod upload;

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use kesu_app::{App, Problem};
use tower_http::catch_panic::CatchPanicLayer;

pub use openapi::openapi;

/// The public pages and the public API.
pub fn router(app: App) -> axum::Router {
    let all = table()
        .into_iter()
        .fold(axum::Router::new(), |router, (_, path, handler)| {
            router.route(path, handler)
        });
    // From the inside out: a panic is our fault, every fault is put into words, and every answer carries the headers.
    all.fallback(nothing_here)
        .method_not_allowed_fallback(site::other_method)
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(app.clone(), guard::per_address))
        .layer(CatchPanicLayer::custom(|_| Problem::Fault.into_response()))
        .layer(from_fn(site::phrased))
        .layer(from_fn(site::keep_language))
        .layer(from_fn(site::hardened))
        .with_state(app)
}

/// Every route with its method: the router and the test of the OpenAPI document are made from this one table.
fn table() -> Vec<(Method, &'static str, MethodRouter<App>)> {
    vec![
        (Method::GET, "/", get(form::show)),
        (Method::POST, "/complaints", post(form::send)),
        (Method::POST, "/api/complaints", post(api::receive)),
        (Method::GET, "/track", get(track::ask)),
        (Method::POST, "/track", post(track::show)),
        (Method::POST, "/track/supply", post(act::supply)),
        (Method::POST, "/track/react", post(act::react)),
        (Method::POST, "/track/attachment", post(act::attachment)),
        (Method::GET, "/survey/{token}", get(survey::ask)),
        (Method::POST, "/survey/{token}", post(survey::answer)),
        (Method::GET, "/healthz", get(site::health)),
        (Method::GET, "/assets/kesu.css", get(site::stylesheet)),
    ]
}

/// Method and path of every route.
pub fn routes() -> Vec<(Method, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

async fn nothing_here() -> Response {
    Problem::NotFound.into_response()
}
