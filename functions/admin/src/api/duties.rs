//! Recurring duties: which are on record, and that one was done.

use axum::response::Response;
use kesu_app::{Problem, duties};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ask::{Ask, Fields};
use crate::serve;

/// `GET /api/duties`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["cursor"])?;
    let (duties, next) = duties::list(&ask.app, params.get("cursor")).await?;
    let told: Vec<Value> = duties
        .into_iter()
        .map(|(id, duty)| {
            json!({
                "id": id, "procedure": duty.procedure, "rule": duty.rule, "period": duty.period, "due_at": duty.due_at,
                "told": duty.told, "done_at": duty.done.as_ref().map(|done| done.0), "done_by": duty.done.map(|done| done.1),
            })
        })
        .collect();
    serve::json(json!({"duties": told, "next": next}))
}

/// `POST /api/duties/done`: by whoever holds the owner's desk, or by those who may do everything.
pub async fn done(ask: Ask) -> Result<Response, Problem> {
    let given = Fields::of(ask.json(), &["id"])?;
    let id = given.text("id")?;
    let session = ask.session()?;
    let (_, duty) = duties::read(&ask.app, id).await?.ok_or(Problem::NotFound)?;
    let desk = ask.app.desk(duty.procedure.as_str()).await?;
    let owner = desk
        .procedure
        .pack
        .duty
        .iter()
        .find(|rule| rule.rule == duty.rule)
        .map(|rule| &rule.owner);
    let day = desk.local(ask.app.now()).date_naive();
    let holds = owner.is_some_and(|owner| desk.office.directory.may_act(&session.user, owner, day));
    if !holds && session.account.role != Role::Administrator {
        let name = owner.map(ToString::to_string).unwrap_or_default();
        return Err(Refusal::of("only_desk").with("desk", name).into());
    }
    let duty = duties::done(&ask.app, id, &session.user).await?;
    serve::json(json!({"id": id, "done_at": duty.done.as_ref().map(|done| done.0)}))
}
