//! A procedure's key figures (指标), by the measure that its pack names: value, target, and what is missing for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::figures::{Figures, Kept};
use crate::domain::names::RuleId;
use crate::procedure::model::{Kpi, Measure, SURVEYED};

/// What rates are computed against (分母), by name and month: `deliveries`, `units`, `sales`, `rating`, …
pub type Denominators = BTreeMap<String, BTreeMap<String, Decimal>>;

/// One key figure of a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Catalogue id.
    pub id: RuleId,
    /// The value; nothing where something is missing for it, or nothing happened that it could measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Decimal>,
    /// `percent`, `count`, `pieces`, or nothing for an entered figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Cow<'static, str>>,
    /// What it is a share of: numerator and denominator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<(Decimal, Decimal)>,
    /// What the source demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Whether that was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// Where the value comes from: the cause, the number of a complaint, the department; of causes and complaints also all that
    /// are beyond the target.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, Decimal>,
    /// Figures that somebody must enter first, by name and month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// What the source demands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// No more than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Decimal>,
    /// No less than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Decimal>,
}

/// The key figures of a period with these months.
pub fn kpis(all: &[Kpi], figures: &Figures, months: &[String], entered: &Denominators) -> Vec<Outcome> {
    all.iter().map(|kpi| outcome(kpi, figures, months, entered)).collect()
}

fn outcome(kpi: &Kpi, figures: &Figures, months: &[String], entered: &Denominators) -> Outcome {
    let mut out = Outcome {
        id: kpi.rule.clone(),
        value: None,
        unit: None,
        of: None,
        target: (kpi.at_most.is_some() || kpi.at_least.is_some()).then_some(Target {
            at_most: kpi.at_most,
            at_least: kpi.at_least,
        }),
        met: None,
        by: BTreeMap::new(),
        missing: Vec::new(),
    };
    match kpi.measure {
        Measure::Count => out.count(figures.received.into()),
        Measure::ComplaintsOf => out.share(figures.received.into(), sum(kpi, months, entered)),
        Measure::ReturnedOf => out.share(figures.returned, sum(kpi, months, entered)),
        Measure::CostOf => {
            let sums = kpi.fields.iter().filter_map(|field| figures.money.get(field.as_str()));
            let cost = sums.filter_map(|by_currency| by_currency.get(HOME)).copied().sum();
            out.share(cost, sum(kpi, months, entered));
        }
        Measure::OnTime => {
            let kept = kpi.rules.iter().filter_map(|rule| figures.on_time.get(rule));
            let (met, due) = kept.fold((0, 0), |(met, due), one| (met + one.met, due + one.due));
            out.share(met.into(), Ok(due.into()));
            for rule in &kpi.rules {
                out.departments(figures.on_time_by_department.get(rule));
            }
        }
        Measure::Accepted => {
            let of = |reaction: &str| figures.reactions.get(reaction).copied().unwrap_or(0);
            let asked = of("accepted") + of("disputed");
            out.share(of("accepted").into(), Ok(asked.into()));
        }
        Measure::Surveyed => out.surveyed(kpi, figures, months, entered),
        Measure::SameCause => {
            let most = figures.causes.iter().max_by_key(|((_, _), n)| **n);
            let beyond = figures.causes.iter().filter(|(_, n)| out.beyond((**n).into()));
            let told = most.into_iter().chain(beyond);
            let told = told.map(|((quarter, cause), n)| (format!("{quarter} {cause}"), (*n).into()));
            let told: Vec<(String, Decimal)> = told.take(MOST).collect();
            out.by.extend(told);
            out.count(most.map_or(0, |(_, n)| *n).into());
        }
        Measure::Pieces => {
            out.largest(figures.most_pieces.as_ref(), "pieces");
            let beyond = figures.pieces.iter().filter(|(_, n)| out.beyond(**n));
            let told: Vec<(String, Decimal)> = beyond.take(MOST).map(|(number, n)| (number.clone(), *n)).collect();
            out.by.extend(told);
        }
        Measure::Deviation => out.largest(figures.most_deviation.as_ref(), "percent"),
        Measure::Entered => out.mean(kpi, months, entered),
    }
    if let (Some(value), Some(target)) = (out.value, out.target) {
        let low = target.at_least.is_none_or(|least| value >= least);
        out.met = Some(low && target.at_most.is_none_or(|most| value <= most));
    }
    out
}

