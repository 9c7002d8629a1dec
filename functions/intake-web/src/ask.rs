//! Who asks for a complaint by its number and query code, from a page or a program, and whether he may.

use axum::extract::Request;
use axum::http::header::ACCEPT;
use kesu_app::record::Loaded;
use kesu_app::texts::Language;
use kesu_app::{App, Problem};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::refusal::{Refusal, Refused};
use serde_json::{Map, Value};

use crate::api::{is_json, json_body};
use crate::body::Source;
use crate::said::{Said, media_type};
use crate::site;
use crate::upload::Sent;

/// The longest number that is looked up, in characters.
const LONGEST: usize = 200;

/// What was asked.
pub struct Ask {
    /// Whether the answer is for a program.
    pub json: bool,
    /// The reader's language.
    pub language: Language,
    /// What was sent.
    pub sent: Sent,
    /// The values of fields, from a program.
    pub fields: Map<String, Value>,
}

impl Ask {
    /// Reads a form, or JSON with the given texts beside `number` and `code` (and `fields`, where they are expected).
    ///
    /// # Errors
    /// Names what is missing, unknown or of the wrong kind.
    pub async fn read(request: Request, texts: &[&str], with_fields: bool) -> Result<Self, Said> {
        let language = site::language(&request);
        let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
        let accepts_json = accept.is_some_and(|accept| accept.contains("json") && !accept.contains("text/html"));
        let mut ask = Self {
            json: true,
            language,
            sent: Sent::default(),
            fields: Map::new(),
        };
        if !is_json(&media_type(request.headers())) {
            ask.json = accepts_json;
            ask.sent = Sent::read(request).await?;
            return Ok(ask);
        }
        let body = json_body(&Source::of(request.into_body())).await?;
        let Value::Object(map) = body else {
            return Err(Refused::from(Refusal::of("bad_json")).into());
        };
        ask.take(map, texts, with_fields)?;
        Ok(ask)
    }

    fn take(&mut self, map: Map<String, Value>, texts: &[&str], with_fields: bool) -> Result<(), Refused> {
        let mut wrong = Vec::new();
        let mut refuse = |code: &str, field: &str, expected: &str| {
            let refusal = Refusal::of(code).about(field).with("field", field);
            wrong.push(refusal.with("expected", expected));
        };
        for name in ["number", "code"] {
            if map.get(name).is_none_or(Value::is_null) {
                refuse("missing_field", name, "text");
            }
        }
        for (name, value) in map {
            let text = ["number", "code"].contains(&name.as_str()) || texts.contains(&name.as_str());
            match value {
                _ if !text && !(with_fields && name == "fields") => refuse("unknown_field", &name, ""),
                Value::Null => {}
                Value::Object(fields) if !text => self.fields = fields,
                _ if !text => refuse("wrong_type", &name, "object"),
                Value::String(value) => {
                    self.sent.typed.insert(name, vec![value]);
                }
                _ => refuse("wrong_type", &name, "text"),
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refused(wrong)) }
    }

    /// The complaint, if number and code belong together.
    ///
    /// # Errors
    /// The same answer, after the same work, for a wrong number and for a wrong code; too many attempts.
    pub async fn complaint(&self, app: &App) -> Result<Loaded, Said> {
        let number: String = self.sent.text("number").chars().take(LONGEST + 1).collect();
        app.guess_limit
            .count(&format!("track {number}"))
            .map_err(|seconds| Problem::TooMany { seconds })?;
        let usable = (1..=LONGEST).contains(&number.chars().count());
        // What cannot be a number is looked up all the same, as one that nobody has.
        let found = app
            .by_number(if usable { &number } else { "?" })
            .await?
            .filter(|_| usable);
        let id = found.clone().unwrap_or_else(|| hash(number.as_bytes()));
        let plain = |code: &str| -> String {
            let letters = code.chars().filter(char::is_ascii_alphanumeric).take(LONGEST);
            letters.map(|letter| letter.to_ascii_uppercase()).collect()
        };
        // Compared as hashes: how far they agree says nothing about the code.
        let same = hash(plain(self.sent.text("code")).as_bytes()) == hash(app.query_code(&id).as_bytes());
        if found.is_none() || !same {
            return Err(Said::no_such_complaint());
        }
        Ok(app.load(&id).await?)
    }
}
