//! Small records by kind and id: settings, users, sessions, directory, calendar years, duties, procedure versions, keys
//! seen, administration log.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::append::{Guard, fits};
use super::capacity::Use;
use super::codec::{n, s};
use super::index::{Page, decode, encode, page_refused};
use super::retry::refused;
use super::{Item, Kind, SmallRecord, Store, StoreError, keys};

impl Store {
    /// The record of `kind` with `id`. It may have expired: see [`SmallRecord::live`].
    pub async fn get(&self, kind: Kind, id: &str) -> Result<Option<SmallRecord>, StoreError> {
        let (pk, sk) = keys::small(kind, id);
        self.item(&pk, &sk).await?.as_ref().map(SmallRecord::read).transpose()
    }

    /// Writes `record` whatever was there.
    pub async fn put(&self, record: &SmallRecord) -> Result<(), StoreError> {
        self.write(record, Guard::Any).await.map(|_| ())
    }

    /// Writes `record` if there is none with its id. `false` if there is one, unless it is this very record: then an
    /// earlier attempt took effect.
    pub async fn put_new(&self, record: &SmallRecord) -> Result<bool, StoreError> {
        self.write(record, Guard::New).await
    }

    /// Writes `record` if the stored one still has version `expected`; `record.version` is the new one. `false` if it
    /// moved, unless it is this very record already.
    pub async fn update(&self, record: &SmallRecord, expected: u64) -> Result<bool, StoreError> {
        self.write(record, Guard::Version(expected)).await
    }

    /// Deletes a record; nothing happens if there is none.
    pub async fn delete(&self, kind: Kind, id: &str) -> Result<(), StoreError> {
        let (pk, sk) = keys::small(kind, id);
        self.delete_item(&pk, &sk).await
    }

    /// Records of a listed `kind` whose id begins with `prefix`, in the order of their ids. An unlisted kind has no list.
    pub async fn list(
        &self,
        kind: Kind,
        prefix: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Page<SmallRecord>, StoreError> {
        if !kind.listed() {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        }
        let (pk, _) = keys::small(kind, "");
        let start: Option<HashMap<_, _>> = cursor.map(decode).transpose()?;
        let call = || {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true)
                .expression_attribute_values(":p", s(&pk))
                .limit(i32::try_from(limit.max(1)).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start.clone())
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            if prefix.is_empty() {
                query.key_condition_expression("pk = :p").send()
            } else {
                query
                    .key_condition_expression("pk = :p AND begins_with(sk, :s)")
                    .expression_attribute_values(":s", s(prefix))
                    .send()
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
        let items = found.iter().map(SmallRecord::read).collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next: out.last_evaluated_key.as_ref().map(encode),
        })
    }

    async fn write(&self, record: &SmallRecord, guard: Guard) -> Result<bool, StoreError> {
        let item = record.item();
        fits("record", &item)?;
        if self.put_item(&item, guard).await? {
            return Ok(true);
        }
        // Perhaps an attempt of ours that seemed to fail had written it.
        Ok(self.get(record.kind, &record.id).await?.as_ref() == Some(record))
    }

    /// Writes an item; `false` where the guard forbids it.
    pub(super) async fn put_item(&self, item: &Item, guard: Guard) -> Result<bool, StoreError> {
        let call = || {
            let put = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(item.clone()))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            match guard {
                Guard::Any => put.send(),
                Guard::New => put.condition_expression("attribute_not_exists(pk)").send(),
                Guard::Version(version) => put
                    .condition_expression("v = :v")
                    .expression_attribute_values(":v", n(version))
                    .send(),
            }
        };
        match self.send("PutItem", call).await? {
            Ok(out) => {
                self.meter.consumed(Use::Write, out.consumed_capacity());
                Ok(true)
            }
            Err(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
            Err(e) => Err(refused("PutItem", &e)),
        }
    }

    pub(super) async fn delete_item(&self, pk: &str, sk: &str) -> Result<(), StoreError> {
        let call = || {
            self.client
                .delete_item()
                .table_name(&self.table)
                .key("pk", s(pk))
                .key("sk", s(sk))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        let out = self
            .send("DeleteItem", call)
            .await?
            .map_err(|e| refused("DeleteItem", &e))?;
        self.meter.consumed(Use::Write, out.consumed_capacity());
        Ok(())
    }
}
