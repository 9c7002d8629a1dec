//! The one storage path: `aws-sdk-dynamodb` against one table, in the cloud or in this process.
//!
//! Methods of [`Store`] are the access patterns. On one machine and in tests the SDK talks to an embedded engine through
//! its `HttpClient` seam (`local`); nothing else differs.

mod append;
mod capacity;
mod carry;
mod change;
pub mod client;
mod codec;
mod erase;
#[cfg(feature = "local")]
mod faulty;
mod index;
mod items;
pub mod keys;
mod letters;
#[cfg(feature = "local")]
mod local;
mod office;
mod read;
mod retry;
mod scan;
mod small;
#[cfg(feature = "local")]
mod stream;
mod table;
mod take_back;

#[cfg(all(test, feature = "local"))]
mod tests;

pub use append::{Append, AppendRefused, Appended, Closed, Guard, NumberClaim, RawPut};
pub use capacity::{Figures, Meter, Units};
pub use carry::Carried;
pub use change::{Change, ChangeKind};
pub use codec::size as item_size;
#[cfg(feature = "local")]
pub use faulty::{Fault, Faults, Moment, Trouble};
pub use index::{ChangedKey, Due, GridRow, Page};
pub use items::{
    EXPIRES, HeadRecord, Item, Kind, LetterRecord, LetterState, LogRecord, PersonRecord, SmallRecord, TextRecord, Wake,
};
pub use keys::{Key, shard};
pub use letters::Then;
#[cfg(feature = "local")]
pub use local::{Local, backup_of};
pub use read::Whole;
pub use retry::Patience;
pub use scan::AnyRecord;
#[cfg(feature = "local")]
pub use stream::{Changes, From as StreamFrom};
pub use table::GRID;
pub use take_back::TakeBack;

use aws_sdk_dynamodb::Client;

/// The largest item DynamoDB takes, in bytes.
pub const ITEM_LIMIT: usize = 400 * 1024;

/// The complaints' table. Cheap to clone; clones share the meter.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    meter: Meter,
    patience: Patience,
}

impl Store {
    /// A store on `table` through `client` (see [`client`] and, for one machine, [`Local`]).
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self {
            client,
            table: table.into(),
            meter: Meter::default(),
            patience: Patience::default(),
        }
    }

    /// The same store, which repeats a failed request as `patience` says.
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// What has been consumed through this store and its clones.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table
    }
}

/// Why the store could not do what it was asked: never an answer to a person, always something a machine may repeat or
/// somebody must repair.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The item or request is larger than DynamoDB takes; nothing was sent.
    #[error("{what} is {bytes} bytes, more than the {limit} that can be stored")]
    TooLarge {
        /// Which item.
        what: String,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Throttled, timed out or out of reach, after as many attempts as [`Patience`] allows. The request may or may not
    /// have taken effect; repeating it is safe.
    #[error("the store did not answer `{what}` after {attempts} attempts: {reason}")]
    Busy {
        /// The operation.
        what: &'static str,
        /// Attempts made.
        attempts: u32,
        /// The last reason.
        reason: String,
    },
    /// The service refused the request itself.
    #[error("the store refused `{what}`: {code}: {message}")]
    Service {
        /// The operation.
        what: &'static str,
        /// The service's code.
        code: String,
        /// The service's message.
        message: String,
    },
    /// An item is not what its key says.
    #[error("the {what} at `{key}` cannot be read")]
    Broken {
        /// What it should be.
        what: &'static str,
        /// Its keys.
        key: String,
    },
    /// The cursor is none that this read ever gave: the asker's mistake, not ours.
    #[error("the cursor `{0}` is not valid here")]
    Cursor(String),
    /// The embedded engine or its file failed.
    #[error("the database file: {0}")]
    File(String),
}
