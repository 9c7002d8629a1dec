//! The public addresses in OpenAPI 3.1, kept beside the handlers; a test compares them with the router's own table.

use kesu_app::intake::CHANNELS;
use serde_json::{Value, json};

/// `paths` and `components.schemas` of the public pages and the public API.
pub fn openapi() -> Value {
    json!({"paths": paths(), "components": {"schemas": schemas()}})
}

fn paths() -> Value {
    let proof = json!({"number": {"type": "string"}, "code": {"type": "string"}});
    json!({
        "/": {"get": {
            "summary": "the complaint form", "tags": ["pages"],
            "parameters": [query("lang", "zh-Hans, zh-Hant or en"), query("procedure", "another procedure than the installation's")],
            "responses": {"200": page("the form")},
        }},
        "/complaints": {"post": {
            "summary": "hands the form in; a double click is one complaint", "tags": ["pages"],
            "requestBody": {"required": true, "content": {
                "multipart/form-data": {"schema": form()}, "application/x-www-form-urlencoded": {"schema": form()},
            }},
            "responses": {"201": page("the receipt"), "413": page("a file or the whole is too large"), "415": problem("not a form"),
                "422": page("the form again, with what is wrong"), "429": problem("too often")},
        }},
        "/api/complaints": {"post": {
            "summary": "receives a complaint; the same key and body give the same answer", "tags": ["public"],
            "parameters": [{"name": "Idempotency-Key", "in": "header", "required": true,
                "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"}}],
            "requestBody": {"required": true, "content": content("Intake")},
            "responses": {"201": {"description": "received, now or before", "content": content("Receipt")},
                "413": problem("larger than 256 KB"), "415": problem("not JSON"),
                "422": problem("everything that is wrong, by field"), "429": problem("too often"),
                "503": problem("not taken just now; nothing was written")},
        }},
        "/track": {
            "get": {"summary": "asks for number and query code", "tags": ["pages"], "parameters": [query("lang", "zh-Hans, zh-Hant or en")],
                "responses": {"200": page("the form")}},
            "post": tracked("how the complaint is going", proof.clone(), &[]),
        },
        "/track/supply": {"post": tracked("what the customer was asked for",
            with(&proof, "fields", json!({"type": "object", "additionalProperties": true})), &["fields"])},
        "/track/react": {"post": tracked("what the customer thinks of the answer",
            with(&with(&proof, "reaction", json!({"enum": ["accepted", "disputed"]})), "note", json!({"type": "string"})), &["reaction"])},
        "/track/attachment": {"post": {
            "summary": "a file that came with the complaint", "tags": ["public"],
            "requestBody": asked(with(&proof, "name", json!({"type": "string"})), &["name"]),
            "responses": {"200": {"description": "the file, to be saved", "content": {"application/octet-stream": {}}},
                "404": problem("number, code and name do not belong together"), "429": problem("too often")},
        }},
        "/survey/{token}": {
            "get": {"summary": "asks the customer whether he is satisfied; the link of the letter, which is good until a moment", "tags": ["pages"],
                "parameters": [token(), query("lang", "zh-Hans, zh-Hant or en")],
                "responses": {"200": {"description": "the questions, or that they were answered", "content": {"text/html": {},
                        "application/json": {"schema": {"$ref": "#/components/schemas/Survey"}}}},
                    "404": page("the link was not made here"), "410": page("it is over: the time has passed, or the complaint was taken up again")}},
            "post": {"summary": "answers once; a repeat changes nothing", "tags": ["public"], "parameters": [token()],
                "requestBody": {"required": true, "content": {
                    "application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/SurveyAnswer"}},
                    "application/json": {"schema": {"$ref": "#/components/schemas/SurveyAnswer"}}}},
                "responses": {"200": {"description": "recorded, now or before", "content": {"text/html": {}, "application/json": {"schema":
                        {"type": "object", "properties": {"recorded": {"const": true}, "number": {"type": "string"}}, "required": ["recorded", "number"]}}}},
                    "404": problem("the link was not made here"), "410": problem("it is over"), "415": problem("neither a form nor JSON"),
                    "422": problem("what is wrong"), "429": problem("too often")}},
        },
        "/healthz": {"get": {"summary": "whether the store answers", "tags": ["public"],
            "responses": {"200": {"description": "it does", "content": {"application/json": {"schema":
                {"type": "object", "properties": {"ok": {"const": true}}, "required": ["ok"]}}}}, "503": problem("it does not")}}},
        "/assets/kesu.css": {"get": {"summary": "the stylesheet of the pages", "tags": ["pages"],
            "responses": {"200": {"description": "the stylesheet", "content": {"text/css": {}}}}}},
    })
}

