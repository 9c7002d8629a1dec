//! Slips on pages: those of one complaint with a form for each, and the list over all complaints.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::Problem;
use kesu_app::texts::{Language, texts};
use kesu_rules::domain::decide::Allowed;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::slip::Slip;
use kesu_rules::domain::value::Value as FieldValue;
use kesu_rules::procedure::model::{SlipKind, SlipRule};
use serde_json::{Value, json};

use crate::api::complaints::parse_month;
use crate::api::slips::{kind_of, page as read_page};
use crate::ask::{Ask, Params};
use crate::pages::forms::{changed, current};
use crate::pages::widget::{Widget, for_field, held, worded};
use crate::pages::{page, short, short_of, story};
use crate::shown::Shown;

/// The slips of a complaint, as its page shows them.
pub fn told(shown: &Shown, language: Language) -> Vec<Value> {
    let it = &shown.loaded.complaint;
    let slip = |one: &Slip| {
        let rule = shown.desk.procedure.slip(one);
        let face = |key: &FieldKey| Slip::face(one.kind, one.n, key);
        let waits = one.not_granted(it).filter(|_| !one.stage.settled());
        json!({
            "kind": one.kind, "n": one.n, "rule": one.rule, "title": rule.map(|rule| rule.title.get(language)),
            "source": rule.map(|rule| &rule.source), "stage": one.stage.name(), "opened_at": short(one.opened_at, false),
            "at": short(one.stage.at(), false), "waits_for": waits.map(|one| &one.approver),
            "lines": story::fields(shown, &one.fields, &BTreeSet::new(), face, language),
        })
    };
    it.slips.iter().map(slip).collect()
}

/// The forms of a command: for slips one to open and one for each that stands, with its number; else the one that the
/// command's own inputs make.
pub fn forms(shown: &Shown, one: &Allowed, language: Language) -> Vec<(Option<String>, Option<Vec<Widget>>)> {
    let Some(kind) = SlipKind::parse(one.kind) else {
        return vec![(None, None)];
    };
    let mut all = Vec::new();
    let rules = &shown.desk.procedure.pack.slip;
    let opens = shown.opens.iter().find(|(own, _)| *own == kind);
    let rule = opens.and_then(|(_, rule)| rules.iter().find(|one| one.kind == kind && one.rule == *rule));
    if let Some(rule) = rule.filter(|_| one.choices.iter().any(|choice| choice == "open")) {
        all.push((None, Some(opening(shown, rule, language))));
    }
    for slip in shown.loaded.complaint.slips.iter().filter(|slip| slip.kind == kind) {
        let n = slip.n.to_string();
        let steps = one.choices.iter().filter_map(|choice| choice.split_once(' '));
        let steps: Vec<&str> = steps.filter(|(_, of)| *of == n).map(|(step, _)| step).collect();
        if !steps.is_empty() {
            all.push((Some(n), Some(standing(shown, slip, &steps, language))));
        }
    }
    all
}

/// The inputs of a new slip; what the complaint says already stands in them.
fn opening(shown: &Shown, rule: &SlipRule, language: Language) -> Vec<Widget> {
    let fields = rule.carried().into_iter().filter(|key| !rule.done_needs.contains(key));
    let own = |key: &FieldKey| {
        shown
            .loaded
            .complaint
            .fields
            .get(key)
            .is_some_and(|value| !is_face(value))
    };
    let input = |key: &FieldKey| {
        let needed = rule.needs.contains(key);
        let values = if needed && own(key) {
            current(shown, key)
        } else {
            Vec::new()
        };
        input(shown, key, values, needed, language)
    };
    fields.filter_map(input).collect()
}

/// The inputs of a slip that stands: what is done with it, and its fields as they are.
fn standing(shown: &Shown, slip: &Slip, steps: &[&str], language: Language) -> Vec<Widget> {
    let label = texts().label(language, "command_field", "step");
    let step = Widget::new("select", "c.step", label)
        .of(worded(language, "slip_step", steps.iter().copied()))
        .holding("edit")
        .needed(true);
    let keys = match shown.desk.procedure.slip(slip) {
        Some(rule) => rule.carried(),
        None => slip.fields.keys().collect(),
    };
    let fields = keys
        .into_iter()
        .filter_map(|key| input(shown, key, holds(shown, slip, key), false, language));
    std::iter::once(step).chain(fields).collect()
}

fn input(shown: &Shown, key: &FieldKey, values: Vec<String>, needed: bool, language: Language) -> Option<Widget> {
    let kind = shown.desk.procedure.fields.kind(key.as_str())?;
    let input = for_field(&shown.desk.procedure, &format!("f.{key}"), key.as_str(), kind, language);
    Some(input.filled(kind, values).needed(needed))
}

fn is_face(value: &FieldValue) -> bool {
    matches!(value, FieldValue::Face(_))
}

/// What a field of a slip holds, as its input would.
fn holds(shown: &Shown, slip: &Slip, key: &FieldKey) -> Vec<String> {
    let value = slip.fields.get(key);
    let words = match value {
        Some(FieldValue::Words(at)) => shown.words(at),
        Some(FieldValue::Face(_)) => shown
            .loaded
            .face
            .get(&Slip::face(slip.kind, slip.n, key))
            .map(String::as_str),
        _ => None,
    };
    value.map(|value| held(value, words)).unwrap_or_default()
}

/// The fields that a slip's form gives: all that are filled for a new one, what differs for one that stands, and none
/// where it is given up.
pub fn given(shown: &Shown, kind: SlipKind, form: Params<'_>) -> Option<Value> {
    if form.get("c.step") == Some("cancel") {
        return None;
    }
    let n = form.get("c.n").and_then(|n| n.parse().ok());
    let slip = n.and_then(|n| shown.loaded.complaint.slip(kind, n));
    let standing = |key: &FieldKey| slip.map(|slip| holds(shown, slip, key)).unwrap_or_default();
    Some(changed(shown, slip.is_some(), form, standing))
}

/// `GET /admin/slips`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["kind", "month", "cursor"])?;
    let kind = params.get("kind").map(kind_of).transpose()?;
    let month = params.get("month").map(parse_month).transpose()?;
    let (slips, next) = read_page(&ask, kind, month.as_deref(), params.get("cursor")).await?;
    let slips: Vec<Value> = slips
        .into_iter()
        .map(|mut slip| {
            for name in ["opened_at", "settled_at"] {
                let said = short_of(slip.get(name).and_then(Value::as_str), false);
                if let Some(map) = slip.as_object_mut() {
                    map.insert(name.to_owned(), json!(said));
                }
            }
            slip
        })
        .collect();
    let mut link = "/admin/slips?".to_owned();
    for (name, value) in [("kind", kind.map(SlipKind::name)), ("month", month.as_deref())] {
        if let Some(value) = value {
            link.push_str(&format!("{name}={value}&"));
        }
    }
    let context = json!({
        "kinds": SlipKind::ALL, "kind": kind, "month": month, "slips": slips, "link": link, "next": next,
    });
    Ok(page(&ask, StatusCode::OK, "slips.html", context))
}
