//! What answers that change after a complaint came in make of its classes.
//!
//! The words are kept apart from the log and are not read again. What they said beside the answers was noted when they were
//! read ([`Spoken`]); with that, and the answers as they now stand, an axis is decided as it would have been at once.
//! What a person set counts like words that no answer silences: an answer moves it only if it speaks for another class and
//! is newer, because whoever classified knew the answers of his time.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Classifier;
use super::answers::answered;
use super::decide::{Fired, Place, Reading, read};
use super::fire::Aside;
use super::likeness::SAMPLES;
use super::model::{Axis, Because, Input, Kind, Mode, Rule, Spoken, Verdict};

/// How a complaint stands when an answer changes.
#[derive(Clone, Copy)]
pub struct Standing<'a> {
    /// Its classes on all axes, and `kind`.
    pub axes: &'a BTreeMap<String, String>,
    /// What speaks for them besides the answers.
    pub spoken: &'a BTreeMap<String, Spoken>,
    /// The answers, with those that changed.
    pub answers: &'a BTreeMap<String, Value>,
    /// Whether it came in outside working time.
    pub off_hours: bool,
}

/// What findings made of the classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// All axes.
    pub axes: BTreeMap<String, String>,
    /// What speaks for them besides the answers.
    pub spoken: BTreeMap<String, Spoken>,
    /// Which answers moved which axis; of an answer that fell away, what it had spoken for.
    pub because: Vec<Because>,
    /// Whether a rule that spoke wants a person to look.
    pub review: bool,
    /// Whether what was left is a guess: words fell silent, and what they had silenced is not known any more.
    pub guess: bool,
}

impl Classifier {
    /// Classifies one complaint, and says what speaks for its classes besides the answers, for those axes that answers can
    /// move and where it is not plainly what stands.
    pub fn classify_along(&self, input: &Input<'_>) -> (Verdict, BTreeMap<String, Spoken>) {
        let none = BTreeMap::new();
        let mute = Input {
            answers: &none,
            ..*input
        };
        let reading = read(self, input);
        let verdict = reading.verdict();
        let words = Reading {
            input: &mute,
            ..reading
        };
        let mut spoken = words.spoken(&verdict);
        // What the samples decided stands as if the words had said it.
        spoken.retain(|axis, _| {
            !verdict
                .because
                .iter()
                .any(|one| one.axis == *axis && one.rule == SAMPLES)
        });
        (verdict, spoken)
    }

    /// What a person's classes leave noted: they stand firm, and the answers of that time are overruled.
    pub fn by_person(
        &self,
        set: &BTreeMap<String, Option<String>>,
        answers: &BTreeMap<String, Value>,
    ) -> BTreeMap<String, Spoken> {
        let movable = set.iter().filter(|(axis, _)| self.fields_of(axis).next().is_some());
        let noted = movable.map(|(axis, value)| {
            let value = value.as_deref().unwrap_or_default();
            let values: Vec<String> = value.split('+').map(str::to_owned).collect();
            let over = self.fields_of(axis).filter(|field| answers.contains_key(*field));
            let spoken = Spoken {
                firm: values.clone(),
                values,
                over: over.map(str::to_owned).collect(),
            };
            (axis.clone(), spoken)
        });
        noted.collect()
    }

    /// The fields whose answers can move any axis.
    pub fn asks(&self, field: &str) -> bool {
        self.classes.rule.iter().any(|rule| asks(rule, field))
    }

    /// The classes after these fields have changed, if any of them moved.
    pub fn findings(&self, changed: &BTreeSet<&str>, standing: Standing<'_>) -> Option<Findings> {
        let kind = standing.axes.get("kind").map_or(Kind::Complaint.code(), String::as_str);
        let mut found = Findings {
            axes: standing.axes.clone(),
            spoken: standing.spoken.clone(),
            because: Vec::new(),
            review: false,
            guess: false,
        };
        let serves = |axis: &&Axis| axis.kinds.iter().any(|one| one.code() == kind);
        for axis in self.classes.axis.iter().filter(serves) {
            let rules = self.classes.rule.iter().filter(|rule| rule.axis == axis.id);
            if rules.clone().any(|rule| changed.iter().any(|field| asks(rule, field))) {
                found.axis(axis, &rules.collect::<Vec<_>>(), changed, standing);
            }
        }
        (found.axes != *standing.axes).then_some(found)
    }

