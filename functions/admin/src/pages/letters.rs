//! Letters that have not left, over all complaints: those that wait, and those that were given up.
//!
//! Both stand in the `wake` index: what waits at the moment of its next attempt, what was given up at the far end. So
//! reading them costs what there is of them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, TimeDelta};
use kesu_app::clock::stamp;
use kesu_app::session::Session;
use kesu_app::store::{Key, LetterRecord, LetterState};
use kesu_app::texts::{Language, texts};
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Role;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::commands::find;
use crate::api::journal;
use crate::ask::{Ask, Fields};
use crate::pages::mail::reason;
use crate::pages::{onward, page, said, short};
use crate::serve;
use crate::who::OFFICE;

/// The longest that a letter waits for its next attempt, with an hour to spare.
const AHEAD: TimeDelta = TimeDelta::hours(25);
/// When a sweep looks at a letter that was queued again and that the stream has not brought to the sender.
const PATIENCE: TimeDelta = TimeDelta::seconds(90);
/// Letters of one page.
const PAGE: usize = 50;
/// Index entries read for one page: beyond, the page goes on where this one ended.
const READ: usize = 1_000;
/// Entries read at a time.
const STEP: u32 = 200;

/// Which letters are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Waiting,
    Failed,
}

/// `GET /admin/letters`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["state", "cursor", "done"])?;
    let which = which(params.get("state"))?;
    view(
        &ask,
        StatusCode::OK,
        which,
        params.get("cursor"),
        params.get("done"),
        &[],
    )
    .await
}

/// `GET /api/letters`: the same.
pub async fn told(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["state", "cursor"])?;
    let (rows, next) = rows(&ask, which(params.get("state"))?, params.get("cursor")).await?;
    serve::json(json!({"letters": rows, "next": next}))
}

