//! A form filled from a complaint.

use kesu_app::Problem;
use kesu_app::texts::texts;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::domain::value::Value;
use kesu_rules::procedure::form::{self, Printed, Row, Unprintable};
use kesu_rules::procedure::model::{Form, FormRecord};

use super::{Press, Sheet, capa, words};
use crate::shown::Shown;

/// The form `rule` of the complaint's procedure; one that shows a slip or a corrective action, from the one numbered `n` or
/// else the last.
pub fn sheet(press: &Press<'_>, shown: &Shown, rule: &str, n: Option<u32>) -> Result<Sheet, Problem> {
    let it = &shown.loaded.complaint;
    let form = form::named(press.procedure(), rule).ok_or(Problem::NotFound)?;
    let printed = form::form(press.procedure(), rule, it, n).map_err(|why| refused(why, form))?;
    let said = |row: &Row| row.value.as_ref().map(|value| said(press, shown, row, value));
    let mut sheet = press.sheet(form);
    sheet.landscape = false;
    sheet.procedure_version.clone_from(&it.procedure_version);
    sheet.complaint = Some(it.id.clone());
    sheet.number = Some(it.number.clone());
    sheet.received_at = Some(it.received_at);
    sheet.about = about(press, shown, form, &printed);
    sheet.sections = printed
        .parts
        .iter()
        .map(|part| {
            let actions = part.capa.then(|| capa::lines(press, shown, printed.capa));
            press.section(part, &said, actions)
        })
        .collect();
    sheet.sign = printed.sign.iter().map(|one| press.signature(one)).collect();
    Ok(sheet)
}

/// Why a form cannot be printed now, as an answer to a person.
pub fn refused(why: Unprintable, form: &Form) -> Problem {
    match why {
        Unprintable::Unknown => Problem::NotFound,
        Unprintable::NoCapa => Refusal::of("form_no_capa").into(),
        Unprintable::NotRegistered => Refusal::of("form_not_registered").into(),
        Unprintable::NoSlip => Refusal::of("form_no_slip").into(),
        Unprintable::Elsewhere => Refusal::of("form_elsewhere").into(),
        Unprintable::Document => Refusal::of("form_document").with("source", &form.source).into(),
    }
}

fn said(press: &Press<'_>, shown: &Shown, row: &Row, value: &Value) -> String {
    let kept = |value: &Value| match value {
        Value::Words(at) => shown.words(at).map(str::to_owned),
        _ => shown.loaded.face.get(&row.face).cloned(),
    };
    words::said(press.procedure(), &row.key, value, &kept, press.language)
}

/// Which record beside the complaint a form shows, with where that record stands.
fn about(press: &Press<'_>, shown: &Shown, form: &Form, printed: &Printed) -> Option<String> {
    match form.record {
        FormRecord::Slip(kind) => {
            let slip = shown.loaded.complaint.slip(kind, printed.slip?)?;
            let name = texts().label(press.language, "slip", kind.name());
            let stage = texts().label(press.language, "slip_stage", slip.stage.name());
            Some(format!("{name} {} · {stage}", slip.n))
        }
        FormRecord::Capa => {
            let n = printed.capa?.to_string();
            Some(texts().text(press.language, "sheet.capa_n", &[("n", &n)]))
        }
        _ => None,
    }
}
