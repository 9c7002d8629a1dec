//! Printed forms as pages: one for the paper, without script, and the list of all forms.

use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kesu_app::app::DeskWork;
use kesu_app::{Problem, devices, duties};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::form::{self, Unprintable};
use kesu_rules::procedure::model::{Form, FormRecord};
use serde_json::{Value, json};

use crate::api::complaints::{parse_month, this_month};
use crate::api::papers::{asked, of_complaint};
use crate::ask::Ask;
use crate::pages::{PAGES, escaped, page};
use crate::sheet::complaint::refused;
use crate::sheet::{Line, Press, Sheet, house, list};

static STYLE: &str = include_str!("../../assets/sheet.css");

/// `GET /admin/assets/sheet.css`.
pub async fn stylesheet(_: Ask) -> Result<Response, Problem> {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    let kept = HeaderValue::from_static("public, max-age=3600");
    Ok(([(CONTENT_TYPE, kind), (CACHE_CONTROL, kept)], STYLE).into_response())
}

/// `GET /admin/complaints/{id}/forms/{rule}`.
pub async fn of_one(ask: Ask) -> Result<Response, Problem> {
    let sheet = of_complaint(&ask).await?;
    let back = sheet.complaint.as_ref().map(|id| format!("/admin/complaints/{id}"));
    Ok(printed(&ask, &sheet, back.as_deref()))
}

/// `GET /admin/forms`: every form of the procedures in use.
pub async fn all(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let month = this_month(&ask.app).await;
    let mut procedures = Vec::new();
    for id in ask.app.settings.procedures.ids() {
        let desk = ask.app.desk(id).await?;
        let forms = list::of_procedure(&desk.procedure, ask.language);
        let head = &desk.procedure.pack.procedure;
        procedures.push(json!({
            "id": id, "escaped": escaped(id), "title": head.title.get(ask.language), "version": head.version, "forms": forms,
        }));
    }
    let context = json!({"procedures": procedures, "month": month});
    Ok(page(&ask, StatusCode::OK, "sheets.html", context))
}

/// `GET /admin/forms/{rule}`: the register of a month, the record of a duty, a device's sheet.
pub async fn of_house(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["procedure", "month", "duty", "serial"])?;
    let missing = |field: &str| Problem::from(Refusal::of("missing_field").about(field).with("field", field));
    let mut desk = with_form(&ask).await?;
    let rule = ask.part("rule")?.to_owned();
    let record = form::named(&desk.procedure, &rule).map(|form| form.record);
    let mut kept = None;
    let mut done = None;
    match record {
        Some(FormRecord::Duty) => {
            let found = duties::read(&ask.app, params.get("duty").ok_or_else(|| missing("duty"))?).await?;
            let (_, found) = found.ok_or(Problem::NotFound)?;
            desk = ask.app.desk(found.procedure.as_str()).await?;
            done = Some(found);
        }
        Some(FormRecord::Device) => {
            let found = devices::read(&ask.app, params.get("serial").ok_or_else(|| missing("serial"))?).await?;
            kept = Some(found.ok_or(Problem::NotFound)?.1);
        }
        _ => {}
    }
    let press = press(&ask, &desk)?;
    let form = form::named(&desk.procedure, &rule).ok_or(Problem::NotFound)?;
    let (sheet, back) = match (form.record, kept, done) {
        (FormRecord::Register, ..) => {
            let month = match params.get("month") {
                Some(month) => parse_month(month)?,
                None => this_month(&ask.app).await,
            };
            let back = format!("/admin?month={month}");
            (house::register(&press, form, &month).await?, back)
        }
        (FormRecord::Duty, _, Some(done)) => {
            let duty = duties::of(&desk, done.rule.as_str()).ok_or(Problem::NotFound)?;
            if !form::records(&desk.procedure, form, duty) {
                return Err(Problem::NotFound);
            }
            (
                house::duty(&press, form, duty, &done).await?,
                "/admin/duties".to_owned(),
            )
        }
        (FormRecord::Device, Some(kept), _) => {
            let back = crate::pages::devices::address(&kept.device.serial);
            (house::device(&press, form, &kept).await?, back)
        }
        (FormRecord::Document, ..) => return Err(refused(Unprintable::Document, form)),
        _ => return Err(Refusal::of("form_of_complaint").into()),
    };
    Ok(printed(&ask, &sheet, Some(&back)))
}

