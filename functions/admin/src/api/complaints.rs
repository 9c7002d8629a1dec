//! The register, month by month: rows of the month index across its shards.

use axum::response::Response;
use chrono::NaiveDate;
use kesu_app::record::{COLUMNS, Face};
use kesu_app::session::Session;
use kesu_app::store::GridRow;
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::rows;
use crate::ask::{Ask, sees, wrong};
use crate::serve;

/// Rows of one page.
const PAGE: u32 = 1000;

/// `GET /api/complaints`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["month", "cursor", "fields"])?;
    let month = match params.get("month") {
        Some(month) => parse_month(month)?,
        None => this_month(&ask.app).await,
    };
    let (rows, next) = page(&ask.app, ask.session()?, &month, params.get("cursor")).await?;
    let (columns, rows) = match params.get("fields") {
        Some(_) => {
            let ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
            let heads = ask.app.store.heads(&ids).await?;
            (rows::columns(), rows::whole(&ask.app, heads).await?)
        }
        None => (columns(), rows.iter().map(row).collect()),
    };
    let as_of = ask.app.now().to_rfc3339();
    serve::json(json!({"month": month, "columns": columns, "rows": rows, "next": next, "as_of": as_of}))
}

/// The columns of the rows that the API gives.
pub fn columns() -> Vec<&'static str> {
    ["id", "version"].into_iter().chain(COLUMNS.iter().copied()).collect()
}

/// The current month in the installation procedure's zone; in UTC where the procedure cannot be had.
pub async fn this_month(app: &App) -> String {
    let now = app.now();
    match app.desk(app.settings.procedures.first()).await {
        Ok(desk) => desk.local(now).format("%Y-%m").to_string(),
        Err(_) => now.format("%Y-%m").to_string(),
    }
}

/// A month as `yyyy-mm`.
pub fn parse_month(month: &str) -> Result<String, Problem> {
    let plain = month.len() == 7 && NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").is_ok();
    plain.then(|| month.to_owned()).ok_or_else(|| wrong("month", "month"))
}

/// One page of a month's rows that this person may see, and the cursor of the next.
pub async fn page(
    app: &App,
    session: &Session,
    month: &str,
    cursor: Option<&str>,
) -> Result<(Vec<GridRow>, Option<String>), Problem> {
    let bad = || Problem::from(Refusal::of("bad_cursor").about("cursor"));
    let (mut shard, mut inner) = match cursor {
        None => (0, None),
        Some(cursor) => {
            let (shard, inner) = cursor.split_once('-').ok_or_else(bad)?;
            let shard: u32 = shard.parse().map_err(|_| bad())?;
            (shard, Some(inner.to_owned()).filter(|inner| !inner.is_empty()))
        }
    };
    if shard >= app.settings.shards {
        return Err(bad());
    }
    let mut rows = Vec::new();
    // What is filtered out counts as read, so that a page costs the same for everybody.
    let mut left = PAGE;
    while shard < app.settings.shards && left > 0 {
        let found = app.store.month(month, shard, left, inner.as_deref()).await?;
        left = left.saturating_sub(u32::try_from(found.items.len()).unwrap_or(u32::MAX));
        let department = |row: &GridRow| row.columns.get("department").cloned();
        rows.extend(
            found
                .items
                .into_iter()
                .filter(|row| sees(session, department(row).as_deref())),
        );
        inner = found.next;
        if inner.is_none() {
            shard += 1;
        }
    }
    let next = (shard < app.settings.shards).then(|| format!("{shard}-{}", inner.unwrap_or_default()));
    Ok((rows, next))
}

/// A row as the API gives it.
pub fn row(row: &GridRow) -> Value {
    let face: Face = row
        .face
        .as_deref()
        .and_then(|face| serde_json::from_str(face).ok())
        .unwrap_or_default();
    let cell = |name: &str| match name {
        "customer_name" => json!(face.get(name)),
        _ => json!(row.columns.get(name)),
    };
    let mut cells = vec![json!(row.id), json!(row.version)];
    cells.extend(COLUMNS.iter().map(|name| cell(name)));
    Value::Array(cells)
}
