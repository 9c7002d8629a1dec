//! The working calendar of a year, day by day, with the notices that it comes from.

use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use kesu_app::Problem;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use super::devices::today;
use crate::ask::Ask;
use crate::serve;

/// `GET /api/calendar`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["year", "calendar"])?;
    let first = ask.app.desk(ask.app.settings.procedures.first()).await?;
    let own = first.procedure.pack.procedure.calendar.to_string();
    let name = params.get("calendar").unwrap_or(&own);
    let calendar = ask.app.office().await?.calendar(name).ok_or(Problem::NotFound)?;
    let today = today(&ask.app).await?;
    let bad = || Refusal::of("bad_query").about("year");
    let year: i32 = match params.get("year") {
        Some(year) => year.parse().map_err(|_| bad())?,
        None => today.year(),
    };
    let start = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| (1900..=2299).contains(&year));
    let days: Vec<Value> = start
        .ok_or_else(bad)?
        .iter_days()
        .take_while(|day| day.year() == year)
        .map(|day| {
            let told = calendar.day(day);
            json!({"date": day, "working": told.working, "kind": told.kind, "name": told.name})
        })
        .collect();
    let published = calendar.years().find(|one| one.year == year);
    serve::json(json!({
        "calendar": name, "title": calendar.title(), "year": year, "today": today, "days": days,
        "published": published.is_some(), "published_through": calendar.published_through(),
        "source": published.map(|one| &one.source), "published_on": published.and_then(|one| one.published),
        "amended_by": published.map_or(&[][..], |one| &one.amended_by),
    }))
}
