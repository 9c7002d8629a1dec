//! When the second reader is followed: it is clearly surer than the rules, no answer decided, and nothing grave is made light.

use std::collections::BTreeMap;

use kesu_words::{Heads, Row, Weights};

use super::{Heard, hear, observations, topic_feature};
use crate::classify::decide::Reading;
use crate::classify::fire::counts;
use crate::classify::model::{Because, Classes, Kind, Verdict};
use crate::classify::score;

/// What stands as the rule of what the samples decided.
pub const SAMPLES: &str = "samples";
/// What stands as its cue.
pub const LIKENESS: &str = "likeness";

/// How much surer than the rules, in natural logarithms, it must be.
const MARGIN: f32 = 0.4;
/// What the department weighs beside the class.
const DEPARTMENT: f32 = 0.7;
/// The logarithm of the probability of an answer that the samples do not have.
const UNHEARD: f32 = -5.0;
/// How many of the likeliest classes are considered.
const LIKELIEST: usize = 3;
/// A proposal less probable than this wants a person to look.
const SURE: f32 = 0.6;

/// A class and department that may be proposed, with the axes that say so.
struct Proposal {
    kind: Kind,
    axes: BTreeMap<String, String>,
    class: String,
    department: Option<String>,
    score: f32,
}

impl Reading<'_> {
    /// The verdict of the rules, or what the second reader makes of it.
    pub(in crate::classify) fn verdict(&self) -> Verdict {
        let ruled = self.ruled(None);
        let Some((model, heads)) = self.classifier.likeness else {
            return ruled;
        };
        let heard = hear(model, self);
        // Signs alone say nothing.
        if !heard.words {
            return ruled;
        }
        let observations = observations(model, &heard, &ruled);
        let mut classes = heads.class.weigh(&observations);
        classes.sort_by(|a, b| b.1.total_cmp(&a.1));
        let departments = heads.department.weigh(&observations);
        let of = |all: &[(&str, f32)], name: &str| {
            let found = all.iter().find(|(own, _)| *own == name);
            found.map_or(UNHEARD, |(_, probable)| *probable)
        };
        let score = |class: &str, department: Option<&str>| {
            of(&classes, class) + DEPARTMENT * department.map_or(UNHEARD, |one| of(&departments, one))
        };
        let own = score(&ruled.class, ruled.department.as_deref());
        // What cannot be followed anyway is not worked out: mostly nothing is left.
        let floor = own + MARGIN;
        let surest = departments
            .iter()
            .map(|(_, probable)| *probable)
            .fold(UNHEARD, f32::max);
        let likeliest = classes.iter().map(|(class, _)| *class).take(LIKELIEST);
        let considered = likeliest.chain((!classes.is_empty()).then_some(ruled.class.as_str()));
        let mut best: Option<Proposal> = None;
        for class in considered.filter(|class| of(&classes, class) + DEPARTMENT * surest > floor) {
            let Some((kind, axes)) = self.axes_of(class, &ruled) else {
                continue;
            };
            let natural = self.classifier.department(&axes);
            let others = departments.iter().map(|(name, _)| Some((*name).to_owned()));
            for department in std::iter::once(natural).chain(others) {
                let score = score(class, department.as_deref());
                if score <= best.as_ref().map_or(floor, |best| best.score) {
                    continue;
                }
                if let Some(axes) = self.routed(&axes, class, department.as_deref()) {
                    let class = class.to_owned();
                    best = Some(Proposal {
                        kind,
                        axes,
                        class,
                        department,
                        score,
                    });
                }
            }
        }
        let Some(best) = best.filter(|best| self.may_follow(best, &ruled)) else {
            return ruled;
        };
        let probable = of(&classes, &best.class).exp();
        self.follow(best, ruled, probable, &heard, (model, heads))
    }

    /// Answers and safety go before likeness.
    fn may_follow(&self, to: &Proposal, ruled: &Verdict) -> bool {
        // What was answered makes it what it is; another kind would not even ask.
        let mut answered = ruled.because.iter().filter(|one| one.cue.starts_with("answer:"));
        if answered.any(|one| to.kind != ruled.kind || to.axes.get(&one.axis) != ruled.axes.get(&one.axis)) {
            return false;
        }
        let grave = self.finds.cues.iter().zip(&self.senses).any(|(found, sense)| {
            let cue = self.cue(found).filter(|cue| cue.grave);
            cue.is_some_and(|cue| counts(cue, sense) != Err("negation"))
        });
        let would = Verdict {
            kind: to.kind,
            class: to.class.clone(),
            axes: to.axes.clone(),
            ..ruled.clone()
        };
        !(grave && (to.kind != Kind::Complaint || score::below(&ruled.class, &would, self.classifier.axes())))
    }

    /// The kind and the axes of a class by its name, the other axes as the rules leave them.
    fn axes_of(&self, class: &str, ruled: &Verdict) -> Option<(Kind, BTreeMap<String, String>)> {
        let classes = &self.classifier.classes;
        let (kind, parts) = classes.read_back(class)?;
        let mut axes = if kind == ruled.kind {
            ruled.axes.clone()
        } else {
            self.ruled(Some(kind)).axes
        };
        if kind == Kind::Complaint {
            axes.retain(|axis, _| !classes.names_by(axis));
        }
        axes.extend(parts);
        (classes.class_name(kind, &axes) == class).then_some((kind, axes))
    }

    /// The axes with which a complaint of this class goes to that department: as they are, or with what one route wants.
    fn routed(
        &self,
        axes: &BTreeMap<String, String>,
        class: &str,
        department: Option<&str>,
    ) -> Option<BTreeMap<String, String>> {
        let classifier = self.classifier;
        if classifier.department(axes).as_deref() == department {
            return Some(axes.clone());
        }
        let routes = classifier.routing.route.iter();
        let mut routes = routes.filter(|route| Some(route.department.as_str()) == department);
        routes.find_map(|route| {
            let mut wanted = axes.clone();
            for (axis, allowed) in &route.when {
                if wanted.get(axis).is_some_and(|value| allowed.contains(value)) {
                    continue;
                }
                // Who handles it says nothing of what it is.
                if axis == "kind" || classifier.classes.names_by(axis) {
                    return None;
                }
                wanted.insert(axis.clone(), allowed.first()?.clone());
            }
            let kind = Kind::ALL
                .iter()
                .find(|kind| axes.get("kind").is_some_and(|code| code == kind.code()))?;
            let same = classifier.classes.class_name(*kind, &wanted) == class;
            (same && classifier.department(&wanted).as_deref() == department).then_some(wanted)
        })
    }

    fn follow(
        &self,
        to: Proposal,
        ruled: Verdict,
        probable: f32,
        heard: &Heard<'_>,
        learned: (&Weights, &Heads),
    ) -> Verdict {
        let moved = |axis: &str| to.axes.get(axis) != ruled.axes.get(axis);
        let mut because: Vec<Because> = ruled.because.iter().filter(|one| !moved(&one.axis)).cloned().collect();
        let (start, end) = telling(heard, learned, &to, &ruled).unwrap_or_default();
        for (axis, value) in to.axes.iter().filter(|(axis, _)| moved(axis)) {
            because.push(self.because(SAMPLES, LIKENESS, axis, value, start, end));
        }
        Verdict {
            kind: to.kind,
            class: to.class,
            axes: to.axes,
            department: to.department,
            because,
            needs_review: ruled.needs_review || probable < SURE || to.kind == Kind::Vague,
            confidence: f64::from((probable.clamp(0.05, 0.95) * 100.0).round()) / 100.0,
            ..ruled
        }
    }
}

