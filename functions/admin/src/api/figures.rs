//! Figures that rates are set against (分母): deliveries, units, sales, ratings; entered by month, listed for a year.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use chrono::Datelike;
use kesu_app::texts::texts;
use kesu_app::{Problem, denominators};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::model::Kpi;
use kesu_rules::rollup::Period;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// `GET /api/figures`: those of a year, by month; `names` are those that the procedures ask for and those that are there.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["year"])?;
    let this = ask.app.desk(ask.app.settings.procedures.first()).await?;
    let this = this.local(ask.app.now()).date_naive().year().to_string();
    let year = params.get("year").unwrap_or(&this);
    let period: Option<Period> = year
        .parse()
        .ok()
        .filter(|period: &Period| period.months().count() == 12);
    let period = period.ok_or_else(|| Problem::from(Refusal::of("wrong_period").about("year").with("value", year)))?;
    serve::json(told(&ask, period).await?)
}

/// `PUT /api/figures`: figures of one month; null takes one away. What was counted before stays until it is counted again.
pub async fn enter(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let given = Fields::of(ask.json(), &["month", "figures"])?;
    let month = given.text("month")?;
    let figures = given
        .need("figures")?
        .as_object()
        .ok_or_else(|| wrong("figures", "object"))?;
    let mut read: BTreeMap<String, Option<Decimal>> = BTreeMap::new();
    for (name, value) in figures {
        let value = match value {
            Value::Null => None,
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().parse().map_err(|_| wrong(name, "number"))?),
            Value::Number(number) => Some(number.to_string().parse().map_err(|_| wrong(name, "number"))?),
            _ => return Err(wrong(name, "number")),
        };
        read.insert(name.clone(), value);
    }
    denominators::enter(&ask.app, month, &read).await?;
    journal::keep(&ask.app, ask.session()?, "figures_entered", month, json!(read)).await?;
    // INVARIANT: what was entered is of a month.
    let period: Period = month.parse().map_err(|_| Problem::Fault)?;
    serve::json(told(&ask, Period::year_of(period.first())).await?)
}

async fn told(ask: &Ask, year: Period) -> Result<Value, Problem> {
    let months: Vec<String> = year.months().map(|month| month.to_string()).collect();
    let all = denominators::read(&ask.app, &months).await?;
    let mut names: BTreeSet<String> = all.keys().cloned().collect();
    for id in ask.app.settings.procedures.ids() {
        let desk = ask.app.desk(id).await?;
        names.extend(desk.procedure.pack.kpi.iter().flat_map(Kpi::figures).map(str::to_owned));
    }
    let named = |name: &String| json!({"name": name, "title": texts().label(ask.language, "rollup_figure", name)});
    let rows = months.iter().map(|month| {
        let figures: BTreeMap<&String, &Decimal> = all
            .iter()
            .filter_map(|(name, by_month)| Some((name, by_month.get(month)?)))
            .collect();
        json!({"month": month, "figures": figures})
    });
    Ok(json!({
        "year": year.to_string(), "names": names.iter().map(named).collect::<Vec<_>>(), "months": rows.collect::<Vec<_>>(),
    }))
}
