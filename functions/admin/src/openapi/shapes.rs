//! The shapes of bodies, as JSON Schema; unknown properties are refused wherever a body is read; long because they are one list.

use kesu_app::intake::CHANNELS;
use kesu_rules::domain::command::CommandKind;
use kesu_rules::domain::facts::Role;
use kesu_rules::procedure::model::SlipKind;
use serde_json::{Map, Value, json};

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn moment() -> Value {
    json!({"type": "string", "format": "date-time"})
}

pub(super) fn whole() -> Value {
    json!({"type": "integer", "minimum": 0})
}

pub(super) fn or_null(kind: &str) -> Value {
    json!({"type": [kind, "null"]})
}

pub(super) fn list(of: Value) -> Value {
    json!({"type": "array", "items": of})
}

/// An object that is read: nothing but these properties.
pub(super) fn body(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties, "additionalProperties": false})
}

/// An object that is given: it may gain properties.
pub(super) fn given(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({"type": "object", "required": required, "properties": properties})
}

fn role() -> Value {
    let names: Vec<&str> = Role::ALL.iter().map(|(_, name)| *name).collect();
    json!({"type": "string", "enum": names})
}

/// Any object.
pub fn object() -> Value {
    json!({"type": "object"})
}

/// A page for people.
pub fn page() -> Value {
    text()
}

/// A file.
pub fn file() -> Value {
    json!({"type": "string", "format": "binary"})
}

/// What every refusal and every problem says.
pub fn error() -> Value {
    let one = json!({
        "type": "object", "required": ["code", "message"],
        "properties": {"code": text(), "message": text(), "field": text()},
    });
    json!({
        "type": "object", "required": ["error"],
        "properties": {"error": one, "errors": list(one.clone()), "current": whole()},
    })
}

/// `POST /api/session`.
pub fn sign_in() -> Value {
    let otp = json!({"type": "string", "description": "accounts have no second factor yet; ignored"});
    body(
        &["email", "password"],
        json!({"email": text(), "password": text(), "otp": otp}),
    )
}

/// `GET /api/session`.
pub fn session() -> Value {
    given(json!({
        "user": text(), "role": role(), "department": or_null("string"), "position": or_null("string"), "csrf": text(),
        "handed_out": {"type": "boolean", "description": "the password was handed out and should be replaced"},
    }))
}

/// `POST /api/password`.
pub fn password() -> Value {
    body(&["old", "new"], json!({"old": text(), "new": text()}))
}

/// `POST /api/intake`.
pub fn intake() -> Value {
    let customer = json!({"name": text(), "phone": text(), "email": text(), "address": text(), "kind": text()});
    let quantity = json!({"type": ["number", "string"]});
    let product = json!({
        "name": text(), "model": text(), "serial": text(), "batch": text(), "order": text(), "quantity": quantity,
    });
    body(
        &["description", "customer"],
        json!({
            "procedure": text(), "channel": {"type": "string", "enum": CHANNELS}, "description": text(),
            "customer": body(&["name"], customer), "product": body(&[], product), "demand": list(text()),
            "answers": {"type": "object", "description": "fields of the record by key"}, "occurred_at": moment(),
            "language": {"type": "string", "enum": ["zh-Hans", "zh-Hant", "en"]},
            "received_at": moment(), "received_by": text(),
        }),
    )
}

/// The answer to an intake.
pub fn receipt() -> Value {
    let deadline = given(json!({"rule": text(), "until": or_null("string"), "due_at": moment()}));
    given(json!({
        "id": text(), "number": text(), "query_code": text(), "procedure": text(), "class": text(),
        "department": or_null("string"), "received_at": moment(), "deadlines": list(deadline),
    }))
}

fn row() -> Value {
    list(json!({"type": ["string", "integer", "object", "array", "null"]}))
}

