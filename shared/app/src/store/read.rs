//! Reads of one complaint and what belongs to it: head, log, texts, letters, serial counter, persons.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes, ReturnConsumedCapacity};

use super::append::incomplete;
use super::capacity::Use;
use super::codec::{Reader, s};
use super::retry::refused;
use super::{HeadRecord, Item, Key, LetterRecord, LogRecord, PersonRecord, Store, StoreError, TextRecord, keys};

/// Items DynamoDB takes in one batch read.
const BATCH: usize = 100;

/// Everything stored under one complaint, as one query found it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Whole {
    /// The head; `None` for an unknown complaint or a duty's letters.
    pub head: Option<HeadRecord>,
    /// The log, in order.
    pub log: Vec<LogRecord>,
    /// The texts that were not erased, in order.
    pub texts: Vec<TextRecord>,
    /// The letters, in order.
    pub letters: Vec<LetterRecord>,
}

impl Store {
    /// The head of complaint `id`, as of now.
    pub async fn head(&self, id: &str) -> Result<Option<HeadRecord>, StoreError> {
        self.item(&keys::complaint(id), keys::HEAD)
            .await?
            .as_ref()
            .map(HeadRecord::read)
            .transpose()
    }

    /// The heads of `ids` in that order, without those that are not there; at most a moment old.
    pub async fn heads(&self, ids: &[String]) -> Result<Vec<HeadRecord>, StoreError> {
        let mut found = HashMap::new();
        for chunk in ids.chunks(BATCH) {
            let mut keys: Vec<Item> = Vec::new();
            for id in chunk {
                let key = HashMap::from([
                    ("pk".to_owned(), s(keys::complaint(id))),
                    ("sk".to_owned(), s(keys::HEAD)),
                ]);
                // A key named twice is refused as a whole.
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            for item in self.batch(keys).await? {
                let head = HeadRecord::read(&item)?;
                found.insert(head.id.clone(), head);
            }
        }
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    /// Texts by complaint, entry and place, in no order, without those that were erased; at most a moment old.
    pub async fn texts_at(&self, places: &[(String, u64, u32)]) -> Result<Vec<TextRecord>, StoreError> {
        let mut found = Vec::new();
        let places: BTreeSet<&(String, u64, u32)> = places.iter().collect();
        let keys: Vec<Item> = places
            .into_iter()
            .map(|(id, seq, n)| {
                HashMap::from([
                    ("pk".to_owned(), s(keys::complaint(id))),
                    ("sk".to_owned(), s(keys::text(*seq, *n))),
                ])
            })
            .collect();
        for chunk in keys.chunks(BATCH) {
            for item in self.batch(chunk.to_vec()).await? {
                found.push(TextRecord::read(&item)?);
            }
        }
        Ok(found)
    }

    /// Reads `keys` until none is left unprocessed; a page may end early at 16 MB or by throttling.
    async fn batch(&self, mut keys: Vec<Item>) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::new();
        let mut idle = 0;
        while !keys.is_empty() {
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys.clone()))
                .build()
                .map_err(incomplete)?;
            let call = || {
                self.client
                    .batch_get_item()
                    .request_items(&self.table, wanted.clone())
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                    .send()
            };
            let mut out = self
                .send("BatchGetItem", call)
                .await?
                .map_err(|e| refused("BatchGetItem", &e))?;
            self.meter.consumed(Use::Read, out.consumed_capacity());
            let items = out
                .responses
                .as_mut()
                .and_then(|r| r.remove(&self.table))
                .unwrap_or_default();
            self.meter.items(items.len(), items.len());
            idle = if items.is_empty() { idle + 1 } else { 0 };
            if idle >= self.patience.attempts {
                return Err(StoreError::Busy {
                    what: "BatchGetItem",
                    attempts: idle,
                    reason: "keys stay unprocessed".to_owned(),
                });
            }
            found.extend(items);
            let rest = out.unprocessed_keys.as_mut().and_then(|r| r.remove(&self.table));
            keys = rest.map(|r| r.keys).unwrap_or_default();
            if idle > 0 {
                tokio::time::sleep(self.patience.base.saturating_mul(1 << idle.min(8))).await;
            }
        }
        Ok(found)
    }

    /// The log of complaint `id`, in order.
    pub async fn log(&self, id: &str) -> Result<Vec<LogRecord>, StoreError> {
        let items = self.partition(&keys::complaint(id), Some(keys::ENTRY)).await?;
        items.iter().map(LogRecord::read).collect()
    }

    /// One log entry.
    pub async fn entry(&self, id: &str, seq: u64) -> Result<Option<LogRecord>, StoreError> {
        self.item(&keys::complaint(id), &keys::entry(seq))
            .await?
            .as_ref()
            .map(LogRecord::read)
            .transpose()
    }

    /// The first log entry of complaint `id`: it holds the reply that a repeat is given again.
    pub async fn first_entry(&self, id: &str) -> Result<Option<LogRecord>, StoreError> {
        self.entry(id, keys::FIRST).await
    }

    /// The texts of complaint `id` that were not erased, in order.
    pub async fn texts(&self, id: &str) -> Result<Vec<TextRecord>, StoreError> {
        let items = self.partition(&keys::complaint(id), Some(keys::TEXT)).await?;
        items.iter().map(TextRecord::read).collect()
    }

    /// The letters of complaint or duty `id`, in order.
    pub async fn letters(&self, id: &str) -> Result<Vec<LetterRecord>, StoreError> {
        let items = self.partition(&keys::complaint(id), Some(keys::LETTER)).await?;
        items.iter().map(LetterRecord::read).collect()
    }

    /// Head, log, texts and letters of `id` in one query.
    pub async fn whole(&self, id: &str) -> Result<Whole, StoreError> {
        let mut whole = Whole::default();
        for item in self.partition(&keys::complaint(id), None).await? {
            match Reader(&item).key() {
                Some(Key::Head { .. }) => whole.head = Some(HeadRecord::read(&item)?),
                Some(Key::Log { .. }) => whole.log.push(LogRecord::read(&item)?),
                Some(Key::Text { .. }) => whole.texts.push(TextRecord::read(&item)?),
                Some(Key::Letter { .. }) => whole.letters.push(LetterRecord::read(&item)?),
                _ => return Err(Reader(&item).broken("complaint")),
            }
        }
        Ok(whole)
    }

    /// The last serial `counter` gave in `period`; 0 if none.
    pub async fn number(&self, counter: &str, period: &str) -> Result<u64, StoreError> {
        let item = self.item(&keys::number(counter, period), keys::NUMBER).await?;
        Ok(item.and_then(|i| Reader(&i).number("x")).unwrap_or(0))
    }

    /// The complaints of a person, oldest first.
    pub async fn person(&self, key_hash: &str) -> Result<Vec<PersonRecord>, StoreError> {
        let items = self.partition(&keys::person(key_hash), None).await?;
        items.iter().map(PersonRecord::read).collect()
    }

    /// The latest complaints of a person, the newest first, at most `limit`.
    pub async fn person_lately(&self, key_hash: &str, limit: u32) -> Result<Vec<PersonRecord>, StoreError> {
        // What came in at this very moment may be missed: a likely duplicate is a proposal, and half the price counts.
        let items = self.few(&keys::person(key_hash), limit, false, false).await?;
        items.iter().map(PersonRecord::read).collect()
    }

    /// Ids of the complaints closed in `month` (`yyyy-mm`) in one shard.
    pub async fn closed(&self, month: &str, shard: u32) -> Result<Vec<String>, StoreError> {
        let items = self.partition(&keys::closed(month, shard), None).await?;
        Ok(items.iter().filter_map(|i| Reader(i).text("sk")).collect())
    }

    /// Ids of the complaints that count in `place`, at most `limit` of them, in no useful order.
    pub async fn counted(&self, place: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let items = self.few(&keys::counted(place), limit, true, true).await?;
        Ok(items.iter().filter_map(|i| Reader(i).text("sk")).collect())
    }

    /// At most `limit` items of a partition, from its beginning or from its end.
    async fn few(&self, pk: &str, limit: u32, forward: bool, consistent: bool) -> Result<Vec<Item>, StoreError> {
        let call = || {
            self.client
                .query()
                .table_name(&self.table)
                .consistent_read(consistent)
                .key_condition_expression("pk = :p")
                .expression_attribute_values(":p", s(pk))
                .scan_index_forward(forward)
                .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        let out = self.send("Query", call).await?.map_err(|e| refused("Query", &e))?;
        self.meter.consumed(Use::Read, out.consumed_capacity());
        let found = out.items.unwrap_or_default();
        self.meter
            .items(found.len(), usize::try_from(out.scanned_count).unwrap_or(0));
        Ok(found)
    }

    /// One item, as of now.
    pub(super) async fn item(&self, pk: &str, sk: &str) -> Result<Option<Item>, StoreError> {
        let call = || {
            self.client
                .get_item()
                .table_name(&self.table)
                .key("pk", s(pk))
                .key("sk", s(sk))
                .consistent_read(true)
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        let out = self.send("GetItem", call).await?.map_err(|e| refused("GetItem", &e))?;
        self.meter.consumed(Use::Read, out.consumed_capacity());
        self.meter.items(usize::from(out.item.is_some()), 1);
        Ok(out.item)
    }

    /// All items of a partition, or those whose sort key begins with `prefix`, as of now, across pages of 1 MB.
    pub(super) async fn partition(&self, pk: &str, prefix: Option<&str>) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start: Option<HashMap<String, AttributeValue>> = None;
        loop {
            let call = || {
                let query = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .consistent_read(true)
                    .expression_attribute_values(":p", s(pk))
                    .set_exclusive_start_key(start.clone())
                    .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
                match prefix {
                    Some(prefix) => query
                        .key_condition_expression("pk = :p AND begins_with(sk, :s)")
                        .expression_attribute_values(":s", s(prefix))
                        .send(),
                    None => query.key_condition_expression("pk = :p").send(),
                }
            };
            let out = self.send("Query", call).await?.map_err(|e| refused("Query", &e))?;
            self.meter.consumed(Use::Read, out.consumed_capacity());
            let page = out.items.unwrap_or_default();
            self.meter
                .items(page.len(), usize::try_from(out.scanned_count).unwrap_or(0));
            items.extend(page);
            start = out.last_evaluated_key;
            if start.is_none() {
                return Ok(items);
            }
        }
    }
}