/// `GET /admin/forms/{rule}/blank`: the form without content, to be filled by hand.
pub async fn blank(ask: Ask) -> Result<Response, Problem> {
    ask.params(&["procedure"])?;
    let desk = with_form(&ask).await?;
    let form = form::named(&desk.procedure, ask.part("rule")?).ok_or(Problem::NotFound)?;
    if form.record == FormRecord::Document {
        return Err(refused(Unprintable::Document, form));
    }
    let sheet = press(&ask, &desk)?.blank(form);
    Ok(printed(&ask, &sheet, Some("/admin/forms")))
}

/// The procedure in use that is named, or else the first that has the form.
async fn with_form(ask: &Ask) -> Result<DeskWork, Problem> {
    let (params, rule) = (crate::ask::Params(&ask.query), ask.part("rule")?);
    for id in ask.app.settings.procedures.ids() {
        if params.get("procedure").is_some_and(|named| named != id) {
            continue;
        }
        let desk = ask.app.desk(id).await?;
        if form::named(&desk.procedure, rule).is_some() {
            return Ok(desk);
        }
    }
    Err(Problem::NotFound)
}

/// Forms of the house are in the procedure's language unless another is asked for.
fn press<'a>(ask: &'a Ask, desk: &'a DeskWork) -> Result<Press<'a>, Problem> {
    let own = desk.procedure.pack.procedure.language;
    Ok(Press {
        app: &ask.app,
        session: ask.session()?,
        desk,
        language: asked(crate::ask::Params(&ask.query)).unwrap_or(own),
    })
}

/// The links to the forms that record a duty.
pub fn links_of_duty(desk: &DeskWork, duty: &kesu_rules::procedure::model::Duty, id: &str) -> Vec<Value> {
    let procedure = &desk.procedure;
    let link = |one: &Form| {
        let of = &procedure.pack.procedure.id;
        let (rule, of, duty) = (escaped(one.rule.as_str()), escaped(of.as_str()), escaped(id));
        json!({"title": one.title, "page": format!("/admin/forms/{rule}?procedure={of}&duty={duty}")})
    };
    let forms = procedure.pack.form.iter();
    forms
        .filter(|one| form::records(procedure, one, duty))
        .map(link)
        .collect()
}

/// The links to the sheets of a device.
pub fn links_of_device(desk: &DeskWork, serial: &str) -> Vec<Value> {
    let link = |one: &Form| {
        let of = &desk.procedure.pack.procedure.id;
        let (rule, of) = (escaped(one.rule.as_str()), escaped(of.as_str()));
        json!({"title": one.title, "page": format!("/admin/forms/{rule}?procedure={of}&serial={}", escaped(serial))})
    };
    let forms = desk.procedure.pack.form.iter();
    forms.filter(|one| one.record == FormRecord::Device).map(link).collect()
}

/// The page that is printed: the same content once for each copy.
fn printed(ask: &Ask, sheet: &Sheet, back: Option<&str>) -> Response {
    let sections: Vec<Value> = sheet
        .sections
        .iter()
        .map(|section| json!({"title": section.title, "rows": rows(&section.lines)}))
        .collect();
    let query: Vec<String> = ask
        .query
        .iter()
        .filter(|(name, _)| name != "lang")
        .map(|(name, value)| format!("{}={}&", escaped(name), escaped(value)))
        .collect();
    let context = json!({
        "sheet": sheet, "sections": sections, "back": back, "here": format!("{}?{}", ask.here, query.concat()),
        "copies": (1..=sheet.copies).collect::<Vec<_>>(),
    });
    PAGES.respond(StatusCode::OK, "sheet.html", sheet.language, context)
}

/// Lines in rows: two short ones that follow each other share a row.
fn rows(lines: &[Line]) -> Vec<Value> {
    let mut rows: Vec<Vec<&Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if row.len() == 1 && !line.wide && row.iter().all(|one| !one.wide) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    rows.into_iter().map(|row| json!(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(wide: bool) -> Line {
        Line {
            wide,
            ..Line::default()
        }
    }

    #[test]
    fn two_short_lines_share_a_row_and_a_long_one_stands_alone() {
        let lines = [false, false, false, true, false, false].map(line);
        let lengths: Vec<usize> = rows(&lines).iter().map(|row| row.as_array().unwrap().len()).collect();
        assert_eq!(lengths, [2, 1, 1, 2]);
    }
}
