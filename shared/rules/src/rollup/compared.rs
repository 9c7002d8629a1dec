//! What a period is compared with: the period before it, and the same one a year before.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ClosingDays, Complaints};

/// The figures of an earlier period that stand beside those of this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// `before` or `year_before`.
    #[serde(default)]
    pub which: String,
    /// The earlier period.
    pub period: String,
    /// How many complaints.
    pub complaints: Complaints,
    /// Days from receipt to closing.
    pub closing_days: ClosingDays,
    /// Values of the key figures that had one, by id.
    #[serde(default)]
    pub values: BTreeMap<String, Decimal>,
    /// Complaints received, by axis and value.
    pub by: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Only what this period counts too, so that a rollup stays small.
pub(super) fn shortened(mut all: Vec<Compared>, by: &BTreeMap<String, BTreeMap<String, u64>>) -> Vec<Compared> {
    for one in &mut all {
        one.by.retain(|axis, values| {
            let own = by.get(axis).filter(|_| axis != "month");
            values.retain(|value, _| own.is_some_and(|own| own.contains_key(value)));
            !values.is_empty()
        });
    }
    all
}
