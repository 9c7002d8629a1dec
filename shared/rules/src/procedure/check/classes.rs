//! What is wrong with classes and routes: cues, axes, classes and units that are not there.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::{Axis, Lexicon};
use crate::domain::value::FieldCatalogue;
use crate::procedure::load::Fault;
use crate::procedure::model::Pack;
use crate::procedure::tree::{Node, Path, way};

/// Everything wrong with the names in `classes.toml` and `routing.toml`.
pub(in crate::procedure) fn faults(pack: &Pack, tree: &Node, lexicon: &Lexicon) -> Vec<Fault> {
    let mut look = Look {
        pack,
        tree,
        lexicon,
        faults: Vec::new(),
    };
    look.cues();
    look.axes();
    look.rules();
    look.routes();
    look.faults
}

/// The place of a message about a cue's words, by the cue that it names.
pub(in crate::procedure) fn about_cue(tree: &Node, pack: &Pack, message: String) -> Fault {
    let names = |id: &str| message.contains(&format!("`{id}`"));
    let own = pack.classes.cue.iter().position(|cue| names(&cue.id));
    match own {
        Some(index) => tree.fault(&way!["classes", "cue", index, "words"], message),
        None => tree.fault(&way!["classes"], message),
    }
}

struct Look<'a> {
    pack: &'a Pack,
    tree: &'a Node,
    lexicon: &'a Lexicon,
    faults: Vec<Fault>,
}