/// So many causes or complaints beyond a target are named.
const MOST: usize = 100;
/// The currency in which costs are set against sales.
const HOME: &str = "CNY";

impl Outcome {
    /// Whether a single value is more than the target allows.
    fn beyond(&self, value: Decimal) -> bool {
        let most = self.target.and_then(|target| target.at_most);
        most.is_some_and(|most| value > most)
    }

    fn count(&mut self, n: Decimal) {
        self.value = Some(n);
        self.unit = Some("count".into());
    }

    fn share(&mut self, part: Decimal, whole: Result<Decimal, Vec<String>>) {
        self.unit = Some("percent".into());
        match whole {
            Ok(whole) => {
                self.of = Some((part, whole));
                self.value = percent(part, whole);
            }
            Err(missing) => self.missing = missing,
        }
    }

    fn largest(&mut self, most: Option<&(Decimal, String)>, unit: &'static str) {
        self.unit = Some(unit.into());
        if let Some((value, number)) = most {
            self.value = Some(*value);
            self.by.insert(number.clone(), *value);
        }
    }

    /// The mean of what was entered for the months.
    fn mean(&mut self, kpi: &Kpi, months: &[String], entered: &Denominators) {
        match sum(kpi, months, entered) {
            Ok(sum) => self.value = sum.checked_div(Decimal::from(months.len().max(1))).map(tidy),
            Err(missing) => self.missing = missing,
        }
    }

    /// Satisfied replies of all replies: those of complaints, and those of surveys that were made elsewhere and entered by
    /// month. Where nobody replied, the result that somebody entered.
    fn surveyed(&mut self, kpi: &Kpi, figures: &Figures, months: &[String], entered: &Denominators) {
        let of = |name: &str| -> Decimal {
            let by_month = entered.get(name).into_iter().flatten();
            by_month
                .filter(|(month, _)| months.contains(month))
                .map(|(_, n)| *n)
                .sum()
        };
        let [replied, content] = SURVEYED;
        let replies = Decimal::from(figures.survey.replies).saturating_add(of(replied));
        if replies > Decimal::ZERO {
            let satisfied = Decimal::from(figures.survey.satisfied).saturating_add(of(content));
            self.share(satisfied.min(replies), Ok(replies));
            return;
        }
        if kpi.figure.is_some() {
            self.mean(kpi, months, entered);
        }
        if self.value.is_none() {
            self.missing = months.iter().map(|month| format!("{replied} {month}")).collect();
        }
    }

    fn departments(&mut self, by: Option<&BTreeMap<String, Kept>>) {
        for (department, kept) in by.into_iter().flatten() {
            if let Some(share) = percent(kept.met.into(), kept.due.into()) {
                self.by.insert(department.clone(), share);
            }
        }
    }
}

fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)?;
    Some(tidy(share))
}

