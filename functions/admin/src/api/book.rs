//! What the workbook must know before it can draw a row: the fields of the procedures in use with their kinds, words and
//! clauses, the words of codes, and who is asking what installation.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use kesu_app::Problem;
use kesu_app::intake::CHANNELS;
use kesu_app::texts::{Language, field_title, texts};
use kesu_rules::domain::command::CommandKind;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::value::Kind;
use kesu_rules::procedure::Procedure;
use serde_json::{Map, Value, json};

use crate::ask::Ask;
use crate::pages::forms::{BY_STEPS, NOT_BY_HAND, asked_for};
use crate::pages::widget::{for_field, yes_no};
use crate::serve;

/// `GET /api/book`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let (app, language) = (&ask.app, ask.language);
    let mut fields: BTreeMap<FieldKey, Value> = BTreeMap::new();
    let mut order = Vec::new();
    let mut procedures = Vec::new();
    let mut zone = None;
    // What governs where nothing else decides stands first, and with it its columns.
    let mut offered = app.offered();
    offered.sort_by_key(|id| id != app.settings.procedures.first());
    for id in offered {
        let Ok(desk) = app.desk(&id).await else { continue };
        zone.get_or_insert(desk.procedure.pack.procedure.zone);
        for key in keys(&desk.procedure) {
            let known = fields.contains_key(&key);
            if let (false, Some(told)) = (known, field(&desk.procedure, &key, language)) {
                fields.insert(key.clone(), told);
                order.push(key);
            }
        }
        procedures.push(procedure(&desk.procedure, language));
    }
    let fields: Vec<Value> = order.iter().filter_map(|key| fields.remove(key)).collect();
    let now = app.now();
    let local = zone.map(|zone| now.with_timezone(&zone).fixed_offset());
    serve::json(json!({
        // The browser keeps rows for one installation and one person; another data folder at this address is another one.
        "installation": app.keyed("workbook", "installation").chars().take(16).collect::<String>(),
        "company": app.settings.company, "form": format!("{}/", app.settings.base_url), "as_of": local.unwrap_or(now.fixed_offset()).to_rfc3339(),
        "zone": zone.map(|zone| zone.name()), "procedures": procedures, "fields": fields, "words": words(language),
        "watermark": app.settings.watermark,
    }))
}

/// What an intake may fill under any procedure, and what registers of any trade have.
const COMMON: &[&str] = &[
    "customer_name",
    "customer_contact",
    "customer_email",
    "customer_address",
    "product_name",
    "model_spec",
    "serial_no",
    "batch_no",
    "order_no",
    "quantity_affected",
    "occurred_at",
    "demand",
    "description",
    "memo",
];

/// The fields that the procedure speaks of, each once: what people fill, what an intake fills, then what steps fill.
fn keys(procedure: &Procedure) -> Vec<FieldKey> {
    let steps = COMMON.iter().chain(BY_STEPS).filter_map(|key| FieldKey::parse(key));
    let mut seen = BTreeSet::new();
    asked_for(&procedure.pack)
        .into_iter()
        .chain(steps)
        .filter(|key| !NOT_BY_HAND.contains(&key.as_str()) && seen.insert(key.clone()))
        .collect()
}

