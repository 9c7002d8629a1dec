//! What only a movable clock has: moving it, and looking at the letters.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use kesu_app::Problem;
use kesu_app::store::AnyRecord;
use kesu_rules::domain::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pump::{Pump, settle};
use crate::folder::DataFolder;

#[derive(Clone)]
struct Dev {
    folder: Arc<DataFolder>,
    pump: Arc<Pump>,
    /// Moves come one after the other.
    moving: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    now: String,
    /// Whether the daily digest goes out too.
    #[serde(default)]
    digest: bool,
}

/// The routes; merged into the others only under `--now`.
pub fn router(folder: Arc<DataFolder>, pump: Arc<Pump>) -> Router {
    let dev = Dev {
        folder,
        pump,
        moving: Arc::default(),
    };
    Router::new()
        .route("/dev/clock", post(clock))
        .route("/dev/outbox", get(outbox))
        .with_state(dev)
}

/// Moves the clock and settles everything that is due then.
async fn clock(State(dev): State<Dev>, body: String) -> Result<Response, Problem> {
    let wrong = |expected: &str| {
        Refusal::of("wrong_type")
            .about("now")
            .with("field", "now")
            .with("expected", expected)
    };
    let asked: Move = serde_json::from_str(&body).map_err(|_| Problem::from(Refusal::of("bad_json")))?;
    let to = chrono::DateTime::parse_from_rfc3339(&asked.now).map_err(|_| Problem::from(wrong("moment")))?;
    let _one_at_a_time = dev.moving.lock().await;
    let app = &dev.folder.app;
    if !app.time.advance(to.to_utc()) {
        return Err(Refusal::of("clock_goes_forward").about("now").into());
    }
    let mut report = settle(&dev.folder, &dev.pump).await.map_err(|failure| {
        tracing::error!(%failure, "not everything due could be settled");
        Problem::Fault
    })?;
    if asked.digest {
        report.letters += kesu_escalate::digest(app, app.now()).await?;
        dev.pump.drained().await;
    }
    let now = app.desk(app.settings.procedures.first()).await?.local(app.now());
    Ok(
        Json(json!({"now": now, "woken": report.woken, "escalations": report.escalations, "letters": report.letters}))
            .into_response(),
    )
}

/// All letters, the oldest first.
async fn outbox(State(dev): State<Dev>) -> Result<Json<Vec<Value>>, Problem> {
    dev.pump.drained().await;
    let app = &dev.folder.app;
    let mut letters = Vec::new();
    let mut cursor = None;
    loop {
        let page = app.store.scan_all(500, cursor.as_deref()).await?;
        for record in page.items {
            if let Ok(AnyRecord::Letter(letter)) = record {
                let shown = kesu_notify::shown(app, &letter).await?;
                let at = shown.get("created_at").and_then(Value::as_str).unwrap_or_default();
                let at = chrono::DateTime::parse_from_rfc3339(at)
                    .map(|at| at.timestamp())
                    .unwrap_or_default();
                letters.push(((at, letter.id, letter.seq, letter.n), shown));
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    letters.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(Json(letters.into_iter().map(|(_, shown)| shown).collect()))
}
