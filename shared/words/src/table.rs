//! Patterns with their owners, compiled: everything that stands in a folded text is found in one pass, linear in the text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::marker::Marker;
use crate::pattern::{Elements, parse_pattern};
use crate::text::{Folded, is_han};
use crate::trie::Trie;

/// Whom a pattern belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Owner {
    /// A cue, by its place in its list.
    Cue(u32),
    /// What looks like that cue but is not.
    Except(u32),
    /// Words that change the meaning of cues.
    Marker(Marker),
}

/// An occurrence of a pattern, in folded characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Whose pattern.
    pub owner: Owner,
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The stretch between the first and the last part of a pattern with parts; empty otherwise.
    pub gap: (usize, usize),
}

/// Compiled patterns. Words that stand in the same places of the same patterns are a group; there are ten times as many words
/// as groups, and the trie is smaller for each word that is like others.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// The group of each word.
    words: Trie,
    /// Where in `roles` those of each group begin; they end where the next group's begin.
    groups: Numbers,
    /// What a group is part of, in order: `part * SETS + edges`. Part `n` is the first of pattern `n`; further parts come
    /// behind the patterns.
    roles: Numbers,
    patterns: Vec<Pattern>,
}

/// A pattern, as it goes on after its first part.
#[derive(Debug, Serialize, Deserialize)]
struct Pattern {
    owner: Owner,
    /// The parts that follow.
    rest: Vec<u32>,
}

/// Numbers as they stand in the file: there are hundreds of thousands, of which a text needs a few.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Numbers(#[serde(with = "serde_bytes")] Vec<u8>);

impl Numbers {
    fn get(&self, at: usize) -> Option<u32> {
        let bytes = self.0.get(at * 4..at * 4 + 4)?;
        bytes.try_into().ok().map(u32::from_le_bytes)
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        Self(numbers.into_iter().flat_map(u32::to_le_bytes).collect())
    }
}

#[derive(Debug, Clone, Copy)]
struct Hit {
    start: usize,
    end: usize,
    group: usize,
    /// The edges at which no Latin word of the text goes on.
    free: u32,
}

/// How far apart two parts of a pattern may stand, in characters, for Han and for Latin words.
const GAP_HAN: usize = 10;
const GAP_LATIN: usize = 36;

/// Bits of edges: where a Latin word of a pattern must begin, or end, as a word of the text does.
const LEFT: u32 = 1;
const RIGHT: u32 = 2;
/// The sets of edges there are.
const SETS: u32 = 4;

impl Table {
    /// Calls `each` with every pattern of the owners that are `wanted` that stands in `folded`, read as `text`, in which typing
    /// errors may have been mended: it has the same length byte for byte.
    pub fn find(&self, folded: &Folded, text: &str, wanted: impl Fn(Owner) -> bool, mut each: impl FnMut(Match)) {
        let mut hits = Vec::with_capacity(folded.chars.len());
        self.words.each_in(text, |group, from, to| {
            let (start, end) = (folded.at_byte(from), folded.at_byte(to));
            let free = free_edges(folded, start, end);
            hits.push(Hit {
                start,
                end,
                group,
                free,
            });
        });
        for (at, hit) in hits.iter().enumerate() {
            for pattern in self.beginning(hit).filter(|pattern| wanted(pattern.owner)) {
                let Some((end, last)) = self.reach(folded, &hits, at, &pattern.rest) else {
                    continue;
                };
                if choice(folded, hit.start) {
                    continue;
                }
                each(Match {
                    owner: pattern.owner,
                    start: hit.start,
                    end,
                    gap: if last > hit.end { (hit.end, last) } else { (end, end) },
                });
            }
        }
    }

    /// The patterns that begin with a word, each once.
    fn beginning(&self, hit: &Hit) -> impl Iterator<Item = &Pattern> {
        let (from, to) = self.roles_of(hit.group);
        let mut before = None;
        let parts = (from..to).map_while(|at| self.roles.get(at));
        let parts = parts.take_while(|role| ((role / SETS) as usize) < self.patterns.len());
        let fitting =
            parts.filter(move |role| fits(*role, hit.free) && before.replace(role / SETS) != Some(role / SETS));
        fitting.filter_map(|role| self.patterns.get((role / SETS) as usize))
    }

