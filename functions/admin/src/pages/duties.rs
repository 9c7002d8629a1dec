//! Recurring duties as a page: what is due, done and missed, by owner, and what has no date, with the reason.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use kesu_app::Problem;
use kesu_app::app::DeskWork;
use kesu_app::duties::{self, DutyRecord, Said, Standing};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::duty::{Unscheduled, unscheduled};
use kesu_rules::procedure::model::Duty;
use serde_json::{Value, json};

use crate::api::duties::{Which, finish, may_finish, without_date};
use crate::ask::{Ask, Params};
use crate::pages::devices::address;
use crate::pages::papers::links_of_duty;
use crate::pages::{onward, page, said, short};

/// The states by which the list may be narrowed.
const STATES: &[&str] = &["missed", "due", "done", "dropped"];

/// `GET /admin/duties`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["year", "state", "owner", "done"])?;
    let done = params.get("done").is_some();
    let view = view(&ask, params, done, &[]).await?;
    Ok(page(&ask, StatusCode::OK, "duties.html", view))
}

/// `POST /admin/duties`.
pub async fn finished(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let which = match (form.get("id"), form.get("procedure"), form.get("rule")) {
        (Some(id), ..) => Which::Occurrence(id),
        (None, Some(procedure), Some(rule)) => Which::Occasion { procedure, rule },
        _ => return Err(Refusal::of("missing_field").about("id").with("field", "id").into()),
    };
    let text = |name: &str| form.get(name).map(str::to_owned);
    let words = Said {
        reference: text("reference"),
        remark: text("remark"),
    };
    match finish(&ask.app, ask.session()?, which, words).await {
        Ok(_) => onward("/admin/duties?done=yes"),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            let view = view(&ask, Params(&[]), false, &errors).await?;
            Ok(page(&ask, status, "duties.html", view))
        }
    }
}

struct Row {
    owner: String,
    standing: Standing,
    due_at: chrono::DateTime<chrono::FixedOffset>,
    told: Value,
}

async fn view(ask: &Ask, params: Params<'_>, done: bool, errors: &[Value]) -> Result<Value, Problem> {
    let app = &ask.app;
    let now = app.desk(app.settings.procedures.first()).await?.local(app.now());
    let year = match params.get("year") {
        Some(year) => year.parse().ok().filter(|year| (1900..=9999).contains(year)),
        None => Some(now.year()),
    };
    let year: i32 = year.ok_or_else(|| Problem::from(Refusal::of("bad_query")))?;
    let (mut rows, mut waiting, mut partly) = (Vec::new(), Vec::new(), false);
    for id in app.settings.procedures.ids() {
        let desk = app.desk(id).await?;
        for duty in &desk.procedure.pack.duty {
            let mut found = Vec::new();
            // What was to be done earlier and was not is still to be seen.
            for of in [year - 1, year] {
                let (page, next) = duties::list(app, &format!("{id}/{}/{of:04}", duty.rule), None).await?;
                partly |= next.is_some();
                let here = |one: &DutyRecord| of == year || (one.done.is_none() && !one.dropped);
                found.extend(page.into_iter().filter(|(_, one)| here(one)));
            }
            let may = may_finish(app, &desk, ask.session()?, Some(duty));
            if let Some(mut told) = without_date(&desk, duty, ask.language) {
                let recordable = unscheduled(duty) != Some(Unscheduled::PerDevice);
                if let Some(map) = told.as_object_mut() {
                    let last = found
                        .last()
                        .filter(|_| recordable)
                        .map(|(_, one)| short(one.due_at, false));
                    map.insert("last".to_owned(), json!(last));
                    map.insert("may".to_owned(), json!(may && recordable));
                }
                waiting.push(told);
            }
            rows.extend(found.iter().map(|(id, one)| row(ask, &desk, duty, id, one, may)));
        }
    }
    let mut owners: Vec<String> = rows.iter().map(|row| row.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    let fits = |row: &Row| {
        params.get("state").is_none_or(|state| state == row.standing.code())
            && params.get("owner").is_none_or(|owner| owner == row.owner)
    };
    rows.retain(fits);
    let rank = |standing: Standing| STATES.iter().position(|state| *state == standing.code());
    rows.sort_by(|a, b| {
        let of = |row: &Row| (row.owner.clone(), rank(row.standing), row.due_at);
        of(a).cmp(&of(b))
    });
    let rows: Vec<Value> = rows.into_iter().map(|row| row.told).collect();
    Ok(json!({
        "year": year, "rows": rows, "waiting": waiting, "owners": owners, "states": STATES, "partly": partly,
        "state": params.get("state"), "owner": params.get("owner"), "done": done, "errors": errors,
    }))
}

fn row(ask: &Ask, desk: &DeskWork, duty: &Duty, id: &str, one: &DutyRecord, may: bool) -> Row {
    let standing = one.standing(desk.local(ask.app.now()));
    let open = matches!(standing, Standing::Due | Standing::Missed);
    let told = json!({
        "id": id, "title": duty.title.get(ask.language), "rule": duty.rule, "procedure": one.procedure,
        "source": duty.source, "period": one.period, "due": short(one.due_at, true), "state": standing.code(),
        "owner": duty.owner, "device": one.device, "device_link": one.device.as_deref().map(address), "reference": one.reference, "remark": one.remark,
        "done_at": one.done.as_ref().map(|done| short(done.0, false)), "done_by": one.done.as_ref().map(|done| &done.1),
        "may": may && open, "papers": links_of_duty(desk, duty, id),
    });
    Row {
        owner: duty.owner.to_string(),
        standing,
        due_at: one.due_at,
        told,
    }
}
