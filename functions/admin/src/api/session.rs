//! Signing in and out, and one's own password.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use kesu_app::session::{Session, set_cookie};
use kesu_app::{App, Problem, users};
use serde_json::json;

use crate::ask::{Ask, Fields};
use crate::serve;

/// `POST /api/session`.
pub async fn begin(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["email", "password", "otp"])?;
    body.text_or_none("otp")?;
    let (_, token) = Session::begin(&ask.app, body.text("email")?, body.text("password")?).await?;
    signed(&ask.app, Some(&token), StatusCode::NO_CONTENT)
}

/// `GET /api/session`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let session = ask.session()?;
    let account = &session.account;
    serve::json(json!({
        "user": session.user, "role": account.role.name(), "department": account.department,
        "position": account.position, "csrf": session.csrf, "handed_out": account.handed_out,
    }))
}

/// `DELETE /api/session`.
pub async fn end(ask: Ask) -> Result<Response, Problem> {
    ask.session()?.end(&ask.app).await?;
    signed(&ask.app, None, StatusCode::NO_CONTENT)
}

/// `POST /api/password`.
pub async fn password(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["old", "new"])?;
    let token = replace(&ask.app, ask.session()?, body.text("old")?, body.text("new")?).await?;
    signed(&ask.app, Some(&token), StatusCode::NO_CONTENT)
}

/// Replaces a person's password. All his sessions end with it; gives the token of a new one.
pub async fn replace(app: &App, session: &Session, old: &str, new: &str) -> Result<String, Problem> {
    session.signs(app, old).await?;
    let password = users::hashed(new).await?;
    let (mut account, version) = users::find(&app.store, &session.user).await?.ok_or(Problem::SignIn)?;
    account.password = password;
    account.handed_out = false;
    if !users::save(&app.store, &session.user, &account, version).await? {
        return Err(Problem::Busy);
    }
    let (_, token) = Session::begin(app, session.user.as_str(), new).await?;
    Ok(token)
}

/// An answer that begins or ends a session in the browser.
pub fn signed(app: &App, token: Option<&str>, status: StatusCode) -> Result<Response, Problem> {
    let secure = app.settings.base_url.starts_with("https://");
    let cookie = HeaderValue::from_str(&set_cookie(token, secure)).map_err(|_| Problem::Fault)?;
    Ok((status, [(SET_COOKIE, cookie)]).into_response())
}
