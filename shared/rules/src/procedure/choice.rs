//! Which of an installation's procedures governs a complaint: the product line, brand or way in decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::model::Wording;
use crate::classify::fold_word;
use crate::domain::names::{FieldKey, ProcedureId};
use crate::domain::value::{FieldCatalogue, Kind};

/// One procedure that an installation uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Which.
    pub id: ProcedureId,
    /// What customers know it by, such as a product line; the procedure's trade where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Wording>,
    /// Which complaints it governs: for each field (or `channel`) the texts of which one must stand in its value.
    /// `BC*` must stand at the beginning, `注塑机` anywhere; case, width and script make no difference. All fields must
    /// fit. Nothing: it is never chosen by this rule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Vec<String>>,
}

impl Choice {
    /// A procedure without a rule.
    pub fn of(id: ProcedureId) -> Self {
        Self {
            id,
            label: None,
            when: BTreeMap::new(),
        }
    }

    fn fits(&self, channel: &str, fields: &BTreeMap<FieldKey, Json>) -> bool {
        let given = |key: &str| match (key, fields.get(key)) {
            ("channel", _) => vec![fold_word(channel)],
            (_, Some(Json::String(text))) => vec![fold_word(text)],
            (_, Some(Json::Array(list))) => list.iter().filter_map(Json::as_str).map(fold_word).collect(),
            _ => Vec::new(),
        };
        let stands = |wanted: &String, value: &String| match wanted.strip_suffix('*') {
            Some(start) => value.starts_with(&fold_word(start)),
            None => value.contains(&fold_word(wanted)),
        };
        !self.when.is_empty()
            && self.when.iter().all(|(key, any)| {
                let values = given(key);
                any.iter()
                    .any(|wanted| values.iter().any(|value| stands(wanted, value)))
            })
    }

    /// What is wrong with the rule, in an officer's words.
    pub fn faults(&self) -> Vec<String> {
        let fields = FieldCatalogue::builtin();
        let text = |key: &str| {
            matches!(
                fields.kind(key),
                Some(Kind::Text | Kind::Choice(_) | Kind::Choices(_) | Kind::List)
            )
        };
        let mut faults = Vec::new();
        for (key, any) in &self.when {
            if key != "channel" && !text(key) {
                faults.push(format!(
                    "`{key}` is no short text of the record that a procedure could be chosen by"
                ));
            }
            if any.is_empty()
                || any
                    .iter()
                    .any(|wanted| fold_word(wanted.trim_end_matches('*')).is_empty())
            {
                faults.push(format!("`{key}` needs at least one text, and none of them empty"));
            }
        }
        faults
    }
}

/// The procedure whose rule fits first; the first of all where none does.
pub fn choose<'a>(choices: &'a [Choice], channel: &str, fields: &BTreeMap<FieldKey, Json>) -> Option<&'a Choice> {
    choices
        .iter()
        .find(|choice| choice.fits(channel, fields))
        .or(choices.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn choices() -> Vec<Choice> {
        let rules = json!([
            {"id": "P10", "when": {"product_name": ["轿车", "car"]}},
            {"id": "P19", "when": {"product_name": ["注塑机"], "model_spec": ["BC*", "HX*"]}},
            {"id": "P20", "when": {"channel": ["authority"]}},
        ]);
        serde_json::from_value(rules).unwrap()
    }

    fn chosen(channel: &str, fields: &[(&str, &str)]) -> String {
        let fields = fields
            .iter()
            .map(|(key, value)| (FieldKey::parse(key).unwrap(), json!(value)))
            .collect();
        choose(&choices(), channel, &fields).unwrap().id.to_string()
    }

    #[test]
    fn a_text_may_stand_anywhere_and_one_with_a_star_only_at_the_beginning() {
        assert_eq!(
            chosen("web", &[("product_name", "卧式注塑机"), ("model_spec", "bc-180")]),
            "P19"
        );
        assert_eq!(
            chosen("web", &[("product_name", "卧式注塑机"), ("model_spec", "X-BC180")]),
            "P10"
        );
        assert_eq!(chosen("web", &[("product_name", "Used ＣＡＲ")]), "P10");
    }

    #[test]
    fn traditional_characters_are_the_same_words() {
        assert_eq!(
            chosen("web", &[("product_name", "臥式注塑機"), ("model_spec", "HX1")]),
            "P19"
        );
    }

    #[test]
    fn every_field_of_a_rule_must_fit_and_the_first_listed_governs_the_rest() {
        assert_eq!(chosen("web", &[("product_name", "注塑机")]), "P10");
        assert_eq!(chosen("authority", &[]), "P20");
        assert_eq!(chosen("web", &[]), "P10");
    }

    #[test]
    fn a_rule_by_a_person_or_an_unknown_field_is_wrong() {
        let rule: Choice =
            serde_json::from_value(json!({"id": "P1", "when": {"customer_name": ["王"], "colour": ["*"]}})).unwrap();
        assert_eq!(rule.faults().len(), 3);
        assert!(choices().iter().all(|one| one.faults().is_empty()));
    }
}
