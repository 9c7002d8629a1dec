//! Customers who are one though they wrote from several addresses: their keys are put together, as far as they touch.

use std::collections::{BTreeMap, BTreeSet};

/// Keys of customers, by the customer who they are said to be.
pub(super) type Ones = BTreeMap<String, BTreeSet<String>>;

/// Puts together the customers whose keys are said to be one's: also those who touch through a key that two share. The least of
/// the keys stands for all, so that the order in which they came does not matter.
pub(super) fn joined(customers: BTreeMap<String, BTreeSet<String>>, ones: &Ones) -> BTreeMap<String, BTreeSet<String>> {
    if ones.is_empty() {
        return customers;
    }
    let mut least: BTreeMap<&str, &str> = BTreeMap::new();
    for keys in ones.values() {
        let mut ends: BTreeSet<&str> = keys.iter().map(|key| end(&least, key)).collect();
        if let Some(first) = ends.pop_first() {
            least.extend(ends.into_iter().map(|other| (other, first)));
        }
    }
    let mut all = BTreeMap::<String, BTreeSet<String>>::new();
    for (key, numbers) in &customers {
        let of = end(&least, key).to_owned();
        all.entry(of).or_default().extend(numbers.iter().cloned());
    }
    all
}

/// The end of the way from a key to lesser ones.
fn end<'a>(least: &BTreeMap<&'a str, &'a str>, key: &'a str) -> &'a str {
    let mut at = key;
    while let Some(next) = least.get(at) {
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(all: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        let set = |keys: &&[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        all.iter().map(|(name, keys)| ((*name).to_owned(), set(keys))).collect()
    }

    #[test]
    fn keys_of_one_customer_are_counted_together_and_the_others_stay_apart() {
        let customers = sets(&[("a", &["1", "4"]), ("b", &["2"]), ("c", &["3"])]);
        let ones = sets(&[("x", &["c", "a"])]);
        assert_eq!(
            joined(customers, &ones),
            sets(&[("a", &["1", "3", "4"]), ("b", &["2"])])
        );
    }

    #[test]
    fn customers_who_share_a_key_are_one_in_whatever_order_they_are_named() {
        let customers = sets(&[
            ("a", &["1"]),
            ("b", &["2"]),
            ("c", &["3"]),
            ("d", &["4"]),
            ("e", &["5"]),
        ]);
        let whole = sets(&[("a", &["1", "2", "3", "4"]), ("e", &["5"])]);
        for names in [["x", "y", "z"], ["z", "y", "x"], ["y", "z", "x"]] {
            let [x, y, z] = names;
            let ones = sets(&[(x, &["c", "d"]), (y, &["a", "b"]), (z, &["b", "d"])]);
            assert_eq!(joined(customers.clone(), &ones), whole, "{names:?}");
        }
    }

    #[test]
    fn where_nobody_is_merged_nothing_changes() {
        let customers = sets(&[("a", &["1"]), ("b", &["2"])]);
        assert_eq!(joined(customers.clone(), &Ones::new()), customers);
        assert_eq!(joined(customers.clone(), &sets(&[("x", &["b"])])), customers);
    }
}
