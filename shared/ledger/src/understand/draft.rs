//! One row becoming a record: its cells read by the columns they stand in, what is doubtful gathered beside.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value as Json;

use super::columns::{Column, Role};
use super::fields::Kind;
use super::read::dates::{self, Beside, Day};
use super::read::numbers::{self, Quantity};
use super::read::{Got, states, texts};
use super::words::WORDS;
use crate::code::Code;
use crate::grid::{Cell, Content};

/// A doubt about a row, or about one of its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The column from 0, where it concerns one cell.
    pub column: Option<u32>,
    /// What.
    pub code: Code,
    /// What its words name.
    pub values: Vec<(&'static str, String)>,
}

impl Doubt {
    /// About the whole row.
    pub fn of(code: Code, values: Vec<(&'static str, String)>) -> Doubt {
        Doubt {
            column: None,
            code,
            values,
        }
    }
}

/// A record in the making.
#[derive(Default)]
pub struct Draft {
    /// Its fields.
    pub fields: BTreeMap<&'static str, Json>,
    /// Its other columns.
    pub extra: BTreeMap<String, String>,
    /// Doubts.
    pub doubts: Vec<Doubt>,
    /// Whether one of its own cells says something that a prepared empty row would not.
    pub solid: bool,
    /// The status that a second column gives.
    pub check: Option<&'static str>,
    /// The claim, for the sums.
    pub amount: Option<Decimal>,
    /// Columns of numbers and their value, for the sums.
    pub numbers: Vec<(u32, Decimal)>,
}

/// A cell as it is read: the file's own, or handed down.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Its content.
    pub content: &'a Content,
    /// How its number is shown.
    pub shown: Option<&'a str>,
    /// Whether it stands in this row, not in one above.
    pub own: bool,
}

impl<'a> Source<'a> {
    /// The file's own cell.
    pub fn own(cell: &'a Cell) -> Source<'a> {
        Source {
            content: &cell.content,
            shown: cell.shown.as_deref(),
            own: true,
        }
    }

    /// As a person sees it.
    pub fn text(&self) -> String {
        match (self.shown, self.content) {
            (Some(shown), _) => shown.to_owned(),
            (None, content) => plain(content),
        }
    }
}

/// A content as text.
pub fn plain(content: &Content) -> String {
    match content {
        Content::Text(text) | Content::Error(text) => texts::words(text).into_owned(),
        Content::Number(number) => texts::number(*number),
        Content::Flag(true) => "TRUE".to_owned(),
        Content::Flag(false) => "FALSE".to_owned(),
        Content::Moment(moment) => texts::moment_text(*moment),
        Content::Elapsed(span) => {
            let minutes = span.num_minutes();
            format!("{}:{:02}", minutes / 60, minutes.abs() % 60)
        }
        Content::Uncomputed => String::new(),
    }
}

impl Draft {
    /// Notes a doubt about a cell.
    pub fn doubt(&mut self, column: &Column, code: Code, text: String) {
        let values = vec![("header", column.header.clone()), ("text", text)];
        self.doubts.push(Doubt {
            column: Some(column.at),
            code,
            values,
        });
    }

    /// Keeps a text under a header, beside what is there already.
    pub fn keep(&mut self, header: &str, text: String) {
        if text.is_empty() {
            return;
        }
        match self.extra.get_mut(header) {
            Some(before) if *before != text => {
                before.push('\n');
                before.push_str(&text);
            }
            Some(_) => {}
            None => {
                self.extra.insert(header.to_owned(), text);
            }
        }
    }

    fn put(&mut self, name: &'static str, value: Json) {
        match (self.fields.get_mut(name), value) {
            // Two columns that a person gave one field.
            (Some(Json::String(before)), Json::String(more)) if *before != more => {
                before.push_str(" / ");
                before.push_str(&more);
            }
            (Some(_), _) => {}
            (None, value) => {
                self.fields.insert(name, value);
            }
        }
    }

