//! The schedule's side of rollups (汇总): every period that has ended and was not counted yet, and what left its limits in the one
//! that runs. How they are counted, kept and laid out is `kesu-report`'s, which the office uses too.

use chrono::{DateTime, Utc};
use kesu_app::{App, Problem};
use serde::Serialize;

/// What a day's run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Periods that were counted, as `P19 2026Q3`.
    pub counted: Vec<String>,
    /// Letters of early warning.
    pub warnings: u64,
}

/// Counts what has ended and warns of what runs. Running it again changes nothing and writes to nobody.
///
/// # Errors
/// When the store does not answer; the next run goes on from there.
pub async fn daily(app: &App, now: DateTime<Utc>) -> Result<Day, Problem> {
    let counted = kesu_report::catch_up(app, now).await?.counted;
    let warnings = kesu_report::warn(app, now).await?;
    if warnings > 0 {
        tracing::info!(warnings, "early warnings are owed");
    }
    Ok(Day { counted, warnings })
}
