//! What a pack says of key figures (指标): how each is measured, and what it should be.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Wording;
use crate::domain::names::{FieldKey, RuleId};

/// An indicator; its formula is the rollup's business.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    /// Catalogue id.
    pub rule: RuleId,
    /// What it says.
    pub title: Wording,
    /// How it is measured.
    pub measure: Measure,
    /// The limits whose keeping it measures.
    #[serde(default)]
    pub rules: Vec<RuleId>,
    /// The fields whose sums it adds up.
    #[serde(default)]
    pub fields: Vec<FieldKey>,
    /// The entered figure that it is set against.
    #[serde(default)]
    pub figure: Option<String>,
    /// The most it may be, if the source says so.
    #[serde(default)]
    pub at_most: Option<Decimal>,
    /// The least it must be.
    #[serde(default)]
    pub at_least: Option<Decimal>,
    /// The clause.
    pub source: String,
    /// Why the formula was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// The entered figures of surveys that were made elsewhere: how many replied, and how many of them are satisfied.
pub const SURVEYED: [&str; 2] = ["survey_replies", "survey_satisfied"];

impl Kpi {
    /// The figures that may be entered for it by month.
    pub fn figures(&self) -> impl Iterator<Item = &str> {
        let elsewhere = SURVEYED.into_iter().filter(|_| self.measure == Measure::Surveyed);
        self.figure.as_deref().into_iter().chain(elsewhere)
    }
}

/// How a key figure is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Complaints received.
    Count,
    /// Complaints received, per cent of an entered figure (deliveries).
    ComplaintsOf,
    /// Pieces returned or exchanged, per cent of an entered figure (units).
    ReturnedOf,
    /// Sums of the named fields, per cent of an entered figure (sales).
    CostOf,
    /// Limits met in time, per cent of those that were due.
    OnTime,
    /// Answers that were accepted, per cent of those to which the customer reacted.
    Accepted,
    /// Customers who said in a survey that they are satisfied, per cent of those who answered; where nobody did, the mean of
    /// the entered figure, if one is named.
    Surveyed,
    /// The most complaints of one cause in a calendar quarter.
    SameCause,
    /// The most pieces of one complaint.
    Pieces,
    /// The largest deviation of a quoted price from the list, per cent.
    Deviation,
    /// The mean of an entered figure (rating, survey).
    Entered,
}

impl Measure {
    /// Whether it needs a figure that somebody enters.
    pub fn wants_figure(self) -> bool {
        matches!(
            self,
            Self::ComplaintsOf | Self::ReturnedOf | Self::CostOf | Self::Entered
        )
    }
}