    fn fields_of(&self, axis: &str) -> impl Iterator<Item = &str> {
        let rules = self.classes.rule.iter().filter(move |rule| rule.axis == axis);
        rules.flat_map(|rule| &rule.answers).map(|test| test.field.as_str())
    }
}

fn asks(rule: &Rule, field: &str) -> bool {
    rule.answers.iter().any(|test| test.field == field)
}

impl Findings {
    fn axis(&mut self, axis: &Axis, rules: &[&Rule], changed: &BTreeSet<&str>, standing: Standing<'_>) {
        let stands = standing.axes.get(&axis.id);
        let mut spoken = match standing.spoken.get(&axis.id) {
            Some(spoken) => spoken.clone(),
            None => plain(axis, stands),
        };
        spoken.over.retain(|field| !changed.contains(field.as_str()));
        let (mut yes, mut no): (Vec<(&Rule, &str)>, Vec<&str>) = (Vec::new(), Vec::new());
        for rule in rules.iter().filter(|rule| !rule.off_hours || standing.off_hours) {
            let tests = rule.answers.iter().filter(|test| !spoken.over.contains(&test.field));
            let told: Vec<(&str, bool)> = tests
                .filter_map(|test| Some((test.field.as_str(), answered(test, standing.answers)?)))
                .collect();
            match told.iter().find(|(_, yes)| *yes) {
                Some((field, _)) => yes.push((rule, field)),
                None if !told.is_empty() => no.push(&rule.value),
                None => {}
            }
        }
        let silenced = |value: &String| no.contains(&value.as_str()) && !spoken.firm.contains(value);
        let words: Vec<&String> = spoken.values.iter().filter(|value| !silenced(value)).collect();
        let speaks = |name: &String| yes.iter().any(|(rule, _)| rule.value == *name) || words.contains(&name);
        let listed = || axis.class.iter().map(|class| &class.name);
        let value = match axis.mode {
            Mode::Score => yes
                .first()
                .map(|(rule, _)| rule.value.clone())
                .or_else(|| words.first().map(|value| (*value).clone())),
            Mode::Gravest => listed().find(|name| speaks(name)).cloned(),
            Mode::All => {
                let all: Vec<&str> = listed().filter(|name| speaks(name)).map(String::as_str).collect();
                (!all.is_empty()).then(|| all.join("+"))
            }
        };
        let taken_away = words.iter().any(|value| value.is_empty());
        let value = value.or_else(|| axis.default.clone().filter(|_| !taken_away));
        let value = value.filter(|value| !value.is_empty());
        if value.as_ref() == stands {
            return;
        }
        let mut winners = yes
            .iter()
            .filter(|(rule, _)| value.iter().any(|value| value.split('+').any(|one| one == rule.value)))
            .peekable();
        self.guess |= winners.peek().is_none() && words.len() < spoken.values.len();
        for (rule, field) in winners {
            self.review |= rule.review;
            self.because.push(because(rule, field, &rule.value));
        }
        if self.because.iter().all(|one| one.axis != axis.id) {
            let asking = rules
                .iter()
                .find_map(|rule| Some((rule, changed.iter().find(|field| asks(rule, field))?)));
            let left = value.clone().unwrap_or_default();
            self.because
                .extend(asking.map(|(rule, field)| because(rule, field, &left)));
        }
        match value {
            Some(value) => self.axes.insert(axis.id.clone(), value),
            None => self.axes.remove(&axis.id),
        };
        self.spoken.insert(axis.id.clone(), spoken);
    }
}

