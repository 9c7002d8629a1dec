//! The words of a form: titles of fields, values, and what may be chosen.

use kesu_app::texts::{Language, field_title, texts};
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::value::{Kind, Money, Value};
use kesu_rules::procedure::Procedure;

use super::Line;
use crate::pages::short;

/// Characters from which on a value needs the paper's width; a Chinese one counts twice.
const LONG: usize = 34;
/// Choices that still fit into half the width.
const FEW: usize = 3;

/// Whether a value needs the paper's width.
pub fn long(text: &str) -> bool {
    let width = |c: char| if c.is_ascii() { 1 } else { 2 };
    text.contains('\n') || text.chars().map(width).sum::<usize>() > LONG
}

/// The line of a field; where nothing is known of a choice, what may be chosen.
pub fn line(procedure: &Procedure, key: &FieldKey, text: Option<String>, language: Language) -> Line {
    let kind = procedure.fields.kind(key.as_str());
    let options = match &text {
        None => kind.map(|kind| options(kind, key, language)).unwrap_or_default(),
        Some(_) => Vec::new(),
    };
    let sentences = matches!(kind, Some(Kind::Words));
    let broad = sentences || matches!(kind, Some(Kind::List)) || options.len() > FEW;
    Line {
        key: Some(key.clone()),
        title: field_title(procedure, key.as_str(), language),
        wide: broad || text.as_ref().is_some_and(|text| long(text)),
        tall: sentences,
        text,
        options,
    }
}

fn options(kind: &Kind, key: &FieldKey, language: Language) -> Vec<String> {
    match kind {
        Kind::Flag => ["yes", "no"]
            .map(|code| texts().label(language, "answer", code))
            .to_vec(),
        Kind::Choice(of) | Kind::Choices(of) => of
            .iter()
            .map(|code| texts().label(language, key.as_str(), code))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a field says. `kept` finds free and personal text; what was erased is said to be.
pub fn said(
    procedure: &Procedure,
    key: &FieldKey,
    value: &Value,
    kept: &dyn Fn(&Value) -> Option<String>,
    language: Language,
) -> String {
    let label = |code: &str| texts().label(language, key.as_str(), code);
    let chosen = matches!(
        procedure.fields.kind(key.as_str()),
        Some(Kind::Choice(_) | Kind::Choices(_))
    );
    match value {
        Value::Words(_) | Value::Face(_) => kept(value).unwrap_or_else(|| texts().text(language, "admin.erased", &[])),
        Value::Flag(flag) => texts().label(language, "answer", if *flag { "yes" } else { "no" }),
        Value::List(list) => {
            let one = |code: &String| if chosen { label(code) } else { code.clone() };
            let comma = if language == Language::En { ", " } else { "、" };
            list.iter().map(one).collect::<Vec<_>>().join(comma)
        }
        Value::Text(code) if chosen => label(code),
        Value::Money(money) => sum(money),
        Value::Moment(at) => short(*at, false),
        plain => plain.plain(),
    }
}

/// A sum with two places and its thousands set apart.
fn sum(money: &Money) -> String {
    let plain = format!("{:.2}", money.amount);
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, "00"));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if money.currency == "CNY" {
        "¥"
    } else {
        money.currency.as_str()
    };
    format!("{sign} {grouped}.{cents}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_two_places_and_their_thousands_set_apart() {
        let said = |amount: &str, currency: &str| {
            sum(&Money {
                amount: amount.parse().unwrap(),
                currency: currency.to_owned(),
            })
        };
        assert_eq!(said("6000", "CNY"), "¥ 6,000.00");
        assert_eq!(said("999.5", "EUR"), "EUR 999.50");
        assert_eq!(said("1234567.891", "CNY"), "¥ 1,234,567.89");
        assert_eq!(said("0", "CNY"), "¥ 0.00");
    }

    #[test]
    fn a_line_break_or_many_characters_need_the_papers_width() {
        assert!(!long("SO-7"));
        assert!(long("a\nb"));
        assert!(!long(&"字".repeat(17)));
        assert!(long(&"字".repeat(18)));
    }
}
