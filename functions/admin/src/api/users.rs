//! Accounts: made with a password that is handed out once, changed, shut.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kesu_app::session::Session;
use kesu_app::users::{self, User};
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// `GET /api/users`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let all = users::list(&ask.app.store).await?;
    let told: Vec<Value> = all.iter().map(|(id, user)| told(id, user)).collect();
    serve::json(json!({"users": told}))
}

/// `POST /api/users`.
pub async fn make(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["email", "role", "department", "position"])?;
    let id = users::user_id(body.text("email")?).ok_or_else(|| Refusal::of("bad_email").about("email"))?;
    let user = User {
        role: role(body.text("role")?)?,
        department: desk(&body, "department")?,
        position: desk(&body, "position")?,
        password: String::new(),
        handed_out: true,
        disabled: false,
    };
    let (user, word) = handed_out(user).await?;
    if !users::save(&ask.app.store, &id, &user, 0).await? {
        return Err(Refusal::of("account_exists")
            .about("email")
            .with("email", id.as_str())
            .into());
    }
    journal::keep(&ask.app, ask.session()?, "account made", id.as_str(), told(&id, &user)).await?;
    Ok((StatusCode::CREATED, Json(with_password(told(&id, &user), Some(&word)))).into_response())
}

/// `PATCH /api/users/{email}`.
pub async fn change(ask: Ask) -> Result<Response, Problem> {
    let known = ["role", "department", "position", "disabled", "new_password"];
    let body = Fields::of(ask.json(), &known)?;
    let id = users::user_id(ask.part("email")?).ok_or(Problem::NotFound)?;
    let (mut user, version) = users::find(&ask.app.store, &id).await?.ok_or(Problem::NotFound)?;
    if let Some(name) = body.text_or_none("role")? {
        user.role = role(name)?;
    }
    let given = |name: &str| ask.json().get(name).is_some();
    if given("department") {
        user.department = desk(&body, "department")?;
    }
    if given("position") {
        user.position = desk(&body, "position")?;
    }
    if let Some(disabled) = body.flag("disabled")? {
        user.disabled = disabled;
    }
    let mut word = None;
    if body.flag("new_password")? == Some(true) {
        let (with, plain) = handed_out(user).await?;
        (user, word) = (with, Some(plain));
    }
    save(&ask.app, ask.session()?, &id, &user, version).await?;
    serve::json(with_password(told(&id, &user), word.as_deref()))
}

async fn save(app: &App, session: &Session, id: &UserId, user: &User, version: u64) -> Result<(), Problem> {
    let runs = |user: &User| user.role == Role::Administrator && !user.disabled;
    let others = users::list(&app.store).await?;
    if !runs(user) && !others.iter().any(|(other, account)| other != id && runs(account)) {
        return Err(Refusal::of("last_administrator").into());
    }
    if !users::save(&app.store, id, user, version).await? {
        let current = users::find(&app.store, id).await?.map_or(0, |(_, version)| version);
        return Err(Problem::Conflict { current });
    }
    journal::keep(app, session, "account changed", id.as_str(), told(id, user)).await
}

async fn handed_out(mut user: User) -> Result<(User, String), Problem> {
    let word = users::one_time_password();
    user.password = users::hashed(&word).await?;
    user.handed_out = true;
    Ok((user, word))
}

fn role(name: &str) -> Result<Role, Problem> {
    Role::parse(name).ok_or_else(|| {
        let allowed: Vec<&str> = Role::ALL.iter().map(|(_, name)| *name).collect();
        let refusal = Refusal::of("unknown_value").about("role").with("field", "role");
        refusal.with("value", name).with("allowed", allowed.join(", ")).into()
    })
}

fn desk(body: &Fields<'_>, name: &str) -> Result<Option<Desk>, Problem> {
    let text = body.text_or_none(name)?.filter(|text| !text.trim().is_empty());
    text.map(|text| Desk::parse(text).ok_or_else(|| wrong(name, "text")))
        .transpose()
}

fn told(id: &UserId, user: &User) -> Value {
    json!({
        "email": id, "role": user.role.name(), "department": user.department, "position": user.position,
        "handed_out": user.handed_out, "disabled": user.disabled,
    })
}

fn with_password(mut told: Value, word: Option<&str>) -> Value {
    if let (Some(map), Some(word)) = (told.as_object_mut(), word) {
        map.insert("password".to_owned(), json!(word));
    }
    told
}
