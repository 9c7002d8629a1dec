//! Customers who are written in several ways: a directory above the complaints says which names are one customer, and under
//! which of them he is counted. The complaints stay as they were written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::refusal::Refusal;

/// The longest name, in characters.
pub const LONGEST: usize = 200;
/// The most names that are merged, or taken apart, at a time.
pub const MOST: usize = 100;

/// A name as names are compared: width, case and blanks make no difference.
pub fn folded(name: &str) -> String {
    let plain: String = name.nfkc().collect();
    let words = plain.split(|c: char| c.is_whitespace() || c == '\u{feff}');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").to_lowercase()
}

/// That a name is counted under another, as somebody wrote both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The name.
    pub name: String,
    /// The name under which it is counted.
    pub into: String,
}

/// Which names are one customer.
#[derive(Clone, Debug, Default)]
pub struct Customers {
    /// What was said of each folded name.
    said: BTreeMap<String, Merge>,
    /// How those are called under whom others are counted, by folded name.
    titles: BTreeMap<String, String>,
}

impl Customers {
    /// The directory that these say.
    pub fn new(all: impl IntoIterator<Item = Merge>) -> Self {
        let said = all.into_iter().map(|one| (folded(&one.name), one)).collect();
        let titles = BTreeMap::new();
        let mut made = Self { said, titles };
        let titles = made.said.values().filter_map(|one| {
            let of = made.of(&one.name);
            (folded(&one.into) == of).then(|| (of, one.into.clone()))
        });
        made.titles = titles.collect();
        made
    }

    /// The folded name under which a customer is counted: the end of the chain. Where two people closed a circle at once it is
    /// the circle's first name, whoever asks.
    pub fn of(&self, name: &str) -> String {
        let mut at = folded(name);
        let mut seen = BTreeSet::new();
        while let Some(next) = self.next(&at) {
            if !seen.insert(at.clone()) {
                return self.first_of_circle(at);
            }
            at = next;
        }
        at
    }

    fn next(&self, folded_name: &str) -> Option<String> {
        let next = folded(&self.said.get(folded_name)?.into);
        (next != folded_name).then_some(next)
    }

    fn first_of_circle(&self, from: String) -> String {
        let mut first = from.clone();
        let mut at = self.next(&from);
        while let Some(own) = at.filter(|own| *own != from) {
            at = self.next(&own);
            first = first.min(own);
        }
        first
    }

    /// The customer whom a name stands for, where somebody said that he has several names: his folded name, and how he is
    /// called.
    pub fn known(&self, name: &str) -> Option<(&str, &str)> {
        let (of, title) = self.titles.get_key_value(&self.of(name))?;
        Some((of, title))
    }

    /// What is to be kept so that all these names are one customer, counted under `into`; nothing where they are already. A
    /// name brings along the names that it is one with.
    ///
    /// # Errors
    /// Refuses a name that is empty or too long, too many at once, and a circle: `into` may not be counted under one of the
    /// names.
    pub fn merge(&self, names: &[String], into: &str) -> Result<Vec<Merge>, Refusal> {
        checked(names.iter().map(String::as_str).chain([into]))?;
        let mut all = self.clone();
        let mut made = Vec::new();
        for name in names {
            let (own, of) = (all.of(name), all.of(into));
            if own != of {
                let title = all.known(name).map_or(name.as_str(), |(_, title)| title);
                let one = Merge {
                    name: title.trim().to_owned(),
                    into: into.trim().to_owned(),
                };
                all.said.insert(own, one.clone());
                made.push(one);
            } else if folded(name) == of && folded(into) != of {
                let refusal = Refusal::of("customer_circle").about("into").with("into", into.trim());
                return Err(refusal.with("name", name.trim()));
            }
        }
        Ok(made)
    }

    /// Which of these names are counted under another: what was said of them is to be taken back.
    ///
    /// # Errors
    /// As [`Self::merge`].
    pub fn unmerge(&self, names: &[String]) -> Result<Vec<Merge>, Refusal> {
        checked(names.iter().map(String::as_str))?;
        let keys: BTreeSet<String> = names.iter().map(|name| folded(name)).collect();
        Ok(keys.iter().filter_map(|key| self.said.get(key).cloned()).collect())
    }
}

fn checked<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let names: Vec<&str> = names.collect();
    if names.len() > MOST + 1 {
        let refusal = Refusal::of("too_many").about("names").with("field", "names");
        return Err(refusal.with("max", MOST.to_string()));
    }
    for name in names {
        if folded(name).is_empty() {
            return Err(Refusal::of("missing_field")
                .about("names")
                .with("field", "customer_name"));
        }
        if name.chars().count() > LONGEST {
            let refusal = Refusal::of("too_long").about("names").with("field", "customer_name");
            return Err(refusal.with("max", LONGEST.to_string()));
        }
    }
    Ok(())
}

/// What names of companies carry without being another company.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Companies {
    /// What they end in.
    pub suffixes: Vec<String>,
    /// Places, where they stand in brackets.
    pub places: Vec<String>,
}

