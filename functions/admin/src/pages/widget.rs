//! Inputs of forms, and what comes back from them: the field's kind decides both.

use chrono::{DateTime, NaiveDateTime, TimeZone};
use kesu_app::texts::{Language, field_title, texts};
use kesu_rules::domain::value::{Kind, Value as FieldValue};
use kesu_rules::procedure::Procedure;
use serde_json::{Value, json};

use crate::ask::Params;

/// One input of a form.
pub struct Widget {
    /// Its name in the form.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// How it looks: `text area select many moment date number password`.
    pub kind: &'static str,
    /// Whether it must be filled.
    pub required: bool,
    /// What it holds; several for `many`.
    pub values: Vec<String>,
    /// What may be chosen: code and words.
    pub options: Vec<(String, String)>,
}

impl Widget {
    /// An empty input.
    pub fn new(kind: &'static str, name: &str, label: String) -> Self {
        Self {
            name: name.to_owned(),
            label,
            kind,
            required: false,
            values: Vec::new(),
            options: Vec::new(),
        }
    }

    /// It must be filled.
    pub fn needed(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    /// What may be chosen.
    pub fn of(mut self, options: impl IntoIterator<Item = (String, String)>) -> Self {
        self.options = options.into_iter().collect();
        self
    }

    /// What it holds.
    pub fn holding(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }

    /// What a field of that kind holds; a list stands in lines.
    pub fn filled(mut self, kind: &Kind, values: Vec<String>) -> Self {
        let lines = self.kind == "area" && matches!(kind, Kind::List | Kind::Choices(_));
        self.values = if lines { vec![values.join("\n")] } else { values };
        self
    }

    /// Keeps what was typed. A password is typed anew.
    pub fn typed(mut self, form: Params<'_>) -> Self {
        if self.kind != "password" && form.names(&self.name) {
            self.values = form.all(&self.name).map(str::to_owned).collect();
        }
        self
    }

    /// As the template draws it.
    pub fn json(&self) -> Value {
        let options: Vec<Value> = self
            .options
            .iter()
            .map(|(code, words)| json!({"code": code, "words": words, "on": self.values.contains(code)}))
            .collect();
        json!({
            "name": self.name, "label": self.label, "kind": self.kind, "required": self.required,
            "value": self.values.first().map_or("", String::as_str), "options": options,
        })
    }
}

/// Yes and no.
pub fn yes_no(language: Language) -> Vec<(String, String)> {
    ["yes", "no"]
        .map(|code| (code.to_owned(), texts().label(language, "answer", code)))
        .to_vec()
}

/// Codes with the words that a table has for them.
pub fn worded<'a>(language: Language, table: &str, codes: impl IntoIterator<Item = &'a str>) -> Vec<(String, String)> {
    let word = |code: &str| (code.to_owned(), texts().label(language, table, code));
    codes.into_iter().map(word).collect()
}

/// The input for a field of the record.
pub fn for_field(procedure: &Procedure, name: &str, key: &str, kind: &Kind, language: Language) -> Widget {
    let label = field_title(procedure, key, language);
    let (look, options) = match kind {
        Kind::Words => ("area", Vec::new()),
        Kind::List => ("area", Vec::new()),
        Kind::Choice(of) if !of.is_empty() => ("select", worded(language, key, of.iter().map(String::as_str))),
        Kind::Choices(of) if !of.is_empty() => ("many", worded(language, key, of.iter().map(String::as_str))),
        Kind::Choices(_) => ("area", Vec::new()),
        Kind::Date => ("date", Vec::new()),
        Kind::Moment => ("moment", Vec::new()),
        Kind::Flag => ("select", yes_no(language)),
        Kind::Number | Kind::Integer | Kind::Money => ("number", Vec::new()),
        Kind::Text | Kind::Face | Kind::Choice(_) | Kind::Link => ("text", Vec::new()),
    };
    Widget::new(look, name, label).of(options)
}

/// A field's value as its input holds it; words and personal data come joined in.
pub fn held(value: &FieldValue, words: Option<&str>) -> Vec<String> {
    match value {
        FieldValue::Flag(flag) => vec![if *flag { "yes" } else { "no" }.to_owned()],
        FieldValue::List(list) => list.clone(),
        FieldValue::Money(money) if money.currency == "CNY" => vec![money.amount.normalize().to_string()],
        FieldValue::Money(money) => vec![format!("{} {}", money.amount.normalize(), money.currency)],
        FieldValue::Moment(at) => vec![at.format("%Y-%m-%dT%H:%M").to_string()],
        FieldValue::Words(_) | FieldValue::Face(_) => words.map(str::to_owned).into_iter().collect(),
        plain => vec![plain.plain()],
    }
}

/// What an input says, as the JSON that the field's kind is read from; nothing where it was left empty.
pub fn given(form: Params<'_>, name: &str, kind: &Kind, zone: chrono_tz::Tz) -> Option<Value> {
    let one = form.get(name);
    match kind {
        Kind::Choices(of) if !of.is_empty() => {
            let all: Vec<&str> = form.all(name).collect();
            (!all.is_empty()).then(|| json!(all))
        }
        Kind::Choices(_) | Kind::List => {
            let lines: Vec<&str> = one?.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            Some(json!(lines))
        }
        Kind::Flag => Some(match one? {
            "yes" => json!(true),
            "no" => json!(false),
            other => json!(other),
        }),
        Kind::Moment => one.map(|at| json!(moment(at, zone))),
        Kind::Money => one.map(|sum| match sum.rsplit_once(' ') {
            Some((amount, currency)) => json!({"amount": amount.trim(), "currency": currency}),
            None => json!(sum),
        }),
        _ => one.map(|text| json!(text)),
    }
}

/// A moment as a browser gives it, in the wire's form; what is none stays as it is and is refused by the rules.
pub fn moment(text: &str, zone: chrono_tz::Tz) -> String {
    let plain = text.replace(' ', "T");
    let shapes = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = shapes
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(&plain, shape).ok());
    let at = local.and_then(|local| zone.from_local_datetime(&local).earliest());
    at.map_or_else(|| text.to_owned(), |at| at.fixed_offset().to_rfc3339())
}

/// A moment as a browser's input takes it.
pub fn for_input(at: DateTime<chrono::FixedOffset>) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}
