//! What counts of one complaint at the end of a period: a line of the register as it was then.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::clock::deadline::deadlines;
use crate::clock::{Clock, Moment};
use crate::domain::complaint::Complaint;
use crate::domain::names::{RuleId, known};
use crate::domain::stage::Stage;
use crate::domain::survey::Answer;
use crate::domain::value::Value;
use crate::procedure::Procedure;
use crate::procedure::model::SlipKind;

/// A complaint as figures see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The number people know it by.
    pub number: String,
    /// When the company had it.
    pub received_at: Moment,
    /// Whether it is a complaint; an enquiry or an order is counted apart.
    pub complaint: bool,
    /// When it was last closed, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Moment>,
    /// What it is counted under, by axis: `class`, `department`, `channel`, `product`, `cause`, …, and the procedure's axes; an
    /// axis that has the name of one of these is `axis_<name>`.
    pub by: BTreeMap<String, String>,
    /// Its limits that have begun.
    pub limits: Vec<Limit>,
    /// Pieces that are affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Decimal>,
    /// Pieces that came back or were exchanged, by its slips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Decimal>,
    /// By how many per cent a quoted price was below the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<Decimal>,
    /// Sums by field and currency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub money: BTreeMap<String, BTreeMap<String, Decimal>>,
    /// How the customer last reacted to an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
    /// When the customer was asked by letter whether he is satisfied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Moment>,
    /// What he answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Counters it made too many in: rule and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excesses: Vec<(RuleId, String)>,
    /// A key that complaints of one customer share; it says nothing of him. Set by who knows the customer.
    #[serde(skip)]
    pub customer: Option<String>,
    /// A key that complaints share of whose customers a person said that they are one. Set by who knows the customers.
    #[serde(skip)]
    pub one: Option<String>,
}

/// A limit of a complaint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The rule.
    pub rule: RuleId,
    /// When it was due.
    pub due_at: Moment,
    /// When it was met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Moment>,
    /// Whether it was, or is, late.
    pub late: bool,
}

/// Fields that are counted as they are; what a report calls them, and where they stand.
const PLAIN: &[(&str, &str)] = &[
    ("product", "product_name"),
    ("model", "model_spec"),
    ("batch", "batch_no"),
    ("cause", "cause_code"),
    ("region", "region"),
    ("responsible_party", "responsible_party"),
    ("severity", "severity"),
    ("topic", "topic"),
];

/// Fields that hold costs.
const MONEY: &[&str] = &["damage_amount", "amount", "dept_loss", "service_charge"];

/// The complaint as it stood at a moment, as far as its record tells: what was reached or opened later is left out. `None` if
/// it had not been received yet, or does not count: it was merged into another.
pub fn as_of(complaint: &Complaint, at: Moment) -> Option<Complaint> {
    if complaint.received_at >= at || complaint.merged_into.is_some() {
        return None;
    }
    let mut then = complaint.clone();
    then.milestones.retain(|one| one.at < at);
    then.slips.retain(|slip| slip.opened_at < at);
    then.pauses.retain(|pause| pause.from < at);
    for pause in &mut then.pauses {
        pause.until = pause.until.filter(|until| *until < at);
    }
    if let Some(survey) = &mut then.survey {
        survey.asked = survey.asked.take().filter(|asked| asked.at < at);
        survey.answer = survey.answer.take().filter(|answer| answer.at < at);
    }
    match (then.stage.ended(), closed_at(&then)) {
        (true, None) => then.stage = Stage::Open,
        // It was taken up again later; with which reason it had been closed no longer stands in the record.
        (false, Some(at)) if then.stage != Stage::NotAComplaint => {
            let reason = String::new();
            then.stage = Stage::Closed { at, reason };
        }
        _ => {}
    }
    Some(then)
}

/// When it was closed, unless it was opened again since.
fn closed_at(complaint: &Complaint) -> Option<Moment> {
    let (place, closed) = complaint.last(known::CLOSED)?;
    let reopened = complaint.last(known::REOPENED).is_some_and(|(later, _)| later > place);
    (!reopened).then_some(closed.at)
}

