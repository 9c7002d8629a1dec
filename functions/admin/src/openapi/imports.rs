//! The shapes of uploaded registers and of imports.

use serde_json::{Value, json};

use super::shapes::{body, given, list, moment, or_null, text, whole};

fn one() -> Value {
    json!({
        "id": text(), "name": text(), "size": whole(), "at": moment(), "by": or_null("string"), "state": state(),
        "procedure": or_null("string"), "batch": or_null("string"), "readable": {"type": "boolean"},
        "copy": {"type": "boolean"}, "refused": or_null("object"),
    })
}

fn state() -> Value {
    let states = ["reading", "read", "running", "done", "activating", "undoing", "undone"];
    json!({"type": "string", "enum": states})
}

/// An upload, and what was asked for with it.
pub fn taken() -> Value {
    given(one())
}

/// `GET /api/imports`.
pub fn all() -> Value {
    given(json!({"imports": list(given(one()))}))
}

/// `GET /api/imports/{id}`; an import that came otherwise has none of the reports.
pub fn shown() -> Value {
    let mut shown = given(one());
    let progress = given(json!({"done": whole(), "all": whole()}));
    let report = json!({
        "type": ["object", "null"],
        "description": "as `kesu import --json`; the first 1000 findings of each kind, `left_off` more",
    });
    let mut read = report.clone();
    if let Some(read) = read.as_object_mut() {
        let words = "as `run`, with a `sample` of records and a `proposal` of the mapping";
        read.insert("description".to_owned(), json!(words));
    }
    let more = json!({
        "mapping": or_null("string"), "progress": {"oneOf": [progress, {"type": "null"}]}, "read": read,
        "run": report, "undo": or_null("object"), "activate": or_null("object"),
    });
    let properties = shown.get_mut("properties").and_then(Value::as_object_mut);
    if let (Some(properties), Some(more)) = (properties, more.as_object()) {
        properties.extend(more.clone());
    }
    shown
}

/// `PUT /api/imports/{id}/mapping`.
pub fn mapping() -> Value {
    body(
        &[],
        json!({"mapping": or_null("string"), "procedure": or_null("string")}),
    )
}