/// The words that speak most for the proposal and against what the rules said: their place in the folded text.
fn telling(
    heard: &Heard<'_>,
    (model, heads): (&Weights, &Heads),
    to: &Proposal,
    ruled: &Verdict,
) -> Option<(usize, usize)> {
    let by_class = to.class != ruled.class;
    let pull = |topic: &String| {
        let feature = topic_feature(topic);
        match (by_class, &to.department) {
            (false, Some(to)) => heads.department.tells(&feature, to, ruled.department.as_deref()),
            _ => heads.class.tells(&feature, &to.class, Some(&ruled.class)),
        }
    };
    let pulls: Vec<f32> = model.topics.iter().map(pull).collect();
    let speaks = |row: Row<'_>| -> f32 { row.weights().zip(&pulls).map(|(one, pull)| f32::from(one) * pull).sum() };
    let known = heard.known.iter();
    let most = known.max_by(|a, b| speaks(a.row).total_cmp(&speaks(b.row)))?;
    Some((most.from, most.to))
}

impl Classes {
    /// The kind of a class by its name, and what the name says of the axes, its kind among them.
    pub fn read_back(&self, class: &str) -> Option<(Kind, BTreeMap<String, String>)> {
        let (kind, mut parts) = match class {
            _ if class == self.label.enquiry => (Kind::Enquiry, BTreeMap::new()),
            _ if class == self.label.vague => (Kind::Vague, BTreeMap::new()),
            _ => {
                let parts = self.parts(class);
                let names = |axis: &Option<String>| axis.as_ref().is_some_and(|axis| parts.contains_key(axis));
                let main = self.axis.iter().any(|axis| axis.main && parts.contains_key(&axis.id));
                let kind = match () {
                    () if !main && names(&self.label.service_axis) => Kind::Service,
                    () if !main && names(&self.label.information_axis) => Kind::Information,
                    () => Kind::Complaint,
                };
                (kind, parts)
            }
        };
        parts.insert("kind".to_owned(), kind.code().to_owned());
        Some((kind, parts)).filter(|(kind, axes)| self.class_name(*kind, axes) == class)
    }

    /// Whether the class of a complaint is named by this axis.
    fn names_by(&self, axis: &str) -> bool {
        match &self.label.class {
            Some(pattern) => pattern.contains(&format!("{{{axis}}}")),
            None => self.axis.iter().any(|one| one.main && one.id == axis),
        }
    }
}