fn field(procedure: &Procedure, key: &FieldKey, language: Language) -> Option<Value> {
    let kind = procedure.fields.kind(key.as_str())?;
    let widget = for_field(procedure, "", key.as_str(), kind, language);
    let name = match kind {
        Kind::Text => "text",
        Kind::Face => "face",
        Kind::Words => "words",
        Kind::Choice(of) if of.is_empty() => "text",
        Kind::Choice(_) => "choice",
        Kind::Choices(of) if of.is_empty() => "list",
        Kind::Choices(_) => "choices",
        Kind::Date => "date",
        Kind::Moment => "moment",
        Kind::Number => "number",
        Kind::Integer => "integer",
        Kind::Money => "money",
        Kind::Flag => "flag",
        Kind::List => "list",
        Kind::Link => "link",
    };
    // Rows hold a flag as JSON does, forms as a word.
    let plain = |code: String| match (kind, code.as_str()) {
        (Kind::Flag, "yes") => "true".to_owned(),
        (Kind::Flag, "no") => "false".to_owned(),
        _ => code,
    };
    let options: Vec<(String, String)> = widget
        .options
        .into_iter()
        .map(|(code, word)| (plain(code), word))
        .collect();
    Some(json!({
        "key": key, "title": widget.label, "kind": name, "options": options,
        "step": BY_STEPS.contains(&key.as_str()), "private": matches!(kind, Kind::Face | Kind::Words),
    }))
}

fn procedure(procedure: &Procedure, language: Language) -> Value {
    let pack = &procedure.pack;
    let head = &pack.procedure;
    let mut clauses: Map<String, Value> = Map::new();
    for one in &pack.intake {
        let told = json!({
            "source": one.source, "assumed": one.assumed, "required": one.required,
            "title": field_title(procedure, one.field.as_str(), language),
        });
        clauses.insert(one.field.to_string(), told);
    }
    for guard in &pack.guard {
        for key in guard.fields.iter().chain(&guard.confirmed) {
            let told = || {
                json!({
                    "source": guard.source, "assumed": guard.assumed, "required": false,
                    "title": field_title(procedure, key.as_str(), language), "command": guard.command,
                })
            };
            clauses.entry(key.to_string()).or_insert_with(told);
        }
    }
    let rules: Map<String, Value> = pack
        .deadline
        .iter()
        .map(|rule| {
            let told = json!({"title": rule.title.get(language), "source": rule.source, "assumed": rule.assumed});
            (rule.rule.to_string(), told)
        })
        .collect();
    json!({
        "id": head.id, "title": head.title.get(language), "source": head.source, "version": head.version,
        "classes": procedure.classes(procedure.main_axis()), "desks": procedure.desks(), "clauses": clauses,
        "rules": rules,
    })
}

/// The words of codes, by table.
fn words(language: Language) -> Value {
    let table = |name: &str, codes: &[&str]| -> Value {
        let word = |code: &&str| ((*code).to_owned(), json!(texts().label(language, name, code)));
        Value::Object(codes.iter().map(word).collect())
    };
    let own = |name: &str| -> Value {
        let prefix = format!("{name}.");
        let codes = texts().keys(language).filter_map(|key| key.strip_prefix(&prefix));
        table(name, &codes.collect::<Vec<_>>())
    };
    let commands: Vec<&str> = CommandKind::ALL.iter().map(|(_, name, _)| *name).collect();
    json!({
        "stage": own("stage"), "channel": table("channel", CHANNELS), "command": table("command", &commands),
        "closing_short": own("closing_short"), "letter": own("letter"), "letter_state": own("letter_state"), "role": own("role"),
        "rollup_rule": own("rollup_rule"),
        "capa_stage": own("capa_stage"), "slip": own("slip"), "slip_stage": own("slip_stage"),
        "link_kind": own("link_kind"), "held_reason": own("held_reason"), "held_kind": own("held_kind"),
        "held_state": own("held_state"), "step": own("step"), "day": own("day"), "clock": own("clock"),
        "ledger_field": own("ledger_field"), "ledger_status": own("ledger_status"),
        "deadline": deadline_states(language), "language": own("language"), "answer": Value::Object(
            yes_no(language).into_iter().map(|(code, word)| (code, json!(word))).collect()
        ),
    })
}

/// How a deadline stands.
fn deadline_states(language: Language) -> Value {
    let word = |state: &str| {
        (
            state.to_owned(),
            json!(texts().text(language, &format!("admin.state_{state}"), &[])),
        )
    };
    let states = ["done_late", "done", "planned", "paused", "late", "running"];
    Value::Object(states.into_iter().map(word).collect())
}