/// `POST /api/letters`: the same as the page's form.
pub async fn tell(ask: Ask) -> Result<Response, Problem> {
    let body = Fields::of(ask.json(), &["letter", "do"])?;
    carry_out(&ask, body.text("letter")?, body.text("do")?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn which(state: Option<&str>) -> Result<Which, Problem> {
    match state {
        None | Some("waiting") => Ok(Which::Waiting),
        Some("failed") => Ok(Which::Failed),
        Some(_) => Err(Refusal::of("bad_query").into()),
    }
}

async fn view(
    ask: &Ask,
    status: StatusCode,
    which: Which,
    cursor: Option<&str>,
    done: Option<&str>,
    errors: &[Value],
) -> Result<Response, Problem> {
    let (rows, next) = rows(ask, which, cursor).await?;
    let failed = which == Which::Failed;
    let acts = failed && OFFICE.admits(ask.session()?.account.role);
    let context = json!({"rows": rows, "next": next, "failed": failed, "acts": acts, "done": done, "errors": errors});
    Ok(page(ask, status, "letters.html", context))
}

/// The letters that this person may see, and where to go on.
async fn rows(ask: &Ask, which: Which, cursor: Option<&str>) -> Result<(Vec<Value>, Option<String>), Problem> {
    let session = ask.session()?;
    let (letters, next) = found(&ask.app, which, cursor).await?;
    let mut rows = Vec::new();
    let mut numbers: BTreeMap<String, Option<Value>> = BTreeMap::new();
    for record in letters {
        if !numbers.contains_key(&record.id) {
            numbers.insert(record.id.clone(), about(&ask.app, session, &record.id).await?);
        }
        rows.extend(row(
            ask.language,
            session,
            &record,
            numbers.get(&record.id).cloned().flatten(),
        ));
    }
    Ok((rows, next))
}

/// The complaint a letter is about, if this person may see it: a letter of another is not his to see either.
async fn about(app: &App, session: &Session, id: &str) -> Result<Option<Value>, Problem> {
    match find(app, session, id).await {
        Ok(loaded) => Ok(Some(
            json!({"id": loaded.complaint.id, "number": loaded.complaint.number}),
        )),
        Err(Problem::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// `POST /admin/letters`: a letter that was given up is sent again, or put away.
pub async fn act(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let (letter, wanted) = (
        form.get("letter").unwrap_or_default(),
        form.get("do").unwrap_or_default(),
    );
    match carry_out(&ask, letter, wanted).await {
        Ok(()) => onward("/admin/letters?state=failed&done=yes"),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            view(&ask, status, Which::Failed, None, None, &errors).await
        }
    }
}

async fn carry_out(ask: &Ask, named: &str, wanted: &str) -> Result<(), Problem> {
    let (app, session) = (&ask.app, ask.session()?);
    let (id, seq, n) = place_of(named).ok_or(Problem::NotFound)?;
    let record = app.store.letter_of(id, seq, n).await?.ok_or(Problem::NotFound)?;
    let about = about(app, session, id).await?;
    row(ask.language, session, &record, about).ok_or(Problem::NotFound)?;
    // One that is not given up any more was sent again or put away by somebody else: that is what was wanted.
    let done = match wanted {
        "again" => {
            let look = app.wake_at(id, app.now() + PATIENCE);
            let revived = app.store.revive_letter(id, seq, n, &stamp(app.now()), &look).await?;
            revived.map(|_| "letter_again")
        }
        "away" => app.store.put_letter_away(id, seq, n).await?.map(|_| "letter_away"),
        other => return Err(Refusal::of("unknown_command").about("do").with("command", other).into()),
    };
    if let Some(what) = done {
        journal::keep(app, session, what, named, Value::Null).await?;
    }
    Ok(())
}

/// A letter's name in a form: complaint, entry, place.
fn place_of(named: &str) -> Option<(&str, u64, u32)> {
    let mut parts = named.rsplitn(3, '.');
    let n = parts.next()?.parse().ok()?;
    let seq = parts.next()?.parse().ok()?;
    Some((parts.next()?, seq, n))
}

/// A row of the page; nothing where this person may not see the letter.
fn row(language: Language, session: &Session, record: &LetterRecord, about: Option<Value>) -> Option<Value> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    let letter = body.get("letter")?;
    // Letters of no complaint (digests, duties) are their reader's.
    let to = letter.get("to").and_then(|to| to.get("staff")).and_then(Value::as_str);
    let own = letter.get("facts").is_some() && to == Some(session.user.as_str());
    if about.is_none() && !own && !sees_all(session, letter) {
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
        "about": about, "name": texts().label(language, "letter", name), "to": to,
        "at": at.map(|at| short(at, false)), "state": record.state, "attempts": record.attempts,
        "channel": body.get("channel"), "why": record.error.as_deref().map(|why| reason(why, language)),
        "next_try": local(record.next_try()), "place": format!("{}.{}.{}", record.id, record.seq, record.n),
    }))
}

/// Whether a letter of no complaint may be shown to whoever runs the house.
fn sees_all(session: &Session, letter: &Value) -> bool {
    let heads = [Role::Administrator, Role::Auditor];
    letter.get("facts").is_some() && heads.contains(&session.account.role)
}

/// The letters asked for, those that stand first in each shard, and where to go on.
async fn found(app: &App, which: Which, cursor: Option<&str>) -> Result<(Vec<LetterRecord>, Option<String>), Problem> {
    let until = stamp(app.now() + AHEAD);
    let (mut shard, mut inner) = match cursor {
        Some(cursor) => place(cursor)?,
        None => (0, None),
    };
    let (mut found, mut read) = (Vec::new(), 0);
    while shard < app.settings.shards {
        let page = match which {
            Which::Waiting => app.store.due(shard, &until, STEP, inner.as_deref()).await?,
            Which::Failed => app.store.given_up(shard, STEP, inner.as_deref()).await?,
        };
        read += page.items.len();
        for due in page.items {
            let Key::Letter { id, seq, n } = due.key else { continue };
            let record = app.store.letter_of(&id, seq, n).await?;
            let meant = |one: &LetterRecord| match one.state {
                LetterState::Queued | LetterState::Claimed => which == Which::Waiting,
                LetterState::Failed => which == Which::Failed,
                _ => false,
            };
            found.extend(record.filter(meant));
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
    let bad = || Problem::from(Refusal::of("bad_cursor").about("cursor"));
    let (shard, inner) = cursor.split_once('-').ok_or_else(bad)?;
    let shard = shard.parse().map_err(|_| bad())?;
    Ok((shard, Some(inner.to_owned()).filter(|inner| !inner.is_empty())))
}
