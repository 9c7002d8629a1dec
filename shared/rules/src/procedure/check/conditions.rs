//! What conditions speak of, and routes that no complaint ever takes.

use super::Check;
use crate::classify::Route;
use crate::procedure::condition::Condition;
use crate::procedure::tree::{Path, Step, way};

impl<'a> Check<'a> {
    pub(super) fn all_conditions(&mut self) {
        for (at, name, when) in self.conditions() {
            self.condition(&at, &name, when);
        }
    }

    /// Every condition of the pack: the way to it, the name of what it belongs to, and itself.
    fn conditions(&self) -> Vec<(Path, String, &'a Condition)> {
        let pack = &self.procedure.pack;
        let mut all: Vec<(Path, String, &'a Condition)> = Vec::new();
        macro_rules! each {
            ($list:literal, $entries:expr, $name:ident) => {
                for (index, one) in $entries.iter().enumerate() {
                    all.push((way![$list, index, "when"], one.$name.to_string(), &one.when));
                }
            };
        }
        each!("deadline", pack.deadline, rule);
        each!("approval", pack.approval, rule);
        each!("notice", pack.notice, rule);
        each!("closing", pack.closing, reason);
        each!("exemption", pack.exemption, rule);
        each!("implied", pack.implied, by);
        each!("slip", pack.slip, rule);
        each!("counter", pack.counter, rule);
        for (index, guard) in pack.guard.iter().enumerate() {
            all.push((
                way!["guard", index, "when"],
                guard.command.name().to_owned(),
                &guard.when,
            ));
        }
        for (index, one) in pack.capa.required.iter().enumerate() {
            all.push((way!["capa", "required", index, "when"], one.rule.to_string(), &one.when));
        }
        for (index, one) in pack.capa.exempt.iter().enumerate() {
            all.push((way!["capa", "exempt", index, "when"], one.rule.to_string(), &one.when));
        }
        if let Some(survey) = &pack.survey {
            all.push((way!["survey", "when"], survey.rule.to_string(), &survey.when));
        }
        for (index, one) in pack.procedure.registrar_for.iter().enumerate() {
            let at = way!["procedure", "registrar_for", index, "when"];
            all.push((at, one.desk.to_string(), &one.when));
        }
        all
    }

    fn condition(&mut self, at: &[Step], of: &str, when: &Condition) {
        let below = |steps: Path| -> Path { at.iter().cloned().chain(steps).collect() };
        self.classes_of(at, of, when);
        for (key, names) in [("reached", &when.reached), ("not_reached", &when.not_reached)] {
            for (n, name) in names.iter().enumerate() {
                self.milestone(&below(way![key, n]), name);
            }
        }
        for (part, keys) in [("blank", &when.blank), ("filled", &when.filled)] {
            for (n, key) in keys.iter().enumerate() {
                self.field(&below(way![part, n]), key.as_str());
            }
        }
        let field = when.field.keys().map(|key| ("field", key));
        let over = when.over.keys().map(|key| ("over", key));
        let aged = when.aged.keys().map(|key| ("aged", key));
        for (part, key) in field.chain(over).chain(aged) {
            self.field(&below(way![part, key.as_str()]), key.as_str());
        }
        for (part, keys, dated) in [
            ("over", when.over.keys().collect::<Vec<_>>(), false),
            ("aged", when.aged.keys().collect(), true),
        ] {
            for key in keys {
                self.measurable(&below(way![part, key.as_str()]), key.as_str(), dated);
            }
        }
        if let Some(one) = &when.below {
            self.measurable(&below(way!["below", "field"]), one.field.as_str(), false);
            self.measurable(&below(way!["below", "of"]), one.of.as_str(), false);
            self.field(&below(way!["below", "field"]), one.field.as_str());
            self.field(&below(way!["below", "of"]), one.of.as_str());
        }
        for (n, reaction) in when.reaction.iter().enumerate() {
            if !["accepted", "disputed", "none"].contains(&reaction.as_str()) {
                self.wrong(
                    &below(way!["reaction", n]),
                    format!("`{of}` speaks of reaction `{reaction}`; there are accepted, disputed and none"),
                );
            }
        }
        for (key, parts) in [("any", &when.any), ("none", &when.none)] {
            for (n, part) in parts.iter().enumerate() {
                self.condition(&below(way![key, n]), of, part);
            }
        }
    }

    fn classes_of(&mut self, at: &[Step], of: &str, when: &Condition) {
        let below = |steps: Path| -> Path { at.iter().cloned().chain(steps).collect() };
        let procedure = self.procedure;
        let label = &procedure.pack.classes.label;
        let mut known = vec![label.enquiry.clone(), label.vague.clone()];
        let side = [label.service_axis.as_deref(), label.information_axis.as_deref()];
        for axis in side.into_iter().flatten().chain([procedure.main_axis()]) {
            known.extend(procedure.classes(axis));
        }
        // A class made up of several names may be named whole or by any of its parts.
        let pattern = label.class.as_deref().unwrap_or_default();
        for axis in procedure
            .pack
            .classes
            .axis
            .iter()
            .filter(|axis| pattern.contains(&format!("{{{}}}", axis.id)))
        {
            known.extend(procedure.classes(&axis.id));
        }
        let prefix = pattern.split('{').next().unwrap_or_default();
        for (n, class) in when.class.iter().enumerate() {
            let bare = class.strip_prefix(prefix).unwrap_or(class);
            let parts = || bare.split('+').all(|part| known.iter().any(|one| one == part));
            let there = known.contains(class) || (label.class.is_some() && parts());
            if !there {
                let message = format!("`{of}` speaks of class `{class}`, which is not there");
                self.wrong(&below(way!["class", n]), message);
            }
        }
        for (axis, values) in when.axis.iter().filter(|(axis, _)| *axis != "kind") {
            let known = procedure.classes(axis);
            if known.is_empty() {
                let message = format!("`{of}` speaks of axis `{axis}`, which is not there");
                self.wrong(&below(way!["axis", axis.as_str()]), message);
                continue;
            }
            for (n, value) in values.iter().enumerate() {
                if !value.split('+').all(|part| known.iter().any(|one| one == part)) {
                    let message = format!("`{of}` speaks of `{value}`, which axis `{axis}` does not have");
                    self.wrong(&below(way!["axis", axis.as_str(), n]), message);
                }
            }
        }
    }

    /// A route is never taken if one before it takes every complaint that it would take.
    pub(super) fn routes(&mut self) {
        let routes = &self.procedure.pack.routing.route;
        let covers = |one: &Route, other: &Route| {
            one.when.iter().all(|(axis, classes)| {
                let narrower = other.when.get(axis);
                narrower.is_some_and(|own| own.iter().all(|class| classes.contains(class)))
            })
        };
        for (index, route) in routes.iter().enumerate() {
            let before = routes.iter().take(index).find(|before| covers(before, route));
            if let Some(before) = before {
                let message = format!(
                    "no complaint is ever routed to `{}` here: the route to `{}` before it takes them all",
                    route.department, before.department
                );
                self.wrong(&way!["routing", "route", index], message);
            }
        }
    }
}
