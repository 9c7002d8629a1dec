//! A paper form (表单) filled from a complaint: its head, its rows in the form's order, and who signs it.

use serde::Serialize;

use super::Procedure;
use super::coverage::cited;
use super::eight_d::{self, Discipline};
use super::model::{Duty, Form, FormRecord, Wording};
use crate::clock::Moment;
use crate::domain::approval::{Approval, Decided};
use crate::domain::command::CommandKind;
use crate::domain::complaint::{Complaint, Reached};
use crate::domain::names::{FieldKey, Milestone, Number, RuleId, known};
use crate::domain::slip::Slip;
use crate::domain::value::Value;

/// A form as it is printed. Words and personal data are references, which the shell fills in where the reader may see them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Printed {
    /// Which form.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// The company's number of the form, for its head.
    pub form_number: Option<String>,
    /// The complaint's number.
    pub number: Number,
    /// Which slip of its kind it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slip: Option<u32>,
    /// Which corrective action it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capa: Option<u32>,
    /// When the company had the complaint.
    pub received_at: Moment,
    /// Its parts; one, but for an 8D report.
    pub parts: Vec<Part>,
    /// Who signs, in order.
    pub sign: Vec<Signature>,
    /// How many copies are made.
    pub copies: u32,
    /// Whether it stays in the house.
    pub internal: bool,
}

/// A part of a form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Part {
    /// The text key of its heading; none on a form of one part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'static str>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The steps whose dates it shows.
    pub steps: Vec<Step>,
    /// Whether the corrective action stands here with its measures and dates.
    pub capa: bool,
}

/// One row of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The field.
    pub key: FieldKey,
    /// The text key of its title.
    pub title: String,
    /// Its title, where the field is the procedure's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own_title: Option<Wording>,
    /// Under which name the record's face keeps it, where it is personal.
    pub face: FieldKey,
    /// Its value; an empty line where absent.
    pub value: Option<Value>,
}

/// A step whose date a form shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The milestone.
    pub name: Milestone,
    /// When it was last reached and by whom; an empty line where it was not.
    pub reached: Option<Reached>,
}

/// A box to be signed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Signature {
    /// Who signs.
    pub desk: String,
    /// The rule under which that desk was asked to approve, where it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// What it decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// Why a form cannot be printed for a complaint now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprintable {
    /// The procedure has no such form.
    #[error("this procedure has no such form")]
    Unknown,
    /// It shows a corrective action, and none was opened.
    #[error("there is no corrective action yet")]
    NoCapa,
    /// The complaint is in no register before it is registered.
    #[error("the complaint is not registered yet")]
    NotRegistered,
    /// It shows a slip, and none of its kind was opened.
    #[error("there is no slip of its kind yet")]
    NoSlip,
    /// It shows something other than complaints.
    #[error("it does not show a complaint")]
    Elsewhere,
    /// It is a document that is kept elsewhere.
    #[error("it is a document that is kept elsewhere")]
    Document,
}

/// Fills a form of the procedure from a complaint; one that shows a slip or a corrective action, from the one numbered `n`
/// or else the last. An 8D report is made of every complaint: the customer may ask for it at any time.
///
/// # Errors
/// Why the form cannot be printed now.
pub fn form(procedure: &Procedure, rule: &str, complaint: &Complaint, n: Option<u32>) -> Result<Printed, Unprintable> {
    let form = named(procedure, rule).ok_or(Unprintable::Unknown)?;
    let wanted = |own: u32| n.is_none_or(|n| own == n);
    let (mut slip, mut capa) = (None, None);
    match form.record {
        FormRecord::Complaint | FormRecord::EightD => {}
        FormRecord::Capa => {
            let last = complaint.capa.iter().rev().find(|one| wanted(one.n));
            capa = Some(last.ok_or(Unprintable::NoCapa)?.n);
        }
        FormRecord::Register if !complaint.ever(known::REGISTERED) => return Err(Unprintable::NotRegistered),
        FormRecord::Register => {}
        FormRecord::Slip(kind) => {
            let mut of_kind = complaint.slips.iter().rev().filter(|slip| slip.kind == kind);
            slip = Some(of_kind.find(|slip| wanted(slip.n)).ok_or(Unprintable::NoSlip)?);
        }
        FormRecord::Duty | FormRecord::Device => return Err(Unprintable::Elsewhere),
        FormRecord::Document => return Err(Unprintable::Document),
    }
    Ok(Printed {
        rule: form.rule.clone(),
        title: form.title.clone(),
        form_number: form.number.clone(),
        number: complaint.number.clone(),
        slip: slip.map(|slip| slip.n),
        capa,
        received_at: complaint.received_at,
        parts: parts(procedure, form, Some(complaint), slip),
        sign: signatures(procedure, form, Some(complaint), slip),
        copies: copies(form),
        internal: form.internal,
    })
}

/// The form of the procedure with that id.
pub fn named<'a>(procedure: &'a Procedure, rule: &str) -> Option<&'a Form> {
    procedure.pack.form.iter().find(|one| one.rule == *rule)
}

/// The parts of a form that nobody has filled yet, and its boxes to be signed.
pub fn blank(procedure: &Procedure, form: &Form) -> (Vec<Part>, Vec<Signature>) {
    (
        parts(procedure, form, None, None),
        signatures(procedure, form, None, None),
    )
}

/// How many copies of a form are made: at least one, and no more than anybody signs.
pub fn copies(form: &Form) -> u32 {
    form.copies.unwrap_or(1).clamp(1, 20)
}

