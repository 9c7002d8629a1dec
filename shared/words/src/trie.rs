//! Words with a number each: found by name, or wherever they stand in a text.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use fst::Map;
use fst::raw::{Fst, Node, Output};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{HAN, place};

/// So many words make it worth while to note where their first characters lead.
const MANY: usize = 10_000;

/// Words with a number each. It is kept as it is searched: reading it costs nothing.
#[derive(Default)]
pub struct Trie {
    words: Map<Vec<u8>>,
    firsts: Option<Firsts>,
}

impl Trie {
    /// The trie of words that come in order, each once, with their numbers.
    ///
    /// # Errors
    /// When they are not in order.
    pub fn of<'a>(numbered: impl Iterator<Item = (&'a str, u64)>) -> Result<Self, String> {
        Map::from_iter(numbered)
            .map(Self::from)
            .map_err(|error| error.to_string())
    }

    /// The number of a word.
    pub fn number(&self, word: &str) -> Option<usize> {
        self.words.get(word).map(|number| number as usize)
    }

    /// Reads a word piece by piece, from its beginning.
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            words: self.words.as_fst(),
            firsts: self.firsts.as_ref(),
            at: At::Start,
            sum: Output::zero(),
        }
    }

    /// Calls `each` with the number of every word that stands in a text and the bytes from and to which it does: by where they
    /// begin, the shorter first. Linear in the text: no word is longer than the longest.
    pub fn each_in(&self, text: &str, mut each: impl FnMut(usize, usize, usize)) {
        for (from, _) in text.char_indices() {
            let mut walk = self.walk();
            let mut to = from;
            for c in text.get(from..).unwrap_or_default().chars() {
                walk.step(c);
                if matches!(walk.at, At::Nowhere) {
                    break;
                }
                to += c.len_utf8();
                if let Some(number) = walk.number() {
                    each(number, from, to);
                }
            }
        }
    }
}

impl From<Map<Vec<u8>>> for Trie {
    fn from(words: Map<Vec<u8>>) -> Self {
        let firsts = (words.len() >= MANY).then(Firsts::default);
        Self { words, firsts }
    }
}

/// How far a word has been read.
pub struct Walk<'a> {
    words: &'a Fst<Vec<u8>>,
    firsts: Option<&'a Firsts>,
    at: At<'a>,
    sum: Output,
}

enum At<'a> {
    Start,
    Inside(Node<'a>),
    /// No word begins like that.
    Nowhere,
}

impl Walk<'_> {
    /// Reads on.
    pub fn on(&mut self, piece: &str) {
        piece.chars().for_each(|c| self.step(c));
    }

    fn step(&mut self, c: char) {
        match (&self.at, self.firsts.and_then(|firsts| firsts.of(c))) {
            (At::Nowhere, _) => {}
            (At::Start, Some(noted)) => self.first(c, noted),
            _ => self.bytes(c),
        }
    }

    fn first(&mut self, c: char, noted: &AtomicU64) {
        match noted.load(Ordering::Relaxed) {
            UNKNOWN => {
                self.bytes(c);
                let end = match &self.at {
                    At::Inside(node) => packed(node.addr() as u64, self.sum.value()),
                    _ => NOWHERE,
                };
                noted.store(end, Ordering::Relaxed);
            }
            NOWHERE => self.at = At::Nowhere,
            end => {
                self.at = At::Inside(self.words.node((end & HALF) as usize));
                self.sum = Output::new(end >> 32);
            }
        }
    }

    fn bytes(&mut self, c: char) {
        let mut node = match self.at {
            At::Start => self.words.root(),
            At::Inside(node) => node,
            At::Nowhere => return,
        };
        self.at = At::Nowhere;
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let Some(way) = node.find_input(byte) else { return };
            let way = node.transition(way);
            self.sum = self.sum.cat(way.out);
            node = self.words.node(way.addr);
        }
        self.at = At::Inside(node);
    }

    /// The number of the word that ends here.
    pub fn number(&self) -> Option<usize> {
        match &self.at {
            At::Inside(node) if node.is_final() => Some(self.sum.cat(node.final_output()).value() as usize),
            _ => None,
        }
    }
}

/// Where the walk stands behind each Han character that was a first one before, by its place: texts repeat their characters,
/// and most ways through the words are not much longer. A node in the lower half, the sum in the upper.
struct Firsts(Vec<AtomicU64>);

/// Nobody asked yet.
const UNKNOWN: u64 = 0;
/// No word begins with it.
const NOWHERE: u64 = u64::MAX;
const HALF: u64 = u32::MAX as u64;

impl Firsts {
    fn of(&self, c: char) -> Option<&AtomicU64> {
        self.0.get(place(c)?)
    }
}

impl Default for Firsts {
    fn default() -> Self {
        Self(std::iter::repeat_with(AtomicU64::default).take(HAN.len()).collect())
    }
}

/// What does not fit is looked up each time.
fn packed(node: u64, sum: u64) -> u64 {
    if node > HALF || sum >= HALF {
        UNKNOWN
    } else {
        sum << 32 | node
    }
}

impl fmt::Debug for Trie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} words", self.words.len())
    }
}

impl Serialize for Trie {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serde_bytes::Bytes::new(self.words.as_fst().as_bytes()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Trie {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = serde_bytes::ByteBuf::deserialize(from)?.into_vec();
        Map::new(bytes).map(Self::from).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_wherever_they_stand_the_shorter_first() {
        let trie = Trie::of([("油", 7), ("漏", 5), ("漏油", 7)].into_iter()).unwrap();
        let mut found = Vec::new();
        trie.each_in("又漏油", |number, from, to| found.push((number, from, to)));
        assert_eq!(found, [(5, 3, 6), (7, 3, 9), (7, 6, 9)]);
        assert_eq!(trie.number("漏油"), Some(7));
        assert_eq!(trie.number("又"), None);
    }

    #[test]
    fn a_word_is_known_at_its_end_however_it_is_read() {
        let trie = Trie::of([("漏", 5), ("漏油", 7)].into_iter()).unwrap();
        let mut walk = trie.walk();
        let mut numbers = Vec::new();
        for piece in ["漏", "油", "了"] {
            walk.on(piece);
            numbers.push(walk.number());
        }
        assert_eq!(numbers, [Some(5), Some(7), None]);
    }

    #[test]
    fn among_many_words_a_text_reads_the_same_again() {
        let han = |n: u32| char::from_u32(HAN.start + n).unwrap();
        let mut words: Vec<String> = (0..20_000).map(|n| [han(n), han(n % 7)].iter().collect()).collect();
        words.push(han(3).to_string());
        words.sort();
        let trie = Trie::of(words.iter().map(String::as_str).zip(5..)).unwrap();
        assert!(trie.firsts.is_some());
        let text: String = (0..100)
            .map(|n| han(n * n * 31 % 27_000))
            .chain([han(3), han(3), 'a'])
            .collect();
        let found = || {
            let mut found = Vec::new();
            trie.each_in(&text, |number, from, to| found.push((number, from, to)));
            found
        };
        let once = found();
        assert_eq!(found(), once);
        let naive = text.char_indices().flat_map(|(from, _)| {
            let ends = text
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .filter(move |to| *to > from);
            ends.map(move |to| (from, to))
        });
        let naive: Vec<_> = naive
            .filter_map(|(from, to)| Some((trie.number(&text[from..to])?, from, to)))
            .collect();
        assert!(naive.len() > 2);
        assert_eq!(once, naive);
    }
}
