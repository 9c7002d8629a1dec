//! How a complaint is going, for the one who has its number and code: no more than is meant for the customer.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kesu_app::record::Loaded;
use kesu_app::texts::{Language, field_title, texts};
use kesu_app::{App, Problem};
use kesu_rules::clock::Moment;
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::stage::Stage;
use kesu_rules::domain::value::{Kind, Value as FieldValue};
use kesu_rules::procedure::model::OnRejection;
use serde::Serialize;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::input::{Input, Wrong, wrong};
use crate::said::{NAMES, Said};
use crate::site::{self, PAGES, say, sentence};
use crate::upload::Typed;

/// The ways by which an answer reaches the customer in the words that are kept.
const WRITTEN: &[&str] = &["web", "email"];

/// `GET /track`: asks for number and code.
pub async fn ask(request: Request) -> Response {
    let language = site::language(&request);
    asking(language, None, StatusCode::OK)
}

/// `POST /track`: the complaint as its customer may see it.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let ask = Ask::read(request, &[], false).await?;
    let found = ask.complaint(&app).await;
    answer(&app, &ask, found, None).await
}

/// Answers with the complaint; or with the same no for a wrong number and a wrong code.
///
/// # Errors
/// Everything else that went wrong.
pub async fn answer(app: &App, ask: &Ask, found: Result<Loaded, Said>, thanks: Option<&str>) -> Result<Response, Said> {
    match found {
        Ok(loaded) => page(app, ask, &loaded, thanks, &[], StatusCode::OK).await,
        Err(said) if said.status() == StatusCode::NOT_FOUND && !ask.json => {
            let message = sentence(&say(ask.language, "refusal.track_not_found"));
            Ok(asking(ask.language, Some(message), StatusCode::NOT_FOUND))
        }
        Err(said) => Err(said),
    }
}

/// What the customer may see of his complaint.
#[derive(Debug, Serialize)]
pub struct View {
    number: String,
    received_at: Moment,
    stage: &'static str,
    stage_text: String,
    department: Option<String>,
    replies: Vec<Reply>,
    /// What he is asked for, by field.
    wanted: Vec<String>,
    can_react: bool,
    reaction: Option<String>,
    closing: Option<String>,
    attachments: Vec<String>,
    /// The complaint that goes on in this one's place.
    continued: Option<Continued>,
}

#[derive(Debug, Serialize)]
struct Reply {
    nth: u32,
    at: Moment,
    channel: String,
    text: Option<String>,
}

#[derive(Debug, Serialize)]
struct Continued {
    number: String,
    query_code: String,
}

impl View {
    async fn of(app: &App, loaded: &Loaded, language: Language) -> Result<Self, Problem> {
        let it = &loaded.complaint;
        let stage = stage(&it.stage);
        let closing = match &it.stage {
            Stage::Closed { reason, .. } | Stage::Archived { reason, .. } => {
                let key = format!("closing.{reason}");
                texts().has(language, &key).then(|| sentence(&say(language, &key)))
            }
            _ => None,
        };
        let continued = match it.links.iter().find(|link| link.kind == "successor") {
            Some(link) => Some(Continued {
                number: app.load(link.to.as_str()).await?.complaint.number.to_string(),
                query_code: app.query_code(link.to.as_str()),
            }),
            None => None,
        };
        Ok(Self {
            number: it.number.to_string(),
            received_at: it.received_at,
            stage,
            stage_text: texts().label(language, "stage", stage),
            // As long as a person has to look at the class, nobody knows whose it is.
            department: it
                .department
                .as_ref()
                .filter(|_| !it.needs_review)
                .map(ToString::to_string),
            replies: replies(app, loaded).await?,
            wanted: wanted(loaded).iter().map(|key| (*key).to_owned()).collect(),
            can_react: can_react(app, loaded).await?,
            reaction: it.reaction.clone(),
            closing,
            attachments: attachments(loaded),
            continued,
        })
    }
}

/// The stage as the customer is told it: how the company decides, and what it takes the matter for, is its own affair.
pub fn stage(stage: &Stage) -> &'static str {
    match stage {
        Stage::WaitingApproval | Stage::NotAComplaint => "open",
        Stage::Archived { .. } => "closed",
        other => other.name(),
    }
}

