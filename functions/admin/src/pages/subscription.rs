//! The daily digest, stopped and started again by the link in it: who has the link needs no session.

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::Problem;
use kesu_app::post::subscription::{is_off, reader_of, switch};
use serde_json::json;

use crate::ask::Ask;
use crate::pages::page;

/// `GET /digest/off/{token}`: the page with the button; looking changes nothing, since programs look at links too.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let user = reader_of(&ask.app, ask.part("token")?).ok_or(Problem::NotFound)?;
    let off = is_off(&ask.app, &user).await?;
    Ok(told(&ask, off))
}

/// `POST /digest/off/{token}`: the button, and the one click of a mail program (RFC 8058), whose body says nothing new.
pub async fn stop(ask: Ask) -> Result<Response, Problem> {
    turned(ask, true).await
}

/// `POST /digest/on/{token}`: the other button.
pub async fn resume(ask: Ask) -> Result<Response, Problem> {
    turned(ask, false).await
}

async fn turned(ask: Ask, off: bool) -> Result<Response, Problem> {
    let user = reader_of(&ask.app, ask.part("token")?).ok_or(Problem::NotFound)?;
    switch(&ask.app, &user, off).await?;
    Ok(told(&ask, off))
}

fn told(ask: &Ask, off: bool) -> Response {
    let token = ask.part("token").unwrap_or_default();
    page(
        ask,
        StatusCode::OK,
        "subscription.html",
        json!({"off": off, "token": token}),
    )
}
