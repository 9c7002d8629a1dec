//! The shapes that programs outside rely on: deadlines, commands, logs as JSON (contract.md).

use kesu_rules::clock::Step;
use kesu_rules::clock::deadline::Deadline;
use kesu_rules::domain::command::Command;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

/// A deadline as the contract writes it, with its explanation where there is one.
pub fn deadline(deadline: &Deadline, explain: Option<&[Step]>) -> Value {
    let mut value = serde_json::to_value(deadline).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        let until: Vec<&str> = deadline.until.iter().map(|name| name.as_str()).collect();
        map.insert("until".to_owned(), json!(until.first()));
        map.insert("until_any".to_owned(), json!(until));
        if let Some(steps) = explain {
            map.insert("explain".to_owned(), json!(steps));
        }
    }
    value
}

/// The short form of the public answer.
pub fn deadline_short(deadline: &Deadline) -> Value {
    let until = deadline.until.first().map(|name| name.as_str());
    json!({"rule": deadline.rule, "until": until, "due_at": deadline.due_at, "planned": deadline.planned})
}

/// Parses a command; what is wrong with it is told in words a person can use.
///
/// # Errors
/// Names the field that is unknown, missing or of the wrong kind.
pub fn command(value: &Value) -> Result<Command, Refusal> {
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let known = kesu_rules::domain::command::CommandKind::ALL
        .iter()
        .find(|(_, name, _)| *name == kind);
    let Some((_, _, fields)) = known else {
        return Err(Refusal::of("unknown_command").about("type").with("command", kind));
    };
    for field in value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .filter(|key| *key != "type")
    {
        if !fields.iter().any(|known| known.trim_end_matches('?') == field) {
            return Err(Refusal::of("unknown_field").about(field).with("field", field));
        }
    }
    for field in fields.iter().filter(|field| !field.ends_with('?')) {
        if value.get(*field).is_none_or(Value::is_null) {
            return Err(Refusal::of("missing_field").about(field).with("field", *field));
        }
    }
    serde_json::from_value(value.clone()).map_err(|_| {
        // The kinds of the fields differ too much to say more than which command it was.
        Refusal::of("wrong_command").about("command").with("command", kind)
    })
}
