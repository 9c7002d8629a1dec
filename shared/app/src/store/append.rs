//! `append`: the one way a complaint changes, as one transaction.

mod plan;

use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity, TransactWriteItem};
use serde::Serialize;
use sha2::{Digest, Sha256};

use plan::{ACTIONS, BYTES};

use super::capacity::Use;
use super::codec::size;
use super::retry::refused;
use super::{
    HeadRecord, ITEM_LIMIT, Item, LetterRecord, LogRecord, PersonRecord, SmallRecord, Store, StoreError, TextRecord,
};

/// Reasons that pass by themselves.
const PASSING: [&str; 3] = [
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
];

/// One change of one complaint, with everything that must be true together.
#[derive(Debug, Clone, Serialize)]
pub struct Append {
    /// The head as it is to be.
    pub head: HeadRecord,
    /// The version that was read; `None` for a new complaint.
    pub expected_version: Option<u64>,
    /// The log entry; its `seq` is the head's new version.
    pub entry: LogRecord,
    /// Free texts that came with it.
    pub texts: Vec<TextRecord>,
    /// Letters it orders.
    pub letters: Vec<LetterRecord>,
    /// The serial it takes.
    pub number: Option<NumberClaim>,
    /// Persons whose history it enters.
    pub persons: Vec<PersonRecord>,
    /// The month in which it closes the complaint.
    pub closed: Option<Closed>,
    /// Places where it counts from now on.
    pub counted: Vec<String>,
    /// Places where it counts no more.
    pub uncounted: Vec<String>,
    /// Small records that change with it.
    pub others: Vec<RawPut>,
}

impl Append {
    /// A change of the head and nothing beside the log entry.
    pub fn new(head: HeadRecord, expected_version: Option<u64>, entry: LogRecord) -> Self {
        Self {
            head,
            expected_version,
            entry,
            texts: Vec::new(),
            letters: Vec::new(),
            number: None,
            persons: Vec::new(),
            closed: None,
            counted: Vec::new(),
            uncounted: Vec::new(),
            others: Vec::new(),
        }
    }
}

/// Takes a serial: the counter must still stand where it was read.
#[derive(Debug, Clone, Serialize)]
pub struct NumberClaim {
    /// The counter, usually the procedure.
    pub counter: String,
    /// The period, usually a year.
    pub period: String,
    /// The last serial given, as read; 0 for none.
    pub expected: u64,
    /// The serial taken: the counter's new value.
    pub next: u64,
}

/// Where a closed complaint is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// `yyyy-mm`.
    pub month: String,
    /// The shard.
    pub shard: u32,
}

/// A small record written with the complaint.
#[derive(Debug, Clone, Serialize)]
pub struct RawPut {
    /// The record.
    pub record: SmallRecord,
    /// What must be true of the one it replaces.
    pub guard: Guard,
}

/// What must be true of the record a [`RawPut`] replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Guard {
    /// Anything.
    Any,
    /// There is none.
    New,
    /// It has this version.
    Version(u64),
}

/// The change is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The head's version after it.
    pub version: u64,
    /// Whether this very change had been stored before, by an attempt whose answer was lost.
    pub repeated: bool,
}

/// The change is not in the store, because something it relied on is no longer true. Nothing of it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendRefused {
    /// The new complaint is there already. The same `body_hash` makes it a repeat of the same request.
    Exists {
        /// Digest of the request that made it.
        body_hash: String,
        /// Its version now.
        version: u64,
    },
    /// Somebody else changed it first; 0 if it is not there at all.
    VersionMoved {
        /// Its version now.
        current: u64,
    },
    /// Somebody else took the serial.
    NumberTaken,
    /// A small record was not as its guard says.
    OtherMoved {
        /// Its place in `others`.
        place: usize,
    },
}

impl Store {
    /// Stores `change` in one transaction, or nothing of it.
    ///
    /// Repeats passing trouble. An attempt that took effect though its answer was lost is recognised, by the request
    /// token while the service remembers it and by the log entry afterwards, and reported as success.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] before anything is sent; [`StoreError::Busy`] when it is not known whether the change
    /// took effect: calling again with the same value is safe and gives the answer.
    pub async fn append(&self, change: &Append) -> Result<Result<Appended, AppendRefused>, StoreError> {
        let plan = self.plan(change)?;
        let token = token(change)?;
        let call = || {
            self.client
                .transact_write_items()
                .set_transact_items(Some(plan.clone()))
                .client_request_token(&token)
                .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
                .send()
        };
        match self.send_unless("TransactWriteItems", passing, call).await? {
            Ok(out) => {
                self.meter.consumed(Use::Write, out.consumed_capacity());
                Ok(Ok(Appended {
                    version: change.head.version,
                    repeated: false,
                }))
            }
            Err(TransactWriteItemsError::TransactionCanceledException(e)) => {
                self.cancelled(change, e.cancellation_reasons()).await
            }
            Err(e) => Err(refused("TransactWriteItems", &e)),
        }
    }

