//! Counts what the store consumes, as the service reports it: units per table and index, requests, items.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// Units consumed by the table itself or by one index.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Units {
    /// Write units (WRU), transactions at their doubled price.
    pub write: f64,
    /// Read units (RRU).
    pub read: f64,
}

/// Everything counted since the meter was made or last taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// By index name; the table itself is `""`.
    pub units: BTreeMap<String, Units>,
    /// Requests answered, refused ones included.
    pub requests: u64,
    /// Items that gets and queries returned.
    pub returned: u64,
    /// Items that queries and scans had to look at.
    pub evaluated: u64,
}

impl Figures {
    /// Write units of the table and its indexes together.
    pub fn writes(&self) -> f64 {
        self.units.values().map(|u| u.write).sum()
    }

    /// Read units of the table and its indexes together.
    pub fn reads(&self) -> f64 {
        self.units.values().map(|u| u.read).sum()
    }

    /// Units of one index, or of the table itself for `""`.
    pub fn of(&self, index: &str) -> Units {
        self.units.get(index).copied().unwrap_or_default()
    }
}

/// Whether a request writes or reads, which its capacity report does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Write,
    Read,
}

/// A shared counter; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Figures>>);

impl Meter {
    /// The figures so far.
    pub fn figures(&self) -> Figures {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The figures so far; counting starts again from nothing.
    pub fn take(&self) -> Figures {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn request(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).requests += 1;
    }

    pub(super) fn items(&self, returned: usize, evaluated: usize) {
        let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        figures.returned += returned as u64;
        figures.evaluated += evaluated as u64;
    }

    pub(super) fn consumed<'a>(&self, usage: Use, reports: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let mut figures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut add = |index: &str, units: Option<f64>, read: Option<f64>| {
            let entry = figures.units.entry(index.to_owned()).or_default();
            // A transaction repeated under its token is answered without writing and billed as a read.
            match (usage, read) {
                (Use::Write, Some(read)) if read > 0.0 => entry.read += read,
                (Use::Write, _) => entry.write += units.unwrap_or(0.0),
                (Use::Read, _) => entry.read += units.unwrap_or(0.0),
            }
        };
        for report in reports {
            match report.table() {
                Some(table) => add("", table.capacity_units(), table.read_capacity_units()),
                None => add("", report.capacity_units(), report.read_capacity_units()),
            }
            for (name, capacity) in report.global_secondary_indexes().into_iter().flatten() {
                add(name, capacity.capacity_units(), capacity.read_capacity_units());
            }
        }
    }
}
