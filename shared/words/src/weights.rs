//! What was learned from labelled texts: how much each piece of a text has of a few shades of meaning, and what each procedure
//! makes of the shades.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::trie::{Trie, Walk};

/// What was learned.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Weights {
    /// How many shades are told apart.
    pub shades: usize,
    /// What a weight of 1 is worth.
    pub scale: f32,
    grams: Trie,
    /// A row for each gram, half a byte for each shade.
    #[serde(with = "serde_bytes")]
    rows: Vec<u8>,
    /// How likely harm, danger or an authority is before anything is heard, and by shade, in hundredths.
    grave: (f32, Vec<i16>),
    heads: BTreeMap<String, Heads>,
}

/// How much of each shade a piece of a text has.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(&'a [u8]);

impl Row<'_> {
    /// The weights, in the order of the shades; one more, 0, where their number is odd.
    pub fn weights(self) -> impl Iterator<Item = i8> {
        self.0.iter().flat_map(|byte| halves(*byte))
    }
}

/// The two numbers of a byte, the lower half first.
fn halves(byte: u8) -> [i8; 2] {
    [(byte << 4).cast_signed() >> 4, byte.cast_signed() >> 4]
}

/// The sums of rows: those of the lower and of the upper halves of their bytes.
#[derive(Debug)]
pub struct Sums(Vec<[i32; 2]>);

impl Sums {
    /// Nothing of as many shades.
    pub fn of(shades: usize) -> Self {
        Self(vec![[0; 2]; shades.div_ceil(2)])
    }

    /// Adds a row.
    pub fn add(&mut self, row: Row<'_>) {
        for ([low, high], byte) in self.0.iter_mut().zip(row.0) {
            let halves = halves(*byte);
            *low += i32::from(halves[0]);
            *high += i32::from(halves[1]);
        }
    }

    /// What was added up, in the order of the shades.
    pub fn shades(&self) -> impl Iterator<Item = i32> {
        self.0.as_flattened().iter().copied()
    }
}

/// What was learned of one procedure.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Heads {
    /// Its classes.
    pub class: Head,
    /// Who handles what.
    pub department: Head,
}

/// The weights of one question: its answers, and how much speaks for each of them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Head {
    /// The answers.
    pub labels: Vec<String>,
    /// How likely each is before anything is observed.
    pub bias: Vec<f32>,
    /// By shade: a weight for each answer, in hundredths.
    pub shades: Vec<Vec<i16>>,
    /// By what the rules found: a weight for each answer, in hundredths.
    pub facts: BTreeMap<String, Vec<i16>>,
}

/// The weights of heads are written in hundredths.
const HUNDREDTHS: f32 = 100.0;

impl Weights {
    /// Reads weights as `kesu classify --learn` writes them: lines of fields separated by tabs.
    ///
    /// # Errors
    /// Names the line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut all = Self::default();
        let mut grams: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        let mut head: Option<(String, String)> = None;
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let wrong = || format!("line {}: `{line}` cannot be read", at + 1);
            let mut fields = line.split('\t');
            let kind = fields.next().unwrap_or_default();
            let rest: Vec<&str> = fields.collect();
            match (kind, rest.as_slice()) {
                ("shades", [count]) => all.shades = count.parse().map_err(|_| wrong())?,
                ("scale", [scale]) => all.scale = scale.parse().map_err(|_| wrong())?,
                ("g", [gram, values]) => {
                    let row = whole(values).filter(|row| row.len() == all.shades);
                    grams.insert(gram, row.and_then(|row| packed(&row)).ok_or_else(wrong)?);
                }
                ("grave", [bias, values]) => {
                    all.grave = (bias.parse().map_err(|_| wrong())?, whole(values).ok_or_else(wrong)?);
                }
                ("head", [procedure, question]) => head = Some(((*procedure).to_owned(), (*question).to_owned())),
                ("label", [name, bias]) => {
                    let head = all.head(head.as_ref()).ok_or_else(wrong)?;
                    head.labels.push((*name).to_owned());
                    head.bias.push(bias.parse().map_err(|_| wrong())?);
                }
                ("s", [values]) => {
                    let row = whole(values).ok_or_else(wrong)?;
                    all.head(head.as_ref()).ok_or_else(wrong)?.shades.push(row);
                }
                ("w", [fact, values]) => {
                    let row = whole(values).ok_or_else(wrong)?;
                    let head = all.head(head.as_ref()).ok_or_else(wrong)?;
                    head.facts.insert((*fact).to_owned(), row);
                }
                _ => return Err(wrong()),
            }
        }
        all.grams = Trie::of(grams.keys().copied().zip(0..))?;
        all.rows = grams.into_values().flatten().collect();
        Ok(all)
    }

    fn head(&mut self, of: Option<&(String, String)>) -> Option<&mut Head> {
        let (procedure, question) = of?;
        let heads = self.heads.entry(procedure.clone()).or_default();
        match question.as_str() {
            "class" => Some(&mut heads.class),
            "department" => Some(&mut heads.department),
            _ => None,
        }
    }

    /// What was learned of a procedure; nothing of one that the samples do not have.
    pub fn heads(&self, procedure: &str) -> Option<&Heads> {
        self.heads.get(procedure)
    }

    /// How probable it is that a text tells of harm, danger or an authority, given how much of each shade was heard.
    pub fn grave(&self, heard: &[f32]) -> f32 {
        let (bias, weights) = &self.grave;
        let speaks = weights
            .iter()
            .zip(heard)
            .map(|(weight, heard)| f32::from(*weight) * heard / HUNDREDTHS);
        1.0 / (1.0 + (-bias - speaks.sum::<f32>()).exp())
    }

    /// The place of a piece of a text among those that are known.
    pub fn place(&self, piece: &str) -> Option<usize> {
        self.grams.number(piece)
    }

    /// Looks for the places of pieces that go on from each other.
    pub fn walk(&self) -> Walk<'_> {
        self.grams.walk()
    }

    /// How much of each shade the piece at this place has.
    pub fn row(&self, place: usize) -> Option<Row<'_>> {
        let wide = self.shades.div_ceil(2);
        self.rows.get(place * wide..(place + 1) * wide).map(Row)
    }
}

