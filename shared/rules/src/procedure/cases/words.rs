//! The example texts of a pack (`cases/classification.jsonl`): what each should come to, and which rules decided it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::seen::Seen;
use crate::classify::{Input, Kind, Rule, Verdict};
use crate::clock::first::first;
use crate::clock::{Clock, WorkCalendar};
use crate::domain::directory::Directory;
use crate::domain::names::UserId;
use crate::procedure::Procedure;
use crate::procedure::tree::way;

/// One line of `cases/classification.jsonl`.
#[derive(Clone, Debug, Deserialize)]
pub struct Text {
    /// What it is called.
    pub id: String,
    /// The customer's words.
    pub text: String,
    /// The class it should get.
    pub expected_class: String,
    /// Who should handle it; `not stated` for nobody.
    #[serde(default)]
    pub expected_department: Option<String>,
    /// The limit named first, with its id in brackets; `none stated` for none.
    #[serde(default)]
    pub first_deadline: Option<String>,
    /// A remark; `accept also X` allows another answer.
    #[serde(default)]
    pub note: String,
    /// Values on further axes.
    #[serde(default)]
    pub axes: BTreeMap<String, String>,
    /// Structured answers.
    #[serde(default)]
    pub answers: BTreeMap<String, Json>,
    /// Whether it is kept aside, so that nobody chooses words by it.
    #[serde(default)]
    pub held: bool,
}

/// Something with the number of its line.
pub type Numbered<T> = (usize, T);

/// Reads the lines of such a file, each with its line number.
///
/// # Errors
/// The lines that are none, each with its number.
pub fn parse(text: &str) -> Result<Vec<Numbered<Text>>, Vec<Numbered<String>>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(index, line)| {
        let read = serde_json::from_str(line);
        read.map(|text| (index + 1, text))
            .map_err(|error| (index + 1, error.to_string()))
    });
    let (good, bad): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
    if bad.is_empty() {
        Ok(good.into_iter().flatten().collect())
    } else {
        Err(bad.into_iter().filter_map(Result::err).collect())
    }
}

/// Classifies a text and says what is not as expected, and which items decided.
pub fn judge(text: &Text, procedure: &Procedure, calendar: &WorkCalendar) -> (Vec<String>, Seen) {
    let clock = Clock {
        calendar,
        hours: &procedure.pack.procedure.hours,
        zone: procedure.pack.procedure.zone,
    };
    let now = clock.next_working_start(clock.start_of_day(procedure.pack.procedure.from));
    let verdict = procedure.classifier.classify(&Input {
        text: &text.text,
        answers: &text.answers,
        off_hours: false,
    });
    let mut wrong = Vec::new();
    let allows = |wanted: &str, found: &str| wanted == found || text.note.contains(&format!("accept also {found}"));
    if !allows(&text.expected_class, &verdict.class) {
        wrong.push(format!(
            "the class should be `{}`, it is `{}`",
            text.expected_class, verdict.class
        ));
    }
    let department = verdict.department.as_deref().unwrap_or("not stated");
    if let Some(wanted) = text
        .expected_department
        .as_deref()
        .filter(|wanted| !allows(wanted, department))
    {
        wrong.push(format!("the department should be `{wanted}`, it is `{department}`"));
    }
    for (axis, wanted) in &text.axes {
        let found = verdict.axes.get(axis).map_or("open", String::as_str);
        if found != wanted {
            wrong.push(format!("axis `{axis}` should be `{wanted}`, it is `{found}`"));
        }
    }
    let mut seen = Seen::default();
    decided(&mut seen, procedure, &verdict);
    class(&mut seen, procedure, &verdict.class, &verdict.axes);
    for (axis, value) in &text.axes {
        stands(&mut seen, procedure, axis, value);
    }
    let route = procedure.classifier.route(&verdict.axes);
    seen.items.extend(route.map(|index| way!["routing", "route", index]));
    let administrator = UserId::parse("administrator@cases.example");
    let named = text.first_deadline.as_deref().and_then(named_first);
    if let (Some(wanted), Some(administrator)) = (named, administrator) {
        let directory = Directory::of(administrator);
        match super::run::received(text, procedure, calendar, &directory, now) {
            Ok(complaint) => {
                let found = first(procedure, &complaint).map_or("none", |rule| rule.rule.as_str());
                if wanted != found && !text.note.contains(&format!("[{found}]")) {
                    wrong.push(format!("the limit named first should be `{wanted}`, it is `{found}`"));
                } else {
                    seen.each("deadline", &procedure.pack.deadline, |rule| rule.rule == *found);
                }
            }
            Err(refused) => wrong.push(format!("the intake was {refused}")),
        }
    }
    (wrong, seen)
}

