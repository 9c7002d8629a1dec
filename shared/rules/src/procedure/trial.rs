//! Plays all cases of a pack and classifies all its example texts: what fails, where, and what each that passed made use of.

use super::Procedure;
use super::cases::{self, Outcome, Seen, words};
use super::load::Fault;
use super::tree::{self, Node, way};
use crate::clock::WorkCalendar;

/// Of the example texts that may be looked at, so many in a hundred must come out as they say.
const SHOWN: usize = 90;
/// And of those kept aside, so many.
const HELD: usize = 75;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// How many cases and texts there were.
    pub run: usize,
    /// What did not come out as it should.
    pub faults: Vec<Fault>,
    /// Texts that were not classified as they say, within what is tolerated.
    pub warnings: Vec<Fault>,
    /// The cases that passed (`file#name`) and what each made use of.
    pub passed: Vec<(String, Seen)>,
}

/// Plays the case files of a pack, by name and text.
pub fn trial(procedure: &Procedure, files: &[(String, String)], calendar: &WorkCalendar) -> Trial {
    let mut trial = Trial::default();
    for (name, text) in files {
        if name.ends_with(".toml") {
            trial.cases(name, text, procedure, calendar);
        } else if name.ends_with(".jsonl") {
            trial.texts(name, text, procedure, calendar);
        }
    }
    trial
}

fn fault(name: &str, line: usize, message: impl Into<String>) -> Fault {
    Fault {
        file: format!("cases/{name}"),
        line,
        message: message.into(),
    }
}

impl Trial {
    fn cases(&mut self, name: &str, text: &str, procedure: &Procedure, calendar: &WorkCalendar) {
        let file = format!("cases/{name}");
        let tree = match tree::file(&file, text) {
            Ok(tree) => tree,
            Err(faults) => return self.faults.extend(faults),
        };
        let read = match cases::read(&tree) {
            Ok(read) => read,
            Err(faults) => return self.faults.extend(faults),
        };
        for (index, case) in read.case.iter().enumerate() {
            let outcome = cases::play(case, procedure, calendar);
            self.came(name, &case.name, tree.nearest(&way!["case", index]), outcome);
        }
        for (index, case) in read.duty.iter().enumerate() {
            let outcome = cases::owed(case, procedure, calendar);
            self.came(name, &case.name, tree.nearest(&way!["duty", index]), outcome);
        }
    }

    fn came(&mut self, file: &str, name: &str, place: &Node, outcome: Outcome) {
        self.run += 1;
        if outcome.wrong.is_empty() {
            self.passed.push((format!("{file}#{name}"), outcome.seen));
        }
        for wrong in outcome.wrong {
            let way = match wrong.step {
                Some(step) => way!["when", step],
                None => way!["name"],
            };
            self.faults.push(place.fault(&way, format!("{name}: {wrong}")));
        }
    }

    fn texts(&mut self, name: &str, text: &str, procedure: &Procedure, calendar: &WorkCalendar) {
        let texts = match words::parse(text) {
            Ok(texts) => texts,
            Err(bad) => {
                let bad = bad.into_iter().map(|(line, message)| fault(name, line, message));
                return self.faults.extend(bad);
            }
        };
        let mut misses = Vec::new();
        let (mut shown, mut held, mut held_missed) = (0, 0, 0);
        for (line, text) in &texts {
            self.run += 1;
            let (wrong, seen) = words::judge(text, procedure, calendar);
            if wrong.is_empty() {
                self.passed.push((format!("{name}#{}", text.id), seen));
            }
            if text.held {
                held += 1;
                // Misses kept aside are counted and not shown: nobody is to choose words by them.
                held_missed += usize::from(!wrong.is_empty());
            } else {
                shown += 1;
                if !wrong.is_empty() {
                    misses.push(fault(name, *line, format!("{}: {}", text.id, wrong.join("; "))));
                }
            }
        }
        let under = |missed: usize, all: usize, share: usize| (all - missed) * 100 < all * share;
        if under(misses.len(), shown, SHOWN) {
            self.faults.append(&mut misses);
        }
        self.warnings.append(&mut misses);
        if under(held_missed, held, HELD) {
            let message = format!("{held_missed} of {held} texts that are kept aside are not classified as they say");
            self.faults.push(fault(name, 1, message));
        }
    }
}

#[cfg(test)]
#[path = "trial_tests.rs"]
mod tests;
