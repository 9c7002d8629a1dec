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

/// Figures by month and name; nothing takes one away.
pub type Months = BTreeMap<String, BTreeMap<String, Option<Decimal>>>;

/// Whether a text names a month.
///
/// # Errors
/// Refuses what is none.
pub fn month(text: &str) -> Result<(), Refusal> {
    let period: Result<Period, _> = text.parse();
    match period {
        Ok(period) if period.months().count() == 1 => Ok(()),
        _ => Err(Refusal::of("wrong_month").about("month").with("value", text)),
    }
}

/// A figure that may be entered.
///
/// # Errors
/// Refuses what is no name, and a number that is negative.
pub fn checked(name: &str, value: Option<Decimal>) -> Result<Option<Decimal>, Refusal> {
    let plain = !name.is_empty() && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !plain || value.is_some_and(|value| value.is_sign_negative() && !value.is_zero()) {
        return Err(Refusal::of("wrong_figure").about(name).with("value", name));
    }
    Ok(value)
}

/// Enters figures of months; an empty one is taken away. Gives what was changed by it: what stood there already is not written
/// again.
///
/// # Errors
/// Refuses what is no month, no name or no number, and enters nothing then; or the store does not answer.
pub async fn enter(app: &App, months: &Months) -> Result<Months, Problem> {
    for (month, figures) in months {
        self::month(month)?;
        for (name, value) in figures {
            checked(name, *value)?;
        }
    }
    let known = read(app, &months.keys().cloned().collect::<Vec<_>>()).await?;
    let mut changed = Months::new();
    for (month, figures) in months {
        for (name, value) in figures {
            if known.get(name).and_then(|of| of.get(month)) == value.as_ref() {
                continue;
            }
            let id = format!("{month}/{name}");
            match value {
                // INVARIANT: a decimal always serialises.
                Some(value) => {
                    let body = serde_json::to_string(value).unwrap_or_default();
                    app.store.put(&SmallRecord::new(Kind::Figure, id, body)).await?;
                }
                None => app.store.delete(Kind::Figure, &id).await?,
            }
            changed.entry(month.clone()).or_default().insert(name.clone(), *value);
        }
    }
    Ok(changed)
}
