//! One request as a route sees it: who asks, for what, with which body; everything read strictly, unknown names refused.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use kesu_app::session::Session;
use kesu_app::texts::Language;
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::refusal::{Refusal, Refused};
use serde_json::{Map, Value};

/// A request that was admitted.
pub struct Ask {
    /// The application.
    pub app: App,
    /// Who asks; nobody on the routes that anyone may use.
    pub session: Option<Session>,
    /// The parts of the address that the route names.
    pub path: Vec<(String, String)>,
    /// The query, in its order.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Given,
    /// The headers.
    pub headers: HeaderMap,
    /// The reader's language.
    pub language: Language,
    /// The address that was asked, without its query.
    pub here: String,
    /// How many mails wait for a person, where this one deals with them and asks for a page.
    pub held: Option<String>,
    /// The OpenAPI document of the public requests.
    pub public: Arc<Value>,
}

/// A body that was read.
pub enum Given {
    /// None was asked for.
    Nothing,
    /// JSON.
    Json(Value),
    /// A page's form, in its order.
    Form(Vec<(String, String)>),
    /// A file as it is.
    Bytes(Bytes),
}

impl Ask {
    /// Who asks.
    pub fn session(&self) -> Result<&Session, Problem> {
        self.session.as_ref().ok_or(Problem::SignIn)
    }

    /// A part of the address.
    pub fn part(&self, name: &str) -> Result<&str, Problem> {
        let part = self.path.iter().find(|(own, _)| own == name);
        part.map(|(_, value)| value.as_str()).ok_or(Problem::NotFound)
    }

    /// The query, if it names nothing but `known`; `lang` is understood everywhere.
    pub fn params(&self, known: &[&str]) -> Result<Params<'_>, Problem> {
        let mut wrong = Vec::new();
        for (at, (name, _)) in self.query.iter().enumerate() {
            let twice = self.query.iter().take(at).any(|(other, _)| other == name);
            if twice || (name != "lang" && !known.contains(&name.as_str())) {
                wrong.push(Refusal::of("unknown_field").about(name).with("field", name));
            }
        }
        if wrong.is_empty() {
            Ok(Params(&self.query))
        } else {
            Err(Refused(wrong).into())
        }
    }

    /// The JSON body.
    pub fn json(&self) -> &Value {
        match &self.body {
            Given::Json(value) => value,
            _ => &Value::Null,
        }
    }

    /// The file.
    pub fn bytes(&self) -> Bytes {
        match &self.body {
            Given::Bytes(bytes) => bytes.clone(),
            _ => Bytes::new(),
        }
    }

    /// The page's form.
    pub fn form(&self) -> Params<'_> {
        match &self.body {
            Given::Form(pairs) => Params(pairs),
            _ => Params(&[]),
        }
    }
}

/// Names and values of a query or a form.
#[derive(Clone, Copy)]
pub struct Params<'a>(pub &'a [(String, String)]);

impl<'a> Params<'a> {
    /// The value of a name, unless it is missing or empty.
    pub fn get(self, name: &str) -> Option<&'a str> {
        let pair = self.0.iter().find(|(own, _)| own == name);
        pair.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All values of a name that are not empty.
    pub fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        let own = self.0.iter().filter(move |(own, _)| own == name);
        own.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Whether the name was given at all, be it empty.
    pub fn names(self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }
}

/// Whether a role sees only the complaints of its own department.
pub fn sees_own_only(session: &Session) -> bool {
    session.account.role == Role::Department
}

/// Whether this person may see a complaint of that department.
pub fn sees(session: &Session, department: Option<&str>) -> bool {
    let own = session.account.department.as_ref().map(|desk| desk.as_str());
    !sees_own_only(session) || (own.is_some() && own == department)
}

/// A JSON object whose names are known; gives its values by kind.
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// Reads an object.
    pub fn of(value: &'a Value, known: &[&str]) -> Result<Self, Problem> {
        let map = value.as_object().ok_or_else(|| wrong("body", "object"))?;
        let unknown = map.keys().filter(|name| !known.contains(&name.as_str()));
        let wrong: Vec<Refusal> = unknown
            .map(|name| Refusal::of("unknown_field").about(name).with("field", name))
            .collect();
        if wrong.is_empty() {
            Ok(Self(map))
        } else {
            Err(Refused(wrong).into())
        }
    }

    /// The value of a name; null counts as missing.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The value of a name that must be there.
    pub fn need(&self, name: &str) -> Result<&'a Value, Problem> {
        self.get(name)
            .ok_or_else(|| Refusal::of("missing_field").about(name).with("field", name).into())
    }

    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<&'a str, Problem> {
        self.need(name)?.as_str().ok_or_else(|| wrong(name, "text"))
    }

    /// A text that may be missing.
    pub fn text_or_none(&self, name: &str) -> Result<Option<&'a str>, Problem> {
        let text = |value: &'a Value| value.as_str().ok_or_else(|| wrong(name, "text"));
        self.get(name).map(text).transpose()
    }

    /// A whole number that must be there.
    pub fn number(&self, name: &str) -> Result<u64, Problem> {
        self.need(name)?.as_u64().ok_or_else(|| wrong(name, "integer"))
    }

    /// Yes or no; no where missing.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        let flag = |value: &Value| value.as_bool().ok_or_else(|| wrong(name, "flag"));
        self.get(name).map(flag).transpose()
    }
}

/// A value of the wrong kind.
pub fn wrong(field: &str, expected: &str) -> Problem {
    Refusal::of("wrong_type")
        .about(field)
        .with("field", field)
        .with("expected", expected)
        .into()
}
