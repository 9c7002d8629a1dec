//! Compares verdicts with labelled texts: class, department, first limit, and whether a grave text was taken too lightly.

use serde::Deserialize;

use super::{Axis, Kind, Verdict};
use crate::clock::first::first;
use crate::domain::value::Value;
use crate::procedure::Procedure;
use crate::procedure::condition::Situation;

/// A text with the answers that a careful clerk would give.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// Unique over all files.
    pub id: String,
    /// The customer's words.
    pub text: String,
    /// By which procedure.
    pub procedure: String,
    /// Stored name of the class; `+` joins several.
    pub expected_class: String,
    /// Who handles it, or `not stated`.
    pub expected_department: String,
    /// The first limit with its rule in brackets, or `none stated`.
    #[serde(default)]
    pub first_deadline: Option<String>,
    /// Harm, death, danger, authority, media or lawyer, not denied.
    #[serde(default)]
    pub grave: bool,
    /// Classes that are right as well.
    #[serde(default)]
    pub also_class: Vec<String>,
    /// Departments that are right as well.
    #[serde(default)]
    pub also_department: Vec<String>,
}

/// How one verdict did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The class is one of the right ones.
    pub class: bool,
    /// The department is one of the right ones.
    pub department: bool,
    /// The first limit is the right rule.
    pub deadline: bool,
    /// A grave text stands below its class and nobody is asked to look.
    pub below: bool,
}

/// The sum over many texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Texts.
    pub texts: u32,
    /// With the right class.
    pub class: u32,
    /// With the right department.
    pub department: u32,
    /// With the right first limit.
    pub deadline: u32,
    /// Grave texts.
    pub grave: u32,
    /// Grave texts below their class without review.
    pub below: u32,
    /// Texts that a person is asked to look at.
    pub review: u32,
}

impl Tally {
    /// Counts one text.
    pub fn add(&mut self, labelled: &Labelled, verdict: &Verdict, mark: Mark) {
        self.texts += 1;
        self.class += u32::from(mark.class);
        self.department += u32::from(mark.department);
        self.deadline += u32::from(mark.deadline);
        self.grave += u32::from(labelled.grave);
        self.below += u32::from(mark.below);
        self.review += u32::from(verdict.needs_review);
    }

    /// Whether class and department are right for at least so many in a hundred, and no grave text lies too low.
    pub fn reaches(&self, percent: u32) -> bool {
        self.class * 100 >= percent * self.texts && self.department * 100 >= percent * self.texts && self.below == 0
    }
}

/// The rule of the first limit that this verdict would start.
pub fn first_limit<'p>(procedure: &'p Procedure, verdict: &Verdict) -> Option<&'p str> {
    first(procedure, &Fresh(verdict)).map(|rule| rule.rule.as_str())
}

/// Compares one verdict with its label; `limit` is the rule of its first limit.
pub fn mark(labelled: &Labelled, verdict: &Verdict, axes: &[Axis], limit: Option<&str>) -> Mark {
    let classes = || std::iter::once(&labelled.expected_class).chain(&labelled.also_class);
    let class = classes().any(|one| same(one, &verdict.class));
    let department = verdict.department.as_deref().unwrap_or("not stated");
    let mut departments = std::iter::once(&labelled.expected_department).chain(&labelled.also_department);
    let stated = labelled.first_deadline.as_deref().unwrap_or_default();
    Mark {
        class,
        department: departments.any(|one| one == department),
        deadline: rule_of(stated) == limit,
        below: labelled.grave && !class && !verdict.needs_review && below(&labelled.expected_class, verdict, axes),
    }
}

/// The same classes, in whatever order they are joined.
fn same(one: &str, other: &str) -> bool {
    let parts = |class: &str| {
        let bare = class.split_once(':').map_or(class, |(_, bare)| bare);
        let mut parts: Vec<String> = bare.split('+').map(str::to_owned).collect();
        parts.sort_unstable();
        parts
    };
    parts(one) == parts(other)
}

/// `1 day [T19.2] within 6 days [T19.1]` begins with rule T19.2.
fn rule_of(stated: &str) -> Option<&str> {
    let (_, behind) = stated.split_once('[')?;
    behind.split_once(']').map(|(rule, _)| rule)
}

/// Whether the verdict is less grave than the class that was expected: no complaint at all, or a class listed later.
pub(super) fn below(expected: &str, verdict: &Verdict, axes: &[Axis]) -> bool {
    if matches!(verdict.kind, Kind::Enquiry | Kind::Information) {
        return true;
    }
    let place = |class: &str| {
        let in_axis = |axis: &Axis| axis.class.iter().position(|one| one.name == class);
        axes.iter()
            .enumerate()
            .find_map(|(n, axis)| in_axis(axis).map(|at| (n, at)))
    };
    let bare = |class: &str| -> Vec<String> {
        let bare = class.split_once(':').map_or(class, |(_, bare)| bare);
        bare.split('+').map(str::to_owned).collect()
    };
    let got: Vec<_> = bare(&verdict.class).iter().map(|part| place(part)).collect();
    // A part of the class that is neither there nor outdone by a graver one of the same axis is missing.
    let main = |axis: usize| axes.get(axis).is_some_and(|axis| axis.main);
    bare(expected).iter().any(|part| match place(part) {
        // A complaint is graver than an order for service.
        Some((axis, _))
            if !main(axis) && verdict.kind == Kind::Complaint && got.iter().flatten().any(|(own, _)| main(*own)) =>
        {
            false
        }
        Some((axis, at)) => !got.iter().flatten().any(|(own, found)| *own == axis && *found <= at),
        None => true,
    })
}

/// A complaint of which nothing is known but its verdict.
struct Fresh<'a>(&'a Verdict);

impl Situation for Fresh<'_> {
    fn class(&self) -> Option<&str> {
        Some(&self.0.class)
    }
    fn axis(&self, axis: &str) -> Option<&str> {
        self.0.axes.get(axis).map(String::as_str)
    }
    fn field(&self, _: &str) -> Option<&Value> {
        None
    }
    fn reached(&self, _: &str) -> bool {
        false
    }
    fn answers(&self) -> u32 {
        0
    }
    fn reaction(&self) -> Option<&str> {
        None
    }
    fn off_hours(&self) -> bool {
        false
    }
}
