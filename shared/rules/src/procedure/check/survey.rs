//! Surveys that nobody could send, answer or count.

use rust_decimal::Decimal;

use super::Check;
use super::amounts::length;
use crate::clock::{Amount, Unit};
use crate::procedure::model::{Asking, Measure, Question};
use crate::procedure::tree::way;

impl Check<'_> {
    pub(super) fn survey(&mut self) {
        let pack = &self.procedure.pack;
        let Some(rules) = &pack.survey else {
            let counts = |one: &crate::procedure::model::Kpi| one.measure == Measure::Surveyed;
            for (index, kpi) in pack.kpi.iter().enumerate().filter(|(_, kpi)| counts(kpi)) {
                let message = format!(
                    "key figure {} counts answers to a survey, and there is no [survey]",
                    kpi.rule
                );
                self.wrong(&way!["kpi", index, "measure"], message);
            }
            return;
        };
        let at = |key: &str| way!["survey", key];
        if !rules.ask.contains(&Question::Handling) {
            self.wrong(
                &at("ask"),
                "the survey does not ask about the handling, which is what is counted",
            );
        }
        for (n, question) in rules.ask.iter().enumerate() {
            if rules.ask.iter().take(n).any(|other| other == question) {
                let message = format!("the survey asks twice about `{}`", question.name());
                self.wrong(&way!["survey", "ask", n], message);
            }
        }
        let by_letter = rules.by == Asking::Letter;
        for (key, amount) in [("after", &rules.after), ("lives", &rules.lives)] {
            match amount {
                None if by_letter => self.wrong(&at(key), format!("a survey by letter needs `{key}`")),
                Some(_) if !by_letter => {
                    self.wrong(&at(key), format!("`{key}` is for letters: here a person asks"));
                }
                Some(amount) if amount.unit() == Unit::Rings => {
                    self.wrong(&at(key), format!("`{key}` counts rings, which are no time"));
                }
                _ => {}
            }
        }
        if rules.season.is_some() && !by_letter {
            self.wrong(&at("season"), "`season` is for letters: here a person asks");
        }
        let nothing = |amount: &Amount| amount.unit() != Unit::Rings && length(amount) <= Decimal::ZERO;
        if rules.lives.as_ref().is_some_and(nothing) {
            self.wrong(&at("lives"), "nobody can answer a letter that is good for no time");
        }
        if let Some(duty) = rules
            .duty
            .as_ref()
            .filter(|duty| !pack.duty.iter().any(|one| one.rule == **duty))
        {
            self.wrong(&at("duty"), format!("there is no duty {duty}"));
        }
    }
}
