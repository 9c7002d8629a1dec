//! Reads structured answers as forms, staff and ledgers give them: yes/no in several languages, lists, numbers in words.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{AnswerTest, NumberTest};
use super::number::number_in;
use kesu_words::text::fold_word;

/// Whether the answers meet the test; nothing if the field was not answered.
pub fn answered(test: &AnswerTest, answers: &BTreeMap<String, Value>) -> Option<bool> {
    let value = answers.get(&test.field).filter(|value| !value.is_null())?;
    let words = words_of(value);
    if words.is_empty() && !matches!(value, Value::Array(_)) {
        return None;
    }
    if let Some(wanted) = test.is {
        return yes(value).map(|yes| yes == wanted);
    }
    if let Some(any) = &test.any_of {
        return Some(words.iter().any(|word| any.iter().any(|one| fold_word(one) == *word)));
    }
    if test.at_least.is_some() || test.more_than.is_some() {
        let number = value
            .as_f64()
            .or_else(|| words.first().and_then(|word| number_in(word)))?;
        let bounds = NumberTest {
            unit: String::new(),
            near: Vec::new(),
            at_least: test.at_least,
            more_than: test.more_than,
        };
        return Some(bounds.holds(number));
    }
    Some(test.given && words.iter().any(|word| !is_no(word)))
}

fn words_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(words_of).collect(),
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => vec![fold_word(text)],
        Value::Bool(_) | Value::Number(_) => vec![value.to_string()],
        // A sum of money is known by its amount.
        Value::Object(map) => map.get("amount").map_or_else(Vec::new, words_of),
        Value::Null => Vec::new(),
    }
}

fn yes(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => Some(number.as_f64().is_some_and(|n| n > 0.0)),
        _ => words_of(value).first().and_then(|word| match word.as_str() {
            word if is_no(word) => Some(false),
            "unknown" | "不清楚" | "不知道" | "未知" => None,
            _ => Some(true),
        }),
    }
}

fn is_no(word: &str) -> bool {
    matches!(
        word,
        "no" | "none" | "false" | "n" | "0" | "否" | "无" | "没有" | "不是" | "不" | "没"
    )
}
