//! One complaint as a page: its facts, its story, its deadlines explained, and a form for each thing that may be done.

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::Problem;
use kesu_app::texts::{field_title, milestone_title, texts};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::facts::Role;
use serde_json::{Map, Value, json};

use crate::api::commands::{Signed, Wanted};
use crate::api::devices::history;
use crate::ask::{Ask, Params};
use crate::pages::devices::{address, dated};
use crate::pages::{deadline, forms, mail, onward, page, said, short, slips, story};
use crate::sheet::list;
use crate::shown::Shown;

/// `GET /admin/complaints/{id}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["done"])?;
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    let done = params.get("done");
    let page_of = view(&ask, &shown, done, None).await;
    Ok(page(&ask, StatusCode::OK, "complaint.html", page_of))
}

/// `POST /admin/complaints/{id}`.
pub async fn tell(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
    let kind = form.get("type").unwrap_or_default();
    match carry_out(&ask, &shown, kind, form).await {
        Ok(()) => onward(&format!("/admin/complaints/{}?done={kind}", shown.loaded.complaint.id)),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            // It may have been changed meanwhile: what is shown is what there is now.
            let shown = Shown::read(&ask.app, ask.session()?, ask.part("id")?).await?;
            let failed = Failed { kind, form, errors };
            let page_of = view(&ask, &shown, None, Some(failed)).await;
            Ok(page(&ask, status, "complaint.html", page_of))
        }
    }
}

/// A form that was refused.
pub(crate) struct Failed<'a> {
    kind: &'a str,
    form: Params<'a>,
    errors: Vec<Value>,
}

pub(crate) async fn carry_out(ask: &Ask, shown: &Shown, kind: &str, form: Params<'_>) -> Result<(), Problem> {
    let mut command = forms::command(shown, kind, form);
    // People name complaints by their numbers.
    for name in ["to", "into"] {
        let number = command.get(name).and_then(Value::as_str).map(str::to_owned);
        if let (Some(number), Some(map)) = (number, command.as_object_mut()) {
            let other = Shown::read(&ask.app, ask.session()?, &number)
                .await
                .map_err(|problem| match problem {
                    Problem::NotFound => kesu_rules::domain::refusal::Refusal::of("not_found").about(name).into(),
                    other => other,
                })?;
            map.insert(name.to_owned(), json!(other.loaded.complaint.id));
        }
    }
    let version: Option<u64> = form.get("version").and_then(|version| version.parse().ok());
    let mut body = Map::from_iter([("command".to_owned(), command)]);
    body.insert("version".to_owned(), json!(version));
    if let Some(reason) = form.get("reason") {
        body.insert("reason".to_owned(), json!(reason));
    }
    let wanted = Wanted::read(&Value::Object(body), &["version", "command", "reason"])?;
    let id = shown.loaded.complaint.id.as_str();
    wanted
        .carry_out(&ask.app, ask.session()?, id, &mut Signed::default())
        .await?;
    Ok(())
}

pub(crate) async fn view(ask: &Ask, shown: &Shown, done: Option<&str>, failed: Option<Failed<'_>>) -> Value {
    let language = ask.language;
    let it = &shown.loaded.complaint;
    let procedure = &shown.desk.procedure;
    let fields: Vec<Value> = it
        .fields
        .iter()
        .map(|(key, value)| {
            let said = story::value(shown, key.as_str(), value, language);
            json!({"key": key, "label": field_title(procedure, key.as_str(), language), "value": said})
        })
        .collect();
    let milestones: Vec<Value> = it
        .milestones
        .iter()
        .map(|one| {
            let name = milestone_title(procedure, one.name.as_str(), language);
            json!({"name": name, "at": short(one.at, false), "by": one.by, "round": one.round})
        })
        .collect();
    let axes: Vec<Value> = procedure
        .pack
        .classes
        .axis
        .iter()
        .filter(|axis| !axis.main)
        .filter_map(|axis| Some(json!({"name": story::axis_title(axis, language), "value": it.axes.get(&axis.id)?})))
        .collect();
    let approvals: Vec<Value> = it
        .approvals
        .iter()
        .map(|one| {
            let rule = procedure.pack.approval.iter().find(|rule| rule.rule == one.rule);
            let decision = one.decision.as_ref();
            json!({
                "rule": one.rule, "title": rule.map(|rule| rule.title.get(language)),
                "source": rule.map(|rule| &rule.source), "approver": one.approver, "asked_at": short(one.asked_at, false),
                "granted": decision.map(|decision| decision.granted), "by": decision.map(|decision| &decision.by),
                "at": decision.map(|decision| short(decision.at, false)), "about": story::about(one, language),
            })
        })
        .collect();
    let merged = match &it.merged_into {
        Some(into) => {
            let other = ask.app.load(into.as_str()).await.ok();
            let number = other.map_or_else(|| into.to_string(), |other| other.complaint.number.to_string());
            json!({"to": into, "number": number})
        }
        None => Value::Null,
    };
    let mut links = Vec::new();
    for link in &it.links {
        let other = ask.app.load(link.to.as_str()).await.ok();
        let number = other.map_or_else(|| link.to.to_string(), |other| other.complaint.number.to_string());
        links.push(json!({"to": link.to, "kind": link.kind, "number": number}));
    }
    let attachments: Vec<String> = ["attachments", "photo"]
        .iter()
        .filter_map(|key| match it.fields.get(*key) {
            Some(kesu_rules::domain::value::Value::List(names)) => Some(names.clone()),
            _ => None,
        })
        .flatten()
        .collect();
    let serial = it.fields.get("serial_no").map(kesu_rules::domain::value::Value::plain);
    let mut other = Vec::new();
    if let (Some(serial), Some(session)) = (&serial, &ask.session) {
        let history = history(&ask.app, session, serial, Some(it.id.as_str())).await;
        other = dated(history.unwrap_or_default());
    }
    let description = it
        .fields
        .get("description")
        .map(|value| story::value(shown, "description", value, language));
    let contact = ["customer_contact", "customer_email"]
        .into_iter()
        .filter_map(|key| shown.loaded.face.get(key));
    let contact: Vec<&String> = contact.collect();
    let mut told = json!({
        "id": it.id, "number": it.number, "version": it.version, "stage": it.stage.name(), "class": it.class,
        "needs_review": it.needs_review, "department": it.department, "person": it.person, "round": it.round,
        "procedure": it.procedure, "title": procedure.pack.procedure.title.get(language),
        "procedure_version": it.procedure_version, "received_at": short(it.received_at, false), "channel": it.channel,
        "reason": reason(it), "description": description, "customer": shown.loaded.face.get("customer_name"),
        "contact": contact,
        "fields": fields, "milestones": milestones, "axes": axes, "approvals": approvals,
        "links": links, "attachments": attachments, "log": story::told(shown, language),
        "capa": shown.json(language).get("capa"), "slips": slips::told(shown, language), "deadlines": deadlines(shown, ask),
        "counters": shown.counters(language), "device": shown.device(), "serial": serial, "other": other,
        "device_link": serial.as_deref().map(address),
        "forms": form_list(shown, ask, failed), "papers": list::of_complaint(shown, language), "done": done, "now": short(shown.now, false),
    });
    let post = json!({
        "letters": mail::letters(shown, language), "messages": mail::messages(shown, language),
        "suggestions": mail::suggestions(shown, language), "kin": mail::kin(ask, shown, language).await,
        "address": mail::address(ask, shown).await.unwrap_or_default(), "merged": merged, "clears": clears(ask),
        "unmerges": shown.allowed.iter().any(|one| one.kind == "unmerge"), "errors": [],
    });
    if let (Value::Object(told), Value::Object(post)) = (&mut told, post) {
        told.extend(post);
    }
    told
}

