//! Shares that make up their total, ladders in order of time, bands of amounts without gap or overlap.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Check;
use crate::clock::{Amount, Unit};
use crate::domain::names::RuleId;
use crate::procedure::model::{Band, Rung};
use crate::procedure::tree::way;
use crate::procedure::wording::worded;

/// About how long an amount is, in minutes, good enough to put amounts in order.
pub(super) fn length(amount: &Amount) -> Decimal {
    let minutes: i64 = match amount.unit() {
        Unit::Minutes | Unit::WorkingMinutes => 1,
        Unit::Hours | Unit::WorkingHours => 60,
        Unit::HalfWorkingDays => 4 * 60,
        Unit::WorkingDays => 8 * 60,
        Unit::Days => 24 * 60,
        Unit::Weeks => 7 * 24 * 60,
        Unit::Months => 30 * 24 * 60,
        Unit::Years => 365 * 24 * 60,
        Unit::Rings => 0,
    };
    amount.count() * Decimal::from(minutes)
}

impl Check<'_> {
    pub(super) fn shares(&mut self) {
        let rules = &self.procedure.pack.deadline;
        for (at, total) in rules.iter().enumerate() {
            let id = total.rule.as_str();
            let shares = rules.iter().filter(|rule| rule.share_of.as_ref() == Some(&total.rule));
            let lengths: Vec<&Amount> = shares.filter_map(|rule| rule.within.as_ref()).collect();
            let Some(whole) = total.within.as_ref().filter(|_| !lengths.is_empty()) else {
                continue;
            };
            let same = lengths.iter().all(|share| share.unit() == whole.unit());
            let sum: Decimal = lengths.iter().map(|share| share.count()).sum();
            if same && sum != whole.count() {
                let unit = whole.unit().plural();
                self.wrong(
                    &way!["deadline", at, "within"],
                    format!(
                        "the shares of {id} make {sum} {unit}, the whole is {} {unit}",
                        whole.count()
                    ),
                );
            }
        }
        for (at, rule) in rules.iter().enumerate() {
            let there = |total: &RuleId| self.procedure.deadline(total.as_str()).is_some();
            if let Some(total) = rule.share_of.as_ref().filter(|total| !there(total)) {
                let message = format!("{} is a share of {total}, which is not there", rule.rule);
                self.wrong(&way!["deadline", at, "share_of"], message);
            }
        }
    }

    pub(super) fn ladders(&mut self) {
        for (at, ladder) in self.procedure.pack.ladder.iter().enumerate() {
            let name = ladder.name.as_str();
            let place = |rung: &Rung| match (&rung.before, &rung.after) {
                (Some(before), _) => -length(before),
                (None, after) => after.as_ref().map_or(Decimal::ZERO, length),
            };
            let places: Vec<Decimal> = ladder.rung.iter().map(place).collect();
            if ladder.rung.is_empty() {
                self.wrong(&way!["ladder", at, "rung"], format!("ladder `{name}` has no rungs"));
            }
            for (n, pair) in places.windows(2).enumerate() {
                if !pair.is_sorted() {
                    let message = format!("the rungs of ladder `{name}` are not in order of time");
                    self.wrong(&way!["ladder", at, "rung", n + 1], message);
                }
            }
            for (n, rung) in ladder.rung.iter().enumerate() {
                let here = way!["ladder", at, "rung", n];
                let called = format!("rung `{}` of ladder `{name}`", rung.name);
                if rung.before.is_some() && rung.after.is_some() {
                    self.wrong(&here, format!("{called} stands both before and after the limit"));
                }
                if rung.tell.is_empty() {
                    self.wrong(&here, format!("{called} tells nobody"));
                }
                if ladder.rung.iter().take(n).any(|other| other.name == rung.name) {
                    self.wrong(&here, format!("ladder `{name}` has two rungs `{}`", rung.name));
                }
            }
        }
    }

    /// The bands of one command under one condition, sorted: each must begin where the one before it ends, the boundary in exactly one.
    pub(super) fn bands(&mut self) {
        let mut ladders: BTreeMap<String, Vec<(usize, &str, &Band)>> = BTreeMap::new();
        for (at, rule) in self.procedure.pack.approval.iter().enumerate() {
            let Some(band) = &rule.amount else { continue };
            let milestone = rule.milestone.as_ref().map_or("", |name| name.as_str());
            let asked = format!("{} {milestone} {}", rule.at.name(), worded(&rule.when));
            ladders.entry(asked).or_default().push((at, rule.rule.as_str(), band));
        }
        for bands in ladders.into_values() {
            self.ladder_of_bands(bands);
        }
    }

    fn ladder_of_bands(&mut self, mut bands: Vec<(usize, &str, &Band)>) {
        bands.sort_by_key(|(_, _, band)| band.over.unwrap_or(Decimal::MIN));
        let here = |at: usize| way!["approval", at, "amount"];
        for pair in bands.windows(2) {
            let [(_, low, lower), (at, high, upper)] = pair else {
                continue;
            };
            let message = match (lower.upto, upper.over) {
                (Some(end), Some(start)) if end < start => {
                    format!("amounts between {end} and {start} belong to nobody")
                }
                (Some(end), Some(start)) if end > start => {
                    format!("amounts between {start} and {end} belong to both {low} and {high}")
                }
                (Some(end), Some(_)) if lower.upto_included && upper.over_included => {
                    format!("{end} belongs to both {low} and {high}")
                }
                (Some(end), Some(_)) if !lower.upto_included && !upper.over_included => {
                    format!("{end} belongs to nobody")
                }
                (Some(_), Some(_)) => continue,
                _ => format!("{low} and {high} overlap: the lower has no upper end, or the higher no lower end"),
            };
            self.wrong(&here(*at), message);
        }
        if let Some((at, last, _)) = bands.last().filter(|(_, _, band)| band.upto.is_some()) {
            self.wrong(&here(*at), format!("amounts above {last} belong to nobody"));
        }
        if let Some((at, first, band)) = bands.first()
            && band.over.is_some_and(|start| start > Decimal::ZERO)
        {
            self.wrong(&here(*at), format!("amounts below {first} belong to nobody"));
        }
    }
}
