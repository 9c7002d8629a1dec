//! Who a row is when its ledger comes again, and whether it has changed.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::finding::Record;

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 });
    let digits = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    let mut out = String::with_capacity(bytes.len() * 2);
    out.extend(digits);
    out
}

fn put(to: &mut Vec<u8>, part: &str) {
    to.extend((part.len() as u64).to_le_bytes());
    to.extend(part.as_bytes());
}

/// The hash of everything that was read from a row.
fn content(fields: &BTreeMap<&'static str, Json>, extra: &BTreeMap<String, String>, pictures: &[String]) -> [u8; 32] {
    let mut all = Vec::with_capacity(1024);
    for (name, value) in fields {
        put(&mut all, name);
        match value {
            Json::String(text) => put(&mut all, text),
            other => put(&mut all, &other.to_string()),
        }
    }
    put(&mut all, "");
    for (header, text) in extra {
        put(&mut all, header);
        put(&mut all, text);
    }
    put(&mut all, "");
    for picture in pictures {
        put(&mut all, picture);
    }
    Sha256::digest(&all).into()
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
    let mut who = Vec::with_capacity(128);
    put(&mut who, ledger);
    put(&mut who, &record.sheet);
    match record.fields.get("complaint_no").and_then(Json::as_str) {
        Some(number) => {
            put(&mut who, "number");
            put(&mut who, number);
        }
        None => {
            put(&mut who, "content");
            who.extend(content);
        }
    }
    let mut identity: [u8; 32] = Sha256::digest(&who).into();
    let content = beginning(&content);
    let (count, first) = seen.0.entry(beginning(&identity)).or_insert((0, content));
    *count = count.saturating_add(1);
    if *count > 1 {
        who.extend(count.to_le_bytes());
        identity = Sha256::digest(&who).into();
    }
    record.identity = hex(&identity);
    *first != content
}
