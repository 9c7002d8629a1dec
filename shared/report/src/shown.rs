//! A kept rollup as people read it; long because the shape that API, workbook and letter read and the one way to it stand together:
//! titles in their language, lights, shares, what stood there before.

use std::collections::{BTreeMap, BTreeSet};

use kesu_app::texts::{Language, texts};
use kesu_rules::clock::Moment;
use kesu_rules::procedure::Procedure;
use kesu_rules::rollup::{Compared, Outcome, Overdue, Period, Ranked, Rollup, Signal, Target, Trend, ranked};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::words::{axis_field, axis_title, figure_title, value_title, word};

/// A rollup as people read it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// `2026-11`, `2026Q4`, `2026`.
    pub period: String,
    /// Its first and its last month.
    pub months: (String, String),
    /// As of which moment the figures are.
    pub as_of: Moment,
    /// Received, closed, open, overdue, and what was no complaint.
    pub complaints: Vec<Headline>,
    /// The earlier periods that figures stand beside: the one before, and the same a year before.
    pub compared: Vec<Earlier>,
    /// Days from receipt to closing.
    pub closing: Closing,
    /// The procedure's key figures.
    pub kpis: Vec<KeyFigure>,
    /// Complaints received, by one axis after the other, each in Pareto order.
    pub axes: Vec<Axis>,
    /// Counts and rates by month.
    pub trends: Vec<Drawing>,
    /// What needs a look.
    pub signals: Vec<Alarm>,
    /// Limits that were due.
    pub on_time: Vec<Kept>,
    /// What is overdue at the end, the longest first.
    pub overdue: Vec<Late>,
    /// Duties that fell due.
    pub duties: Vec<DutyShown>,
    /// Figures that somebody must enter before rates can be told.
    pub missing: Vec<Missing>,
    /// Sums by field and currency.
    pub money: Vec<Sum>,
    /// Reactions of customers to answers.
    pub reactions: Vec<Counted>,
    /// Pieces that came back or were exchanged.
    pub returned: Decimal,
}

/// Which complaints a count is about: those received in these months, with this value in this column of the register.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filter {
    /// The column; nothing for all.
    pub field: Option<String>,
    /// Its value.
    pub value: Option<String>,
    /// The first month of receipt; nothing where older ones count too.
    pub from: Option<String>,
    /// The last month of receipt.
    pub to: String,
}

/// One of the five counts.
#[derive(Clone, Debug, Serialize)]
pub struct Headline {
    /// `received`, `closed`, `open_at_end`, `overdue_at_end`, `not_complaints`.
    pub key: &'static str,
    /// What it is called.
    pub title: String,
    /// How many.
    pub n: u64,
    /// In the period before.
    pub before: Option<u64>,
    /// A year before.
    pub year_before: Option<u64>,
    /// Which complaints.
    pub filter: Filter,
}

/// An earlier period.
#[derive(Clone, Debug, Serialize)]
pub struct Earlier {
    /// `before` or `year_before`.
    pub which: String,
    /// Which period.
    pub period: String,
}

/// Days to closing.
#[derive(Clone, Debug, Serialize)]
pub struct Closing {
    /// Half took no longer, with the period before and a year before.
    pub median: [Option<f64>; 3],
    /// Nine of ten took no longer.
    pub p90: [Option<f64>; 3],
    /// How many took no longer than so many days and longer than the bound before.
    pub times: Vec<ClosedIn>,
}

/// A bar of the closing times.
#[derive(Clone, Debug, Serialize)]
pub struct ClosedIn {
    /// The bound; nothing for the rest.
    pub days: Option<u64>,
    /// What it is called.
    pub title: String,
    /// How many.
    pub n: u64,
}

/// A light; the words beside it say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// The target is met.
    Green,
    /// It cannot be told: figures are missing.
    Amber,
    /// The target is missed.
    Red,
    /// There is no target, or nothing to measure.
    Grey,
}

impl Light {
    fn of(kpi: &Outcome) -> Self {
        match (kpi.met, kpi.missing.is_empty()) {
            (Some(true), _) => Self::Green,
            (Some(false), _) => Self::Red,
            (None, false) => Self::Amber,
            (None, true) => Self::Grey,
        }
    }

