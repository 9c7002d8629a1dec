//! The body in which complaints come in, parsed once at the door (contract.md); everything wrong is said at once.

use std::collections::BTreeMap;

use chrono::DateTime;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::command::Intake;
use kesu_rules::domain::names::{ComplaintId, FieldKey, UserId, key};
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::language::Language;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;

/// The public body (contract). Unknown fields are refused by [`Body::read`], which names them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Body {
    procedure: Option<String>,
    channel: Option<String>,
    description: Option<Value>,
    customer: BTreeMap<String, Value>,
    product: Option<BTreeMap<String, Value>>,
    demand: Option<Value>,
    answers: Option<BTreeMap<String, Value>>,
    occurred_at: Option<Value>,
    language: Option<String>,
    received_at: Option<String>,
    received_by: Option<String>,
}

/// The ways in that the body may name (table 3(b)).
pub const CHANNELS: &[&str] = &[
    "web",
    "telephone",
    "fax",
    "letter",
    "email",
    "face_to_face",
    "visit",
    "meeting",
    "showroom",
    "newspaper",
    "internet",
    "survey",
    "enclosed_form",
    "market_research",
    "authority",
];

const TOP: &[&str] = &[
    "procedure",
    "channel",
    "description",
    "customer",
    "product",
    "demand",
    "answers",
    "occurred_at",
    "language",
];
const BY_STAFF: &[&str] = &["received_at", "received_by"];
/// Parts of `customer`: key in the body, field of the record.
pub const CUSTOMER: &[(&str, &str)] = &[
    ("name", "customer_name"),
    ("phone", "customer_contact"),
    ("email", "customer_email"),
    ("address", "customer_address"),
    ("kind", "customer_type"),
];
/// Parts of `product`: key in the body, field of the record.
pub const PRODUCT: &[(&str, &str)] = &[
    ("name", "product_name"),
    ("model", "model_spec"),
    ("serial", "serial_no"),
    ("batch", "batch_no"),
    ("order", "order_no"),
    ("quantity", "quantity_affected"),
];

/// A body that was read: what it asks for, with the procedure it names.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The named procedure.
    pub procedure: Option<String>,
    /// The intake.
    pub intake: Intake,
    /// Digest of the body, to tell a repeat from another complaint under the same key.
    pub body_hash: String,
}

impl Submission {
    /// Reads a body. `staff` may say when and by whom it was received.
    ///
    /// # Errors
    /// Everything that is wrong with it, by field.
    pub fn read(body: &Value, staff: bool) -> Result<Self, Refused> {
        let mut wrong = Vec::new();
        let Some(map) = body.as_object() else {
            return Err(Refusal::of("bad_json").into());
        };
        for name in map.keys() {
            let known = TOP.contains(&name.as_str()) || (staff && BY_STAFF.contains(&name.as_str()));
            if !known {
                wrong.push(Refusal::of("unknown_field").about(name).with("field", name));
            }
        }
        let object = |name: &str, known: &[(&str, &str)], wrong: &mut Vec<Refusal>| {
            let Some(given) = map.get(name).filter(|given| !given.is_null()) else {
                return;
            };
            let Some(inner) = given.as_object() else {
                wrong.push(
                    Refusal::of("wrong_type")
                        .about(name)
                        .with("field", name)
                        .with("expected", "object"),
                );
                return;
            };
            for key in inner.keys().filter(|key| !known.iter().any(|(body, _)| body == key)) {
                let field = format!("{name}.{key}");
                wrong.push(Refusal::of("unknown_field").about(&field).with("field", field.as_str()));
            }
        };
        object("customer", CUSTOMER, &mut wrong);
        object("product", PRODUCT, &mut wrong);
        if map
            .get("answers")
            .is_some_and(|answers| !answers.is_null() && !answers.is_object())
        {
            wrong.push(
                Refusal::of("wrong_type")
                    .about("answers")
                    .with("field", "answers")
                    .with("expected", "object"),
            );
        }
        for name in ["procedure", "channel", "language", "received_at", "received_by"] {
            if map
                .get(name)
                .is_some_and(|given| !given.is_string() && !given.is_null())
            {
                wrong.push(
                    Refusal::of("wrong_type")
                        .about(name)
                        .with("field", name)
                        .with("expected", "text"),
                );
            }
        }
        if !wrong.is_empty() {
            return Err(Refused(wrong));
        }
        let read: Body = serde_json::from_value(body.clone()).map_err(|_| Refusal::of("bad_json"))?;
        let intake = read.intake(staff)?;
        let body_hash = hash(canonical(body).as_bytes());
        Ok(Self {
            procedure: read.procedure,
            intake,
            body_hash,
        })
    }

