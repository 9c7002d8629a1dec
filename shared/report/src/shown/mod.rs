//! A kept rollup as people read it: titles in their language, lights, shares, what stood there before.

mod said;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use kesu_app::texts::{Language, texts};
use kesu_rules::procedure::Procedure;
use kesu_rules::rollup::{Compared, Outcome, Period, Rollup, Signal, Trend, ranked};
use rust_decimal::Decimal;

pub use shape::*;

use crate::words::{axis_field, axis_title, figure_title, value_title, word};

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
        survey: eye.survey(),
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
}
