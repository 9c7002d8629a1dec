//! What many complaints would have differed in, counted; their order does not matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Finding, Kind};

/// A count as it was, and as it would have been.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// As it was.
    pub before: u64,
    /// As it would have been.
    pub after: u64,
}

impl Pair {
    fn add(&mut self, other: Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

/// The sums over complaints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Complaints looked at.
    pub complaints: u64,
    /// Those that would differ in anything.
    pub differ: u64,
    /// Those whose class stays as it was because the words are gone.
    pub text_missing: u64,
    /// Complaints that differ, by what they differ in.
    pub by_kind: BTreeMap<&'static str, u64>,
    /// Limits missed.
    pub late: Pair,
    /// Approvals asked for.
    pub approvals: Pair,
    /// Letters; one about several limits counts once for each.
    pub letters: Pair,
    /// Complaints with a step that would have been refused, by the reason's code.
    pub refused: BTreeMap<String, u64>,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            complaints: 0,
            differ: 0,
            text_missing: 0,
            by_kind: Kind::ALL.iter().map(|kind| (kind.name(), 0)).collect(),
            late: Pair::default(),
            approvals: Pair::default(),
            letters: Pair::default(),
            refused: BTreeMap::new(),
        }
    }
}

impl Totals {
    /// Counts one complaint.
    pub fn add(&mut self, finding: &Finding) {
        self.complaints += 1;
        self.text_missing += u64::from(finding.text_missing);
        self.late.add(finding.late);
        self.approvals.add(finding.approvals);
        self.letters.add(finding.letters);
        let Some(difference) = &finding.difference else { return };
        self.differ += 1;
        for kind in &difference.kinds {
            *self.by_kind.entry(kind.name()).or_default() += 1;
        }
        let mut codes: Vec<&str> = difference
            .refused
            .iter()
            .map(|step| step.refusal.code.as_str())
            .collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            *self.refused.entry(code.to_owned()).or_default() += 1;
        }
    }
}
