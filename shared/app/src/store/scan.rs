//! Reads the whole table, page by page, for verifying and for exports.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::capacity::Use;
use super::codec::Reader;
use super::index::{Page, decode, encode, page_refused};
use super::{HeadRecord, Item, Key, LetterRecord, LogRecord, PersonRecord, SmallRecord, Store, StoreError, TextRecord};

/// Any item of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyRecord {
    /// A complaint's head.
    Head(Box<HeadRecord>),
    /// A log entry.
    Log(LogRecord),
    /// A text.
    Text(TextRecord),
    /// A letter.
    Letter(LetterRecord),
    /// A small record.
    Small(SmallRecord),
    /// One complaint of a person.
    Person(PersonRecord),
    /// The last serial of a counter.
    Number {
        /// The counter.
        counter: String,
        /// The period.
        period: String,
        /// The last serial given.
        last: u64,
    },
    /// One complaint that counts in a place.
    Counted {
        /// The place.
        place: String,
        /// The complaint.
        id: String,
    },
    /// One complaint closed in a month.
    Closed {
        /// `yyyy-mm`.
        month: String,
        /// The shard.
        shard: u32,
        /// The complaint.
        id: String,
    },
}

impl AnyRecord {
    /// Reads an item of any kind.
    pub fn read(item: &Item) -> Result<Self, StoreError> {
        let r = Reader(item);
        match r.key() {
            Some(Key::Head { .. }) => HeadRecord::read(item).map(|h| Self::Head(Box::new(h))),
            Some(Key::Log { .. }) => LogRecord::read(item).map(Self::Log),
            Some(Key::Text { .. }) => TextRecord::read(item).map(Self::Text),
            Some(Key::Letter { .. }) => LetterRecord::read(item).map(Self::Letter),
            Some(Key::Small { .. }) => SmallRecord::read(item).map(Self::Small),
            Some(Key::Person { .. }) => PersonRecord::read(item).map(Self::Person),
            Some(Key::Number { counter, period }) => Ok(Self::Number {
                counter,
                period,
                last: r.number("x").ok_or_else(|| r.broken("serial counter"))?,
            }),
            Some(Key::Counted { place, id }) => Ok(Self::Counted { place, id }),
            Some(Key::Closed { month, shard, id }) => Ok(Self::Closed { month, shard, id }),
            None => Err(r.broken("item")),
        }
    }
}

impl Store {
    /// The next page of the whole table as it is, in no useful order.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn all_items(&self, limit: u32, cursor: Option<&str>) -> Result<Page<Item>, StoreError> {
        let start: Option<HashMap<_, _>> = cursor.map(decode).transpose()?;
        let call = || {
            self.client
                .scan()
                .table_name(&self.table)
                .consistent_read(true)
                .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        let out = self
            .send("Scan", call)
            .await?
            .map_err(|e| page_refused("Scan", &e, cursor))?;
        self.meter.consumed(Use::Read, out.consumed_capacity());
        let items = out.items.unwrap_or_default();
        self.meter
            .items(items.len(), usize::try_from(out.scanned_count).unwrap_or(0));
        Ok(Page {
            items,
            next: out.last_evaluated_key.as_ref().map(encode),
        })
    }

    /// The same, read. An item that cannot be read is an error in its place, so that a verification can name it and go on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn scan_all(
        &self,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<Result<AnyRecord, String>>, StoreError> {
        let page = self.all_items(limit, cursor).await?;
        let read = |item: &Item| AnyRecord::read(item).map_err(|e| e.to_string());
        Ok(Page {
            items: page.items.iter().map(read).collect(),
            next: page.next,
        })
    }
}