/// `GET /api/book`.
pub fn book() -> Value {
    let option = list(text());
    let field = given(json!({
        "key": text(), "title": text(), "step": {"type": "boolean"}, "private": {"type": "boolean"},
        "options": list(option),
        "kind": {"type": "string", "enum": [
            "text", "face", "words", "choice", "choices", "date", "moment", "number", "integer", "money", "flag", "list",
            "link",
        ]},
    }));
    let clause = |mut properties: Value| {
        let more = json!({"source": text(), "assumed": or_null("string"), "title": text()});
        if let (Some(all), Some(more)) = (properties.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        json!({"type": "object", "additionalProperties": given(properties)})
    };
    let procedure = given(json!({
        "id": text(), "title": text(), "source": text(), "version": text(), "classes": list(text()), "desks": list(text()),
        "clauses": clause(json!({"required": {"type": "boolean"}})), "rules": clause(json!({})),
    }));
    let table = json!({"type": "object", "additionalProperties": text()});
    given(json!({
        "installation": text(), "company": text(), "form": text(), "as_of": moment(), "zone": or_null("string"),
        "procedures": list(procedure), "fields": list(field),
        "words": {"type": "object", "additionalProperties": table},
        "watermark": {"type": "boolean", "description": "the reader's name and the day are to stand over everything"},
    }))
}

/// `GET /api/views`.
pub fn views() -> Value {
    let view = given(json!({"name": text(), "view": object(), "shared": {"type": "boolean"}, "by": or_null("string")}));
    given(json!({"views": list(view)}))
}

/// `POST /api/views`.
pub fn kept_view() -> Value {
    let shared = json!({"type": "boolean"});
    body(
        &["name"],
        json!({"name": text(), "view": {"type": ["object", "null"]}, "shared": shared}),
    )
}

/// `GET /api/complaints/{id}/told`.
pub fn told_in_words() -> Value {
    let option = given(json!({"code": text(), "words": text(), "on": {"type": "boolean"}}));
    let input = given(json!({
        "name": text(), "label": text(), "required": {"type": "boolean"}, "value": text(), "options": list(option),
        "kind": {"type": "string", "enum": ["text", "area", "select", "many", "moment", "date", "number", "password"]},
    }));
    let form = json!({
        "type": "object", "required": ["kind", "id", "inputs"],
        "properties": {"kind": text(), "id": text(), "n": or_null("string"), "inputs": list(input)},
    });
    given(json!({
        "id": text(), "number": text(), "version": whole(), "stage": text(), "class": text(), "department": or_null("string"),
        "fields": list(object()), "milestones": list(object()), "deadlines": list(object()), "log": list(object()),
        "letters": list(object()), "forms": list(form),
    }))
}

/// `POST /api/complaints/{id}/told`.
pub fn filled_form() -> Value {
    let pair = json!({"type": "array", "items": text(), "minItems": 2, "maxItems": 2});
    body(
        &["version", "type", "inputs"],
        json!({"version": whole(), "type": text(), "inputs": list(pair), "reason": text()}),
    )
}

/// The version that came of it.
pub fn version() -> Value {
    given(json!({"version": whole()}))
}

/// `GET /api/complaints`.
pub fn rows() -> Value {
    given(
        json!({"month": text(), "columns": list(text()), "rows": list(row()), "next": or_null("string"), "as_of": moment()}),
    )
}

/// `GET /api/changes`.
pub fn changes() -> Value {
    given(json!({
        "columns": list(text()), "rows": list(row()), "removed": list(text()), "cursor": text(), "as_of": moment(),
        "more": {"type": "boolean", "description": "ask again at once"},
    }))
}

/// `GET /api/complaints/{id}`.
pub fn complaint() -> Value {
    let milestone = given(json!({"name": text(), "at": moment(), "by": or_null("string")}));
    let deadline = given(json!({
        "rule": text(), "from": text(), "until": or_null("string"),
        "clock": {"type": "string", "enum": ["elapsed", "work", "workday", "cal", "event"]},
        "started_at": moment(), "due_at": moment(), "late": {"type": "boolean"}, "paused": {"type": "boolean"},
        "provisional": {"type": "boolean"}, "responsible": text(), "rungs": list(object()), "explain": list(object()),
    }));
    let entry = given(json!({
        "seq": whole(), "at": moment(), "actor": text(), "events": list(object()), "hash": text(),
    }));
    let slip = given(json!({
        "kind": slip_kind(), "n": whole(), "rule": text(), "stage": slip_stage(), "opened_at": moment(), "fields": object(),
    }));
    let allowed = given(json!({"type": text(), "fields": list(text())}));
    given(json!({
        "id": text(), "number": text(), "version": whole(), "procedure": text(), "stage": text(), "class": text(),
        "axes": object(), "department": or_null("string"), "fields": object(), "milestones": list(milestone),
        "deadlines": list(deadline), "capa": list(object()), "slips": list(slip), "approvals": list(object()), "log": list(entry),
        "letters": list(object()), "links": list(object()), "allowed": list(allowed),
        "mails": list(object()), "suggestions": list(object()), "possibly": list(object()),
    }))
}

pub(super) fn slip_kind() -> Value {
    json!({"type": "string", "enum": SlipKind::ALL.map(SlipKind::name)})
}

pub(super) fn slip_stage() -> Value {
    json!({"type": "string", "enum": ["open", "approved", "refused", "done", "cancelled"]})
}

/// A command: one shape for each type.
fn command() -> Value {
    let one = |(_, name, fields): &(CommandKind, &str, &[&str])| {
        let mut properties = Map::from_iter([("type".to_owned(), json!({"const": name}))]);
        let mut required = vec!["type"];
        for field in *fields {
            let plain = field.trim_end_matches('?');
            properties.insert(plain.to_owned(), value_of(plain));
            if plain == *field {
                required.push(plain);
            }
        }
        body(&required, Value::Object(properties))
    };
    json!({"oneOf": CommandKind::ALL.iter().map(one).collect::<Vec<_>>()})
}

/// What a command's field holds; `fields` are names for `request_info` and values elsewhere.
fn value_of(field: &str) -> Value {
    match field {
        "at" | "due_at" => moment(),
        "upheld" | "formal" | "consent" | "effective" => json!({"type": "boolean"}),
        "n" => whole(),
        "step" => json!({"type": "string", "enum": ["edit", "done", "cancel"]}),
        "axes" => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        "fields" => json!({"type": ["object", "array"]}),
        "amount" => json!({"type": ["number", "string", "object"]}),
        "quantity" => json!({"type": ["number", "string"]}),
        _ => text(),
    }
}

/// `POST /api/complaints/{id}/commands`.
pub fn tell() -> Value {
    body(
        &["version", "command"],
        json!({"version": whole(), "command": command(), "reason": text()}),
    )
}

/// What came of a command.
pub fn told() -> Value {
    given(json!({"version": whole(), "events": list(object())}))
}

/// `POST /api/batch`.
pub fn batch() -> Value {
    let one = body(
        &["id", "version", "command"],
        json!({"id": text(), "version": whole(), "command": command(), "reason": text()}),
    );
    json!({"type": "array", "maxItems": 500, "items": one})
}

/// What came of a batch.
pub fn outcomes() -> Value {
    list(json!({
        "type": "object", "required": ["id", "status"],
        "properties": {"id": text(), "status": whole(), "version": whole(), "current": whole(), "refusal": object()},
    }))
}

/// `GET /api/due`.
pub fn due() -> Value {
    let item = given(json!({
        "id": text(), "number": text(), "rule": text(), "until": or_null("string"), "due_at": moment(),
        "late": {"type": "boolean"}, "responsible": text(), "class": text(), "department": or_null("string"),
    }));
    given(json!({"as_of": moment(), "items": list(item), "next": or_null("string")}))
}

/// `GET /api/duties`.
pub fn duties() -> Value {
    let item = given(json!({
        "id": text(), "procedure": text(), "rule": text(), "period": text(), "due_at": moment(), "told": text(),
        "done_at": or_null("string"), "done_by": or_null("string"), "title": or_null("string"),
        "owner": or_null("string"), "state": {"type": "string", "enum": ["due", "missed", "done", "dropped"]},
        "device": or_null("string"), "reference": or_null("string"), "remark": or_null("string"),
    }));
    let waiting = given(json!({
        "procedure": text(), "rule": text(), "title": text(), "owner": text(), "source": text(),
        "why": {"type": "string", "enum": ["as_set", "occasion", "per_device"]}, "assumed": or_null("string"),
    }));
    given(json!({"duties": list(item), "next": or_null("string"), "unscheduled": list(waiting)}))
}

/// One mail that waits, in `GET /api/quarantine`.
pub fn held() -> Value {
    given(json!({
        "id": text(), "kind": {"type": "string", "enum": ["quarantined", "ignored"]}, "reason": text(), "at": moment(),
        "from": text(), "size": {"type": "integer"},
        "state": {"type": "string", "enum": ["waiting", "replaying", "replayed", "dismissed"]},
        "as": or_null("string"), "complaint": or_null("string"), "by": or_null("string"),
    }))
}

/// `GET /api/quarantine`.
pub fn quarantine() -> Value {
    given(json!({"entries": list(held()), "next": or_null("string")}))
}

/// `POST /api/quarantine/{id}/replay`.
pub fn replay() -> Value {
    body(
        &["as"],
        json!({"as": {"type": "string", "enum": ["read", "complaint"]}}),
    )
}

/// `POST /api/quarantine/{id}/dismiss`.
pub fn dismissal() -> Value {
    body(&["reason"], json!({"reason": text()}))
}

/// `POST /api/duties/done`: the id of an occurrence, or procedure and rule of a duty without dates.
pub fn duty() -> Value {
    let all = json!({
        "id": text(), "procedure": text(), "rule": text(), "reference": or_null("string"), "remark": or_null("string"),
    });
    body(&[], all)
}

fn device_parts() -> serde_json::Map<String, Value> {
    use crate::api::devices::{DATES, MONTHS, OWNER, TEXTS};
    let date = json!({"type": ["string", "null"], "format": "date"});
    let texts = TEXTS
        .iter()
        .chain(OWNER)
        .map(|name| ((*name).to_owned(), or_null("string")));
    let dates = DATES.iter().map(|name| ((*name).to_owned(), date.clone()));
    let months = (MONTHS.to_owned(), json!({"type": ["integer", "null"], "minimum": 0}));
    texts.chain(dates).chain([months]).collect()
}

/// `POST /api/devices`.
pub fn new_device() -> Value {
    body(&["serial"], Value::Object(device_parts()))
}

/// `PUT /api/devices/{serial}`.
pub fn device_wish() -> Value {
    let mut parts = device_parts();
    parts.insert("version".to_owned(), whole());
    body(&["version"], Value::Object(parts))
}

/// What came of it.
pub fn device_kept() -> Value {
    given(json!({"serial": text(), "version": whole()}))
}

/// `GET /api/devices/{serial}`.
pub fn device() -> Value {
    let mut parts = device_parts();
    parts.insert("version".to_owned(), whole());
    parts.insert("warranty_state".to_owned(), text());
    parts.insert("complaints".to_owned(), list(object()));
    json!({"type": "object", "required": ["serial", "version"], "properties": parts})
}

/// `GET /api/devices`.
pub fn devices() -> Value {
    given(json!({"devices": list(device()), "next": or_null("string")}))
}

/// `GET /api/letters`.
pub fn letters() -> Value {
    let about = json!({"type": ["object", "null"], "required": ["id", "number"], "properties": {"id": text(), "number": text()}});
    let letter = given(json!({
        "about": about, "name": text(), "to": or_null("string"), "at": or_null("string"), "state": text(),
        "attempts": whole(), "channel": or_null("string"), "why": or_null("string"), "next_try": or_null("string"),
        "place": text(),
    }));
    given(json!({"letters": list(letter), "next": or_null("string")}))
}

/// `POST /api/letters`.
pub fn letter_wish() -> Value {
    let acts = json!({"type": "string", "enum": ["again", "away"]});
    body(&["letter", "do"], json!({"letter": text(), "do": acts}))
}

/// `GET /api/journal`.
pub fn journal() -> Value {
    let entry = given(json!({"id": text(), "at": moment(), "by": text(), "what": text(), "of": text(), "detail": {}}));
    given(json!({"month": text(), "entries": list(entry), "next": or_null("string")}))
}

/// `GET /api/verify`.
pub fn proof() -> Value {
    let fault = given(json!({"of": text(), "what": text()}));
    given(json!({"at": moment(), "complaints": whole(), "entries": whole(), "faults": list(fault)}))
}

/// `GET /api/calendar`.
pub fn calendar() -> Value {
    let yes_no = json!({"type": "boolean"});
    let kinds = json!({"type": "string", "enum": [
        "weekday", "weekend", "holiday", "make_up", "company_off", "company_working",
    ]});
    let day = given(json!({"date": text(), "working": yes_no, "kind": kinds, "name": text()}));
    given(json!({
        "calendar": text(), "title": or_null("string"), "year": {"type": "integer"}, "today": text(), "days": list(day),
        "published": yes_no, "published_through": or_null("integer"), "source": or_null("string"),
        "published_on": or_null("string"), "amended_by": list(text()),
    }))
}

/// What came of it.
pub fn duty_done() -> Value {
    given(json!({"id": text(), "done_at": or_null("string")}))
}

fn directory_parts() -> Value {
    let absence = body(
        &["from", "until"],
        json!({"from": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"}}),
    );
    let person = body(
        &[],
        json!({"name": text(), "language": text(), "substitute": text(), "absence": absence}),
    );
    json!({
        "version": whole(), "desks": {"type": "object", "additionalProperties": list(text())},
        "people": {"type": "object", "additionalProperties": person}, "administrator": text(),
        "known_desks": list(text()),
    })
}

/// `GET /api/directory`.
pub fn directory() -> Value {
    given(directory_parts())
}

/// `PUT /api/directory`.
pub fn directory_wish() -> Value {
    body(&["version", "desks"], directory_parts())
}

fn account() -> Value {
    json!({
        "email": text(), "role": role(), "department": or_null("string"), "position": or_null("string"),
        "handed_out": {"type": "boolean"}, "disabled": {"type": "boolean"},
    })
}

/// `GET /api/users`.
pub fn users() -> Value {
    given(json!({"users": list(given(account()))}))
}

/// `POST /api/users`.
pub fn new_user() -> Value {
    body(
        &["email", "role"],
        json!({"email": text(), "role": role(), "department": text(), "position": text()}),
    )
}

/// `PATCH /api/users/{email}`.
pub fn user_wish() -> Value {
    body(
        &[],
        json!({
            "role": role(), "department": or_null("string"), "position": or_null("string"),
            "disabled": {"type": "boolean"},
            "new_password": {"type": "boolean", "description": "hand out a new password, shown this once"},
        }),
    )
}

/// An account, with the password where one was handed out.
pub fn handed_out() -> Value {
    let mut shape = given(account());
    if let Some(properties) = shape.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("password".to_owned(), text());
    }
    shape
}

/// `GET /api/procedures`.
pub fn procedures() -> Value {
    given(json!({"procedures": list(object())}))
}

/// `GET /api/procedures/{id}`.
pub fn procedure() -> Value {
    given(json!({
        "id": text(), "title": text(), "source": text(), "version": text(), "classes": list(text()),
        "deadlines": list(object()), "approvals": list(object()), "closing": list(object()),
    }))
}
