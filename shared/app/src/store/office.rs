//! Writes that belong to no turn of a complaint: a small record with the letters it owes, and a head put to rest.

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::append::{Guard, passing};
use super::capacity::Use;
use super::codec::{n, s};
use super::retry::refused;
use super::{HeadRecord, LetterRecord, SmallRecord, Store, StoreError, Wake, keys};

impl Store {
    /// Writes a small record and the letters it owes, together. `false` if the record is not as `guard` says; then
    /// nothing was written.
    pub async fn put_with_letters(
        &self,
        record: &SmallRecord,
        guard: Guard,
        letters: &[LetterRecord],
    ) -> Result<bool, StoreError> {
        let mut plan = vec![self.guarded("small record", record.item(), guard)?];
        for letter in letters {
            plan.push(self.guarded("letter", letter.item(), Guard::Any)?);
        }
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
            // An earlier attempt whose answer was lost has written this very record.
            Err(TransactWriteItemsError::TransactionCanceledException(_)) => {
                Ok(self.get(record.kind, &record.id).await?.as_ref() == Some(record))
            }
            Err(e) => Err(refused("TransactWriteItems", &e)),
        }
    }

    /// Moves a head's waking without a turn, if it is still the version that was read. `false` if it moved on.
    pub async fn rest(&self, head: &HeadRecord, wake: Option<&Wake>) -> Result<bool, StoreError> {
        let call = || {
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .key("pk", s(keys::complaint(&head.id)))
                .key("sk", s(keys::HEAD))
                .condition_expression("v = :v")
                .expression_attribute_values(":v", n(head.version))
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            match wake {
                Some(wake) => update
                    .update_expression("SET wp = :wp, ws = :ws")
                    .expression_attribute_values(":wp", s(keys::wake(wake.shard)))
                    .expression_attribute_values(":ws", s(&wake.moment))
                    .send(),
                None => update.update_expression("REMOVE wp, ws").send(),
            }
        };
        match self.send("rest a head", call).await? {
            Ok(out) => {
                self.meter.consumed(Use::Write, out.consumed_capacity());
                Ok(true)
            }
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
            Err(e) => Err(refused("UpdateItem", &e)),
        }
    }
}