    /// Where the roles of a group stand.
    fn roles_of(&self, group: usize) -> (usize, usize) {
        let bound = |group: usize| self.groups.get(group).unwrap_or_default() as usize;
        (bound(group), bound(group + 1))
    }

    /// Whether a word is this part of a pattern.
    fn is_part(&self, hit: &Hit, part: u32) -> bool {
        let (mut from, end) = self.roles_of(hit.group);
        let mut to = end;
        while from < to {
            let middle = from.midpoint(to);
            match self.roles.get(middle) {
                Some(role) if role / SETS < part => from = middle + 1,
                _ => to = middle,
            }
        }
        let roles = (from..end).map_while(|at| self.roles.get(at));
        roles
            .take_while(|role| role / SETS == part)
            .any(|role| fits(role, hit.free))
    }

    /// Where the pattern ends, and where its last part begins, that begins at hit `at`, if all its parts follow closely in the
    /// same sentence.
    fn reach(&self, folded: &Folded, hits: &[Hit], at: usize, rest: &[u32]) -> Option<(usize, usize)> {
        let first = hits.get(at)?;
        let sentence = folded.sentence_of(first.start);
        let (mut end, mut last) = (first.end, first.start);
        let mut from = at + 1;
        for part in rest {
            let latin = folded.chars.get(end.checked_sub(1)?).is_some_and(char::is_ascii);
            let gap = if latin { GAP_LATIN } else { GAP_HAN };
            let mut next = None;
            for (index, hit) in hits.iter().enumerate().skip(from) {
                if hit.start > end + gap || folded.sentence_of(hit.start) != sentence {
                    break;
                }
                if hit.start >= end && self.is_part(hit, *part) {
                    next = Some((index + 1, hit.start, hit.end));
                    break;
                }
            }
            (from, last, end) = next?;
        }
        Some((end, last))
    }
}

/// Whether a word may stand in a role where these edges of it are free.
fn fits(role: u32, free: u32) -> bool {
    (role % SETS) & !free == 0
}

/// The edges at which no Latin word of the text goes on.
fn free_edges(folded: &Folded, start: usize, end: usize) -> u32 {
    let word = |at: Option<usize>| {
        at.and_then(|at| folded.chars.get(at))
            .is_some_and(|c| !is_han(*c) && c.is_alphanumeric())
    };
    let left = if word(start.checked_sub(1)) { 0 } else { LEFT };
    let right = if word(Some(end)) { 0 } else { RIGHT };
    left | right
}

/// Whether 不 here only asks (能不能用, 好不好用).
fn choice(folded: &Folded, at: usize) -> bool {
    let char_at = |at: Option<usize>| at.and_then(|at| folded.chars.get(at)).filter(|c| is_han(**c));
    char_at(Some(at)) == Some(&'不') && char_at(at.checked_sub(1)).is_some_and(|c| char_at(Some(at + 1)) == Some(c))
}

/// Collects patterns and compiles them.
#[derive(Debug, Default)]
pub struct Builder {
    patterns: Vec<(Owner, Elements)>,
    problems: Vec<String>,
}

impl Builder {
    /// Adds patterns; `whose` they are is said where one cannot be read.
    pub fn add(&mut self, owner: Owner, patterns: &[String], whose: &str) {
        for pattern in patterns {
            match parse_pattern(pattern) {
                Ok(elements) => self.patterns.push((owner, elements)),
                Err(problem) => self.problems.push(format!("cue `{whose}`: {problem}")),
            }
        }
    }

