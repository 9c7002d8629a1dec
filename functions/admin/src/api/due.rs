//! What is due: for the desks of the person who asks, or for all that he may see.

use std::collections::BTreeSet;

use axum::response::Response;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use kesu_app::app::DeskWork;
use kesu_app::record::Loaded;
use kesu_app::session::Session;
use kesu_app::{App, Problem};
use kesu_rules::domain::names::Desk;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ask::{Ask, sees, wrong};
use crate::serve;

/// Complaints of one page.
const PAGE: usize = 100;
/// Rows of one read of the month index.
const ROWS: u32 = 1000;
/// Months of receipt that are looked at, unless asked otherwise: what is older and still open is seldom and can be asked for.
const MONTHS: u32 = 12;

/// Which of what is due.
pub struct Scope {
    /// Only what this person's desks must do.
    pub mine: bool,
    /// Due before this.
    pub until: DateTime<Utc>,
    /// Months of receipt looked at.
    pub months: u32,
}

impl Scope {
    /// What is due within a week.
    pub fn week(now: DateTime<Utc>, mine: bool) -> Self {
        Self {
            mine,
            until: now + TimeDelta::days(7),
            months: MONTHS,
        }
    }
}

/// `GET /api/due`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["scope", "until", "months", "cursor"])?;
    let mine = match params.get("scope") {
        None | Some("mine") => true,
        Some("all") => false,
        Some(other) => {
            let refusal = Refusal::of("unknown_value").about("scope").with("field", "scope");
            return Err(refusal.with("value", other).with("allowed", "mine, all").into());
        }
    };
    let now = ask.app.now();
    let until = match params.get("until") {
        Some(at) => DateTime::parse_from_rfc3339(at)
            .map_err(|_| wrong("until", "moment"))?
            .to_utc(),
        None => now + TimeDelta::days(7),
    };
    let months = params.get("months").map(str::parse::<u32>).transpose();
    let months = months.ok().map(|months| months.unwrap_or(MONTHS));
    let months = months
        .filter(|months| (1..=24).contains(months))
        .ok_or_else(|| wrong("months", "integer"))?;
    let scope = Scope { mine, until, months };
    let (items, next) = page(&ask, &scope, params.get("cursor")).await?;
    serve::json(json!({"as_of": now.to_rfc3339(), "items": items, "next": next}))
}

/// A page of what is due, the longest overdue first.
pub async fn page(ask: &Ask, scope: &Scope, cursor: Option<&str>) -> Result<(Vec<Value>, Option<String>), Problem> {
    let (app, session) = (&ask.app, ask.session()?);
    let found = candidates(app, session, scope).await?;
    let mut found: Vec<(String, String)> = found.into_iter().collect();
    found.retain(|(due, id)| cursor.is_none_or(|after| format!("{due}~{id}").as_str() > after));
    let mut items = Vec::new();
    let mut next = None;
    // Pages are filled from whole chunks: what is not this person's is read and left out.
    for (at, chunk) in found.chunks(PAGE).enumerate() {
        let ids: Vec<String> = chunk.iter().map(|(_, id)| id.clone()).collect();
        for head in app.store.heads(&ids).await? {
            let loaded = Loaded::read(head)?;
            let desk = match app.desk_of(&loaded.complaint).await {
                // A complaint whose procedure is not at hand must not hide the others; it was logged.
                Err(Problem::Refused(_)) => continue,
                other => other?,
            };
            items.extend(tasks(&loaded, &desk, session, scope, ask));
        }
        if items.len() >= PAGE && (at + 1) * PAGE < found.len() {
            next = chunk.last().map(|(due, id)| format!("{due}~{id}"));
            break;
        }
    }
    items.sort_by(|a, b| {
        a.get("due_at")
            .map(Value::to_string)
            .cmp(&b.get("due_at").map(Value::to_string))
    });
    Ok((items, next))
}

/// Open complaints with a deadline before the end of the scope, by that deadline: moment in UTC and id.
async fn candidates(app: &App, session: &Session, scope: &Scope) -> Result<BTreeSet<(String, String)>, Problem> {
    let mut found = BTreeSet::new();
    let today = app.now().date_naive();
    // The zone's month may have begun already.
    let months = std::iter::once(1).chain((0..scope.months).map(|back| -i64::from(back)));
    for month in months.filter_map(|shift| month_of(today, shift)) {
        for shard in 0..app.settings.shards {
            let mut cursor = None;
            loop {
                let page = app.store.month(&month, shard, ROWS, cursor.as_deref()).await?;
                for row in page.items {
                    let due = row.columns.get("due_at").map(|at| DateTime::parse_from_rfc3339(at));
                    let Some(Ok(due)) = due else { continue };
                    let department = row.columns.get("department").map(String::as_str);
                    if due.to_utc() <= scope.until && sees(session, department) {
                        found.insert((kesu_app::clock::stamp(due.to_utc()), row.id));
                    }
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
    }
    Ok(found)
}

/// The month so many months from a day's.
pub(super) fn month_of(today: NaiveDate, shift: i64) -> Option<String> {
    let months = i64::from(today.year()) * 12 + i64::from(today.month0()) + shift;
    Some(format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1))
}

/// The running deadlines of one complaint that fall into the scope.
fn tasks(loaded: &Loaded, desk: &DeskWork, session: &Session, scope: &Scope, ask: &Ask) -> Vec<Value> {
    let it = &loaded.complaint;
    let now = desk.local(ask.app.now());
    let mine = |responsible: &Desk| {
        let account = &session.account;
        desk.office
            .directory
            .may_act(&session.user, responsible, now.date_naive())
            || account.department.as_ref() == Some(responsible)
            || account.position.as_ref() == Some(responsible)
            || it.person.as_ref() == Some(&session.user)
    };
    let due = desk
        .deadlines(it, now)
        .into_iter()
        .filter(|one| one.runs() && one.due_at.to_utc() <= scope.until);
    due.filter(|one| !scope.mine || mine(&one.responsible))
        .map(|one| {
            let title = desk
                .procedure
                .deadline(one.rule.as_str())
                .map(|rule| rule.title.get(ask.language));
            json!({
                "id": it.id, "number": it.number, "version": it.version, "stage": it.stage.name(), "class": it.class,
                "department": it.department, "customer_name": loaded.face.get("customer_name"),
                "procedure": it.procedure, "rule": one.rule, "title": title, "until": one.until.first(),
                "due_at": one.due_at, "late": one.late, "provisional": one.provisional, "responsible": one.responsible,
            })
        })
        .collect()
}
