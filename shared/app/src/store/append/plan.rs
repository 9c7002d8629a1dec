//! What a change writes, as the actions of one transaction, each under its condition.

use aws_sdk_dynamodb::types::{Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};

use super::{Append, Closed, Guard, NumberClaim, fits, incomplete};
use crate::store::codec::{closed_item, counted_item, n, s, size};
use crate::store::{Item, Store, StoreError, keys};

/// Actions DynamoDB takes in one transaction.
pub(super) const ACTIONS: usize = 100;
/// Bytes DynamoDB takes in one transaction.
pub(super) const BYTES: usize = 4 * 1024 * 1024;
impl Store {
    pub(super) fn plan(&self, change: &Append) -> Result<Vec<TransactWriteItem>, StoreError> {
        // The order is what `cancelled` counts on: head, log entry, number, then small records from the end.
        let mut plan = vec![
            self.put_head(change)?,
            self.guarded("log entry", change.entry.item(), Guard::New)?,
        ];
        if let Some(claim) = &change.number {
            plan.push(self.claim(claim)?);
        }
        for text in &change.texts {
            plan.push(self.guarded("text", text.item(), Guard::Any)?);
        }
        for letter in &change.letters {
            plan.push(self.guarded("letter", letter.item(), Guard::Any)?);
        }
        for person in &change.persons {
            plan.push(self.guarded("person", person.item(), Guard::Any)?);
        }
        if let Some(Closed { month, shard }) = &change.closed {
            plan.push(self.guarded("closed", closed_item(month, *shard, &change.head.id), Guard::Any)?);
        }
        for place in &change.counted {
            plan.push(self.guarded("counted", counted_item(place, &change.head.id), Guard::Any)?);
        }
        for place in &change.uncounted {
            plan.push(self.removed(&keys::counted(place), &change.head.id)?);
        }
        for other in &change.others {
            plan.push(self.guarded("small record", other.record.item(), other.guard)?);
        }
        if plan.len() > ACTIONS {
            return Err(StoreError::TooLarge {
                what: "the number of items".to_owned(),
                bytes: plan.len(),
                limit: ACTIONS,
            });
        }
        let bytes = plan.iter().filter_map(|a| a.put()).map(|p| size(p.item())).sum();
        if bytes > BYTES {
            return Err(StoreError::TooLarge {
                what: "the change".to_owned(),
                bytes,
                limit: BYTES,
            });
        }
        Ok(plan)
    }

    fn put_head(&self, change: &Append) -> Result<TransactWriteItem, StoreError> {
        let guard = change.expected_version.map_or(Guard::New, Guard::Version);
        self.guarded("head", change.head.item(), guard)
    }

    /// A conditional put of one item; a failed condition gives back the item that was there.
    pub(in crate::store) fn guarded(
        &self,
        what: &str,
        item: Item,
        guard: Guard,
    ) -> Result<TransactWriteItem, StoreError> {
        fits(what, &item)?;
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = match guard {
            Guard::Any => put,
            Guard::New => put.condition_expression("attribute_not_exists(pk)"),
            Guard::Version(version) => put
                .condition_expression("v = :v")
                .expression_attribute_values(":v", n(version)),
        };
        Ok(TransactWriteItem::builder()
            .put(put.build().map_err(incomplete)?)
            .build())
    }

    fn removed(&self, pk: &str, sk: &str) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .key("pk", s(pk))
            .key("sk", s(sk));
        Ok(TransactWriteItem::builder()
            .delete(delete.build().map_err(incomplete)?)
            .build())
    }

    fn claim(&self, claim: &NumberClaim) -> Result<TransactWriteItem, StoreError> {
        let condition = if claim.expected == 0 {
            "attribute_not_exists(x) OR x = :e"
        } else {
            "x = :e"
        };
        let update = Update::builder()
            .table_name(&self.table)
            .key("pk", s(keys::number(&claim.counter, &claim.period)))
            .key("sk", s(keys::NUMBER))
            .update_expression("SET x = :n")
            .condition_expression(condition)
            .expression_attribute_values(":e", n(claim.expected))
            .expression_attribute_values(":n", n(claim.next))
            .build()
            .map_err(incomplete)?;
        Ok(TransactWriteItem::builder().update(update).build())
    }
}