    /// Takes what reading a cell gave.
    fn take<T>(&mut self, column: &Column, source: &Source<'_>, got: Got<T>) -> Option<T> {
        match got {
            Got::Nothing => None,
            Got::Sure(value) => Some(value),
            Got::Doubted(value, code) => {
                self.doubt(column, code, source.text());
                Some(value)
            }
            Got::Part(value, code) => {
                if !(code == Code::AmountForeign && column.foreign) {
                    self.doubt(column, code, source.text());
                }
                self.keep(&column.header, source.text());
                Some(value)
            }
            Got::Lost(code) => {
                self.doubt(column, code, source.text());
                self.keep(&column.header, source.text());
                None
            }
        }
    }

    /// Reads a cell in its column. The year of a date that was read is given back.
    pub fn read(&mut self, column: &Column, source: Source<'_>, beside: &Beside) -> Option<i32> {
        match source.content {
            Content::Error(text) => {
                if !matches!(column.role, Role::Ignored) {
                    self.doubt(column, Code::ErrorCell, text.clone());
                }
                return None;
            }
            Content::Uncomputed => {
                if !matches!(column.role, Role::Ignored) {
                    self.doubt(column, Code::Uncomputed, String::new());
                }
                return None;
            }
            Content::Text(text) => {
                let trimmed = text.trim();
                if WORDS.is_blank(trimmed) {
                    return None;
                }
                if is_error(trimmed) {
                    if !matches!(column.role, Role::Ignored) {
                        self.doubt(column, Code::ErrorCell, trimmed.to_owned());
                    }
                    return None;
                }
                let numeric = matches!(
                    column.role,
                    Role::Field(_, Kind::Date | Kind::Money | Kind::Count | Kind::Phone | Kind::Rate)
                );
                if numeric && trimmed.len() <= 12 && WORDS.none.contains(trimmed) {
                    return None;
                }
            }
            _ => {}
        }
        self.solid |= source.own && is_solid(column, &source);
        match column.role {
            Role::Field(name, kind) => return self.field(name, kind, column, source, beside),
            Role::Extra => {
                self.sum(column, source.content);
                self.keep(&column.header, source.text());
            }
            Role::Check => {
                self.check = match source.content {
                    Content::Text(text) => match states::status(text) {
                        Got::Sure(status) | Got::Doubted(status, _) | Got::Part(status, _) => Some(status),
                        _ => None,
                    },
                    _ => None,
                };
                self.keep(&column.header, source.text());
            }
            Role::Ignored | Role::Year | Role::Month => {}
        }
        None
    }

    /// Numbers of columns that are not money or counts are added up too: the register may add them up.
    fn sum(&mut self, column: &Column, content: &Content) {
        if let Content::Number(number) = content
            && let Some(number) = rust_decimal::prelude::FromPrimitive::from_f64(*number)
        {
            self.numbers.push((column.at, number));
        }
    }

