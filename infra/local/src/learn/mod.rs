//! Learns from labelled texts how much a new one is like them: `shared/rules/likeness/weights.txt` is written here.
//!
//! Linear, deterministic (the texts are visited in an order that depends on their number alone), and small: pieces of text that
//! are rare or tell little are left out, weights are whole numbers.

mod joint;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use joint::{Head, Lesson, Row, Size};
use kesu_rules::classify::likeness::facts;
use kesu_rules::classify::score::Labelled;
use kesu_rules::classify::{Classifier, Input};
use serde::Deserialize;

/// A piece of text is learned only if so many texts have it.
const LEAST: usize = 3;
/// So many pieces at most: those that tell most.
const MOST: usize = 8_000;
/// So many shades are told apart.
const SHADES: usize = 64;
/// A piece's weights are whole numbers from -7 to 7, which stand for so many times their usual size.
const STEPS: (f32, f32) = (7.0, 3.5);

/// What classes have in common: `topics.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    /// For whoever reads the file.
    #[serde(rename = "name")]
    _name: String,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    but: Vec<String>,
    #[serde(default)]
    alone: bool,
    #[serde(default)]
    grave: bool,
}

impl Topics {
    /// Which topics a text is about.
    fn of(&self, labelled: &Labelled) -> Vec<bool> {
        let name = format!("{} {}", labelled.procedure, labelled.expected_class);
        let fits = |topic: &Topic| {
            (topic.grave && labelled.grave)
                || (topic.parts.iter().any(|part| name.contains(part.as_str()))
                    && !topic.but.iter().any(|part| name.contains(part.as_str())))
        };
        let alone = self.topic.iter().position(|topic| topic.alone && fits(topic));
        let all = self.topic.iter().enumerate();
        all.map(|(at, topic)| fits(topic) && alone.is_none_or(|only| only == at))
            .collect()
    }
}

/// A text, read.
struct Sample<'a> {
    labelled: &'a Labelled,
    class: String,
    department: String,
    grams: HashSet<String>,
    facts: Vec<(String, f32)>,
    topics: Vec<bool>,
}

/// Learns, and gives the weights as they are stored.
///
/// # Errors
/// Names the text whose class its procedure does not have.
pub fn learn(texts: &[Labelled], by: &BTreeMap<String, &Classifier>, topics: &Topics) -> Result<String, String> {
    let mut samples = Vec::new();
    for labelled in texts {
        let unknown = || {
            format!(
                "`{}` has class `{}`, which `{}` does not know",
                labelled.id, labelled.expected_class, labelled.procedure
            )
        };
        let classifier = by.get(&labelled.procedure).ok_or_else(unknown)?;
        let class = classifier.class_named(&labelled.expected_class).ok_or_else(unknown)?;
        let none = BTreeMap::new();
        let (ruled, pieces) = classifier.ruled(&Input {
            text: &labelled.text,
            answers: &none,
            off_hours: false,
        });
        // Of several right answers the one that the rules give is learned: there is nothing to be mended.
        let right = |also: &[String], ruled: &str| also.iter().any(|one| one == ruled);
        let class = if right(&labelled.also_class, &ruled.class) {
            ruled.class.clone()
        } else {
            class
        };
        let department = ruled
            .department
            .as_deref()
            .filter(|one| right(&labelled.also_department, one));
        let department = department.unwrap_or(&labelled.expected_department).to_owned();
        samples.push(Sample {
            labelled,
            class,
            department,
            grams: pieces,
            facts: facts(&ruled),
            topics: topics.of(labelled),
        });
    }
    let known = telling(&samples, topics.topic.len());
    let place: HashMap<&str, usize> = known.iter().enumerate().map(|(at, gram)| (gram.as_str(), at)).collect();
    let names: Vec<Names<'_>> = by.keys().filter_map(|id| Names::of(id, &samples)).collect();
    let lessons: Vec<Lesson> = samples
        .iter()
        .filter_map(|sample| lesson(sample, &place, &names))
        .collect();
    let sizes: Vec<Size> = names.iter().map(Names::size).collect();
    let mut learned = joint::learn(&lessons, known.len(), SHADES, &sizes, topics.topic.len());
    learned.level(SHADES);
    let mut out = String::from("# Learned from samples/classification by `kesu classify --learn`; not to be edited.\n");
    write_shades(&mut out, &known, &learned.shades);
    let grave = topics.topic.iter().position(|topic| topic.grave);
    let grave = grave.ok_or_else(|| "none of the topics is `grave`".to_owned())?;
    let bias = learned.about.bias[grave];
    let weights: Vec<i32> = learned.about.shades[grave].iter().copied().map(hundredths).collect();
    let _ = writeln!(out, "grave\t{bias:.3}\t{}", joined(&weights));
    for (names, heads) in names.iter().zip(&learned.heads) {
        for (at, question) in ["class", "department"].into_iter().enumerate() {
            let _ = writeln!(out, "head\t{}\t{question}", names.procedure);
            write_head(&mut out, &names.answers[at], &names.facts, &heads[at]);
        }
    }
    Ok(out)
}

