//! Trends: a count or a rate by month, drawn with its control limits where the past says what is usual.

use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::control::{Chart, Point, draw};
use super::kpi::Denominators;
use super::period::Period;
use super::series::{Series, Signal};
use crate::procedure::model::{Kpi, Measure};

/// A count or a rate by month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// By what it is counted: `all`, `class`, `product`; `kpi` for the rate that a key figure speaks of.
    pub axis: String,
    /// Which of them; for a rate the key figure's id.
    pub value: String,
    /// `c` for plain counts, `u` for events per unit, `p` for a share of trials.
    pub chart: Cow<'static, str>,
    /// The entered figure that a rate is set against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The centre line, where the past says what is usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centre: Option<f64>,
    /// Its months, in order: up to twelve before the period, and those of the period.
    pub months: Vec<Month>,
}

/// A month of a trend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// `2026-08`.
    pub at: String,
    /// How many complaints.
    pub n: u64,
    /// What they are set against, for a rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<f64>,
    /// The count, or the rate.
    pub value: f64,
    /// The upper control limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// The lower one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<f64>,
    /// Which rules of the chart are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Cow<'static, str>>,
}

/// So many classes and products are drawn, the most frequent ones, beside those that give a signal.
const DRAWN: usize = 10;

/// The trends of a period: everything, rates where their figures are entered, and the most frequent classes and products.
pub(super) fn trends(period: Period, kpis: &[Kpi], series: &[Series], entered: &Denominators) -> Vec<Trend> {
    let mut all = Vec::new();
    let whole = series.iter().find(|one| one.axis == "all");
    all.extend(whole.map(|one| counted(one, period)));
    if let Some(whole) = whole {
        all.extend(kpis.iter().filter_map(|kpi| rate(kpi, whole, period, entered)));
    }
    let mut rest: Vec<(u64, Trend)> = series
        .iter()
        .filter(|one| one.axis != "all")
        .map(|one| (one.counts.values().sum(), counted(one, period)))
        .collect();
    rest.sort_by(|(n, one), (m, other)| {
        let name = |trend: &Trend| (trend.axis.clone(), trend.value.clone());
        m.cmp(n).then_with(|| name(one).cmp(&name(other)))
    });
    let kept = rest
        .into_iter()
        .enumerate()
        .filter(|(place, (_, trend))| *place < DRAWN || trend.months.iter().any(|month| !month.signals.is_empty()));
    all.extend(kept.map(|(_, (_, trend))| trend));
    all
}

fn counted(series: &Series, period: Period) -> Trend {
    let (points, usual) = series.points(period, |_| Some(1.0));
    trend(series, "c", None, &points, usual, Chart::U)
}

/// The rate that a key figure speaks of, where its denominator was entered for any month.
fn rate(kpi: &Kpi, whole: &Series, period: Period, entered: &Denominators) -> Option<Trend> {
    let figure = kpi.figure.as_ref().filter(|_| kpi.measure == Measure::ComplaintsOf)?;
    let by_month = entered.get(figure)?;
    let (points, usual) = whole.points(period, |month| by_month.get(month)?.to_f64());
    if points.is_empty() {
        return None;
    }
    // A share of trials can be no more than all of them; else they are events per unit.
    let share = points.iter().all(|point| point.count <= point.size);
    let (name, chart) = if share { ("p", Chart::P) } else { ("u", Chart::U) };
    let mut drawn = trend(whole, name, Some(figure), &points, usual, chart);
    drawn.axis = "kpi".to_owned();
    drawn.value = kpi.rule.to_string();
    Some(drawn)
}

fn trend(
    series: &Series,
    name: &'static str,
    of: Option<&String>,
    points: &[Point],
    usual: usize,
    chart: Chart,
) -> Trend {
    let drawn = draw(chart, points, usual);
    let months = points.iter().map(|point| {
        let limits = drawn
            .as_ref()
            .and_then(|drawn| drawn.points.iter().find(|one| one.at == point.at));
        Month {
            at: point.at.clone(),
            n: point.count.to_u64().unwrap_or_default(),
            size: of.map(|_| point.size),
            value: limits.map_or((point.count / point.size * 10_000.0).round() / 10_000.0, |one| {
                one.value
            }),
            upper: limits.map(|one| one.upper),
            lower: limits.map(|one| one.lower),
            signals: limits
                .map(|one| one.signals.iter().copied().map(Cow::from).collect())
                .unwrap_or_default(),
        }
    });
    Trend {
        axis: series.axis.clone(),
        value: series.value.clone(),
        chart: name.into(),
        of: of.cloned(),
        months: months.collect(),
        centre: drawn.map(|drawn| drawn.centre),
    }
}

impl Trend {
    /// The months of a period in which a rate leaves what is usual upwards; those of plain counts are the series' own.
    pub(super) fn signals(&self, period: Period) -> Vec<Signal> {
        let (Some(centre), Some(_)) = (self.centre, &self.of) else {
            return Vec::new();
        };
        let first = Period::month_of(period.first()).to_string();
        let new = self.months.iter().filter(|month| month.at >= first);
        new.filter(|month| !month.signals.is_empty() && month.value > centre)
            .map(|month| Signal {
                kind: "control_chart".into(),
                axis: self.axis.clone(),
                value: self.value.clone(),
                month: Some(month.at.clone()),
                rules: month.signals.clone(),
                count: month.value,
                limits: month.upper.map(|upper| (centre, upper)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(counts: &[u64]) -> Series {
        let mut month: Period = "2025-01".parse().unwrap();
        let mut series = Series {
            axis: "all".to_owned(),
            value: String::new(),
            counts: Default::default(),
        };
        for n in counts {
            series.counts.insert(month.to_string(), *n);
            month = Period::month_of(month.after());
        }
        series
    }

    #[test]
    fn a_rate_is_judged_by_its_own_size_and_not_by_the_bare_count() {
        let kpi = "rule = \"K99\"\ntitle = { zh-Hans = \"x\" }\nsource = \"x\"\nmeasure = \"complaints_of\"\nfigure = \"deliveries\"";
        let kpi: Kpi = toml::from_str(kpi).unwrap();
        let series = months(&[10, 10, 10, 10, 10, 10, 40]);
        let period: Period = "2025-07".parse().unwrap();
        let told = |last: u32| {
            let mut entered = Denominators::new();
            let by_month = entered.entry("deliveries".to_owned()).or_default();
            for month in series.counts.keys() {
                let size = if month == "2025-07" { last } else { 1000 };
                by_month.insert(month.clone(), size.into());
            }
            let all = trends(
                period,
                std::slice::from_ref(&kpi),
                std::slice::from_ref(&series),
                &entered,
            );
            let rate = all.into_iter().find(|trend| trend.axis == "kpi").unwrap();
            (rate.chart.to_string(), rate.centre, rate.signals(period).len())
        };
        assert_eq!(told(4000), ("p".to_owned(), Some(0.01), 0));
        assert_eq!(told(1000), ("p".to_owned(), Some(0.01), 1));
    }

    #[test]
    fn a_young_register_is_drawn_without_limits() {
        let period: Period = "2025-03".parse().unwrap();
        let all = trends(period, &[], &[months(&[3, 4, 5])], &Denominators::new());
        let values: Vec<f64> = all[0].months.iter().map(|month| month.value).collect();
        assert_eq!((all[0].centre, values), (None, vec![3.0, 4.0, 5.0]));
    }
}