    /// Compiles what was added.
    ///
    /// # Errors
    /// All patterns that could not be read.
    pub fn finish(self) -> Result<Table, Vec<String>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let mut words: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let mut further: BTreeMap<&[String], u32> = BTreeMap::new();
        let mut next = self.patterns.len() as u32;
        let mut patterns = Vec::with_capacity(self.patterns.len());
        for (place, (owner, elements)) in (0..).zip(&self.patterns) {
            let mut parts = Vec::with_capacity(elements.len());
            for (at, element) in elements.iter().enumerate() {
                let part = match at {
                    0 => place,
                    _ => *further.entry(element).or_insert_with(|| {
                        next += 1;
                        next - 1
                    }),
                };
                for word in element {
                    let (bare, edges) = edges(word);
                    words.entry(bare).or_default().insert(part * SETS + edges);
                }
                parts.push(part);
            }
            let rest = parts.split_off(1.min(parts.len()));
            patterns.push(Pattern { owner: *owner, rest });
        }
        let mut groups: BTreeMap<&BTreeSet<u32>, u64> = BTreeMap::new();
        for roles in words.values() {
            let number = groups.len() as u64;
            groups.entry(roles).or_insert(number);
        }
        let numbered = words
            .iter()
            .map(|(word, roles)| (*word, groups.get(roles).copied().unwrap_or_default()));
        let trie = Trie::of(numbered).map_err(|problem| vec![problem])?;
        let mut ordered: Vec<(u64, &BTreeSet<u32>)> =
            groups.into_iter().map(|(roles, number)| (number, roles)).collect();
        ordered.sort_unstable();
        let sums = ordered.iter().scan(0, |sum, (_, roles)| {
            *sum += roles.len() as u32;
            Some(*sum)
        });
        Ok(Table {
            groups: std::iter::once(0).chain(sums).collect(),
            roles: ordered.iter().flat_map(|(_, roles)| roles.iter().copied()).collect(),
            words: trie,
            patterns,
        })
    }
}

/// A word without its stars, and the edges at which it must be a word of its own: where it is Latin and has no star.
fn edges(word: &str) -> (&str, u32) {
    let bare = word.trim_matches('*');
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    let left = latin(bare.chars().next()) && !word.starts_with('*');
    let right = latin(bare.chars().last()) && !word.ends_with('*');
    (bare, if left { LEFT } else { 0 } | if right { RIGHT } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(patterns: &[&str], text: &str) -> Vec<String> {
        let mut build = Builder::default();
        for (place, pattern) in (0..).zip(patterns) {
            build.add(Owner::Cue(place), &[(*pattern).to_owned()], "test");
        }
        let table = build.finish().unwrap();
        let packed = postcard::to_stdvec(&table).unwrap();
        let table: Table = postcard::from_bytes(&packed).unwrap();
        let folded = Folded::new(text);
        let mut found = Vec::new();
        table.find(
            &folded,
            &folded.text,
            |_| true,
            |one| {
                let words: String = folded.chars[one.start..one.end].iter().collect();
                found.push(words);
            },
        );
        found
    }

    #[test]
    fn a_pattern_is_found_with_its_parts_close_together_in_one_sentence() {
        assert_eq!(found(&["漏…油"], "漏了很多油。"), ["漏了很多油"]);
        assert!(found(&["漏…油"], "漏了。油呢").is_empty());
        assert!(found(&["漏…油"], "漏了一二三四五六七八九十十一油").is_empty());
        assert_eq!(found(&["(漏|渗)(油|水)"], "渗水又漏油"), ["渗水", "漏油"]);
    }

    #[test]
    fn a_latin_word_is_a_word_of_its_own_unless_a_star_says_otherwise() {
        assert_eq!(found(&["leak", "leak*"], "leaking"), ["leak"]);
        assert_eq!(found(&["leak", "leak*"], "a leak"), ["leak", "leak"]);
        assert_eq!(found(&["*eak"], "it leaks"), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_read_is_said_all_at_once() {
        let mut build = Builder::default();
        build.add(Owner::Cue(0), &["(漏".to_owned(), "漏)".to_owned()], "leak");
        assert_eq!(build.finish().unwrap_err().len(), 2);
    }
}
