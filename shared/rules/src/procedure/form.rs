//! A paper form (表单) filled from a complaint: its head, its rows in the form's order, and who signs it.

use serde::Serialize;

use super::Procedure;
use super::condition::Situation;
use super::model::{Form, FormRecord, Wording};
use crate::clock::Moment;
use crate::domain::complaint::Complaint;
use crate::domain::names::{FieldKey, Number, RuleId, known};
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
    /// When the company had the complaint.
    pub received_at: Moment,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Who signs, in order.
    pub sign: Vec<String>,
    /// How many copies are made.
    pub copies: u32,
    /// Whether it stays in the house.
    pub internal: bool,
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
    /// Its value; an empty line where absent.
    pub value: Option<Value>,
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
}

/// Fills a form of the procedure from a complaint; one that shows a slip, from the slip `n` of its kind or else the last.
///
/// # Errors
/// Why the form cannot be printed now.
pub fn form(procedure: &Procedure, rule: &str, complaint: &Complaint, n: Option<u32>) -> Result<Printed, Unprintable> {
    let form = procedure.pack.form.iter().find(|one| one.rule == *rule);
    let form = form.ok_or(Unprintable::Unknown)?;
    match form.record {
        FormRecord::Complaint => {}
        FormRecord::Capa | FormRecord::EightD if complaint.capa.is_empty() => return Err(Unprintable::NoCapa),
        FormRecord::Capa | FormRecord::EightD => {}
        FormRecord::Register if !complaint.ever(known::REGISTERED) => {
            return Err(Unprintable::NotRegistered);
        }
        FormRecord::Register => {}
        FormRecord::Slip(kind) => {
            let slip = complaint
                .slips
                .iter()
                .rev()
                .find(|slip| slip.kind == kind && n.is_none_or(|n| slip.n == n));
            let slip = slip.ok_or(Unprintable::NoSlip)?;
            return Ok(printed(procedure, form, complaint, Some(slip)));
        }
        FormRecord::Duty | FormRecord::Device | FormRecord::Document => {
            return Err(Unprintable::Elsewhere);
        }
    }
    Ok(printed(procedure, form, complaint, None))
}

fn printed(procedure: &Procedure, form: &Form, complaint: &Complaint, slip: Option<&Slip>) -> Printed {
    let laid = slip.map(|slip| slip.over(complaint));
    let row = |key: &FieldKey| {
        let value = match &laid {
            Some(laid) => laid.field(key.as_str()),
            None => complaint.field(key.as_str()),
        };
        let own = procedure.pack.field.iter().find(|own| own.key == *key);
        Row {
            key: key.clone(),
            title: format!("field.{key}"),
            own_title: own.map(|own| own.title.clone()),
            value: value.cloned(),
        }
    };
    // A form whose lines the source does not name shows what its slip carries, or what the procedure asks at intake.
    let rule = slip.and_then(|slip| procedure.slip(slip));
    let rows = match rule {
        _ if !form.fields.is_empty() => form.fields.iter().map(row).collect(),
        Some(rule) => rule.carried().into_iter().map(row).collect(),
        None => procedure.pack.intake.iter().map(|one| row(&one.field)).collect(),
    };
    Printed {
        rule: form.rule.clone(),
        title: form.title.clone(),
        form_number: form.number.clone(),
        number: complaint.number.clone(),
        slip: slip.map(|slip| slip.n),
        received_at: complaint.received_at,
        rows,
        sign: form.sign.clone(),
        copies: form.copies.unwrap_or(1),
        internal: form.internal,
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
