//! What a field may hold, parsed from JSON by the field's kind, so that only typed values travel on.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::names::FieldKey;
use super::refusal::Refusal;
use crate::clock::Moment;

/// A field's value as the log keeps it. Personal and free text appear only as references with a salted digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Short text, also a choice.
    Text(String),
    /// A decimal number without unit, or in the product's own unit.
    Number(Decimal),
    /// Decimal amount and ISO 4217 currency.
    Money(Money),
    /// A civil date in the procedure's zone.
    Date(NaiveDate),
    /// An instant.
    Moment(Moment),
    /// Yes or no.
    Flag(bool),
    /// Several short texts or choices.
    List(Vec<String>),
    /// Free text kept apart, where it can be erased.
    Words(TextRef),
    /// Personal text kept on the record's face, where it can be erased: the salted digest.
    Face(String),
}

/// Decimal amount with its currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// The amount, never a float.
    pub amount: Decimal,
    /// ISO 4217, such as `CNY`.
    pub currency: String,
}

/// Where the words of an entry are kept, and the salted digest that the hashed log holds in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// Sequence number of the log entry that brought the text.
    pub seq: u64,
    /// Which text of that entry.
    pub n: u32,
    /// HMAC-SHA-256 of the words under the complaint's salt, hexadecimal, 32 digits.
    pub digest: String,
}

/// A field's value as it comes in, before personal and free text are set apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Goes into the log as it is.
    Plain(Value),
    /// Free text, to be kept apart.
    Words(String),
    /// Personal text, to be kept on the face.
    Face(String),
    /// The field is emptied.
    Cleared,
}

/// How a field is kept and what it accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Short text.
    Text,
    /// Short personal text.
    Face,
    /// Free text.
    Words,
    /// One of a list; an empty list accepts any short text.
    Choice(Vec<String>),
    /// Several of a list.
    Choices(Vec<String>),
    /// Civil date.
    Date,
    /// Instant.
    Moment,
    /// Decimal number.
    Number,
    /// Whole number.
    Integer,
    /// Amount and currency.
    Money,
    /// Yes or no.
    Flag,
    /// Several short texts.
    List,
    /// The id of another complaint.
    Link,
}

/// The longest short text, in characters.
pub const SHORT: usize = 200;
/// The longest free text, in characters.
pub const LONG: usize = 20_000;
/// The most entries of a list.
pub const MANY: usize = 50;

/// Every field the record knows, by key.
#[derive(Clone, Debug, Default)]
pub struct FieldCatalogue {
    kinds: BTreeMap<FieldKey, Kind>,
    internal: BTreeSet<FieldKey>,
    most: BTreeMap<FieldKey, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueFile {
    text: Vec<FieldKey>,
    face: Vec<FieldKey>,
    words: Vec<FieldKey>,
    date: Vec<FieldKey>,
    moment: Vec<FieldKey>,
    number: Vec<FieldKey>,
    integer: Vec<FieldKey>,
    money: Vec<FieldKey>,
    flag: Vec<FieldKey>,
    list: Vec<FieldKey>,
    link: Vec<FieldKey>,
    internal: BTreeSet<FieldKey>,
    choice: BTreeMap<FieldKey, Vec<String>>,
    choices: BTreeMap<FieldKey, Vec<String>>,
    #[serde(default)]
    most: BTreeMap<FieldKey, usize>,
}

impl FieldCatalogue {
    /// Reads the catalogue of fields (`fields.toml`).
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let file: CatalogueFile = toml::from_str(text)?;
        let plain = [
            (file.text, Kind::Text),
            (file.face, Kind::Face),
            (file.words, Kind::Words),
            (file.date, Kind::Date),
            (file.moment, Kind::Moment),
            (file.number, Kind::Number),
            (file.integer, Kind::Integer),
            (file.money, Kind::Money),
            (file.flag, Kind::Flag),
            (file.list, Kind::List),
            (file.link, Kind::Link),
        ];
        let mut kinds = BTreeMap::new();
        for (keys, kind) in plain {
            kinds.extend(keys.into_iter().map(|key| (key, kind.clone())));
        }
        kinds.extend(file.choice.into_iter().map(|(key, of)| (key, Kind::Choice(of))));
        kinds.extend(file.choices.into_iter().map(|(key, of)| (key, Kind::Choices(of))));
        let (internal, most) = (file.internal, file.most);
        Ok(Self { kinds, internal, most })
    }

