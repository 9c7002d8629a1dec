//! The shapes of rollups and of the figures that rates are set against.

use serde_json::{Value, json};

use super::shapes::{body, given, list, moment, object, or_null, text, whole};

fn numbers(of: Value) -> Value {
    json!({"type": "object", "additionalProperties": of})
}

fn decimal_or_null() -> Value {
    or_null("string")
}

fn filter() -> Value {
    given(json!({
        "field": or_null("string"), "value": or_null("string"), "from": or_null("string"), "to": text(),
    }))
}

fn version() -> Value {
    given(json!({"version": whole(), "counted_at": or_null("string"), "moved": whole()}))
}

/// `GET /api/rollups`.
pub fn kept() -> Value {
    let one = given(json!({
        "period": text(), "procedure": text(), "version": whole(), "counted_at": or_null("string"), "as_of": moment(),
        "received": or_null("integer"), "changed": {"type": "boolean"}, "versions": list(version()),
    }));
    given(json!({"rollups": list(one)}))
}

/// The body of `POST /api/rollups/{period}`.
pub fn wanted() -> Value {
    body(&[], json!({"procedure": text()}))
}

/// `GET /api/rollups/{period}`.
pub fn one() -> Value {
    let number = json!({"type": "number"});
    let yes_no = json!({"type": "boolean"});
    let count = given(json!({
        "key": text(), "title": text(), "n": whole(), "before": or_null("integer"), "year_before": or_null("integer"),
        "filter": filter(),
    }));
    let moved = given(json!({"figure": text(), "before": {}, "after": {}}));
    given(json!({
        "period": text(), "months": list(text()), "procedure": text(), "procedure_title": text(),
        "procedure_version": text(), "company": text(), "version": whole(), "versions": list(version()),
        "counted_at": or_null("string"), "as_of": moment(), "running": yes_no, "moved": list(moved),
        "complaints": list(count), "compared": list(given(json!({"which": text(), "period": text()}))),
        "closing": closing(), "kpis": list(kpi()), "axes": list(axis()), "trends": list(trend(&number)),
        "signals": list(signal(&number)), "on_time": list(given(json!({
            "rule": text(), "title": text(), "due": whole(), "met": whole(), "share": or_null("number"),
        }))),
        "overdue": list(given(json!({"number": text(), "rule": text(), "title": text(), "due_at": moment()}))),
        "customers": list(given(json!({"name": or_null("string"), "n": whole(), "numbers": list(text())}))),
        "duties": list(given(json!({
            "rule": text(), "title": text(), "period": text(), "owner": text(), "due_at": moment(),
            "done_at": or_null("string"), "state": {"type": "string", "enum": ["done", "done_late", "missed", "due"]},
            "state_text": text(),
        }))),
        "missing": list(given(json!({"figure": text(), "title": text(), "months": list(text())}))),
        "money": list(given(json!({"field": text(), "title": text(), "currency": text(), "sum": text()}))),
        "reactions": list(given(json!({"value": text(), "label": text(), "n": whole()}))),
        "survey": list(given(json!({"value": text(), "label": text(), "n": whole()}))), "returned": text(),
    }))
}

fn closing() -> Value {
    let three = list(or_null("number"));
    let time = given(json!({"days": or_null("integer"), "title": text(), "n": whole()}));
    given(json!({"median": three.clone(), "p90": three, "times": list(time)}))
}

fn kpi() -> Value {
    let mut target = body(&[], json!({"at_most": text(), "at_least": text()}));
    if let Some(target) = target.as_object_mut() {
        target.insert("type".to_owned(), json!(["object", "null"]));
    }
    given(json!({
        "id": text(), "title": text(), "source": text(), "assumed": or_null("string"), "value": decimal_or_null(),
        "unit": or_null("string"), "of": {"type": ["array", "null"], "items": text()}, "target": target,
        "target_text": text(), "light": {"type": "string", "enum": ["green", "amber", "red", "grey"]},
        "light_text": text(), "by": numbers(text()), "before": decimal_or_null(), "year_before": decimal_or_null(),
        "missing": list(text()),
    }))
}

fn axis() -> Value {
    let number = json!({"type": "number"});
    let row = given(json!({
        "value": text(), "label": text(), "n": whole(), "share": number.clone(), "cumulative": number,
        "before": or_null("integer"), "year_before": or_null("integer"), "filter": filter(),
    }));
    given(json!({"axis": text(), "title": text(), "field": or_null("string"), "of": whole(), "rows": list(row)}))
}

/// What is there only sometimes is named by no list of what must be there.
fn may(mut shape: Value, names: &[&str]) -> Value {
    if let Some(required) = shape.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !names.iter().any(|may| name.as_str() == Some(may)));
    }
    shape
}

fn trend(number: &Value) -> Value {
    let month = given(json!({
        "at": text(), "n": whole(), "size": number, "value": number, "upper": number, "lower": number,
        "signals": list(text()),
    }));
    let month = may(month, &["size", "upper", "lower", "signals"]);
    let trend = given(json!({
        "title": text(), "axis": text(), "value": text(), "chart": {"type": "string", "enum": ["c", "u", "p"]},
        "of": text(), "centre": number, "months": list(month), "field": or_null("string"),
    }));
    may(trend, &["of", "centre"])
}

fn signal(number: &Value) -> Value {
    let signal = given(json!({
        "kind": {"type": "string", "enum": ["control_chart", "counter"]}, "axis": text(), "value": text(), "month": text(),
        "rules": list(text()), "count": number, "limits": list(number.clone()), "text": text(), "filter": filter(),
    }));
    may(signal, &["month", "rules", "limits"])
}

/// `GET /api/figures`.
pub fn figures() -> Value {
    let name = given(json!({"name": text(), "title": text()}));
    let month = given(json!({"month": text(), "figures": numbers(text())}));
    given(json!({"year": text(), "names": list(name), "months": list(month)}))
}

/// The body of `PUT /api/figures`: one month, or many.
pub fn entered() -> Value {
    let mut figures = object();
    if let Some(figures) = figures.as_object_mut() {
        figures.insert(
            "additionalProperties".to_owned(),
            json!({"type": ["string", "number", "null"]}),
        );
    }
    let month = body(
        &["month", "figures"],
        json!({"month": text(), "figures": figures.clone()}),
    );
    body(&[], json!({"month": text(), "figures": figures, "months": list(month)}))
}