/// The rule that `30 minutes [T10.1]` names; `none` for `none stated`; nothing where the text names no rule.
fn named_first(text: &str) -> Option<&str> {
    if text.starts_with("none") {
        return Some("none");
    }
    let (_, rest) = text.split_once('[')?;
    rest.split_once(']').map(|(rule, _)| rule)
}

/// Notes what decided a verdict: kinds, rules, and the classes that rules decided on.
pub(super) fn decided(seen: &mut Seen, procedure: &Procedure, verdict: &Verdict) {
    let classes = &procedure.pack.classes;
    for because in verdict.because.iter().filter(|one| one.axis == "kind") {
        seen.each_in("classes", "kind", &classes.kind, |one| {
            one.source == because.rule && one.is == verdict.kind && one.any.iter().any(|cue| **cue == because.cue)
        });
    }
    if verdict.because.iter().all(|one| one.axis != "kind") {
        let fired = |axis: &String| verdict.because.iter().any(|one| one.axis == *axis);
        let kind = classes
            .kind
            .iter()
            .position(|one| one.is == verdict.kind && one.fired.iter().any(fired));
        seen.items.extend(kind.map(|index| way!["classes", "kind", index]));
    }
    for because in verdict.because.iter().filter(|one| one.axis != "kind") {
        let spoke = |rule: &Rule| match because.cue.split_once(':') {
            Some(("answer", field)) => rule.answers.iter().any(|test| test.field == field),
            Some(("number", unit)) => rule.number.as_ref().is_some_and(|test| test.unit == unit),
            _ => rule.cues.iter().any(|cue| **cue == because.cue),
        };
        let same = |rule: &Rule| rule.rule == because.rule && rule.axis == because.axis && rule.value == because.value;
        seen.each_in("classes", "rule", &classes.rule, |rule| same(rule) && spoke(rule));
        stands(seen, procedure, &because.axis, &because.value);
    }
    if !matches!(verdict.kind, Kind::Complaint | Kind::Service) {
        seen.items.insert(way!["classes", "label"]);
    }
}

/// Notes that a value stands on an axis.
pub(super) fn stands(seen: &mut Seen, procedure: &Procedure, axis: &str, value: &str) {
    for (index, own) in procedure
        .pack
        .classes
        .axis
        .iter()
        .enumerate()
        .filter(|(_, own)| own.id == axis)
    {
        seen.items.insert(way!["classes", "axis", index]);
        let is = |name: &str| name == value || value.split('+').any(|part| part == name);
        let classes = own.class.iter().enumerate().filter(|(_, class)| is(&class.name));
        seen.items
            .extend(classes.map(|(class, _)| way!["classes", "axis", index, "class", class]));
    }
}

/// Notes the axes that a class is made up of.
pub(super) fn class(seen: &mut Seen, procedure: &Procedure, class: &str, axes: &BTreeMap<String, String>) {
    let label = &procedure.pack.classes.label;
    if [&label.enquiry, &label.vague].iter().any(|one| *one == class) {
        seen.items.insert(way!["classes", "label"]);
        return;
    }
    let named = [&label.service_axis, &label.information_axis];
    let mut of: Vec<&str> = named.into_iter().filter_map(Option::as_deref).collect();
    of.push(procedure.main_axis());
    if let Some(pattern) = &label.class {
        seen.items.insert(way!["classes", "label"]);
        of.extend(
            axes.keys()
                .map(String::as_str)
                .filter(|axis| pattern.contains(&format!("{{{axis}}}"))),
        );
    }
    let composed = label.class.is_some();
    for axis in of {
        if let Some(value) = axes.get(axis).filter(|value| composed || *value == class) {
            stands(seen, procedure, axis, value);
        }
    }
}
