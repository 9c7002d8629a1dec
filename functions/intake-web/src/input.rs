//! One input of a form: how a field of the record is asked for, and how what was typed becomes the field's value.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use kesu_app::problem::phrase;
use kesu_app::texts::{Language, texts};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::domain::value::Kind;
use serde::Serialize;
use serde_json::{Value, json};

use crate::said::{NAMES, as_sent};
use crate::site::sentence;
use crate::upload::Typed;

/// An input as the template draws it.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// The element's id; links of the error summary lead to it.
    pub id: String,
    /// The name under which it is sent.
    pub name: String,
    /// What it asks.
    pub label: String,
    /// A word of help below the label.
    pub help: Option<String>,
    /// `text email tel number date datetime-local textarea radio select checks`.
    pub shape: &'static str,
    /// Whether it must be filled.
    pub required: bool,
    /// For the browser's own memory.
    pub autocomplete: Option<&'static str>,
    /// What was typed.
    pub values: Vec<String>,
    /// What can be chosen: code and words.
    pub choices: Vec<(String, String)>,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl Input {
    /// An input for a field of the record.
    pub fn of(id: &str, name: &str, label: String, kind: &Kind, language: Language) -> Self {
        let word = |table: &str, code: &String| (code.clone(), texts().label(language, table, code));
        let yes_no = || {
            ["yes", "no", "unknown"]
                .map(|code| word("form", &code.to_owned()))
                .to_vec()
        };
        let key = name.rsplit('.').next().unwrap_or(name);
        let list = |codes: &[String]| codes.iter().map(|code| word(key, code)).collect::<Vec<_>>();
        let (shape, choices) = match kind {
            Kind::Words => ("textarea", Vec::new()),
            Kind::Choice(codes) if !codes.is_empty() => ("select", list(codes)),
            Kind::Choices(codes) => ("checks", list(codes)),
            Kind::Flag => ("radio", yes_no()),
            Kind::Date => ("date", Vec::new()),
            Kind::Moment => ("datetime-local", Vec::new()),
            Kind::Number | Kind::Integer | Kind::Money => ("number", Vec::new()),
            _ => ("text", Vec::new()),
        };
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            label,
            help: None,
            shape,
            required: false,
            autocomplete: None,
            values: Vec::new(),
            choices,
            error: None,
        }
    }

    /// Fills in what was typed, and what is wrong with it.
    pub fn filled(mut self, typed: &Typed, wrong: &[Wrong]) -> Self {
        self.values = typed.get(&self.name).cloned().unwrap_or_default();
        let mine = wrong
            .iter()
            .filter(|one| one.id == self.id)
            .map(|one| one.message.as_str());
        let mine: Vec<&str> = mine.collect();
        self.error = (!mine.is_empty()).then(|| mine.join(" "));
        self
    }
}

/// Something wrong with a form, in words, with the input it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The input's id; empty where it is about the whole.
    pub id: String,
    /// The words.
    pub message: String,
}

/// Puts refusals into words, once each, for the inputs of a form.
pub fn wrong(refusals: &[Refusal], language: Language) -> Vec<Wrong> {
    let mut all: Vec<Wrong> = Vec::new();
    for refusal in refusals {
        let field = refusal.field.clone().unwrap_or_default();
        let known = NAMES.iter().find(|(_, path, key)| *path == field || *key == field);
        let id = match known {
            Some((id, ..)) => (*id).to_owned(),
            None if field == "attachments" || field == "photo" => "files".to_owned(),
            None => field,
        };
        let message = sentence(&phrase(&as_sent(refusal.clone()), language));
        let one = Wrong { id, message };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// What was typed as the field's value; nothing where nothing was typed. What cannot be read is passed on as it is, so that
/// the rules say what is wrong with it.
pub fn value(kind: &Kind, typed: &[String], zone: Tz) -> Option<Value> {
    let first = typed.first().map_or("", |text| text.trim());
    match kind {
        Kind::Flag => match first {
            "yes" => Some(json!(true)),
            "no" => Some(json!(false)),
            "" | "unknown" => None,
            other => Some(json!(other)),
        },
        Kind::Choices(_) => {
            let chosen: Vec<&str> = typed
                .iter()
                .map(|code| code.trim())
                .filter(|code| !code.is_empty())
                .collect();
            (!chosen.is_empty()).then(|| json!(chosen))
        }
        Kind::List => {
            let split = first.split(['\n', ',', '，', '、', ';', '；']).map(str::trim);
            let all: Vec<&str> = split.filter(|text| !text.is_empty()).collect();
            (!all.is_empty()).then(|| json!(all))
        }
        _ if first.is_empty() => None,
        Kind::Moment => Some(json!(moment(first, zone).unwrap_or_else(|| first.to_owned()))),
        Kind::Date => Some(json!(first.replace('/', "-"))),
        _ => Some(json!(first)),
    }
}

/// A date and time as a browser or a person writes it, in the procedure's zone.
fn moment(text: &str, zone: Tz) -> Option<String> {
    let plain = text.replace('/', "-").replacen(' ', "T", 1);
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(&plain, pattern).ok());
    let local = local.or_else(|| plain.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))?;
    let at = zone.from_local_datetime(&local).earliest()?;
    Some(at.to_rfc3339())
}

/// The questions of a set of fields by key, for which the record has these kinds.
pub fn values(fields: &[(String, Kind)], typed: &Typed, zone: Tz) -> BTreeMap<String, Value> {
    let of = |(key, kind): &(String, Kind)| {
        let typed = typed.get(&format!("answers.{key}"))?;
        Some((key.clone(), value(kind, typed, zone)?))
    };
    fields.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &Kind, typed: &[&str], wanted: Option<Value>) {
        let typed: Vec<String> = typed.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(value(kind, &typed, chrono_tz::Asia::Shanghai), wanted, "{typed:?}");
    }

    #[test]
    fn what_is_typed_becomes_the_fields_value() {
        check(&Kind::Flag, &["yes"], Some(json!(true)));
        check(&Kind::Flag, &["unknown"], None);
        check(
            &Kind::Moment,
            &["2026-10-10T12:00"],
            Some(json!("2026-10-10T12:00:00+08:00")),
        );
        check(
            &Kind::Moment,
            &["2026/10/10 12:00"],
            Some(json!("2026-10-10T12:00:00+08:00")),
        );
        check(&Kind::Moment, &["yesterday"], Some(json!("yesterday")));
        check(&Kind::List, &["a、b, c"], Some(json!(["a", "b", "c"])));
        check(&Kind::Choices(Vec::new()), &["x", "", "y"], Some(json!(["x", "y"])));
        check(&Kind::Text, &["  "], None);
        check(&Kind::Number, &[" 3 "], Some(json!("3")));
    }
}
