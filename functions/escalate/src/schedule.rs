//! What a schedule asks for: the sweep of each minute, or the digest of the morning.

use chrono::{DateTime, Utc};
use kesu_app::{App, Problem};
use serde_json::Value;

use crate::{Report, digest, run};

/// Handles a call of a schedule: `{"task":"digest"}` writes the digest of the day, everything else sweeps.
///
/// # Errors
/// When the store does not answer; what was done is done, and the next call goes on from there.
pub async fn on_schedule(app: &App, event: &Value, now: DateTime<Utc>) -> Result<Report, Problem> {
    match event.get("task").and_then(Value::as_str) {
        Some("digest") => {
            let letters = digest(app, now).await?;
            tracing::info!(letters, "the digest is out");
            Ok(Report {
                letters,
                ..Report::default()
            })
        }
        _ => run(app, now).await,
    }
}
