//! Commands for many complaints at once; each has an outcome of its own.

use axum::response::Response;
use kesu_app::Problem;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::commands::{Signed, Wanted};
use crate::ask::{Ask, wrong};
use crate::serve;

/// The most commands of one batch.
const MOST: usize = 500;

/// `POST /api/batch`.
pub async fn tell(ask: Ask) -> Result<Response, Problem> {
    let session = ask.session()?;
    let wishes = ask.json().as_array().ok_or_else(|| wrong("body", "list"))?;
    if wishes.len() > MOST {
        let refusal = Refusal::of("too_many").about("body").with("field", "body");
        return Err(refusal.with("max", MOST.to_string()).into());
    }
    let mut signed = Signed::default();
    let mut outcomes = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let id = wish.get("id").and_then(Value::as_str).unwrap_or_default();
        let told = match Wanted::read(wish, &["id", "version", "command", "reason"]) {
            Ok(_) if id.is_empty() => Err(Refusal::of("missing_field").about("id").with("field", "id").into()),
            Ok(wanted) => wanted.carry_out(&ask.app, session, id, &mut signed).await,
            Err(problem) => Err(problem),
        };
        outcomes.push(match told {
            Ok(told) => json!({"id": id, "status": 200, "version": told.version, "events": told.events}),
            Err(problem) => {
                let body = problem.body(ask.language);
                let status = problem.status().as_u16();
                let mut outcome = json!({"id": id, "status": status, "refusal": body.get("error")});
                if let (Problem::Conflict { current }, Some(map)) = (&problem, outcome.as_object_mut()) {
                    map.insert("current".to_owned(), json!(current));
                }
                outcome
            }
        });
    }
    serve::json(Value::Array(outcomes))
}