    /// The light's key among the words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Green => "light_green",
            Self::Amber => "light_amber",
            Self::Red => "light_red",
            Self::Grey => "light_grey",
        }
    }
}

/// A key figure.
#[derive(Clone, Debug, Serialize)]
pub struct KeyFigure {
    /// Catalogue id.
    pub id: String,
    /// What it says.
    pub title: String,
    /// The clause.
    pub source: String,
    /// Why its formula was assumed.
    pub assumed: Option<String>,
    /// The value.
    pub value: Option<Decimal>,
    /// `percent`, `count`, `pieces`, or nothing for an entered figure.
    pub unit: Option<String>,
    /// Numerator and denominator.
    pub of: Option<(Decimal, Decimal)>,
    /// What the source demands.
    pub target: Option<Target>,
    /// The target in words.
    pub target_text: String,
    /// The light.
    pub light: Light,
    /// The same in words.
    pub light_text: String,
    /// Where the value comes from.
    pub by: BTreeMap<String, Decimal>,
    /// Its value in the period before.
    pub before: Option<Decimal>,
    /// Its value a year before.
    pub year_before: Option<Decimal>,
    /// Figures that somebody must enter first, by name and month.
    pub missing: Vec<String>,
}

/// An axis with its values.
#[derive(Clone, Debug, Serialize)]
pub struct Axis {
    /// `class`, `cause`, `product`, `month`, …
    pub axis: String,
    /// What it is called.
    pub title: String,
    /// The register's column that holds it: a column of the grid, `fields.<key>` or `axes.<name>`; nothing for months.
    pub field: Option<String>,
    /// Complaints in which it is said.
    pub of: u64,
    /// Its values, the most frequent first; months in their order.
    pub rows: Vec<Row>,
}

/// A value of an axis.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its place in the Pareto order, with its shares.
    #[serde(flatten)]
    pub ranked: Ranked,
    /// What it is called.
    pub label: String,
    /// In the period before.
    pub before: Option<u64>,
    /// A year before.
    pub year_before: Option<u64>,
    /// Which complaints.
    pub filter: Filter,
}

/// A trend with its title.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// What it is of.
    pub title: String,
    /// Its months.
    #[serde(flatten)]
    pub trend: Trend,
    /// The register's column that holds the value; nothing for all.
    pub field: Option<String>,
}

impl Drawing {
    /// Whether any of its months gives a signal.
    pub fn signals(&self) -> bool {
        self.trend.months.iter().any(|month| !month.signals.is_empty())
    }
}

/// A signal with its words.
#[derive(Clone, Debug, Serialize)]
pub struct Alarm {
    /// The signal.
    #[serde(flatten)]
    pub signal: Signal,
    /// What it says.
    pub text: String,
    /// Which complaints.
    pub filter: Filter,
}

/// A limit with how often it was kept.
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// The rule.
    pub rule: String,
    /// What it says.
    pub title: String,
    /// Due in the period.
    pub due: u64,
    /// Met in time.
    pub met: u64,
    /// Per cent, to a hundredth.
    pub share: Option<f64>,
}

/// What is overdue.
#[derive(Clone, Debug, Serialize)]
pub struct Late {
    /// Its number, limit and moment.
    #[serde(flatten)]
    pub overdue: Overdue,
    /// What the limit says.
    pub title: String,
}

/// A duty that fell due.
#[derive(Clone, Debug, Serialize)]
pub struct DutyShown {
    /// The duty.
    pub rule: String,
    /// What it says.
    pub title: String,
    /// Which occurrence.
    pub period: String,
    /// Who owes it.
    pub owner: String,
    /// When it was due.
    pub due_at: Moment,
    /// When it was done.
    pub done_at: Option<Moment>,
    /// `done`, `done_late`, `missed`, `due`.
    pub state: String,
    /// The same in words.
    pub state_text: String,
}

/// A figure that somebody must enter.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its name.
    pub figure: String,
    /// What it is called.
    pub title: String,
    /// For which months.
    pub months: Vec<String>,
}

/// A sum.
#[derive(Clone, Debug, Serialize)]
pub struct Sum {
    /// The field.
    pub field: String,
    /// What it is called.
    pub title: String,
    /// The currency.
    pub currency: String,
    /// The sum.
    pub sum: Decimal,
}

/// Something counted.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    /// Which.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// How many.
    pub n: u64,
}

