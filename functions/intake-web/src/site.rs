//! What all pages share: templates, stylesheet, language, headers, and the page for what went wrong.

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use kesu_app::page::{PLAIN, Pages, harden};
use kesu_app::store::Kind;
use kesu_app::texts::{Language, texts};
use kesu_app::{App, Problem, problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::said::Said;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The pages.
pub static PAGES: LazyLock<Pages> =
    LazyLock::new(|| Pages::new(&TEMPLATES).expect("every template is compiled in the tests"));

/// A text of the pages without values.
pub fn say(language: Language, key: &str) -> String {
    texts().text(language, key, &[])
}

/// The reader's language.
pub fn language(request: &Request) -> Language {
    problem::language_of(request.headers(), request.uri().query())
}

/// The links to this page in the other languages; `kept` is what else its address says.
pub fn switch(path: &str, kept: &str, language: Language) -> Value {
    let link = |own: Language| {
        json!({
            "tag": own.tag(), "label": say(own, &format!("form.lang_{own}")), "current": own == language,
            "href": format!("{path}?lang={own}{kept}"),
        })
    };
    Language::ALL.into_iter().map(link).collect()
}

/// Middleware: words for every problem.
pub async fn phrased(request: Request, next: Next) -> Response {
    problem::phrased(page, request, next).await
}

/// A problem as a page.
fn page(problem: &Problem, language: Language) -> String {
    let body = problem.body(language);
    let several = body.get("errors").and_then(Value::as_array).cloned();
    let all = several.unwrap_or_else(|| body.get("error").cloned().into_iter().collect());
    let (title, messages) = match problem {
        Problem::NotFound => ("error.not_found_title", vec![say(language, "error.choose_again")]),
        Problem::Busy => ("error.busy_title", vec![say(language, "error.busy")]),
        Problem::Fault => ("error.server_title", messages(&all)),
        Problem::TooMany { .. } => ("error.too_many_title", messages(&all)),
        _ => ("error.title", messages(&all)),
    };
    let context = json!({"title": say(language, title), "messages": messages});
    // The words are there in every case: a page about a fault must not have one.
    PAGES.render("error.html", language, context).unwrap_or_default()
}

fn messages(errors: &[Value]) -> Vec<String> {
    let message = |error: &Value| Some(sentence(error.get("message")?.as_str()?));
    errors.iter().filter_map(message).collect()
}

/// A message as a sentence of a page: with a capital.
pub fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Middleware: the headers of every answer.
pub async fn hardened(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    harden(response.headers_mut(), PLAIN);
    response
}

/// Middleware: `?lang=` is remembered.
pub async fn keep_language(request: Request, next: Next) -> Response {
    let asked = request.uri().query().unwrap_or_default();
    let asked = asked.split('&').find_map(|pair| pair.strip_prefix("lang="));
    let chosen = asked
        .and_then(Language::parse)
        .filter(|_| request.method() == Method::GET);
    let mut response = next.run(request).await;
    if let Some(language) = chosen {
        let cookie = format!("kesu_lang={language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// The address exists, the method does not.
pub async fn other_method() -> Response {
    let refusal = Refusal::of("method_not_allowed");
    Said::with(StatusCode::METHOD_NOT_ALLOWED, vec![refusal]).into_response()
}

/// `GET /healthz`: fine only if the store answers.
pub async fn health(State(app): State<App>) -> Result<Response, Problem> {
    app.store.get(Kind::Setting, "health").await?;
    Ok(axum::Json(json!({"ok": true})).into_response())
}

/// `GET /assets/kesu.css`.
pub async fn stylesheet() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    (headers, include_str!("../assets/kesu.css")).into_response()
}
