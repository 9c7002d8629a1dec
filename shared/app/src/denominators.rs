//! Figures that rates are set against (分母): deliveries, units, sales, ratings, survey results; entered by month.

use std::collections::BTreeMap;

use kesu_rules::domain::refusal::Refusal;
use kesu_rules::rollup::{Denominators, Period};
use rust_decimal::Decimal;

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord};

/// The figures of months.
///
/// # Errors
/// When the store does not answer.
pub async fn read(app: &App, months: &[String]) -> Result<Denominators, Problem> {
    let mut all = Denominators::new();
    for month in months {
        let page = app.store.list(Kind::Figure, &format!("{month}/"), 100, None).await?;
        for record in page.items {
            let name = record.id.split_once('/').map(|(_, name)| name.to_owned());
            let value: Option<Decimal> = serde_json::from_str(&record.body).ok();
            if let (Some(name), Some(value)) = (name, value) {
                all.entry(name).or_default().insert(month.clone(), value);
            }
        }
    }
    Ok(all)
}

/// Enters figures of one month; an empty one is taken away.
///
/// # Errors
/// Refuses what is no month, no name or no number; or the store does not answer.
pub async fn enter(app: &App, month: &str, figures: &BTreeMap<String, Option<Decimal>>) -> Result<(), Problem> {
    let period: Result<Period, _> = month.parse();
    if !period.is_ok_and(|period| period.months().count() == 1) {
        return Err(Refusal::of("wrong_month").about("month").with("value", month).into());
    }
    for (name, value) in figures {
        let plain = !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !plain || value.is_some_and(|value| value.is_sign_negative()) {
            return Err(Refusal::of("wrong_figure")
                .about(name)
                .with("value", name.as_str())
                .into());
        }
    }
    for (name, value) in figures {
        let id = format!("{month}/{name}");
        match value {
            // INVARIANT: a decimal always serialises.
            Some(value) => {
                let body = serde_json::to_string(value).unwrap_or_default();
                app.store.put(&SmallRecord::new(Kind::Figure, id, body)).await?;
            }
            None => app.store.delete(Kind::Figure, &id).await?,
        }
    }
    Ok(())
}