/// Axes in the order in which a report has them; others follow by name.
const ORDER: &[&str] = &[
    "class",
    "cause",
    "product",
    "department",
    "batch",
    "model",
    "channel",
    "region",
    "severity",
    "month",
];

/// Makes a rollup readable.
pub fn shown(rollup: &Rollup, procedure: &Procedure, language: Language) -> Shown {
    let period: Option<Period> = rollup.period.parse().ok();
    let mut months = period.iter().flat_map(Period::months).map(|month| month.to_string());
    let first = months.next().unwrap_or_default();
    let last = months.last().unwrap_or_else(|| first.clone());
    let eye = Eye {
        rollup,
        procedure,
        language,
        first,
        last,
    };
    Shown {
        period: rollup.period.clone(),
        months: (eye.first.clone(), eye.last.clone()),
        as_of: rollup.as_of,
        complaints: eye.complaints(),
        compared: eye.earlier(),
        closing: eye.closing(),
        kpis: rollup.kpis.iter().map(|kpi| eye.kpi(kpi)).collect(),
        axes: eye.axes(),
        trends: rollup.trends.iter().map(|trend| eye.trend(trend)).collect(),
        signals: rollup.signals.iter().map(|signal| eye.signal(signal)).collect(),
        on_time: eye.on_time(),
        overdue: eye.overdue(),
        duties: eye.duties(),
        missing: eye.missing(),
        money: eye.money(),
        reactions: eye.reactions(),
        returned: rollup.returned,
    }
}

struct Eye<'a> {
    rollup: &'a Rollup,
    procedure: &'a Procedure,
    language: Language,
    first: String,
    last: String,
}

