//! What was learned from labelled texts: how much each piece of a text speaks for each topic, and what each procedure makes of
//! the topics.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::trie::Trie;

/// What was learned.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Weights {
    /// What texts are about.
    pub topics: Vec<String>,
    /// How likely each topic is before anything is read.
    pub bias: Vec<f32>,
    /// What a weight of 1 is worth.
    pub scale: f32,
    grams: Trie,
    /// A row for each gram, a byte for each topic.
    #[serde(with = "serde_bytes")]
    rows: Vec<u8>,
    heads: BTreeMap<String, Heads>,
}

/// How much a piece of a text speaks for each topic.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a>(&'a [u8]);

impl Row<'_> {
    /// The weights, in the order of the topics.
    pub fn weights(self) -> impl Iterator<Item = i8> {
        self.0.iter().map(|byte| byte.cast_signed())
    }

    /// The weight for the topic at this place.
    pub fn weight(self, topic: usize) -> i8 {
        self.0.get(topic).map_or(0, |byte| byte.cast_signed())
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

/// The weights of one question: its answers, and how much each observation speaks for each of them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Head {
    /// The answers.
    pub labels: Vec<String>,
    /// How likely each is before anything is observed.
    pub bias: Vec<f32>,
    /// By observation: a weight for each answer.
    pub weights: BTreeMap<String, Vec<f32>>,
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
                ("topics", names) => all.topics = names.iter().map(|name| (*name).to_owned()).collect(),
                ("scale", [scale]) => all.scale = scale.parse().map_err(|_| wrong())?,
                ("bias", [values]) => all.bias = floats(values).ok_or_else(wrong)?,
                ("g", [gram, values]) => {
                    let row = bytes(values).filter(|row| row.len() == all.topics.len());
                    grams.insert(gram, row.ok_or_else(wrong)?);
                }
                ("head", [procedure, question]) => head = Some(((*procedure).to_owned(), (*question).to_owned())),
                ("label", [name, bias]) => {
                    let head = all.head(head.as_ref()).ok_or_else(wrong)?;
                    head.labels.push((*name).to_owned());
                    head.bias.push(bias.parse().map_err(|_| wrong())?);
                }
                ("w", [feature, values]) => {
                    let row = floats(values).ok_or_else(wrong)?;
                    let row = row.into_iter().map(|one| one / HUNDREDTHS).collect();
                    let head = all.head(head.as_ref()).ok_or_else(wrong)?;
                    head.weights.insert((*feature).to_owned(), row);
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

    /// The place of a piece of a text among those that are known.
    pub fn place(&self, piece: &str) -> Option<usize> {
        self.grams.number(piece)
    }

    /// How much the piece at this place speaks for each topic.
    pub fn row(&self, place: usize) -> Option<Row<'_>> {
        let wide = self.topics.len();
        self.rows.get(place * wide..(place + 1) * wide).map(Row)
    }
}

impl Head {
    /// The logarithm of how probable each answer is, given observations and how much of each.
    pub fn weigh(&self, observations: &[(String, f32)]) -> Vec<(&str, f32)> {
        let mut sums = self.bias.clone();
        for (feature, value) in observations {
            let Some(row) = self.weights.get(feature) else { continue };
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight * value;
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

    /// How much a feature speaks for one answer rather than another.
    pub fn tells(&self, feature: &str, answer: &str, other: Option<&str>) -> f32 {
        let Some(row) = self.weights.get(feature) else {
            return 0.0;
        };
        let of = |label: &str| {
            let place = self.labels.iter().position(|own| own == label);
            place.and_then(|place| row.get(place)).copied().unwrap_or(0.0)
        };
        of(answer) - other.map_or(0.0, of)
    }
}

fn floats(values: &str) -> Option<Vec<f32>> {
    values
        .split(',')
        .map(|one| match one {
            "" => Some(0.0),
            one => one.parse().ok(),
        })
        .collect()
}

fn bytes(values: &str) -> Option<Vec<u8>> {
    let weights = values.split(',').map(|one| match one {
        "" => Some(0_i8),
        one => one.parse().ok(),
    });
    weights.map(|one| one.map(i8::cast_unsigned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_weight_is_named() {
        let wrong = Weights::parse("topics\ta\nw\tx\t1").unwrap_err();
        assert_eq!(wrong, "line 2: `w\tx\t1` cannot be read");
    }

    #[test]
    fn a_piece_has_the_weights_that_were_written_for_it() {
        let read = Weights::parse("topics\ta\tb\ng\t漏油\t-3,\ng\t漏\t,7").unwrap();
        let of = |piece: &str| read.place(piece).and_then(|place| read.row(place));
        assert_eq!(of("漏油").unwrap().weights().collect::<Vec<_>>(), [-3, 0]);
        assert_eq!(of("漏").unwrap().weight(1), 7);
        assert!(of("油").is_none());
    }
}
