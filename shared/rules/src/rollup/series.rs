//! Counts by month of one thing, such as a class: what is usual, and which months of a period leave it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::control::{Chart, Drawn, Point, draw};
use super::period::Period;
use crate::domain::names::RuleId;

/// How many months before a period say what is usual.
pub const PAST_MONTHS: u32 = 12;

/// The months before a period that say what is usual, in order.
pub fn past_months(period: Period) -> Vec<String> {
    let mut month = Period::month_of(period.first());
    let mut past: Vec<String> = (0..PAST_MONTHS)
        .map(|_| {
            month = month.before();
            month.to_string()
        })
        .collect();
    past.reverse();
    past
}

/// Counts by month of one thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// By what it is counted: `all`, `class`, `product`.
    pub axis: String,
    /// Which of them.
    pub value: String,
    /// Counts by month; a month that is not named had none.
    pub counts: BTreeMap<String, u64>,
}

/// Something that needs a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// What shows it: `control_chart` or `counter`.
    pub kind: Cow<'static, str>,
    /// By what it is counted, or the counter's rule.
    pub axis: String,
    /// Which of them.
    pub value: String,
    /// The month, for a chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<String>,
    /// Which rules of the chart are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Cow<'static, str>>,
    /// The count, or the rate.
    pub count: f64,
    /// The centre line and the upper limit, for a chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<(f64, f64)>,
}

impl Signal {
    /// A counter that was exceeded by so many complaints.
    pub fn exceeded(rule: &RuleId, values: &str, n: u64) -> Self {
        Self {
            kind: "counter".into(),
            axis: rule.to_string(),
            value: values.to_owned(),
            month: None,
            rules: Vec::new(),
            count: n as f64,
            limits: None,
        }
    }
}

impl Series {
    /// The chart of a period: the months before it say what is usual. Nothing where they say too little.
    pub fn chart(&self, period: Period) -> Option<Drawn> {
        let (points, usual) = self.points(period, |_| Some(1.0));
        draw(Chart::U, &points, usual)
    }

    /// Its months before a period and in it, and how many are before; those without a size are left out.
    pub(super) fn points(&self, period: Period, size: impl Fn(&str) -> Option<f64>) -> (Vec<Point>, usize) {
        let mut past = past_months(period);
        // The register may be younger: months before its first complaint say nothing.
        match self.counts.keys().next() {
            Some(first) => past.retain(|month| month >= first),
            None => past.clear(),
        }
        let point = |at: String| {
            Some(Point {
                count: self.counts.get(&at).copied().unwrap_or(0) as f64,
                size: size(&at).filter(|size| *size > 0.0)?,
                at,
            })
        };
        let mut points: Vec<Point> = past.into_iter().filter_map(point).collect();
        let usual = points.len();
        points.extend(period.months().filter_map(|month| point(month.to_string())));
        (points, usual)
    }

    /// The months of a period that leave what is usual upwards.
    pub fn signals(&self, period: Period) -> Vec<Signal> {
        let Some(drawn) = self.chart(period) else {
            return Vec::new();
        };
        let (centre, first) = (drawn.centre, Period::month_of(period.first()).to_string());
        let new = drawn.points.into_iter().filter(|point| point.at >= first);
        new.filter(|point| !point.signals.is_empty() && point.value > centre)
            .map(|point| Signal {
                kind: "control_chart".into(),
                axis: self.axis.clone(),
                value: self.value.clone(),
                month: Some(point.at),
                rules: point.signals.into_iter().map(Cow::from).collect(),
                count: point.value,
                limits: Some((centre, point.upper)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(counts: &[(&str, u64)]) -> Series {
        Series {
            axis: "class".to_owned(),
            value: "质量".to_owned(),
            counts: counts.iter().map(|(month, n)| ((*month).to_owned(), *n)).collect(),
        }
    }

    #[test]
    fn a_month_far_above_the_past_is_a_signal_and_a_good_one_is_none() {
        let mut counts = vec![
            ("2025-06", 4),
            ("2025-07", 5),
            ("2025-08", 3),
            ("2025-09", 4),
            ("2025-10", 4),
            ("2025-11", 4),
        ];
        counts.extend([("2025-12", 4), ("2026-01", 12)]);
        let period: Period = "2026-01".parse().unwrap();
        let signals = series(&counts).signals(period);
        assert_eq!(signals.len(), 1);
        assert_eq!(signals[0].rules, ["one_beyond_three_sigma"]);
        counts.pop();
        assert_eq!(series(&counts).signals(period), []);
    }

    #[test]
    fn a_young_register_has_no_usual() {
        let period: Period = "2026-01".parse().unwrap();
        assert_eq!(series(&[("2025-11", 4), ("2025-12", 40)]).chart(period), None);
    }
}
