//! How much a text is like the labelled samples: a second reader beside the rules, for what no word list foresaw.
//!
//! Two steps, both linear and learned from `samples/classification` by `kesu classify --learn`. The first hears what a text is
//! about (`topics`: a fault, a delivery, somebody's conduct, …), from its characters and words in ones, twos and threes and from
//! the cues of the word lists that stand in it; all procedures share it, because customers of all trades complain alike. The second weighs, for one procedure, those topics and
//! what the rules found. It proposes; `second.rs` says when it may be followed, and the rules of life and limb go before it.

mod grams;
mod second;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use grams::grams;
pub use second::{LIKENESS, SAMPLES};

use super::decide::Reading;
use super::fire::counts;
use super::model::Verdict;

/// What was learned.
#[derive(Debug, Default)]
pub struct Likeness {
    topics: Vec<String>,
    bias: Vec<f32>,
    scale: f32,
    grams: HashMap<String, Vec<i8>>,
    heads: BTreeMap<String, Heads>,
}

/// What was learned of one procedure.
#[derive(Debug, Default)]
pub struct Heads {
    class: Head,
    department: Head,
}

/// The weights of one question: its answers, and how much each observation speaks for each of them.
#[derive(Debug, Default)]
pub struct Head {
    labels: Vec<String>,
    bias: Vec<f32>,
    weights: HashMap<String, Vec<f32>>,
}

static SHIPPED: LazyLock<Likeness> = LazyLock::new(|| {
    let files = crate::shipped::likeness();
    // INVARIANT: a test reads the shipped file.
    files
        .get("weights.txt")
        .and_then(|text| Likeness::parse(text).ok())
        .unwrap_or_default()
});

/// The weights of heads are written in hundredths.
const HUNDREDTHS: f32 = 100.0;
/// Sums of topics are held within these bounds, so that one strange text is no stranger than others.
const BOUND: f32 = 4.0;

impl Likeness {
    /// What ships, read at the first use.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads weights as `kesu classify --learn` writes them: lines of fields separated by tabs.
    ///
    /// # Errors
    /// Names the line that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut all = Self::default();
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
                    let row = values.split(',').map(|one| match one {
                        "" => Some(0),
                        one => one.parse().ok(),
                    });
                    let row: Vec<i8> = row.collect::<Option<_>>().ok_or_else(wrong)?;
                    all.grams.insert((*gram).to_owned(), row);
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

    /// How much a text is about each topic, and which of its grams are known.
    fn hear(&self, reading: &Reading<'_>) -> Heard<'_> {
        let mut known: BTreeMap<&str, (&[i8], usize, usize)> = BTreeMap::new();
        pieces(reading, |piece, from, to| {
            if let Some((piece, row)) = self.grams.get_key_value(piece) {
                known.entry(piece).or_insert((row, from, to));
            }
        });
        let mut sums = self.bias.clone();
        let share = self.share(known.len());
        for (row, _, _) in known.values() {
            for (sum, weight) in sums.iter_mut().zip(row.iter()) {
                *sum += f32::from(*weight) * share;
            }
        }
        for sum in &mut sums {
            *sum = sum.clamp(-BOUND, BOUND);
        }
        Heard { sums, known }
    }

    fn share(&self, known: usize) -> f32 {
        self.scale / (known.max(1) as f32).sqrt()
    }

    /// The observations that a head weighs: topics as heard, and what the rules found.
    fn observations(&self, heard: &Heard<'_>, verdict: &Verdict) -> Vec<(String, f32)> {
        let topics = self.topics.iter().zip(&heard.sums);
        topics
            .map(|(topic, sum)| (topic_feature(topic), *sum))
            .chain(facts(verdict))
            .collect()
    }
}

/// Calls `each` with every piece of a text that is compared, and with where it stands: the pieces of its writing, and the cues in
/// it, told apart by whether they are meant (`<cue>`) or denied, supposed or only asked (`<-cue>`).
pub(super) fn pieces(reading: &Reading<'_>, mut each: impl FnMut(&str, usize, usize)) {
    grams(&reading.folded.chars, &mut each);
    for (found, sense) in reading.finds.cues.iter().zip(&reading.senses) {
        if let Some(cue) = reading.cue(found) {
            let meant = if counts(cue, sense).is_ok() { "" } else { "-" };
            each(&format!("<{meant}{}>", cue.id), found.start, found.end);
        }
    }
}

/// What was heard in a text.
struct Heard<'a> {
    sums: Vec<f32>,
    known: BTreeMap<&'a str, (&'a [i8], usize, usize)>,
}

/// The name under which heads weigh a topic.
pub fn topic_feature(topic: &str) -> String {
    format!("about {topic}")
}

/// What the rules found, as heads weigh it: class, axes, rules that spoke, and how sure they were.
pub fn facts(verdict: &Verdict) -> Vec<(String, f32)> {
    let mut facts = vec![
        (format!("class {}", verdict.class), 0.5),
        ("sure".to_owned(), verdict.confidence as f32 * 0.5),
        ("review".to_owned(), if verdict.needs_review { 0.5 } else { 0.0 }),
    ];
    if let Some(department) = &verdict.department {
        facts.push((format!("to {department}"), 0.5));
    }
    facts.extend(
        verdict
            .axes
            .iter()
            .map(|(axis, value)| (format!("{axis}={value}"), 0.5)),
    );
    let mut spoke: Vec<String> = verdict
        .because
        .iter()
        .map(|one| format!("{} {}>{}", one.rule, one.axis, one.value))
        .collect();
    spoke.sort_unstable();
    spoke.dedup();
    facts.extend(spoke.into_iter().map(|one| (one, 0.5)));
    facts
}

impl Head {
    /// The logarithm of how probable each answer is.
    fn weigh(&self, observations: &[(String, f32)]) -> Vec<(&str, f32)> {
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
    fn tells(&self, feature: &str, answer: &str, other: Option<&str>) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_that_ship_can_be_read_and_know_every_procedure() {
        let text = crate::shipped::likeness().remove("weights.txt").unwrap();
        let read = Likeness::parse(&text).unwrap();
        assert!(read.grams.values().all(|row| row.len() == read.topics.len()));
        for id in crate::procedure::load::Source::shipped_ids() {
            let heads = read.heads(&id).unwrap_or_else(|| panic!("nothing was learned of {id}"));
            for head in [&heads.class, &heads.department] {
                assert!(head.weights.values().all(|row| row.len() == head.labels.len()), "{id}");
            }
        }
    }

    #[test]
    fn a_line_that_is_no_weight_is_named() {
        let wrong = Likeness::parse("topics\ta\nw\tx\t1").unwrap_err();
        assert_eq!(wrong, "line 2: `w\tx\t1` cannot be read");
    }
}
