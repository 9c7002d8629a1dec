//! The register of devices as pages: a list by serial, and one form to add or to change.

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::Problem;
use kesu_app::devices;
use kesu_app::texts::texts;
use kesu_rules::domain::device::{Device, serial_key};
use serde_json::{Map, Value, json};

use crate::api::devices::{DATES, MONTHS, OWNER, TEXTS, history, read, save, today, told};
use crate::ask::{Ask, Params};
use crate::pages::papers::links_of_device;
use crate::pages::widget::Widget;
use crate::pages::{escaped, onward, page, said, short_of};

/// Devices of one page.
const PAGE: u32 = 50;

/// The address of a device's page.
pub fn address(serial: &str) -> String {
    format!("/admin/devices/{}", escaped(&serial_key(serial)))
}

/// `GET /admin/devices`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["prefix", "cursor", "done"])?;
    let done = params.get("done").is_some();
    let view = list_view(&ask, params, done, None, &[]).await?;
    Ok(page(&ask, StatusCode::OK, "devices.html", view))
}

/// `POST /admin/devices`: adds one.
pub async fn add(ask: Ask) -> Result<Response, Problem> {
    match keep(&ask, ask.form(), None).await {
        Ok(serial) => onward(&format!("{}?done=save", address(&serial))),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            let view = list_view(&ask, Params(&[]), false, Some(ask.form()), &errors).await?;
            Ok(page(&ask, status, "devices.html", view))
        }
    }
}

/// `GET /admin/devices/{serial}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["done"])?;
    let done = params.get("done").is_some();
    let view = one_view(&ask, done, None, &[]).await?;
    Ok(page(&ask, StatusCode::OK, "device.html", view))
}

/// `POST /admin/devices/{serial}`.
pub async fn change(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let (_, known) = devices::read(&ask.app, ask.part("serial")?)
        .await?
        .ok_or(Problem::NotFound)?;
    let seen = form
        .get("version")
        .and_then(|version| version.parse().ok())
        .unwrap_or(0);
    match keep(&ask, form, Some((seen, known.device.serial))).await {
        Ok(serial) => onward(&format!("{}?done=save", address(&serial))),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            let view = one_view(&ask, false, Some(form), &errors).await?;
            Ok(page(&ask, status, "device.html", view))
        }
    }
}

/// Writes down what the form holds; the serial.
async fn keep(ask: &Ask, form: Params<'_>, known: Option<(u64, String)>) -> Result<String, Problem> {
    let names = TEXTS.iter().chain(OWNER).chain(DATES);
    let mut body: Map<String, Value> = names
        .filter_map(|name| Some(((*name).to_owned(), json!(form.get(name)?))))
        .collect();
    if let Some(months) = form.get(MONTHS) {
        let number = months
            .parse::<u64>()
            .map_or_else(|_| json!(months), |months| json!(months));
        body.insert(MONTHS.to_owned(), number);
    }
    let (mut device, owner) = read(&Value::Object(body), &[])?;
    let seen = known.map(|(seen, serial)| {
        // The serial is what it is known by: a wrong one is retired, and the right one added.
        device.serial = serial;
        seen
    });
    let serial = device.serial.clone();
    save(&ask.app, ask.session()?, device, owner, seen).await?;
    Ok(serial)
}

/// The inputs of a device, filled from what was typed, else from what is known.
fn inputs(ask: &Ask, typed: Option<Params<'_>>, known: &Value) -> Vec<Value> {
    let label = |name: &str| texts().label(ask.language, "field", name);
    let held = |name: &str| match known.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let texts_of = TEXTS.iter().chain(OWNER).map(|name| match *name {
        "procedure" => {
            let ids = ask.app.offered();
            Widget::new("select", name, label(name)).of(ids.into_iter().map(|id| (id.clone(), id)))
        }
        _ => Widget::new("text", name, label(name)).needed(*name == "serial"),
    });
    let dates = DATES.iter().map(|name| Widget::new("date", name, label(name)));
    let months = std::iter::once(Widget::new("number", MONTHS, label(MONTHS)));
    let filled = texts_of.chain(dates).chain(months).map(|input| {
        let value = held(&input.name);
        let input = input.holding(value);
        match typed {
            Some(form) => input.typed(form).json(),
            None => input.json(),
        }
    });
    filled.collect()
}

async fn list_view(
    ask: &Ask,
    params: Params<'_>,
    done: bool,
    typed: Option<Params<'_>>,
    errors: &[Value],
) -> Result<Value, Problem> {
    let prefix = params.get("prefix").unwrap_or_default();
    let (found, next) = devices::list(&ask.app, prefix, PAGE, params.get("cursor")).await?;
    let today = today(&ask.app).await?;
    let rows: Vec<Value> = found
        .iter()
        .map(|(version, kept)| {
            let mut row = told(kept, *version, today);
            if let Some(map) = row.as_object_mut() {
                map.insert("link".to_owned(), json!(address(&kept.device.serial)));
            }
            row
        })
        .collect();
    Ok(json!({
        "rows": rows, "prefix": prefix, "escaped": escaped(prefix), "next": next, "done": done, "errors": errors,
        "open": typed.is_some(), "inputs": inputs(ask, typed, &Value::Null),
    }))
}

async fn one_view(ask: &Ask, done: bool, typed: Option<Params<'_>>, errors: &[Value]) -> Result<Value, Problem> {
    let (record, kept) = devices::read(&ask.app, ask.part("serial")?)
        .await?
        .ok_or(Problem::NotFound)?;
    let device = told(&kept, record.version, today(&ask.app).await?);
    let complaints = history(&ask.app, ask.session()?, &kept.device.serial, None).await?;
    let mut fields = inputs(ask, typed, &device);
    fields.retain(|input| input.get("name").is_some_and(|name| name != "serial"));
    Ok(json!({
        "device": device, "link": address(&kept.device.serial), "complaints": dated(complaints), "inputs": fields,
        "done": done, "errors": errors, "version": record.version, "papers": papers(ask, &kept.device).await,
    }))
}

/// The sheets of a device under the procedure that it belongs to.
async fn papers(ask: &Ask, device: &Device) -> Vec<Value> {
    let named = device.procedure.as_ref().map(|id| id.as_str());
    let desk = ask.app.desk(named.unwrap_or(ask.app.settings.procedures.first())).await;
    desk.map(|desk| links_of_device(&desk, &device.serial))
        .unwrap_or_default()
}

/// A history with its moments as the pages write them.
pub fn dated(complaints: Vec<Value>) -> Vec<Value> {
    let dated = |mut one: Value| {
        let at = short_of(one.get("received_at").and_then(Value::as_str), false);
        if let Some(map) = one.as_object_mut() {
            map.insert("received_at".to_owned(), json!(at));
        }
        one
    };
    complaints.into_iter().map(dated).collect()
}
