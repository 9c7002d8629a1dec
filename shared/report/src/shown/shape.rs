//! What people read of a rollup: the shape that the API, the workbook and the letter have in common.

use std::collections::BTreeMap;

use kesu_rules::clock::Moment;
use kesu_rules::rollup::{Outcome, Overdue, Ranked, Signal, Target, Trend};
use rust_decimal::Decimal;
use serde::Serialize;

/// A rollup as people read it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// `2026-11`, `2026Q4`, `2026`.
    pub period: String,
    /// Its first and its last month.
    pub months: (String, String),
    /// As of which moment the figures are.
    pub as_of: Moment,
    /// Received, closed, open, overdue, and what was no complaint.
    pub complaints: Vec<Headline>,
    /// The earlier periods that figures stand beside: the one before, and the same a year before.
    pub compared: Vec<Earlier>,
    /// Days from receipt to closing.
    pub closing: Closing,
    /// The procedure's key figures.
    pub kpis: Vec<KeyFigure>,
    /// Complaints received, by one axis after the other, each in Pareto order.
    pub axes: Vec<Axis>,
    /// Counts and rates by month.
    pub trends: Vec<Drawing>,
    /// What needs a look.
    pub signals: Vec<Alarm>,
    /// Limits that were due.
    pub on_time: Vec<Kept>,
    /// What is overdue at the end, the longest first.
    pub overdue: Vec<Late>,
    /// Duties that fell due.
    pub duties: Vec<DutyShown>,
    /// Figures that somebody must enter before rates can be told.
    pub missing: Vec<Missing>,
    /// Sums by field and currency.
    pub money: Vec<Sum>,
    /// Reactions of customers to answers.
    pub reactions: Vec<Counted>,
    /// Customers who were asked whether they are satisfied, and what they answered; empty where nobody was.
    pub survey: Vec<Counted>,
    /// Pieces that came back or were exchanged.
    pub returned: Decimal,
}

/// Which complaints a count is about: those received in these months, with this value in this column of the register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filter {
    /// The column; nothing for all.
    pub field: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// The first month of receipt; nothing where older ones count too.
    pub from: Option<String>,
    /// The last month of receipt.
    pub to: String,
}

/// One of the five counts.
#[derive(Clone, Debug, Serialize)]
pub struct Headline {
    /// `received`, `closed`, `open_at_end`, `overdue_at_end`, `not_complaints`.
    pub key: &'static str,
    /// What it is called.
    pub title: String,
    /// How many.
    pub n: u64,
    /// In the period before.
    pub before: Option<u64>,
    /// A year before.
    pub year_before: Option<u64>,
    /// Which complaints.
    pub filter: Filter,
}

/// An earlier period.
#[derive(Clone, Debug, Serialize)]
pub struct Earlier {
    /// `before` or `year_before`.
    pub which: String,
    /// Which period.
    pub period: String,
}

/// Days to closing.
#[derive(Clone, Debug, Serialize)]
pub struct Closing {
    /// Half took no longer, with the period before and a year before.
    pub median: [Option<f64>; 3],
    /// Nine of ten took no longer.
    pub p90: [Option<f64>; 3],
    /// How many took no longer than so many days and longer than the bound before.
    pub times: Vec<ClosedIn>,
}

/// A bar of the closing times.
#[derive(Clone, Debug, Serialize)]
pub struct ClosedIn {
    /// The bound; nothing for the rest.
    pub days: Option<u64>,
    /// What it is called.
    pub title: String,
    /// How many.
    pub n: u64,
}

/// A light; the words beside it say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// The target is met.
    Green,
    /// It cannot be told: figures are missing.
    Amber,
    /// The target is missed.
    Red,
    /// There is no target, or nothing to measure.
    Grey,
}

impl Light {
    pub(super) fn of(kpi: &Outcome) -> Self {
        match (kpi.met, kpi.missing.is_empty()) {
            (Some(true), _) => Self::Green,
            (Some(false), _) => Self::Red,
            (None, false) => Self::Amber,
            (None, true) => Self::Grey,
        }
    }

    /// The light's key among the words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Green => "light_green",
            Self::Amber => "light_amber",
            Self::Red => "light_red",
            Self::Grey => "light_grey",
        }
    }
}

