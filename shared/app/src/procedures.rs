//! The procedures that an installation uses, side by side, and which of them governs an intake.

use std::collections::BTreeMap;

use kesu_rules::domain::command::Intake;
use kesu_rules::domain::names::ProcedureId;
use kesu_rules::procedure::choice::{Choice, choose};

use crate::config::DEFAULT_PROCEDURE;

/// The procedures in use, in the order in which they are offered; never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedures {
    choices: Vec<Choice>,
    named: bool,
}

impl Default for Procedures {
    /// An installation that names none: one governs, and an intake may name any other that is at hand.
    fn default() -> Self {
        let id = ProcedureId::parse(DEFAULT_PROCEDURE);
        Self {
            choices: id.into_iter().map(Choice::of).collect(),
            named: false,
        }
    }
}

impl Procedures {
    /// Reads a list: ids with commas between them, or a JSON list of [`Choice`]s.
    ///
    /// # Errors
    /// What is wrong with it, in an officer's words.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim_start().starts_with('[') {
            let choices = serde_json::from_str(text).map_err(|error| error.to_string())?;
            return Self::of(choices);
        }
        let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
        Self::of(ids.filter_map(ProcedureId::parse).map(Choice::of).collect())
    }

    /// The procedures of these choices.
    ///
    /// # Errors
    /// When there is none, one stands twice, or a rule is of no use.
    pub fn of(choices: Vec<Choice>) -> Result<Self, String> {
        if choices.is_empty() {
            return Err("at least one procedure must be named".to_owned());
        }
        let mut seen = BTreeMap::new();
        for choice in &choices {
            if seen.insert(choice.id.clone(), ()).is_some() {
                return Err(format!("procedure `{}` stands twice", choice.id));
            }
            if let Some(fault) = choice.faults().first() {
                return Err(format!("procedure `{}`: {fault}", choice.id));
            }
        }
        Ok(Self { choices, named: true })
    }

    /// These procedures, each with the rule and the label that `rules` has for it.
    pub fn with_rules(mut self, rules: &Self) -> Self {
        for choice in &mut self.choices {
            if let Some(rule) = rules.choices.iter().find(|rule| rule.id == choice.id) {
                choice.clone_from(rule);
            }
        }
        self
    }

    /// The one that governs where nothing else decides.
    pub fn first(&self) -> &str {
        self.choices
            .first()
            .map_or(DEFAULT_PROCEDURE, |choice| choice.id.as_str())
    }

    /// Those in use, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.choices.iter().map(|choice| choice.id.as_str())
    }

    /// The choices, in order.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Whether an intake may name this procedure.
    pub fn accepts(&self, id: &str) -> bool {
        !self.named || self.ids().any(|own| own == id)
    }

    /// Whether the installation said which procedures it uses.
    pub fn named(&self) -> bool {
        self.named
    }

    /// The procedure that governs an intake which names none.
    pub fn choose(&self, intake: &Intake) -> &str {
        let chosen = choose(&self.choices, &intake.channel, &intake.fields);
        chosen.map_or_else(|| self.first(), |choice| choice.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_order_and_its_first_governs_the_rest() {
        let list = Procedures::parse("P19, P10").unwrap();
        assert_eq!(list.ids().collect::<Vec<_>>(), ["P19", "P10"]);
        assert_eq!(list.first(), "P19");
        assert!(list.accepts("P10") && !list.accepts("P20"));
    }

    #[test]
    fn who_names_none_has_one_that_governs_and_takes_any() {
        assert!(Procedures::default().accepts("P20"));
        assert_eq!(Procedures::default().ids().count(), 1);
    }

    #[test]
    fn a_rule_may_come_from_elsewhere_than_the_list() {
        let rules = Procedures::parse(r#"[{"id":"P10","when":{"product_name":["轿车"]}},{"id":"P20"}]"#).unwrap();
        let list = Procedures::parse("P19,P10").unwrap().with_rules(&rules);
        let fields = serde_json::from_value(serde_json::json!({"product_name": "轿车"})).unwrap();
        let intake = Intake {
            fields,
            ..Intake::default()
        };
        assert_eq!(list.choose(&intake), "P10");
        assert_eq!(list.choose(&Intake::default()), "P19");
    }

    #[test]
    fn an_empty_list_a_procedure_twice_and_a_rule_by_a_person_are_refused() {
        assert!(Procedures::parse(" , ").is_err());
        assert_eq!(
            Procedures::parse("P10,P10").unwrap_err(),
            "procedure `P10` stands twice"
        );
        let wrong = Procedures::parse(r#"[{"id":"P10","when":{"customer_name":["王"]}}]"#).unwrap_err();
        assert!(wrong.starts_with("procedure `P10`: `customer_name`"), "{wrong}");
    }
}
