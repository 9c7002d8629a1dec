//! Classifies a complaint from its words and its structured answers: offline, explainable, the same result every time.

mod answers;
mod cue_name;
mod cues;
mod decide;
mod findings;
mod fire;
pub mod likeness;
mod model;
mod naming;
mod number;
mod scope;
pub mod score;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use cue_name::CueName;
use cues::Finder;
pub use findings::{Findings, Standing};
pub(crate) use kesu_words::text::is_traditional;
pub use kesu_words::text::{READ_HEAD, READ_TAIL, fold_word};
pub use kesu_words::{Cue, Lexicon, Unit};
use kesu_words::{Heads, Weights};
pub use model::{
    AnswerTest, Axis, Because, Class, Classes, Classification, Input, Kind, KindRule, Labels, Mode, NumberTest, Route,
    Routing, Rule, SetAside, Spoken, Verdict,
};

/// A pack's classification, ready to be used many times.
#[derive(Debug)]
pub struct Classifier {
    classes: Classes,
    routing: Routing,
    lexicon: &'static Lexicon,
    cues: Vec<Cue>,
    finder: Finder,
    likeness: Option<(&'static Weights, &'static Heads)>,
}

impl Classification {
    /// Reads the two files of a pack.
    ///
    /// # Errors
    /// What is wrong, with the line, of either file.
    pub fn parse(classes: &str, routing: &str) -> Result<Self, Vec<String>> {
        let classes = toml::from_str(classes).map_err(|error| format!("classes.toml: {error}"));
        let routing = toml::from_str(routing).map_err(|error| format!("routing.toml: {error}"));
        match (classes, routing) {
            (Ok(classes), Ok(routing)) => Ok(Self { classes, routing }),
            (classes, routing) => Err(classes.err().into_iter().chain(routing.err()).collect()),
        }
    }

    /// Builds the classifier. The lexicon's words are compiled already; only the pack's own are compiled here.
    ///
    /// # Errors
    /// Everything that is wrong at once: unknown cues, axes, classes and units, unreadable patterns.
    pub fn compile(&self, lexicon: &'static Lexicon) -> Result<Classifier, Vec<String>> {
        let mut problems = self.check(lexicon);
        let own: BTreeMap<&str, &Cue> = self.classes.cue.iter().map(|cue| (cue.id.as_str(), cue)).collect();
        let mut cues: Vec<Cue> = Vec::new();
        let mut index = HashMap::new();
        let mut place = |id: &str| {
            if let Some(place) = index.get(id) {
                return *place;
            }
            let place = cues.len();
            match own.get(id).copied().or_else(|| lexicon.cue(id)) {
                Some(cue) => {
                    index.insert(id.to_owned(), place);
                    cues.push(cue.clone());
                }
                None => problems.push(format!("cue `{id}` is neither in the lexicon nor in classes.toml")),
            }
            place
        };
        let mut classes = self.classes.clone();
        classes.each_cue(|cue| cue.place = place(cue));
        for cue in lexicon.cues.iter().filter(|cue| cue.grave) {
            place(&cue.id);
        }
        match Finder::new(&cues, &own, lexicon) {
            Ok(finder) if problems.is_empty() => Ok(Classifier {
                classes,
                routing: self.routing.clone(),
                lexicon,
                cues,
                finder,
                likeness: None,
            }),
            finder => {
                problems.extend(finder.err().into_iter().flatten());
                Err(problems)
            }
        }
    }

