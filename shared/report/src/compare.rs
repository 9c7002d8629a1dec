//! What a period is compared with: the kept figures of the period before and of the year before, or those counted now where
//! nobody counted them yet.

use chrono::{DateTime, Utc};
use kesu_app::{App, Problem};
use kesu_rules::rollup::{Compared, Period};
use serde_json::{Map, Value};

use super::kept::{figures, newest};

/// The earlier periods of a register that began with the month `first`; for a year the one before is both.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn with(
    app: &App,
    procedure: &str,
    period: Period,
    first: Period,
    now: DateTime<Utc>,
) -> Result<Vec<Compared>, Problem> {
    let (before, year_before) = (period.before(), period.year_before());
    let mut all = Vec::new();
    for (which, earlier) in [("before", before), ("year_before", year_before)] {
        let again = which == "year_before" && earlier == before;
        if again || earlier.after() <= first.first() {
            continue;
        }
        let figures = match newest(app, procedure, &earlier.to_string()).await? {
            Some(kept) => kept.figures,
            None => {
                let counted = super::count_alone(app, procedure, earlier, first, now, Vec::new()).await?;
                figures(&counted.rollup)
            }
        };
        all.extend(read(which, figures));
    }
    Ok(all)
}

/// The part of kept figures that is compared; nothing where an older shape has no such part.
fn read(which: &str, figures: Map<String, Value>) -> Option<Compared> {
    let kpis = figures.get("kpis").and_then(Value::as_array).cloned();
    let mut compared: Compared = serde_json::from_value(Value::Object(figures)).ok()?;
    which.clone_into(&mut compared.which);
    let values = kpis.into_iter().flatten().filter_map(|kpi| {
        let value = kpi["value"].as_str()?.parse().ok()?;
        Some((kpi["id"].as_str()?.to_owned(), value))
    });
    compared.values = values.collect();
    Some(compared)
}
