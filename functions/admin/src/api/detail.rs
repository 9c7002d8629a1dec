//! One complaint with everything that is known of it.

use axum::response::Response;
use kesu_app::Problem;

use crate::ask::Ask;
use crate::serve;
use crate::shown::Shown;

/// `GET /api/complaints/{id}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    serve::json(shown.json(ask.language))
}
