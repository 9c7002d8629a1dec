//! The data that ships with the program: procedures with their cases, the lexicon, and what was learned, unpacked when asked for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kesu_words::{Lexicon, Weights};
use serde::de::DeserializeOwned;

use crate::domain::chain::hash;
use crate::language::Language;

// `build.rs` writes PACKS and CASES, what each is called and its files as deflated JSON, and LEXICON, WEIGHTS and TEXTS, compiled.
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

/// A digest of all procedures.
pub(crate) fn digest() -> String {
    hash(
        &PACKS
            .iter()
            .flat_map(|(_, packed)| packed.iter().copied())
            .collect::<Vec<u8>>(),
    )
}

/// The words by meaning, as `build.rs` compiled them.
pub(crate) fn lexicon() -> &'static Lexicon {
    static READ: LazyLock<Lexicon> = LazyLock::new(|| unpacked(LEXICON));
    &READ
}

/// What was learned from samples, as `build.rs` compiled it.
pub(crate) fn weights() -> &'static Weights {
    static READ: LazyLock<Weights> = LazyLock::new(|| unpacked(WEIGHTS));
    &READ
}

/// The words for people, as `build.rs` read them.
pub(crate) fn texts() -> BTreeMap<Language, BTreeMap<String, String>> {
    let read: Vec<(String, BTreeMap<String, String>)> = unpacked(TEXTS);
    let read = read.into_iter();
    read.filter_map(|(tag, words)| Some((Language::parse(&tag)?, words)))
        .collect()
}

/// What `build.rs` packed; a test reads it.
fn unpacked<T: Default + DeserializeOwned>(packed: &[u8]) -> T {
    postcard::from_bytes(packed).unwrap_or_default()
}

fn find(among: &[(&str, &[u8])], id: &str) -> Option<BTreeMap<String, String>> {
    let (_, packed) = among.iter().find(|(own, _)| *own == id)?;
    let json = miniz_oxide::inflate::decompress_to_vec_with_limit(packed, MOST).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compiled_can_be_read() {
        assert!(lexicon().cues.len() > 100);
        assert!(lexicon().units.contains_key("money"));
        assert!(weights().place("漏").is_some());
        assert_eq!(texts().len(), Language::ALL.len());
    }
}
