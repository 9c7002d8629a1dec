//! The shipped packs load, and each rule of their sheets stands in them.

use super::load::{Source, shipped};

#[test]
fn every_shipped_pack_loads() {
    let ids = Source::shipped_ids();
    assert!(!ids.is_empty());
    for id in ids {
        if let Err(faults) = shipped(&id).unwrap() {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{id}:\n{}", all.join("\n"));
        }
    }
}