async fn replies(app: &App, loaded: &Loaded) -> Result<Vec<Reply>, Problem> {
    let id = loaded.complaint.id.as_str();
    if !loaded.complaint.ever("replied") && loaded.complaint.answers == 0 {
        return Ok(Vec::new());
    }
    let kept = app.store.texts(id).await?;
    let mut replies = Vec::new();
    for record in app.store.log(id).await? {
        let Ok(entry) = serde_json::from_str::<Entry>(&record.entry) else {
            tracing::error!(complaint.id = id, seq = record.seq, "a log entry cannot be read");
            return Err(Problem::Fault);
        };
        for event in entry.events {
            if let Event::Replied {
                nth,
                text,
                channel,
                formal,
            } = event
                && (formal || WRITTEN.contains(&channel.as_str()))
            {
                let words = kept.iter().find(|one| one.seq == text.seq && one.n == text.n);
                replies.push(Reply {
                    nth,
                    at: entry.at,
                    channel,
                    text: words.map(|one| one.text.clone()),
                });
            }
        }
    }
    Ok(replies)
}

/// The fields that the customer is asked for now.
pub fn wanted(loaded: &Loaded) -> Vec<&str> {
    match &loaded.complaint.stage {
        Stage::WaitingCustomer { fields, .. } => fields.iter().map(|key| key.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Whether he may say what he thinks of the answer: after it, and where a rejection leads to a new form also once the
/// complaint is closed, until there is one.
pub async fn can_react(app: &App, loaded: &Loaded) -> Result<bool, Problem> {
    let it = &loaded.complaint;
    if it.merged_into.is_some() || it.links.iter().any(|link| link.kind == "successor") {
        return Ok(false);
    }
    Ok(match it.stage {
        Stage::Replied { .. } => true,
        Stage::Closed { .. } if it.answers > 0 && it.successor_owed.is_none() => {
            let desk = app.desk_of(it).await?;
            desk.procedure.pack.reply.on_rejection == OnRejection::NewCaseLinked
        }
        _ => false,
    })
}

/// The files that came with the complaint.
pub fn attachments(loaded: &Loaded) -> Vec<String> {
    match loaded.complaint.fields.get("attachments") {
        Some(FieldValue::List(names)) => names.clone(),
        _ => Vec::new(),
    }
}

/// The complaint as a page or as JSON, with what was wrong with what the customer sent.
///
/// # Errors
/// When the store does not answer.
pub async fn page(
    app: &App,
    ask: &Ask,
    loaded: &Loaded,
    thanks: Option<&str>,
    refusals: &[kesu_rules::domain::refusal::Refusal],
    status: StatusCode,
) -> Result<Response, Said> {
    let language = ask.language;
    let view = View::of(app, loaded, language).await?;
    if ask.json {
        if !refusals.is_empty() {
            return Err(Said::with(status, refusals.to_vec()));
        }
        return Ok((status, Json(view)).into_response());
    }
    let wrong = wrong(refusals, language);
    let inputs = inputs(app, loaded, language, &ask.sent.typed, &wrong).await?;
    let note = Input {
        help: None,
        shape: "textarea",
        ..Input::of(
            "note",
            "note",
            say(language, "track.object_why"),
            &Kind::Words,
            language,
        )
    };
    let switches: Vec<Value> = Language::ALL
        .into_iter()
        .map(
            |own| json!({"tag": own.tag(), "label": say(own, &format!("form.lang_{own}")), "current": own == language}),
        )
        .collect();
    let context = json!({
        "view": view,
        "thanks": thanks,
        "errors": wrong,
        "code": ask.sent.text("code"),
        "wants_files": wants_files(loaded),
        "inputs": inputs,
        "note": note.filled(&ask.sent.typed, &wrong),
        "switch": Value::Null,
        "switches": switches,
    });
    Ok(PAGES.respond(status, "status.html", language, context))
}

/// Whether files are among what is asked for.
pub fn wants_files(loaded: &Loaded) -> bool {
    wanted(loaded).iter().any(|key| is_file(key))
}

/// Whether a field is filled by files.
pub fn is_file(key: &str) -> bool {
    ["attachments", "photo"].contains(&key)
}

async fn inputs(
    app: &App,
    loaded: &Loaded,
    language: Language,
    typed: &Typed,
    wrong: &[Wrong],
) -> Result<Vec<Input>, Problem> {
    let wanted = wanted(loaded);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let desk = app.desk_of(&loaded.complaint).await?;
    let input = |key: &&str| {
        let kind = desk.procedure.fields.kind(key)?;
        let label = sentence(&field_title(&desk.procedure, key, language));
        // Refusals know the fields of the public form by its names.
        let id = NAMES.iter().find(|(_, _, own)| own == key).map_or(*key, |(id, ..)| id);
        Some(Input::of(id, &format!("answers.{key}"), label, kind, language).filled(typed, wrong))
    };
    Ok(wanted.iter().filter(|key| !is_file(key)).filter_map(input).collect())
}

fn asking(language: Language, wrong: Option<String>, status: StatusCode) -> Response {
    let context = json!({"wrong": wrong, "switch": site::switch("/track", "", language)});
    PAGES.respond(status, "track.html", language, context)
}
