//! Rollups (汇总): a fold of a period's complaints into figures, key figures with their targets, and early signals.
//!
//! A complaint becomes a [`Line`], the lines of a period become [`Figures`], and these a [`Rollup`]: what is stored, mailed and
//! signed. Everything is as of the period's end, by what the records say today; the same records give the same bytes.

mod compared;
mod control;
mod figures;
mod kpi;
mod line;
mod merged;
mod period;
mod ranked;
mod series;
mod trend;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use compared::Compared;
pub use control::{Chart, Drawn, Point, draw};
pub use figures::{Figures, Kept, MOST_ENTRIES, OTHER, Surveyed};
pub use kpi::{Denominators, Outcome, Target};
pub use line::{Limit, Line, Span, as_of};
pub use period::{NoPeriod, Period};
pub use ranked::{CLOSING_DAYS, ClosedWithin, Customer, MOST_CUSTOMERS, MOST_OVERDUE, Overdue, Ranked, ranked};
pub use series::{PAST_MONTHS, Series, Signal, past_months};
pub use trend::{Month, Trend};

use crate::clock::{Clock, Moment};
use crate::domain::names::{ProcedureId, RuleId};
use crate::procedure::Procedure;

/// The figures of one procedure and one period, as the contract shapes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rollup {
    /// `2026-11`, `2026Q4`, `2026`.
    pub period: String,
    /// Whose.
    pub procedure: ProcedureId,
    /// The moment as of which the figures are: the period's end, or now while it runs.
    pub as_of: Moment,
    /// How many complaints.
    pub complaints: Complaints,
    /// Complaints received, by axis and value.
    pub by: BTreeMap<String, BTreeMap<String, u64>>,
    /// Limits due in the period, by rule.
    pub on_time: BTreeMap<RuleId, Counts>,
    /// Days from receipt to closing of what was closed in the period.
    pub closing_days: ClosingDays,
    /// The procedure's key figures.
    pub kpis: Vec<Outcome>,
    /// What leaves its limits, and counters that were exceeded.
    pub signals: Vec<Signal>,
    /// The procedure's duties that fell due.
    pub duties: Vec<DutyLine>,
    /// Sums by field and currency.
    pub money: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// Reactions of customers to answers.
    pub reactions: BTreeMap<String, u64>,
    /// Customers who were asked whether they are satisfied, and what they answered.
    #[serde(default, skip_serializing_if = "Surveyed::is_empty")]
    pub survey: Surveyed,
    /// Pieces that came back or were exchanged.
    pub returned: Decimal,
    /// How long what was closed in the period had taken.
    #[serde(default)]
    pub closing_times: Vec<ClosedWithin>,
    /// The customers with the most complaints received, by the numbers of these; who they are is not kept here.
    #[serde(default)]
    pub customers: Vec<Customer>,
    /// What is overdue at the end, the longest first.
    #[serde(default)]
    pub overdue: Vec<Overdue>,
    /// Counts and rates by month, with control limits where the past says what is usual.
    #[serde(default)]
    pub trends: Vec<Trend>,
    /// The period before, and the same period a year before, where the register reaches so far back.
    #[serde(default)]
    pub compared: Vec<Compared>,
}

/// How many complaints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaints {
    /// Received in the period.
    pub received: u64,
    /// Closed in the period.
    pub closed: u64,
    /// Open at its end.
    pub open_at_end: u64,
    /// Open at its end with a limit that has passed.
    pub overdue_at_end: u64,
    /// What came in and was no complaint.
    pub not_complaints: u64,
}

/// How many limits were due, and how many were met in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Due in the period.
    pub due: u64,
    /// Met in time.
    pub met: u64,
}

/// Days to closing; nothing where nothing was closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClosingDays {
    /// Half took no longer.
    pub median: Option<f64>,
    /// Nine of ten took no longer.
    pub p90: Option<f64>,
}

/// An occurrence of a duty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DutyLine {
    /// The duty.
    pub rule: RuleId,
    /// Which occurrence.
    pub period: String,
    /// Who owes it.
    pub owner: String,
    /// When it was due.
    pub due_at: Moment,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Moment>,
    /// `done`, `done_late`, `missed`, `due`.
    pub state: Cow<'static, str>,
}

/// What a rollup is made of.
pub struct Material<'a> {
    /// The procedure whose key figures and targets count.
    pub procedure: &'a Procedure,
    /// Its clock.
    pub clock: Clock<'a>,
    /// All lines that can matter: received in the period, or open, closed or due in it.
    pub lines: &'a [Line],
    /// Counts of the months before, for what is usual.
    pub series: &'a [Series],
    /// Entered figures.
    pub entered: &'a Denominators,
    /// Occurrences of duties due in the period.
    pub duties: Vec<DutyLine>,
    /// What the period is compared with.
    pub compared: Vec<Compared>,
    /// The moment of asking.
    pub now: Moment,
}

impl Rollup {
    /// The rollup of a period.
    pub fn of(period: Period, material: Material<'_>) -> Self {
        let (procedure, clock) = (material.procedure, &material.clock);
        let figures = Figures::of(period, clock, material.lines);
        let months: Vec<String> = period.months().map(|month| month.to_string()).collect();
        let mut signals: Vec<Signal> = material
            .series
            .iter()
            .flat_map(|series| series.signals(period))
            .collect();
        let trends = trend::trends(period, &procedure.pack.kpi, material.series, material.entered);
        signals.extend(trends.iter().flat_map(|trend| trend.signals(period)));
        signals.extend(
            figures
                .excesses
                .iter()
                .map(|((rule, values), n)| Signal::exceeded(rule, values, *n)),
        );
        Self {
            period: period.to_string(),
            procedure: procedure.pack.procedure.id.clone(),
            as_of: as_of_end(period, clock, material.now),
            complaints: Complaints {
                received: figures.received,
                closed: figures.closed,
                open_at_end: figures.open_at_end,
                overdue_at_end: figures.overdue_at_end,
                not_complaints: figures.other,
            },
            on_time: figures
                .on_time
                .iter()
                .map(|(rule, kept)| {
                    (
                        rule.clone(),
                        Counts {
                            due: kept.due,
                            met: kept.met,
                        },
                    )
                })
                .collect(),
            closing_days: ClosingDays {
                median: figures.closing_days(0.5),
                p90: figures.closing_days(0.9),
            },
            kpis: kpi::kpis(&procedure.pack.kpi, &figures, &months, material.entered),
            signals,
            duties: material.duties,
            closing_times: ranked::closed_within(&figures.closing_hours),
            customers: ranked::customers(&figures.customers),
            overdue: ranked::overdue(&figures.overdue),
            trends,
            compared: compared::shortened(material.compared, &figures.by),
            by: figures.by,
            money: figures.money,
            reactions: figures.reactions,
            survey: figures.survey,
            returned: figures.returned,
        }
    }
}

/// The moment as of which figures of a period are: its end, or now while it runs.
pub fn as_of_end(period: Period, clock: &Clock<'_>, now: Moment) -> Moment {
    now.min(period.ends(clock))
}
