//! The rows of this import that were seen before: by number, else by customer and day. A few dozen bytes a row.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use kesu_ledger::finding::Record;
use serde_json::Value;

use crate::likeness::Sketch;

/// The canonical columns that duplicates are found by.
const NUMBER: &str = "complaint_no";
const CUSTOMER: &str = "customer_name";
const DATE: &str = "complaint_date";
const DESCRIPTION: &str = "complaint_desc";

/// What a row has in common with one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Twin {
    /// It says the same: the complaint of the earlier row.
    Same(String),
    /// It has the number of another that says other things.
    Number(String),
    /// The same customer says much the same on the same day.
    Alike(String),
}

/// The rows seen before.
#[derive(Default)]
pub struct Known {
    numbers: HashMap<u64, Seen>,
    people: HashMap<u64, Vec<(Seen, Sketch)>>,
}

#[derive(Clone, Copy)]
struct Seen {
    id: [u8; 16],
    content: u64,
}

impl Known {
    /// Looks for a twin of a row among those before it.
    pub fn twin(&self, record: &Record) -> Option<Twin> {
        let content = hash(&record.content);
        if let Some(number) = text(record, NUMBER) {
            let seen = self.numbers.get(&hash(number))?;
            return Some(if seen.content == content {
                Twin::Same(hex(seen.id))
            } else {
                Twin::Number(hex(seen.id))
            });
        }
        let before = self.people.get(&person(record)?)?;
        if let Some((same, _)) = before.iter().find(|(seen, _)| seen.content == content) {
            return Some(Twin::Same(hex(same.id)));
        }
        let sketch = Sketch::of(text(record, DESCRIPTION)?);
        let alike = before.iter().find(|(_, other)| other.much_the_same(&sketch));
        alike.map(|(seen, _)| Twin::Alike(hex(seen.id)))
    }

    /// Remembers a row under the id of its complaint: 32 hexadecimal digits.
    pub fn add(&mut self, record: &Record, id: &str) {
        let seen = Seen {
            id: unhex(id),
            content: hash(&record.content),
        };
        match text(record, NUMBER) {
            Some(number) => drop(self.numbers.entry(hash(number)).or_insert(seen)),
            None => {
                if let Some(person) = person(record) {
                    let sketch = Sketch::of(text(record, DESCRIPTION).unwrap_or_default());
                    self.people.entry(person).or_default().push((seen, sketch));
                }
            }
        }
    }
}

/// The customer and the day, as one key; nothing where the row lacks one of them.
fn person(record: &Record) -> Option<u64> {
    Some(person_key(text(record, CUSTOMER)?, text(record, DATE)?.get(..10)?))
}

/// The key of a customer on a day (`yyyy-mm-dd`).
pub fn person_key(customer: &str, day: &str) -> u64 {
    let name: String = customer
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    hash(&(name, day))
}

/// A column's text, if it has one.
pub fn text<'a>(record: &'a Record, column: &str) -> Option<&'a str> {
    record
        .fields
        .get(column)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn hash<T: Hash + ?Sized>(of: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn hex(id: [u8; 16]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(id: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(id.as_bytes().chunks(2)) {
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).unwrap_or(0);
    }
    bytes
}
