//! A deadline as pages show it: what is due when, how it came about, whom it climbs to, and who has seen it.

use kesu_app::app::DeskWork;
use kesu_app::texts::{Language, milestone_title};
use kesu_rules::clock::deadline::{Deadline, explain};
use kesu_rules::domain::complaint::Complaint;
use serde_json::{Value, json};

use crate::pages::short;

/// The row of one deadline.
pub fn row(one: &Deadline, it: &Complaint, desk: &DeskWork, language: Language) -> Value {
    let (procedure, clock) = (&desk.procedure, desk.clock());
    let rule = procedure.deadline(one.rule.as_str());
    let steps: Vec<Value> = explain(one, it, procedure, &clock)
        .iter()
        .map(|step| {
            let step_json = json!(step);
            json!({
                "what": step_json.get("what"), "unit": step_json.get("unit"), "day": step_json.get("day"),
                "from": short(step.from, false), "to": short(step.to, true), "name": step.name,
                "counted": step_json.get("counted").map(Value::to_string), "assumed": step.assumed,
            })
        })
        .collect();
    let until: Vec<String> = one
        .until
        .iter()
        .map(|name| milestone_title(procedure, name.as_str(), language))
        .collect();
    let rungs: Vec<Value> = one
        .rungs
        .iter()
        .map(|rung| {
            let tell: Vec<&str> = rung.tell.iter().map(|desk| desk.as_str()).collect();
            json!({"name": rung.rung, "at": short(rung.at, true), "tell": tell.join(", ")})
        })
        .collect();
    let seen: Vec<Value> = it
        .seen_by(&one.rule, one.started_at, one.due_at)
        .map(|one| json!({"by": one.by, "at": short(one.at, false)}))
        .collect();
    json!({
        "rule": one.rule, "title": rule.map(|rule| rule.title.get(language)),
        "source": rule.map(|rule| &rule.source), "assumed": rule.and_then(|rule| rule.assumed.as_ref()),
        "within": rule.and_then(|rule| rule.within.as_ref()).map(ToString::to_string), "clock": one.clock,
        "from": milestone_title(procedure, &one.from, language), "until": until.join(" / "),
        "started_at": short(one.started_at, false), "due_at": short(one.due_at, true),
        "done_at": one.done_at.map(|at| short(at, false)), "state": state(one), "provisional": one.provisional,
        "extended": one.extended, "responsible": one.responsible, "rungs": rungs, "steps": steps, "seen": seen,
    })
}

fn state(one: &Deadline) -> &'static str {
    match () {
        () if one.done_at.is_some() && one.late => "done_late",
        () if one.done_at.is_some() => "done",
        () if one.planned => "planned",
        () if one.paused => "paused",
        () if one.late => "late",
        () => "running",
    }
}
