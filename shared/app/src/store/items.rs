//! The records of the table and how each is written as an item, with attribute names as short as they can be.
//!
//! Names are paid for in every item and once more in every index, hence one or two letters:
//!
//! | name | of | holds |
//! |---|---|---|
//! | `pk` `sk` | all | the keys (`keys.rs`) |
//! | `v` | head, small | version, a number |
//! | `j` | head, log, letter, small | the state, entry or body, JSON as text |
//! | `h` | head | hash of the last log entry |
//! | `f` `z` | head | the person's face (JSON) and the salt: both erasable |
//! | `b` | head | digest of the request that made it |
//! | `c` | head | the grid's columns, a map of texts |
//! | `wp` `ws` | head, letter, small | partition and moment in the `wake` index; absent when nothing is due |
//! | `mp` | head | partition in the `month` index |
//! | `dp` `ds` | head | partition and `when#id` in the `changed` index |
//! | `r` | first log entry | the reply given to the sender |
//! | `t` | text | the text |
//! | `st` | letter | state: `q` queued, `c` claimed, `s` sent, `f` failed, `x` suppressed |
//! | `a` `ca` `sa` `m` `e` | letter | attempts, claimed at, sent at, the channel's message id, last error |
//! | `u` `k` | letter | when it was last nudged; a random name of the claim in force |
//! | `x` | number | the last serial given |
//! | `tt` | small | when it may be deleted, seconds since 1970 (the table's TTL attribute) |
//!
//! Empty attributes are left out.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;

/// Name of the TTL attribute.
pub const EXPIRES: &str = "tt";

/// When something is due, and in which shard of the `wake` index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// The shard, below the setting's count.
    pub shard: u32,
    /// The moment, in the sortable form of [`keys`](super::keys).
    pub moment: String,
}

/// The head of a complaint: its state as of the last log entry. The store does not look into the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadRecord {
    /// The complaint.
    pub id: String,
    /// Number of log entries, which is the version.
    pub version: u64,
    /// The state, JSON.
    pub state: String,
    /// Hash of the last log entry.
    pub hash: String,
    /// What the grid shows of a person, JSON; erasable and unhashed.
    pub face: Option<String>,
    /// Salt of the digests in the log; erasable.
    pub salt: Option<String>,
    /// When anything is due next.
    pub wake: Option<Wake>,
    /// Month of receipt (`yyyy-mm`) and shard.
    pub month: (String, u32),
    /// Day of the last change (`yyyy-mm-dd`), shard, and its moment.
    pub changed: (String, u32, String),
    /// The grid's small columns: number, stage, class, department, received_at, …
    pub columns: BTreeMap<String, String>,
    /// Digest of the request that made the complaint, to tell a repeat from a misuse of its key.
    pub body_hash: String,
}

/// One entry of a complaint's log: the events of one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// The complaint.
    pub id: String,
    /// Its place, from [`FIRST`](super::keys::FIRST); equals the head's version after it.
    pub seq: u64,
    /// The entry, JSON.
    pub entry: String,
    /// The reply the sender was given; only in the first entry.
    pub reply: Option<String>,
}

/// One erasable free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRecord {
    /// The complaint.
    pub id: String,
    /// The log entry it belongs to.
    pub seq: u64,
    /// Its place among that entry's texts.
    pub n: u32,
    /// The text.
    pub text: String,
}

/// Where a letter is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterState {
    /// Waits to be sent.
    Queued,
    /// Somebody is sending it.
    Claimed,
    /// Handed to the channel.
    Sent,
    /// Given up.
    Failed,
    /// Not to be sent at all.
    Suppressed,
}

impl LetterState {
    /// The one letter that stands for it in the table; stream filters name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "q",
            Self::Claimed => "c",
            Self::Sent => "s",
            Self::Failed => "f",
            Self::Suppressed => "x",
        }
    }

    pub(super) fn of_code(code: &str) -> Option<Self> {
        [Self::Queued, Self::Claimed, Self::Sent, Self::Failed, Self::Suppressed]
            .into_iter()
            .find(|s| s.code() == code)
    }
}

