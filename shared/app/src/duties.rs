//! Recurring duties (定期工作) as they are kept: what is due when, how far people were told, and when it was done.

use kesu_rules::clock::Moment;
use kesu_rules::domain::names::{ProcedureId, RuleId, UserId};
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::value::{LONG, SHORT};
use kesu_rules::procedure::duty::{Unscheduled, unscheduled};
use kesu_rules::procedure::model::Duty;
use serde::{Deserialize, Serialize};

use crate::app::{App, DeskWork};
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};

/// One occurrence of a duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DutyRecord {
    /// Whose procedure.
    pub procedure: ProcedureId,
    /// Which duty.
    pub rule: RuleId,
    /// Which period; for a device the due day, for an occasion the moment.
    pub period: String,
    /// When it is due.
    pub due_at: Moment,
    /// How far people have been told.
    pub told: Told,
    /// When it was done, and by whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<(Moment, UserId)>,
    /// The serial of the device it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Where the evidence is: the number of a report, the name of an attachment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What whoever did it has to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// It need not be done any more: the device was retired, or its dates were corrected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
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

/// Where a duty stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is still to be done.
    Due,
    /// It was not done in time.
    Missed,
    /// It was done.
    Done,
    /// It need not be done any more.
    Dropped,
}

impl Standing {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Missed => "missed",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

impl DutyRecord {
    /// An occurrence for the house that nobody has seen to yet.
    pub fn new(procedure: ProcedureId, rule: RuleId, period: String, due_at: Moment, told: Told) -> Self {
        Self {
            procedure,
            rule,
            period,
            due_at,
            told,
            done: None,
            device: None,
            reference: None,
            remark: None,
            dropped: false,
        }
    }

    /// Where it stands at a moment.
    pub fn standing(&self, now: Moment) -> Standing {
        match &self.done {
            Some(_) => Standing::Done,
            None if self.dropped => Standing::Dropped,
            None if self.due_at <= now => Standing::Missed,
            None => Standing::Due,
        }
    }
}

/// What whoever did a duty says of it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Where the evidence is.
    pub reference: Option<String>,
    /// A remark.
    pub remark: Option<String>,
}

impl Said {
    fn sound(&self) -> Result<(), Refused> {
        let texts = [("reference", &self.reference, SHORT), ("remark", &self.remark, LONG)];
        let long = texts
            .into_iter()
            .filter(|(_, text, most)| text.as_ref().is_some_and(|text| text.chars().count() > *most));
        let wrong: Vec<Refusal> = long
            .map(|(field, _, most)| {
                let refusal = Refusal::of("too_long").about(field).with("field", field);
                refusal.with("max", most.to_string())
            })
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(Refused(wrong)) }
    }
}

/// Records that a duty was done. Doing it again changes nothing.
///
/// # Errors
/// Not found, changed meanwhile, or the store does not answer.
pub async fn done(app: &App, id: &str, by: &UserId, said: Said) -> Result<DutyRecord, Problem> {
    said.sound()?;
    let (mut record, mut duty) = read(app, id).await?.ok_or(Problem::NotFound)?;
    if duty.done.is_some() {
        return Ok(duty);
    }
    let desk = app.desk(duty.procedure.as_str()).await?;
    duty.done = Some((desk.local(app.now()), by.clone()));
    (duty.reference, duty.remark) = (said.reference, said.remark);
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

/// Records that a duty which no calendar asks for was done now: on its occasion, or because the company holds it so.
///
/// # Errors
/// Refuses a duty that the calendar asks for; not found; or the store does not answer.
pub async fn occasion(
    app: &App,
    procedure: &str,
    rule: &str,
    by: &UserId,
    said: Said,
) -> Result<(String, DutyRecord), Problem> {
    said.sound()?;
    let desk = app.desk(procedure).await?;
    let duty = of(&desk, rule).ok_or(Problem::NotFound)?;
    if !matches!(unscheduled(duty), Some(Unscheduled::AsSet | Unscheduled::Occasion)) {
        return Err(Refusal::of("duty_has_its_date").about("rule").with("rule", rule).into());
    }
    let now = desk.local(app.now());
    let id = desk.procedure.pack.procedure.id.clone();
    let period = now.format("%Y-%m-%d %H:%M").to_string();
    let record = DutyRecord {
        done: Some((now, by.clone())),
        reference: said.reference,
        remark: said.remark,
        ..DutyRecord::new(id, duty.rule.clone(), period.clone(), now, Told::Nobody)
    };
    let body = serde_json::to_string(&record).unwrap_or_default();
    // Several in one minute are told apart by what comes after the minute.
    for n in 1..100_u32 {
        let id = format!("{procedure}/{rule}/{period}/{n}");
        if app
            .store
            .put_new(&SmallRecord::new(Kind::Duty, id.as_str(), body.as_str()))
            .await?
        {
            return Ok((id, record));
        }
    }
    Err(Problem::Busy)
}

/// The duty of that rule.
pub fn of<'a>(desk: &'a DeskWork, rule: &str) -> Option<&'a Duty> {
    desk.procedure.pack.duty.iter().find(|duty| duty.rule == *rule)
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

/// The duties on record whose ids begin with something, by procedure, rule and period.
///
/// # Errors
/// When the store does not answer.
pub async fn list(
    app: &App,
    prefix: &str,
    cursor: Option<&str>,
) -> Result<(Vec<(String, DutyRecord)>, Option<String>), Problem> {
    let page = app.store.list(Kind::Duty, prefix, 100, cursor).await?;
    let read = |record: SmallRecord| Some((record.id, serde_json::from_str(&record.body).ok()?));
    Ok((page.items.into_iter().filter_map(read).collect(), page.next))
}
