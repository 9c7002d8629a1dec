//! `kesu classify`: which class, department and first deadline a text would get, and which words decided.

use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use kesu_app::library::Library;
use kesu_rules::classify::Input;
use kesu_rules::clock::first::first;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::procedure::Procedure;
use serde_json::{Value, json};

use super::sample::{clock, received};
use super::{DONE, moment, print, procedure, score, shipped_calendar};
use crate::cli::Classify;
use crate::failure::Failure;

/// The longest text read, in bytes; the classifier itself reads the head and the tail of longer ones.
const LONGEST: u64 = 1024 * 1024;

pub fn run(args: &Classify) -> Result<ExitCode, Failure> {
    let library = Library::default();
    if let Some(file) = &args.score {
        return score::run(&library, file, args);
    }
    if let Some(topics) = &args.learn {
        return learned(&library, topics, &args.texts);
    }
    if !args.jsonl {
        let id = args
            .procedure
            .as_deref()
            .ok_or_else(|| Failure::refused("say by which procedure: --procedure ID"))?;
        let mut text = String::new();
        let read = std::io::stdin().lock().take(LONGEST).read_to_string(&mut text);
        read.map_err(|error| Failure::refused(format!("the text cannot be read: {error}")))?;
        print(&one(&*procedure(&library, id)?, &json!({"text": text}))?);
        return Ok(DONE);
    }
    let mut code = DONE;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::refused(format!("a line cannot be read: {error}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = answer(&library, args.procedure.as_deref(), &line).unwrap_or_else(|failure| {
            code = failure.code();
            let id = serde_json::from_str::<Value>(&line)
                .ok()
                .and_then(|line| line.get("id").cloned());
            json!({"id": id, "error": {"message": failure.to_string()}})
        });
        print(&answer);
    }
    Ok(code)
}

/// The weights of likeness, learned anew from these texts.
fn learned(library: &Library, topics: &Path, files: &[PathBuf]) -> Result<ExitCode, Failure> {
    let cannot =
        |error: &dyn std::fmt::Display| Failure::refused(format!("`{}` cannot be read: {error}", topics.display()));
    let read = std::fs::read_to_string(topics).map_err(|error| cannot(&error))?;
    let topics = toml::from_str(&read).map_err(|error| cannot(&error))?;
    let mut texts = Vec::new();
    for file in files {
        texts.extend(score::read(file, None)?);
    }
    let mut procedures: BTreeMap<String, Arc<Procedure>> = BTreeMap::new();
    for id in texts.iter().map(|text| &text.procedure) {
        if !procedures.contains_key(id) {
            procedures.insert(id.clone(), procedure(library, id)?);
        }
    }
    let by = procedures
        .iter()
        .map(|(id, procedure)| (id.clone(), &procedure.classifier))
        .collect();
    let weights = crate::learn::learn(&texts, &by, &topics).map_err(Failure::refused)?;
    print!("{weights}");
    Ok(DONE)
}

fn answer(library: &Library, named: Option<&str>, line: &str) -> Result<Value, Failure> {
    let line: Value =
        serde_json::from_str(line).map_err(|error| Failure::refused(format!("a line is no JSON: {error}")))?;
    let own = line.get("procedure").and_then(Value::as_str);
    let id = named
        .or(own)
        .ok_or_else(|| Failure::refused("say by which procedure: --procedure ID, or `procedure` in the line"))?;
    one(&*procedure(library, id)?, &line)
}

fn one(procedure: &Procedure, line: &Value) -> Result<Value, Failure> {
    let text = line
        .get("text")
        .and_then(Value::as_str)
        .ok_or_else(|| Failure::refused("a line has no `text`"))?;
    let calendar = shipped_calendar(&procedure.pack.procedure.calendar)?;
    let given = line.get("answers").and_then(Value::as_object);
    let answers: BTreeMap<String, Value> = given
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    // Without a moment the text is taken to have come in working time, whenever this is run.
    let clock = clock(procedure, calendar);
    let received_at = match line.get("received_at").and_then(Value::as_str) {
        Some(text) => moment(text)?,
        None => clock.next_working_start(clock.start_of_day(procedure.pack.procedure.from)),
    };
    let fields = answers
        .iter()
        .filter_map(|(key, value)| Some((FieldKey::parse(key)?, value.clone())))
        .collect();
    let complaint = received(procedure, calendar, received_at, fields, text)?;
    let off_hours = !clock.is_working(received_at);
    let verdict = procedure.classifier.classify(&Input {
        text,
        answers: &answers,
        off_hours,
    });
    let first = first(procedure, &complaint).map(|rule| match &rule.within {
        Some(within) if !rule.at_once => {
            let (value, unit) = within.stated();
            let value = value.normalize().to_string();
            json!({"rule": rule.rule, "value": serde_json::from_str::<Value>(&value).unwrap_or_default(), "unit": unit})
        }
        None if rule.date_field.is_some() => json!({"rule": rule.rule, "value": null, "unit": "date"}),
        _ => json!({"rule": rule.rule, "value": 0, "unit": "at once"}),
    });
    let because: Vec<Value> = verdict
        .because
        .iter()
        .map(|one| json!({"rule": one.rule, "text": one.text, "start": one.start, "end": one.end, "axis": one.axis, "value": one.value, "cue": one.cue}))
        .collect();
    Ok(json!({
        "id": line.get("id"), "class": verdict.class, "department": verdict.department, "first_deadline": first,
        "needs_review": verdict.needs_review, "confidence": verdict.confidence, "because": because, "axes": verdict.axes,
        "set_aside": verdict.set_aside,
    }))
}
