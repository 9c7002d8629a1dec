//! Slips over all complaints: what is called back, of what users were advised, what came back.
//!
//! The list reads the month's index, whose rows name the kinds of slips on a complaint, and then only the heads of those
//! that have one. An index of slips would cost a further write with each step; the months are read for other lists anyway.

use axum::response::Response;
use chrono::DateTime;
use kesu_app::Problem;
use kesu_app::app::DeskWork;
use kesu_app::record::{Loaded, SLIPS};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::domain::slip::Slip;
use kesu_rules::domain::value::Value as FieldValue;
use kesu_rules::procedure::model::SlipKind;
use serde_json::{Map, Value, json};

use super::complaints::parse_month;
use super::due::month_of;
use crate::ask::Ask;
use crate::serve;
use crate::shown::sees_it;

/// Complaints of one page.
const PAGE: usize = 100;
/// Rows of one read of the month index.
const ROWS: u32 = 1000;
/// Months of receipt that are looked at where none is named.
const MONTHS: i64 = 12;

/// `GET /api/slips`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["kind", "month", "cursor"])?;
    let kind = params.get("kind").map(kind_of).transpose()?;
    let month = params.get("month").map(parse_month).transpose()?;
    let (slips, next) = page(&ask, kind, month.as_deref(), params.get("cursor")).await?;
    serve::json(json!({"kind": kind, "month": month, "slips": slips, "next": next}))
}

/// A kind of slip by its name.
pub fn kind_of(name: &str) -> Result<SlipKind, Problem> {
    SlipKind::parse(name).ok_or_else(|| {
        let refusal = Refusal::of("unknown_value").about("kind").with("field", "kind");
        let allowed = SlipKind::ALL.map(SlipKind::name).join(", ");
        refusal.with("value", name).with("allowed", allowed).into()
    })
}

/// A page of slips, those of the complaint last received first.
pub async fn page(
    ask: &Ask,
    kind: Option<SlipKind>,
    month: Option<&str>,
    cursor: Option<&str>,
) -> Result<(Vec<Value>, Option<String>), Problem> {
    let (app, session) = (&ask.app, ask.session()?);
    let mut found = candidates(ask, kind, month).await?;
    found.sort_by(|a, b| b.cmp(a));
    found.dedup();
    let place = |(received, id): &(String, String)| format!("{received}~{id}");
    found.retain(|one| cursor.is_none_or(|after| place(one).as_str() < after));
    let mut slips = Vec::new();
    let mut next = None;
    // Pages are filled from whole chunks: what this person may not see is read and left out.
    for (at, chunk) in found.chunks(PAGE).enumerate() {
        let ids: Vec<String> = chunk.iter().map(|(_, id)| id.clone()).collect();
        for head in app.store.heads(&ids).await? {
            let loaded = Loaded::read(head)?;
            let desk = match app.desk_of(&loaded.complaint).await {
                // A complaint whose procedure is not at hand must not hide the others; it was logged.
                Err(Problem::Refused(_)) => continue,
                other => other?,
            };
            if !sees_it(session, &desk, &loaded.complaint, desk.local(app.now())) {
                continue;
            }
            let wanted = |slip: &&Slip| kind.is_none_or(|kind| slip.kind == kind);
            let all = loaded.complaint.slips.iter().filter(wanted);
            slips.extend(all.map(|slip| row(&loaded, slip, &desk, ask)));
        }
        if slips.len() >= PAGE && (at + 1) * PAGE < found.len() {
            next = chunk.last().map(place);
            break;
        }
    }
    Ok((slips, next))
}

/// Complaints that have such slips, by their receipt: moment in UTC and id.
async fn candidates(ask: &Ask, kind: Option<SlipKind>, month: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let app = &ask.app;
    let today = app.now().date_naive();
    let months: Vec<String> = match month {
        Some(month) => vec![month.to_owned()],
        // The zone's month may have begun already.
        None => (0..=MONTHS).filter_map(|back| month_of(today, 1 - back)).collect(),
    };
    let mut found = Vec::new();
    for month in months {
        for shard in 0..app.settings.shards {
            let mut cursor = None;
            loop {
                let page = app.store.month(&month, shard, ROWS, cursor.as_deref()).await?;
                for row in page.items {
                    let Some(kinds) = row.columns.get(SLIPS) else { continue };
                    let has = kind.is_none_or(|kind| kinds.split(' ').any(|one| one == kind.name()));
                    let received = row
                        .columns
                        .get("received_at")
                        .map(|at| DateTime::parse_from_rfc3339(at));
                    if let (true, Some(Ok(received))) = (has, received) {
                        found.push((kesu_app::clock::stamp(received.to_utc()), row.id));
                    }
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
    }
    Ok(found)
}

/// A slip as the list gives it. Free and personal text stay with the complaint.
fn row(loaded: &Loaded, slip: &Slip, desk: &DeskWork, ask: &Ask) -> Value {
    let it = &loaded.complaint;
    let rule = desk.procedure.slip(slip);
    let apart = |value: &FieldValue| matches!(value, FieldValue::Words(_) | FieldValue::Face(_));
    let plain = slip.fields.iter().filter(|(_, value)| !apart(value));
    let fields: Map<String, Value> = plain.map(|(key, value)| (key.to_string(), value.to_json())).collect();
    let batches = fields.get("batches").cloned().unwrap_or_else(|| json!([]));
    json!({
        "id": it.id, "number": it.number, "version": it.version, "procedure": it.procedure,
        "department": it.department, "kind": slip.kind, "n": slip.n, "rule": slip.rule,
        "title": rule.map(|rule| rule.title.get(ask.language)), "stage": slip.stage.name(), "batches": batches,
        "opened_at": slip.opened_at, "settled_at": slip.stage.settled().then(|| slip.stage.at()), "fields": fields,
    })
}