    fn check(&self, lexicon: &Lexicon) -> Vec<String> {
        let mut problems = Vec::new();
        let axes: BTreeMap<&str, &Axis> = self.classes.axis.iter().map(|axis| (axis.id.as_str(), axis)).collect();
        let has = |axis: &str, class: &str| axes.get(axis).is_some_and(|a| a.class.iter().any(|c| c.name == class));
        if self.classes.axis.iter().filter(|axis| axis.main).count() != 1 {
            problems.push("exactly one axis must be the main one".to_owned());
        }
        for axis in &self.classes.axis {
            if axis.default.as_ref().is_some_and(|class| !has(&axis.id, class)) {
                problems.push(format!("axis `{}`: its default is none of its classes", axis.id));
            }
        }
        for rule in &self.classes.rule {
            if !has(&rule.axis, &rule.value) {
                problems.push(format!(
                    "rule {}: axis `{}` has no class `{}`",
                    rule.rule, rule.axis, rule.value
                ));
            }
            if rule.cues.is_empty() && rule.number.is_none() && rule.answers.is_empty() {
                problems.push(format!("rule {}: nothing can ever fire it", rule.rule));
            }
            if let Some(number) = rule
                .number
                .as_ref()
                .filter(|number| !lexicon.units.contains_key(&number.unit))
            {
                problems.push(format!("rule {}: the lexicon has no unit `{}`", rule.rule, number.unit));
            }
        }
        for axis in self
            .classes
            .kind
            .iter()
            .flat_map(|kind| &kind.fired)
            .chain(&self.classes.label.service_axis)
        {
            if !axes.contains_key(axis.as_str()) {
                problems.push(format!("there is no axis `{axis}`"));
            }
        }
        for (axis, classes) in self.routing.route.iter().flat_map(|route| &route.when) {
            for class in classes.iter().filter(|class| axis != "kind" && !has(axis, class)) {
                problems.push(format!("routing.toml: axis `{axis}` has no class `{class}`"));
            }
        }
        problems
    }
}

impl Classes {
    /// Calls `each` with the name of each cue that a rule asks for.
    fn each_cue(&mut self, mut each: impl FnMut(&mut CueName)) {
        for kind in &mut self.kind {
            let all = kind.any.iter_mut().chain(&mut kind.with).chain(&mut kind.unless);
            all.for_each(&mut each);
        }
        for rule in &mut self.rule {
            let near = rule.number.iter_mut().flat_map(|number| &mut number.near);
            let all = rule.cues.iter_mut().chain(&mut rule.with).chain(&mut rule.unless);
            all.chain(&mut rule.unless_near).chain(near).for_each(&mut each);
        }
        self.label.off_hours.iter_mut().for_each(&mut each);
    }
}

impl Classifier {
    /// The same with a second reader: what was learned from the samples of a procedure, if there are any.
    pub fn with_likeness(mut self, model: &'static Weights, procedure: &str) -> Self {
        self.likeness = model.heads(procedure).map(|heads| (model, heads));
        self
    }

    /// Classifies one complaint.
    pub fn classify(&self, input: &Input<'_>) -> Verdict {
        decide::read(self, input).verdict()
    }

    /// What the rules alone say, and the pieces of the text: what the second reader learns from.
    pub fn ruled(&self, input: &Input<'_>) -> (Verdict, HashSet<String>) {
        let reading = decide::read(self, input);
        let mut pieces = HashSet::new();
        likeness::pieces(&reading, |piece| {
            pieces.insert(piece.text.to_owned());
        });
        (reading.ruled(None), pieces)
    }

    /// A class as this procedure writes it, whatever the order of its parts; nothing if it has no such class.
    pub fn class_named(&self, class: &str) -> Option<String> {
        let known = |class: &str| self.classes.read_back(class).is_some();
        // Any order reads back, so that of the axes is tried first: one class has one name.
        let name = self.classes.ordered(class).and_then(|axes| {
            let name = self.classes.class_name(Kind::Complaint, &axes);
            (known(&name) && self.classes.parts(&name) == axes).then_some(name)
        });
        name.or_else(|| known(class).then(|| class.to_owned()))
    }

    /// Who handles a complaint with these classes, by routing alone; for a person's reclassification.
    ///
    /// `axes` may hold `kind` (`complaint` when absent).
    pub fn department(&self, axes: &BTreeMap<String, String>) -> Option<String> {
        let route = self.routing.route.get(self.route(axes)?);
        route.map(|route| route.department.clone())
    }

    /// Which route decides for a complaint with these classes: its place in the list.
    pub fn route(&self, axes: &BTreeMap<String, String>) -> Option<usize> {
        let value = |axis: &str| match axes.get(axis) {
            Some(value) => Some(value.as_str()),
            None if axis == "kind" => Some(Kind::Complaint.code()),
            None => None,
        };
        let holds = |route: &&Route| {
            route
                .when
                .iter()
                .all(|(axis, classes)| value(axis).is_some_and(|v| classes.iter().any(|class| class == v)))
        };
        self.routing.route.iter().position(|route| holds(&route))
    }

    /// The axes with their classes, titles and sources; for forms and the admin.
    pub fn axes(&self) -> &[Axis] {
        &self.classes.axis
    }

    /// The names that stand for an enquiry and for a text too vague to classify.
    pub fn labels(&self) -> &Labels {
        &self.classes.label
    }
}