fn schemas() -> Value {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let moment = json!({"type": "string", "format": "date-time"});
    let maybe = json!({"type": ["string", "null"]});
    let number = json!({"type": ["string", "number"]});
    json!({
        "Intake": {"type": "object", "additionalProperties": false, "required": ["description", "customer"], "properties": {
            "procedure": text, "channel": {"enum": CHANNELS}, "description": {"type": "string", "minLength": 1, "maxLength": 20000},
            "customer": {"type": "object", "additionalProperties": false, "required": ["name"],
                "properties": {"name": text, "phone": text, "email": text, "address": text, "kind": text}},
            "product": {"type": "object", "additionalProperties": false,
                "properties": {"name": text, "model": text, "serial": text, "batch": text, "order": text, "quantity": number}},
            "demand": texts, "answers": {"type": "object", "description": "the procedure's structured questions, by field", "additionalProperties": true},
            "occurred_at": moment, "language": {"enum": ["zh-Hans", "zh-Hant", "en"]},
        }},
        "Receipt": {"type": "object",
            "required": ["id", "number", "query_code", "procedure", "class", "department", "received_at", "deadlines"],
            "properties": {"id": text, "number": text, "query_code": text, "procedure": text, "class": text, "department": maybe,
                "received_at": moment, "deadlines": {"type": "array", "items": {"type": "object",
                    "required": ["rule", "until", "due_at", "planned"],
                    "properties": {"rule": text, "until": maybe, "due_at": moment, "planned": {"type": "boolean"}}}}}},
        "Tracked": {"type": "object", "required": ["number", "received_at", "stage", "stage_text", "replies", "wanted", "can_react"],
            "properties": {"number": text, "received_at": moment,
                "stage": {"enum": ["received", "open", "waiting_customer", "replied", "closed"]}, "stage_text": text,
                "department": maybe, "wanted": texts, "can_react": {"type": "boolean"}, "reaction": maybe, "closing": maybe,
                "attachments": texts,
                "replies": {"type": "array", "items": {"type": "object", "properties": {"nth": {"type": "integer"}, "at": moment,
                    "channel": text, "text": maybe}}},
                "continued": {"type": ["object", "null"], "properties": {"number": text, "query_code": text}}}},
        "Survey": {"type": "object", "properties": {"number": text, "until": moment, "recorded": {"type": "boolean"},
            "ask": {"type": "array", "items": {"enum": ["handling", "speed", "remark"]}}}},
        "SurveyAnswer": {"type": "object", "required": ["handling"], "properties": {
            "handling": {"enum": ["yes", "partly", "no"]}, "speed": {"enum": ["yes", "partly", "no"]},
            "remark": {"type": "string", "maxLength": 20000}}},
        "Problem": {"type": "object", "properties": {"error": {"$ref": "#/components/schemas/Refusal"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Refusal"}}}},
        "Refusal": {"type": "object", "required": ["code", "message"], "properties": {"code": text, "message": text, "field": text}},
    })
}

fn form() -> Value {
    let text = json!({"type": "string"});
    let several = json!({"type": "array", "items": {"type": "string"}});
    json!({"type": "object", "description": "and `answers.FIELD` for each of the procedure's questions",
    "required": ["name", "description"], "properties": {
        "token": text, "procedure": text, "name": text, "phone": text, "email": text, "address": text, "product": text,
        "model": text, "serial": text, "batch": text, "order": text, "quantity": text, "description": text,
        "occurred_at": text, "demand": several,
        "files": {"type": "array", "maxItems": kesu_app::blobs::MOST, "items": {"type": "string", "contentMediaType": "application/octet-stream"}},
    }})
}

fn tracked(summary: &str, properties: Value, required: &[&str]) -> Value {
    json!({
        "summary": summary, "tags": ["public"], "requestBody": asked(properties, required),
        "responses": {
            "200": {"description": "how it is going now", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Tracked"}}, "text/html": {}}},
            "404": problem("number and code do not belong together"), "422": problem("what is wrong"), "429": problem("too often"),
        },
    })
}

fn asked(properties: Value, required: &[&str]) -> Value {
    let required: Vec<&str> = ["number", "code"].iter().chain(required).copied().collect();
    let schema = json!({"type": "object", "properties": properties, "required": required});
    json!({"required": true, "content": {
        "application/json": {"schema": schema.clone()}, "application/x-www-form-urlencoded": {"schema": schema},
    }})
}

fn with(properties: &Value, name: &str, schema: Value) -> Value {
    let mut all = properties.clone();
    if let Some(map) = all.as_object_mut() {
        map.insert(name.to_owned(), schema);
    }
    all
}

fn content(schema: &str) -> Value {
    json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}})
}

fn problem(description: &str) -> Value {
    json!({"description": description, "content": content("Problem")})
}

fn page(description: &str) -> Value {
    json!({"description": description, "content": {"text/html": {}}})
}

fn token() -> Value {
    json!({"name": "token", "in": "path", "required": true, "schema": {"type": "string"}})
}

fn query(name: &str, description: &str) -> Value {
    json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}})
}
