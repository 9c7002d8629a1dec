//! Rollups (汇总): counts a month, a quarter or a year of a procedure, keeps what it counted in versions, and catches up on
//! periods that ended while nobody counted.
//!
//! The schedule, the office and the command all count here, so that a figure has one way to come about.

pub mod book;
mod compare;
mod file;
mod gather;
mod kept;
mod letter;
mod lines;
mod shown;
mod warn;
mod words;

use chrono::{DateTime, Days, Utc};
use kesu_app::app::DeskWork;
use kesu_app::{App, Problem, denominators, duties};
use kesu_rules::rollup::{Compared, DutyLine, Line, Material, Period, Rollup, past_months};
use serde::Serialize;

pub use file::file;
use gather::{first_month, gather};
pub use kept::{Moved, Version, all, newest, version, versions};
pub use shown::{Filter, Light, Shown, shown};
pub use warn::warn;

/// Periods that ended longer ago are counted only when somebody asks for them.
const CATCH_UP: Days = Days::new(400);

/// Counts a period of a procedure; one that has ended is kept. Costs a row of an index for each complaint of the register, and a
/// head for each that came in in the period or was still open then, unless it has not changed since it was last counted.
///
/// # Errors
/// When there is no such procedure, or the store does not answer.
pub async fn run(app: &App, procedure: &str, period: Period, now: DateTime<Utc>) -> Result<Version, Problem> {
    let first = first_month(app, period).await?;
    let counted = count(app, procedure, period, first, now).await?;
    if counted.rollup.as_of.to_utc() < now {
        closed(app, procedure, period, &counted, now).await
    } else {
        Ok(Version::running(&counted.rollup))
    }
}

