//! Learns from labelled texts how much a new one is like them: `shared/rules/likeness/weights.txt` is written here.
//!
//! Linear, deterministic (the texts are visited in an order that depends on their number alone), and small: pieces of text that
//! are rare or tell little are left out, weights are whole numbers.

mod linear;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use kesu_rules::classify::likeness::{facts, topic_feature};
use kesu_rules::classify::score::Labelled;
use kesu_rules::classify::{Classifier, Input};
use linear::{Row, dot, fit_each, fit_one_of};
use serde::Deserialize;

/// A piece of text is learned only if so many texts have it.
const LEAST: usize = 3;
/// So many pieces at most: those that tell most.
const MOST: usize = 8_000;
/// The topics of a text are heard for the second step by weights that have not seen it: one part in so many is kept aside.
const FOLDS: usize = 5;
/// Sums of topics are held within these bounds, as they are when a text is read.
const BOUND: f32 = 4.0;

/// What classes have in common: `topics.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    topic: Vec<Topic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    name: String,
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
    let rows: Vec<Row> = samples.iter().map(|sample| row(sample, &place)).collect();
    let about: Vec<Vec<bool>> = samples.iter().map(|sample| sample.topics.clone()).collect();
    let heard = unseen(&rows, &about, known.len());
    let (weights, bias) = fit_each(&rows, &about, known.len());
    let mut out = String::from("# Learned from samples/classification by `kesu classify --learn`; not to be edited.\n");
    write_topics(&mut out, topics, &known, &weights, &bias);
    let procedures: std::collections::BTreeSet<&str> = texts.iter().map(|one| one.procedure.as_str()).collect();
    for procedure in procedures {
        let own: Vec<usize> = (0..samples.len())
            .filter(|at| samples[*at].labelled.procedure == procedure)
            .collect();
        let observed: Vec<Vec<(String, f32)>> = own
            .iter()
            .map(|at| observations(&samples[*at], &heard[*at], topics))
            .collect();
        let class: Vec<&str> = own.iter().map(|at| samples[*at].class.as_str()).collect();
        write_head(&mut out, procedure, "class", &observed, &class);
        let department: Vec<&str> = own.iter().map(|at| samples[*at].department.as_str()).collect();
        write_head(&mut out, procedure, "department", &observed, &department);
    }
    Ok(out)
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
        .filter(|(_, (texts, _))| *texts >= LEAST)
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

/// The topics of each text, heard by weights that have not seen it.
fn unseen(rows: &[Row], about: &[Vec<bool>], size: usize) -> Vec<Vec<f32>> {
    let mut heard = vec![Vec::new(); rows.len()];
    for fold in 0..FOLDS {
        let others: Vec<usize> = (0..rows.len()).filter(|at| at % FOLDS != fold).collect();
        let learned: Vec<Row> = others.iter().map(|at| rows[*at].clone()).collect();
        let topics: Vec<Vec<bool>> = others.iter().map(|at| about[*at].clone()).collect();
        let (weights, bias) = fit_each(&learned, &topics, size);
        for at in (0..rows.len()).filter(|at| at % FOLDS == fold) {
            let sums = weights.iter().zip(&bias);
            heard[at] = sums
                .map(|(weights, bias)| (dot(&rows[at], weights) + bias).clamp(-BOUND, BOUND))
                .collect();
        }
    }
    heard
}

fn observations(sample: &Sample<'_>, heard: &[f32], topics: &Topics) -> Vec<(String, f32)> {
    let about = topics.topic.iter().zip(heard);
    about
        .map(|(topic, sum)| (topic_feature(&topic.name), *sum))
        .chain(sample.facts.iter().cloned())
        .collect()
}

fn write_topics(out: &mut String, topics: &Topics, known: &[String], weights: &[Vec<f32>], bias: &[f32]) {
    let names: Vec<&str> = topics.topic.iter().map(|topic| topic.name.as_str()).collect();
    let most = weights.iter().flatten().fold(0.0_f32, |most, one| most.max(one.abs()));
    let scale = most / 127.0;
    let biases: Vec<String> = bias.iter().map(|one| format!("{one:.3}")).collect();
    let _ = writeln!(
        out,
        "topics\t{}\nscale\t{scale:.6}\nbias\t{}",
        names.join("\t"),
        biases.join(",")
    );
    for (at, gram) in known.iter().enumerate() {
        let values: Vec<i32> = weights.iter().map(|topic| (topic[at] / scale).round() as i32).collect();
        if values.iter().any(|one| one.abs() > 1) && !gram.contains(['\t', '\n']) && !gram.starts_with('#') {
            let _ = writeln!(out, "g\t{gram}\t{}", joined(&values));
        }
    }
}

fn write_head(out: &mut String, procedure: &str, question: &str, observed: &[Vec<(String, f32)>], answers: &[&str]) {
    let labels: Vec<&str> = answers
        .iter()
        .copied()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let features: Vec<&str> = {
        let all = observed.iter().flatten().map(|(name, _)| name.as_str());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    let place: HashMap<&str, usize> = features.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let rows: Vec<Row> = observed
        .iter()
        .map(|one| one.iter().map(|(name, value)| (place[name.as_str()], *value)).collect())
        .collect();
    let wanted: Vec<usize> = answers
        .iter()
        .map(|answer| labels.iter().position(|label| label == answer).unwrap_or(0))
        .collect();
    let (weights, bias) = fit_one_of(&rows, &wanted, features.len(), labels.len());
    let _ = writeln!(out, "head\t{procedure}\t{question}");
    for (label, bias) in labels.iter().zip(&bias) {
        let _ = writeln!(out, "label\t{label}\t{bias:.3}");
    }
    for (at, feature) in features.iter().enumerate() {
        let values: Vec<i32> = weights.iter().map(|label| (label[at] * 100.0).round() as i32).collect();
        if values.iter().any(|one| one.abs() >= 5) {
            let _ = writeln!(out, "w\t{feature}\t{}", joined(&values));
        }
    }
}

/// Numbers with commas, nothing for zero.
fn joined(values: &[i32]) -> String {
    let one = |value: &i32| if *value == 0 { String::new() } else { value.to_string() };
    values.iter().map(one).collect::<Vec<_>>().join(",")
}
