//! The sealed log: each entry holds the events of one command and the hash of the entry before it.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::complaint::Complaint;
use super::event::{Event, SHAPE};
use super::evolve::evolve;
use super::names::UserId;
use super::value::TextRef;
use crate::clock::Moment;

/// One entry of the log, as it is written: the exact bytes are what the hash covers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Version of the events' shapes.
    pub v: u32,
    /// Its place in the log, from 1.
    pub seq: u64,
    /// When it was written.
    pub at: Moment,
    /// Who caused it: a member of staff, `customer` or `system`.
    pub actor: String,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TextRef>,
    /// What happened.
    pub events: Vec<Event>,
    /// SHA-256 of the entry before, hexadecimal; empty for the first.
    pub previous: String,
}

/// Why a log cannot be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The bytes are no entry.
    #[error("entry {0} cannot be read")]
    Unreadable(u64),
    /// The hash of the entry before does not match.
    #[error("entry {0} does not continue the entry before it")]
    Broken(u64),
    /// An entry is missing or doubled.
    #[error("entry {expected} is missing, entry {found} stands in its place")]
    Gap {
        /// Which should be here.
        expected: u64,
        /// Which is.
        found: u64,
    },
    /// The log does not begin with the receipt of a complaint.
    #[error("the log does not begin with a receipt")]
    Headless,
}

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// HMAC-SHA-256 in hexadecimal, for keyed digests of personal data and derived codes.
pub fn keyed(key: &[u8], bytes: &[u8]) -> String {
    // INVARIANT: HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(bytes);
            hex(&mac.finalize().into_bytes())
        },
    )
}

/// The salted digest that the log keeps in place of words: 32 hexadecimal digits.
pub fn digest(salt: &[u8], words: &str) -> String {
    keyed(salt, words.as_bytes()).chars().take(32).collect()
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble & 15)).map_or('0', |d| char::from(*d));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Reads a whole log in its order, checks the chain, and folds it: the complaint, and the hash of the last entry.
pub fn replay<'a>(bodies: impl IntoIterator<Item = &'a str>) -> Result<(Complaint, String), ChainError> {
    let mut complaint = None;
    let mut previous = String::new();
    for (expected, body) in (1..).zip(bodies) {
        let entry: Entry = serde_json::from_str(body).map_err(|_| ChainError::Unreadable(expected))?;
        if entry.seq != expected {
            return Err(ChainError::Gap {
                expected,
                found: entry.seq,
            });
        }
        if entry.previous != previous || entry.v > SHAPE {
            return Err(ChainError::Broken(expected));
        }
        let by = UserId::parse(&entry.actor).filter(|user| user.as_str().contains('@'));
        for event in &entry.events {
            complaint = evolve(complaint, event, by.as_ref());
        }
        complaint = complaint.map(|mut it| {
            it.version = entry.seq;
            it
        });
        previous = hash(body.as_bytes());
    }
    Ok((complaint.ok_or(ChainError::Headless)?, previous))
}