/// Keeps what was counted, lays out a new version as a workbook, and writes to those who are to read it.
async fn closed(
    app: &App,
    procedure: &str,
    period: Period,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<Version, Problem> {
    let (version, new) = kept::keep(app, &counted.rollup, now).await?;
    if new {
        file::keep(app, procedure, period, &version, counted, now).await?;
    }
    let desk = desk_of(app, procedure, period, now).await?;
    letter::tell(app, &desk, period, &version, now).await?;
    Ok(version)
}

/// Counts a period as it stands and keeps nothing: version 0.
///
/// # Errors
/// As [`run`].
pub async fn look(app: &App, procedure: &str, period: Period, now: DateTime<Utc>) -> Result<Version, Problem> {
    let first = first_month(app, period).await?;
    let counted = count(app, procedure, period, first, now).await?;
    Ok(Version::running(&counted.rollup))
}

/// What was counted, with what it was counted from.
struct Counted {
    rollup: Rollup,
    lines: Vec<Line>,
}

/// The figures of a period, in a register that began with the month `first`, beside those of the periods it is compared with.
async fn count(
    app: &App,
    procedure: &str,
    period: Period,
    first: Period,
    now: DateTime<Utc>,
) -> Result<Counted, Problem> {
    let compared = compare::with(app, procedure, period, first, now).await?;
    count_alone(app, procedure, period, first, now, compared).await
}

async fn count_alone(
    app: &App,
    procedure: &str,
    period: Period,
    first: Period,
    now: DateTime<Utc>,
    compared: Vec<Compared>,
) -> Result<Counted, Problem> {
    let desk = desk_of(app, procedure, period, now).await?;
    let gathered = gather(app, &desk, period, first, now).await?;
    let mut months = past_months(period);
    months.extend(period.months().map(|month| month.to_string()));
    let material = Material {
        procedure: &desk.procedure,
        clock: desk.clock(),
        lines: &gathered.lines,
        series: &gathered.series,
        entered: &denominators::read(app, &months).await?,
        duties: duties_of(app, &desk, period, now).await?,
        compared,
        now: desk.local(now),
    };
    let rollup = Rollup::of(period, material);
    let lines = gathered.lines;
    Ok(Counted { rollup, lines })
}

/// The procedure's version in force at a period's end, or now while it runs: it says what the key figures and targets are.
///
/// # Errors
/// When there is no such procedure, or the store does not answer.
pub async fn desk_of(app: &App, procedure: &str, period: Period, now: DateTime<Utc>) -> Result<DeskWork, Problem> {
    let desk = app.desk_at(procedure, now).await?;
    let ends = period.ends(&desk.clock());
    match app.desk_at(procedure, ends.to_utc().min(now)).await {
        Err(Problem::NotFound) => Ok(desk),
        other => other,
    }
}

/// The duties of the procedure that fell due in the period.
async fn duties_of(app: &App, desk: &DeskWork, period: Period, now: DateTime<Utc>) -> Result<Vec<DutyLine>, Problem> {
    let clock = desk.clock();
    let (from, to) = (period.begins(&clock), period.ends(&clock));
    let at = desk.local(now).min(to);
    let mut lines = Vec::new();
    let prefix = format!("{}/", desk.procedure.pack.procedure.id);
    let mut cursor = None;
    loop {
        let (page, next) = duties::list(app, &prefix, cursor.as_deref()).await?;
        for (_, one) in page {
            // Due at 24:00 of the last day is due in the period.
            if one.due_at <= from || one.due_at > to || one.dropped {
                continue;
            }
            let done_at = one.done.as_ref().map(|(done, _)| *done).filter(|done| *done < at);
            let state = match done_at {
                Some(done) if done <= one.due_at => "done",
                Some(_) => "done_late",
                None if one.due_at <= at => "missed",
                None => "due",
            };
            let owner = duties::of(desk, one.rule.as_str()).map(|duty| duty.owner.to_string());
            lines.push(DutyLine {
                rule: one.rule,
                period: one.period,
                owner: owner.unwrap_or_default(),
                due_at: one.due_at,
                done_at,
                state: state.into(),
            });
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    lines.sort_by(|a, b| (a.due_at, &a.rule, &a.period).cmp(&(b.due_at, &b.rule, &b.period)));
    Ok(lines)
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Periods that were counted, as `P19 2026Q3`.
    pub counted: Vec<String>,
}

/// Counts every month, quarter and year that has ended and was not counted yet, the oldest first. Running it again, or twice
/// at once, changes nothing. A procedure under which nothing ever came in has no rollups.
///
/// # Errors
/// When the store does not answer; the next run goes on from there.
pub async fn catch_up(app: &App, now: DateTime<Utc>) -> Result<Report, Problem> {
    let mut report = Report::default();
    for id in app.settings.procedures.ids() {
        let today = app.desk(id).await?.local(now).date_naive();
        let mut missing = Vec::new();
        for period in ended(today) {
            match newest(app, id, &period.to_string()).await? {
                None => missing.push(period),
                // A run that broke off between keeping and writing is finished here.
                Some(kept) if letter::is_news(&kept, now) => {
                    let desk = desk_of(app, id, period, now).await?;
                    letter::tell(app, &desk, period, &kept, now).await?;
                }
                Some(_) => {}
            }
        }
        let Some(oldest) = missing.first() else { continue };
        let first = first_month(app, Period::month_of(today).max(*oldest)).await?;
        for period in missing.into_iter().filter(|period| period.after() > first.first()) {
            let counted = count(app, id, period, first, now).await?;
            if !counted.lines.is_empty() {
                closed(app, id, period, &counted, now).await?;
                report.counted.push(format!("{id} {period}"));
            }
        }
    }
    if !report.counted.is_empty() {
        tracing::info!(periods = report.counted.len(), "counted");
    }
    Ok(report)
}

/// The periods that ended lately, the earliest end first; of those that end together the shortest.
fn ended(today: chrono::NaiveDate) -> Vec<Period> {
    let Some(oldest) = today.checked_sub_days(CATCH_UP) else {
        return Vec::new();
    };
    let mut all = Vec::new();
    for newest in [
        Period::month_of(today),
        Period::quarter_of(today),
        Period::year_of(today),
    ] {
        let mut period = newest.before();
        while period.after() > oldest {
            all.push(period);
            period = period.before();
        }
    }
    all.sort_by_key(|period| (period.after(), std::cmp::Reverse(period.first())));
    all
}

#[cfg(test)]
mod tests;
