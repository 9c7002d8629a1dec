//! Who holds which desk, who is away, who stands in: the directory as a form.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use kesu_app::Problem;
use kesu_app::texts::Language;
use kesu_rules::domain::directory::{Absence, Directory, Person};
use kesu_rules::domain::names::{Desk, UserId};
use kesu_rules::domain::refusal::{Refusal, Refused};
use serde_json::{Value, json};

use crate::api::directory::save as save_checked;
use crate::ask::{Ask, Params};
use crate::pages::{onward, page, said};

/// Empty rows at the end, for new people and desks.
const SPARE: usize = 3;
/// The most rows that are read.
const MOST: usize = 500;

/// `GET /admin/people`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["done"])?;
    let office = ask.app.office().await?;
    let mut desks: BTreeSet<Desk> = office.directory.desks.keys().cloned().collect();
    for id in ask.app.settings.procedures.ids() {
        if let Ok(desk) = ask.app.desk(id).await {
            desks.extend(desk.procedure.desks());
        }
    }
    let holders = |desk: &Desk| {
        let all = office.directory.desks.get(desk).into_iter().flatten();
        all.map(UserId::as_str).collect::<Vec<_>>().join(", ")
    };
    let desks: Vec<Value> = desks
        .iter()
        .map(|desk| json!({"desk": desk, "holders": holders(desk)}))
        .collect();
    let people: Vec<Value> = office
        .directory
        .people
        .iter()
        .map(|(user, person)| {
            let away = person.absence.as_ref();
            json!({
                "user": user, "name": person.name, "language": person.language.tag(),
                "substitute": person.substitute.as_ref().map_or("", |user| user.as_str()),
                "from": away.map_or(String::new(), |away| away.from.to_string()),
                "until": away.map_or(String::new(), |away| away.until.to_string()),
            })
        })
        .collect();
    let view = json!({
        "version": office.directory_version, "administrator": office.directory.administrator,
        "desks": with_spare(desks, json!({"desk": "", "holders": ""})), "people": with_spare(people, nobody()),
        "errors": [], "done": params.get("done"), "languages": Language::ALL.map(Language::tag),
    });
    Ok(page(&ask, StatusCode::OK, "people.html", view))
}

fn nobody() -> Value {
    json!({"user": "", "name": "", "language": "zh-Hans", "substitute": "", "from": "", "until": ""})
}

fn with_spare(mut rows: Vec<Value>, empty: Value) -> Vec<Value> {
    rows.extend(std::iter::repeat_n(empty, SPARE));
    rows
}

/// `POST /admin/people`.
pub async fn save(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let seen = form
        .get("version")
        .and_then(|version| version.parse().ok())
        .unwrap_or(0);
    let saved = match read(form) {
        Ok(directory) => save_checked(&ask.app, ask.session()?, directory, seen)
            .await
            .map(|_| ()),
        Err(refused) => Err(refused.into()),
    };
    let Err(problem) = saved else {
        return onward("/admin/people?done=save");
    };
    let (status, errors) = said(problem, ask.language)?;
    let (mut desks, mut people) = (Vec::new(), Vec::new());
    for at in 0..rows(form) {
        let desk = |name: &str| form.get(&format!("d.{at}.{name}")).unwrap_or_default();
        let person = |name: &str| form.get(&format!("p.{at}.{name}")).unwrap_or_default();
        if !desk("desk").is_empty() {
            desks.push(json!({"desk": desk("desk"), "holders": desk("holders")}));
        }
        if !person("user").is_empty() {
            people.push(json!({
                "user": person("user"), "name": person("name"), "language": person("language"),
                "substitute": person("substitute"), "from": person("from"), "until": person("until"),
            }));
        }
    }
    let view = json!({
        "version": seen, "administrator": form.get("administrator").unwrap_or_default(),
        "desks": with_spare(desks, json!({"desk": "", "holders": ""})), "people": with_spare(people, nobody()),
        "errors": errors, "done": null, "languages": Language::ALL.map(Language::tag),
    });
    Ok(page(&ask, status, "people.html", view))
}

/// How many rows were sent: as many as follow each other, and no fewer than may stand with gaps between them.
fn rows(form: Params<'_>) -> usize {
    let sent = |at: &usize| form.get(&format!("d.{at}.desk")).is_some() || form.get(&format!("p.{at}.user")).is_some();
    (0..).take_while(sent).count().max(MOST)
}

/// The directory that the form holds, or what in it is no name, address or date.
fn read(form: Params<'_>) -> Result<Directory, Refused> {
    let mut wrong = Vec::new();
    let mut user = |text: &str| {
        let user = UserId::parse(text);
        if user.is_none() {
            wrong.push(Refusal::of("bad_email").about("email"));
        }
        user
    };
    let administrator = form.get("administrator").and_then(&mut user);
    let mut directory = match administrator {
        Some(administrator) => Directory::of(administrator),
        None => return Err(Refusal::of("bad_email").about("email").into()),
    };
    let mut dates = Vec::new();
    for at in 0..rows(form) {
        let desk = |name: &str| form.get(&format!("d.{at}.{name}"));
        if let Some(name) = desk("desk").and_then(Desk::parse) {
            let holders = desk("holders").unwrap_or_default();
            let holders =
                holders.split(|c: char| c.is_whitespace() || [',', ';', '\u{ff0c}', '\u{ff1b}', '、'].contains(&c));
            let holders: Vec<UserId> = holders.filter(|text| !text.is_empty()).filter_map(&mut user).collect();
            if !holders.is_empty() {
                directory.desks.insert(name, holders);
            }
        }
        let person = |name: &str| form.get(&format!("p.{at}.{name}"));
        if let Some(own) = person("user").and_then(&mut user) {
            let day = |name: &str| person(name).map(str::parse::<NaiveDate>).transpose();
            let absence = match (day("from"), day("until")) {
                (Ok(Some(from)), Ok(until)) => Some(Absence {
                    from,
                    until: until.unwrap_or(from),
                }),
                (Ok(None), Ok(None)) => None,
                _ => {
                    dates.push(Refusal::of("bad_date").about(own.as_str()).with("field", own.as_str()));
                    None
                }
            };
            let language = person("language").and_then(Language::parse).unwrap_or_default();
            let substitute = person("substitute").and_then(&mut user);
            let name = person("name").unwrap_or_default().to_owned();
            let person = Person {
                name,
                language,
                substitute,
                absence,
            };
            directory.people.insert(own, person);
        }
    }
    wrong.extend(dates);
    if wrong.is_empty() {
        Ok(directory)
    } else {
        Err(Refused(wrong))
    }
}
