//! What a period's complaints would have been like under other rules, a slice at a time.

use axum::response::Response;
use kesu_app::Problem;
use kesu_app::simulate::{Slice, Wanted};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::change::Change;
use kesu_rules::rollup::Period;
use serde_json::json;

use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// Complaints looked at for one answer; few enough for a function's time limit.
const SLICE: Slice = Slice {
    complaints: 1000,
    rows: 1000,
};
/// The most changes that are read.
const MOST_CHANGES: usize = 50;

/// `POST /api/simulate`. Nothing is written.
pub async fn simulate(ask: Ask) -> Result<Response, Problem> {
    let given = Fields::of(ask.json(), &["period", "procedure", "of", "set", "cursor"])?;
    let period = given.text("period")?.parse::<Period>();
    let period = period.map_err(|_| Refusal::of("simulation_period").about("period"))?;
    let changes = changes(&given)?;
    let name = given.text_or_none("procedure")?;
    let procedure = name.map(|name| ask.app.changed_procedure(name, &changes)).transpose()?;
    let of = match given.text_or_none("of")? {
        Some(id) => Some(ask.app.named_procedure(id)?.pack.procedure.id.to_string()),
        None => ask.app.simulated_of(procedure.as_deref(), !changes.is_empty()),
    };
    let wanted = Wanted {
        period,
        of,
        procedure,
        changes,
        calendar: None,
    };
    let now = ask.app.now();
    let found = ask
        .app
        .simulate(&wanted, SLICE, given.text_or_none("cursor")?, now)
        .await?;
    let mut told = found.told(period, ask.language);
    if let Some(map) = told.as_object_mut() {
        let head = wanted.procedure.as_ref().map(|one| &one.pack.procedure);
        let head = head.map(|head| json!({"id": head.id, "version": head.version}));
        map.insert("as_of".to_owned(), json!(now));
        map.insert("of".to_owned(), json!(wanted.of));
        map.insert("procedure".to_owned(), json!(head));
        map.insert("next".to_owned(), json!(found.next));
    }
    serve::json(told)
}

fn changes(given: &Fields<'_>) -> Result<Vec<Change>, Problem> {
    let Some(set) = given.get("set") else {
        return Ok(Vec::new());
    };
    let texts = set.as_array().ok_or_else(|| wrong("set", "list"))?;
    if texts.len() > MOST_CHANGES {
        let refusal = Refusal::of("too_many").about("set").with("field", "set");
        return Err(refusal.with("max", MOST_CHANGES.to_string()).into());
    }
    let read = |text: &serde_json::Value| -> Result<Change, Problem> {
        let text = text.as_str().ok_or_else(|| wrong("set", "text"))?;
        text.parse().map_err(|error: kesu_rules::procedure::change::NoChange| {
            let refusal = Refusal::of("change_does_not_fit").about("set");
            refusal.with("why", error.to_string()).into()
        })
    };
    texts.iter().map(read).collect()
}