/// The page again, with what was wrong with a form that is none of a command's.
pub async fn again(ask: &Ask, shown: &Shown, status: StatusCode, errors: Vec<Value>) -> Result<Response, Problem> {
    let mut page_of = view(ask, shown, None, None).await;
    if let Some(map) = page_of.as_object_mut() {
        map.insert("errors".to_owned(), json!(errors));
    }
    Ok(page(ask, status, "complaint.html", page_of))
}

/// Whether this person may take back what is noted of an address: whoever takes complaints in.
fn clears(ask: &Ask) -> bool {
    let out = [Role::Approver, Role::Auditor];
    ask.session().is_ok_and(|session| !out.contains(&session.account.role))
}

fn reason(it: &Complaint) -> Option<&str> {
    use kesu_rules::domain::stage::Stage;
    match &it.stage {
        Stage::Closed { reason, .. } | Stage::Archived { reason, .. } => Some(reason),
        _ => None,
    }
}

fn deadlines(shown: &Shown, ask: &Ask) -> Vec<Value> {
    let row = |one| deadline::row(one, &shown.loaded.complaint, &shown.desk, ask.language);
    shown.deadlines.iter().map(row).collect()
}

fn form_list(shown: &Shown, ask: &Ask, failed: Option<Failed<'_>>) -> Vec<Value> {
    let mut list = Vec::new();
    let mut told = false;
    for one in &shown.allowed {
        // Slips have a form each, and one more to open a new one.
        for (n, drawn) in slips::forms(shown, one, ask.language) {
            let same = |failed: &&Failed<'_>| {
                failed.kind == one.kind && (drawn.is_none() || failed.form.get("c.n") == n.as_deref())
            };
            let mine = failed.as_ref().filter(same);
            told |= mine.is_some();
            let typed = mine.map(|failed| failed.form);
            let inputs = match (drawn, typed) {
                (Some(inputs), Some(form)) => inputs.into_iter().map(|input| input.typed(form)).collect(),
                (Some(inputs), None) => inputs,
                (None, typed) => forms::inputs(shown, one, typed, ask.language),
            };
            let inputs: Vec<Value> = inputs.iter().map(|input| input.json()).collect();
            let id = n
                .as_ref()
                .map_or_else(|| one.kind.to_owned(), |n| format!("{}-{n}", one.kind));
            list.push(json!({
                "kind": one.kind, "id": id, "n": n, "inputs": inputs,
                "errors": mine.map_or(&[][..], |failed| &failed.errors), "open": mine.is_some(),
                "reason": mine.and_then(|failed| failed.form.get("reason")),
            }));
        }
    }
    // What was refused because it is not possible any more has no form left; its refusal is told all the same.
    if let Some(failed) = failed.filter(|_| !told) {
        let kind = texts()
            .has(ask.language, &format!("command.{}", failed.kind))
            .then_some(failed.kind);
        let gone = json!({"kind": kind, "id": "gone", "n": null, "inputs": null, "errors": failed.errors, "open": true, "reason": null});
        list.insert(0, gone);
    }
    list
}