impl Look<'_> {
    fn wrong(&mut self, at: Path, message: String) {
        self.faults.push(self.tree.fault(&at, message));
    }

    fn axis(&self, id: &str) -> Option<&Axis> {
        self.pack.classes.axis.iter().find(|axis| axis.id == id)
    }

    fn cues(&mut self) {
        let classes = &self.pack.classes;
        let mut named: Vec<(Path, &str)> = Vec::new();
        for (index, kind) in classes.kind.iter().enumerate() {
            for (key, ids) in [("any", &kind.any), ("with", &kind.with), ("unless", &kind.unless)] {
                named.extend(
                    ids.iter()
                        .enumerate()
                        .map(|(n, id)| (way!["classes", "kind", index, key, n], &**id)),
                );
            }
        }
        for (index, rule) in classes.rule.iter().enumerate() {
            let lists = [
                ("cues", &rule.cues),
                ("with", &rule.with),
                ("unless", &rule.unless),
                ("unless_near", &rule.unless_near),
            ];
            for (key, ids) in lists {
                named.extend(
                    ids.iter()
                        .enumerate()
                        .map(|(n, id)| (way!["classes", "rule", index, key, n], &**id)),
                );
            }
            let near = rule.number.iter().flat_map(|number| number.near.iter().enumerate());
            named.extend(near.map(|(n, id)| (way!["classes", "rule", index, "number", "near", n], &**id)));
        }
        let off = classes.label.off_hours.iter().enumerate();
        named.extend(off.map(|(n, id)| (way!["classes", "label", "off_hours", n], &**id)));
        let own: BTreeSet<&str> = classes.cue.iter().map(|cue| cue.id.as_str()).collect();
        let unknown: Vec<(Path, String)> = named
            .into_iter()
            .filter(|(_, id)| !own.contains(id) && self.lexicon.cue(id).is_none())
            .map(|(at, id)| (at, format!("cue `{id}` is neither in the lexicon nor in classes.toml")))
            .collect();
        for (at, message) in unknown {
            self.wrong(at, message);
        }
        let mut seen = BTreeSet::new();
        for (index, cue) in classes.cue.iter().enumerate() {
            if !seen.insert(&cue.id) {
                self.wrong(
                    way!["classes", "cue", index, "id"],
                    format!("cue `{}` stands twice", cue.id),
                );
            }
        }
    }

    fn axes(&mut self) {
        let classes = &self.pack.classes;
        let main: Vec<usize> = classes
            .axis
            .iter()
            .enumerate()
            .filter(|(_, axis)| axis.main)
            .map(|(n, _)| n)
            .collect();
        match main.as_slice() {
            [_] => {}
            [] => self.wrong(
                way!["classes", "axis"],
                "no axis is the main one: give one of them `main = true`".to_owned(),
            ),
            [_, more @ ..] => {
                for index in more {
                    let message = "there is a main axis already: only one can be".to_owned();
                    self.wrong(way!["classes", "axis", *index, "main"], message);
                }
            }
        }
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, axis) in classes.axis.iter().enumerate() {
            if seen.insert(&axis.id, index).is_some() {
                self.wrong(
                    way!["classes", "axis", index, "id"],
                    format!("axis `{}` stands twice", axis.id),
                );
            }
            let has = |name: &String| axis.class.iter().any(|class| class.name == *name);
            if let Some(default) = axis.default.as_ref().filter(|name| !has(name)) {
                let message = format!(
                    "axis `{}` has no class `{default}`, which should be its default",
                    axis.id
                );
                self.wrong(way!["classes", "axis", index, "default"], message);
            }
        }
        let label = &classes.label;
        for (key, axis) in [
            ("service_axis", &label.service_axis),
            ("information_axis", &label.information_axis),
        ] {
            if let Some(axis) = axis.as_ref().filter(|id| self.axis(id).is_none()) {
                self.wrong(way!["classes", "label", key], format!("there is no axis `{axis}`"));
            }
        }
        let pattern = label.class.as_deref().unwrap_or_default();
        let named = pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
        for (axis, _) in named.filter(|(id, _)| self.axis(id).is_none()).collect::<Vec<_>>() {
            self.wrong(way!["classes", "label", "class"], format!("there is no axis `{axis}`"));
        }
        for (index, kind) in classes.kind.iter().enumerate() {
            for (n, axis) in kind
                .fired
                .iter()
                .enumerate()
                .filter(|(_, id)| self.axis(id).is_none())
                .collect::<Vec<_>>()
            {
                self.wrong(
                    way!["classes", "kind", index, "fired", n],
                    format!("there is no axis `{axis}`"),
                );
            }
        }
    }

    fn rules(&mut self) {
        for (index, rule) in self.pack.classes.rule.iter().enumerate() {
            let at = |key: &str| way!["classes", "rule", index, key];
            let id = &rule.rule;
            match self.axis(&rule.axis) {
                None => self.wrong(at("axis"), format!("rule {id}: there is no axis `{}`", rule.axis)),
                Some(axis) if !axis.class.iter().any(|class| class.name == rule.value) => {
                    let message = format!("rule {id}: axis `{}` has no class `{}`", rule.axis, rule.value);
                    self.wrong(at("value"), message);
                }
                Some(_) => {}
            }
            if rule.cues.is_empty() && rule.number.is_none() && rule.answers.is_empty() {
                self.wrong(at("cues"), format!("rule {id}: nothing can ever fire it"));
            }
            for (n, answer) in rule.answers.iter().enumerate() {
                let field = answer.field.as_str();
                let own = self.pack.field.iter().any(|own| own.key == *field);
                if !own && field != "channel" && FieldCatalogue::builtin().kind(field).is_none() {
                    let message = format!("rule {id} asks field `{field}`, which the record does not have");
                    self.wrong(way!["classes", "rule", index, "answers", n, "field"], message);
                }
            }
            let unit = rule.number.as_ref().map(|number| &number.unit);
            if let Some(unit) = unit.filter(|unit| !self.lexicon.units.contains_key(*unit)) {
                let message = format!("rule {id}: the lexicon has no unit `{unit}`");
                self.wrong(way!["classes", "rule", index, "number", "unit"], message);
            }
        }
    }

    fn routes(&mut self) {
        for (index, route) in self.pack.routing.route.iter().enumerate() {
            for (axis, classes) in route.when.iter().filter(|(axis, _)| *axis != "kind") {
                let own: Option<Vec<String>> = self
                    .axis(axis)
                    .map(|own| own.class.iter().map(|class| class.name.clone()).collect());
                let Some(own) = own else {
                    let message = format!("there is no axis `{axis}` to route by");
                    self.wrong(way!["routing", "route", index, "when", axis.as_str()], message);
                    continue;
                };
                for (n, class) in classes.iter().enumerate() {
                    if !class.split('+').all(|part| own.iter().any(|name| name == part)) {
                        let message = format!("axis `{axis}` has no class `{class}` to route by");
                        self.wrong(way!["routing", "route", index, "when", axis.as_str(), n], message);
                    }
                }
            }
        }
    }
}
