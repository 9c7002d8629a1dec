//! The shapes of what-if.

use serde_json::{Value, json};

use super::shapes::{body, given, list, moment, or_null, text, whole};

/// `POST /api/simulate`.
pub fn wish() -> Value {
    body(
        &["period"],
        json!({
            "period": {"type": "string", "description": "complaints received in 2025-07, 2025Q3 or 2025"},
            "procedure": {"type": "string", "description": "what would govern: `P20` or `P20@VERSION`; each complaint's own version where missing"},
            "of": {"type": "string", "description": "only complaints that this procedure governs; the simulated one where the installation uses it, else all"},
            "set": {"type": "array", "maxItems": 50, "items": {"type": "string"}, "description": "values changed, as `T20.1.within=2 weeks`"},
            "cursor": {"type": "string", "description": "`next` of the slice before"},
        }),
    )
}

/// What came of a slice: sums are to be added over slices.
pub fn found() -> Value {
    let pair = || given(json!({"before": whole(), "after": whole()}));
    let kinds = [
        "class",
        "department",
        "deadline",
        "late",
        "approval",
        "letter",
        "refused",
    ];
    let counts: serde_json::Map<String, Value> = kinds.iter().map(|kind| ((*kind).to_owned(), whole())).collect();
    let due = json!({"type": "object", "required": ["due_at", "late"], "properties":
        {"due_at": moment(), "done_at": moment(), "late": {"type": "boolean"}}});
    let asked = given(json!({"rule": text(), "approver": text(), "times": whole()}));
    let sent = json!({"type": "object", "required": ["letter", "times"], "properties": {
        "letter": text(), "desk": text(), "rule": text(), "rung": text(), "about": text(), "times": whole()}});
    // Only what differs is there.
    let picture = || {
        json!({"type": "object", "properties": {
            "class": text(), "department": text(), "deadlines": {"type": "object", "additionalProperties": due.clone()},
            "approvals": list(asked.clone()), "letters": list(sent.clone())}})
    };
    let step = given(json!({
        "seq": whole(), "at": moment(), "command": text(), "code": text(), "field": or_null("string"), "message": text(),
    }));
    let row = given(json!({
        "number": text(), "received_at": moment(), "kinds": list(json!({"type": "string", "enum": kinds})),
        "before": picture(), "after": picture(), "refused": list(step),
    }));
    let procedure = json!({"type": ["object", "null"], "properties": {"id": text(), "version": text()}});
    given(json!({
        "period": text(), "as_of": moment(), "of": or_null("string"), "procedure": procedure, "complaints": whole(),
        "differ": whole(), "text_missing": whole(), "by_kind": given(Value::Object(counts)), "late": pair(),
        "approvals": pair(), "letters": pair(),
        "refused": {"type": "object", "additionalProperties": whole()}, "rows": list(row), "rows_left_out": whole(),
        "unread": list(given(json!({"number": text(), "why": text()}))), "unread_count": whole(),
        "next": or_null("string"),
    }))
}
