//! The table's part: what both ends hold, by digest, and what one lacks written into it.

use std::collections::{BTreeMap, BTreeSet};

use kesu_app::store::{Carried, Item, Key, Store};
use kesu_rules::domain::chain::hash;
use tokio::task::JoinSet;

use super::Place;
use super::blobs::Progress;
use crate::failure::Failure;

/// Items read at a time, at most; a page has no more than 1 MB.
const PAGE: u32 = 1_000;
/// Items written at once.
const AT_ONCE: usize = 16;

/// What an item is, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Of a complaint, or a number that was given out.
    OfComplaints,
    /// A setting, an account, a duty, a session and the like.
    Small,
}

/// Everything that a table holds and that goes along, by the digest of its keys.
pub struct Survey {
    all: BTreeMap<String, (Sort, String)>,
    /// Complaints.
    pub complaints: u64,
    /// Shards of the indexes, at least.
    pub shards: u32,
}

impl Survey {
    /// Reads a whole table.
    pub async fn of(store: &Store, what: &'static str, now: i64) -> Result<Self, Failure> {
        let progress = Progress::new(what, None);
        let mut survey = Self {
            all: BTreeMap::new(),
            complaints: 0,
            shards: 1,
        };
        let mut cursor = None;
        loop {
            let page = store.all_items(PAGE, cursor.as_deref()).await?;
            for item in page.items {
                progress.one();
                let one = known(item)?;
                if one.goes_along(now) {
                    survey.take(&one);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(survey);
            }
        }
    }

    fn take(&mut self, one: &Carried) {
        self.complaints += u64::from(matches!(one.key, Key::Head { .. }));
        self.shards = self.shards.max(one.shards());
        let sort = match one.key {
            Key::Small { .. } => Sort::Small,
            _ => Sort::OfComplaints,
        };
        self.all.insert(one.place(), (sort, one.content()));
    }

    /// How many items.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How many of them another table has as well, whatever they hold there.
    pub fn within(&self, other: &Self) -> usize {
        self.all.keys().filter(|place| other.all.contains_key(*place)).count()
    }

    /// How many entries of complaints are here and not in `source`.
    pub fn strangers(&self, source: &Self) -> usize {
        let foreign = |(place, (sort, _)): &(&String, &(Sort, String))| {
            *sort == Sort::OfComplaints && !source.all.contains_key(*place)
        };
        self.all.iter().filter(foreign).count()
    }

    /// The places of items that are not there or not the same there.
    pub fn differing(&self, there: &Self) -> BTreeSet<String> {
        let same = |place: &String, content: &String| there.all.get(place).is_some_and(|(_, other)| other == content);
        let all = self.all.iter().filter(|(place, (_, content))| !same(place, content));
        all.map(|(place, _)| place.clone()).collect()
    }

    /// One digest over all items that `of` has, as they are here.
    pub fn digest(&self, of: &Self) -> String {
        let mut text = String::new();
        for (place, (_, content)) in self.all.iter().filter(|(place, _)| of.all.contains_key(*place)) {
            text.push_str(place);
            text.push_str(content);
        }
        hash(text.as_bytes())
    }
}

fn known(item: Item) -> Result<Carried, Failure> {
    Carried::of(item).ok_or_else(|| Failure::refused("a table of Kesu has no such items: is the name right?"))
}

/// Writes what the target lacks, and over what it made for itself; how many items.
pub async fn carry(from: &Place, to: &Place, source: &Survey, target: &Survey, now: i64) -> Result<u64, Failure> {
    let progress = Progress::new("writing", u64::try_from(source.len()).ok());
    let mut written = 0;
    let mut running: JoinSet<Result<bool, Failure>> = JoinSet::new();
    let mut cursor = None;
    loop {
        let page = from.store.all_items(PAGE, cursor.as_deref()).await?;
        for item in page.items {
            let one = known(item)?;
            if !one.goes_along(now) {
                continue;
            }
            progress.one();
            let over = match target.all.get(&one.place()) {
                None => false,
                Some((_, content)) if *content == one.content() => continue,
                Some((Sort::Small, _)) => true,
                // Somebody told it something there: it stays, and is named at the end.
                Some((Sort::OfComplaints, _)) => continue,
            };
            if running.len() >= AT_ONCE {
                written += ended(running.join_next().await)?;
            }
            let store = to.store.clone();
            running.spawn(async move { Ok(store.carry_in(&one.item, over).await?) });
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    while let Some(done) = running.join_next().await {
        written += ended(Some(done))?;
    }
    Ok(written)
}

fn ended(done: Option<Result<Result<bool, Failure>, tokio::task::JoinError>>) -> Result<u64, Failure> {
    match done {
        None => Ok(0),
        Some(Ok(written)) => Ok(u64::from(written?)),
        Some(Err(error)) => Err(Failure::Fault(format!("an item could not be written: {error}"))),
    }
}

/// The names of items by their places; at most a hundred.
pub async fn names(store: &Store, places: &BTreeSet<String>, now: i64) -> Result<Vec<String>, Failure> {
    let (mut names, mut cursor) = (Vec::new(), None);
    while !places.is_empty() && names.len() < places.len().min(100) {
        let page = store.all_items(PAGE, cursor.as_deref()).await?;
        for item in page.items {
            let one = known(item)?;
            if one.goes_along(now) && places.contains(&one.place()) {
                names.push(one.name());
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    names.truncate(100);
    Ok(names)
}