    /// The complaint's id under an idempotency key: opaque, and the same for a repeat.
    pub fn keyed(mut self, app: &App, key: &str) -> Self {
        let id: String = app.keyed("complaint", key).chars().take(32).collect();
        self.intake.id = ComplaintId::parse(&id);
        self
    }
}

impl Body {
    fn intake(&self, staff: bool) -> Result<Intake, Refused> {
        let mut wrong = Vec::new();
        let mut fields: BTreeMap<FieldKey, Value> = BTreeMap::new();
        let mut put = |key: &str, value: &Value| {
            if let Some(key) = FieldKey::parse(key).filter(|_| !value.is_null()) {
                fields.insert(key, value.clone());
            }
        };
        for (key, value) in self.answers.iter().flatten() {
            put(key, value);
        }
        for (known, given) in [(CUSTOMER, Some(&self.customer)), (PRODUCT, self.product.as_ref())] {
            for (body, field) in known {
                if let Some(value) = given.and_then(|given| given.get(*body)) {
                    put(field, value);
                }
            }
        }
        for (field, value) in [
            (key::DESCRIPTION, &self.description),
            (key::DEMAND, &self.demand),
            (key::OCCURRED_AT, &self.occurred_at),
        ] {
            if let Some(value) = value {
                put(field, value);
            }
        }
        if let Some(mail) = fields.get(key::CUSTOMER_EMAIL).and_then(Value::as_str)
            && !mail.trim().is_empty()
            && crate::post::EmailAddress::parse(mail.trim()).is_err()
        {
            wrong.push(Refusal::of("bad_email").about("customer.email"));
        }
        let channel = self
            .channel
            .clone()
            .unwrap_or_else(|| if staff { "telephone" } else { "web" }.to_owned());
        if !CHANNELS.contains(&channel.as_str()) {
            let refusal = Refusal::of("unknown_value")
                .about("channel")
                .with("field", "channel")
                .with("value", channel.as_str());
            wrong.push(refusal.with("allowed", CHANNELS.join(", ")));
        }
        let language = match self.language.as_deref().map(|tag| (tag, Language::parse(tag))) {
            Some((tag, None)) => {
                let refusal = Refusal::of("unknown_value")
                    .about("language")
                    .with("field", "language")
                    .with("value", tag);
                wrong.push(refusal.with("allowed", "zh-Hans, zh-Hant, en"));
                None
            }
            Some((_, language)) => language,
            None => None,
        };
        let received_at = match self.received_at.as_deref().map(DateTime::parse_from_rfc3339) {
            Some(Err(_)) => {
                wrong.push(
                    Refusal::of("wrong_type")
                        .about("received_at")
                        .with("field", "received_at")
                        .with("expected", "moment"),
                );
                None
            }
            Some(Ok(at)) => Some(at),
            None => None,
        };
        let received_by = self.received_by.as_deref().and_then(UserId::parse);
        if !wrong.is_empty() {
            return Err(Refused(wrong));
        }
        Ok(Intake {
            channel,
            received_at,
            received_by,
            language,
            fields,
            ..Intake::default()
        })
    }
}

/// The body with its keys in one order, so that a repeat may write them in another.
fn canonical(body: &Value) -> String {
    // INVARIANT: serde_json keeps objects sorted by key unless its `preserve_order` is asked for, which nothing here does.
    body.to_string()
}
