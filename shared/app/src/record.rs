//! Between a complaint and its stored head: the state as JSON, and the small columns of the grid.

use std::collections::{BTreeMap, BTreeSet};

use kesu_rules::clock::Moment;
use kesu_rules::clock::deadline::Deadline;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::turn::Turn;
use kesu_rules::domain::value::Value;
use kesu_rules::letters::Letter;

use crate::clock::stamp_of;
use crate::store::{HeadRecord, LetterRecord, LetterState, StoreError, TextRecord, Wake, keys};

/// What is known of a person, by field key; erasable.
pub type Face = BTreeMap<FieldKey, String>;

/// A complaint with what its head holds beside the state.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The complaint.
    pub complaint: Complaint,
    /// The stored head.
    pub head: HeadRecord,
    /// What is known of the person.
    pub face: Face,
}

impl Loaded {
    /// Reads a stored head.
    ///
    /// # Errors
    /// When its JSON is not a complaint's.
    pub fn read(head: HeadRecord) -> Result<Self, StoreError> {
        let broken = |_| StoreError::Broken {
            what: "head",
            key: head.id.clone(),
        };
        let complaint = serde_json::from_str(&head.state).map_err(broken)?;
        let face = head
            .face
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(broken)?
            .unwrap_or_default();
        Ok(Self { complaint, head, face })
    }

    /// The salt of the log's digests; empty once erased.
    pub fn salt(&self) -> &[u8] {
        self.head.salt.as_deref().unwrap_or_default().as_bytes()
    }

    /// Whether the customer can be written to by mail.
    pub fn reachable(&self) -> bool {
        reachable(&self.face)
    }
}

/// Whether a face holds an address that can be written to.
pub fn reachable(face: &Face) -> bool {
    face.get("customer_email")
        .is_some_and(|mail| crate::post::EmailAddress::parse(mail).is_ok())
}

/// The columns of the grid, in its order: stored key and field key.
pub const COLUMNS: &[&str] = &[
    "number",
    "received_at",
    "stage",
    "class",
    "department",
    "customer_name",
    "product_name",
    "due_at",
    "procedure",
    "channel",
    "closed_at",
    "language",
];

/// A column beside those of the grid: the kinds of slips that hang on the complaint, with spaces between. With it a list
/// of all recalls reads the month's index, which is there anyway, and only the heads that have one.
pub const SLIPS: &str = "slips";

/// A column beside those of the grid: when the customer was last asked whether he is satisfied, or answered. With it a
/// rollup finds the answers of its period among complaints that were closed long before.
pub const SURVEYED: &str = "surveyed_at";

/// What the head is to hold after a turn.
pub struct Next<'a> {
    /// The complaint afterwards.
    pub complaint: &'a Complaint,
    /// Hash of the last entry.
    pub hash: &'a str,
    /// The face afterwards.
    pub face: &'a Face,
    /// The salt.
    pub salt: &'a str,
    /// When to look again.
    pub wake: Option<Moment>,
    /// Its deadlines.
    pub deadlines: &'a [Deadline],
    /// Digest of the request that made it.
    pub body_hash: &'a str,
    /// The moment of the turn.
    pub now: Moment,
    /// How many shards the indexes have.
    pub shards: u32,
}

impl Next<'_> {
    /// The head.
    pub fn head(&self) -> HeadRecord {
        let it = self.complaint;
        let shard = keys::shard(it.id.as_str(), self.shards);
        let day = self.now.to_utc().format("%Y-%m-%d").to_string();
        HeadRecord {
            id: it.id.to_string(),
            version: it.version,
            // INVARIANT: a complaint holds only maps with text keys, which always serialise.
            state: serde_json::to_string(it).unwrap_or_default(),
            hash: self.hash.to_owned(),
            face: (!self.face.is_empty()).then(|| serde_json::to_string(self.face).unwrap_or_default()),
            salt: Some(self.salt.to_owned()),
            wake: self.wake.map(|at| Wake {
                shard,
                moment: stamp_of(at),
            }),
            month: (it.received_at.format("%Y-%m").to_string(), shard),
            changed: (day, shard, stamp_of(self.now)),
            columns: self.columns(),
            body_hash: self.body_hash.to_owned(),
        }
    }

    fn columns(&self) -> BTreeMap<String, String> {
        let it = self.complaint;
        let open = self
            .deadlines
            .iter()
            .filter(|deadline| deadline.runs())
            .map(|deadline| deadline.due_at)
            .min();
        let product = match it.fields.get("product_name") {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        };
        let closed = it
            .last("closed")
            .filter(|_| it.stage.ended())
            .map(|(_, reached)| reached.at.to_rfc3339());
        let kinds: BTreeSet<&str> = it.slips.iter().map(|slip| slip.kind.name()).collect();
        let slips: Vec<&str> = kinds.into_iter().collect();
        let asked = it.survey.as_ref().and_then(|survey| Some(survey.asked.as_ref()?.at));
        let answered = it.survey.as_ref().and_then(|survey| Some(survey.answer.as_ref()?.at));
        let surveyed = asked.max(answered).map(|at| at.to_rfc3339());
        let all = [
            ("number", Some(it.number.to_string())),
            ("received_at", Some(it.received_at.to_rfc3339())),
            ("stage", Some(it.stage.name().to_owned())),
            ("class", Some(it.class.clone())),
            ("department", it.department.as_ref().map(ToString::to_string)),
            ("product_name", product),
            ("due_at", open.map(|at| at.to_rfc3339())),
            ("procedure", Some(it.procedure.to_string())),
            ("channel", Some(it.channel.clone())),
            ("closed_at", closed),
            ("language", Some(it.language.tag().to_owned())),
            (SURVEYED, surveyed),
            (SLIPS, (!slips.is_empty()).then(|| slips.join(" "))),
        ];
        all.into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect()
    }
}

/// How long a letter may stay unsent before a sweep looks at it.
const LETTER_PATIENCE: chrono::TimeDelta = chrono::TimeDelta::seconds(90);

/// A letter as it is queued: the `n`th that entry `seq` of `id` owes.
pub fn queued(id: &str, seq: u64, n: usize, letter: &Letter, now: Moment, shards: u32) -> LetterRecord {
    LetterRecord {
        id: id.to_owned(),
        seq,
        n: u32::try_from(n).unwrap_or(u32::MAX),
        state: LetterState::Queued,
        body: serde_json::json!({"at": now, "letter": letter}).to_string(),
        wake: Some(Wake {
            shard: keys::shard(id, shards),
            moment: stamp_of(now + LETTER_PATIENCE),
        }),
        attempts: 0,
        claimed_at: None,
        sent_at: None,
        message_id: None,
        error: None,
    }
}

/// The letters of a turn, queued.
pub(crate) fn letter_records(turn: &Turn, now: Moment, shards: u32) -> Vec<LetterRecord> {
    let (id, seq) = (turn.after.id.as_str(), turn.after.version);
    turn.letters
        .iter()
        .enumerate()
        .map(|(n, letter)| queued(id, seq, n, letter, now, shards))
        .collect()
}

/// The words of a turn, as they are kept apart.
pub(crate) fn texts_of(turn: &Turn) -> Vec<TextRecord> {
    let id = turn.after.id.to_string();
    let record = |kept: &kesu_rules::domain::decide::Kept| TextRecord {
        id: id.clone(),
        seq: kept.at.seq,
        n: kept.at.n,
        text: kept.words.clone(),
    };
    turn.texts.iter().map(record).collect()
}
