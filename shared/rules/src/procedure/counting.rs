//! Counters (计数): which complaints count together in which window of time.

use chrono::Datelike;

use super::Procedure;
use super::condition::Situation;
use super::model::{Counter, Window};
use crate::domain::chain::hash;
use crate::domain::complaint::Complaint;
use crate::domain::names::RuleId;
use crate::domain::value::Value;

/// Where a complaint counts under one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The counter's rule.
    pub rule: RuleId,
    /// The window: the month, quarter or year of receipt.
    pub period: String,
    /// The values it shares with the others that count there, in the counter's order.
    pub values: Vec<String>,
}

impl Counted {
    /// A short name of the place; the same for the same rule, window and values, however they are written.
    pub fn key(&self) -> String {
        let plain = self.values.iter().map(|value| value.trim().to_lowercase());
        let values = plain.collect::<Vec<_>>().join("\n");
        let digest: String = hash(values.as_bytes()).chars().take(24).collect();
        format!("{}#{}#{digest}", self.rule, self.period)
    }
}

/// Where a complaint counts. Enquiries, merged complaints and those that lack one of the values count nowhere.
pub fn counted(procedure: &Procedure, complaint: &Complaint) -> Vec<Counted> {
    if !complaint.clocks_run() {
        return Vec::new();
    }
    let rules = procedure.pack.counter.iter();
    rules.filter_map(|rule| place(rule, complaint)).collect()
}

fn place(rule: &Counter, complaint: &Complaint) -> Option<Counted> {
    if !rule.when.holds(complaint) {
        return None;
    }
    let value = |key: &str| -> Option<String> {
        let value = match complaint.field(key) {
            // What is kept apart for erasing is sealed for each complaint: it is never the same twice.
            Some(Value::Words(_) | Value::Face(_)) => None,
            Some(plain) => Some(plain.plain()),
            None => complaint.axis(key).map(str::to_owned),
        };
        value.filter(|value| !value.trim().is_empty())
    };
    let values: Option<Vec<String>> = rule.same.iter().map(|key| value(key.as_str())).collect();
    let day = complaint.received_at.date_naive();
    let period = match rule.window {
        Window::Month => day.format("%Y-%m").to_string(),
        Window::Quarter => format!("{:04}Q{}", day.year(), day.month0() / 3 + 1),
        Window::Year => format!("{:04}", day.year()),
    };
    Some(Counted {
        rule: rule.rule.clone(),
        period,
        values: values?,
    })
}
