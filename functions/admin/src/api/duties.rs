//! Recurring duties: which are on record, which no calendar asks for, and that one was done.

use axum::response::Response;
use kesu_app::app::DeskWork;
use kesu_app::duties::{self, DutyRecord, Said};
use kesu_app::session::Session;
use kesu_app::texts::Language;
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::duty::unscheduled;
use kesu_rules::procedure::model::Duty;
use serde_json::{Value, json};

use crate::ask::{Ask, Fields};
use crate::serve;

/// `GET /api/duties`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["cursor"])?;
    let (found, next) = duties::list(&ask.app, "", params.get("cursor")).await?;
    let mut told = Vec::new();
    for (id, duty) in &found {
        // A duty of a procedure that is not at hand any more is told as it is kept.
        let desk = ask.app.desk(duty.procedure.as_str()).await.ok();
        told.push(one(&ask, desk.as_ref(), id, duty));
    }
    let mut waiting = Vec::new();
    for id in ask.app.settings.procedures.ids() {
        let desk = ask.app.desk(id).await?;
        waiting.extend(
            desk.procedure
                .pack
                .duty
                .iter()
                .filter_map(|duty| without_date(&desk, duty, ask.language)),
        );
    }
    serve::json(json!({"duties": told, "next": next, "unscheduled": waiting}))
}

fn one(ask: &Ask, desk: Option<&DeskWork>, id: &str, duty: &DutyRecord) -> Value {
    let rule = desk.and_then(|desk| duties::of(desk, duty.rule.as_str()));
    let now = desk.map_or_else(|| ask.app.now().fixed_offset(), |desk| desk.local(ask.app.now()));
    let done = duty.done.as_ref();
    json!({
        "id": id, "procedure": duty.procedure, "rule": duty.rule, "period": duty.period, "due_at": duty.due_at,
        "told": duty.told, "done_at": done.map(|done| done.0), "done_by": done.map(|done| &done.1),
        "title": rule.map(|rule| rule.title.get(ask.language)), "owner": rule.map(|rule| &rule.owner),
        "state": duty.standing(now), "device": duty.device, "reference": duty.reference, "remark": duty.remark,
    })
}

/// A duty that no calendar of the house asks for, with why.
pub fn without_date(desk: &DeskWork, duty: &Duty, language: Language) -> Option<Value> {
    let why = unscheduled(duty)?;
    Some(json!({
        "procedure": desk.procedure.pack.procedure.id, "rule": duty.rule, "title": duty.title.get(language),
        "owner": duty.owner, "why": why, "source": duty.source, "assumed": duty.assumed,
    }))
}

/// `POST /api/duties/done`: by whoever holds the owner's desk, or by the administrator. `id` for an occurrence, `procedure`
/// and `rule` for a duty that has no dates.
pub async fn done(ask: Ask) -> Result<Response, Problem> {
    let given = Fields::of(ask.json(), &["id", "procedure", "rule", "reference", "remark"])?;
    let text = |name: &str| given.text_or_none(name);
    let said = Said {
        reference: text("reference")?.map(str::to_owned),
        remark: text("remark")?.map(str::to_owned),
    };
    let which = match text("id")? {
        Some(id) => Which::Occurrence(id),
        None if given.get("rule").is_some() => Which::Occasion {
            procedure: given.text("procedure")?,
            rule: given.text("rule")?,
        },
        None => Which::Occurrence(given.text("id")?),
    };
    let (id, duty) = finish(&ask.app, ask.session()?, which, said).await?;
    serve::json(json!({"id": id, "done_at": duty.done.as_ref().map(|done| done.0)}))
}

/// What was done.
pub enum Which<'a> {
    /// An occurrence on record.
    Occurrence(&'a str),
    /// A duty without dates, now.
    Occasion {
        /// Whose procedure.
        procedure: &'a str,
        /// Which duty.
        rule: &'a str,
    },
}

/// Records that a duty was done.
pub async fn finish(
    app: &App,
    session: &Session,
    which: Which<'_>,
    said: Said,
) -> Result<(String, DutyRecord), Problem> {
    let (procedure, rule) = match &which {
        Which::Occurrence(id) => {
            let (_, duty) = duties::read(app, id).await?.ok_or(Problem::NotFound)?;
            (duty.procedure.to_string(), duty.rule.to_string())
        }
        Which::Occasion { procedure, rule } => ((*procedure).to_owned(), (*rule).to_owned()),
    };
    let desk = app.desk(&procedure).await?;
    let duty = duties::of(&desk, &rule);
    if !may_finish(app, &desk, session, duty) {
        let name = duty.map(|duty| duty.owner.to_string()).unwrap_or_default();
        return Err(Refusal::of("only_desk").with("desk", name).into());
    }
    match which {
        Which::Occurrence(id) => Ok((id.to_owned(), duties::done(app, id, &session.user, said).await?)),
        Which::Occasion { .. } => duties::occasion(app, &procedure, &rule, &session.user, said).await,
    }
}

/// Whether this person may say that a duty was done.
pub fn may_finish(app: &App, desk: &DeskWork, session: &Session, duty: Option<&Duty>) -> bool {
    let day = desk.local(app.now()).date_naive();
    let holds = duty.is_some_and(|duty| {
        let owner = desk.named(&duty.owner);
        desk.office.directory.may_act(&session.user, owner, day)
    });
    match session.account.role {
        Role::Auditor => false,
        Role::Administrator => true,
        _ => holds,
    }
}