/// One letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRecord {
    /// The complaint or duty.
    pub id: String,
    /// The log entry that ordered it.
    pub seq: u64,
    /// Its place among that entry's letters.
    pub n: u32,
    /// Where it is on its way.
    pub state: LetterState,
    /// Template and references, JSON; no words of a person.
    pub body: String,
    /// When to look at it again if it has not left by then.
    pub wake: Option<Wake>,
    /// How often it was claimed.
    pub attempts: u32,
    /// When it was last claimed.
    pub claimed_at: Option<String>,
    /// When the channel took it.
    pub sent_at: Option<String>,
    /// The channel's own id of it, for threading.
    pub message_id: Option<String>,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

impl LetterRecord {
    /// Whether it is to be sent at `now`: queued, and not waiting for its turn after a failed attempt.
    pub fn ready(&self, now: &str) -> bool {
        let waits = self.error.is_some() && self.wake.as_ref().is_some_and(|w| w.moment.as_str() > now);
        self.state == LetterState::Queued && !waits
    }

    /// When it is tried again, if an attempt failed and another one follows.
    pub fn next_try(&self) -> Option<&str> {
        let waits = self.state == LetterState::Queued && self.error.is_some();
        self.wake.as_ref().filter(|_| waits).map(|wake| wake.moment.as_str())
    }
}

/// What a small record is about; each has one prefix in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A company's setting.
    Setting,
    /// A user who may sign in.
    User,
    /// A session of a signed-in user; expires.
    Session,
    /// A position, department or person of the directory.
    Directory,
    /// A year of the calendar, or a company's override.
    Calendar,
    /// A duty (a recurring task of the procedure).
    Duty,
    /// A device of the register.
    Device,
    /// A version of a procedure.
    Procedure,
    /// A key seen before: mail thread, survey token, acknowledged address.
    Seen,
    /// An entry of the administration log.
    Admin,
    /// A computed rollup.
    Rollup,
    /// An import batch.
    Batch,
    /// A part of an import batch: some rows and what became of them.
    BatchPart,
    /// A register that a person uploaded, or what a person wants done with an import.
    Register,
    /// A mail or file that could not be read and waits for a person.
    Quarantine,
    /// A figure rates are computed against: shipments, sales.
    Figure,
    /// A customer's name that is counted under another.
    Customer,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Setting,
        Self::User,
        Self::Session,
        Self::Directory,
        Self::Calendar,
        Self::Duty,
        Self::Device,
        Self::Procedure,
        Self::Seen,
        Self::Admin,
        Self::Rollup,
        Self::Batch,
        Self::BatchPart,
        Self::Register,
        Self::Quarantine,
        Self::Figure,
        Self::Customer,
    ];

    /// The prefix of its partition.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Setting => "G",
            Self::User => "P",
            Self::Session => "K",
            Self::Directory => "B",
            Self::Calendar => "Y",
            Self::Duty => "O",
            Self::Device => "E",
            Self::Procedure => "V",
            Self::Seen => "S",
            Self::Admin => "A",
            Self::Rollup => "R",
            Self::Batch => "I",
            Self::BatchPart => "J",
            Self::Register => "H",
            Self::Quarantine => "Q",
            Self::Figure => "F",
            Self::Customer => "CU",
        }
    }

    /// Whether records of this kind share a partition, so that they can be listed in the order of their ids. Kinds
    /// that grow with the traffic do not: one partition would carry all their writes.
    pub fn listed(self) -> bool {
        !matches!(self, Self::Session | Self::Seen)
    }

    pub(super) fn of_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.prefix() == prefix)
    }
}

/// A small record: JSON with an optimistic version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallRecord {
    /// What it is about.
    pub kind: Kind,
    /// Its id within the kind.
    pub id: String,
    /// Its version; a new one has 1.
    pub version: u64,
    /// The content, JSON.
    pub body: String,
    /// When it may be deleted, seconds since 1970. Expired records stay readable for days: ask [`Self::live`].
    pub expires: Option<i64>,
    /// When it is due (duties, devices).
    pub wake: Option<Wake>,
}

impl SmallRecord {
    /// A new record, version 1, that neither expires nor wakes.
    pub fn new(kind: Kind, id: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            version: 1,
            body: body.into(),
            expires: None,
            wake: None,
        }
    }

    /// Whether it has not expired at `now`, seconds since 1970.
    pub fn live(&self, now: i64) -> bool {
        self.expires.is_none_or(|at| at > now)
    }
}

/// One complaint in a person's history.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Keyed hash of a telephone number or an address.
    pub key_hash: String,
    /// When the complaint was received, sortable.
    pub when: String,
    /// The complaint.
    pub complaint: String,
}