/// Whether a form records that a duty was done: both are about the same row of the catalogue; where no duty of the
/// procedure shares one with the form, every duty may be recorded on it.
pub fn records(procedure: &Procedure, form: &Form, duty: &Duty) -> bool {
    let of_form = cited(&form.source);
    let row = |id: &&String| id.starts_with('R');
    let shares = |duty: &Duty| cited(&duty.source).intersection(&of_form).any(|id| row(&id));
    form.record == FormRecord::Duty && (shares(duty) || !procedure.pack.duty.iter().any(shares))
}

fn parts(procedure: &Procedure, form: &Form, complaint: Option<&Complaint>, slip: Option<&Slip>) -> Vec<Part> {
    let row = |key: &FieldKey| row(procedure, key, complaint, slip);
    let lines = || Part {
        rows: lines(procedure, form, slip).into_iter().map(row).collect(),
        ..Part::default()
    };
    match form.record {
        FormRecord::EightD => eight_d::DISCIPLINES
            .iter()
            .enumerate()
            .map(|(place, discipline)| of_discipline(discipline, form, place == 0, complaint, &row))
            .collect(),
        FormRecord::Capa => {
            let action = Part {
                title: Some("sheet.capa"),
                capa: true,
                ..Part::default()
            };
            vec![lines(), action]
        }
        _ => vec![lines()],
    }
}

/// A discipline of an 8D report; lines that only this form has stand in the first.
fn of_discipline(
    discipline: &Discipline,
    form: &Form,
    first: bool,
    complaint: Option<&Complaint>,
    row: &dyn Fn(&FieldKey) -> Row,
) -> Part {
    let own = form.fields.iter().filter(|key| first && !eight_d::has(key));
    let step = |name: &&'static str| Step {
        name: Milestone::of(name),
        reached: complaint
            .and_then(|it| it.last(name))
            .map(|(_, reached)| reached.clone()),
    };
    let fields: Vec<FieldKey> = discipline.fields.iter().map(|key| FieldKey::of(key)).collect();
    Part {
        title: Some(discipline.title),
        rows: fields.iter().chain(own).map(row).collect(),
        steps: discipline.steps.iter().map(step).collect(),
        capa: discipline.capa,
    }
}

/// The fields of a form. One whose lines the source does not name shows what its slip carries, or what the procedure asks
/// at intake; duties and devices have no such lines.
fn lines<'a>(procedure: &'a Procedure, form: &'a Form, slip: Option<&Slip>) -> Vec<&'a FieldKey> {
    let rule = match (form.record, slip) {
        (FormRecord::Slip(_), Some(slip)) => procedure.slip(slip),
        (FormRecord::Slip(kind), None) => procedure.pack.slip.iter().find(|rule| rule.kind == kind),
        _ => None,
    };
    match (form.record, rule) {
        _ if !form.fields.is_empty() => form.fields.iter().collect(),
        (_, Some(rule)) => rule.carried(),
        (FormRecord::Duty | FormRecord::Device | FormRecord::Document, None) => Vec::new(),
        (_, None) => procedure.pack.intake.iter().map(|one| &one.field).collect(),
    }
}

fn row(procedure: &Procedure, key: &FieldKey, complaint: Option<&Complaint>, slip: Option<&Slip>) -> Row {
    let of_slip = slip.and_then(|slip| Some((slip, slip.fields.get(key)?)));
    let own = procedure.pack.field.iter().find(|own| own.key == *key);
    let (face, value) = match of_slip {
        Some((slip, value)) => (Slip::face(slip.kind, slip.n, key), Some(value)),
        None => (key.clone(), complaint.and_then(|it| it.fields.get(key))),
    };
    Row {
        key: key.clone(),
        title: format!("field.{key}"),
        own_title: own.map(|own| own.title.clone()),
        face,
        value: value.cloned(),
    }
}

/// The boxes of a form. A desk that decided on what the form shows has signed already: on the slip as it now stands, or
/// on the complaint's last plan.
fn signatures(
    procedure: &Procedure,
    form: &Form,
    complaint: Option<&Complaint>,
    slip: Option<&Slip>,
) -> Vec<Signature> {
    let planned = complaint.and_then(|it| it.last(known::PROPOSED)).map(|(_, at)| at.at);
    let of_plan = |one: &Approval| {
        one.slip.is_none() && (one.at != CommandKind::Submit || planned.is_none_or(|at| one.asked_at >= at))
    };
    let of_slip = |one: &Approval| slip.is_some_and(|slip| slip.requests.contains(&one.request));
    let last = |desk: &str, concerns: &dyn Fn(&Approval) -> bool| {
        let asked = complaint.into_iter().flat_map(|it| it.approvals.iter().rev());
        asked.filter(|one| concerns(one)).find(|one| one.approver == *desk)
    };
    let signature = |desk: &String| {
        let meant = procedure
            .pack
            .aliases
            .get(desk)
            .map_or(desk.as_str(), |desk| desk.as_str());
        // A slip that was signed together with the plan is not signed a second time.
        let last = last(meant, &of_slip).or_else(|| last(meant, &of_plan));
        let last = last.filter(|one| one.decision.is_some());
        Signature {
            desk: desk.clone(),
            rule: last.map(|one| one.rule.clone()),
            decided: last.and_then(|one| one.decision.clone()),
        }
    };
    form.sign.iter().map(signature).collect()
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
