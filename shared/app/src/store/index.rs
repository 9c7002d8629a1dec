//! Reads of the three indexes: what is due, a month of the grid, what changed. All are at most a moment old, so whoever
//! acts on an answer looks at the item itself first.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use super::capacity::Use;
use super::codec::{Reader, s};
use super::retry::refused;
use super::{Item, Key, Store, StoreError, keys};

/// One page of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The answers, in the index's order.
    pub items: Vec<T>,
    /// Where to go on; `None` at the end. Opaque, and safe in an address.
    pub next: Option<String>,
}

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// A head, a letter or a small record.
    pub key: Key,
    /// Since when.
    pub moment: String,
}

impl Due {
    fn read(r: &Reader<'_>) -> Option<Self> {
        Some(Self {
            key: r.key()?,
            moment: r.text("ws")?,
        })
    }
}

/// One row of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridRow {
    /// The complaint.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The grid's columns.
    pub columns: BTreeMap<String, String>,
    /// What the grid shows of the person, JSON; `None` once erased.
    pub face: Option<String>,
}

/// A complaint that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedKey {
    /// The complaint.
    pub id: String,
    /// When it last changed.
    pub when: String,
}

impl Store {
    /// What is due in `shard` at or before `until`, the longest overdue first. Costs what is due, not what is open.
    pub async fn due(
        &self,
        shard: u32,
        until: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Due>, StoreError> {
        self.due_in(keys::wake(shard), until, limit, cursor).await
    }

    /// Mail of `shard` that was begun or asked for, and should be finished by `until`; as [`Self::due`].
    pub async fn mail_due(
        &self,
        shard: u32,
        until: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Due>, StoreError> {
        self.due_in(keys::mail(shard), until, limit, cursor).await
    }

    async fn due_in(
        &self,
        partition: String,
        until: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Due>, StoreError> {
        let query = Query {
            index: keys::WAKE,
            condition: "wp = :p AND ws <= :s",
            partition,
            sort: Some(until.to_owned()),
        };
        self.page(query, limit, cursor, Due::read).await
    }

    /// Letters that were given up in `shard` and not put away, the first given up first. They stand at the far end of the
    /// index of what is due: a failure costs no item more, and no sweep meets them.
    pub async fn given_up(&self, shard: u32, limit: u32, cursor: Option<&str>) -> Result<Page<Due>, StoreError> {
        let query = Query {
            index: keys::WAKE,
            condition: "wp = :p AND ws >= :s",
            partition: keys::wake(shard),
            sort: Some(keys::GIVEN_UP.to_owned()),
        };
        self.page(query, limit, cursor, Due::read).await
    }

    /// The complaints received in `month` (`yyyy-mm`) in one shard, as the grid shows them.
    pub async fn month(
        &self,
        month: &str,
        shard: u32,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<GridRow>, StoreError> {
        let query = Query {
            index: keys::MONTH,
            condition: "mp = :p",
            partition: keys::month(month, shard),
            sort: None,
        };
        self.page(query, limit, cursor, |r| {
            let Key::Head { id } = r.key()? else { return None };
            Some(GridRow {
                id,
                version: r.number("v")?,
                columns: r.columns(),
                face: r.text("f"),
            })
        })
        .await
    }

    /// The complaints whose last change was on `day` (`yyyy-mm-dd`), after `since` (`when#id` or just a moment; empty for
    /// the whole day), in order. A complaint that changed again is found at its later place only.
    pub async fn changed_since(
        &self,
        day: &str,
        shard: u32,
        since: &str,
        limit: u32,
    ) -> Result<Page<ChangedKey>, StoreError> {
        // A sort key may not be compared with an empty text; a space is below every moment.
        let since = if since.is_empty() { " " } else { since };
        let query = Query {
            index: keys::CHANGED,
            condition: "dp = :p AND ds > :s",
            partition: keys::day(day, shard),
            sort: Some(since.to_owned()),
        };
        let page = self
            .page(query, limit, None, |r| {
                let (when, id) = r
                    .text("ds")?
                    .split_once('#')
                    .map(|(w, i)| (w.to_owned(), i.to_owned()))?;
                Some(ChangedKey { id, when })
            })
            .await?;
        // The place itself is the cursor: it stays good for days, as the browser needs.
        let last = page.items.last().map(|k| keys::changed(&k.when, &k.id));
        Ok(Page {
            next: page.next.and(last),
            items: page.items,
        })
    }

    async fn page<T>(
        &self,
        query: Query,
        limit: u32,
        cursor: Option<&str>,
        read: impl Fn(&Reader<'_>) -> Option<T>,
    ) -> Result<Page<T>, StoreError> {
        let start = cursor.map(decode).transpose()?;
        let call = || {
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(query.index)
                .key_condition_expression(query.condition)
                .expression_attribute_values(":p", s(&query.partition))
                .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            match &query.sort {
                Some(sort) => request.expression_attribute_values(":s", s(sort)).send(),
                None => request.send(),
            }
        };
        let out = self
            .send("Query", call)
            .await?
            .map_err(|e| page_refused("Query", &e, cursor))?;
        self.meter.consumed(Use::Read, out.consumed_capacity());
        let found = out.items.unwrap_or_default();
        self.meter
            .items(found.len(), usize::try_from(out.scanned_count).unwrap_or(0));
        let items = found
            .iter()
            .map(|i| read(&Reader(i)).ok_or_else(|| Reader(i).broken("index entry")));
        Ok(Page {
            items: items.collect::<Result<_, _>>()?,
            next: out.last_evaluated_key.as_ref().map(encode),
        })
    }
}

struct Query {
    index: &'static str,
    condition: &'static str,
    partition: String,
    sort: Option<String>,
}

/// A start key as text: its JSON in hexadecimal digits, which need no quoting anywhere.
pub(super) fn encode(key: &Item) -> String {
    let texts: BTreeMap<&str, &str> = key
        .iter()
        .filter_map(|(k, v)| Some((k.as_str(), v.as_s().ok()?.as_str())))
        .collect();
    let json = serde_json::to_string(&texts).unwrap_or_default();
    json.bytes().map(|b| format!("{b:02x}")).collect()
}

pub(super) fn decode(cursor: &str) -> Result<HashMap<String, AttributeValue>, StoreError> {
    let digits: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let texts: Option<BTreeMap<String, String>> = digits.and_then(|d| serde_json::from_slice(&d).ok());
    let texts = texts.ok_or_else(|| not_valid(cursor))?;
    Ok(texts.into_iter().map(|(k, v)| (k, s(v))).collect())
}

fn not_valid(cursor: &str) -> StoreError {
    StoreError::Cursor(cursor.chars().take(80).collect())
}

/// A refused page: a well-formed cursor of another read is the asker's mistake as well.
pub(super) fn page_refused<E: ProvideErrorMetadata>(what: &'static str, error: &E, cursor: Option<&str>) -> StoreError {
    match cursor {
        Some(cursor) if error.code() == Some("ValidationException") => not_valid(cursor),
        _ => refused(what, error),
    }
}