/// A key figure.
#[derive(Clone, Debug, Serialize)]
pub struct KeyFigure {
    /// Catalogue id.
    pub id: String,
    /// What it says.
    pub title: String,
    /// The clause.
    pub source: String,
    /// Why its formula was assumed.
    pub assumed: Option<String>,
    /// The value.
    pub value: Option<Decimal>,
    /// `percent`, `count`, `pieces`, or nothing for an entered figure.
    pub unit: Option<String>,
    /// Numerator and denominator.
    pub of: Option<(Decimal, Decimal)>,
    /// What the source demands.
    pub target: Option<Target>,
    /// The target in words.
    pub target_text: String,
    /// The light.
    pub light: Light,
    /// The same in words.
    pub light_text: String,
    /// Where the value comes from.
    pub by: BTreeMap<String, Decimal>,
    /// Its value in the period before.
    pub before: Option<Decimal>,
    /// Its value a year before.
    pub year_before: Option<Decimal>,
    /// Figures that somebody must enter first, by name and month.
    pub missing: Vec<String>,
}

/// An axis with its values.
#[derive(Clone, Debug, Serialize)]
pub struct Axis {
    /// `class`, `cause`, `product`, `month`, …
    pub axis: String,
    /// What it is called.
    pub title: String,
    /// The register's column that holds it: a column of the grid, `fields.<key>` or `axes.<name>`; nothing for months.
    pub field: Option<String>,
    /// Complaints in which it is said.
    pub of: u64,
    /// Its values, the most frequent first; months in their order.
    pub rows: Vec<Row>,
}

/// A value of an axis.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its place in the Pareto order, with its shares.
    #[serde(flatten)]
    pub ranked: Ranked,
    /// What it is called.
    pub label: String,
    /// In the period before.
    pub before: Option<u64>,
    /// A year before.
    pub year_before: Option<u64>,
    /// Which complaints.
    pub filter: Filter,
}

/// A trend with its title.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// What it is of.
    pub title: String,
    /// Its months.
    #[serde(flatten)]
    pub trend: Trend,
    /// The register's column that holds the value; nothing for all.
    pub field: Option<String>,
}

impl Drawing {
    /// Whether any of its months gives a signal.
    pub fn signals(&self) -> bool {
        self.trend.months.iter().any(|month| !month.signals.is_empty())
    }
}

/// A signal with its words.
#[derive(Clone, Debug, Serialize)]
pub struct Alarm {
    /// The signal.
    #[serde(flatten)]
    pub signal: Signal,
    /// What it says.
    pub text: String,
    /// Which complaints.
    pub filter: Filter,
}

/// A limit with how often it was kept.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// The rule.
    pub rule: String,
    /// What it says.
    pub title: String,
    /// Due in the period.
    pub due: u64,
    /// Met in time.
    pub met: u64,
    /// Per cent, to a hundredth.
    pub share: Option<f64>,
}

/// What is overdue.
#[derive(Clone, Debug, Serialize)]
pub struct Late {
    /// Its number, limit and moment.
    #[serde(flatten)]
    pub overdue: Overdue,
    /// What the limit says.
    pub title: String,
}

/// A duty that fell due.
#[derive(Clone, Debug, Serialize)]
pub struct DutyShown {
    /// The duty.
    pub rule: String,
    /// What it says.
    pub title: String,
    /// Which occurrence.
    pub period: String,
    /// Who owes it.
    pub owner: String,
    /// When it was due.
    pub due_at: Moment,
    /// When it was done.
    pub done_at: Option<Moment>,
    /// `done`, `done_late`, `missed`, `due`.
    pub state: String,
    /// The same in words.
    pub state_text: String,
}

/// A figure that somebody must enter.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its name.
    pub figure: String,
    /// What it is called.
    pub title: String,
    /// For which months.
    pub months: Vec<String>,
}

/// A sum.
#[derive(Clone, Debug, Serialize)]
pub struct Sum {
    /// The field.
    pub field: String,
    /// What it is called.
    pub title: String,
    /// The currency.
    pub currency: String,
    /// The sum.
    pub sum: Decimal,
}

/// Something counted.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// Which.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// How many.
    pub n: u64,
}