impl Line {
    /// The line of a complaint at a moment; `None` where it does not count.
    pub fn of(complaint: &Complaint, procedure: &Procedure, clock: &Clock<'_>, at: Moment) -> Option<Self> {
        let it = as_of(complaint, at)?;
        let taken = |axis: &str| PLAIN.iter().any(|(name, _)| *name == axis);
        let axes = it.axes.iter().map(|(axis, value)| match taken(axis) {
            true => (format!("axis_{axis}"), value.clone()),
            false => (axis.clone(), value.clone()),
        });
        let mut by: BTreeMap<String, String> = axes.collect();
        by.insert("class".to_owned(), it.class.clone());
        by.insert("channel".to_owned(), it.channel.clone());
        if let Some(department) = &it.department {
            by.insert("department".to_owned(), department.to_string());
        }
        for (name, field) in PLAIN {
            if let Some(Value::Text(text)) = it.fields.get(*field) {
                by.insert((*name).to_owned(), text.trim().to_owned());
            }
        }
        by.retain(|_, value| !value.is_empty());
        let limits = deadlines(&it, procedure, clock, at)
            .into_iter()
            .filter(|one| !one.planned && one.then.is_none())
            .map(|one| Limit {
                rule: one.rule,
                due_at: one.due_at,
                done_at: one.done_at,
                late: one.late && !one.paused,
            })
            .collect();
        let mut money: BTreeMap<String, BTreeMap<String, Decimal>> = BTreeMap::new();
        for field in MONEY {
            if let Some(Value::Money(sum)) = it.fields.get(*field) {
                let of = money.entry((*field).to_owned()).or_default();
                *of.entry(sum.currency.clone()).or_default() += sum.amount;
            }
        }
        let number = |field: &str| it.fields.get(field).and_then(Value::amount);
        let came_back = it.slips.iter().filter(|slip| slip.kind == SlipKind::ReturnGoods);
        let returned: Option<Decimal> = came_back
            .filter_map(|slip| {
                let of = |field: &str| slip.fields.get(field).and_then(Value::amount);
                of("quantity_received").or_else(|| of("quantity_approved"))
            })
            .reduce(|a, b| a + b);
        Some(Self {
            number: it.number.to_string(),
            received_at: it.received_at,
            complaint: it.stage != Stage::NotAComplaint,
            closed_at: closed_at(&it).filter(|_| it.stage.ended()),
            by,
            limits,
            pieces: number("quantity_affected"),
            returned,
            deviation: number("deviation_percent"),
            money,
            reaction: it.reaction.clone(),
            asked_at: it
                .survey
                .as_ref()
                .and_then(|survey| survey.asked.as_ref())
                .map(|asked| asked.at),
            answer: it.survey.as_ref().and_then(|survey| survey.answer.clone()),
            excesses: it
                .excesses
                .iter()
                .map(|one| (one.rule.clone(), one.values.join(" · ")))
                .collect(),
            customer: None,
            one: None,
        })
    }

    /// The line for figures in which only the survey counts: of what was closed before the period, and answered in it.
    #[must_use]
    pub fn of_survey(self) -> Self {
        let (limits, excesses) = (Vec::new(), Vec::new());
        Self {
            limits,
            excesses,
            ..self
        }
    }

    /// Whether it still needs work.
    pub fn open(&self) -> bool {
        self.complaint && self.closed_at.is_none()
    }

    /// Whether it is open and a limit has passed.
    pub fn overdue(&self) -> bool {
        self.open() && self.missed().next().is_some()
    }

    /// Its limits that have passed and were not met yet.
    pub fn missed(&self) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(|limit| limit.late && limit.done_at.is_none())
    }
}

/// Between which moments, both left out, a line stays what it is at another, as long as nothing more is noted of its complaint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What happened last before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Moment>,
    /// What happens first afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Moment>,
}

impl Span {
    /// Around the moment at which a complaint has this line, or none: no milestone, slip, pause or answer of its record lies
    /// inside, and no limit of it passes.
    pub fn around(complaint: &Complaint, line: Option<&Line>, at: Moment) -> Self {
        let reached = complaint.milestones.iter().map(|one| one.at);
        let slips = complaint.slips.iter().map(|slip| slip.opened_at);
        let pauses = complaint
            .pauses
            .iter()
            .flat_map(|pause| [Some(pause.from), pause.until]);
        let survey = complaint.survey.iter().flat_map(|survey| {
            let asked = survey.asked.as_ref().map(|asked| asked.at);
            [asked, survey.answer.as_ref().map(|answer| answer.at)]
        });
        let limits = line.iter().flat_map(|line| &line.limits);
        let passing = limits.filter(|limit| limit.done_at.is_none()).map(|limit| limit.due_at);
        let mut span = Self::default();
        let all = reached
            .chain(slips)
            .chain(pauses.chain(survey).flatten())
            .chain(passing);
        for one in std::iter::once(complaint.received_at).chain(all) {
            if one < at {
                span.after = span.after.max(Some(one));
            } else {
                span.before = Some(span.before.map_or(one, |first| first.min(one)));
            }
        }
        span
    }

    /// Whether a moment lies in it.
    pub fn holds(self, at: Moment) -> bool {
        self.after.is_none_or(|last| last < at) && self.before.is_none_or(|next| at < next)
    }
}