    /// Stores several changes of different complaints, as many in one transaction as it holds. `false` where one of them
    /// cannot be stored as it is: some may be stored then and some not, and each is to be stored by itself, which
    /// recognises those that are.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub async fn append_together(&self, changes: &[&Append]) -> Result<bool, StoreError> {
        let mut plan: Vec<TransactWriteItem> = Vec::new();
        let mut bytes = 0;
        for change in changes {
            let more = self.plan(change)?;
            let size: usize = more.iter().filter_map(|a| a.put()).map(|p| size(p.item())).sum();
            if plan.len() + more.len() > ACTIONS || bytes + size > BYTES {
                if !self.together(std::mem::take(&mut plan)).await? {
                    return Ok(false);
                }
                bytes = 0;
            }
            bytes += size;
            plan.extend(more);
        }
        self.together(plan).await
    }

    async fn together(&self, plan: Vec<TransactWriteItem>) -> Result<bool, StoreError> {
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
            Err(TransactWriteItemsError::TransactionCanceledException(_)) => Ok(false),
            Err(e) => Err(refused("TransactWriteItems", &e)),
        }
    }

    /// Finds out what a cancelled transaction means for its caller.
    async fn cancelled(
        &self,
        change: &Append,
        reasons: &[CancellationReason],
    ) -> Result<Result<Appended, AppendRefused>, StoreError> {
        let failed = |place: usize| {
            reasons
                .get(place)
                .filter(|r| r.code() == Some("ConditionalCheckFailed"))
        };
        let known = |code: &str| code == "None" || code == "ConditionalCheckFailed" || PASSING.contains(&code);
        if let Some(invalid) = reasons.iter().find(|r| r.code().is_some_and(|c| !known(c))) {
            return Err(StoreError::Service {
                what: "TransactWriteItems",
                code: invalid.code().unwrap_or_default().to_owned(),
                message: invalid.message().unwrap_or_default().to_owned(),
            });
        }
        if let Some(reason) = failed(0).or_else(|| failed(1)) {
            if self.is_ours(change).await? {
                return Ok(Ok(Appended {
                    version: change.head.version,
                    repeated: true,
                }));
            }
            // A failed condition on a head that is not there has no old item.
            let old = match (failed(0), reason.item()) {
                (Some(_), Some(item)) if !item.is_empty() => Some(HeadRecord::read(item)?),
                _ => self.head(&change.head.id).await?,
            };
            return Ok(Err(match (change.expected_version, old) {
                (None, Some(old)) => AppendRefused::Exists {
                    body_hash: old.body_hash,
                    version: old.version,
                },
                (_, old) => AppendRefused::VersionMoved {
                    current: old.map_or(0, |h| h.version),
                },
            }));
        }
        if change.number.is_some() && failed(2).is_some() {
            return Ok(Err(AppendRefused::NumberTaken));
        }
        let first = reasons.len().saturating_sub(change.others.len());
        match (0..change.others.len()).find(|place| failed(first + place).is_some()) {
            Some(place) => Ok(Err(AppendRefused::OtherMoved { place })),
            None => Err(StoreError::Service {
                what: "TransactWriteItems",
                code: "TransactionCanceledException".to_owned(),
                message: format!("{reasons:?}"),
            }),
        }
    }

    /// Whether the log holds this very entry: then an earlier attempt took effect.
    async fn is_ours(&self, change: &Append) -> Result<bool, StoreError> {
        let stored = self.entry(&change.head.id, change.entry.seq).await?;
        Ok(stored.is_some_and(|e| e == change.entry))
    }
}

/// Why a cancelled transaction is worth repeating: only items others were just writing or that were throttled failed.
pub(super) fn passing(error: &TransactWriteItemsError) -> Option<String> {
    let TransactWriteItemsError::TransactionCanceledException(e) = error else {
        return None;
    };
    let mut codes = e
        .cancellation_reasons()
        .iter()
        .filter_map(|r| r.code())
        .filter(|c| *c != "None");
    let first = codes.next()?;
    (PASSING.contains(&first) && codes.all(|c| PASSING.contains(&c)))
        .then(|| format!("{first}: {}", error.message().unwrap_or_default()))
}

/// Refuses an item DynamoDB would refuse, before it is sent.
pub(super) fn fits(what: &str, item: &Item) -> Result<(), StoreError> {
    let bytes = size(item);
    if bytes <= ITEM_LIMIT {
        return Ok(());
    }
    Err(StoreError::TooLarge {
        what: format!("the {what}"),
        bytes,
        limit: ITEM_LIMIT,
    })
}

pub(super) fn incomplete(error: aws_sdk_dynamodb::error::BuildError) -> StoreError {
    StoreError::Service {
        what: "request",
        code: "incomplete".to_owned(),
        message: error.to_string(),
    }
}

/// The request token: a hash of the exact request, so that a repeat is the same and an edit is another.
fn token(change: &Append) -> Result<String, StoreError> {
    let bytes = serde_json::to_vec(change).map_err(|e| StoreError::File(e.to_string()))?;
    let digest = Sha256::digest(&bytes);
    Ok(digest.iter().take(16).map(|b| format!("{b:02x}")).collect())
}
