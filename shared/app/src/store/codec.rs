//! Records to items and back; the attribute names are explained in `items.rs`.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::items::{EXPIRES, Kind};
use super::{
    HeadRecord, Item, LetterRecord, LetterState, LogRecord, PersonRecord, SmallRecord, StoreError, TextRecord, Wake,
    keys,
};

pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// Collects the attributes of one item and leaves out what is empty.
struct Writer(Item);

impl Writer {
    fn new(pk: String, sk: String) -> Self {
        Self(HashMap::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))]))
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.insert(name.to_owned(), s(value));
        }
        self
    }

    fn maybe(self, name: &str, value: Option<&String>) -> Self {
        self.text(name, value.map_or("", String::as_str))
    }

    fn number(mut self, name: &str, value: impl ToString) -> Self {
        self.0.insert(name.to_owned(), n(value));
        self
    }

    fn wake(self, wake: Option<&Wake>) -> Self {
        match wake {
            Some(w) => self.wake_in(keys::wake(w.shard), w),
            None => self,
        }
    }

    fn wake_in(self, partition: String, wake: &Wake) -> Self {
        self.text("wp", &partition).text("ws", &wake.moment)
    }
}

impl HeadRecord {
    /// As an item.
    pub fn item(&self) -> Item {
        let (day, shard, when) = &self.changed;
        let mut w = Writer::new(keys::complaint(&self.id), keys::HEAD.to_owned())
            .number("v", self.version)
            .text("j", &self.state)
            .text("h", &self.hash)
            .maybe("f", self.face.as_ref())
            .maybe("z", self.salt.as_ref())
            .text("b", &self.body_hash)
            .wake(self.wake.as_ref())
            .text("mp", &keys::month(&self.month.0, self.month.1))
            .text("dp", &keys::day(day, *shard))
            .text("ds", &keys::changed(when, &self.id));
        let columns: HashMap<_, _> = self
            .columns
            .iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(k, v)| (k.clone(), s(v)))
            .collect();
        if !columns.is_empty() {
            w.0.insert("c".to_owned(), AttributeValue::M(columns));
        }
        w.0
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        let Some(keys::Key::Head { id }) = r.key() else {
            return Err(r.broken("head"));
        };
        let (month, changed) = (r.shard("mp"), r.shard("dp"));
        let when = r
            .text("ds")
            .and_then(|ds| ds.split_once('#').map(|(when, _)| when.to_owned()));
        let (Some(version), Some(state), Some(month), Some((day, shard)), Some(when)) =
            (r.number("v"), r.text("j"), month, changed, when)
        else {
            return Err(r.broken("head"));
        };
        Ok(Self {
            id,
            version,
            state,
            hash: r.text("h").unwrap_or_default(),
            face: r.text("f"),
            salt: r.text("z"),
            wake: r.wake(),
            month,
            changed: (day, shard, when),
            columns: r.columns(),
            body_hash: r.text("b").unwrap_or_default(),
        })
    }
}

impl LogRecord {
    /// As an item.
    pub fn item(&self) -> Item {
        Writer::new(keys::complaint(&self.id), keys::entry(self.seq))
            .text("j", &self.entry)
            .maybe("r", self.reply.as_ref())
            .0
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        let (Some(keys::Key::Log { id, seq }), Some(entry)) = (r.key(), r.text("j")) else {
            return Err(r.broken("log entry"));
        };
        Ok(Self {
            id,
            seq,
            entry,
            reply: r.text("r"),
        })
    }
}

impl TextRecord {
    /// As an item.
    pub fn item(&self) -> Item {
        Writer::new(keys::complaint(&self.id), keys::text(self.seq, self.n))
            .text("t", &self.text)
            .0
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        let Some(keys::Key::Text { id, seq, n }) = r.key() else {
            return Err(r.broken("text"));
        };
        Ok(Self {
            id,
            seq,
            n,
            text: r.text("t").unwrap_or_default(),
        })
    }
}

impl LetterRecord {
    /// As an item.
    pub fn item(&self) -> Item {
        let w = Writer::new(keys::complaint(&self.id), keys::letter(self.seq, self.n))
            .text("st", self.state.code())
            .text("j", &self.body)
            .wake(self.wake.as_ref())
            .maybe("ca", self.claimed_at.as_ref())
            .maybe("sa", self.sent_at.as_ref())
            .maybe("m", self.message_id.as_ref())
            .maybe("e", self.error.as_ref());
        if self.attempts > 0 {
            w.number("a", self.attempts).0
        } else {
            w.0
        }
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        let state = r.text("st").and_then(|code| LetterState::of_code(&code));
        let (Some(keys::Key::Letter { id, seq, n }), Some(state)) = (r.key(), state) else {
            return Err(r.broken("letter"));
        };
        Ok(Self {
            id,
            seq,
            n,
            state,
            body: r.text("j").unwrap_or_default(),
            wake: r.wake(),
            attempts: r.number("a").and_then(|a| u32::try_from(a).ok()).unwrap_or(0),
            claimed_at: r.text("ca"),
            sent_at: r.text("sa"),
            message_id: r.text("m"),
            error: r.text("e"),
        })
    }
}

