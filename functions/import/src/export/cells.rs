//! What a complaint has in a column: real dates and numbers; telephone numbers, batches and codes as text.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use kesu_app::record::Loaded;
use kesu_app::store::TextRecord;
use kesu_app::texts::{Language, texts};
use kesu_rules::domain::value::Value;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text, whatever it begins with.
    Text(String),
    /// A day.
    Date(NaiveDate),
    /// A moment, in the zone in which it was written down.
    Moment(NaiveDateTime),
    /// A number as it is written.
    Number(String),
}

impl Cell {
    /// Its text.
    pub fn plain(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Date(date) => date.to_string(),
            Self::Moment(at) => at.format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
}

/// The cell of a column.
pub fn of(loaded: &Loaded, kept: &[TextRecord], column: &str, language: Language) -> Cell {
    let it = &loaded.complaint;
    let columns = &loaded.head.columns;
    let labelled = |table: &str| {
        columns
            .get(column)
            .map_or(Cell::Blank, |code| text(texts().label(language, table, code)))
    };
    match column {
        "received_at" | "due_at" | "closed_at" => {
            let at = columns.get(column).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
            at.map_or(Cell::Blank, |at| Cell::Moment(at.naive_local()))
        }
        "stage" => labelled("stage"),
        "channel" => labelled("channel"),
        "number" | "class" | "department" | "procedure" | "language" => {
            columns.get(column).map_or(Cell::Blank, |value| text(value.as_str()))
        }
        key => match it.fields.get(key) {
            None => Cell::Blank,
            Some(Value::Face(_)) => loaded.face.get(key).map_or(Cell::Blank, |words| text(words.as_str())),
            Some(Value::Words(at)) => {
                let words = kept.iter().find(|one| one.seq == at.seq && one.n == at.n);
                words.map_or(Cell::Blank, |words| text(words.text.as_str()))
            }
            Some(Value::Text(code)) => text(texts().label(language, key, code)),
            Some(Value::List(list)) => {
                let words: Vec<String> = list.iter().map(|code| texts().label(language, key, code)).collect();
                text(words.join("; "))
            }
            Some(Value::Flag(flag)) => text(texts().label(language, "answer", if *flag { "yes" } else { "no" })),
            Some(Value::Date(date)) => Cell::Date(*date),
            Some(Value::Moment(at)) => Cell::Moment(at.naive_local()),
            Some(Value::Number(number)) => Cell::Number(number.normalize().to_string()),
            Some(Value::Money(money)) if money.currency == "CNY" => Cell::Number(money.amount.to_string()),
            Some(Value::Money(money)) => text(format!("{} {}", money.amount, money.currency)),
        },
    }
}
