//! The fold: lines of a period in, figures out. The order of the lines does not matter.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::line::{Limit, Line};
use super::merged::{Ones, joined};
use super::period::Period;
use crate::clock::{Clock, Moment};
use crate::domain::names::RuleId;
use crate::domain::survey::{Answer, Satisfied};

/// What may be counted under one heading before the rest is put together.
pub const MOST_ENTRIES: usize = 500;
/// What the rest is called.
pub const OTHER: &str = "_other";

/// Figures of one procedure and one period.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Complaints received in the period.
    pub received: u64,
    /// What came in and was no complaint.
    pub other: u64,
    /// Complaints closed in the period, whenever they came in.
    pub closed: u64,
    /// Complaints open at its end.
    pub open_at_end: u64,
    /// Of those, the ones with a limit that has passed.
    pub overdue_at_end: u64,
    /// Complaints received, by axis and value.
    pub by: BTreeMap<String, BTreeMap<String, u64>>,
    /// Limits that were due in the period, by rule: how many, and how many were met in time.
    pub on_time: BTreeMap<RuleId, Kept>,
    /// The same by the department that the complaint went to.
    pub on_time_by_department: BTreeMap<RuleId, BTreeMap<String, Kept>>,
    /// Hours from receipt to closing of what was closed in the period, with how many took as long.
    pub closing_hours: BTreeMap<i64, u64>,
    /// Sums of complaints received, by field and currency.
    pub money: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// Pieces that came back or were exchanged.
    pub returned: Decimal,
    /// The most pieces of one complaint, with its number.
    pub most_pieces: Option<(Decimal, String)>,
    /// Pieces of each complaint that has any, by its number.
    pub pieces: BTreeMap<String, Decimal>,
    /// The largest deviation of a price, with its number, and how many had one.
    pub most_deviation: Option<(Decimal, String)>,
    /// Reactions of customers to answers, for what was received in the period.
    pub reactions: BTreeMap<String, u64>,
    /// What customers answered in the period when they were asked whether they are satisfied, whenever their complaints
    /// came in.
    pub survey: Surveyed,
    /// Counters that were exceeded: rule and values, with how many complaints.
    pub excesses: BTreeMap<(RuleId, String), u64>,
    /// Complaints received by quarter and cause.
    pub causes: BTreeMap<(String, String), u64>,
    /// Numbers of complaints received, by the customer's key; of customers who are one by one of their keys.
    pub customers: BTreeMap<String, BTreeSet<String>>,
    /// What is overdue at the end: the oldest missed limit of each complaint, with its rule and the complaint's number.
    pub overdue: BTreeSet<(Moment, RuleId, String)>,
}

/// Answers to surveys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surveyed {
    /// Customers who were asked by letter in the period.
    pub asked: u64,
    /// Answers given in it.
    pub replies: u64,
    /// Of those, satisfied with the handling.
    pub satisfied: u64,
    /// How they are satisfied with the handling: `yes`, `partly`, `no`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub handling: BTreeMap<String, u64>,
    /// And with how fast it was, where they said so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub speed: BTreeMap<String, u64>,
    /// By which ways they answered.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channel: BTreeMap<String, u64>,
}

impl Surveyed {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn count(&mut self, answer: &Answer) {
        self.replies += 1;
        self.satisfied += u64::from(answer.handling == Satisfied::Yes);
        let handling = answer.handling.name().to_owned();
        *self.handling.entry(handling).or_default() += 1;
        if let Some(speed) = answer.speed {
            *self.speed.entry(speed.name().to_owned()).or_default() += 1;
        }
        *self.channel.entry(answer.channel.clone()).or_default() += 1;
    }
}

/// How many limits were due, and how many of them were met in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Due.
    pub due: u64,
    /// Met in time.
    pub met: u64,
}

impl Kept {
    fn count(&mut self, limit: &Limit) {
        self.due += 1;
        self.met += u64::from(!limit.late);
    }
}

