//! The shapes of slips and of printed forms.

use serde_json::{Value, json};

use super::shapes::{body, given, list, moment, object, or_null, slip_kind, slip_stage, text, whole};

/// `GET /api/complaints/{id}/forms`.
pub fn list_of() -> Value {
    let yes_no = json!({"type": "boolean"});
    let one = given(json!({
        "rule": text(), "title": text(), "also": list(text()), "form_number": or_null("string"), "record": paper_record(),
        "n": or_null("integer"), "shows": text(), "internal": yes_no, "copies": whole(), "sign": list(text()),
        "printable": yes_no, "page": or_null("string"), "why": or_null("string"), "kept": or_null("string"),
        "source": text(), "assumed": or_null("string"),
    }));
    given(json!({"number": text(), "forms": list(one)}))
}

fn paper_record() -> Value {
    let names = ["complaint", "capa", "eight_d", "register", "duty", "device", "document"];
    let slip = body(&["slip"], json!({"slip": slip_kind()}));
    json!({"oneOf": [{"type": "string", "enum": names}, slip]})
}

/// `GET /api/complaints/{id}/forms/{rule}`.
pub fn one() -> Value {
    let yes_no = json!({"type": "boolean"});
    let line = given(json!({
        "key": or_null("string"), "title": text(), "text": or_null("string"), "options": list(text()), "wide": yes_no,
        "tall": yes_no,
    }));
    let section = given(json!({"title": or_null("string"), "lines": list(line)}));
    let sign = given(json!({
        "desk": text(), "rule": or_null("string"), "granted": or_null("boolean"), "by": or_null("string"),
        "at": or_null("string"),
    }));
    given(json!({
        "rule": text(), "title": text(), "form_number": or_null("string"), "record": paper_record(), "source": text(),
        "internal": yes_no, "copies": whole(), "landscape": yes_no, "blank": yes_no,
        "language": {"type": "string", "enum": ["zh-Hans", "zh-Hant", "en"]}, "company": text(), "procedure": text(),
        "procedure_title": text(), "procedure_version": text(), "complaint": or_null("string"),
        "number": or_null("string"), "received_at": or_null("string"), "about": or_null("string"),
        "sections": list(section), "table": or_null("object"), "note": or_null("string"), "sign": list(sign),
        "printed_at": moment(), "printed_by": text(),
    }))
}

/// `GET /api/slips`.
pub fn slips() -> Value {
    let slip = given(json!({
        "id": text(), "number": text(), "kind": slip_kind(), "n": whole(), "rule": text(), "title": or_null("string"),
        "stage": slip_stage(), "batches": list(text()), "opened_at": moment(), "settled_at": or_null("string"),
        "fields": object(),
    }));
    given(
        json!({"kind": or_null("string"), "month": or_null("string"), "slips": list(slip), "next": or_null("string")}),
    )
}