    /// The fields of the record, as they ship with the program; read once.
    pub fn builtin() -> &'static Self {
        static RECORD: LazyLock<FieldCatalogue> = LazyLock::new(|| {
            // INVARIANT: a test parses the shipped file.
            FieldCatalogue::parse(include_str!("../../fields.toml")).unwrap_or_default()
        });
        &RECORD
    }

    /// Adds a field of a procedure's own. `false` if the record has it already or there is no such kind.
    pub fn add(&mut self, key: &FieldKey, kind: &str, of: &[String], internal: bool) -> bool {
        let of = || of.to_vec();
        let kind = match kind {
            "text" => Kind::Text,
            "face" => Kind::Face,
            "words" => Kind::Words,
            "date" => Kind::Date,
            "moment" => Kind::Moment,
            "number" => Kind::Number,
            "integer" => Kind::Integer,
            "money" => Kind::Money,
            "flag" => Kind::Flag,
            "list" => Kind::List,
            "choice" => Kind::Choice(of()),
            "choices" => Kind::Choices(of()),
            _ => return false,
        };
        if self.kinds.contains_key(key) {
            return false;
        }
        self.kinds.insert(key.clone(), kind);
        if internal {
            self.internal.insert(key.clone());
        }
        true
    }

    /// The kind of a field, if there is such a field.
    pub fn kind(&self, key: &str) -> Option<&Kind> {
        self.kinds.get(key)
    }

    /// Whether only staff may fill a field: what the company finds and decides.
    pub fn internal(&self, key: &str) -> bool {
        self.internal.contains(key)
    }

    /// All keys with their kinds, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&FieldKey, &Kind)> {
        self.kinds.iter()
    }

    /// Parses one value; the refusal names the field and says what it wants.
    pub fn read(&self, key: &FieldKey, json: &Json) -> Result<Given, Refusal> {
        let field = key.as_str();
        let kind = self
            .kind(field)
            .ok_or_else(|| Refusal::of("unknown_field").about(field).with("field", field))?;
        if json.is_null() {
            return Ok(Given::Cleared);
        }
        let wrong = |expected: &str| {
            Refusal::of("wrong_type")
                .about(field)
                .with("field", field)
                .with("expected", expected)
        };
        let text = |max: usize| -> Result<String, Refusal> {
            let text = json.as_str().ok_or_else(|| wrong("string"))?;
            bounded(field, text, max)
        };
        let plain = |value| Ok(Given::Plain(value));
        match kind {
            Kind::Text | Kind::Link => plain(Value::Text(text(SHORT)?)),
            Kind::Face => Ok(Given::Face(text(SHORT)?)),
            Kind::Words => Ok(Given::Words(text(LONG)?)),
            Kind::Choice(of) => {
                let one = text(SHORT)?;
                among(field, &one, of)?;
                plain(Value::Text(one))
            }
            Kind::Choices(_) | Kind::List => {
                let entries = json.as_array().ok_or_else(|| wrong("list"))?;
                let most = self.most.get(field).copied().unwrap_or(MANY);
                if entries.len() > most {
                    let refusal = Refusal::of("too_many").about(field).with("field", field);
                    return Err(refusal.with("max", most.to_string()));
                }
                let mut list = Vec::with_capacity(entries.len());
                for entry in entries {
                    let one = bounded(field, entry.as_str().ok_or_else(|| wrong("list"))?, SHORT)?;
                    if let Kind::Choices(of) = kind {
                        among(field, &one, of)?;
                    }
                    list.push(one);
                }
                plain(Value::List(list))
            }
            Kind::Date => {
                let date = NaiveDate::from_str(&text(SHORT)?).map_err(|_| wrong("date"))?;
                plain(Value::Date(date))
            }
            Kind::Moment => {
                let moment = DateTime::parse_from_rfc3339(&text(SHORT)?).map_err(|_| wrong("date_time"))?;
                plain(Value::Moment(moment))
            }
            Kind::Number => plain(Value::Number(decimal(json).ok_or_else(|| wrong("number"))?)),
            Kind::Integer => {
                let whole = decimal(json)
                    .filter(Decimal::is_integer)
                    .ok_or_else(|| wrong("integer"))?;
                plain(Value::Number(whole))
            }
            Kind::Money => plain(Value::Money(money(json).ok_or_else(|| wrong("money"))?)),
            Kind::Flag => plain(Value::Flag(json.as_bool().ok_or_else(|| wrong("boolean"))?)),
        }
    }
}

fn bounded(field: &str, text: &str, max: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Refusal::of("too_long")
            .about(field)
            .with("field", field)
            .with("max", max.to_string()));
    }
    let stray = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    Ok(text.chars().filter(|c| !stray(*c)).collect())
}

fn among(field: &str, one: &str, of: &[String]) -> Result<(), Refusal> {
    if of.is_empty() || of.iter().any(|known| known == one) {
        return Ok(());
    }
    Err(Refusal::of("unknown_value")
        .about(field)
        .with("field", field)
        .with("value", one)
        .with("allowed", of.join(", ")))
}

/// A decimal from a JSON number or a decimal string; never through a float's rounding.
fn decimal(json: &Json) -> Option<Decimal> {
    let text = match json {
        Json::Number(number) => number.to_string(),
        Json::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    Decimal::from_str(&text)
        .ok()
        .or_else(|| Decimal::from_scientific(&text).ok())
}

/// `1000`, `"1000.00"`, or `{"amount":"1000.00","currency":"CNY"}`; yuan where no currency is given.
fn money(json: &Json) -> Option<Money> {
    let (amount, currency) = match json {
        Json::Object(map) if map.keys().all(|key| key == "amount" || key == "currency") => (
            decimal(map.get("amount")?)?,
            map.get("currency").map_or(Some("CNY"), Json::as_str)?,
        ),
        Json::Object(_) => return None,
        other => (decimal(other)?, "CNY"),
    };
    let code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    (code && !amount.is_sign_negative()).then(|| Money {
        amount,
        currency: currency.to_owned(),
    })
}

impl Value {
    /// The value as a procedure's condition compares it: `true`, `internal`, `5000.00`.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Money(money) => money.amount.normalize().to_string(),
            Self::Date(date) => date.to_string(),
            Self::Moment(moment) => moment.to_rfc3339(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(list) => list.join(","),
            Self::Words(_) | Self::Face(_) => String::new(),
        }
    }

    /// The decimal in a number or a sum of money.
    pub fn amount(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Money(money) => Some(money.amount),
            _ => None,
        }
    }

    /// The value as JSON for people and programs; personal and free text are looked up by the shell.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => Json::from(text.as_str()),
            Self::Number(number) => serde_json::to_value(number).unwrap_or_default(),
            Self::Money(money) => serde_json::json!({"amount": money.amount.to_string(), "currency": money.currency}),
            Self::Date(date) => Json::from(date.to_string()),
            Self::Moment(moment) => Json::from(moment.to_rfc3339()),
            Self::Flag(flag) => Json::from(*flag),
            Self::List(list) => Json::from(list.clone()),
            Self::Words(_) | Self::Face(_) => Json::Null,
        }
    }
}
