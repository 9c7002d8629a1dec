//! What a person finds moves the class: answers that a command changed speak for the axes whose rules ask them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::draft::Draft;
use crate::classify::{Kind, Standing};
use crate::domain::complaint::Complaint;
use crate::domain::event::{Cue, Event};
use crate::domain::facts::Actor;
use crate::domain::names::{Desk, FieldKey, known};
use crate::domain::value::Value;
use crate::procedure::Procedure;
use crate::procedure::condition::Situation;

/// Lets the classes follow the fields that changed: one event, if any class moved. Only axes that ask one of these fields
/// move, so that a class which a person set stands until something newer speaks.
pub(super) fn follow(draft: &mut Draft<'_>, changed: &BTreeSet<FieldKey>) {
    let classifier = &draft.facts.procedure.classifier;
    let changed: BTreeSet<&str> = changed.iter().map(FieldKey::as_str).collect();
    if draft.after.axes.is_empty() || !changed.iter().any(|field| classifier.asks(field)) {
        return;
    }
    let answers = answers(&draft.after, draft.facts.procedure);
    let found = classifier.findings(
        &changed,
        Standing {
            axes: &draft.after.axes,
            spoken: &draft.after.spoken,
            answers: &answers,
            off_hours: draft.after.off_hours(),
        },
    );
    let Some(found) = found else { return };
    let kind = Kind::ALL
        .iter()
        .copied()
        .find(|kind| found.axes.get("kind").is_some_and(|code| code == kind.code()));
    let classes = &draft.facts.procedure.pack.classes;
    let class = match kind {
        Some(Kind::Vague) => draft.after.class.clone(),
        kind => classes.class_name(kind.unwrap_or(Kind::Complaint), &found.axes),
    };
    let because = found.because.into_iter().map(|one| Cue {
        rule: one.rule,
        cue: one.cue,
        start: one.start,
        end: one.end,
    });
    // A member of staff who found it has looked.
    let unseen = found.review && !matches!(draft.facts.actor, Actor::Staff(_));
    draft.push(Event::Classified {
        class,
        axes: found.axes,
        because: because.collect(),
        needs_review: draft.after.needs_review || found.guess || unseen,
        confidence: None,
        spoken: found.spoken,
    });
    if !draft.after.stage.ended() {
        route_along(draft);
    }
}

/// As long as nobody has routed it by hand, the department follows the class.
pub(super) fn route_along(draft: &mut Draft<'_>) {
    let department = draft.facts.procedure.classifier.department(&draft.after.axes);
    if let Some(department) = department.as_deref().and_then(Desk::parse)
        && !draft.after.ever(known::ROUTED)
        && draft.after.department.as_ref() != Some(&department)
    {
        draft.push(Event::Routed {
            department,
            person: None,
        });
    }
}

/// The fields that rules of classes ask, as answers. What is kept apart from the log cannot be asked again.
pub(super) fn answers(complaint: &Complaint, procedure: &Procedure) -> BTreeMap<String, Json> {
    let plain = |value: &Value| !matches!(value, Value::Words(_) | Value::Face(_));
    let asked = complaint
        .fields
        .iter()
        .filter(|(key, value)| plain(value) && procedure.classifier.asks(key.as_str()));
    asked
        .map(|(key, value)| (key.to_string(), value.to_json()))
        .chain([super::receive::channel_answer(complaint)])
        .collect()
}
