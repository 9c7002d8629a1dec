//! Sums of what was read, by month and status, and beside the rows in which the ledger adds up itself.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::draft::Draft;

/// How many complaints and how much of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Complaints.
    pub records: u64,
    /// Claims, in yuan.
    pub claim_amount: Decimal,
    /// What was defective.
    pub defect_qty: Decimal,
    /// Out of how many.
    pub total_qty: Decimal,
}

impl Figures {
    fn add(&mut self, more: &Figures) {
        self.records += more.records;
        for (sum, more) in [
            (&mut self.claim_amount, more.claim_amount),
            (&mut self.defect_qty, more.defect_qty),
            (&mut self.total_qty, more.total_qty),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

/// The sums of a sheet or a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Of all.
    pub all: Figures,
    /// By month of complaint (`2024-03`); empty where it has no date.
    pub by_month: BTreeMap<String, Figures>,
    /// By status; empty where it has none.
    pub by_status: BTreeMap<String, Figures>,
}

impl Sums {
    /// Adds those of another sheet.
    pub fn add(&mut self, other: &Sums) {
        self.all.add(&other.all);
        for (mine, others) in [
            (&mut self.by_month, &other.by_month),
            (&mut self.by_status, &other.by_status),
        ] {
            for (key, figures) in others {
                mine.entry(key.clone()).or_default().add(figures);
            }
        }
    }
}

/// A figure of a row in which the ledger adds up, beside what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subtotal {
    /// The row.
    pub row: u32,
    /// What it calls itself: `3月小计`.
    pub label: String,
    /// The header of the column; empty for the number of complaints.
    pub header: String,
    /// What the ledger says.
    pub stated: Decimal,
    /// What was read since the last such row, or since the table began, whichever is nearer.
    pub found: Decimal,
    /// Whether they are equal.
    pub agrees: bool,
}

/// Running sums.
#[derive(Default)]
pub struct Tally {
    /// By month and status.
    pub sums: Sums,
    /// Column to its sum since the table began, and since the last row that adds up.
    columns: BTreeMap<u32, (Decimal, Decimal)>,
    records: (u64, u64),
}

impl Tally {
    /// Adds a record.
    pub fn add(&mut self, draft: &Draft) {
        let number = |name: &str| match draft.fields.get(name) {
            Some(Json::Number(number)) => number.to_string().parse().unwrap_or_default(),
            _ => Decimal::ZERO,
        };
        let figures = Figures {
            records: 1,
            claim_amount: draft.amount.unwrap_or_default(),
            defect_qty: number("defect_qty"),
            total_qty: number("total_qty"),
        };
        self.sums.all.add(&figures);
        let text = |name: &str| draft.fields.get(name).and_then(Json::as_str).unwrap_or_default();
        let month = text("complaint_date").get(..7).unwrap_or_default();
        add_to(&mut self.sums.by_month, month, &figures);
        add_to(&mut self.sums.by_status, text("status"), &figures);
        self.records.0 += 1;
        self.records.1 += 1;
        self.add_numbers(draft);
    }

    /// Adds the numbers of a row that was rejected: the ledger adds them up too.
    pub fn add_numbers(&mut self, draft: &Draft) {
        for (column, number) in &draft.numbers {
            let (whole, part) = self.columns.entry(*column).or_default();
            *whole = whole.saturating_add(*number);
            *part = part.saturating_add(*number);
        }
    }

    /// Compares a figure that the ledger states with what was added up; `None` asks for the number of complaints.
    pub fn compare(&self, column: Option<u32>, stated: Decimal) -> (Decimal, bool) {
        let (whole, part) = match column {
            Some(column) => self.columns.get(&column).copied().unwrap_or_default(),
            None => (self.records.0.into(), self.records.1.into()),
        };
        if stated == whole || stated == part {
            return (stated, true);
        }
        let nearer = (stated.saturating_sub(part)).abs() <= (stated.saturating_sub(whole)).abs();
        (if nearer { part } else { whole }, false)
    }

    /// Begins anew behind a row that adds up.
    pub fn next_part(&mut self) {
        self.columns.values_mut().for_each(|(_, part)| *part = Decimal::ZERO);
        self.records.1 = 0;
    }

    /// Begins anew with a table.
    pub fn next_table(&mut self) {
        self.columns.clear();
        self.records = (0, 0);
    }
}

fn add_to(sums: &mut BTreeMap<String, Figures>, key: &str, figures: &Figures) {
    match sums.get_mut(key) {
        Some(sum) => sum.add(figures),
        None => drop(sums.insert(key.to_owned(), figures.clone())),
    }
}