/// The words that ship with the program.
pub fn companies() -> &'static Companies {
    static READ: LazyLock<Companies> = LazyLock::new(|| {
        // A test reads it.
        toml::from_str(include_str!("../companies.toml")).unwrap_or_default()
    });
    &READ
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merges(pairs: &[(&str, &str)]) -> Customers {
        let one = |(name, into): &(&str, &str)| Merge {
            name: (*name).to_owned(),
            into: (*into).to_owned(),
        };
        Customers::new(pairs.iter().map(one))
    }

    /// Says that these names are one, as a person would, one pair after the other.
    fn said(pairs: &[(&str, &str)]) -> Customers {
        pairs.iter().fold(Customers::default(), |all, (name, into)| {
            let made = all.merge(&[(*name).to_owned()], into).unwrap();
            Customers::new(all.said.into_values().chain(made))
        })
    }

    #[test]
    fn width_case_and_blanks_make_no_other_customer() {
        for name in ["ＡＣＭＥ　Ｃｏ", " acme  co ", "Acme\u{a0}CO\u{feff}", "acme\nco"] {
            assert_eq!(folded(name), "acme co", "{name:?}");
        }
        assert_eq!(folded("华北机电（天津）"), "华北机电(天津)");
        assert_eq!(folded(" \u{3000}\u{feff} "), "");
    }

    #[test]
    fn a_chain_leads_to_its_end_in_whatever_order_it_was_said() {
        for pairs in [[("A", "B"), ("B", "C")], [("B", "C"), ("A", "B")]] {
            let all = said(&pairs);
            assert_eq!(
                (all.of("Ａ"), all.of("b"), all.of("C")),
                ("c".into(), "c".into(), "c".into())
            );
            assert_eq!(all.known(" a "), Some(("c", "C")));
            assert_eq!(all.known("ｃ"), Some(("c", "C")));
        }
        assert_eq!(said(&[("A", "B")]).known("X"), None);
    }

    #[test]
    fn what_is_merged_brings_along_what_it_is_one_with() {
        let all = said(&[("A", "B"), ("A", "C")]);
        assert_eq!(["A", "B", "C"].map(|name| all.of(name)), ["c", "c", "c"]);
    }

    #[test]
    fn saying_it_again_says_nothing() {
        let all = said(&[("A", "B"), ("B", "C")]);
        for (name, into) in [("A", "B"), ("a", "C"), ("B", "Ｃ"), ("C", "C")] {
            assert_eq!(all.merge(&[name.to_owned()], into).unwrap(), [], "{name} {into}");
        }
    }

    #[test]
    fn a_circle_is_refused_and_one_that_two_people_closed_at_once_has_an_end() {
        let all = said(&[("A", "B"), ("B", "C")]);
        for into in ["A", "B"] {
            let refused = all.merge(&["C".to_owned()], into).unwrap_err();
            assert_eq!(refused.code, "customer_circle");
        }
        let closed = merges(&[("B", "C"), ("C", "A"), ("A", "B"), ("X", "C")]);
        assert_eq!(["A", "B", "C", "X"].map(|name| closed.of(name)), ["a", "a", "a", "a"]);
        assert_eq!(merges(&[("A", "a")]).of("A"), "a");
    }

    #[test]
    fn taking_back_the_middle_of_a_chain_leaves_what_was_said_before_it() {
        let mut all = said(&[("A", "B"), ("B", "C")]);
        let back = all.unmerge(&["b".to_owned(), "C".to_owned(), "X".to_owned()]).unwrap();
        assert_eq!(back.len(), 1);
        all.said.remove("b");
        assert_eq!(["A", "B", "C"].map(|name| all.of(name)), ["b", "b", "c"]);
        assert_eq!(all.unmerge(&["B".to_owned()]).unwrap(), []);
    }

    #[test]
    fn names_that_are_none_and_too_many_are_refused() {
        let all = Customers::default();
        let code = |names: &[String], into: &str| all.merge(names, into).unwrap_err().code;
        assert_eq!(code(&["A".to_owned()], " "), "missing_field");
        assert_eq!(code(&[String::new()], "A"), "missing_field");
        assert_eq!(code(&["字".repeat(LONGEST + 1)], "A"), "too_long");
        assert_eq!(code(&vec!["A".to_owned(); MOST + 1], "B"), "too_many");
    }

    #[test]
    fn the_words_of_companies_are_written_as_they_are_compared() {
        let words = companies();
        assert!(words.suffixes.len() > 30 && words.places.len() > 100);
        for list in [&words.suffixes, &words.places] {
            let unlike: Vec<_> = list
                .iter()
                .filter(|word| folded(word) != **word || word.is_empty())
                .collect();
            assert!(unlike.is_empty(), "{unlike:?}");
            assert_eq!(
                list.iter().collect::<BTreeSet<_>>().len(),
                list.len(),
                "one stands twice"
            );
        }
        assert!(words.suffixes.iter().any(|one| one == "有限公司"));
    }
}
