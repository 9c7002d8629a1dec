//! The register and what is due, as tables.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta};
use kesu_app::Problem;
use kesu_app::record::Face;
use kesu_app::store::GridRow;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::complaints::{page as read_page, parse_month, this_month};
use crate::api::due::{Scope, page as due_page};
use crate::ask::{Ask, Params};
use crate::pages::{escaped, page, short_of};

/// Rows of one page.
const PAGE: usize = 50;
/// Reads of the month index for one page of the register: beyond, filters speak of what was read, and the page says so.
const READS: usize = 10;
/// The stages, in the order of a complaint's life.
const STAGES: &[&str] = &[
    "received",
    "open",
    "waiting_customer",
    "waiting_approval",
    "replied",
    "closed",
    "archived",
    "not_a_complaint",
];

/// `GET /admin`.
pub async fn register(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["month", "stage", "class", "department", "q", "overdue", "page", "done"])?;
    let month = match params.get("month") {
        Some(month) => parse_month(month)?,
        None => this_month(&ask.app).await,
    };
    let mut rows = Vec::new();
    let mut cursor = None;
    let mut partly = true;
    for _ in 0..READS {
        let (found, next) = read_page(&ask.app, ask.session()?, &month, cursor.as_deref()).await?;
        rows.extend(found);
        cursor = next;
        if cursor.is_none() {
            partly = false;
            break;
        }
    }
    rows.sort_by(|a, b| received(b).cmp(received(a)).then_with(|| b.id.cmp(&a.id)));
    let choices =
        |name: &str| -> BTreeSet<String> { rows.iter().filter_map(|row| row.columns.get(name)).cloned().collect() };
    let (classes, departments) = (choices("class"), choices("department"));
    let now = ask.app.now();
    let late = |row: &GridRow| {
        let due = row
            .columns
            .get("due_at")
            .and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        due.map(|due| (due.to_utc() < now, due.to_utc() < now + TimeDelta::days(1)))
    };
    let fits = |row: &GridRow| {
        let is = |name: &str| {
            params
                .get(name)
                .is_none_or(|wanted| row.columns.get(name).is_some_and(|own| own == wanted))
        };
        let overdue = params.get("overdue").is_none() || late(row).is_some_and(|(late, _)| late);
        is("stage") && is("class") && is("department") && overdue && found(row, params)
    };
    let shown: Vec<&GridRow> = rows.iter().filter(|row| fits(row)).collect();
    let at: usize = params.get("page").and_then(|at| at.parse().ok()).unwrap_or(1).max(1);
    let told: Vec<Value> = shown
        .iter()
        .skip((at - 1).saturating_mul(PAGE))
        .take(PAGE)
        .map(|row| cells(row, late(row)))
        .collect();
    let first = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").unwrap_or_default();
    let shift = |to: Option<NaiveDate>| to.filter(|to| to.year() > 0).map(|to| to.format("%Y-%m").to_string());
    let context = json!({
        "month": month, "previous": shift(first.checked_sub_months(Months::new(1))),
        "next": shift(first.checked_add_months(Months::new(1))), "rows": told, "count": shown.len(),
        "overdue_count": shown.iter().filter(|row| late(row).is_some_and(|(late, _)| late)).count(),
        "stages": STAGES, "classes": classes, "departments": departments, "partly": partly,
        "stage": params.get("stage"), "class": params.get("class"), "department": params.get("department"),
        "q": params.get("q"), "overdue": params.get("overdue"), "at": at,
        "pages": shown.len().div_ceil(PAGE).max(1), "link": link(params, &month),
        "done": params.get("done"),
    });
    Ok(page(&ask, StatusCode::OK, "list.html", context))
}

fn received(row: &GridRow) -> &str {
    row.columns.get("received_at").map_or("", String::as_str)
}

/// Whether the words that are looked for stand in the number, the customer's name or the product.
fn found(row: &GridRow, params: Params<'_>) -> bool {
    let Some(wanted) = params.get("q").map(str::to_lowercase) else {
        return true;
    };
    let columns = ["number", "product_name"]
        .iter()
        .filter_map(|name| row.columns.get(*name));
    let name = face(row).get("customer_name").cloned();
    columns
        .cloned()
        .chain(name)
        .any(|text| text.to_lowercase().contains(&wanted))
}

fn face(row: &GridRow) -> Face {
    row.face
        .as_deref()
        .and_then(|face| serde_json::from_str(face).ok())
        .unwrap_or_default()
}

/// The address of the same view, to which a page is added.
fn link(params: Params<'_>, month: &str) -> String {
    let mut link = format!("/admin?month={month}");
    for name in ["stage", "class", "department", "q", "overdue"] {
        if let Some(value) = params.get(name) {
            link.push_str(&format!("&{name}={}", escaped(value)));
        }
    }
    link
}

fn cells(row: &GridRow, late: Option<(bool, bool)>) -> Value {
    let cell = |name: &str| row.columns.get(name).map(String::as_str);
    json!({
        "id": row.id, "number": cell("number"), "received_at": short_of(cell("received_at"), false),
        "customer": face(row).get("customer_name"), "product": cell("product_name"), "class": cell("class"),
        "department": cell("department"), "stage": cell("stage"), "channel": cell("channel"),
        "due_at": short_of(cell("due_at"), true),
        "late": late.is_some_and(|(late, _)| late), "soon": late.is_some_and(|(late, soon)| soon && !late),
    })
}

/// `GET /admin/due`.
pub async fn due(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["scope", "cursor"])?;
    let mine = match params.get("scope") {
        None | Some("mine") => true,
        Some("all") => false,
        Some(_) => return Err(Refusal::of("not_found").into()),
    };
    let scope = Scope::week(ask.app.now(), mine);
    let (items, next) = due_page(&ask, &scope, params.get("cursor")).await?;
    let items: Vec<Value> = items
        .into_iter()
        .map(|mut item| {
            let due = short_of(item.get("due_at").and_then(Value::as_str), true);
            if let Some(map) = item.as_object_mut() {
                map.insert("due".to_owned(), json!(due));
            }
            item
        })
        .collect();
    Ok(page(
        &ask,
        StatusCode::OK,
        "due.html",
        json!({"items": items, "next": next, "mine": mine}),
    ))
}
