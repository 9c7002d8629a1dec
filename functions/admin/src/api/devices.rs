//! The register of devices: written down once, looked up by serial, joined to complaints by it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use kesu_app::devices::{self, Kept, Owner};
use kesu_app::record::Loaded;
use kesu_app::session::Session;
use kesu_app::{App, Problem};
use kesu_rules::domain::device::{Device, serial_key};
use kesu_rules::domain::names::ProcedureId;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, sees, wrong};
use crate::serve;

/// Devices of one page.
const PAGE: u32 = 100;
/// The texts of a device, in the order of its form.
pub const TEXTS: &[&str] = &[
    "serial",
    "product",
    "model",
    "batch",
    "procedure",
    "user_unit",
    "tracking_no",
];
/// Whose it is: personal.
pub const OWNER: &[&str] = &["customer_name", "customer_contact"];
/// Its dates.
pub const DATES: &[&str] = &[
    "sold_on",
    "shipped_on",
    "accepted_on",
    "warranty_until",
    "implant_date",
    "retired_on",
];
/// The length of its warranty.
pub const MONTHS: &str = "warranty_months";

/// `GET /api/devices`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["prefix", "cursor"])?;
    let prefix = params.get("prefix").unwrap_or_default();
    let (found, next) = devices::list(&ask.app, prefix, PAGE, params.get("cursor")).await?;
    let today = today(&ask.app).await?;
    let told: Vec<Value> = found
        .iter()
        .map(|(version, kept)| told(kept, *version, today))
        .collect();
    serve::json(json!({"devices": told, "next": next}))
}

/// `GET /api/devices/{serial}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let found = devices::read(&ask.app, ask.part("serial")?).await?;
    let (record, kept) = found.ok_or(Problem::NotFound)?;
    let mut value = told(&kept, record.version, today(&ask.app).await?);
    let complaints = history(&ask.app, ask.session()?, &kept.device.serial, None).await?;
    if let Some(map) = value.as_object_mut() {
        map.insert("complaints".to_owned(), json!(complaints));
    }
    serve::json(value)
}

/// `POST /api/devices`.
pub async fn add(ask: Ask) -> Result<Response, Problem> {
    let (device, owner) = read(ask.json(), &[])?;
    let serial = device.serial.clone();
    let version = save(&ask.app, ask.session()?, device, owner, None).await?;
    Ok((StatusCode::CREATED, Json(json!({"serial": serial, "version": version}))).into_response())
}

/// `PUT /api/devices/{serial}`: everything that is known of it, with the version that was seen.
pub async fn replace(ask: Ask) -> Result<Response, Problem> {
    let known = devices::read(&ask.app, ask.part("serial")?).await?;
    let (_, known) = known.ok_or(Problem::NotFound)?;
    let (mut device, owner) = read(ask.json(), &["version"])?;
    let seen = ask.json().get("version").and_then(Value::as_u64);
    let seen = seen.ok_or_else(|| wrong("version", "integer"))?;
    if device.serial.is_empty() {
        device.serial.clone_from(&known.device.serial);
    }
    if serial_key(&device.serial) != serial_key(&known.device.serial) {
        return Err(wrong("serial", "text"));
    }
    let serial = device.serial.clone();
    let version = save(&ask.app, ask.session()?, device, owner, Some(seen)).await?;
    serve::json(json!({"serial": serial, "version": version}))
}

/// Writes a device down and keeps who did it, without a word about the customer.
pub async fn save(
    app: &App,
    session: &Session,
    device: Device,
    owner: Owner,
    seen: Option<u64>,
) -> Result<u64, Problem> {
    let detail = json!(device);
    let serial = device.serial.clone();
    let version = devices::save(app, device, owner, seen).await?;
    journal::keep(app, session, "device", &serial, detail).await?;
    Ok(version)
}

/// Reads a device from JSON; names in `more` are somebody else's.
pub fn read(body: &Value, more: &[&str]) -> Result<(Device, Owner), Problem> {
    let known: Vec<&str> = [TEXTS, OWNER, DATES, &[MONTHS], more].concat();
    let given = Fields::of(body, &known)?;
    let text = |name: &str| -> Result<Option<String>, Problem> {
        let text = given.text_or_none(name)?.map(str::trim);
        Ok(text.filter(|text| !text.is_empty()).map(str::to_owned))
    };
    let date = |name: &str| -> Result<Option<NaiveDate>, Problem> {
        let bad = |_| Problem::from(Refusal::of("bad_date").about(name).with("field", name));
        text(name)?.map(|text| text.parse().map_err(bad)).transpose()
    };
    let months = match given.get(MONTHS) {
        None => None,
        Some(_) => Some(u32::try_from(given.number(MONTHS)?).map_err(|_| wrong(MONTHS, "integer"))?),
    };
    let device = Device {
        serial: text("serial")?.unwrap_or_default(),
        product: text("product")?,
        model: text("model")?,
        batch: text("batch")?,
        procedure: text("procedure")?.as_deref().and_then(ProcedureId::parse),
        user_unit: text("user_unit")?,
        sold_on: date("sold_on")?,
        shipped_on: date("shipped_on")?,
        accepted_on: date("accepted_on")?,
        warranty_months: months,
        warranty_until: date("warranty_until")?,
        implant_date: date("implant_date")?,
        retired_on: date("retired_on")?,
        tracking_no: text("tracking_no")?,
    };
    let owner = Owner {
        customer_name: text("customer_name")?,
        customer_contact: text("customer_contact")?,
    };
    Ok((device, owner))
}

/// A device as it is told, with its warranty on a day.
pub fn told(kept: &Kept, version: u64, today: NaiveDate) -> Value {
    let mut value = plain(&kept.device, today);
    if let Some(map) = value.as_object_mut() {
        map.insert("version".to_owned(), json!(version));
        map.insert("customer_name".to_owned(), json!(kept.owner.customer_name));
        map.insert("customer_contact".to_owned(), json!(kept.owner.customer_contact));
    }
    value
}

/// A device without its customer: every part of it, null where nothing is known, and its warranty on a day.
pub fn plain(device: &Device, on: NaiveDate) -> Value {
    let mut value = json!(device);
    if let Some(map) = value.as_object_mut() {
        for name in TEXTS.iter().chain(DATES).chain([&MONTHS]) {
            map.entry(*name).or_insert(Value::Null);
        }
        map.insert("warranty_state".to_owned(), json!(device.warranty(on)));
        map.insert("warranty_end".to_owned(), json!(device.warranty_end()));
    }
    value
}

/// The complaints about a device that this person may see, the newest first, without one of them.
pub async fn history(app: &App, session: &Session, serial: &str, but: Option<&str>) -> Result<Vec<Value>, Problem> {
    let mut ids = app.of_serial(serial).await?;
    ids.retain(|id| Some(id.as_str()) != but);
    let mut found = Vec::new();
    for head in app.store.heads(&ids).await? {
        let it = Loaded::read(head)?.complaint;
        if sees(session, it.department.as_ref().map(|desk| desk.as_str())) {
            found.push((
                it.received_at,
                json!({
                    "id": it.id, "number": it.number, "received_at": it.received_at, "class": it.class,
                    "stage": it.stage.name(),
                }),
            ));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    Ok(found.into_iter().map(|(_, told)| told).collect())
}

/// Today where the installation's first procedure counts its days.
pub async fn today(app: &App) -> Result<NaiveDate, Problem> {
    let desk = app.desk(app.settings.procedures.first()).await?;
    Ok(desk.local(app.now()).date_naive())
}