/// What is told apart in one procedure.
struct Names<'a> {
    procedure: &'a str,
    /// Its classes and departments.
    answers: [Vec<&'a str>; 2],
    facts: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// Of a procedure, if there are texts of it.
    fn of(procedure: &'a str, samples: &'a [Sample<'a>]) -> Option<Self> {
        let own = || samples.iter().filter(|sample| sample.labelled.procedure == procedure);
        let sorted = |names: BTreeSet<&'a str>| -> Vec<&'a str> { names.into_iter().collect() };
        own().next().map(|_| Self {
            procedure,
            answers: [
                sorted(own().map(|sample| sample.class.as_str()).collect()),
                sorted(own().map(|sample| sample.department.as_str()).collect()),
            ],
            facts: sorted(
                own()
                    .flat_map(|sample| &sample.facts)
                    .map(|(fact, _)| fact.as_str())
                    .collect(),
            ),
        })
    }

    fn size(&self) -> Size {
        Size {
            facts: self.facts.len(),
            answers: [self.answers[0].len(), self.answers[1].len()],
        }
    }
}

fn lesson(sample: &Sample<'_>, place: &HashMap<&str, usize>, names: &[Names<'_>]) -> Option<Lesson> {
    let procedure = names
        .iter()
        .position(|one| one.procedure == sample.labelled.procedure)?;
    let names = names.get(procedure)?;
    let facts = sample.facts.iter();
    Some(Lesson {
        pieces: row(sample, place),
        facts: facts
            .filter_map(|(fact, value)| Some((names.facts.binary_search(&fact.as_str()).ok()?, *value)))
            .collect(),
        procedure,
        right: [
            names.answers[0].binary_search(&sample.class.as_str()).ok()?,
            names.answers[1].binary_search(&sample.department.as_str()).ok()?,
        ],
        topics: sample.topics.clone(),
    })
}

/// The pieces that tell most about some topic: by how far their share of its texts is from what chance gives.
fn telling(samples: &[Sample<'_>], topics: usize) -> Vec<String> {
    let mut seen: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
    let mut share = vec![0.0_f32; topics];
    for sample in samples {
        for (at, about) in sample.topics.iter().enumerate() {
            share[at] += f32::from(u8::from(*about)) / samples.len() as f32;
        }
        for gram in &sample.grams {
            let entry = seen.entry(gram).or_insert_with(|| (0, vec![0; topics]));
            entry.0 += 1;
            for (at, about) in sample.topics.iter().enumerate() {
                entry.1[at] += usize::from(*about);
            }
        }
    }
    let mut all: Vec<(f32, &str)> = seen
        .into_iter()
        .filter(|(gram, (texts, _))| *texts >= LEAST && !gram.contains(['\t', '\n']) && !gram.starts_with('#'))
        .map(|(gram, (texts, about))| {
            let surprise = |at: usize| {
                let expected = share[at] * texts as f32;
                (about[at] as f32 - expected).abs() / (expected * (1.0 - share[at]) + 0.5).sqrt()
            };
            ((0..topics).map(surprise).fold(0.0, f32::max), gram)
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    all.truncate(MOST);
    let mut known: Vec<String> = all.into_iter().map(|(_, gram)| gram.to_owned()).collect();
    known.sort_unstable();
    known
}

fn row(sample: &Sample<'_>, place: &HashMap<&str, usize>) -> Row {
    let mut places: Vec<usize> = sample
        .grams
        .iter()
        .filter_map(|gram| place.get(gram.as_str()).copied())
        .collect();
    places.sort_unstable();
    let share = 1.0 / (places.len().max(1) as f32).sqrt();
    places.into_iter().map(|at| (at, share)).collect()
}

fn write_shades(out: &mut String, known: &[String], shades: &[Vec<f32>]) {
    let scale = STEPS.1 / STEPS.0 * joint::LOUD;
    let _ = writeln!(out, "shades\t{SHADES}\nscale\t{scale}");
    for (gram, row) in known.iter().zip(shades) {
        let steps = |one: &f32| (one * STEPS.0 / STEPS.1).round().clamp(-STEPS.0, STEPS.0) as i32;
        let values: Vec<i32> = row.iter().map(steps).collect();
        let _ = writeln!(out, "g\t{gram}\t{}", joined(&values));
    }
}

fn write_head(out: &mut String, answers: &[&str], facts: &[&str], head: &Head) {
    for (answer, bias) in answers.iter().zip(&head.bias) {
        let _ = writeln!(out, "label\t{answer}\t{bias:.3}");
    }
    let of_each =
        |weights: &[Vec<f32>], at: usize| -> Vec<i32> { weights.iter().map(|answer| hundredths(answer[at])).collect() };
    for shade in 0..SHADES {
        let _ = writeln!(out, "s\t{}", joined(&of_each(&head.shades, shade)));
    }
    for (at, fact) in facts.iter().enumerate() {
        let values = of_each(&head.facts, at);
        if values.iter().any(|one| one.abs() >= 5) {
            let _ = writeln!(out, "w\t{fact}\t{}", joined(&values));
        }
    }
}

fn hundredths(weight: f32) -> i32 {
    (weight * 100.0).round() as i32
}

/// Numbers with commas, nothing for zero.
fn joined(values: &[i32]) -> String {
    let one = |value: &i32| if *value == 0 { String::new() } else { value.to_string() };
    values.iter().map(one).collect::<Vec<_>>().join(",")
}