fn tidy(value: Decimal) -> Decimal {
    value
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

/// The sum of a figure over the months, or which are missing.
fn sum(kpi: &Kpi, months: &[String], entered: &Denominators) -> Result<Decimal, Vec<String>> {
    let Some(name) = &kpi.figure else {
        return Err(Vec::new());
    };
    let known = entered.get(name);
    let of = |month: &String| known.and_then(|by_month| by_month.get(month)).copied();
    let missing: Vec<String> = months
        .iter()
        .filter(|month| of(month).is_none())
        .map(|month| format!("{name} {month}"))
        .collect();
    if missing.is_empty() {
        Ok(months.iter().filter_map(of).sum())
    } else {
        Err(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kpi(toml: &str) -> Kpi {
        toml::from_str(&format!(
            "rule = \"K99\"\ntitle = {{ zh-Hans = \"x\" }}\nsource = \"x\"\n{toml}"
        ))
        .unwrap()
    }

    #[test]
    fn a_rate_without_its_denominator_says_which_month_is_missing() {
        let figures = Figures {
            received: 3,
            ..Figures::default()
        };
        let months = ["2026-01".to_owned(), "2026-02".to_owned()];
        let rate = kpi("measure = \"complaints_of\"\nfigure = \"deliveries\"\nat_most = 2");
        let mut entered = Denominators::new();
        let by_month = entered.entry("deliveries".to_owned()).or_default();
        by_month.insert("2026-01".to_owned(), 100.into());
        let without = outcome(&rate, &figures, &months, &entered);
        assert_eq!(
            (without.value, without.missing),
            (None, vec!["deliveries 2026-02".to_owned()])
        );
        let by_month = entered.entry("deliveries".to_owned()).or_default();
        by_month.insert("2026-02".to_owned(), 20.into());
        let with = outcome(&rate, &figures, &months, &entered);
        assert_eq!((with.value, with.met), (Some("2.5".parse().unwrap()), Some(false)));
    }

    #[test]
    fn on_time_is_a_share_of_what_was_due_and_nothing_where_nothing_was() {
        let rule = RuleId::parse("T99.1").unwrap();
        let mut figures = Figures::default();
        let share = kpi("measure = \"on_time\"\nrules = [\"T99.1\"]");
        assert_eq!(outcome(&share, &figures, &[], &Denominators::new()).value, None);
        figures.on_time.insert(rule, Kept { due: 3, met: 2 });
        let value = outcome(&share, &figures, &[], &Denominators::new()).value;
        assert_eq!(value, Some("66.67".parse().unwrap()));
    }

    #[test]
    fn satisfaction_is_a_share_of_all_replies_wherever_they_were_given_and_else_what_was_entered() {
        let rate = kpi("measure = \"surveyed\"\nfigure = \"satisfaction\"\nat_least = 90");
        let months = ["2026-11".to_owned()];
        let mut entered = Denominators::new();
        let mut figures = Figures::default();
        let nobody = outcome(&rate, &figures, &months, &entered);
        assert_eq!(nobody.missing, ["survey_replies 2026-11"]);
        assert_eq!((nobody.value, nobody.met), (None, None));
        let enter = |entered: &mut Denominators, name: &str, n: i64| {
            let by_month = entered.entry(name.to_owned()).or_default();
            by_month.insert("2026-11".to_owned(), n.into());
        };
        enter(&mut entered, "satisfaction", 95);
        let stated = outcome(&rate, &figures, &months, &entered);
        assert_eq!((stated.value, stated.met), (Some(95.into()), Some(true)));
        (figures.survey.replies, figures.survey.satisfied) = (4, 3);
        let counted = outcome(&rate, &figures, &months, &entered);
        assert_eq!((counted.value, counted.met), (Some(75.into()), Some(false)));
        enter(&mut entered, "survey_replies", 6);
        enter(&mut entered, "survey_satisfied", 6);
        let both = outcome(&rate, &figures, &months, &entered);
        assert_eq!((both.of, both.met), (Some((9.into(), 10.into())), Some(true)));
    }

    #[test]
    fn the_worst_cause_is_that_of_one_quarter() {
        let mut figures = Figures::default();
        figures.causes.insert(("2026Q1".to_owned(), "密封圈".to_owned()), 9);
        figures.causes.insert(("2026Q2".to_owned(), "密封圈".to_owned()), 11);
        let cause = outcome(
            &kpi("measure = \"same_cause\"\nat_most = 10"),
            &figures,
            &[],
            &Denominators::new(),
        );
        assert_eq!((cause.value, cause.met), (Some(11.into()), Some(false)));
        assert_eq!(cause.by.keys().collect::<Vec<_>>(), ["2026Q2 密封圈"]);
    }
}
