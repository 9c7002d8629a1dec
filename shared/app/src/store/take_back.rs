//! Taking a complaint out of the table whole, for the undoing of an import: everything of it in one transaction, or nothing.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Delete, Put, ReturnConsumedCapacity, TransactWriteItem};

use super::append::{incomplete, passing};
use super::capacity::Use;
use super::codec::{n, s};
use super::retry::refused;
use super::{Item, Kind, PersonRecord, SmallRecord, Store, StoreError, keys};

/// Everything that the table holds of one complaint.
#[derive(Debug, Clone)]
pub struct TakeBack {
    /// The complaint.
    pub id: String,
    /// The version it must still have.
    pub version: u64,
    /// Its log entries.
    pub entries: Vec<u64>,
    /// Its texts.
    pub texts: Vec<(u64, u32)>,
    /// Where it stands in the history of persons.
    pub persons: BTreeSet<PersonRecord>,
    /// The months in whose lists of closed complaints it stands.
    pub closed: BTreeSet<String>,
    /// Its shard there.
    pub shard: u32,
    /// Places where it counts.
    pub counted: Vec<String>,
    /// The id of the record that knows its number.
    pub number: String,
    /// The day and the moment at which it goes.
    pub gone: (String, String),
    /// Until when whoever asks for changes is told that it went, in seconds since 1970.
    pub told_until: i64,
}

impl TakeBack {
    /// What stays for a while in the index of changes, so that those who have the complaint before them hear that it is gone.
    fn trace(&self) -> Item {
        let mut record = SmallRecord::new(Kind::Seen, format!("gone#{}", self.id), "");
        record.expires = Some(self.told_until);
        let (day, when) = &self.gone;
        let mut item = record.item();
        item.insert("dp".to_owned(), s(keys::day(day, self.shard)));
        item.insert("ds".to_owned(), s(keys::changed(when, &self.id)));
        item
    }
}

impl Store {
    /// Takes a complaint out. `false` where it was changed since it was read.
    pub async fn take_back(&self, of: &TakeBack) -> Result<bool, StoreError> {
        let pk = keys::complaint(&of.id);
        let mut all = vec![(pk.clone(), keys::HEAD.to_owned())];
        all.extend(of.entries.iter().map(|seq| (pk.clone(), keys::entry(*seq))));
        all.extend(of.texts.iter().map(|(seq, n)| (pk.clone(), keys::text(*seq, *n))));
        let person = |one: &PersonRecord| {
            (
                keys::person(&one.key_hash),
                keys::person_entry(&one.when, &one.complaint),
            )
        };
        all.extend(of.persons.iter().map(person));
        all.extend(
            of.closed
                .iter()
                .map(|month| (keys::closed(month, of.shard), of.id.clone())),
        );
        all.extend(of.counted.iter().map(|place| (keys::counted(place), of.id.clone())));
        all.push(keys::small(Kind::Seen, &of.number));
        let mut plan = Vec::new();
        for (place, (pk, sk)) in all.into_iter().enumerate() {
            let delete = Delete::builder()
                .table_name(&self.table)
                .key("pk", s(pk))
                .key("sk", s(sk));
            let delete = if place == 0 {
                delete
                    .condition_expression("v = :v")
                    .expression_attribute_values(":v", n(of.version))
            } else {
                delete
            };
            let delete = delete.build().map_err(incomplete)?;
            plan.push(TransactWriteItem::builder().delete(delete).build());
        }
        let put = Put::builder().table_name(&self.table).set_item(Some(of.trace()));
        plan.push(
            TransactWriteItem::builder()
                .put(put.build().map_err(incomplete)?)
                .build(),
        );
        let call = || {
            self.client
                .transact_write_items()
                .set_transact_items(Some(plan.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        match self.send_unless("TransactWriteItems", passing, call).await? {
            Ok(out) => {
                self.meter.consumed(Use::Write, out.consumed_capacity());
                Ok(true)
            }
            Err(TransactWriteItemsError::TransactionCanceledException(_)) => {
                // An attempt whose answer was lost took it out already.
                Ok(self.head(&of.id).await?.is_none())
            }
            Err(e) => Err(refused("TransactWriteItems", &e)),
        }
    }

    /// The small records of `ids`, in no order, without those that are not there; at most a moment old.
    pub async fn get_many(&self, kind: Kind, ids: &[String]) -> Result<Vec<SmallRecord>, StoreError> {
        let mut found = Vec::new();
        let once: BTreeSet<&String> = ids.iter().collect();
        let once: Vec<&String> = once.into_iter().collect();
        for chunk in once.chunks(super::read::BATCH) {
            let keys = chunk.iter().map(|id| {
                let (pk, sk) = keys::small(kind, id);
                Item::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
            });
            for item in self.batch(keys.collect()).await? {
                found.push(SmallRecord::read(&item)?);
            }
        }
        Ok(found)
    }
}
