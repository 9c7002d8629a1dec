//! Who a row is when its ledger comes again, and whether it has changed.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::finding::Record;

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| DIGITS.get(usize::from(n)).map_or('0', |d| char::from(*d));
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}

fn put(hash: &mut Sha256, part: &str) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part.as_bytes());
}

/// The hash of everything that was read from a row.
fn content(fields: &BTreeMap<&'static str, Json>, extra: &BTreeMap<String, String>, pictures: &[String]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, value) in fields {
        put(&mut hash, name);
        match value {
            Json::String(text) => put(&mut hash, text),
            other => put(&mut hash, &other.to_string()),
        }
    }
    put(&mut hash, "");
    for (header, text) in extra {
        put(&mut hash, header);
        put(&mut hash, text);
    }
    put(&mut hash, "");
    for picture in pictures {
        put(&mut hash, picture);
    }
    hash.finalize().into()
}

/// The numbers and contents of a sheet that were met, by the beginnings of their hashes: two dozen bytes a row, all that grows.
#[derive(Default)]
pub struct Seen(HashMap<u64, (u32, u64)>);

fn beginning(hash: &[u8; 32]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(hash.get(..8).unwrap_or(&[0; 8]));
    u64::from_le_bytes(first)
}

/// Sets identity and content of a record; says whether its number was met before with another content.
pub fn settle(record: &mut Record, ledger: &str, seen: &mut Seen) -> bool {
    let content = content(&record.fields, &record.extra, &record.pictures);
    record.content = hex(&content);
    let mut who = Sha256::new();
    put(&mut who, ledger);
    put(&mut who, &record.sheet);
    match record.fields.get("complaint_no").and_then(Json::as_str) {
        Some(number) => {
            put(&mut who, "number");
            put(&mut who, number);
        }
        None => {
            put(&mut who, "content");
            who.update(content);
        }
    }
    let mut identity: [u8; 32] = who.clone().finalize().into();
    let content = beginning(&content);
    let (count, first) = seen.0.entry(beginning(&identity)).or_insert((0, content));
    *count = count.saturating_add(1);
    if *count > 1 {
        who.update(count.to_le_bytes());
        identity = who.finalize().into();
    }
    record.identity = hex(&identity);
    *first != content
}
