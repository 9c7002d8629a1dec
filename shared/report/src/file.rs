//! The workbook of a version: made when the version is, kept beside it, and the same bytes for ever.

use chrono::{DateTime, Utc};
use kesu_app::app::DeskWork;
use kesu_app::{App, Problem};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::rollup::Period;

use crate::book::{Paper, rows, workbook};
use crate::{Counted, Version, count, desk_of, first_month, kept};

/// The workbook of a version, as a file. One that was not kept (nowhere to keep files, or a crash between the two) is made anew,
/// as long as the register still says the same; of a running period it is made each time.
///
/// # Errors
/// Refuses when the figures moved since and the file is gone; or the store does not answer.
pub async fn file(
    app: &App,
    procedure: &str,
    period: Period,
    version: &Version,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Problem> {
    let name = name(procedure, &period.to_string(), version.version);
    if version.version > 0
        && let Some(kept) = app.blobs.report(&name).await?
    {
        return Ok(kept);
    }
    let first = first_month(app, period).await?;
    let counted = count(app, procedure, period, first, now).await?;
    if version.version == 0 {
        return made(
            app,
            procedure,
            period,
            &Version::running(&counted.rollup),
            &counted,
            now,
        )
        .await;
    }
    if kept::figures(&counted.rollup) != version.figures {
        let refusal = Refusal::of("rollup_moved").about("period");
        return Err(refusal.with("value", period.to_string()).into());
    }
    keep(app, procedure, period, version, &counted, now).await
}

/// Makes the workbook of a version and keeps it where files are kept.
pub(crate) async fn keep(
    app: &App,
    procedure: &str,
    period: Period,
    version: &Version,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Problem> {
    let bytes = made(app, procedure, period, version, counted, now).await?;
    let name = name(procedure, &period.to_string(), version.version);
    match app.blobs.keep_report(&name, bytes.clone()).await {
        // Nowhere to keep files: it is made anew when somebody asks.
        Ok(()) | Err(Problem::Unsupported { .. }) => Ok(bytes),
        Err(problem) => Err(problem),
    }
}

async fn made(
    app: &App,
    procedure: &str,
    period: Period,
    version: &Version,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, Problem> {
    let desk: DeskWork = desk_of(app, procedure, period, now).await?;
    let paper = Paper {
        version,
        rollup: &counted.rollup,
        rows: &rows(period, &desk.clock(), &counted.lines),
        procedure: &desk.procedure,
        company: &app.settings.company,
        language: desk.procedure.pack.procedure.language,
    };
    workbook(&paper).map_err(|error| {
        tracing::error!(%error, "a report could not be laid out");
        Problem::Fault
    })
}

/// Under which name the workbook is kept.
pub(crate) fn name(procedure: &str, period: &str, version: u64) -> String {
    let id = hash(format!("{procedure}/{period}/{version}").as_bytes());
    let id: String = id.chars().take(32).collect();
    format!("{id}.xlsx")
}
