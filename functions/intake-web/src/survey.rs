//! The page behind a survey's link: whether the customer is satisfied with what became of his complaint. Looking at it changes
//! nothing; it works without script and without signing in; what is sent first is recorded, and a repeat changes nothing.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse, Response};
use kesu_app::app::DeskWork;
use kesu_app::record::Loaded;
use kesu_app::survey::{Question as Asked, Standing};
use kesu_app::texts::{Language, texts};
use kesu_app::{App, Problem};
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::survey::Satisfied;
use kesu_rules::domain::value::Kind;
use kesu_rules::procedure::model::Question;
use serde_json::{Value, json};

use crate::api::{is_json, json_body};
use crate::body::Source;
use crate::input::{Input, wrong};
use crate::said::{Said, media_type};
use crate::site::{self, PAGES, say, sentence};
use crate::upload::{Sent, Typed};

/// How often an answer is tried anew when somebody changed the complaint meanwhile.
const ATTEMPTS: u32 = 4;

/// Who asks for the page, and what of.
struct Reader {
    /// Whether the answer is for a program.
    json: bool,
    /// The language he chose, if he did; else the complaint's is taken.
    chosen: Option<Language>,
    /// The browser's language, for a page about no complaint.
    own: Language,
    /// The page's address.
    path: String,
}

impl Reader {
    fn of(request: &Request, token: &str) -> Self {
        let asked = request.uri().query().unwrap_or_default();
        let asked = asked.split('&').find_map(|pair| pair.strip_prefix("lang="));
        let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
        Self {
            json: accept.is_some_and(|accept| accept.contains("json") && !accept.contains("text/html")),
            chosen: asked.and_then(Language::parse),
            own: site::language(request),
            path: format!("/survey/{token}"),
        }
    }

    fn language(&self, loaded: &Loaded) -> Language {
        self.chosen.unwrap_or(loaded.complaint.language)
    }

    /// The page's own address, in the language that was chosen on it.
    fn here(&self) -> String {
        match self.chosen {
            Some(language) => format!("{}?lang={language}", self.path),
            None => self.path.clone(),
        }
    }
}

/// A question with the complaint it is about.
struct Open {
    asked: Asked,
    loaded: Loaded,
    desk: DeskWork,
}

impl Open {
    /// The question behind a token; nothing where the token was not made here, or its complaint is gone.
    async fn of(app: &App, token: &str) -> Result<Option<Self>, Problem> {
        let Some(asked) = app.survey_question(token) else {
            return Ok(None);
        };
        let loaded = match app.load(&asked.complaint).await {
            Ok(loaded) => loaded,
            Err(Problem::NotFound) => return Ok(None),
            Err(other) => return Err(other),
        };
        let desk = app.desk_of(&loaded.complaint).await?;
        Ok(Some(Self { asked, loaded, desk }))
    }

    fn standing(&self, app: &App) -> Standing {
        self.asked.standing(&self.loaded, app.now())
    }

    fn questions(&self) -> &[Question] {
        let rules = self.desk.procedure.pack.survey.as_ref();
        rules.map_or(&[], |rules| &rules.ask)
    }
}

/// `GET /survey/{token}`: the questions.
pub async fn ask(State(app): State<App>, Path(token): Path<String>, request: Request) -> Result<Response, Said> {
    let reader = Reader::of(&request, &token);
    match Open::of(&app, &token).await? {
        Some(open) => shown(&app, &reader, &open, &Typed::new(), &[], StatusCode::OK),
        None => Ok(unknown(&reader)),
    }
}

/// `POST /survey/{token}`: the answer.
pub async fn answer(State(app): State<App>, Path(token): Path<String>, request: Request) -> Result<Response, Said> {
    let mut reader = Reader::of(&request, &token);
    let typed = match is_json(&media_type(request.headers())) {
        true => {
            reader.json = true;
            of_json(&json_body(&Source::of(request.into_body())).await?)?
        }
        false => Sent::read(request).await?.typed,
    };
    for _ in 0..ATTEMPTS {
        let Some(open) = Open::of(&app, &token).await? else {
            return Ok(unknown(&reader));
        };
        if open.standing(&app) != Standing::Open {
            return shown(&app, &reader, &open, &typed, &[], StatusCode::OK);
        }
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        let command = match read(&typed, open.questions()) {
            Ok(command) => command,
            Err(Refused(refusals)) => return shown(&app, &reader, &open, &typed, &refusals, unprocessable),
        };
        let it = &open.loaded.complaint;
        let told = app
            .tell(
                it.id.as_str(),
                Some(it.version),
                Wish::Do(command),
                &Actor::Customer,
                None,
            )
            .await;
        match told {
            Ok(_) => return Ok(thanks(&reader, &open, "survey.thanks")),
            Err(Problem::Conflict { .. }) => {}
            Err(Problem::Refused(refusals)) => return shown(&app, &reader, &open, &typed, &refusals, unprocessable),
            Err(other) => return Err(other.into()),
        }
    }
    Err(Problem::Busy.into())
}

