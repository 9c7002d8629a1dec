//! Shares that make up their total, ladders in order of time, bands of amounts without gap or overlap.

use rust_decimal::Decimal;

use super::Check;
use crate::clock::{Amount, Unit};
use crate::procedure::model::{Band, Rung};

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
        for total in rules {
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
                    id,
                    format!(
                        "the shares of {id} make {sum} {unit}, the whole is {} {unit}",
                        whole.count()
                    ),
                );
            }
        }
        for rule in rules {
            if let Some(total) = rule
                .share_of
                .as_ref()
                .filter(|total| self.procedure.deadline(total.as_str()).is_none())
            {
                self.wrong(
                    total.as_str(),
                    format!("{} is a share of {total}, which is not there", rule.rule),
                );
            }
        }
    }

    pub(super) fn ladders(&mut self) {
        for ladder in &self.procedure.pack.ladder {
            let name = ladder.name.as_str();
            let place = |rung: &Rung| match (&rung.before, &rung.after) {
                (Some(before), _) => -length(before),
                (None, after) => after.as_ref().map_or(Decimal::ZERO, length),
            };
            let places: Vec<Decimal> = ladder.rung.iter().map(place).collect();
            if !places.is_sorted() {
                self.wrong(name, format!("the rungs of ladder `{name}` are not in order of time"));
            }
            if ladder.rung.is_empty() {
                self.wrong(name, format!("ladder `{name}` has no rungs"));
            }
            for rung in &ladder.rung {
                if rung.before.is_some() && rung.after.is_some() {
                    self.wrong(
                        name,
                        format!(
                            "rung `{}` of ladder `{name}` stands both before and after the limit",
                            rung.name
                        ),
                    );
                }
                if rung.tell.is_empty() {
                    self.wrong(name, format!("rung `{}` of ladder `{name}` tells nobody", rung.name));
                }
                if ladder.rung.iter().filter(|other| other.name == rung.name).count() > 1 {
                    self.wrong(name, format!("ladder `{name}` has two rungs `{}`", rung.name));
                }
            }
        }
    }

    /// The bands of one command, sorted: each must begin where the one before it ends, the boundary in exactly one.
    pub(super) fn bands(&mut self) {
        let approvals = &self.procedure.pack.approval;
        let mut bands: Vec<(&str, &Band)> = approvals
            .iter()
            .filter_map(|rule| Some((rule.rule.as_str(), rule.amount.as_ref()?)))
            .collect();
        bands.sort_by_key(|(_, band)| band.over.unwrap_or(Decimal::MIN));
        for pair in bands.windows(2) {
            let [(low, lower), (high, upper)] = pair else {
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
            self.wrong(high, message);
        }
        if let Some((last, _)) = bands.last().filter(|(_, band)| band.upto.is_some()) {
            self.wrong(last, format!("amounts above {last} belong to nobody"));
        }
        if let Some((first, band)) = bands.first()
            && band.over.is_some_and(|start| start > Decimal::ZERO)
        {
            self.wrong(first, format!("amounts below {first} belong to nobody"));
        }
    }
}
