//! Everything that can go wrong with a request, and how it is told: to people in their language, to machines with a code.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::language::Language;
use serde_json::{Value, json};

use crate::store::StoreError;
use crate::texts::texts;

/// Why a request is not answered with what it asked for. Causes are logged, never sent.
#[derive(Clone, Debug)]
pub enum Problem {
    /// Answers to a person: 422.
    Refused(Vec<Refusal>),
    /// The complaint was changed meanwhile: 409.
    Conflict {
        /// Its version now.
        current: u64,
    },
    /// There is no such thing, or it is not this person's to know: 404.
    NotFound,
    /// Nobody is signed in: 401.
    SignIn,
    /// This person may not: 403.
    Forbidden(Refusal),
    /// The request is too large: 413.
    TooLarge {
        /// What would be accepted.
        max: String,
    },
    /// The content is of a kind that is not accepted: 415.
    Unsupported {
        /// What would be accepted.
        types: String,
    },
    /// Too often: 429.
    TooMany {
        /// When to come back.
        seconds: u64,
    },
    /// Could not be done just now; nothing was written: 503.
    Busy,
    /// Our fault: 500.
    Fault,
}

/// When to come back to a busy server, in seconds.
const BUSY_SECONDS: u64 = 2;

impl Problem {
    fn parts(&self) -> (StatusCode, Vec<Refusal>) {
        let one = |code: &str| vec![Refusal::of(code)];
        match self {
            Self::Refused(refusals) => (StatusCode::UNPROCESSABLE_ENTITY, refusals.clone()),
            Self::Conflict { .. } => (StatusCode::CONFLICT, one("wrong_version")),
            Self::NotFound => (StatusCode::NOT_FOUND, one("not_found")),
            Self::SignIn => (StatusCode::UNAUTHORIZED, one("sign_in")),
            Self::Forbidden(refusal) => (StatusCode::FORBIDDEN, vec![refusal.clone()]),
            Self::TooLarge { max } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                vec![Refusal::of("upload_too_large").with("max", max)],
            ),
            Self::Unsupported { types } => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                vec![Refusal::of("upload_type").with("types", types)],
            ),
            Self::TooMany { seconds } => {
                let refusal = Refusal::of("too_many_requests").with("seconds", seconds.to_string());
                (StatusCode::TOO_MANY_REQUESTS, vec![refusal])
            }
            Self::Busy => {
                let refusal = Refusal::of("server_busy").with("seconds", BUSY_SECONDS.to_string());
                (StatusCode::SERVICE_UNAVAILABLE, vec![refusal])
            }
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, one("server_fault")),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// The body for machines: one error under `error`, several under `errors`, each with a message in `language`.
    pub fn body(&self, language: Language) -> Value {
        let (_, refusals) = self.parts();
        let told: Vec<Value> = refusals.iter().map(|refusal| told(refusal, language)).collect();
        if let Self::Conflict { current } = self {
            return json!({"error": told.first(), "current": current});
        }
        match self {
            Self::Refused(_) => json!({"error": told.first(), "errors": told}),
            _ => json!({"error": told.first()}),
        }
    }
}

/// A refusal's code, field and words.
fn told(refusal: &Refusal, language: Language) -> Value {
    let mut told = json!({"code": refusal.code, "message": phrase(refusal, language)});
    if let (Some(field), Some(map)) = (&refusal.field, told.as_object_mut()) {
        map.insert("field".to_owned(), json!(field));
    }
    told
}

/// A refusal in words.
pub fn phrase(refusal: &Refusal, language: Language) -> String {
    let values: Vec<(&str, &str)> = refusal
        .values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    texts().text(language, &format!("refusal.{}", refusal.code), &values)
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused.0)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy { .. } => {
                tracing::warn!(%error, "the store is busy");
                Self::Busy
            }
            StoreError::TooLarge { limit, .. } => Self::TooLarge {
                max: format!("{} KB", limit / 1024),
            },
            StoreError::Cursor(_) => Self::Refused(vec![Refusal::of("bad_cursor").about("cursor")]),
            StoreError::Service { .. } | StoreError::Broken { .. } | StoreError::File(_) => {
                tracing::error!(%error, "the store failed");
                Self::Fault
            }
        }
    }
}

/// The answer carries the problem itself; [`phrased`] puts it into words once the reader's language is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.body(Language::En))).into_response();
        let wait = match &self {
            Self::TooMany { seconds } => Some(*seconds),
            Self::Busy => Some(BUSY_SECONDS),
            _ => None,
        };
        if let Some(seconds) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// How a router writes a problem as a page, for readers who asked for one.
pub type ProblemPage = fn(&Problem, Language) -> String;

/// Middleware: phrases every problem in the reader's language, as JSON or, for page readers, by `page`.
pub async fn phrased(page: ProblemPage, request: Request, next: Next) -> Response {
    let language = language_of(request.headers(), request.uri().query());
    let wants_page = !request.uri().path().starts_with("/api/")
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    let (kind, body) = if wants_page {
        ("text/html; charset=utf-8", page(&problem, language))
    } else {
        ("application/json", problem.body(language).to_string())
    };
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, body.into())
}

/// The reader's language: `?lang=`, then the cookie `kesu_lang`, then `Accept-Language`, then Simplified Chinese.
pub fn language_of(headers: &axum::http::HeaderMap, query: Option<&str>) -> Language {
    let asked = query
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="));
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let kept = text(header::COOKIE)
        .unwrap_or_default()
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix("kesu_lang="));
    asked
        .and_then(Language::parse)
        .or_else(|| kept.and_then(Language::parse))
        .or_else(|| text(header::ACCEPT_LANGUAGE).and_then(Language::from_accept_language))
        .unwrap_or_default()
}
