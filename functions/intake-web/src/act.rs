//! What a customer does with his complaint: supplies what was asked, says what he thinks of the answer, fetches his files.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use kesu_app::blobs::media_type;
use kesu_app::record::Loaded;
use kesu_app::{App, Problem};
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::form::keep;
use crate::input;
use crate::said::{Said, as_sent};
use crate::site::say;
use crate::track::{self, attachments, can_react, is_file, wanted};

/// How often a wish is tried anew when somebody changed the complaint meanwhile.
const ATTEMPTS: u32 = 4;

/// `POST /track/supply`: what he was asked for.
pub async fn supply(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let ask = Ask::read(request, &[], true).await?;
    let mut loaded = match ask.complaint(&app).await {
        Ok(loaded) => loaded,
        refused => return track::answer(&app, &ask, refused, None).await,
    };
    for _ in 0..ATTEMPTS {
        let (given, refusals) = given(&app, &ask, &loaded).await?;
        if !refusals.is_empty() {
            let status = ask.sent.cut.unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            return track::page(&app, &ask, &loaded, None, &refusals, status).await;
        }
        let command = Command::SupplyInfo { fields: given };
        match told(&app, &loaded, command).await {
            Ok(()) => return thanks(&app, &ask, &loaded, "track.add_thanks").await,
            Err(Problem::Conflict { .. }) => loaded = app.load(loaded.complaint.id.as_str()).await?,
            Err(Problem::Refused(refusals)) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return track::page(&app, &ask, &loaded, None, &refusals, status).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::Busy.into())
}

/// The values of the fields that are asked for, and no others.
async fn given(app: &App, ask: &Ask, loaded: &Loaded) -> Result<(BTreeMap<FieldKey, Value>, Vec<Refusal>), Problem> {
    let asked = wanted(loaded);
    let mut refusals = ask.sent.wrong.clone();
    if asked.is_empty() {
        let stage = track::stage(&loaded.complaint.stage);
        refusals.push(not_now("supply_info", stage));
        return Ok((BTreeMap::new(), refusals));
    }
    let desk = app.desk_of(&loaded.complaint).await?;
    let kinds = asked.iter().filter(|key| !is_file(key));
    let kinds = kinds.filter_map(|key| Some(((*key).to_owned(), desk.procedure.fields.kind(key)?.clone())));
    let kinds: Vec<_> = kinds.collect();
    let mut all = input::values(&kinds, &ask.sent.typed, desk.procedure.pack.procedure.zone);
    for (name, value) in &ask.fields {
        if kinds.iter().any(|(key, _)| key == name) {
            all.insert(name.clone(), value.clone());
        } else {
            let field = format!("fields.{name}");
            refusals.push(Refusal::of("unknown_field").about(&field).with("field", field.as_str()));
        }
    }
    for (key, value) in &all {
        let wrong = FieldKey::parse(key).and_then(|key| desk.procedure.fields.read(&key, value).err());
        refusals.extend(wrong.map(|refusal| if ask.json { refusal } else { as_sent(refusal) }));
    }
    if refusals.is_empty() && track::wants_files(loaded) && !ask.sent.files.is_empty() {
        let mut names = attachments(loaded);
        for name in keep(app, &ask.sent.files).await? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        all.insert("attachments".to_owned(), json!(names));
        if asked.contains(&"photo") {
            all.insert("photo".to_owned(), json!(names));
        }
    }
    if refusals.is_empty() && all.is_empty() {
        let first = asked.first().copied().unwrap_or_default();
        refusals.push(Refusal::of("missing_field").about(first).with("field", first));
    }
    let typed = all
        .into_iter()
        .filter_map(|(key, value)| Some((FieldKey::parse(&key)?, value)));
    Ok((typed.collect(), refusals))
}

/// `POST /track/react`: accepts or disputes the answer. Saying the same again changes nothing.
pub async fn react(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let ask = Ask::read(request, &["reaction", "note"], false).await?;
    let mut loaded = match ask.complaint(&app).await {
        Ok(loaded) => loaded,
        refused => return track::answer(&app, &ask, refused, None).await,
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let reaction = ask.sent.text("reaction").to_owned();
    if !["accepted", "disputed"].contains(&reaction.as_str()) {
        let refusal = Refusal::of("unknown_value").about("reaction").with("field", "reaction");
        let refusal = refusal.with("value", reaction).with("allowed", "accepted, disputed");
        return track::page(&app, &ask, &loaded, None, &[refusal], unprocessable).await;
    }
    let note = Some(ask.sent.text("note"))
        .filter(|note| !note.is_empty())
        .map(str::to_owned);
    for _ in 0..ATTEMPTS {
        let it = &loaded.complaint;
        if it.reaction.as_ref() == Some(&reaction) {
            return thanks(&app, &ask, &loaded, "track.respond_thanks").await;
        }
        if !can_react(&app, &loaded).await? {
            let refusal = not_now("react", track::stage(&it.stage));
            return track::page(&app, &ask, &loaded, None, &[refusal], unprocessable).await;
        }
        let command = Command::React {
            reaction: reaction.clone(),
            note: note.clone(),
        };
        match told(&app, &loaded, command).await {
            Ok(()) => return thanks(&app, &ask, &loaded, "track.respond_thanks").await,
            Err(Problem::Conflict { .. }) => loaded = app.load(loaded.complaint.id.as_str()).await?,
            Err(Problem::Refused(refusals)) => {
                return track::page(&app, &ask, &loaded, None, &refusals, unprocessable).await;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::Busy.into())
}

/// `POST /track/attachment`: one of the files of this complaint, to be saved and never shown.
pub async fn attachment(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let ask = Ask::read(request, &["name"], false).await?;
    let loaded = match ask.complaint(&app).await {
        Ok(loaded) => loaded,
        refused => return track::answer(&app, &ask, refused, None).await,
    };
    let asked = ask.sent.text("name");
    let own = attachments(&loaded).into_iter().find(|name| name == asked);
    let file = match own {
        Some(name) => app.blobs.read(&name).await.map(|bytes| (name, bytes)),
        None => None,
    };
    let Some((name, bytes)) = file else {
        return track::answer(&app, &ask, Err(Said::no_such_complaint()), None).await;
    };
    let kind = media_type(&name).unwrap_or("application/octet-stream");
    // The name is one that we made: letters, digits and a dot.
    let headers: [(HeaderName, String); 3] = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

async fn told(app: &App, loaded: &Loaded, command: Command) -> Result<(), Problem> {
    let it = &loaded.complaint;
    let wish = Wish::Do(command);
    app.tell(it.id.as_str(), Some(it.version), wish, &Actor::Customer, None)
        .await?;
    Ok(())
}

async fn thanks(app: &App, ask: &Ask, loaded: &Loaded, key: &str) -> Result<Response, Said> {
    let now = app.load(loaded.complaint.id.as_str()).await?;
    let words = say(ask.language, key);
    track::page(app, ask, &now, Some(&words), &[], StatusCode::OK).await
}

/// What is not possible now, with the stage as the customer is told it.
fn not_now(command: &str, stage: &str) -> Refusal {
    let refusal = Refusal::of("not_allowed_in_stage").with("command", command);
    refusal.with("stage", stage)
}
