//! When the second reader is followed: it is surer than the rules, no answer decided, and where a grave word stands it is
//! much surer before it makes the text lighter, which a person then looks at.

use std::collections::BTreeMap;

use kesu_words::{Heads, Row};

use super::{Heard, facts, hear};
use crate::classify::answers::answered;
use crate::classify::decide::Reading;
use crate::classify::fire::counts;
use crate::classify::model::{Because, Classes, Kind, Rule, Verdict};
use crate::classify::score;

/// What stands as the rule of what the samples decided.
pub const SAMPLES: &str = "samples";
/// What stands as its cue.
pub const LIKENESS: &str = "likeness";

/// How much surer than the rules, in natural logarithms, it must be.
const MARGIN: f32 = 0.1;
/// How much surer to make a text with a grave word lighter; and then a person looks in any case.
const LIGHTER: f32 = 2.0;
/// What the department weighs beside the class.
const DEPARTMENT: f32 = 0.7;
/// The logarithm of the probability of an answer that the samples do not have.
const UNHEARD: f32 = -5.0;
/// How many of the likeliest classes are considered.
const LIKELIEST: usize = 3;
/// A proposal less probable than this wants a person to look.
const SURE: f32 = 0.6;
/// A text that is grave with this probability wants a person to look unless its class is this probable, whoever found it.
const GRAVE: (f32, f32) = (0.05, 0.95);

/// A class and department that may be proposed, with the axes that say so.
struct Proposal {
    kind: Kind,
    axes: BTreeMap<String, String>,
    class: String,
    department: Option<String>,
    score: f32,
    /// Whether a text with a grave word is made lighter.
    lighter: bool,
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
        let facts = facts(&ruled);
        let mut classes = heads.class.weigh(&heard.sums, &facts);
        classes.sort_by(|a, b| b.1.total_cmp(&a.1));
        let departments = heads.department.weigh(&heard.sums, &facts);
        let mut verdict = self.likelier(ruled, &heard, heads, &classes, &departments);
        let probable = of(&classes, &verdict.class).exp();
        verdict.needs_review |= model.grave(&heard.sums) > GRAVE.0 && probable < GRAVE.1;
        verdict
    }

    /// What is likelier than the verdict of the rules, if it may be followed; `classes` come likeliest first.
    fn likelier(
        &self,
        ruled: Verdict,
        heard: &Heard<'_>,
        heads: &Heads,
        classes: &[(&str, f32)],
        departments: &[(&str, f32)],
    ) -> Verdict {
        let score = |class: &str, department: Option<&str>| {
            of(classes, class) + DEPARTMENT * department.map_or(UNHEARD, |one| of(departments, one))
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
        for class in considered.filter(|class| of(classes, class) + DEPARTMENT * surest > floor) {
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
                        lighter: false,
                    });
                }
            }
        }
        let Some(mut best) = best.filter(|best| self.may_follow(best, &ruled)) else {
            return ruled;
        };
        best.lighter = self.lighter(&best, &ruled);
        if best.lighter && best.score < own + LIGHTER {
            return ruled;
        }
        let probable = of(classes, &best.class).exp();
        self.follow(best, ruled, probable, heard, heads)
    }

    /// Answers go before likeness.
    fn may_follow(&self, to: &Proposal, ruled: &Verdict) -> bool {
        // What was answered makes it what it is; another kind would not even ask.
        let mut answered_yes = ruled.because.iter().filter(|one| one.cue.starts_with("answer:"));
        if answered_yes.any(|one| to.kind != ruled.kind || to.axes.get(&one.axis) != ruled.axes.get(&one.axis)) {
            return false;
        }
        // What was denied does not make it what it would be.
        let moved = |rule: &&Rule| {
            let value = to.axes.get(&rule.axis);
            value == Some(&rule.value) && value != ruled.axes.get(&rule.axis)
        };
        let rules = self.classifier.classes.rule.iter().filter(moved);
        let mut tests = rules.flat_map(|rule| &rule.answers);
        !tests.any(|test| answered(test, self.input.answers) == Some(false))
    }

    /// Whether a grave word that is not denied would count for less.
    fn lighter(&self, to: &Proposal, ruled: &Verdict) -> bool {
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
        grave && (to.kind != Kind::Complaint || score::below(&ruled.class, &would, self.classifier.axes()))
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

    fn follow(&self, to: Proposal, ruled: Verdict, probable: f32, heard: &Heard<'_>, heads: &Heads) -> Verdict {
        let moved = |axis: &str| to.axes.get(axis) != ruled.axes.get(axis);
        let mut because: Vec<Because> = ruled.because.iter().filter(|one| !moved(&one.axis)).cloned().collect();
        let (start, end) = telling(heard, heads, &to, &ruled).unwrap_or_default();
        for (axis, value) in to.axes.iter().filter(|(axis, _)| moved(axis)) {
            because.push(self.because(SAMPLES, LIKENESS, axis, value, start, end));
        }
        Verdict {
            kind: to.kind,
            class: to.class,
            axes: to.axes,
            department: to.department,
            because,
            needs_review: ruled.needs_review || to.lighter || probable < SURE || to.kind == Kind::Vague,
            confidence: f64::from((probable.clamp(0.05, 0.95) * 100.0).round()) / 100.0,
            ..ruled
        }
    }
}

/// The logarithm of how probable an answer is.
fn of(all: &[(&str, f32)], name: &str) -> f32 {
    let found = all.iter().find(|(own, _)| *own == name);
    found.map_or(UNHEARD, |(_, probable)| *probable)
}

/// The words that speak most for the proposal and against what the rules said: their place in the folded text.
fn telling(heard: &Heard<'_>, heads: &Heads, to: &Proposal, ruled: &Verdict) -> Option<(usize, usize)> {
    let pulls = match &to.department {
        Some(department) if to.class == ruled.class => heads.department.pulls(department, ruled.department.as_deref()),
        _ => heads.class.pulls(&to.class, Some(&ruled.class)),
    };
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
