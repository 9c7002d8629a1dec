//! The directory: who holds which desk, who stands in for whom.

use std::collections::BTreeSet;

use axum::response::Response;
use kesu_app::office::{Office, save_directory};
use kesu_app::session::Session;
use kesu_app::{App, Problem, users};
use kesu_rules::domain::directory::Directory;
use kesu_rules::domain::names::UserId;
use kesu_rules::domain::refusal::{Refusal, Refused};
use serde_json::{Value, json};

use crate::api::journal;
use crate::ask::{Ask, Fields, wrong};
use crate::serve;

/// `GET /api/directory`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    ask.params(&[])?;
    let office = ask.app.office().await?;
    serve::json(told(&ask.app, &office).await)
}

/// `PUT /api/directory`.
pub async fn replace(ask: Ask) -> Result<Response, Problem> {
    let known = ["version", "desks", "people", "administrator", "known_desks"];
    let body = Fields::of(ask.json(), &known)?;
    let seen = body.number("version")?;
    let office = ask.app.office().await?;
    let administrator = body.text_or_none("administrator")?;
    let plain = json!({
        "desks": body.need("desks")?, "people": body.get("people").cloned().unwrap_or_else(|| json!({})),
        "administrator": administrator.unwrap_or(office.directory.administrator.as_str()),
    });
    let directory: Directory = serde_json::from_value(plain).map_err(|_| wrong("desks", "directory"))?;
    let office = save(&ask.app, ask.session()?, directory, seen).await?;
    serve::json(told(&ask.app, &office).await)
}

/// Checks and writes a directory, if the one that was seen is still there.
pub async fn save(
    app: &App,
    session: &Session,
    directory: Directory,
    seen: u64,
) -> Result<std::sync::Arc<Office>, Problem> {
    let accounts = users::list(&app.store).await?.into_iter().map(|(id, _)| id).collect();
    let directory = plain(directory, &accounts)?;
    // The copy that others share may be old: what counts is what is stored.
    app.office_changed();
    let current = app.office().await?.directory_version;
    if current != seen || !save_directory(&app.store, &directory, seen).await? {
        return Err(Problem::Conflict { current });
    }
    app.office_changed();
    let detail = json!({"version": seen + 1, "directory": directory});
    journal::keep(app, session, "directory", "directory", detail).await?;
    app.office().await
}

async fn told(app: &App, office: &Office) -> Value {
    let mut desks = BTreeSet::new();
    for id in app.settings.procedures.ids() {
        if let Ok(desk) = app.desk(id).await {
            desks.extend(desk.procedure.desks());
        }
    }
    let directory = &office.directory;
    json!({
        "version": office.directory_version, "desks": directory.desks, "people": directory.people,
        "administrator": directory.administrator, "known_desks": desks,
    })
}

/// The directory with its addresses in the one form they are kept in; or everything that is wrong with it.
fn plain(given: Directory, accounts: &BTreeSet<UserId>) -> Result<Directory, Refused> {
    let mut wrong = Vec::new();
    let mut address = |user: &UserId, field: &str| {
        users::user_id(user.as_str()).unwrap_or_else(|| {
            wrong.push(Refusal::of("bad_email").about(field).with("value", user.as_str()));
            user.clone()
        })
    };
    let mut directory = Directory::of(address(&given.administrator, "administrator"));
    for (user, mut person) in given.people {
        let user = address(&user, "people");
        person.substitute = person.substitute.map(|other| address(&other, "substitute"));
        directory.people.insert(user, person);
    }
    for (desk, holders) in given.desks {
        let holders: Vec<UserId> = holders.iter().map(|user| address(user, desk.as_str())).collect();
        directory.desks.insert(desk, holders);
    }
    let known = |user: &UserId| directory.people.contains_key(user) || accounts.contains(user);
    let unknown = |user: &UserId, field: &str| Refusal::of("unknown_person").about(field).with("person", user.as_str());
    for (desk, holders) in &directory.desks {
        wrong.extend(
            holders
                .iter()
                .filter(|user| !known(user))
                .map(|user| unknown(user, desk.as_str())),
        );
    }
    for (user, person) in &directory.people {
        if let Some(other) = person.substitute.as_ref().filter(|other| !known(other)) {
            wrong.push(unknown(other, user.as_str()));
        }
        if circular(&directory, user) {
            let refusal = Refusal::of("circular_substitute").about(user.as_str());
            wrong.push(refusal.with("person", user.as_str()));
        }
        if person.absence.as_ref().is_some_and(|away| away.until < away.from) {
            wrong.push(
                Refusal::of("absence_ends_first")
                    .about(user.as_str())
                    .with("person", user.as_str()),
            );
        }
    }
    if wrong.is_empty() {
        Ok(directory)
    } else {
        Err(Refused(wrong))
    }
}

/// Whether somebody's substitutes lead back to himself.
fn circular(directory: &Directory, user: &UserId) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = user;
    while let Some(next) = directory.people.get(at).and_then(|person| person.substitute.as_ref()) {
        if next == user {
            return true;
        }
        if !seen.insert(next) {
            return false;
        }
        at = next;
    }
    false
}
