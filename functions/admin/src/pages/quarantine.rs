//! Mail that waits for a person: why, what of it can be shown, and what may be done with it.

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::quarantine::{self, Held, HeldState, TakeAs};
use kesu_app::session::Session;
use kesu_app::texts::texts;
use kesu_app::{App, Problem};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::api::quarantine::{put_away, take_in};
use crate::ask::Ask;
use crate::pages::mail::hide_links;
use crate::pages::{onward, page, said, short};
use crate::who::OFFICE;

/// Mails of one page.
const PAGE: u32 = 50;
/// Reads for one page of those that wait.
const READS: usize = 10;
/// How much of a mail is shown, in characters.
const SHOWN: usize = 6_000;
/// How many that wait are counted for the way to this page.
const COUNTED: u32 = 50;

/// How many mails wait, for the navigation of those who deal with them: a number, or `50+`.
pub async fn count(app: &App, session: &Session) -> Option<String> {
    if !OFFICE.admits(session.account.role) {
        return None;
    }
    let page = quarantine::list(app, COUNTED, None).await.ok()?;
    let waits = page
        .items
        .iter()
        .filter(|(_, held)| held.state == HeldState::Waiting)
        .count();
    let more = if page.next.is_some() && waits > 0 { "+" } else { "" };
    Some(format!("{waits}{more}"))
}

/// `GET /admin/quarantine`.
pub async fn list(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["state", "cursor", "done"])?;
    let waiting = match params.get("state") {
        None | Some("waiting") => true,
        Some("all") => false,
        Some(_) => return Err(Refusal::of("bad_query").into()),
    };
    let (mut rows, mut cursor) = (Vec::new(), params.get("cursor").map(str::to_owned));
    for _ in 0..READS {
        let found = quarantine::list(&ask.app, PAGE, cursor.as_deref()).await?;
        let fits = |held: &Held| !waiting || matches!(held.state, HeldState::Waiting | HeldState::Replaying);
        let fitting = found.items.iter().filter(|(_, held)| fits(held));
        for (id, held) in fitting {
            rows.push(row(&ask, id, held).await?);
        }
        cursor = found.next;
        if cursor.is_none() || !rows.is_empty() {
            break;
        }
    }
    let context = json!({"rows": rows, "next": cursor, "waiting": waiting, "done": params.get("done")});
    Ok(page(&ask, StatusCode::OK, "quarantine.html", context))
}

async fn row(ask: &Ask, id: &str, held: &Held) -> Result<Value, Problem> {
    let desk = ask.app.desk(ask.app.settings.procedures.first()).await?;
    let number = match &held.complaint {
        Some(complaint) => ask.app.load(complaint).await.ok().map(|loaded| loaded.complaint.number),
        None => None,
    };
    Ok(json!({
        "id": id, "at": short(desk.local(held.at), false), "from": held.from, "size": size(held.size),
        "kind": held.kind, "why": texts().label(ask.language, "held_reason", &held.reason), "state": held.state,
        "complaint": held.complaint, "number": number, "by": held.by,
        "waits": held.state == HeldState::Waiting,
    }))
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// `GET /admin/quarantine/{id}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["done"])?;
    view(&ask, StatusCode::OK, params.get("done"), &[]).await
}

async fn view(ask: &Ask, status: StatusCode, done: Option<&str>, errors: &[Value]) -> Result<Response, Problem> {
    let (held, _) = quarantine::find(&ask.app, ask.part("id")?).await?;
    let raw = ask.app.blobs.raw(&held.raw).await?;
    let looked_into = held.reason != "virus";
    let words = if looked_into {
        ask.app.blobs.words(&held.raw).await?
    } else {
        None
    };
    let shown = words.as_deref().or(raw.as_deref()).filter(|_| looked_into).map(preview);
    let mut page_of = row(ask, ask.part("id")?, &held).await?;
    if let Some(map) = page_of.as_object_mut() {
        map.insert("errors".to_owned(), json!(errors));
        map.insert("done".to_owned(), json!(done));
        map.insert("shown".to_owned(), json!(shown));
        map.insert("read".to_owned(), json!(words.is_some()));
        map.insert("kept".to_owned(), json!(raw.is_some()));
        map.insert("acts".to_owned(), json!(held.state == HeldState::Waiting));
        map.insert("virus".to_owned(), json!(!looked_into));
    }
    Ok(page(ask, status, "held.html", page_of))
}

/// The beginning of a mail as plain text: nothing is decoded here, so nothing in it can do anything. What would write
/// backwards or move about is left out.
fn preview(raw: &[u8]) -> String {
    let start = raw.get(..raw.len().min(SHOWN * 4)).unwrap_or_default();
    let text = String::from_utf8_lossy(start);
    let moves =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let plain = text
        .chars()
        .filter(|c| (!c.is_control() && !moves(*c)) || matches!(c, '\n' | '\t'));
    let mut shown = hide_links(&plain.take(SHOWN).collect::<String>());
    if raw.len() > start.len() || text.chars().count() > SHOWN {
        shown.push('…');
    }
    shown
}

/// `POST /admin/quarantine/{id}`: taken in as it was or as a complaint, or put away with a reason.
pub async fn act(ask: Ask) -> Result<Response, Problem> {
    let id = ask.part("id")?.to_owned();
    match carry_out(&ask, &id).await {
        Ok(()) => onward(&format!("/admin/quarantine/{id}?done=yes")),
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            view(&ask, status, None, &errors).await
        }
    }
}

async fn carry_out(ask: &Ask, id: &str) -> Result<(), Problem> {
    let (app, session, form) = (&ask.app, ask.session()?, ask.form());
    match form.get("do").unwrap_or_default() {
        "read" => take_in(app, session, id, TakeAs::Read).await?,
        "complaint" => take_in(app, session, id, TakeAs::Complaint).await?,
        "dismiss" => put_away(app, session, id, form.get("reason").unwrap_or_default()).await?,
        other => return Err(Refusal::of("unknown_command").about("do").with("command", other).into()),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_plain_bounded_and_without_anybodys_links() {
        let raw = b"Subject: x\r\n\r\n\x1b[31m\xff<script>\xe2\x80\xae https://k.example/admin/act/AbC-_1 end";
        let shown = preview(raw);
        assert!(shown.contains("/admin/act/… end") && !shown.contains("AbC"), "{shown}");
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}') && !shown.contains('\r'));
        assert!(preview(&vec![b'a'; 100_000]).chars().count() <= SHOWN + 1);
        assert_eq!(preview(b""), "");
    }
}