impl Eye<'_> {
    fn compared(&self, which: &str) -> Option<&Compared> {
        let mut all = self.rollup.compared.iter();
        // The year before a year is the period before it.
        let same = which == "year_before" && self.first.get(4..) != self.last.get(4..) && self.rollup.period.len() == 4;
        all.find(|one| one.which == which || (same && one.which == "before"))
    }

    fn filter(&self, field: Option<String>, value: Option<&str>) -> Filter {
        Filter {
            field,
            value: value.map(str::to_owned),
            from: Some(self.first.clone()),
            to: self.last.clone(),
        }
    }

    fn complaints(&self) -> Vec<Headline> {
        let (before, year_before) = (self.compared("before"), self.compared("year_before"));
        let of = |all: &kesu_rules::rollup::Complaints, key: &str| match key {
            "received" => all.received,
            "closed" => all.closed,
            "open_at_end" => all.open_at_end,
            "overdue_at_end" => all.overdue_at_end,
            _ => all.not_complaints,
        };
        let keys = ["received", "closed", "open_at_end", "overdue_at_end", "not_complaints"];
        let headline = |key: &'static str| {
            let mut filter = match key {
                "not_complaints" => self.filter(Some("stage".to_owned()), Some("not_a_complaint")),
                _ => self.filter(None, None),
            };
            if !matches!(key, "received" | "not_complaints") {
                filter.from = None;
            }
            Headline {
                key,
                title: word(self.language, key),
                n: of(&self.rollup.complaints, key),
                before: before.map(|one| of(&one.complaints, key)),
                year_before: year_before.map(|one| of(&one.complaints, key)),
                filter,
            }
        };
        keys.into_iter().map(headline).collect()
    }

    fn earlier(&self) -> Vec<Earlier> {
        let all = self.rollup.compared.iter();
        all.map(|one| Earlier {
            which: one.which.clone(),
            period: one.period.clone(),
        })
        .collect()
    }

    fn closing(&self) -> Closing {
        let (before, year_before) = (self.compared("before"), self.compared("year_before"));
        let own = self.rollup.closing_days;
        let three = |of: fn(&kesu_rules::rollup::ClosingDays) -> Option<f64>| {
            let earlier = |one: Option<&Compared>| one.and_then(|one| of(&one.closing_days));
            [of(&own), earlier(before), earlier(year_before)]
        };
        let times = self.rollup.closing_times.iter().map(|one| ClosedIn {
            days: one.days,
            title: match one.days {
                Some(days) => texts().text(self.language, "rollup.within_days", &[("days", &days.to_string())]),
                None => word(self.language, "longer"),
            },
            n: one.n,
        });
        Closing {
            median: three(|days| days.median),
            p90: three(|days| days.p90),
            times: times.collect(),
        }
    }

    fn kpi(&self, kpi: &Outcome) -> KeyFigure {
        let rule = self.procedure.pack.kpi.iter().find(|one| one.rule == kpi.id);
        let light = Light::of(kpi);
        let earlier = |which| {
            let compared: Option<&Compared> = self.compared(which);
            compared.and_then(|one| one.values.get(kpi.id.as_str())).copied()
        };
        let percent = kpi.unit.as_deref() == Some("percent");
        let bound = |key: &str, bound: Decimal| {
            let value = if percent {
                format!("{bound} %")
            } else {
                bound.to_string()
            };
            texts().text(self.language, &format!("rollup.{key}"), &[("value", &value)])
        };
        let target: Vec<String> = kpi
            .target
            .iter()
            .flat_map(|target| {
                let least = target.at_least.map(|least| bound("at_least", least));
                least
                    .into_iter()
                    .chain(target.at_most.map(|most| bound("at_most", most)))
            })
            .collect();
        KeyFigure {
            id: kpi.id.to_string(),
            title: rule.map_or_else(|| kpi.id.to_string(), |rule| rule.title.get(self.language).to_owned()),
            source: rule.map(|rule| rule.source.clone()).unwrap_or_default(),
            assumed: rule.and_then(|rule| rule.assumed.clone()),
            value: kpi.value,
            unit: kpi.unit.as_ref().map(ToString::to_string),
            of: kpi.of,
            target: kpi.target,
            target_text: target.join(" · "),
            light,
            light_text: word(self.language, light.key()),
            by: kpi.by.clone(),
            before: earlier("before"),
            year_before: earlier("year_before"),
            missing: kpi.missing.clone(),
        }
    }

    fn axes(&self) -> Vec<Axis> {
        let place = |axis: &str| ORDER.iter().position(|one| *one == axis).unwrap_or(ORDER.len());
        let mut names: Vec<&String> = self.rollup.by.keys().collect();
        names.sort_by_key(|name| (place(name), *name));
        names.into_iter().map(|name| self.axis(name)).collect()
    }

    fn axis(&self, axis: &str) -> Axis {
        let none = BTreeMap::new();
        let counts = self.rollup.by.get(axis).unwrap_or(&none);
        let field = (axis != "month").then(|| axis_field(axis));
        let earlier = |which: &str, value: &str| {
            let compared = self.compared(which).filter(|_| axis != "month")?;
            let of = compared.by.get(axis).and_then(|by| by.get(value));
            Some(of.copied().unwrap_or(0))
        };
        let mut rows: Vec<Row> = ranked(counts)
            .into_iter()
            .map(|ranked| {
                let value = ranked.value.clone();
                let mut filter = self.filter(field.clone(), Some(&value));
                if axis == "month" {
                    filter = Filter {
                        field: None,
                        value: None,
                        from: Some(value.clone()),
                        to: value.clone(),
                    };
                }
                Row {
                    label: value_title(self.procedure, axis, &value, self.language),
                    before: earlier("before", &value),
                    year_before: earlier("year_before", &value),
                    filter,
                    ranked,
                }
            })
            .collect();
        if axis == "month" {
            rows.sort_by(|one, other| one.ranked.value.cmp(&other.ranked.value));
            let (mut sum, all) = (0, counts.values().sum::<u64>().max(1));
            for row in &mut rows {
                sum += row.ranked.n;
                row.ranked.cumulative = (sum as f64 * 10_000.0 / all as f64).round() / 100.0;
            }
        }
        Axis {
            axis: axis.to_owned(),
            title: axis_title(self.procedure, axis, self.language),
            field,
            of: counts.values().sum(),
            rows,
        }
    }

    fn subject(&self, axis: &str, value: &str) -> String {
        match axis {
            "all" => word(self.language, "all"),
            "kpi" => {
                let rule = self.procedure.pack.kpi.iter().find(|one| one.rule.as_str() == value);
                rule.map_or_else(|| value.to_owned(), |rule| rule.title.get(self.language).to_owned())
            }
            axis => format!(
                "{} {}",
                axis_title(self.procedure, axis, self.language),
                value_title(self.procedure, axis, value, self.language)
            ),
        }
    }

    fn trend(&self, trend: &Trend) -> Drawing {
        let of = trend.of.as_ref().map(|of| figure_title(of, self.language));
        let subject = self.subject(&trend.axis, &trend.value);
        Drawing {
            title: match of {
                Some(of) => format!("{subject} ({of})"),
                None => subject,
            },
            field: (!matches!(trend.axis.as_str(), "all" | "kpi")).then(|| axis_field(&trend.axis)),
            trend: trend.clone(),
        }
    }

    fn signal(&self, signal: &Signal) -> Alarm {
        let mut filter = self.filter(None, None);
        if !matches!(signal.axis.as_str(), "all" | "kpi") && signal.kind == "control_chart" {
            filter.field = Some(axis_field(&signal.axis));
            filter.value = Some(signal.value.clone());
        }
        if let Some(month) = &signal.month {
            filter.from = Some(month.clone());
            filter.to.clone_from(month);
        }
        Alarm {
            text: crate::words::signal(signal, &self.signal_subject(signal), self.language),
            signal: signal.clone(),
            filter,
        }
    }

    fn signal_subject(&self, signal: &Signal) -> String {
        if signal.kind != "counter" {
            return self.subject(&signal.axis, &signal.value);
        }
        let counter = self.procedure.pack.counter.iter();
        let mut own = counter.filter(|one| one.rule.as_str() == signal.axis);
        let title = own.next().map(|one| one.title.get(self.language).to_owned());
        format!("{}: {}", title.unwrap_or_else(|| signal.axis.clone()), signal.value)
    }

    fn limit(&self, rule: &str) -> String {
        let limit = self.procedure.deadline(rule);
        limit.map_or_else(|| rule.to_owned(), |limit| limit.title.get(self.language).to_owned())
    }

    fn on_time(&self) -> Vec<Kept> {
        let all = self.rollup.on_time.iter();
        all.map(|(rule, counts)| Kept {
            rule: rule.to_string(),
            title: self.limit(rule.as_str()),
            due: counts.due,
            met: counts.met,
            share: (counts.due > 0).then(|| (counts.met as f64 * 10_000.0 / counts.due as f64).round() / 100.0),
        })
        .collect()
    }

    fn overdue(&self) -> Vec<Late> {
        let all = self.rollup.overdue.iter();
        all.map(|one| Late {
            title: self.limit(one.rule.as_str()),
            overdue: one.clone(),
        })
        .collect()
    }

    fn duties(&self) -> Vec<DutyShown> {
        let all = self.rollup.duties.iter();
        all.map(|one| {
            let rule = self.procedure.pack.duty.iter().find(|duty| duty.rule == one.rule);
            DutyShown {
                rule: one.rule.to_string(),
                title: rule.map_or_else(|| one.rule.to_string(), |rule| rule.title.get(self.language).to_owned()),
                period: one.period.clone(),
                owner: one.owner.clone(),
                due_at: one.due_at,
                done_at: one.done_at,
                state: one.state.to_string(),
                state_text: word(self.language, &format!("duty_{}", one.state)),
            }
        })
        .collect()
    }

    fn missing(&self) -> Vec<Missing> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let named = self.rollup.kpis.iter().flat_map(|kpi| &kpi.missing);
        for (figure, month) in named.filter_map(|one| one.split_once(' ')) {
            all.entry(figure).or_default().insert(month);
        }
        let told = all.into_iter().map(|(figure, months)| Missing {
            figure: figure.to_owned(),
            title: figure_title(figure, self.language),
            months: months.into_iter().map(str::to_owned).collect(),
        });
        told.collect()
    }

    fn money(&self) -> Vec<Sum> {
        let all = self.rollup.money.iter();
        all.flat_map(|(field, by_currency)| {
            by_currency.iter().map(|(currency, sum)| Sum {
                field: field.clone(),
                title: kesu_app::texts::field_title(self.procedure, field, self.language),
                currency: currency.clone(),
                sum: *sum,
            })
        })
        .collect()
    }

    fn reactions(&self) -> Vec<Counted> {
        let all = self.rollup.reactions.iter();
        all.map(|(value, n)| Counted {
            value: value.clone(),
            label: texts().label(self.language, "reaction", value),
            n: *n,
        })
        .collect()
    }
}
