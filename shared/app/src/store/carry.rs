//! Carries items from one table to another as they are: read whole, compared by digest, written where there is none.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use kesu_rules::domain::chain::hash;

use super::codec::Reader;
use super::{EXPIRES, Guard, Item, Key, Kind, Store, StoreError};

/// The id of the record that says how far an installation was carried into this table.
const MARK: &str = "migration";

/// An item on its way.
#[derive(Debug, Clone)]
pub struct Carried {
    /// What it is.
    pub key: Key,
    /// The item.
    pub item: Item,
}

impl Carried {
    /// Reads an item's keys; nothing if no function of ours would have written it.
    pub fn of(item: Item) -> Option<Self> {
        let key = Reader(&item).key()?;
        Some(Self { key, item })
    }

    /// Its keys as one text, to be named.
    pub fn name(&self) -> String {
        let text = |name| Reader(&self.item).text(name).unwrap_or_default();
        format!("{} {}", text("pk"), text("sk"))
    }

    /// Digest of its keys.
    pub fn place(&self) -> String {
        hash(self.name().as_bytes())
    }

    /// Digest of everything it holds; the order of its attributes makes no difference.
    pub fn content(&self) -> String {
        let mut text = String::new();
        map(&self.item, &mut text);
        hash(text.as_bytes())
    }

    /// Whether it goes along: not what has expired by `now` (seconds since 1970) or expires with a browser's session, and not
    /// the word about the carrying itself.
    pub fn goes_along(&self, now: i64) -> bool {
        let expires = self.item.get(EXPIRES).and_then(|value| value.as_n().ok());
        let expired = expires
            .and_then(|at| at.parse::<i64>().ok())
            .is_some_and(|at| at <= now);
        let stays = match &self.key {
            Key::Small {
                kind: Kind::Session, ..
            } => true,
            Key::Small { kind: Kind::Seen, id } => id == MARK,
            _ => false,
        };
        !expired && !stays
    }

    /// How many shards its table has at least.
    pub fn shards(&self) -> u32 {
        let of = |name| Reader(&self.item).text(name)?.rsplit('#').next()?.parse::<u32>().ok();
        let highest = ["wp", "mp", "dp"].into_iter().filter_map(of).max();
        highest.map_or(1, |shard| shard.saturating_add(1))
    }
}

fn map(of: &HashMap<String, AttributeValue>, out: &mut String) {
    for (name, value) in of.iter().collect::<BTreeMap<_, _>>() {
        part('k', name, out);
        one(value, out);
    }
    out.push('.');
}

/// Each part says how long it is, so that no two items read alike.
fn part(kind: char, text: &str, out: &mut String) {
    out.push(kind);
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
}

fn one(value: &AttributeValue, out: &mut String) {
    match value {
        AttributeValue::S(text) => part('s', text, out),
        AttributeValue::N(number) => part('n', number, out),
        AttributeValue::M(inner) => {
            out.push('m');
            map(inner, out);
        }
        AttributeValue::Bool(yes) => out.push(if *yes { 'y' } else { 'o' }),
        AttributeValue::L(all) => {
            out.push('l');
            for inner in all {
                one(inner, out);
            }
            out.push('.');
        }
        // None of ours; what it holds is in its debug form.
        other => part('?', &format!("{other:?}"), out),
    }
}

impl Store {
    /// Writes an item as it came from another table: where there is none under its keys, or `over` what is there. `false` if
    /// there is one. Only for carrying a whole installation: a complaint changes by [`Store::append`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn carry_in(&self, item: &Item, over: bool) -> Result<bool, StoreError> {
        // One that is there may be of an attempt of ours that seemed to fail: what is there is compared at the end.
        self.put_item(item, if over { Guard::Any } else { Guard::New }).await
    }

    /// What was noted of a carrying into this table.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn carrying(&self) -> Result<Option<String>, StoreError> {
        Ok(self.get(Kind::Seen, MARK).await?.map(|record| record.body))
    }

    /// Notes how far a carrying is.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn note_carrying(&self, body: String) -> Result<(), StoreError> {
        self.put(&super::SmallRecord::new(Kind::Seen, MARK, body)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(pairs: &[(&str, AttributeValue)]) -> Carried {
        let keys =
            [("pk", "G#"), ("sk", "zone")].map(|(name, key)| (name.to_owned(), AttributeValue::S(key.to_owned())));
        let own = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Carried::of(keys.into_iter().chain(own).collect()).unwrap()
    }

    #[test]
    fn no_two_items_have_the_same_digest() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let inner = |name: &str, value: AttributeValue| AttributeValue::M(HashMap::from([(name.to_owned(), value)]));
        let all = [
            item(&[]),
            item(&[("j", text("1"))]),
            item(&[("j", AttributeValue::N("1".to_owned()))]),
            item(&[("j", text("1k1:v"))]),
            item(&[("j", text("1")), ("v", text(""))]),
            item(&[("c", inner("a", text("b")))]),
            item(&[("c", inner("a", text(""))), ("b", text(""))]),
            item(&[("c", AttributeValue::L(vec![text("a"), text("b")]))]),
            item(&[("c", AttributeValue::L(vec![text("ab")]))]),
        ];
        let digests: std::collections::BTreeSet<_> = all.iter().map(Carried::content).collect();
        assert_eq!(digests.len(), all.len());
        assert_eq!(all[1].content(), item(&[("j", text("1"))]).content());
    }

    #[test]
    fn what_has_expired_stays_behind() {
        let expiring = item(&[(EXPIRES, AttributeValue::N("100".to_owned()))]);
        assert!(expiring.goes_along(99) && !expiring.goes_along(100));
    }
}
