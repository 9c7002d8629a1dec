//! Erasing a person: texts, face, salt and history go, the log stays and still verifies.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::capacity::Use;
use super::codec::s;
use super::retry::refused;
use super::{PersonRecord, Store, StoreError, keys};

impl Store {
    /// Deletes the texts of complaint `id`, and the face and salt of its head; the log keeps digests that nothing opens
    /// any more. Doing it again does no harm, so a broken-off erasure is simply repeated. Returns the number of texts.
    ///
    /// The version stays: that the person was erased is an event of its own, appended by the caller.
    pub async fn erase(&self, id: &str) -> Result<usize, StoreError> {
        let texts = self.texts(id).await?;
        for text in &texts {
            self.delete_item(&keys::complaint(id), &keys::text(text.seq, text.n))
                .await?;
        }
        let call = || {
            self.client
                .update_item()
                .table_name(&self.table)
                .key("pk", s(keys::complaint(id)))
                .key("sk", s(keys::HEAD))
                .update_expression("REMOVE f, z")
                .condition_expression("attribute_exists(pk)")
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        match self.send("UpdateItem", call).await? {
            Ok(out) => self.meter.consumed(Use::Write, out.consumed_capacity()),
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => {}
            Err(e) => return Err(refused("UpdateItem", &e)),
        }
        Ok(texts.len())
    }

    /// Takes one complaint out of a person's history.
    pub async fn forget(&self, person: &PersonRecord) -> Result<(), StoreError> {
        let sort = keys::person_entry(&person.when, &person.complaint);
        self.delete_item(&keys::person(&person.key_hash), &sort).await
    }
}
