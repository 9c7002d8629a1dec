//! The way of a letter: claimed once, sent, marked; or failed and queued again.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};

use super::capacity::Use;
use super::codec::{n, s};
use super::retry::refused;
use super::{LetterRecord, LetterState, Store, StoreError, Wake, keys};

/// What becomes of a letter that did not leave.
#[derive(Clone, Copy, Debug)]
pub enum Then<'a> {
    /// It is queued again, for this moment.
    Again(&'a Wake),
    /// It is given up; since this moment it is listed among those.
    GivenUp(&'a Wake),
}

impl Store {
    /// Claims a letter for sending: one claimer gets it, all others `None`.
    ///
    /// It can be claimed when it is queued, or when it was claimed before `stale_before` and its claimer is taken for
    /// dead. `now` is the claim's moment; `look_again` is when a sweep should look at it if it has not left by then.
    pub async fn claim_letter(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        now: &str,
        stale_before: &str,
        look_again: &Wake,
    ) -> Result<Option<LetterRecord>, StoreError> {
        // A name for this claim, by which its repeat after a lost answer knows it as its own.
        let mut name = [0; 8];
        getrandom::fill(&mut name).map_err(|e| StoreError::Service {
            what: "claim a letter",
            code: "no randomness".to_owned(),
            message: e.to_string(),
        })?;
        let name: String = name.iter().map(|b| format!("{b:02x}")).collect();
        self.letter("claim a letter", id, seq, n_, |u| {
            at(u, look_again.shard, &look_again.moment)
                .update_expression("SET st = :c, ca = :now, k = :k, wp = :wp, ws = :ws ADD a :one")
                .condition_expression("st = :q OR (st = :c AND (ca < :stale OR k = :k))")
                .expression_attribute_values(":k", s(&name))
                .expression_attribute_values(":c", s(LetterState::Claimed.code()))
                .expression_attribute_values(":q", s(LetterState::Queued.code()))
                .expression_attribute_values(":now", s(now))
                .expression_attribute_values(":stale", s(stale_before))
                .expression_attribute_values(":one", n(1))
        })
        .await
    }

    /// Marks a claimed letter as handed to its channel. `None` if it was not claimed; marking it again in the same words
    /// is a success.
    pub async fn mark_sent(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        sent_at: &str,
        message_id: Option<&str>,
    ) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("mark a letter as sent", id, seq, n_, |u| {
            let set = if message_id.is_some() {
                "SET st = :s, sa = :at, m = :m"
            } else {
                "SET st = :s, sa = :at"
            };
            let u = u
                .update_expression(format!("{set} REMOVE wp, ws, e, k"))
                .condition_expression("st = :c OR (st = :s AND sa = :at)")
                .expression_attribute_values(":s", s(LetterState::Sent.code()))
                .expression_attribute_values(":c", s(LetterState::Claimed.code()))
                .expression_attribute_values(":at", s(sent_at));
            match message_id {
                Some(m) => u.expression_attribute_values(":m", s(m)),
                None => u,
            }
        })
        .await
    }

    /// Marks a claimed letter as failed. `None` if it was not claimed.
    pub async fn mark_failed(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        error: &str,
        then: Then<'_>,
    ) -> Result<Option<LetterRecord>, StoreError> {
        // The stream shows this change to the sender at once; the error tells it to wait (`LetterRecord::ready`) until
        // the sweep finds the letter due and nudges it, which takes the error away.
        let (state, wake, moment) = match then {
            Then::Again(wake) => (LetterState::Queued, wake, wake.moment.clone()),
            Then::GivenUp(wake) => (LetterState::Failed, wake, keys::given_up(&wake.moment)),
        };
        self.letter("mark a letter as failed", id, seq, n_, |u| {
            at(u, wake.shard, &moment)
                .update_expression("SET st = :then, e = :e, wp = :wp, ws = :ws REMOVE k")
                .condition_expression("st = :c OR (st = :then AND e = :e)")
                .expression_attribute_values(":c", s(LetterState::Claimed.code()))
                .expression_attribute_values(":e", s(if error.is_empty() { "unknown" } else { error }))
                .expression_attribute_values(":then", s(state.code()))
        })
        .await
    }

    /// Marks a letter that had left as one that came back, and lists it since `listed` among those given up. `None` if it had
    /// not left; marking it again in the same words is a success.
    pub async fn mark_returned(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        error: &str,
        listed: &Wake,
    ) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("mark a letter as returned", id, seq, n_, |u| {
            at(u, listed.shard, &keys::given_up(&listed.moment))
                .update_expression("SET st = :f, e = :e, wp = :wp, ws = :ws REMOVE k")
                .condition_expression("st = :s")
                .expression_attribute_values(":f", s(LetterState::Failed.code()))
                .expression_attribute_values(":s", s(LetterState::Sent.code()))
                .expression_attribute_values(":e", s(if error.is_empty() { "returned" } else { error }))
        })
        .await
    }

    /// Queues a letter that was given up once more, as if it had never been tried. `None` if it was not given up.
    pub async fn revive_letter(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        now: &str,
        look_again: &Wake,
    ) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("send a letter again", id, seq, n_, |u| {
            at(u, look_again.shard, &look_again.moment)
                .update_expression("SET st = :q, u = :now, a = :zero, wp = :wp, ws = :ws REMOVE e, k")
                .condition_expression("st = :f")
                .expression_attribute_values(":q", s(LetterState::Queued.code()))
                .expression_attribute_values(":f", s(LetterState::Failed.code()))
                .expression_attribute_values(":now", s(now))
                .expression_attribute_values(":zero", n(0))
        })
        .await
    }

    /// Takes a letter that was given up from the list of those; it stays failed. `None` if it was not given up.
    pub async fn put_letter_away(&self, id: &str, seq: u64, n_: u32) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("put a letter away", id, seq, n_, |u| {
            u.update_expression("REMOVE wp, ws")
                .condition_expression("st = :f")
                .expression_attribute_values(":f", s(LetterState::Failed.code()))
        })
        .await
    }

    /// Marks a claimed letter as one that is not to be sent, and why. `None` if it was not claimed.
    pub async fn mark_suppressed(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        reason: &str,
    ) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("mark a letter as suppressed", id, seq, n_, |u| {
            u.update_expression("SET st = :x, e = :e REMOVE wp, ws")
                .condition_expression("st = :c")
                .expression_attribute_values(":c", s(LetterState::Claimed.code()))
                .expression_attribute_values(":x", s(LetterState::Suppressed.code()))
                .expression_attribute_values(":e", s(reason))
        })
        .await
    }

    /// Queues a due letter again, so that the stream shows it to the sender: one that was never claimed, or one claimed
    /// before `stale_before` and neither sent nor given up. `None` if it needs no nudge.
    pub async fn nudge_letter(
        &self,
        id: &str,
        seq: u64,
        n_: u32,
        now: &str,
        stale_before: &str,
        look_again: &Wake,
    ) -> Result<Option<LetterRecord>, StoreError> {
        self.letter("nudge a letter", id, seq, n_, |u| {
            at(u, look_again.shard, &look_again.moment)
                .update_expression("SET st = :q, u = :now, wp = :wp, ws = :ws REMOVE e, k")
                .condition_expression("st = :q OR (st = :c AND ca < :stale)")
                .expression_attribute_values(":q", s(LetterState::Queued.code()))
                .expression_attribute_values(":c", s(LetterState::Claimed.code()))
                .expression_attribute_values(":now", s(now))
                .expression_attribute_values(":stale", s(stale_before))
        })
        .await
    }

    /// One letter.
    pub async fn letter_of(&self, id: &str, seq: u64, n: u32) -> Result<Option<LetterRecord>, StoreError> {
        self.item(&keys::complaint(id), &keys::letter(seq, n))
            .await?
            .as_ref()
            .map(LetterRecord::read)
            .transpose()
    }

    async fn letter(
        &self,
        what: &'static str,
        id: &str,
        seq: u64,
        n: u32,
        change: impl Fn(UpdateItemFluentBuilder) -> UpdateItemFluentBuilder,
    ) -> Result<Option<LetterRecord>, StoreError> {
        let call = || {
            let update = self
                .client
                .update_item()
                .table_name(&self.table)
                .key("pk", s(keys::complaint(id)))
                .key("sk", s(keys::letter(seq, n)))
                .return_values(ReturnValue::AllNew)
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
            change(update).send()
        };
        match self.send(what, call).await? {
            Ok(out) => {
                self.meter.consumed(Use::Write, out.consumed_capacity());
                out.attributes().map(LetterRecord::read).transpose()
            }
            Err(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(None),
            Err(e) => Err(refused(what, &e)),
        }
    }
}

/// Where the letter stands in the index of what is due: `:wp` and `:ws` of its update.
fn at(update: UpdateItemFluentBuilder, shard: u32, moment: &str) -> UpdateItemFluentBuilder {
    update
        .expression_attribute_values(":wp", s(keys::wake(shard)))
        .expression_attribute_values(":ws", s(moment))
}
