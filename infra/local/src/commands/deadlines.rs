//! `kesu deadlines`: which deadlines a complaint would have, when each is due, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use kesu_app::library::Library;
use kesu_app::problem::phrase;
use kesu_rules::classify::Standing;
use kesu_rules::clock::deadline::{Deadline, deadlines, explain};
use kesu_rules::domain::complaint::{Complaint, Reached};
use kesu_rules::domain::names::{FieldKey, Milestone, known};
use kesu_rules::domain::value::{Given, TextRef, Value as FieldValue};
use kesu_rules::language::Language;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::condition::{NOT_KNOWN, Situation};
use kesu_rules::procedure::wording::worded;
use kesu_rules::procedure::{imply, limits};
use serde_json::{Value, json};

use super::sample::{clock, received};
use super::{DONE, moment, print, procedure, shipped_calendar};
use crate::cli::Deadlines;
use crate::failure::Failure;

pub fn run(args: &Deadlines) -> Result<ExitCode, Failure> {
    let procedure = procedure(&Library::default(), &args.procedure)?;
    let calendar = shipped_calendar(&procedure.pack.procedure.calendar)?;
    let clock = clock(&procedure, calendar);
    let received_at = moment(&args.received)?;
    let mut complaint = received(&procedure, calendar, received_at, Default::default(), "")?;
    classify(&mut complaint, &procedure, args.class.as_deref())?;
    for pair in &args.fields {
        set(&mut complaint, &procedure, pair)?;
    }
    answered(&mut complaint, &procedure);
    let mut reached = Vec::new();
    for pair in &args.reached {
        reached.push(milestone(pair, &procedure)?);
    }
    reached.sort_by_key(|one| one.at);
    let last = reached
        .last()
        .map_or(complaint.received_at, |one| one.at.max(complaint.received_at));
    complaint.answers =
        u32::try_from(reached.iter().filter(|one| one.name == *known::REPLIED).count()).unwrap_or(u32::MAX);
    complaint.milestones.extend(reached);
    let all = deadlines(&complaint, &procedure, &clock, last);
    let told = |one: &Deadline| {
        let mut json = kesu_app::wire::deadline(one, Some(&explain(one, &complaint, &procedure, &clock)));
        // What is not known yet may exclude it: the reader is told what it depends on.
        let rule = procedure.deadline(one.rule.as_str());
        let open = rule.filter(|rule| !rule.when.surely_holds(&complaint));
        if let (Some(rule), Some(map)) = (open, json.as_object_mut()) {
            map.insert("when".to_owned(), worded(&rule.when).into());
        }
        json
    };
    let mut list: Vec<Value> = all.iter().map(told).collect();
    let day = last.with_timezone(&procedure.pack.procedure.zone).date_naive();
    let further = limits::further(&procedure, &clock, &complaint, day);
    list.extend(further.iter().map(|one| json!(one)));
    let waiting = limits::waiting(&procedure, &complaint, &all);
    print(&json!({"deadlines": list, "waiting": waiting}));
    Ok(DONE)
}

/// With a class, its axes are set as far as its name says; of the rest it is not known yet, so that nothing is excluded.
fn classify(complaint: &mut Complaint, procedure: &Procedure, class: Option<&str>) -> Result<(), Failure> {
    complaint.stage = kesu_rules::domain::stage::Stage::Received;
    complaint.class.clear();
    let axes = procedure.pack.classes.axis.iter().map(|axis| axis.id.clone());
    let axes = axes.chain(["kind".to_owned()]);
    complaint.axes = axes.map(|axis| (axis, NOT_KNOWN.to_owned())).collect();
    let Some(class) = class else { return Ok(()) };
    let Some(implied) = imply::implied(procedure, class) else {
        let known = procedure.classes(procedure.main_axis()).join(", ");
        let message = format!("this procedure has no class `{class}`: choose one of {known}");
        return Err(Failure::refused(message));
    };
    complaint.class = implied.class.unwrap_or_default();
    complaint.axes.extend(implied.axes);
    Ok(())
}

/// Axes of which nothing is known follow the fields that were given.
fn answered(complaint: &mut Complaint, procedure: &Procedure) {
    let known = |value: &String| value != NOT_KNOWN;
    let axes = complaint.axes.iter().filter(|(_, value)| known(value));
    let axes: BTreeMap<String, String> = axes.map(|(axis, value)| (axis.clone(), value.clone())).collect();
    let answers: BTreeMap<String, Value> = complaint
        .fields
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_json()))
        .collect();
    let given: BTreeSet<&str> = answers.keys().map(String::as_str).collect();
    let standing = Standing {
        axes: &axes,
        spoken: &BTreeMap::new(),
        answers: &answers,
        off_hours: complaint.off_hours(),
    };
    let Some(found) = procedure.classifier.findings(&given, standing) else {
        return;
    };
    for one in found.because.iter().filter(|one| !axes.contains_key(&one.axis)) {
        if let Some(value) = found.axes.get(&one.axis) {
            complaint.axes.insert(one.axis.clone(), value.clone());
        }
    }
}

fn pair(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=')
        .ok_or_else(|| Failure::refused(format!("`{text}` is not of the form NAME=VALUE")))
}

fn set(complaint: &mut Complaint, procedure: &Procedure, text: &str) -> Result<(), Failure> {
    let (name, value) = pair(text)?;
    if procedure.pack.classes.axis.iter().any(|axis| axis.id == name) && procedure.fields.kind(name).is_none() {
        complaint.axes.insert(name.to_owned(), value.to_owned());
        return Ok(());
    }
    let key = FieldKey::parse(name).ok_or_else(|| Failure::refused(format!("`{name}` is no field")))?;
    let words = |refusal: &kesu_rules::domain::refusal::Refusal| Failure::refused(phrase(refusal, Language::En));
    // Text that happens to look like JSON is still text where the field wants text.
    let as_json = serde_json::from_str::<Value>(value).ok();
    let read = as_json.and_then(|json| procedure.fields.read(&key, &json).ok());
    let given = match read {
        Some(given) => given,
        None => procedure
            .fields
            .read(&key, &Value::from(value))
            .map_err(|refusal| words(&refusal))?,
    };
    let kept = match given {
        Given::Plain(value) => value,
        Given::Words(_) => FieldValue::Words(TextRef {
            seq: 0,
            n: 0,
            digest: String::new(),
        }),
        Given::Face(_) => FieldValue::Face(String::new()),
        Given::Cleared => return Ok(()),
    };
    complaint.fields.insert(key, kept);
    Ok(())
}

fn milestone(text: &str, procedure: &Procedure) -> Result<Reached, Failure> {
    let (name, at) = pair(text)?;
    let own = procedure.pack.milestones.iter().any(|added| added.name == *name);
    if !own && !known::ALL.contains(&name) {
        return Err(Failure::refused(format!("there is no milestone `{name}`")));
    }
    let name = Milestone::parse(name).ok_or_else(|| Failure::refused(format!("there is no milestone `{name}`")))?;
    let zone = procedure.pack.procedure.zone;
    Ok(Reached {
        name,
        at: moment(at)?.with_timezone(&zone).fixed_offset(),
        by: None,
        round: 1,
        slip: None,
    })
}
