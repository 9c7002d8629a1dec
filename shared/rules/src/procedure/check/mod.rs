//! What is wrong with a pack's meaning, everything at once, with file and line, in an officer's words.

mod amounts;
mod names;
mod slips;

use super::Procedure;
use super::cases::states::STATES;
use super::load::{Fault, Source};
use super::model::{DeadlineRule, Then};
use crate::domain::names::known;

/// Looks through a pack that could be read; [`super::load::load`] says what is wrong with its form.
pub fn check(procedure: &Procedure, source: &Source) -> Vec<Fault> {
    let mut check = Check {
        procedure,
        source,
        faults: Vec::new(),
    };
    check.names();
    check.deadlines();
    check.shares();
    check.ladders();
    check.bands();
    check.endings();
    check.slips();
    check.sources();
    check.faults
}

pub(super) struct Check<'a> {
    pub procedure: &'a Procedure,
    pub source: &'a Source,
    faults: Vec<Fault>,
}

impl Check<'_> {
    /// Says what is wrong with what stands under a name.
    pub fn wrong(&mut self, name: &str, message: impl Into<String>) {
        let (file, line) = self.source.place(name);
        let message = message.into();
        let fault = Fault { file, line, message };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn deadlines(&mut self) {
        let procedure = self.procedure;
        for rule in &procedure.pack.deadline {
            let id = rule.rule.as_str();
            if rule.from.is_none() && rule.from_field.is_none() {
                self.wrong(id, format!("{id} never begins: say `from` which milestone it runs"));
            }
            let timed = rule.within.is_some() || rule.at_once || rule.date_field.is_some() || rule.when_work_resumes;
            if !timed {
                self.wrong(
                    id,
                    format!("{id} has no length: give `within`, `at_once` or `date_field`"),
                );
            }
            if rule.until.is_empty() && rule.then.is_none() {
                self.wrong(
                    id,
                    format!("nobody can ever meet {id}: say `until` which milestone it runs"),
                );
            }
            if rule.from.is_some() && rule.from.as_ref().is_some_and(|from| rule.until.contains(from)) {
                self.wrong(id, format!("{id} ends with the milestone it begins with"));
            }
            if rule.statutory && rule.pausable {
                self.wrong(id, format!("{id} is a clock of law and cannot be `pausable`"));
            }
            self.waits(rule);
            let before = [rule.target.as_ref(), rule.within.as_ref()];
            if let [Some(target), Some(limit)] = before
                && amounts::length(target) > amounts::length(limit)
            {
                self.wrong(id, format!("the target of {id} lies beyond its limit"));
            }
            match rule.ladder.as_deref() {
                None if procedure.pack.ladder.is_empty() => {
                    self.wrong(id, format!("{id} warns nobody: there is no ladder"));
                }
                Some(name) if name != "none" && !procedure.pack.ladder.iter().any(|one| one.name == name) => {
                    self.wrong(name, format!("{id} climbs a ladder `{name}` that is not there"));
                }
                _ => {}
            }
        }
    }

    fn waits(&mut self, rule: &DeadlineRule) {
        let wanted = match rule.then {
            Some(Then::Remind) => known::REMINDED,
            Some(Then::AskConfirmation) => known::CONFIRMED,
            _ => return,
        };
        if !rule.until.iter().any(|name| *name == *wanted) {
            let id = rule.rule.as_str();
            self.wrong(id, format!("{id} brings about `{wanted}`, so it must also end with it"));
        }
    }

    fn endings(&mut self) {
        let pack = &self.procedure.pack;
        if pack.closing.is_empty() {
            self.wrong("closing", "a complaint of this procedure can never be closed");
        }
        for rule in &pack.closing {
            let reason = rule.reason.as_str();
            let known: Vec<&str> = STATES.reason.iter().map(|one| one.id.as_str()).collect();
            if !known.contains(&reason) {
                self.wrong(
                    reason,
                    format!("`{reason}` is none of the closing reasons: {}", known.join(", ")),
                );
            }
        }
        let numbering = &pack.numbering;
        let pattern = numbering.pattern.as_str();
        let plain = ["{year}", "{month}", "{day}", "{serial}"]
            .iter()
            .fold(pattern.to_owned(), |text, part| text.replace(part, ""));
        if !pattern.ends_with("{serial}") || pattern.matches("{serial}").count() != 1 {
            self.wrong(
                pattern,
                "a number must end in its serial: the pattern ends in `{serial}`",
            );
        }
        if plain.contains(['{', '}']) {
            self.wrong(
                pattern,
                "a number is made of plain text, {year}, {month}, {day} and {serial}",
            );
        }
        let needs: &[&str] = match numbering.period {
            super::model::NumberPeriod::Month => &["{year}", "{month}"],
            super::model::NumberPeriod::Year => &["{year}"],
            super::model::NumberPeriod::Ever => &[],
        };
        if let Some(missing) = needs.iter().find(|part| !pattern.contains(*part)) {
            self.wrong(
                pattern,
                format!("numbers would repeat: the serial starts again, but `{missing}` is not in the pattern"),
            );
        }
        if !(1..=12).contains(&numbering.width) {
            self.wrong(pattern, "a serial has 1 to 12 digits");
        }
        for duty in &pack.duty {
            if duty.due_day.is_some_and(|day| !(1..=31).contains(&day)) {
                let id = duty.rule.as_str();
                self.wrong(id, format!("{id} is due on a day that no month has"));
            }
        }
    }

    /// Every value says where it comes from, or why it was assumed.
    fn sources(&mut self) {
        let pack = &self.procedure.pack;
        let head = &pack.procedure;
        let either = |source: &Option<String>, assumed: &Option<String>| {
            let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
            said(source) || said(assumed)
        };
        if !either(&head.at_once.source, &head.at_once.assumed) {
            self.wrong(
                head.id.as_str(),
                "`at_once` says neither its source nor why it is assumed",
            );
        }
        for ladder in pack.ladder.iter().filter(|one| !either(&one.source, &one.assumed)) {
            self.wrong(
                &ladder.name,
                format!("ladder `{}` says neither its source nor why it is assumed", ladder.name),
            );
        }
        let mut said: Vec<(&str, &str, Option<&Option<String>>)> = Vec::new();
        said.extend(
            pack.deadline
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.approval
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.notice
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.duty
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.closing
                .iter()
                .map(|one| (one.reason.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.intake
                .iter()
                .map(|one| (one.field.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.guard
                .iter()
                .map(|one| (one.command.name(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.milestones
                .iter()
                .map(|one| (one.name.as_str(), one.source.as_str(), None)),
        );
        said.extend(
            pack.implied
                .iter()
                .map(|one| (one.by.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.exemption
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.kpi
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.form
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), None)),
        );
        said.extend(
            pack.slip
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        said.extend(
            pack.statement
                .iter()
                .map(|one| (one.rule.as_str(), one.source.as_str(), Some(&one.assumed))),
        );
        for (name, source, assumed) in said {
            if source.trim().is_empty() {
                self.wrong(name, format!("`{name}` does not say from which clause it comes"));
            }
            if assumed
                .and_then(Option::as_ref)
                .is_some_and(|why| why.trim().is_empty())
            {
                self.wrong(name, format!("`{name}` is assumed without a reason"));
            }
        }
    }
}

#[cfg(test)]
#[path = "../check_tests.rs"]
mod tests;
