//! The complaint form: shown, read, shown again with what is wrong, and the receipt.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kesu_app::app::DeskWork;
use kesu_app::blobs::{self, Blobs, LARGEST, MOST};
use kesu_app::intake::{Receipt, Submission};
use kesu_app::texts::{Language, field_title, texts};
use kesu_app::users::random_hex;
use kesu_app::{App, Problem};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::value::Kind;
use kesu_rules::procedure::choice::Choice;
use serde_json::{Map, Value, json};

use crate::input::{self, Input, wrong};
use crate::said::{NAMES, Said, problem_as_sent};
use crate::site::{self, PAGES, say};
use crate::track::is_file;
use crate::upload::Sent;

/// `GET /`: the empty form.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let language = site::language(&request);
    let asked = request.uri().query().unwrap_or_default().split('&');
    let asked = asked
        .filter_map(|pair| pair.strip_prefix("procedure="))
        .next()
        .unwrap_or_default();
    let form = Form::open(&app, asked, language).await?;
    Ok(form.page(&Sent::default(), &[], StatusCode::OK))
}

/// `POST /complaints`: receives the form. A double click is the same complaint, an edited form is another.
pub async fn send(State(app): State<App>, request: Request) -> Result<Response, Said> {
    let language = site::language(&request);
    let sent = Sent::read(request).await?;
    let form = Form::open(&app, sent.text("procedure"), language).await?;
    let body = form.body(&sent);
    let mut refusals = sent.wrong.clone();
    refusals.extend(form.objections(&sent, &body));
    let submission = match Submission::read(&body, false) {
        Ok(submission) => submission,
        Err(Refused(more)) => {
            refusals.extend(more);
            return Ok(form.page(&sent, &refusals, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    if !refusals.is_empty() {
        return Ok(form.page(&sent, &refusals, StatusCode::UNPROCESSABLE_ENTITY));
    }
    // Nothing is kept before everything is right.
    let names = keep(&app, &sent.files).await?;
    match form.receive(&sent, &body, submission, names).await {
        Ok(receipt) => Ok(form.receipt(&receipt).await?),
        Err(Problem::Refused(more)) => Ok(form.page(&sent, &more, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(other) => Err(problem_as_sent(other).into()),
    }
}

/// Keeps files; gives their names.
///
/// # Errors
/// When they cannot be written.
pub async fn keep(app: &App, files: &[Vec<u8>]) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for bytes in files {
        let name = app.blobs.keep(bytes.clone()).await?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The form of a procedure for a reader.
struct Form {
    app: App,
    desk: DeskWork,
    /// The procedure that the reader chose; the product decides where he chose none.
    procedure: Option<String>,
    language: Language,
}

impl Form {
    async fn open(app: &App, asked: &str, language: Language) -> Result<Self, Problem> {
        let own = app.settings.procedures.first();
        let procedure = Some(asked).filter(|id| !id.is_empty() && app.offered().iter().any(|known| known == id));
        // The installation's own form needs no name in its address, unless a rule could lead elsewhere.
        let alone = app.settings.procedures.ids().count() == 1;
        let procedure = procedure.filter(|id| !alone || *id != own);
        let desk = app
            .desk(procedure.unwrap_or(own))
            .await
            .map_err(|problem| match problem {
                // The installation's own procedure is missing: that is not the reader's mistake.
                Problem::NotFound => Problem::Fault,
                other => other,
            })?;
        Ok(Self {
            app: app.clone(),
            desk,
            procedure: procedure.map(str::to_owned),
            language,
        })
    }

    /// The structured questions of the procedure, without what the form asks anyway.
    fn questions(&self) -> Vec<(String, Kind)> {
        let asked = self.desk.procedure.pack.intake.iter().filter(|one| one.public);
        let keys = asked.map(|one| one.field.as_str());
        let own = |key: &&str| !NAMES.iter().any(|(_, _, known)| known == key) && !is_file(key);
        let kinds = keys.filter(own).filter_map(|key| {
            let kind = self.desk.procedure.fields.kind(key)?;
            (*kind != Kind::Link).then(|| (key.to_owned(), kind.clone()))
        });
        kinds.collect()
    }

    /// The public body that the form stands for.
    fn body(&self, sent: &Sent) -> Value {
        let zone = self.desk.procedure.pack.procedure.zone;
        let mut body = Map::new();
        body.insert("channel".to_owned(), json!("web"));
        body.insert("language".to_owned(), json!(self.language.tag()));
        for (id, path, key) in NAMES {
            let kind = self.desk.procedure.fields.kind(key).unwrap_or(&Kind::Text);
            let typed = sent.typed.get(*id).and_then(|typed| input::value(kind, typed, zone));
            let Some(value) = typed else { continue };
            match path.split_once('.') {
                None => {
                    body.insert((*path).to_owned(), value);
                }
                Some((group, name)) => {
                    let group = body.entry(group).or_insert_with(|| json!({}));
                    if let Some(group) = group.as_object_mut() {
                        group.insert(name.to_owned(), value);
                    }
                }
            }
        }
        let answers = input::values(&self.questions(), &sent.typed, zone);
        if !answers.is_empty() {
            body.insert("answers".to_owned(), json!(answers));
        }
        if let Some(procedure) = self.governs(&body) {
            body.insert("procedure".to_owned(), json!(procedure));
        }
        Value::Object(body)
    }

    /// The procedure to name: the one that was chosen, or this form's where the one that the product leads to does not
    /// know what was answered here.
    fn governs(&self, body: &Map<String, Value>) -> Option<String> {
        if self.procedure.is_some() || self.app.settings.procedures.ids().count() == 1 {
            return self.procedure.clone();
        }
        let intake = Submission::read(&Value::Object(body.clone()), false).ok()?.intake;
        let led = self
            .app
            .library()
            .procedure(self.app.settings.procedures.choose(&intake))?;
        let knows = intake.fields.keys().all(|key| led.fields.kind(key.as_str()).is_some());
        (!knows).then(|| self.desk.procedure.pack.procedure.id.to_string())
    }

    /// What the form is about, where the installation has several procedures: a link to the form of each.
    fn lines(&self) -> Vec<Value> {
        let choices = self.app.settings.procedures.choices();
        if choices.len() < 2 {
            return Vec::new();
        }
        let language = self.language;
        let own = &self.desk.procedure.pack.procedure.id;
        let line = |choice: &Choice| {
            let label = match &choice.label {
                Some(label) => label.get(language).to_owned(),
                None => {
                    let procedure = self.app.library().procedure(choice.id.as_str())?;
                    procedure.pack.procedure.sector.get(language).to_owned()
                }
            };
            let href = format!("/?procedure={}&lang={language}", choice.id);
            Some(json!({"label": label, "href": href, "current": choice.id == *own}))
        };
        choices.iter().filter_map(line).collect()
    }

    /// Everything that is wrong with the fields, at once and before anything is kept.
    fn objections(&self, sent: &Sent, body: &Value) -> Vec<Refusal> {
        let mut all = Vec::new();
        let missing = |field: &str| Refusal::of("missing_field").about(field).with("field", field);
        for (id, path) in [("name", "customer.name"), ("description", "description")] {
            if sent.text(id).is_empty() {
                all.push(missing(path));
            }
        }
        if sent.text("phone").is_empty() && sent.text("email").is_empty() {
            all.push(Refusal::of("contact_needed").about("customer.phone"));
        }
        if !sent.files.is_empty() && matches!(self.app.blobs, Blobs::None) {
            all.push(Refusal::of("upload_too_many").about("files").with("max", "0"));
        }
        let answers = body.get("answers").and_then(Value::as_object);
        let answered = answers
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), Some(value)));
        let named = NAMES.iter().map(|(_, path, key)| {
            let pointer = format!("/{}", path.replace('.', "/"));
            (*key, body.pointer(&pointer))
        });
        for (key, value) in named.chain(answered) {
            let (Some(key), Some(value)) = (FieldKey::parse(key), value) else {
                continue;
            };
            all.extend(self.desk.procedure.fields.read(&key, value).err());
        }
        all
    }

    async fn receive(
        &self,
        sent: &Sent,
        body: &Value,
        mut submission: Submission,
        names: Vec<String>,
    ) -> Result<Receipt, Problem> {
        // A form without a token was not made by us: it is taken, but two of them are never the same complaint.
        let token = Some(sent.text("token")).filter(|token| !token.is_empty());
        let token = token.map_or_else(|| random_hex(16), str::to_owned);
        let key = format!("form\n{token}\n{body}\n{}", names.join(","));
        if !names.is_empty() {
            submission
                .intake
                .fields
                .insert(FieldKey::of("attachments"), json!(names));
        }
        let submission = submission.keyed(&self.app, &key);
        self.app.receive(submission, &Actor::Customer).await
    }

    /// The form, filled with what was typed.
    fn page(&self, sent: &Sent, refusals: &[Refusal], status: StatusCode) -> Response {
        let language = self.language;
        let mut wrong = wrong(refusals, language);
        // In the order of the form, as far as the inputs are its own; the procedure's questions after them.
        wrong.sort_by_key(|one| NAMES.iter().position(|(id, ..)| *id == one.id).unwrap_or(NAMES.len()));
        let fill = |input: Input| input.filled(&sent.typed, &wrong);
        let kept = self
            .procedure
            .as_ref()
            .map(|id| format!("&procedure={id}"))
            .unwrap_or_default();
        let token = Some(sent.text("token")).filter(|token| !token.is_empty() && token.len() <= 200);
        let (about_product, about_matter): (Vec<_>, Vec<_>) = self.questions().into_iter().partition(|(_, kind)| {
            matches!(
                kind,
                Kind::Text | Kind::Face | Kind::Date | Kind::Number | Kind::Choice(_)
            )
        });
        let ask = |(key, kind): (String, Kind)| fill(self.question(&key, &kind));
        let own = |ids: &[&str]| -> Vec<Input> { ids.iter().filter_map(|id| self.own(id)).map(fill).collect() };
        let files = Input {
            help: Some(texts().text(
                language,
                "form.files_help",
                &[
                    ("count", &MOST.to_string()),
                    ("max", &format!("{} MB", LARGEST / (1024 * 1024))),
                    ("types", &blobs::accepted()),
                ],
            )),
            shape: "file",
            ..Input::of("files", "files", say(language, "form.files"), &Kind::Text, language)
        };
        let mut product = own(&["product", "model", "serial", "batch", "order", "quantity"]);
        product.extend(about_product.into_iter().map(ask));
        let mut matter = own(&["description", "occurred_at"]);
        matter.extend(about_matter.into_iter().map(ask));
        matter.extend(own(&["demand"]));
        let context = json!({
            "token": token.map_or_else(|| random_hex(16), str::to_owned),
            "procedure": self.procedure,
            "lines": self.lines(),
            "switch": if refusals.is_empty() { site::switch("/", &kept, language) } else { Value::Null },
            "you": own(&["name", "phone", "email", "address"]),
            "product": product,
            "matter": matter,
            "files": (!matches!(self.app.blobs, Blobs::None)).then(|| files.filled(&sent.typed, &wrong)),
            "files_again": !refusals.is_empty() && (!sent.files.is_empty() || sent.cut.is_some()),
            "accept": blobs::accepted().split(", ").map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(","),
            "errors": wrong,
        });
        PAGES.respond(sent.cut.unwrap_or(status), "form.html", language, context)
    }

    /// An input that every form has.
    fn own(&self, id: &str) -> Option<Input> {
        let (_, _, key) = NAMES.iter().find(|(own, ..)| *own == id)?;
        let kind = self.desk.procedure.fields.kind(key).unwrap_or(&Kind::Text);
        let language = self.language;
        let mut input = Input::of(id, id, say(language, &format!("form.{id}")), kind, language);
        let help = match id {
            "name" => Some("form.name_help"),
            "serial" => Some("form.serial_help"),
            "description" => Some("form.description_help"),
            "occurred_at" => Some("form.example_date"),
            _ => None,
        };
        input.help = help.map(|key| say(language, key));
        input.required = ["name", "description"].contains(&id);
        (input.shape, input.autocomplete) = match id {
            "name" => (input.shape, Some("name")),
            "phone" => ("tel", Some("tel")),
            "email" => ("email", Some("email")),
            "address" => (input.shape, Some("street-address")),
            _ => (input.shape, Some("off")),
        };
        Some(input)
    }

    /// A structured question of the procedure, in the form's words where it has some.
    fn question(&self, key: &str, kind: &Kind) -> Input {
        let language = self.language;
        let own = match key {
            "safety_related" => Some("form.safety"),
            "compensation_demanded" => Some("form.compensation"),
            "damage_amount" => Some("form.amount"),
            "media_lawyer_police_authority" => Some("form.authority"),
            "urgent" => Some("form.urgent"),
            "licence_plate" => Some("form.licence_plate"),
            "expiry_date" => Some("form.expiry_date"),
            "q_injury_related" => Some("form.injury"),
            "received_damaged" => Some("form.damaged"),
            _ => None,
        };
        let label = own.map_or_else(
            || field_title(&self.desk.procedure, key, language),
            |own| say(language, own),
        );
        let first = |label: String| site::sentence(&label);
        Input::of(key, &format!("answers.{key}"), first(label), kind, language)
    }

    /// The receipt as a page.
    async fn receipt(&self, receipt: &Receipt) -> Result<Response, Problem> {
        let loaded = self.app.load(&receipt.id).await?;
        let due = |one: &&Value| one["until"] == "replied" && one["planned"] == false;
        let deadlines = receipt.reply["deadlines"].as_array();
        let mut due: Vec<&str> = deadlines
            .into_iter()
            .flatten()
            .filter(due)
            .filter_map(|one| one["due_at"].as_str())
            .collect();
        due.sort_unstable();
        // What a person still has to look at is not promised yet.
        let first = due.first().filter(|_| !loaded.complaint.needs_review);
        let context = json!({
            "number": receipt.reply["number"],
            "code": self.app.query_code(&receipt.id),
            "received_at": receipt.reply["received_at"],
            "first_reply": first,
            "mailed": loaded.reachable(),
            "repeated": receipt.repeated,
            "switch": Value::Null,
        });
        let page = PAGES.respond(StatusCode::CREATED, "receipt.html", self.language, context);
        Ok(page.into_response())
    }
}