impl Figures {
    /// The figures of a period from all lines that can matter: received in it, or open or closed or due in it.
    pub fn of<'a>(period: Period, clock: &Clock<'_>, lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut figures = Self::default();
        let bounds = (period.begins(clock), period.ends(clock));
        let mut ones = Ones::new();
        for line in lines {
            figures.count(line, bounds, clock, &mut ones);
        }
        figures.customers = joined(figures.customers, &ones);
        for counts in figures.by.values_mut() {
            shorten(counts);
        }
        figures
    }

    fn count(&mut self, line: &Line, (from, to): (Moment, Moment), clock: &Clock<'_>, ones: &mut Ones) {
        let within = |at: Moment| from <= at && at < to;
        if !line.complaint {
            self.other += u64::from(within(line.received_at));
            return;
        }
        if within(line.received_at) {
            self.received(line, clock, ones);
        }
        if let Some(closed) = line.closed_at.filter(|at| within(*at)) {
            self.closed += 1;
            let hours = (closed - line.received_at).num_hours().max(0);
            *self.closing_hours.entry(hours).or_default() += 1;
        }
        self.survey.asked += u64::from(line.asked_at.is_some_and(within));
        if let Some(answer) = line.answer.as_ref().filter(|answer| within(answer.at)) {
            self.survey.count(answer);
        }
        self.open_at_end += u64::from(line.open());
        self.overdue_at_end += u64::from(line.overdue());
        if line.open()
            && let Some(limit) = line.missed().min_by_key(|limit| (limit.due_at, limit.rule.clone()))
        {
            let one = (limit.due_at, limit.rule.clone(), line.number.clone());
            self.overdue.insert(one);
        }
        // What is due at 24:00 of the last day is due in the period, though the moment is the next one's first.
        let due = |limit: &&Limit| from < limit.due_at && limit.due_at <= to;
        for limit in line.limits.iter().filter(due) {
            self.on_time.entry(limit.rule.clone()).or_default().count(limit);
            if let Some(department) = line.by.get("department") {
                let rule = self.on_time_by_department.entry(limit.rule.clone()).or_default();
                rule.entry(department.clone()).or_default().count(limit);
            }
        }
    }

    fn received(&mut self, line: &Line, clock: &Clock<'_>, ones: &mut Ones) {
        self.received += 1;
        let day = line.received_at.with_timezone(&clock.zone).date_naive();
        let month = Period::month_of(day).to_string();
        let month = std::iter::once(("month", month.as_str()));
        let own = line.by.iter().map(|(axis, value)| (axis.as_str(), value.as_str()));
        for (axis, value) in own.chain(month) {
            let counts = self.by.entry(axis.to_owned()).or_default();
            *counts.entry(value.to_owned()).or_default() += 1;
        }
        for (field, sums) in &line.money {
            let all = self.money.entry(field.clone()).or_default();
            for (currency, sum) in sums {
                *all.entry(currency.clone()).or_default() += *sum;
            }
        }
        self.returned += line.returned.unwrap_or_default();
        most(&mut self.most_pieces, line.pieces, &line.number);
        if let Some(pieces) = line.pieces {
            self.pieces.insert(line.number.clone(), pieces);
        }
        most(&mut self.most_deviation, line.deviation, &line.number);
        if let Some(reaction) = &line.reaction {
            *self.reactions.entry(reaction.clone()).or_default() += 1;
        }
        for one in &line.excesses {
            *self.excesses.entry(one.clone()).or_default() += 1;
        }
        if let Some(customer) = &line.customer {
            let numbers = self.customers.entry(customer.clone()).or_default();
            numbers.insert(line.number.clone());
            if let Some(one) = &line.one {
                ones.entry(one.clone()).or_default().insert(customer.clone());
            }
        }
        if let Some(cause) = line.by.get("cause") {
            let quarter = Period::quarter_of(day).to_string();
            *self.causes.entry((quarter, cause.clone())).or_default() += 1;
        }
    }

    /// The days after which a share of what was closed in the period had been closed, to a tenth; by the nearest rank.
    pub fn closing_days(&self, share: f64) -> Option<f64> {
        let all: u64 = self.closing_hours.values().sum();
        let rank = (share * all.to_f64()?).ceil().max(1.0).to_u64()?;
        let mut counted = 0;
        let hours = self.closing_hours.iter().find(|(_, n)| {
            counted += **n;
            counted >= rank
        });
        hours.map(|(hours, _)| (hours.to_f64().unwrap_or_default() / 2.4).round() / 10.0)
    }
}

/// The larger one; of equals the one whose number comes first, so that the order of the lines does not matter.
fn most(kept: &mut Option<(Decimal, String)>, value: Option<Decimal>, number: &str) {
    let Some(value) = value else { return };
    let larger = kept
        .as_ref()
        .is_none_or(|(most, own)| (value, std::cmp::Reverse(number)) > (*most, std::cmp::Reverse(own.as_str())));
    if larger {
        *kept = Some((value, number.to_owned()));
    }
}

/// Keeps the most frequent values and puts the rest together.
fn shorten(counts: &mut BTreeMap<String, u64>) {
    if counts.len() <= MOST_ENTRIES {
        return;
    }
    let mut order: Vec<(u64, String)> = counts.iter().map(|(value, n)| (*n, value.clone())).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (n, value) in order.drain(MOST_ENTRIES..) {
        counts.remove(&value);
        *counts.entry(OTHER.to_owned()).or_default() += n;
    }
}
