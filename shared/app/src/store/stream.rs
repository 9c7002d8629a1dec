//! The table's stream on one machine: every change in order, without polling.

use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::streams::{shard_id, stream_arn};
use tokio::sync::watch;

use super::local::{Local, file};
use super::{Change, StoreError};

/// Records read at a time.
const BATCH: usize = 500;
/// Records delivered before the delivered ones are deleted.
const TRIM_AFTER: usize = 1000;

/// Where a reader of the stream begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// With the next change.
    Latest,
    /// With the oldest change that no reader has finished, so that what a stopped process left undone is done. Changes
    /// may come twice.
    Oldest,
}

/// A reader of the stream. One per table: what it has been given, and says is done, is deleted.
#[derive(Debug)]
pub struct Changes {
    local: Local,
    table: String,
    iterator: String,
    written: watch::Receiver<u64>,
    given: i64,
    untrimmed: usize,
}

impl Local {
    /// A reader of `table`'s stream.
    pub async fn changes(&self, table: &str, from: From) -> Result<Changes, StoreError> {
        let written = self.written();
        let request = GetShardIteratorRequest {
            stream_arn: stream_arn(table, "kesu"),
            shard_id: shard_id(table),
            shard_iterator_type: match from {
                From::Latest => "LATEST".to_owned(),
                From::Oldest => "TRIM_HORIZON".to_owned(),
            },
            sequence_number: None,
        };
        let answer = self
            .blocking(move |e| e.db.get_shard_iterator(request).map_err(file))
            .await?;
        let iterator = answer.shard_iterator.ok_or_else(|| file("the table has no stream"))?;
        Ok(Changes {
            local: self.clone(),
            table: table.to_owned(),
            iterator,
            written,
            given: 0,
            untrimmed: 0,
        })
    }
}

impl Changes {
    /// The next changes, at least one; waits until there are any. Asking again says that those given before are done.
    pub async fn next_changes(&mut self) -> Result<Vec<Change>, StoreError> {
        loop {
            self.written.mark_unchanged();
            self.all_done().await?;
            let changes = self.changes_now().await?;
            if !changes.is_empty() {
                return Ok(changes);
            }
            if self.written.changed().await.is_err() {
                return Err(file("closed"));
            }
        }
    }

    /// Whether so much was given that the reader should finish it and say so before it asks for more.
    pub fn many_open(&self) -> bool {
        self.untrimmed >= TRIM_AFTER
    }

    /// Says that all changes given so far are done with: once there are many of them they are deleted, and no later reader
    /// will see them. Until then each of them comes again after a crash.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn all_done(&mut self) -> Result<(), StoreError> {
        if self.many_open() {
            let (table, given) = (self.table.clone(), self.given);
            if self.local.blocking(move |e| e.trim(&table, given)).await? {
                self.untrimmed = 0;
            }
        }
        Ok(())
    }

    /// The changes there are now, perhaps none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn changes_now(&mut self) -> Result<Vec<Change>, StoreError> {
        self.read().await
    }

    async fn read(&mut self) -> Result<Vec<Change>, StoreError> {
        let request = GetRecordsRequest {
            shard_iterator: self.iterator.clone(),
            limit: Some(BATCH),
        };
        let answer = self
            .local
            .blocking(move |e| e.db.get_records(request).map_err(file))
            .await?;
        self.untrimmed += answer.records.len();
        if let Some(next) = answer.next_shard_iterator {
            self.iterator = next;
        }
        let mut changes = Vec::with_capacity(answer.records.len());
        for record in &answer.records {
            // The public number is the stored one plus 10^20.
            if let Ok(public) = record.dynamodb.sequence_number.parse::<u128>() {
                self.given = i64::try_from(public.saturating_sub(100_000_000_000_000_000_000)).unwrap_or(self.given);
            }
            let json = serde_json::to_value(record).map_err(file)?;
            match Change::read(&json) {
                Some(change) => changes.push(change),
                None => tracing::warn!(sequence = record.dynamodb.sequence_number, "a change cannot be read"),
            }
        }
        Ok(changes)
    }
}
