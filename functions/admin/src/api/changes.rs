//! What changed since a browser last asked: from the index of changes, in the order of (when, id).

use std::collections::BTreeSet;

use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use kesu_app::clock::stamp;
use kesu_app::store::{ChangedKey, GridRow, keys};
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::complaints::{columns, row};
use crate::api::rows;
use crate::ask::{Ask, sees};
use crate::serve;

/// Changes of one answer.
const PAGE: usize = 500;
/// Days that a cursor may lie behind; older ones have to read the months anew.
const BACK: u64 = 40;
/// A change may be written a little after the moment it carries; so much is looked at again.
const OVERLAP: TimeDelta = TimeDelta::seconds(60);

/// Where a reader stands.
#[derive(Debug, PartialEq)]
enum Place {
    /// Up to this moment everything was given; the next answer overlaps.
    UpTo(DateTime<Utc>),
    /// In the midst of it, after this entry of the index.
    After(String),
}

impl Place {
    fn write(&self) -> String {
        let plain = match self {
            Self::UpTo(at) => format!("t{}", stamp(*at)),
            Self::After(key) => format!("k{key}"),
        };
        plain.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(cursor: &str) -> Option<Self> {
        let digits = cursor.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        let plain = String::from_utf8(bytes?).ok()?;
        if let Some(at) = plain.strip_prefix('t') {
            return Some(Self::UpTo(DateTime::parse_from_rfc3339(at).ok()?.to_utc()));
        }
        let key = plain.strip_prefix('k')?;
        DateTime::parse_from_rfc3339(key.split_once('#')?.0).ok()?;
        Some(Self::After(key.to_owned()))
    }

    /// The place in the index from which to read on, with its day.
    fn start(&self) -> (String, NaiveDate) {
        match self {
            Self::UpTo(at) => {
                let from = *at - OVERLAP;
                (stamp(from), from.date_naive())
            }
            Self::After(key) => {
                let when = key.split_once('#').map_or(key.as_str(), |(when, _)| when);
                let day = DateTime::parse_from_rfc3339(when).map(|at| at.to_utc().date_naive());
                (key.clone(), day.unwrap_or_default())
            }
        }
    }
}

/// `GET /api/changes`.
pub async fn since(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["since", "fields"])?;
    let bad = || Problem::from(Refusal::of("bad_cursor").about("since"));
    let now = ask.app.now();
    let place = match params.get("since") {
        Some(cursor) => Place::read(cursor).ok_or_else(bad)?,
        None => Place::UpTo(now),
    };
    let (from, first) = place.start();
    let today = now.date_naive();
    if first < today.checked_sub_days(Days::new(BACK)).unwrap_or(today) || first > today {
        return Err(bad());
    }
    let (found, all) = walk(&ask.app, &from, first, today).await?;
    let cursor = match found.last() {
        Some(last) if !all => Place::After(keys::changed(&last.when, &last.id)),
        _ => Place::UpTo(now),
    };
    let ids: Vec<String> = found.into_iter().map(|key| key.id).collect();
    let session = ask.session()?;
    let whole = params.get("fields").is_some();
    let (mut rows, mut removed, mut heads): (Vec<Value>, Vec<String>, Vec<_>) = (Vec::new(), Vec::new(), Vec::new());
    let standing = ask.app.store.heads(&ids).await?;
    let known: BTreeSet<&str> = standing.iter().map(|head| head.id.as_str()).collect();
    // An import that was taken back leaves for a while what tells of its complaints that they are gone.
    removed.extend(ids.iter().filter(|id| !known.contains(id.as_str())).cloned());
    for head in standing {
        let department = head.columns.get("department").map(String::as_str);
        if sees(session, department) && whole {
            heads.push(head);
        } else if sees(session, department) {
            let (id, version, columns, face) = (head.id, head.version, head.columns, head.face);
            rows.push(row(&GridRow {
                id,
                version,
                columns,
                face,
            }));
        } else {
            // It may have been his department's a moment ago.
            removed.push(head.id);
        }
    }
    let columns = if whole { rows::columns() } else { columns() };
    if whole {
        rows = rows::whole(&ask.app, heads).await?;
    }
    serve::json(json!({
        "columns": columns, "rows": rows, "removed": removed, "cursor": cursor.write(), "more": !all,
        "as_of": now.to_rfc3339(),
    }))
}

/// The changes after a place, at most a page of them, in order; and whether these are all.
async fn walk(app: &App, from: &str, first: NaiveDate, today: NaiveDate) -> Result<(Vec<ChangedKey>, bool), Problem> {
    let mut found: Vec<ChangedKey> = Vec::new();
    let mut all = true;
    for day in first.iter_days().take_while(|day| *day <= today) {
        let name = day.format("%Y-%m-%d").to_string();
        let since = if day == first { from } else { "" };
        let mut of_day = Vec::new();
        for shard in 0..app.settings.shards {
            let limit = u32::try_from(PAGE).unwrap_or(u32::MAX);
            let page = app.store.changed_since(&name, shard, since, limit).await?;
            all &= page.next.is_none();
            of_day.extend(page.items);
        }
        of_day.sort_by(|a, b| (&a.when, &a.id).cmp(&(&b.when, &b.id)));
        found.extend(of_day);
        if found.len() > PAGE {
            all = false;
            found.truncate(PAGE);
        }
        if !all {
            break;
        }
    }
    Ok((found, all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let at = DateTime::parse_from_rfc3339("2026-11-02T08:00:00Z").unwrap().to_utc();
        for place in [Place::UpTo(at), Place::After("2026-11-02T08:00:00Z#abc".to_owned())] {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for wrong in ["", "t", "zz", "6b", "74616263", "é", "7432303236"] {
            assert_eq!(Place::read(wrong), None, "{wrong}");
        }
    }
}
