//! Old registers: uploaded, read, taken in, taken back, set going. This only notes what a person wants; the importer does it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, body::Bytes};
use kesu_app::batches::{Batch, BatchState};
use kesu_app::registers::{self, Order, Register};
use kesu_app::{App, Problem};
use serde_json::{Map, Value, json};

use crate::api::journal;
use crate::api::quarantine::as_file;
use crate::ask::{Ask, Fields};
use crate::serve;

/// `POST /api/imports`: the file's bytes.
pub async fn upload(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["name", "procedure"])?;
    let (name, procedure) = (params.get("name").unwrap_or_default(), params.get("procedure"));
    let bytes: Bytes = ask.bytes();
    let session = ask.session()?;
    let procedure = procedure.map(str::to_owned);
    let (id, register) =
        registers::upload(&ask.app, name, bytes.to_vec(), procedure, &session.user, ask.language).await?;
    journal::keep(
        &ask.app,
        session,
        "register_uploaded",
        &id,
        json!({"size": register.size}),
    )
    .await?;
    Ok((StatusCode::ACCEPTED, Json(Value::Object(told(&id, &register)))).into_response())
}

/// `GET /api/imports`: uploads, and imports that came by a command or a bucket, the latest first.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let uploads = registers::list(&ask.app).await?;
    let mut all: Vec<(String, Map<String, Value>)> = Vec::new();
    for (id, batch) in ask.app.batches().await? {
        if !uploads.iter().any(|(_, upload)| upload.batch.as_ref() == Some(&id)) {
            all.push((batch.started_at.clone(), otherwise(&id, &batch)));
        }
    }
    all.extend(
        uploads
            .iter()
            .map(|(id, upload)| (upload.at.to_rfc3339(), told(id, upload))),
    );
    all.sort_by(|(one, _), (other, _)| other.cmp(one));
    let imports: Vec<Value> = all.into_iter().map(|(_, import)| Value::Object(import)).collect();
    serve::json(json!({"imports": imports}))
}

/// `GET /api/imports/{id}`: with its reports, and how far it is.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let id = ask.part("id")?;
    let Some((register, _)) = registers::find(&ask.app, id).await? else {
        let (batch, _) = ask.app.batch(id).await?.ok_or(Problem::NotFound)?;
        return serve::json(Value::Object(otherwise(id, &batch)));
    };
    let mut shown = told(id, &register);
    shown.insert("mapping".to_owned(), json!(register.mapping));
    let progress = match register.wants_work() {
        true => registers::progress(&ask.app, id).await?,
        false => None,
    };
    let progress = progress.map(|(done, all)| json!({"done": done, "all": all}));
    shown.insert("progress".to_owned(), json!(progress));
    for kind in ["read", "run", "undo", "activate"] {
        shown.insert(kind.to_owned(), report(&ask.app, &register, kind).await?);
    }
    serve::json(Value::Object(shown))
}

async fn report(app: &App, register: &Register, kind: &str) -> Result<Value, Problem> {
    let Some(name) = register.reports.get(kind) else {
        return Ok(Value::Null);
    };
    let kept = app.blobs.import(name).await?.unwrap_or_default();
    Ok(serde_json::from_slice(&kept).unwrap_or_default())
}

/// `PUT /api/imports/{id}/mapping`: it is read once more.
pub async fn map(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let fields = Fields::of(ask.json(), &["mapping", "procedure"])?;
    let own = |name: &str| Ok::<_, Problem>(fields.text_or_none(name)?.map(str::to_owned));
    let order = Order::Read {
        mapping: own("mapping")?,
        procedure: own("procedure")?,
    };
    ordered(&ask, order, "register_mapped").await
}

/// `POST /api/imports/{id}/run`.
pub async fn run(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    ordered(&ask, Order::Run, "import_run").await
}

/// `POST /api/imports/{id}/undo`.
pub async fn undo(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    ordered(&ask, Order::Undo, "import_undone").await
}

/// `POST /api/imports/{id}/activate`.
pub async fn activate(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    ordered(&ask, Order::Activate, "import_activated").await
}

async fn ordered(ask: &Ask, order: Order, what: &str) -> Result<Response, Problem> {
    let (id, session) = (ask.part("id")?, ask.session()?);
    let register = registers::order(&ask.app, id, order, &session.user, ask.language).await?;
    journal::keep(&ask.app, session, what, id, json!({"batch": register.batch})).await?;
    Ok((StatusCode::ACCEPTED, Json(Value::Object(told(id, &register)))).into_response())
}

/// `GET /api/imports/{id}/copy`: the register with what is doubtful coloured, to be mended and uploaded again.
pub async fn copy(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let id = ask.part("id")?;
    let (register, _) = registers::find(&ask.app, id).await?.ok_or(Problem::NotFound)?;
    let name = register.reports.get("copy").ok_or(Problem::NotFound)?;
    let bytes = ask.app.blobs.import(name).await?.ok_or(Problem::NotFound)?;
    journal::keep(&ask.app, ask.session()?, "register_copy", id, Value::Null).await?;
    as_file(&format!("{id}.xlsx"), bytes)
}

/// `DELETE /api/imports/{id}`.
pub async fn forget(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let id = ask.part("id")?;
    registers::forget(&ask.app, id).await?;
    journal::keep(&ask.app, ask.session()?, "register_forgotten", id, Value::Null).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An upload as the list shows it.
fn told(id: &str, register: &Register) -> Map<String, Value> {
    let told = json!({
        "id": id, "name": register.name, "size": register.size, "at": register.at, "by": register.by,
        "state": register.state, "procedure": register.procedure, "batch": register.batch,
        "readable": register.readable, "copy": register.reports.contains_key("copy"), "refused": register.refused,
    });
    told.as_object().cloned().unwrap_or_default()
}

/// An import that came otherwise, in the same shape.
fn otherwise(id: &str, batch: &Batch) -> Map<String, Value> {
    let names: Vec<&str> = batch.files.iter().map(|file| file.ledger.as_str()).collect();
    let state = match batch.state {
        BatchState::Running => "running",
        BatchState::Done => "done",
        BatchState::Undone => "undone",
    };
    let told = json!({
        "id": id, "name": names.join(", "), "size": 0, "at": batch.started_at, "by": null,
        "state": state, "procedure": batch.procedure, "batch": id,
        "readable": true, "copy": false, "refused": null, "totals": batch.totals,
    });
    told.as_object().cloned().unwrap_or_default()
}
