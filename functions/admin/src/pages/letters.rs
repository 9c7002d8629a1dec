//! Letters that have not left yet, over all complaints.
//!
//! The `wake` index holds what waits to be sent, since each such letter is looked at again; reading it costs what is due
//! within a day. A letter that was given up is in no index: an index of those would cost a write more for every letter,
//! and a failed one is shown on its complaint and told to the desk that answers for it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, FixedOffset, TimeDelta};
use kesu_app::clock::stamp;
use kesu_app::store::{Key, LetterRecord, LetterState};
use kesu_app::texts::texts;
use kesu_app::{App, Problem};
use serde_json::{Value, json};

use crate::api::commands::find;
use crate::ask::Ask;
use crate::pages::mail::reason;
use crate::pages::{page, short};

/// The longest that a letter waits for its next attempt, with an hour to spare.
const AHEAD: TimeDelta = TimeDelta::hours(25);
/// Letters of one page.
const PAGE: usize = 50;
/// Index entries read for one page: beyond, the page goes on where this one ended.
const READ: usize = 1_000;
/// Entries read at a time.
const STEP: u32 = 200;

/// `GET /admin/letters`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["cursor"])?;
    let (letters, next) = waiting(&ask.app, params.get("cursor")).await?;
    let mut rows = Vec::new();
    let mut numbers: BTreeMap<String, Option<Value>> = BTreeMap::new();
    for record in letters {
        if !numbers.contains_key(&record.id) {
            // A letter of a complaint that this person may not see is not his to see either.
            let found = find(&ask.app, ask.session()?, &record.id).await.ok();
            let about = found.map(|loaded| json!({"id": loaded.complaint.id, "number": loaded.complaint.number}));
            numbers.insert(record.id.clone(), about);
        }
        let about = numbers.get(&record.id).cloned().flatten();
        rows.extend(row(&ask, &record, about));
    }
    let context = json!({"rows": rows, "next": next});
    Ok(page(&ask, StatusCode::OK, "letters.html", context))
}

fn row(ask: &Ask, record: &LetterRecord, about: Option<Value>) -> Option<Value> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    let letter = body.get("letter")?;
    // Letters of no complaint (digests, duties) are their reader's.
    let to = letter.get("to").and_then(|to| to.get("staff")).and_then(Value::as_str);
    let own = letter.get("facts").is_some() && ask.session().is_ok_and(|session| to == Some(session.user.as_str()));
    if about.is_none() && !own && !sees_all(ask, letter) {
        return None;
    }
    let name = letter.get("template").and_then(Value::as_str).unwrap_or_default();
    let at: Option<DateTime<FixedOffset>> = serde_json::from_value(body.get("at")?.clone()).ok();
    let zone = at.map(|at| *at.offset());
    let local = |moment: Option<&str>| {
        let moment = DateTime::parse_from_rfc3339(moment?).ok()?;
        Some(short(zone.map_or(moment, |zone| moment.with_timezone(&zone)), false))
    };
    Some(json!({
        "about": about, "name": texts().label(ask.language, "letter", name), "to": to,
        "at": at.map(|at| short(at, false)), "state": record.state, "attempts": record.attempts,
        "channel": body.get("channel"), "why": record.error.as_deref().map(|why| reason(why, ask.language)),
        "next_try": local(record.next_try()),
    }))
}

/// Whether a letter of no complaint may be shown to whoever runs the house.
fn sees_all(ask: &Ask, letter: &Value) -> bool {
    use kesu_rules::domain::facts::Role;
    let heads = [Role::Administrator, Role::Auditor];
    letter.get("facts").is_some() && ask.session().is_ok_and(|session| heads.contains(&session.account.role))
}

/// The letters that wait, those that are due first in each shard, and where to go on.
async fn waiting(app: &App, cursor: Option<&str>) -> Result<(Vec<LetterRecord>, Option<String>), Problem> {
    let until = stamp(app.now() + AHEAD);
    let (mut shard, mut inner) = match cursor {
        Some(cursor) => place(cursor)?,
        None => (0, None),
    };
    let (mut found, mut read) = (Vec::new(), 0);
    while shard < app.settings.shards {
        let page = app.store.due(shard, &until, STEP, inner.as_deref()).await?;
        read += page.items.len();
        for due in page.items {
            let Key::Letter { id, seq, n } = due.key else { continue };
            let record = app.store.letter_of(&id, seq, n).await?;
            let waits = |one: &LetterRecord| matches!(one.state, LetterState::Queued | LetterState::Claimed);
            found.extend(record.filter(waits));
        }
        inner = page.next;
        if inner.is_none() {
            shard += 1;
        }
        if found.len() >= PAGE || read >= READ {
            break;
        }
    }
    let more = shard < app.settings.shards;
    Ok((found, more.then(|| format!("{shard}-{}", inner.unwrap_or_default()))))
}

/// A cursor: the shard, and the index's own cursor in it.
fn place(cursor: &str) -> Result<(u32, Option<String>), Problem> {
    let bad = || Problem::from(kesu_rules::domain::refusal::Refusal::of("bad_cursor").about("cursor"));
    let (shard, inner) = cursor.split_once('-').ok_or_else(bad)?;
    let shard = shard.parse().map_err(|_| bad())?;
    Ok((shard, Some(inner.to_owned()).filter(|inner| !inner.is_empty())))
}
