//! From a request to a route: session, role and token are checked here, once, before any route sees the body.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Query, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use axum::{Form, Json, RequestExt, Router};
use kesu_app::page::{PLAIN, harden};
use kesu_app::problem::{language_of, phrased};
use kesu_app::session::Session;
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::Value;

use crate::ask::{Ask, Given, Params};
use crate::pages;
use crate::table::{ROUTES, Route};
use crate::who::Who;

/// The router over the table of routes.
pub fn router(app: App, public: Value) -> Router {
    // The document is written when it is asked for: a start pays for no part of it.
    let public = Arc::new(public);
    let mut router = Router::new();
    for route in ROUTES {
        let (app, public) = (app.clone(), public.clone());
        let handler = move |request: Request| {
            let (app, public) = (app.clone(), public.clone());
            async move {
                match answer(app, public, route, request).await {
                    Ok(response) => response,
                    Err(problem) => problem.into_response(),
                }
            }
        };
        router = router.route(route.path, on(route.method.filter(), handler));
    }
    let phrased = from_fn(|request, next| phrased(pages::problem, request, next));
    router.layer(phrased).layer(map_response(guarded))
}

async fn answer(app: App, public: Arc<Value>, route: &Route, request: Request) -> Result<Response, Problem> {
    let ask = admit(app, public, route, request).await?;
    (route.serve)(ask).await
}

/// What staff see is nobody else's: no cache keeps it and no page is framed, unless an answer says so itself.
async fn guarded(mut response: Response) -> Response {
    harden(response.headers_mut(), PLAIN);
    response
}

async fn admit(app: App, public: Arc<Value>, route: &Route, mut request: Request) -> Result<Ask, Problem> {
    let session = match &route.who {
        Who::Anyone => None,
        who @ Who::Roles(_) => {
            let session = Session::of(&app, request.headers()).await?;
            if !who.admits(session.account.role) {
                return Err(Problem::Forbidden(Refusal::of("forbidden")));
            }
            Some(session)
        }
    };
    let here = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let language = language_of(&headers, request.uri().query());
    let session = match session {
        Some(session) if route.changes() && !route.is_page() => Some(session.proved(&headers)?),
        other => other,
    };
    let path = request
        .extract_parts::<RawPathParams>()
        .await
        .map_err(|_| Problem::NotFound)?;
    let path = path
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
        .map_err(|_| Problem::from(Refusal::of("bad_query")))?
        .0;
    let body = if route.request.is_none() && !(route.is_page() && route.changes()) {
        Given::Nothing
    } else {
        read(route, &headers, request).await?
    };
    let session = match (session, &body) {
        (Some(session), Given::Form(pairs)) if route.changes() => {
            Some(session.proved_by(Params(pairs).get("csrf").unwrap_or_default())?)
        }
        (session, _) => session,
    };
    let held = match &session {
        Some(session) if route.is_page() => pages::quarantine::count(&app, session).await,
        _ => None,
    };
    Ok(Ask {
        app,
        held,
        session,
        path,
        query,
        body,
        headers,
        language,
        here,
        public,
    })
}

async fn read(route: &Route, headers: &HeaderMap, request: Request) -> Result<Given, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let wanted = route.media();
    if kind.is_some_and(|kind| !kind.to_ascii_lowercase().starts_with(wanted)) {
        return Err(Problem::Unsupported {
            types: wanted.to_owned(),
        });
    }
    let bytes = to_bytes(request.into_body(), route.largest)
        .await
        .map_err(|_| Problem::TooLarge {
            max: format!("{} KB", route.largest / 1024),
        })?;
    if route.bytes {
        return Ok(Given::Bytes(bytes));
    }
    if !route.is_page() {
        let value = serde_json::from_slice(&bytes).map_err(|_| Problem::from(Refusal::of("bad_json")))?;
        return Ok(Given::Json(value));
    }
    let bad = |_| Problem::from(Refusal::of("bad_query"));
    let again = Request::post("/").header(CONTENT_TYPE, wanted).body(Body::from(bytes));
    let again = again.map_err(|_| Problem::Fault)?;
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(again, &())
        .await
        .map_err(bad)?;
    Ok(Given::Form(pairs))
}

/// An answer in JSON.
pub fn json(value: Value) -> Result<Response, Problem> {
    Ok((StatusCode::OK, Json(value)).into_response())
}
