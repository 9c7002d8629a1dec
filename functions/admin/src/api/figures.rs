//! Figures that rates are set against (分母): deliveries, units, sales, ratings; entered by month, listed for a year.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use kesu_app::Problem;
use kesu_app::denominators::{self, Months};
use kesu_app::texts::texts;
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::procedure::model::Kpi;
use kesu_rules::rollup::Period;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// The most months that are entered at once: ten years.
const MOST_MONTHS: usize = 120;

/// `GET /api/figures`: those of a year, by month; `names` are those that the procedures ask for and those that are there.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["year"])?;
    let this = this_year(&ask).await?.to_string();
    let year = params.get("year").unwrap_or(&this);
    let period: Option<Period> = year
        .parse()
        .ok()
        .filter(|period: &Period| period.months().count() == 12);
    let period = period.ok_or_else(|| Problem::from(Refusal::of("wrong_period").about("year").with("value", year)))?;
    serve::json(told(&ask, period).await?)
}

/// `PUT /api/figures`: figures of a month, or of many months at once; null takes one away. All that is wrong is said at once, and
/// then nothing is entered. What was counted before stays until it is counted again.
pub async fn enter(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let given = Fields::of(ask.json(), &["month", "figures", "months"])?;
    let mut wishes = Months::new();
    let mut bad = Vec::new();
    match given.get("months") {
        None => read(ask.json(), &mut wishes, |refusal| bad.push(refusal))?,
        Some(_) if given.get("month").or(given.get("figures")).is_some() => return Err(wrong("months", "list")),
        Some(months) => {
            let months = months.as_array().ok_or_else(|| wrong("months", "list"))?;
            if months.len() > MOST_MONTHS {
                let refusal = Refusal::of("too_many").about("months").with("field", "months");
                return Err(refusal.with("max", MOST_MONTHS.to_string()).into());
            }
            for one in months {
                // Which cell it was, where there are many.
                let month = one.get("month").and_then(Value::as_str).unwrap_or_default();
                let place = |mut refusal: Refusal| {
                    refusal.field = refusal.field.map(|name| match name.as_str() {
                        "month" => month.to_owned(),
                        name => format!("{month}/{name}"),
                    });
                    bad.push(refusal);
                };
                read(one, &mut wishes, place)?;
            }
        }
    }
    if !bad.is_empty() {
        return Err(Refused(bad).into());
    }
    let changed = denominators::enter(&ask.app, &wishes).await?;
    if let (Some((first, figures)), Some((last, _))) = (changed.first_key_value(), changed.last_key_value()) {
        let (of, detail) = match first == last {
            true => (first.clone(), json!(figures)),
            false => (format!("{first} – {last}"), json!(changed)),
        };
        journal::keep(&ask.app, ask.session()?, "figures_entered", &of, detail).await?;
    }
    let first = wishes.keys().next().and_then(|month| month.parse().ok());
    let year = match first {
        Some(month) => month,
        None => this_year(&ask).await?,
    };
    serve::json(told(&ask, Period::year_of(year.first())).await?)
}

/// Reads one month's figures; what is wrong with a value or its name is told to `refuse`.
fn read(given: &Value, wishes: &mut Months, mut refuse: impl FnMut(Refusal)) -> Result<(), Problem> {
    let given = Fields::of(given, &["month", "figures"])?;
    let month = given.text("month")?;
    if let Err(refusal) = denominators::month(month) {
        refuse(refusal);
        return Ok(());
    }
    let figures = given
        .need("figures")?
        .as_object()
        .ok_or_else(|| wrong("figures", "object"))?;
    let of = wishes.entry(month.to_owned()).or_default();
    for (name, value) in figures {
        let number = match value {
            Value::Null => Ok(None),
            Value::String(text) if text.trim().is_empty() => Ok(None),
            Value::String(text) => text.trim().parse().map(Some).map_err(|_| ()),
            Value::Number(number) => number.to_string().parse().map(Some).map_err(|_| ()),
            _ => Err(()),
        };
        let not_a_number = |()| {
            Refusal::of("wrong_type")
                .about(name)
                .with("field", name)
                .with("expected", "number")
        };
        let checked = number
            .map_err(not_a_number)
            .and_then(|number| denominators::checked(name, number));
        match checked {
            Ok(number) => {
                of.insert(name.clone(), number);
            }
            Err(refusal) => refuse(refusal),
        }
    }
    Ok(())
}

/// The current year, by its period.
async fn this_year(ask: &Ask) -> Result<Period, Problem> {
    let desk = ask.app.desk(ask.app.settings.procedures.first()).await?;
    Ok(Period::year_of(desk.local(ask.app.now()).date_naive()))
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
