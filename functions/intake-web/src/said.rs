//! Answers that say no with a status of their own, and refusals as the sender named the fields.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kesu_app::Problem;
use kesu_rules::domain::refusal::Refusal;

/// A no with its status, where the kind of problem alone does not give the right one.
#[derive(Clone, Debug)]
pub struct Said {
    status: StatusCode,
    problem: Problem,
}

impl Said {
    /// These refusals under this status.
    pub fn with(status: StatusCode, refusals: Vec<Refusal>) -> Self {
        Self {
            status,
            problem: Problem::Refused(refusals),
        }
    }

    /// 413: at most so many bytes.
    pub fn too_large(most: usize) -> Self {
        let max = if most < 1024 * 1024 {
            format!("{} KB", most / 1024)
        } else {
            format!("{} MB", most / (1024 * 1024))
        };
        Self::with(
            StatusCode::PAYLOAD_TOO_LARGE,
            vec![Refusal::of("too_large").with("max", max)],
        )
    }

    /// 415: these types are accepted.
    pub fn unsupported(types: &str) -> Self {
        let refusal = Refusal::of("unsupported_type")
            .about("Content-Type")
            .with("types", types);
        Self::with(StatusCode::UNSUPPORTED_MEDIA_TYPE, vec![refusal])
    }

    /// 404, the same for a number that does not exist and a code that is wrong.
    pub fn no_such_complaint() -> Self {
        Self::with(StatusCode::NOT_FOUND, vec![Refusal::of("track_not_found")])
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<Problem> for Said {
    fn from(problem: Problem) -> Self {
        Self {
            status: problem.status(),
            problem,
        }
    }
}

impl IntoResponse for Said {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        *response.status_mut() = self.status;
        response
    }
}

/// The content type without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> String {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let bare = given.and_then(|given| given.split(';').next()).unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// The record's key of what a body calls otherwise: input of the form, path in the body, key of the record.
pub const NAMES: &[(&str, &str, &str)] = &[
    ("name", "customer.name", "customer_name"),
    ("phone", "customer.phone", "customer_contact"),
    ("email", "customer.email", "customer_email"),
    ("address", "customer.address", "customer_address"),
    ("kind", "customer.kind", "customer_type"),
    ("product", "product.name", "product_name"),
    ("model", "product.model", "model_spec"),
    ("serial", "product.serial", "serial_no"),
    ("batch", "product.batch", "batch_no"),
    ("order", "product.order", "order_no"),
    ("quantity", "product.quantity", "quantity_affected"),
    ("description", "description", "description"),
    ("demand", "demand", "demand"),
    ("occurred_at", "occurred_at", "occurred_at"),
];

/// A refusal as its sender named the field: `customer.name` and not the record's `customer_name`.
pub fn as_sent(mut refusal: Refusal) -> Refusal {
    let path = |key: &str| {
        NAMES
            .iter()
            .find(|(_, _, own)| *own == key)
            .map(|(_, path, _)| (*path).to_owned())
    };
    if let Some(path) = refusal.field.as_deref().and_then(path) {
        refusal.field = Some(path);
    }
    for (name, value) in &mut refusal.values {
        if name == "field"
            && let Some(path) = path(value)
        {
            *value = path;
        }
    }
    refusal
}

/// The same for everything that a problem refuses.
pub fn problem_as_sent(problem: Problem) -> Problem {
    match problem {
        Problem::Refused(all) => Problem::Refused(all.into_iter().map(as_sent).collect()),
        other => other,
    }
}
