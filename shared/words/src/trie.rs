//! Words with a number each: found by name, or wherever they stand in a text.

use std::fmt;

use fst::Map;
use fst::raw::{Fst, Node, Output};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Words with a number each. It is kept as it is searched: reading it costs nothing.
#[derive(Clone, Default)]
pub struct Trie(Map<Vec<u8>>);

impl Trie {
    /// The trie of words that come in order, each once, with their numbers.
    ///
    /// # Errors
    /// When they are not in order.
    pub fn of<'a>(numbered: impl Iterator<Item = (&'a str, u64)>) -> Result<Self, String> {
        Map::from_iter(numbered).map(Self).map_err(|error| error.to_string())
    }

    /// The number of a word.
    pub fn number(&self, word: &str) -> Option<usize> {
        self.0.get(word).map(|number| number as usize)
    }

    /// Reads a word piece by piece, from its beginning.
    pub fn walk(&self) -> Walk<'_> {
        let trie = self.0.as_fst();
        Walk {
            trie,
            at: Some(trie.root()),
            sum: Output::zero(),
        }
    }

    /// Calls `each` with the number of every word that stands in a text and the bytes from and to which it does: by where they
    /// begin, the shorter first. Linear in the text: no word is longer than the longest.
    pub fn each_in(&self, text: &str, mut each: impl FnMut(usize, usize, usize)) {
        let fst = self.0.as_fst();
        let root = fst.root();
        for (from, _) in text.char_indices() {
            let mut node = root;
            let mut sum = 0;
            for (at, byte) in text.bytes().enumerate().skip(from) {
                let Some(way) = node.find_input(byte) else { break };
                let way = node.transition(way);
                sum += way.out.value();
                node = fst.node(way.addr);
                if node.is_final() {
                    each((sum + node.final_output().value()) as usize, from, at + 1);
                }
            }
        }
    }
}

/// How far a word has been read.
pub struct Walk<'a> {
    trie: &'a Fst<Vec<u8>>,
    /// Nothing where no word begins like that.
    at: Option<Node<'a>>,
    sum: Output,
}

impl Walk<'_> {
    /// Reads on.
    pub fn on(&mut self, piece: &str) {
        for byte in piece.bytes() {
            let Some(node) = self.at.take() else { return };
            if let Some(way) = node.find_input(byte) {
                let way = node.transition(way);
                self.sum = self.sum.cat(way.out);
                self.at = Some(self.trie.node(way.addr));
            }
        }
    }

    /// The number of the word that ends here.
    pub fn number(&self) -> Option<usize> {
        let node = self.at.as_ref().filter(|node| node.is_final())?;
        Some(self.sum.cat(node.final_output()).value() as usize)
    }
}

impl fmt::Debug for Trie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} words", self.0.len())
    }
}

impl Serialize for Trie {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serde_bytes::Bytes::new(self.0.as_fst().as_bytes()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Trie {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = serde_bytes::ByteBuf::deserialize(from)?.into_vec();
        Map::new(bytes).map(Self).map_err(serde::de::Error::custom)
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
}
