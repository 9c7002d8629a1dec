//! What is wrong with a pack's meaning, everything at once, with file and line, in an officer's words.

mod amounts;
pub(super) mod classes;
mod conditions;
mod desks;
mod endings;
mod names;
mod slips;
mod survey;

use super::Procedure;
use super::load::{Fault, Source};
use super::model::{DeadlineRule, Then};
use super::tree::{self, Node, Path, Step, What, way};
use crate::domain::names::known;

/// Looks through a pack that could be read; [`super::load::load`] says what is wrong with its form.
pub fn check(procedure: &Procedure, source: &Source, base: &dyn Fn(&str) -> Option<Source>) -> Vec<Fault> {
    let tree = match tree::read(source, base) {
        Ok(tree) => tree,
        Err(faults) => return faults,
    };
    let mut check = Check::of(procedure, &tree);
    check.names();
    check.all_conditions();
    check.routes();
    check.deadlines();
    check.shares();
    check.ladders();
    check.bands();
    check.endings();
    check.slips();
    check.survey();
    check.sources(&tree);
    check.aliases();
    check.faults
}

/// What looks like a mistake and need not be one.
pub fn warnings(procedure: &Procedure, source: &Source, base: &dyn Fn(&str) -> Option<Source>) -> Vec<Fault> {
    let Ok(tree) = tree::read(source, base) else {
        return Vec::new();
    };
    let mut check = Check::of(procedure, &tree);
    check.misspelt_desks();
    check.faults
}

pub(super) struct Check<'a> {
    pub procedure: &'a Procedure,
    pub tree: &'a Node,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn of(procedure: &'a Procedure, tree: &'a Node) -> Self {
        Self {
            procedure,
            tree,
            faults: Vec::new(),
        }
    }

    /// Says what is wrong with what a way leads to.
    pub fn wrong(&mut self, at: &[Step], message: impl Into<String>) {
        let fault = self.tree.fault(at, message);
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn deadlines(&mut self) {
        for (index, rule) in self.procedure.pack.deadline.iter().enumerate() {
            let id = rule.rule.as_str();
            let at = |key: &str| way!["deadline", index, key];
            if rule.from.is_none() && rule.from_field.is_none() {
                self.wrong(
                    &at("from"),
                    format!("{id} never begins: say `from` which milestone it runs"),
                );
            }
            let timed = rule.within.is_some() || rule.at_once || rule.date_field.is_some() || rule.when_work_resumes;
            if !timed {
                self.wrong(
                    &at("within"),
                    format!("{id} has no length: give `within`, `at_once` or `date_field`"),
                );
            }
            if rule.until.is_empty() && rule.then.is_none() {
                self.wrong(
                    &at("until"),
                    format!("nobody can ever meet {id}: say `until` which milestone it runs"),
                );
            }
            if rule.from.is_some() && rule.from.as_ref().is_some_and(|from| rule.until.contains(from)) {
                self.wrong(&at("until"), format!("{id} ends with the milestone it begins with"));
            }
            if rule.statutory && rule.pausable {
                let message = format!("{id} is a clock of law and cannot be `pausable`");
                self.wrong(&at("pausable"), message);
            }
            self.waits(&at("until"), rule);
            if let (Some(target), Some(limit)) = (rule.target.as_ref(), rule.within.as_ref())
                && amounts::length(target) > amounts::length(limit)
            {
                self.wrong(&at("target"), format!("the target of {id} lies beyond its limit"));
            }
            let ladders = &self.procedure.pack.ladder;
            match rule.ladder.as_deref() {
                None if ladders.is_empty() => {
                    self.wrong(&at("ladder"), format!("{id} warns nobody: there is no ladder"));
                }
                Some(name) if name != "none" && !ladders.iter().any(|one| one.name == name) => {
                    self.wrong(
                        &at("ladder"),
                        format!("{id} climbs a ladder `{name}` that is not there"),
                    );
                }
                _ => {}
            }
        }
    }

    fn waits(&mut self, at: &[Step], rule: &DeadlineRule) {
        let wanted = match rule.then {
            Some(Then::Remind) => known::REMINDED,
            Some(Then::AskConfirmation) => known::CONFIRMED,
            _ => return,
        };
        if !rule.until.iter().any(|name| *name == *wanted) {
            let id = rule.rule.as_str();
            self.wrong(at, format!("{id} brings about `{wanted}`, so it must also end with it"));
        }
    }

    /// Every value says where it comes from, or why it was assumed.
    fn sources(&mut self, tree: &Node) {
        let mut either = vec![(way!["procedure", "at_once"], "`at_once`".to_owned())];
        for (index, ladder) in self.procedure.pack.ladder.iter().enumerate() {
            either.push((way!["ladder", index], format!("ladder `{}`", ladder.name)));
        }
        for (at, what) in either {
            let says = |key: &str| tree.nearest(&at).get(key).and_then(Node::text).is_some_and(said);
            if !says("source") && !says("assumed") {
                self.wrong(&at, format!("{what} says neither its source nor why it is assumed"));
            }
        }
        self.source(tree, &mut Vec::new());
    }

    fn source(&mut self, node: &Node, at: &mut Path) {
        match &node.what {
            What::Leaf(_) => {}
            What::List(list) => {
                for (index, one) in list.iter().enumerate() {
                    at.push(Step::At(index));
                    self.source(one, at);
                    at.pop();
                }
            }
            What::Table(table) => {
                let complaints = [
                    ("source", "does not say from which clause it comes"),
                    ("assumed", "is assumed without a reason"),
                    ("out", "lies outside without a reason"),
                ];
                let empty = |key: &str| node.get(key).and_then(Node::text).is_some_and(|text| !said(text));
                for (key, message) in complaints.into_iter().filter(|(key, _)| empty(key)) {
                    let mut at = at.clone();
                    at.push(Step::from(key));
                    self.wrong(&at, format!("{} {message}", called(node)));
                }
                for (key, one) in table {
                    at.push(Step::Key(key.clone()));
                    self.source(one, at);
                    at.pop();
                }
            }
        }
    }
}

fn said(text: &str) -> bool {
    !text.trim().is_empty()
}

/// What an entry is called, for a sentence that begins with it.
fn called(node: &Node) -> String {
    let names = [
        "rule",
        "id",
        "name",
        "key",
        "field",
        "reason",
        "party",
        "command",
        "by",
        "department",
    ];
    let name = names.iter().find_map(|key| node.get(key).and_then(Node::text));
    name.map_or_else(|| "this".to_owned(), |name| format!("`{name}`"))
}

#[cfg(test)]
#[path = "../check_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "../broken_tests.rs"]
mod broken;
