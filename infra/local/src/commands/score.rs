//! `kesu classify --score`: how often class, department and first limit of labelled texts come out right.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kesu_app::library::Library;
use kesu_rules::classify::score::{Labelled, Mark, Tally, first_limit, mark};
use kesu_rules::classify::{Input, Verdict};
use kesu_rules::procedure::Procedure;
use serde_json::{Value, json};

use super::{DONE, print, procedure};
use crate::cli::Classify;
use crate::failure::Failure;

pub fn run(library: &Library, file: &Path, args: &Classify) -> Result<ExitCode, Failure> {
    let score = score(library, &read(file, args.procedure.as_deref())?)?;
    if args.json {
        print(&score.json(args.misses));
    } else {
        score.table(args.misses);
    }
    let reached = args.at_least.is_none_or(|percent| score.total.tally.reaches(percent));
    Ok(if reached { DONE } else { ExitCode::FAILURE })
}

/// The labelled texts of a file, or those of one procedure.
pub fn read(file: &Path, only: Option<&str>) -> Result<Vec<Labelled>, Failure> {
    let cannot = |why: String| Failure::refused(format!("`{}` cannot be read: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| cannot(error.to_string()))?;
    let mut all = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let one: Labelled = serde_json::from_str(line).map_err(|error| cannot(format!("line {}: {error}", at + 1)))?;
        if only.is_none_or(|id| one.procedure == *id) {
            all.push(one);
        }
    }
    if all.is_empty() {
        return Err(cannot("it has no labelled text".to_owned()));
    }
    Ok(all)
}

/// What the texts of one procedure, or all, came to.
#[derive(Default)]
struct Part {
    tally: Tally,
    took: Duration,
}

#[derive(Default)]
struct Score {
    parts: BTreeMap<String, Part>,
    total: Part,
    misses: Vec<Value>,
}

fn score(library: &Library, all: &[Labelled]) -> Result<Score, Failure> {
    let mut score = Score::default();
    // All are read before the first text, so that none is timed with what reading a procedure leaves in the machine's caches.
    let mut known: BTreeMap<&str, Arc<Procedure>> = BTreeMap::new();
    for labelled in all {
        if let Entry::Vacant(new) = known.entry(&labelled.procedure) {
            new.insert(procedure(library, &labelled.procedure)?);
        }
    }
    for labelled in all {
        let id = labelled.procedure.as_str();
        let Some(by) = known.get(id) else { continue };
        let input = Input {
            text: &labelled.text,
            answers: &BTreeMap::new(),
            off_hours: false,
        };
        let start = Instant::now();
        let verdict = by.classifier.classify(&input);
        let took = start.elapsed();
        let limit = first_limit(by, &verdict);
        let mark = mark(labelled, &verdict, by.classifier.axes(), limit);
        for part in [&mut score.total, score.parts.entry(id.to_owned()).or_default()] {
            part.tally.add(labelled, &verdict, mark);
            part.took += took;
        }
        if !(mark.class && mark.department && mark.deadline) {
            score.misses.push(miss(labelled, &verdict, limit, mark));
        }
    }
    Ok(score)
}

fn miss(labelled: &Labelled, verdict: &Verdict, limit: Option<&str>, mark: Mark) -> Value {
    json!({
        "id": labelled.id, "text": labelled.text, "below": mark.below,
        "expected": {"class": labelled.expected_class, "department": labelled.expected_department, "first_deadline": labelled.first_deadline},
        "got": {"class": verdict.class, "department": verdict.department, "first_deadline": limit, "needs_review": verdict.needs_review},
        "because": verdict.because, "set_aside": verdict.set_aside,
    })
}

impl Part {
    fn micros(&self) -> f64 {
        let micros = self.took.as_secs_f64() * 1e6 / f64::from(self.tally.texts.max(1));
        (micros * 10.0).round() / 10.0
    }

    fn json(&self) -> Value {
        let tally = &self.tally;
        json!({
            "texts": tally.texts, "class": tally.class, "department": tally.department, "first_deadline": tally.deadline,
            "grave": tally.grave, "below": tally.below, "needs_review": tally.review, "micros": self.micros(),
        })
    }

    fn line(&self, name: &str) {
        let tally = &self.tally;
        let share = |right: u32| {
            format!(
                "{right} ({:.1} %)",
                100.0 * f64::from(right) / f64::from(tally.texts.max(1))
            )
        };
        println!(
            "{name:<6}{:>6}  {:<14}{:<14}{:<14}{:<14}{:<14}{}",
            tally.texts,
            share(tally.class),
            share(tally.department),
            share(tally.deadline),
            format!("{} of {}", tally.below, tally.grave),
            share(tally.review),
            self.micros(),
        );
    }
}

impl Score {
    fn json(&self, misses: bool) -> Value {
        let parts: BTreeMap<&str, Value> = self.parts.iter().map(|(id, part)| (id.as_str(), part.json())).collect();
        let mut json = json!({"total": self.total.json(), "procedures": parts});
        if misses && let Some(all) = json.as_object_mut() {
            all.insert("misses".to_owned(), Value::from(self.misses.clone()));
        }
        json
    }

    fn table(&self, misses: bool) {
        println!(
            "{:<6}{:>6}  {:<14}{:<14}{:<14}{:<14}{:<14}µs per text",
            "", "texts", "class", "department", "first limit", "grave, below", "to review"
        );
        for (id, part) in &self.parts {
            part.line(id);
        }
        self.total.line("all");
        for miss in self.misses.iter().filter(|_| misses) {
            print(miss);
        }
    }
}
