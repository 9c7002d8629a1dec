//! The data that ships with the program: procedures with their cases, and the lexicon, unpacked when asked for.

use std::collections::BTreeMap;

// `build.rs` writes PACKS, CASES, LEXICON and LIKENESS: what each is called, and its files as deflated JSON.
include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The most that an archive unpacks to, in bytes; far above what the largest holds.
const MOST: usize = 8 << 20;

/// The files of a procedure's pack by name.
pub(crate) fn pack(id: &str) -> Option<BTreeMap<String, String>> {
    find(PACKS, id)
}

/// The case files of a procedure by name.
pub(crate) fn cases(id: &str) -> BTreeMap<String, String> {
    find(CASES, id).unwrap_or_default()
}

/// The ids of the procedures, in order.
pub(crate) fn ids() -> Vec<String> {
    PACKS.iter().map(|(id, _)| (*id).to_owned()).collect()
}

/// The files of the lexicon by name.
pub(crate) fn lexicon() -> BTreeMap<String, String> {
    find(LEXICON, "all").unwrap_or_default()
}

/// The files of what was learned from samples, by name.
pub(crate) fn likeness() -> BTreeMap<String, String> {
    find(LIKENESS, "all").unwrap_or_default()
}

fn find(among: &[(&str, &[u8])], id: &str) -> Option<BTreeMap<String, String>> {
    let (_, packed) = among.iter().find(|(own, _)| *own == id)?;
    let json = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, MOST).ok()?;
    serde_json::from_slice(&json).ok()
}