    fn field(
        &mut self,
        name: &'static str,
        kind: Kind,
        column: &Column,
        source: Source<'_>,
        beside: &Beside,
    ) -> Option<i32> {
        match kind {
            Kind::Date => {
                let got = date(
                    source.content,
                    &Beside {
                        day_first: column.day_first,
                        ..*beside
                    },
                );
                let day = self.take(column, &source, got)?;
                self.put(name, Json::String(day.iso()));
                return Some(chrono::Datelike::year(&day.date));
            }
            Kind::Money => {
                let got = match source.content {
                    Content::Number(number) => numbers::money_of_number(*number, column.factor),
                    Content::Text(text) => numbers::money_of_text(text, column.factor),
                    _ => Got::Lost(Code::AmountUnreadable),
                };
                if let Some(amount) = self.take(column, &source, got) {
                    self.amount = Some(amount);
                    self.numbers.push((column.at, amount));
                    self.put(name, Json::String(amount.to_string()));
                }
            }
            Kind::Count => {
                let got = match source.content {
                    Content::Number(number) => numbers::count_of_number(*number),
                    Content::Text(text) => numbers::count_of_text(text),
                    _ => Got::Lost(Code::CountUnreadable),
                };
                if let Some(Quantity { number, unit }) = self.take(column, &source, got) {
                    self.numbers.push((column.at, number));
                    if !unit.is_empty() {
                        self.keep(&format!("单位({})", column.header), unit);
                    }
                    if let Some(number) = json_number(number) {
                        self.put(name, number);
                    }
                }
            }
            Kind::Status => {
                let got = match source.content {
                    Content::Text(text) => states::status(text),
                    Content::Flag(done) => Got::Sure(if *done { "closed" } else { "open" }),
                    Content::Number(share) if (0.0..=1.0).contains(share) => states::of_share(*share),
                    _ => Got::Lost(Code::StatusUnknown),
                };
                if let Some(status) = self.take(column, &source, got) {
                    self.put(name, Json::String(status.to_owned()));
                }
            }
            Kind::YesNo => {
                let answer = match source.content {
                    Content::Text(text) => states::yes_no(text),
                    Content::Flag(answer) => Some(*answer),
                    _ => None,
                };
                let text = match answer {
                    Some(true) => "yes".to_owned(),
                    Some(false) => "no".to_owned(),
                    None => source.text(),
                };
                self.put(name, Json::String(text));
            }
            Kind::Phone | Kind::Code => {
                let got = match source.content {
                    Content::Number(number) => texts::code_of_number(*number, source.shown),
                    Content::Moment(moment) => texts::code_of_moment(*moment),
                    Content::Text(text) if kind == Kind::Phone => texts::phone_of_text(text),
                    Content::Text(text) => texts::code_of_text(text),
                    _ => Got::Sure(source.text()),
                };
                if let Some(text) = self.take(column, &source, got) {
                    self.put(name, Json::String(text));
                }
            }
            Kind::Text | Kind::Rate | Kind::Photo => {
                let text = source.text();
                // What was ticked on a form is its value; the other boxes stay beside.
                match states::ticked(&text).filter(|choice| text.starts_with(states::BOXES) && choice.len() <= 60) {
                    Some(choice) => {
                        self.put(name, Json::String(choice.to_owned()));
                        self.keep(&column.header, text);
                    }
                    None => self.put(name, Json::String(text)),
                }
            }
        }
        None
    }
}

/// Reads a date from whatever a cell holds.
pub fn date(content: &Content, beside: &Beside) -> Got<Day> {
    match content {
        Content::Moment(moment) => dates::of_moment(*moment),
        Content::Number(number) => dates::of_number(*number, beside),
        Content::Text(text) => dates::of_text(text, beside),
        _ => Got::Lost(Code::DateUnreadable),
    }
}

/// Whether a text is an error that a program wrote out with the values.
fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"];
    text.starts_with('#') && ERRORS.contains(&text)
}

fn json_number(number: Decimal) -> Option<Json> {
    if number.is_integer() {
        return number.to_i64().map(Json::from);
    }
    number.to_f64().and_then(serde_json::Number::from_f64).map(Json::Number)
}

/// Whether a cell says more than a prepared row: a number of its own, a formula's zero and an open status do not.
fn is_solid(column: &Column, source: &Source<'_>) -> bool {
    use chrono::Datelike;
    match column.role {
        Role::Ignored | Role::Year | Role::Month | Role::Check | Role::Field("complaint_no" | "status", _) => {
            return false;
        }
        _ => {}
    }
    match source.content {
        Content::Number(number) => *number != 0.0,
        Content::Flag(answer) => *answer,
        Content::Moment(moment) => moment.year() > 1901,
        Content::Elapsed(span) => !span.is_zero(),
        Content::Text(_) => true,
        Content::Error(_) | Content::Uncomputed => false,
    }
}
