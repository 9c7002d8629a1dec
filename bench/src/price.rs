//! What a change costs by the price list: which items a step wrote, and the least that writing them can cost.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use kesu_app::store::{Change, Item, Key, Kind, item_size, keys};

/// Indexes of the table: name, key attributes, attributes projected beside the keys.
const INDEXES: [(&str, [&str; 2], &[&str]); 3] = [
    (keys::WAKE, ["wp", "ws"], &[]),
    (keys::MONTH, ["mp", "pk"], &["c", "f", "v"]),
    (keys::CHANGED, ["dp", "ds"], &[]),
];

/// Everything in the table at one moment.
#[derive(Debug, Default)]
pub struct Snapshot(BTreeMap<(String, String), Item>);

/// What a step wrote, by the price list.
#[derive(Debug, Default, Clone, Copy)]
pub struct Written {
    /// The floor: items of the complaint in a transaction and their index entries, each touched once at its size.
    pub floor: f64,
    /// The letters' part.
    pub letters: f64,
    /// Duties and whatever else the sweep wrote beside the complaint.
    pub beside: f64,
    /// Bytes of the head, of the other items, of the head's largest index entry.
    pub head: usize,
    /// Bytes of the log entry.
    pub entry: usize,
    /// Bytes of the texts, history, counter, register entries.
    pub others: usize,
    /// Bytes of the head's row in the `month` index.
    pub row: usize,
}

impl Snapshot {
    /// Reads the whole table, past the meter.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn take(client: &Client, table: &str) -> Result<Self> {
        let mut all = BTreeMap::new();
        let mut start = None;
        loop {
            let page = client
                .scan()
                .table_name(table)
                .set_exclusive_start_key(start)
                .send()
                .await?;
            for item in page.items.unwrap_or_default() {
                all.insert(key(&item)?, item);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(Self(all));
            }
        }
    }

    /// Bytes as they are billed: each item and each index entry with the hundred that its keeping takes.
    pub fn bytes(&self) -> u64 {
        let billed = |item: &Item| item_size(item) as u64 + 100;
        let of = |item: &Item| {
            let entries = INDEXES.iter().filter_map(|index| projected(item, index));
            billed(item) + entries.map(|entry| billed(&entry)).sum::<u64>()
        };
        self.0.values().map(of).sum()
    }

    /// What was written between `self` and `later`.
    pub fn until(&self, later: &Self) -> Written {
        let mut written = Written::default();
        for (key, item) in &later.0 {
            let before = self.0.get(key);
            if before == Some(item) {
                continue;
            }
            let size = item_size(item);
            let entries: f64 = INDEXES.iter().map(|index| entry_units(before, item, index)).sum();
            let in_transaction = 2.0 * units(size) + entries;
            match Key::read(&key.0, &key.1) {
                Some(Key::Letter { .. }) => written.letters += in_transaction,
                Some(Key::Small { kind: Kind::Duty, .. }) => written.beside += units(size) + entries,
                found => {
                    written.floor += in_transaction;
                    match found {
                        Some(Key::Head { .. }) => {
                            written.head = size;
                            written.row = INDEXES
                                .get(1)
                                .and_then(|index| projected(item, index))
                                .map_or(0, |row| item_size(&row));
                        }
                        Some(Key::Log { .. }) => written.entry = size,
                        _ => written.others += size,
                    }
                }
            }
        }
        written
    }
}

/// The least that one item's change costs within a transaction: it and its index entries once at their sizes.
pub fn change(change: &Change) -> f64 {
    let Some(item) = change.new.as_ref().or(change.old.as_ref()) else {
        return 0.0;
    };
    let before = change.old.as_ref();
    let entries: f64 = INDEXES.iter().map(|index| entry_units(before, item, index)).sum();
    2.0 * units(item_size(item)) + entries
}

/// Write units of one write of `bytes`.
pub fn units(bytes: usize) -> f64 {
    bytes.div_ceil(1024) as f64
}

fn key(item: &Item) -> Result<(String, String)> {
    let text = |name: &str| {
        item.get(name)
            .and_then(|value| value.as_s().ok())
            .cloned()
            .context("an item without a key")
    };
    Ok((text("pk")?, text("sk")?))
}

/// The least that an index costs: nothing where its entry stays as it is, else one write at its size.
fn entry_units(before: Option<&Item>, after: &Item, index: &(&str, [&str; 2], &[&str])) -> f64 {
    let before = before.and_then(|item| projected(item, index));
    let after = projected(after, index);
    if before == after {
        return 0.0;
    }
    after.or(before).map_or(0.0, |entry| units(item_size(&entry)))
}

fn projected(item: &Item, (_, keys, beside): &(&str, [&str; 2], &[&str])) -> Option<Item> {
    keys.iter().all(|key| item.contains_key(*key)).then(|| {
        let names = ["pk", "sk"].iter().chain(keys).chain(beside.iter());
        names
            .filter_map(|name| Some(((*name).to_owned(), item.get(*name)?.clone())))
            .collect()
    })
}