/// The texts of a program's body.
fn of_json(body: &Value) -> Result<Typed, Refused> {
    let map = body.as_object().ok_or_else(|| Refusal::of("bad_json"))?;
    let mut typed = Typed::new();
    let mut refused = Vec::new();
    for (name, value) in map {
        let known = ["handling", "speed", "remark"].contains(&name.as_str());
        match value {
            _ if !known => refused.push(Refusal::of("unknown_field").about(name).with("field", name)),
            Value::Null => {}
            Value::String(text) => {
                typed.insert(name.clone(), vec![text.clone()]);
            }
            _ => {
                let refusal = Refusal::of("wrong_type").about(name).with("field", name);
                refused.push(refusal.with("expected", "text"));
            }
        }
    }
    if refused.is_empty() {
        Ok(typed)
    } else {
        Err(Refused(refused))
    }
}

/// What was typed as a command; what is not asked is not heard.
fn read(typed: &Typed, questions: &[Question]) -> Result<Command, Refused> {
    let text = |question: Question| {
        let all = typed.get(question.name()).filter(|_| questions.contains(&question));
        all.and_then(|all| all.first()).map_or("", |text| text.trim())
    };
    let mut refused = Vec::new();
    let mut satisfied = |question: Question| {
        let (name, said) = (question.name(), text(question));
        let found = Satisfied::parse(said);
        if found.is_none() && !said.is_empty() {
            let refusal = Refusal::of("unknown_value").about(name).with("field", name);
            refused.push(refusal.with("value", said).with("allowed", "yes, partly, no"));
        }
        found
    };
    let (handling, speed) = (satisfied(Question::Handling), satisfied(Question::Speed));
    if text(Question::Handling).is_empty() {
        let name = Question::Handling.name();
        refused.push(Refusal::of("missing_field").about(name).with("field", name));
    }
    let remark = Some(text(Question::Remark)).filter(|remark| !remark.is_empty());
    match handling.filter(|_| refused.is_empty()) {
        Some(handling) => Ok(Command::Survey {
            handling,
            speed,
            remark: remark.map(str::to_owned),
            channel: None,
            at: None,
        }),
        None => Err(Refused(refused)),
    }
}

/// The questions, or why there are none any more.
fn shown(
    app: &App,
    reader: &Reader,
    open: &Open,
    typed: &Typed,
    refusals: &[Refusal],
    status: StatusCode,
) -> Result<Response, Said> {
    let language = reader.language(&open.loaded);
    match open.standing(app) {
        Standing::Open => {}
        Standing::Answered(_) => return Ok(thanks(reader, open, "survey.before")),
        Standing::Expired => return Ok(over(reader, language, StatusCode::GONE, "survey.over_expired")),
        Standing::TakenUp => return Ok(over(reader, language, StatusCode::GONE, "survey.over_again")),
    }
    if reader.json {
        if !refusals.is_empty() {
            return Err(Said::with(status, refusals.to_vec()));
        }
        let ask: Vec<&str> = open.questions().iter().map(|one| one.name()).collect();
        let number = &open.loaded.complaint.number;
        return Ok((
            status,
            Json(json!({"number": number, "until": open.asked.until, "ask": ask})),
        )
            .into_response());
    }
    let wrong = wrong(refusals, language);
    let input = |question: &Question| {
        let name = question.name();
        let label = say(language, &format!("survey.{name}"));
        let plain = Input::of(name, name, label, &Kind::Words, language);
        let drawn = match question {
            Question::Remark => plain,
            Question::Handling | Question::Speed => {
                let word = |one: Satisfied| {
                    let words = texts().label(language, "satisfied", one.name());
                    (one.name().to_owned(), sentence(&words))
                };
                Input {
                    shape: "radio",
                    required: *question == Question::Handling,
                    choices: Satisfied::ALL.map(word).to_vec(),
                    ..plain
                }
            }
        };
        drawn.filled(typed, &wrong)
    };
    let inputs: Vec<Input> = open.questions().iter().map(input).collect();
    let context = json!({
        "title": say(language, "survey.title"), "over": null, "thanks": null, "inputs": inputs, "errors": wrong,
        "number": open.loaded.complaint.number, "until": open.desk.local(open.asked.until), "path": reader.here(),
        "switch": site::switch(&reader.path, "", language),
    });
    Ok(PAGES.respond(status, "survey.html", language, context))
}

/// That the answer is recorded.
fn thanks(reader: &Reader, open: &Open, key: &str) -> Response {
    let language = reader.language(&open.loaded);
    if reader.json {
        return Json(json!({"recorded": true, "number": open.loaded.complaint.number})).into_response();
    }
    let context = json!({
        "title": say(language, "survey.thanks_title"), "over": null, "thanks": say(language, key), "inputs": [], "errors": [],
        "switch": site::switch(&reader.path, "", language),
    });
    PAGES.respond(StatusCode::OK, "survey.html", language, context)
}

/// A link that was not made here, or whose complaint is gone.
fn unknown(reader: &Reader) -> Response {
    let language = reader.chosen.unwrap_or(reader.own);
    over(reader, language, StatusCode::NOT_FOUND, "survey.over_unknown")
}

/// Why there is nothing to answer.
fn over(reader: &Reader, language: Language, status: StatusCode, key: &str) -> Response {
    if reader.json {
        return Said::with(status, vec![Refusal::of("survey_gone")]).into_response();
    }
    let context = json!({
        "title": say(language, "survey.over_title"), "over": say(language, key), "thanks": null, "inputs": [], "errors": [],
        "switch": Value::Null,
    });
    PAGES.respond(status, "survey.html", language, context)
}
