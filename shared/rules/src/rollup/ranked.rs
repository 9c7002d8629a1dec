//! Orders what was counted: Pareto with cumulative shares, how long closing took, which customers wrote most, what is overdue.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::names::RuleId;

/// A value with its count and its place in the Pareto order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// The value.
    pub value: String,
    /// How many.
    pub n: u64,
    /// Per cent of all, to a hundredth.
    pub share: f64,
    /// Per cent of all together with those before it, to a hundredth.
    pub cumulative: f64,
}

/// Counts in Pareto order: the most frequent first, equals by their names.
pub fn ranked(counts: &BTreeMap<String, u64>) -> Vec<Ranked> {
    let all: u64 = counts.values().sum();
    let percent = |n: u64| (n as f64 * 10_000.0 / (all.max(1)) as f64).round() / 100.0;
    let mut order: Vec<(&String, u64)> = counts.iter().map(|(value, n)| (value, *n)).collect();
    order.sort_by_key(|(value, n)| (std::cmp::Reverse(*n), *value));
    let mut sum = 0;
    order
        .into_iter()
        .map(|(value, n)| {
            sum += n;
            Ranked {
                value: value.clone(),
                n,
                share: percent(n),
                cumulative: percent(sum),
            }
        })
        .collect()
}

/// Bounds, in days, between which closing times are counted.
pub const CLOSING_DAYS: &[u64] = &[1, 3, 7, 15, 30, 60, 90];

/// How many took more days than the bound before and no more than this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedWithin {
    /// No more than so many days of 24 hours; nothing for the rest.
    pub days: Option<u64>,
    /// How many.
    pub n: u64,
}

pub(super) fn closed_within(hours: &BTreeMap<i64, u64>) -> Vec<ClosedWithin> {
    let mut from = -1;
    let bounds = CLOSING_DAYS.iter().map(|days| Some(*days)).chain([None]);
    bounds
        .map(|days| {
            let to = days.map_or(i64::MAX, |days| i64::try_from(days * 24).unwrap_or(i64::MAX));
            let within = hours.iter().filter(|(hours, _)| **hours > from && **hours <= to);
            let n = within.map(|(_, n)| n).sum();
            from = to;
            ClosedWithin { days, n }
        })
        .collect()
}

/// A customer of whom more than one complaint came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// How many complaints.
    pub n: u64,
    /// Their numbers; the first fifty.
    pub numbers: Vec<String>,
}

/// So many customers are listed.
pub const MOST_CUSTOMERS: usize = 10;
/// So many numbers of one customer.
const MOST_NUMBERS: usize = 50;

pub(super) fn customers(all: &BTreeMap<String, BTreeSet<String>>) -> Vec<Customer> {
    let mut order: Vec<&BTreeSet<String>> = all.values().filter(|numbers| numbers.len() > 1).collect();
    order.sort_by_key(|numbers| (std::cmp::Reverse(numbers.len()), numbers.first()));
    let told = |numbers: &BTreeSet<String>| Customer {
        n: numbers.len() as u64,
        numbers: numbers.iter().take(MOST_NUMBERS).cloned().collect(),
    };
    order.into_iter().take(MOST_CUSTOMERS).map(told).collect()
}

/// A complaint that is overdue, by the oldest limit that it missed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Its number.
    pub number: String,
    /// The limit.
    pub rule: RuleId,
    /// When it was due.
    pub due_at: Moment,
}

/// So many overdue complaints are listed.
pub const MOST_OVERDUE: usize = 200;

pub(super) fn overdue(all: &BTreeSet<(Moment, RuleId, String)>) -> Vec<Overdue> {
    let told = |(due_at, rule, number): &(Moment, RuleId, String)| Overdue {
        number: number.clone(),
        rule: rule.clone(),
        due_at: *due_at,
    };
    all.iter().take(MOST_OVERDUE).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_comes_first_and_the_shares_add_up() {
        let counts = [("a", 1), ("b", 6), ("c", 3)];
        let counts = counts.map(|(value, n)| (value.to_owned(), n)).into();
        let told: Vec<_> = ranked(&counts)
            .into_iter()
            .map(|one| (one.value, one.n, one.share, one.cumulative))
            .collect();
        let row = |value: &str, n, share, sum| (value.to_owned(), n, share, sum);
        assert_eq!(
            told,
            [
                row("b", 6, 60.0, 60.0),
                row("c", 3, 30.0, 90.0),
                row("a", 1, 10.0, 100.0)
            ]
        );
    }

    #[test]
    fn every_closing_time_falls_between_two_bounds() {
        let hours = [(0, 1), (24, 2), (25, 4), (72, 8), (5000, 16)].into();
        let told: Vec<u64> = closed_within(&hours).into_iter().map(|one| one.n).collect();
        assert_eq!(told, [3, 12, 0, 0, 0, 0, 0, 16]);
    }

    #[test]
    fn a_customer_of_one_complaint_is_no_heavy_one() {
        let set = |numbers: &[&str]| numbers.iter().map(|one| (*one).to_owned()).collect();
        let all = [
            ("x", set(&["1"])),
            ("y", set(&["2", "4"])),
            ("z", set(&["3", "5", "6"])),
        ];
        let all = all.map(|(key, numbers)| (key.to_owned(), numbers)).into();
        let told: Vec<u64> = customers(&all).into_iter().map(|one| one.n).collect();
        assert_eq!(told, [3, 2]);
    }
}
