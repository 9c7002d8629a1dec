//! Procedures as people read them: each rule with its clause, and what was assumed where the source is silent.

use axum::response::Response;
use kesu_app::Problem;
use kesu_app::texts::Language;
use kesu_rules::procedure::Procedure;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::serve;

/// `GET /api/procedures`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let library = ask.app.library();
    let now = ask.app.now();
    let ids = library.ids();
    let all = ids.iter().flat_map(|id| library.versions(id));
    let told: Vec<Value> = all
        .map(|procedure| {
            let mut head = header(&procedure, ask.language);
            if let Some(map) = head.as_object_mut() {
                let own = &procedure.pack.procedure;
                let used = ask.app.settings.procedures.ids().any(|id| *id == *own.id.as_str());
                let current = library.in_force(own.id.as_str(), now);
                let in_force = used && current.is_some_and(|one| one.pack.procedure.version == own.version);
                map.insert("in_force".to_owned(), json!(in_force));
            }
            head
        })
        .collect();
    serve::json(json!({"procedures": told}))
}

/// `GET /api/procedures/{id}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let procedure = ask.app.library().procedure(ask.part("id")?).ok_or(Problem::NotFound)?;
    serve::json(summary(&procedure, ask.language))
}

fn header(procedure: &Procedure, language: Language) -> Value {
    let head = &procedure.pack.procedure;
    json!({
        "id": head.id, "title": head.title.get(language), "sector": head.sector.get(language), "source": head.source,
        "version": head.version, "from": head.from, "zone": head.zone.name(), "calendar": head.calendar,
        "hours": head.hours.to_string(), "assumed": head.assumed, "language": head.language,
        "registrar": head.registrar, "judge": head.judge,
        "classes": procedure.classes(procedure.main_axis()),
    })
}

fn summary(procedure: &Procedure, language: Language) -> Value {
    let pack = &procedure.pack;
    let deadlines: Vec<Value> = pack
        .deadline
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.rule, "title": rule.title.get(language), "from": rule.from, "from_field": rule.from_field,
                "until": rule.until, "within": rule.within.as_ref().map(ToString::to_string), "at_once": rule.at_once,
                "target": rule.target.as_ref().map(ToString::to_string), "date_field": rule.date_field,
                "responsible": rule.responsible, "escalate_to": rule.escalate_to, "extension": rule.extension,
                "statutory": rule.statutory, "pausable": rule.pausable, "source": rule.source, "assumed": rule.assumed,
            })
        })
        .collect();
    let approvals: Vec<Value> = pack
        .approval
        .iter()
        .map(|rule| {
            json!({
                "rule": rule.rule, "title": rule.title.get(language), "at": rule.at, "approver": rule.approver,
                "over": rule.amount.as_ref().and_then(|band| band.over), "upto": rule.amount.as_ref().and_then(|band| band.upto),
                "source": rule.source, "assumed": rule.assumed,
            })
        })
        .collect();
    let axes: Vec<Value> = pack
        .classes
        .axis
        .iter()
        .map(|axis| {
            json!({
                "id": axis.id, "main": axis.main, "classes": procedure.classes(&axis.id), "source": axis.source,
                "assumed": axis.assumed,
            })
        })
        .collect();
    let intake: Vec<Value> = pack
        .intake
        .iter()
        .map(|one| {
            json!({
                "field": one.field, "required": one.required, "public": one.public, "source": one.source,
                "assumed": one.assumed,
            })
        })
        .collect();
    let guards: Vec<Value> = pack
        .guard
        .iter()
        .map(|one| {
            json!({
                "command": one.command, "milestone": one.milestone, "fields": one.fields, "confirmed": one.confirmed,
                "reached": one.reached, "by": one.by, "source": one.source, "assumed": one.assumed,
            })
        })
        .collect();
    let notices: Vec<Value> = pack
        .notice
        .iter()
        .map(|one| {
            json!({"rule": one.rule, "at": one.at, "tell": one.tell, "source": one.source, "assumed": one.assumed})
        })
        .collect();
    let closing: Vec<Value> = pack
        .closing
        .iter()
        .map(|one| {
            json!({
                "reason": one.reason, "reached": one.reached, "by": one.by, "copies": one.copies, "letter": one.letter,
                "source": one.source, "assumed": one.assumed,
            })
        })
        .collect();
    let duties: Vec<Value> = pack
        .duty
        .iter()
        .map(|one| {
            json!({
                "rule": one.rule, "title": one.title.get(language), "every": one.every, "owner": one.owner,
                "receivers": one.receivers, "source": one.source, "assumed": one.assumed,
            })
        })
        .collect();
    let kpis: Vec<Value> = pack
        .kpi
        .iter()
        .map(|one| {
            json!({
                "rule": one.rule, "title": one.title.get(language), "at_most": one.at_most, "at_least": one.at_least,
                "measure": one.measure, "figure": one.figure, "source": one.source, "assumed": one.assumed,
            })
        })
        .collect();
    let forms: Vec<Value> = pack
        .form
        .iter()
        .map(|one| json!({"rule": one.rule, "title": one.title, "internal": one.internal, "source": one.source}))
        .collect();
    let milestones: Vec<Value> = pack
        .milestones
        .iter()
        .map(|one| json!({"name": one.name, "title": one.title.get(language), "source": one.source}))
        .collect();
    let numbering = &pack.numbering;
    let retention = pack.retention.as_ref().map(
        |one| json!({"rule": one.rule, "keep": one.keep.to_string(), "source": one.source, "assumed": one.assumed}),
    );
    let survey = pack.survey.as_ref().map(|one| {
        json!({
            "rule": one.rule, "by": one.by, "ask": one.ask, "after": one.after.as_ref().map(ToString::to_string),
            "season": one.season, "lives": one.lives.as_ref().map(ToString::to_string), "duty": one.duty,
            "taken_by": one.taken_by, "source": one.source, "assumed": one.assumed,
        })
    });
    let reply = &pack.reply;
    let mut told = header(procedure, language);
    let more = json!({
        "axes": axes, "intake": intake, "guards": guards, "deadlines": deadlines, "approvals": approvals,
        "notices": notices, "closing": closing, "duties": duties, "kpis": kpis, "forms": forms,
        "milestones": milestones, "desks": procedure.desks(), "retention": retention, "survey": survey,
        "numbering": {"rule": numbering.rule, "pattern": numbering.pattern, "period": numbering.period,
            "source": numbering.source, "assumed": numbering.assumed},
        "reply": {"written": reply.written, "by": reply.by, "on_rejection": reply.on_rejection,
            "source": reply.source, "assumed": reply.assumed},
    });
    if let (Some(map), Value::Object(more)) = (told.as_object_mut(), more) {
        map.extend(more);
    }
    told
}
