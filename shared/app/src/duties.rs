//! Recurring duties (定期工作) as they are kept: what is due when, how far people were told, and when it was done.

use kesu_rules::clock::Moment;
use kesu_rules::domain::names::{ProcedureId, RuleId, UserId};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};

/// One occurrence of a duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DutyRecord {
    /// Whose procedure.
    pub procedure: ProcedureId,
    /// Which duty.
    pub rule: RuleId,
    /// Which period.
    pub period: String,
    /// When it is due.
    pub due_at: Moment,
    /// How far people have been told.
    pub told: Told,
    /// When it was done, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<(Moment, UserId)>,
}

/// How far people have been told of a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Not yet.
    Nobody,
    /// The owner was reminded.
    Owner,
    /// Owner and receivers know that it was missed.
    All,
}

/// Records that a duty was done. Doing it again changes nothing.
///
/// # Errors
/// Not found, changed meanwhile, or the store does not answer.
pub async fn done(app: &App, id: &str, by: &UserId) -> Result<DutyRecord, Problem> {
    let (mut record, mut duty) = read(app, id).await?.ok_or(Problem::NotFound)?;
    if duty.done.is_some() {
        return Ok(duty);
    }
    let desk = app.desk(duty.procedure.as_str()).await?;
    duty.done = Some((desk.local(app.now()), by.clone()));
    let seen = record.version;
    record.wake = None;
    record.body = serde_json::to_string(&duty).unwrap_or_default();
    record.version = seen + 1;
    if app.store.update(&record, seen).await? {
        Ok(duty)
    } else {
        Err(Problem::Conflict { current: seen + 1 })
    }
}

/// The duty of that id with its record.
///
/// # Errors
/// When the store does not answer.
pub async fn read(app: &App, id: &str) -> Result<Option<(SmallRecord, DutyRecord)>, Problem> {
    let Some(record) = app.store.get(Kind::Duty, id).await? else {
        return Ok(None);
    };
    let duty = serde_json::from_str(&record.body).map_err(|_| Problem::Fault)?;
    Ok(Some((record, duty)))
}

/// The duties on record, by procedure, rule and period.
///
/// # Errors
/// When the store does not answer.
pub async fn list(app: &App, cursor: Option<&str>) -> Result<(Vec<(String, DutyRecord)>, Option<String>), Problem> {
    let page = app.store.list(Kind::Duty, "", 100, cursor).await?;
    let read = |record: SmallRecord| Some((record.id, serde_json::from_str(&record.body).ok()?));
    Ok((page.items.into_iter().filter_map(read).collect(), page.next))
}
