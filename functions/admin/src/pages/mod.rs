//! Pages for staff: plain HTML without script; every form works in any browser and is answered by a redirect.

pub mod act;
pub mod address;
pub mod complaint;
pub mod deadline;
pub mod devices;
pub mod duties;
pub mod forms;
pub mod letters;
pub mod list;
pub mod mail;
pub mod papers;
pub mod people;
pub mod quarantine;
pub mod slips;
pub mod standing;
pub mod story;
pub mod subscription;
pub mod telephone;
pub mod widget;

use std::sync::LazyLock;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use include_dir::{Dir, include_dir};
use kesu_app::page::Pages;
use kesu_app::problem::phrase;
use kesu_app::session::Session;
use kesu_app::texts::{Language, texts};
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::session::{replace, signed};
use crate::ask::Ask;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
pub(crate) static PAGES: LazyLock<Pages> =
    LazyLock::new(|| Pages::new(&TEMPLATES).expect("the tests render every page"));
static STYLE: &str = include_str!("../../assets/admin.css");

/// A page in its frame: who is signed in, the ways to other pages, the languages.
pub fn page(ask: &Ask, status: StatusCode, template: &str, page: Value) -> Response {
    let me = ask.session.as_ref().map(|session| me(&ask.app, session));
    let context = json!({"me": me, "here": ask.here, "held": ask.held, "page": page});
    let mut response = PAGES.respond(status, template, ask.language, context);
    let asked = ask
        .query
        .iter()
        .any(|(name, value)| name == "lang" && Language::parse(value).is_some());
    let kept = format!("kesu_lang={}; Path=/; Max-Age=31536000; SameSite=Lax", ask.language);
    if let (true, Ok(kept)) = (asked, HeaderValue::from_str(&kept)) {
        response.headers_mut().append(SET_COOKIE, kept);
    }
    response
}

fn me(app: &App, session: &Session) -> Value {
    let role = session.account.role;
    json!({
        "mark": app.settings.watermark.then(|| format!("{} {}", session.user, today(app))),
        "user": session.user, "role": role.name(), "csrf": session.csrf, "handed_out": session.account.handed_out,
        "receives": !matches!(role, Role::Approver | Role::Auditor),
        "heads": matches!(role, Role::Administrator | Role::Manager),
    })
}

/// The day in the zone of the procedure that governs first.
fn today(app: &App) -> NaiveDate {
    let now = app.now();
    let first = app.library().procedure(app.settings.procedures.first());
    first.map_or(now.date_naive(), |first| {
        now.with_timezone(&first.pack.procedure.zone).date_naive()
    })
}

/// A problem as a page. Whoever is not signed in gets the way in.
pub fn problem(problem: &Problem, language: Language) -> String {
    let body = problem.body(language);
    let message = body
        .get("error")
        .and_then(|error| error.get("message"))
        .cloned()
        .unwrap_or_default();
    let (template, page) = match problem {
        Problem::SignIn => ("sign_in.html", json!({"email": "", "errors": []})),
        _ => ("problem.html", json!({"message": message})),
    };
    let context = json!({"me": null, "here": "/admin", "held": null, "page": page});
    PAGES.render(template, language, context).unwrap_or_default()
}

/// An answer that sends the browser on.
pub fn onward(to: &str) -> Result<Response, Problem> {
    let to = HeaderValue::from_str(to).map_err(|_| Problem::Fault)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response())
}

/// What a person can do about a problem, told beside the form; problems of another kind go on.
pub fn said(problem: Problem, language: Language) -> Result<(StatusCode, Vec<Value>), Problem> {
    let status = problem.status();
    let refusals = match problem {
        Problem::Refused(refusals) => refusals,
        Problem::Conflict { .. } => vec![Refusal::of("wrong_version")],
        Problem::TooMany { seconds } => {
            vec![Refusal::of("too_many_requests").with("seconds", seconds.to_string())]
        }
        other => return Err(other),
    };
    let told = |one: &Refusal| {
        let field = one.field.as_deref().map(|field| {
            one.own_title("field", language)
                .unwrap_or(texts().label(language, "field", field))
        });
        json!({"field": field, "message": phrase(one, language)})
    };
    Ok((status, refusals.iter().map(told).collect()))
}

/// A moment as the pages write it; midnight is 24:00 of the day that ends with it where it is a limit.
pub fn short(at: DateTime<FixedOffset>, limit: bool) -> String {
    if limit && at.time() == NaiveTime::MIN {
        return format!("{} 24:00", (at - TimeDelta::days(1)).format("%Y-%m-%d"));
    }
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// A part of an address: everything but plain letters, digits and `-._` is written as its bytes.
pub fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let one = |byte: u8| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

/// As [`short`], for a moment in its wire form.
pub fn short_of(at: Option<&str>, limit: bool) -> String {
    let at = at.and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    at.map_or_else(String::new, |at| short(at, limit))
}

/// `GET /admin/assets/admin.css`.
pub async fn stylesheet(_: Ask) -> Result<Response, Problem> {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    let kept = HeaderValue::from_static("public, max-age=3600");
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], STYLE).into_response())
}

/// `GET /admin/sign-in`.
pub async fn way_in(ask: Ask) -> Result<Response, Problem> {
    Ok(page(
        &ask,
        StatusCode::OK,
        "sign_in.html",
        json!({"email": "", "errors": []}),
    ))
}

/// `POST /admin/sign-in`.
pub async fn sign_in(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let (email, password) = (
        form.get("email").unwrap_or_default(),
        form.get("password").unwrap_or_default(),
    );
    match Session::begin(&ask.app, email, password).await {
        Ok((_, token)) => {
            let mut response = signed(&ask.app, Some(&token), StatusCode::SEE_OTHER)?;
            response
                .headers_mut()
                .insert(LOCATION, HeaderValue::from_static("/admin/book"));
            Ok(response)
        }
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            Ok(page(
                &ask,
                status,
                "sign_in.html",
                json!({"email": email, "errors": errors}),
            ))
        }
    }
}

/// `POST /admin/sign-out`.
pub async fn sign_out(ask: Ask) -> Result<Response, Problem> {
    ask.session()?.end(&ask.app).await?;
    let mut response = signed(&ask.app, None, StatusCode::SEE_OTHER)?;
    response
        .headers_mut()
        .insert(LOCATION, HeaderValue::from_static("/admin/sign-in"));
    Ok(response)
}

/// `GET /admin/password`.
pub async fn password(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    Ok(page(&ask, StatusCode::OK, "password.html", json!({"errors": []})))
}

/// `POST /admin/password`.
pub async fn change_password(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let (old, new) = (form.get("old").unwrap_or_default(), form.get("new").unwrap_or_default());
    match replace(&ask.app, ask.session()?, old, new).await {
        Ok(token) => {
            let mut response = signed(&ask.app, Some(&token), StatusCode::SEE_OTHER)?;
            response
                .headers_mut()
                .insert(LOCATION, HeaderValue::from_static("/admin"));
            Ok(response)
        }
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            Ok(page(&ask, status, "password.html", json!({"errors": errors})))
        }
    }
}