impl SmallRecord {
    /// As an item.
    pub fn item(&self) -> Item {
        let (pk, sk) = keys::small(self.kind, &self.id);
        let w = Writer::new(pk, sk).number("v", self.version).text("j", &self.body);
        let w = match (&self.wake, self.kind) {
            (Some(wake), Kind::Seen | Kind::Quarantine) => w.wake_in(keys::mail(wake.shard), wake),
            (wake, _) => w.wake(wake.as_ref()),
        };
        match self.expires {
            Some(at) => w.number(EXPIRES, at).0,
            None => w.0,
        }
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        let (Some(keys::Key::Small { kind, id }), Some(version)) = (r.key(), r.number("v")) else {
            return Err(r.broken("small record"));
        };
        let expires = r.plain_number(EXPIRES).and_then(|t| t.parse().ok());
        Ok(Self {
            kind,
            id,
            version,
            body: r.text("j").unwrap_or_default(),
            expires,
            wake: r.wake(),
        })
    }
}

impl PersonRecord {
    /// As an item: all it says is in its keys.
    pub fn item(&self) -> Item {
        Writer::new(
            keys::person(&self.key_hash),
            keys::person_entry(&self.when, &self.complaint),
        )
        .0
    }

    /// From an item.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        match r.key() {
            Some(keys::Key::Person {
                key_hash,
                when,
                complaint,
            }) => Ok(Self {
                key_hash,
                when,
                complaint,
            }),
            _ => Err(r.broken("person")),
        }
    }
}

/// The item that says complaint `id` was closed in `month`.
pub(super) fn closed_item(month: &str, shard: u32, id: &str) -> Item {
    Writer::new(keys::closed(month, shard), id.to_owned()).0
}

/// The item that says complaint `id` counts in `place`.
pub(super) fn counted_item(place: &str, id: &str) -> Item {
    Writer::new(keys::counted(place), id.to_owned()).0
}

/// Size of an item as DynamoDB counts it: names and values in UTF-8, numbers at most 21 bytes.
pub fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(number) => number.len().div_ceil(2) + 1,
        AttributeValue::M(map) => 3 + map.iter().map(|(k, v)| 1 + k.len() + value_size(v)).sum::<usize>(),
        _ => 1,
    }
}

/// Reads attributes of one item.
pub(super) struct Reader<'a>(pub(super) &'a Item);

impl Reader<'_> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(|v| v.as_s().ok()).cloned()
    }

    fn plain_number(&self, name: &str) -> Option<&String> {
        self.0.get(name).and_then(|v| v.as_n().ok())
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.plain_number(name).and_then(|t| t.parse().ok())
    }

    pub(super) fn key(&self) -> Option<keys::Key> {
        keys::Key::read(self.0.get("pk")?.as_s().ok()?, self.0.get("sk")?.as_s().ok()?)
    }

    pub(super) fn columns(&self) -> BTreeMap<String, String> {
        let map = self.0.get("c").and_then(|v| v.as_m().ok());
        let pairs = map.into_iter().flatten();
        pairs
            .filter_map(|(k, v)| Some((k.clone(), v.as_s().ok()?.clone())))
            .collect()
    }

    fn wake(&self) -> Option<Wake> {
        let shard = self.text("wp")?.rsplit('#').next()?.parse().ok()?;
        Some(Wake {
            shard,
            moment: self.text("ws")?,
        })
    }

    /// `X#<value>#<shard>` as value and shard.
    fn shard(&self, name: &str) -> Option<(String, u32)> {
        let text = self.text(name)?;
        let (_, rest) = text.split_once('#')?;
        let (value, shard) = rest.rsplit_once('#')?;
        Some((value.to_owned(), shard.parse().ok()?))
    }

    pub(super) fn broken(&self, what: &'static str) -> StoreError {
        let key = |name| self.text(name).unwrap_or_default();
        StoreError::Broken {
            what,
            key: format!("{} {}", key("pk"), key("sk")),
        }
    }
}
