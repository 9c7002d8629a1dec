//! The OpenAPI 3.1 document, written from the table of routes.

pub mod customers;
pub mod imports;
pub mod papers;
pub mod rollups;
pub mod shapes;
pub mod simulate;

use serde_json::{Map, Value, json};

use crate::table::{ROUTES, Route};
use crate::who::Who;

/// The document of this router's API, joined with that of the public requests.
pub fn document(public: &Value) -> Value {
    let mut paths: Map<String, Value> = part(public, "paths");
    for route in ROUTES.iter().filter(|route| !route.is_page()) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.name().to_owned(), operation(route));
        }
    }
    let mut components: Map<String, Value> = part(public, "components");
    let own = json!({
        "securitySchemes": {
            "session": {"type": "apiKey", "in": "cookie", "name": "kesu_session"},
            "csrf": {"type": "apiKey", "in": "header", "name": "X-Kesu-Csrf"},
        },
        "schemas": {"StaffError": shapes::error()},
    });
    for (name, ours) in own.as_object().into_iter().flatten() {
        let group = components.entry(name.clone()).or_insert_with(|| json!({}));
        if let (Some(group), Some(ours)) = (group.as_object_mut(), ours.as_object()) {
            group.extend(ours.clone());
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kesu", "version": env!("CARGO_PKG_VERSION"),
            "description": "Complaints of customers, from receipt to closing. Instants are RFC 3339 with the zone's offset.",
        },
        "paths": paths,
        "components": components,
    })
}

fn part(document: &Value, name: &str) -> Map<String, Value> {
    document
        .get(name)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn operation(route: &Route) -> Value {
    let in_path = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    parameters.extend(route.query.iter().map(|(name, says)| {
        json!({"name": name, "in": "query", "required": false, "description": says, "schema": {"type": "string"}})
    }));
    if route.path == "/api/intake" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "schema": {"type": "string", "minLength": 8, "maxLength": 200},
        }));
    }
    let (status, schema) = route.answer;
    let mut good = json!({"description": "done"});
    if let (Some(schema), Some(good)) = (schema, good.as_object_mut()) {
        good.insert("content".to_owned(), json!({"application/json": {"schema": schema()}}));
    }
    let mut responses = Map::new();
    responses.insert(status.to_string(), good);
    let mut bad = vec!["422"];
    let mut operation = Map::new();
    if let Who::Roles(roles) = &route.who {
        bad.extend(["401", "403"]);
        let mut needs = json!({"session": []});
        if let Some(needs) = needs.as_object_mut().filter(|_| route.changes()) {
            needs.insert("csrf".to_owned(), json!([]));
        }
        operation.insert("security".to_owned(), json!([needs]));
        let roles: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        operation.insert("x-roles".to_owned(), json!(roles));
    }
    if route.path.contains('{') {
        bad.push("404");
    }
    if route.changes() {
        bad.extend(["409", "413", "415", "429"]);
    }
    for status in bad {
        let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/StaffError"}}});
        responses.insert(
            status.to_owned(),
            json!({"description": reason(status), "content": content}),
        );
    }
    operation.insert("summary".to_owned(), json!(route.summary));
    operation.insert("parameters".to_owned(), json!(parameters));
    operation.insert("responses".to_owned(), Value::Object(responses));
    if let Some(schema) = route.request {
        let body = json!({"required": true, "content": {route.media(): {"schema": schema()}}});
        operation.insert("requestBody".to_owned(), body);
    }
    Value::Object(operation)
}

fn reason(status: &str) -> &'static str {
    match status {
        "401" => "nobody is signed in",
        "403" => "the role does not allow it, or the token is missing",
        "404" => "there is no such thing, or it is not this person's to see",
        "409" => "changed since it was seen; `current` is the version now",
        "413" => "too large",
        "415" => "not of the kind that is read here",
        "429" => "too often; `Retry-After` says when to come back",
        _ => "refused; each reason with its field",
    }
}