/// What speaks for a class where nothing was noted: the class itself, unless it is what stands when nothing speaks.
fn plain(axis: &Axis, stands: Option<&String>) -> Spoken {
    let stands = stands.filter(|value| axis.default.as_ref() != Some(value));
    let values = stands.map(|value| value.split('+').map(str::to_owned).collect());
    Spoken {
        values: values.unwrap_or_default(),
        ..Spoken::default()
    }
}

fn because(rule: &Rule, field: &str, value: &str) -> Because {
    Because {
        rule: rule.rule.clone(),
        cue: format!("answer:{field}"),
        axis: rule.axis.clone(),
        value: value.to_owned(),
        text: None,
        start: 0,
        end: 0,
    }
}

impl<'a> Reading<'a> {
    /// What the words say on the axes that answers can move, where that is not plainly what the verdict says.
    fn spoken(&self, verdict: &Verdict) -> BTreeMap<String, Spoken> {
        let classes = &self.classifier.classes;
        let mut spoken = BTreeMap::new();
        let mut main: Option<Vec<Place>> = None;
        for axis in classes.axis.iter().filter(|axis| axis.kinds.contains(&verdict.kind)) {
            if self.classifier.fields_of(&axis.id).next().is_none() {
                continue;
            }
            let mut aside = BTreeSet::<Aside>::new();
            let rules = classes.rule.iter().filter(|rule| rule.axis == axis.id);
            let fired: Vec<Fired<'a>> = rules.filter_map(|rule| self.fire(rule, &mut aside)).collect();
            let said = self.words_for(axis, &fired, &mut main);
            if said != plain(axis, verdict.axes.get(&axis.id)) {
                spoken.insert(axis.id.clone(), said);
            }
        }
        spoken
    }

    fn words_for(&self, axis: &Axis, fired: &[Fired<'a>], main: &mut Option<Vec<Place>>) -> Spoken {
        let of_axis: Vec<&Fired<'a>> = fired.iter().collect();
        if axis.mode == Mode::Score {
            // Nearness to the words of the main axis counts here, so those are needed too.
            let places = main.get_or_insert_with(|| {
                let all = self.classifier.classes.rule.iter();
                let fired: Vec<Fired<'a>> = all
                    .filter_map(|rule| self.fire(rule, &mut BTreeSet::<Aside>::new()))
                    .collect();
                self.main_places(&fired)
            });
            let chosen = self.choose(axis, &of_axis, places);
            let values = chosen.filter(|(_, winners, _)| !winners.is_empty());
            return Spoken {
                values: values.map(|(value, _, _)| value).into_iter().collect(),
                ..Spoken::default()
            };
        }
        let names = || axis.class.iter().map(|class| &class.name);
        let values = names().filter(|name| of_axis.iter().any(|one| one.rule.value == **name));
        // A rule that asks nothing cannot be answered away either.
        let firm = |name: &&String| {
            let mut own = of_axis.iter().filter(|one| one.rule.value == **name);
            own.any(|one| one.rule.safety || one.rule.answers.is_empty() || self.by_safety(one))
        };
        let asked = |name: &&String| {
            let mut rules = self.classifier.classes.rule.iter();
            rules.any(|rule| rule.axis == axis.id && rule.value == **name && !rule.answers.is_empty())
        };
        let firm: Vec<String> = values.clone().filter(asked).filter(firm).cloned().collect();
        let mut values: Vec<String> = values.cloned().collect();
        if axis.mode == Mode::Gravest {
            // What is less grave than a class that nothing silences never comes to the fore.
            let stays = values.iter().position(|name| firm.contains(name) || !asked(&name));
            values.truncate(stays.map_or(usize::MAX, |at| at.saturating_add(1)));
        }
        if firm.is_empty() && values.iter().eq(axis.default.iter()) {
            values.clear();
        }
        let over = BTreeSet::new();
        Spoken { values, firm, over }
    }

    fn by_safety(&self, fired: &Fired<'_>) -> bool {
        let cue = |id: &String| self.classifier.cues.iter().find(|cue| cue.id == *id);
        let mut because = fired.because.iter();
        because.any(|one| cue(&one.cue).is_some_and(|cue| cue.safety))
    }
}
