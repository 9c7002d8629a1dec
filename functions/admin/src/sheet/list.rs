//! Which forms a procedure has, and which of them can be printed for a complaint.

use kesu_app::Problem;
use kesu_app::problem::phrase;
use kesu_app::texts::{Language, texts};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::form::{Unprintable, form};
use kesu_rules::procedure::model::{Form, FormRecord};
use serde_json::{Value, json};

use super::complaint::refused;
use crate::pages::escaped;
use crate::shown::Shown;

/// The forms of a complaint's procedure: one row for each slip and corrective action that a form can show.
pub fn of_complaint(shown: &Shown, language: Language) -> Vec<Value> {
    let it = &shown.loaded.complaint;
    let procedure = &shown.desk.procedure;
    let id = &procedure.pack.procedure.id;
    let mut rows = Vec::new();
    for one in &procedure.pack.form {
        let here = format!("/admin/complaints/{}/forms/{}", it.id, escaped(one.rule.as_str()));
        let there = format!(
            "/admin/forms/{}?procedure={}",
            escaped(one.rule.as_str()),
            escaped(id.as_str())
        );
        let numbers: Vec<u32> = match one.record {
            FormRecord::Slip(kind) => it
                .slips
                .iter()
                .filter(|slip| slip.kind == kind)
                .map(|slip| slip.n)
                .collect(),
            FormRecord::Capa => it.capa.iter().map(|capa| capa.n).collect(),
            _ => Vec::new(),
        };
        for n in &numbers {
            rows.push(row(one, Some(*n), Some(format!("{here}?n={n}")), None, language));
        }
        if !numbers.is_empty() {
            continue;
        }
        let (address, why) = match (one.record, form(procedure, one.rule.as_str(), it, None)) {
            (FormRecord::Register, Ok(_)) => (Some(format!("{there}&month={}", it.received_at.format("%Y-%m"))), None),
            (_, Ok(_)) => (Some(here), None),
            (FormRecord::Device, Err(_)) if shown.device.is_some() => {
                let serial = it.fields.get("serial_no").map(|serial| escaped(&serial.plain()));
                (serial.map(|serial| format!("{there}&serial={serial}")), None)
            }
            (_, Err(why)) => (None, Some(why)),
        };
        rows.push(row(one, None, address, why, language));
    }
    rows
}

/// The forms of a procedure.
pub fn of_procedure(procedure: &Procedure, language: Language) -> Vec<Value> {
    let forms = procedure.pack.form.iter();
    forms.map(|one| row(one, None, None, None, language)).collect()
}

fn row(one: &Form, n: Option<u32>, address: Option<String>, why: Option<Unprintable>, language: Language) -> Value {
    let record = match one.record {
        FormRecord::Slip(kind) => json!({"slip": kind}),
        other => json!(other),
    };
    json!({
        "rule": one.rule, "title": one.title, "also": one.also, "form_number": one.number, "record": record,
        "n": n, "shows": shows(one, n, language), "internal": one.internal, "copies": one.copies.unwrap_or(1),
        "sign": one.sign, "printable": address.is_some(), "page": address, "why": why.map(|why| said(why, one, language)),
        "kept": kept(one, language), "source": one.source, "assumed": one.assumed,
    })
}

/// What a form shows, in words.
fn shows(one: &Form, n: Option<u32>, language: Language) -> String {
    let name = match one.record {
        FormRecord::Slip(kind) => texts().label(language, "slip", kind.name()),
        other => {
            let code = json!(other);
            texts().label(language, "sheet_record", code.as_str().unwrap_or_default())
        }
    };
    n.map_or(name.clone(), |n| format!("{name} {n}"))
}

/// Where a document is kept that cannot be printed.
fn kept(one: &Form, language: Language) -> Option<String> {
    let text = || texts().text(language, "sheet.kept", &[("source", &one.source)]);
    (one.record == FormRecord::Document).then(text)
}

fn said(why: Unprintable, one: &Form, language: Language) -> String {
    match refused(why, one) {
        Problem::Refused(refusals) => refusals.iter().map(|one| phrase(one, language)).collect(),
        _ => phrase(&Refusal::of("not_found"), language),
    }
}