impl Head {
    /// The logarithm of how probable each answer is, given how much of each shade was heard, and facts with how much of each.
    pub fn weigh(&self, heard: &[f32], facts: &[(String, f32)]) -> Vec<(&str, f32)> {
        let mut sums = self.bias.clone();
        let mut add = |row: &[i16], value: f32| {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += f32::from(*weight) * value / HUNDREDTHS;
            }
        };
        for (row, value) in self.shades.iter().zip(heard) {
            add(row, *value);
        }
        for (fact, value) in facts {
            if let Some(row) = self.facts.get(fact) {
                add(row, *value);
            }
        }
        let most = sums.iter().copied().fold(f32::MIN, f32::max);
        let total = most + sums.iter().map(|sum| (sum - most).exp()).sum::<f32>().ln();
        self.labels
            .iter()
            .map(String::as_str)
            .zip(sums.into_iter().map(|sum| sum - total))
            .collect()
    }

    /// How much each shade speaks for one answer rather than another.
    pub fn pulls(&self, answer: &str, other: Option<&str>) -> Vec<f32> {
        let place = |label: &str| self.labels.iter().position(|own| own == label);
        let (answer, other) = (place(answer), other.and_then(place));
        let of = |row: &[i16], place: Option<usize>| {
            let weight = place.and_then(|place| row.get(place)).copied().unwrap_or(0);
            f32::from(weight) / HUNDREDTHS
        };
        self.shades.iter().map(|row| of(row, answer) - of(row, other)).collect()
    }
}

/// Whole numbers with commas, nothing for zero.
fn whole(values: &str) -> Option<Vec<i16>> {
    let one = |one: &str| if one.is_empty() { Some(0) } else { one.parse().ok() };
    values.split(',').map(one).collect()
}

/// Two numbers a byte, the first in its lower half.
fn packed(row: &[i16]) -> Option<Vec<u8>> {
    let half = |at: Option<&i16>| match at.copied().unwrap_or(0) {
        value @ -8..=7 => u8::try_from(value & 15).ok(),
        _ => None,
    };
    row.chunks(2)
        .map(|two| Some(half(two.first())? | (half(two.get(1))? << 4)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_weight_is_named() {
        let wrong = Weights::parse("shades\t1\nw\tx\t1").unwrap_err();
        assert_eq!(wrong, "line 2: `w\tx\t1` cannot be read");
        let wrong = Weights::parse("shades\t1\ng\tx\t8").unwrap_err();
        assert_eq!(wrong, "line 2: `g\tx\t8` cannot be read");
    }

    #[test]
    fn a_piece_has_the_weights_that_were_written_for_it() {
        let read = Weights::parse("shades\t3\ng\t漏油\t-3,,7\ng\t漏\t,-8,").unwrap();
        let of = |piece: &str| {
            let row = read.place(piece).and_then(|place| read.row(place));
            row.map(|row| row.weights().collect::<Vec<_>>())
        };
        assert_eq!(of("漏油").unwrap(), [-3, 0, 7, 0]);
        assert_eq!(of("漏").unwrap(), [0, -8, 0, 0]);
        assert!(of("油").is_none());
    }

    #[test]
    fn a_text_of_grave_shades_is_probably_grave() {
        let read = Weights::parse("shades\t2\ngrave\t-1\t300,").unwrap();
        assert!(read.grave(&[1.0, 0.0]) > 0.8);
        assert!(read.grave(&[0.0, 1.0]) < 0.3);
    }

    #[test]
    fn what_is_heard_and_what_the_rules_found_speak_for_answers() {
        let text = "shades\t2\nhead\tP01\tclass\nlabel\ta\t0\nlabel\tb\t0\ns\t200,\ns\t,100\nw\tsure\t,300";
        let read = Weights::parse(text).unwrap();
        let head = &read.heads("P01").unwrap().class;
        let likelier = |heard: &[f32], facts: &[(String, f32)]| {
            let all = head.weigh(heard, facts);
            all.into_iter()
                .max_by(|one, other| one.1.total_cmp(&other.1))
                .unwrap()
                .0
        };
        assert_eq!(likelier(&[1.0, 1.0], &[]), "a");
        assert_eq!(likelier(&[1.0, 1.0], &[("sure".to_owned(), 1.0)]), "b");
        assert_eq!(head.pulls("a", Some("b")), [2.0, -1.0]);
    }
}
