//! The staff's side of Kesu: the API under `/api` and the pages under `/admin`, served from one table of routes.

mod api;
mod ask;
mod openapi;
mod pages;
mod serve;
mod sheet;
mod shown;
mod table;
mod who;
mod workbook;

#[cfg(test)]
mod tests;

use axum::Router;
use kesu_app::App;
use serde_json::Value;

pub use table::{Method, ROUTES, Route};
pub use who::Who;

/// The router of staff requests and pages. `public` is the OpenAPI document of the public requests (`paths` and
/// `components`), which `GET /api/openapi.json` gives out together with this router's own.
pub fn router(app: App, public: Value) -> Router {
    serve::router(app, public)
}
