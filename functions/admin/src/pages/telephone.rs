//! The form for what comes in by telephone, on a visit or by letter, with the procedure's structured questions.

use axum::http::StatusCode;
use axum::response::Response;
use kesu_app::app::DeskWork;
use kesu_app::intake::CHANNELS;
use kesu_app::submission::{CUSTOMER, PRODUCT};
use kesu_app::texts::{Language, texts};
use kesu_app::{Problem, users};
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::value::Kind;
use serde_json::{Map, Value, json};

use crate::api::commands::find;
use crate::api::intake::take;
use crate::ask::{Ask, Params};
use crate::pages::widget::{Widget, for_field, for_input, given, moment, worded};
use crate::pages::{escaped, onward, page, said};

/// Parts of the body that stand beside the customer, the product and the answers.
const OWN: &[&str] = &["description", "demand", "occurred_at", "channel"];

/// `GET /admin/telephone`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let params = ask.params(&["procedure", "done"])?;
    let desk = procedure(&ask, params.get("procedure")).await?;
    let key = users::random_hex(16);
    let view = view(&ask, &desk, None, &key, &[], params.get("done"));
    Ok(page(&ask, StatusCode::OK, "telephone.html", view))
}

/// `POST /admin/telephone`.
pub async fn receive(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let desk = procedure(&ask, form.get("procedure")).await?;
    let body = body(&desk, form);
    let token = form.get("key").unwrap_or_default();
    // A corrected form is another complaint, a double click is not.
    let key = hash(format!("{token}\n{body}").as_bytes());
    match take(&ask.app, ask.session()?, &key, body).await {
        Ok(reply) => {
            let text = |name: &str| reply.get(name).and_then(Value::as_str).unwrap_or_default();
            match find(&ask.app, ask.session()?, text("id")).await {
                Ok(_) => onward(&format!("/admin/complaints/{}?done=intake", text("id"))),
                // It went to another department: the number is what can be told.
                Err(_) => onward(&format!("/admin/telephone?done={}", escaped(text("number")))),
            }
        }
        Err(problem) => {
            let (status, errors) = said(problem, ask.language)?;
            let view = view(&ask, &desk, Some(form), token, &errors, None);
            Ok(page(&ask, status, "telephone.html", view))
        }
    }
}

async fn procedure(ask: &Ask, name: Option<&str>) -> Result<DeskWork, Problem> {
    ask.app.desk(name.unwrap_or(ask.app.settings.procedures.first())).await
}

fn view(
    ask: &Ask,
    desk: &DeskWork,
    typed: Option<Params<'_>>,
    key: &str,
    errors: &[Value],
    done: Option<&str>,
) -> Value {
    let language = ask.language;
    let now = for_input(desk.local(ask.app.now()));
    let keep = |input: Widget| match typed {
        Some(form) => input.typed(form).json(),
        None => input.json(),
    };
    let kind_of = |field: &str| desk.procedure.fields.kind(field).cloned().unwrap_or(Kind::Text);
    let field = |name: &str, field: &str| for_field(&desk.procedure, name, field, &kind_of(field), language);
    let word = |key: &str| texts().text(language, &format!("admin.{key}"), &[]);
    let call = [
        Widget::new("select", "channel", word("intake_channel"))
            .of(worded(language, "channel", CHANNELS.iter().copied()))
            .holding("telephone")
            .needed(true),
        Widget::new("moment", "received_at", word("intake_received_at"))
            .holding(now)
            .needed(true),
        Widget::new("text", "received_by", word("intake_received_by"))
            .holding(ask.session.as_ref().map_or("", |session| session.user.as_str())),
        Widget::new("select", "language", texts().label(language, "field", "language"))
            .of(worded(language, "language", Language::ALL.map(Language::tag)))
            .holding("zh-Hans"),
    ];
    let matter = [
        field("description", "description").needed(true),
        field("demand", "demand"),
        field("occurred_at", "occurred_at"),
    ];
    let customer = CUSTOMER
        .iter()
        .map(|(name, own)| field(&format!("customer.{name}"), own).needed(*name == "name"));
    let product = PRODUCT.iter().map(|(name, own)| field(&format!("product.{name}"), own));
    let questions = questions(desk).into_iter().map(|key| field(&format!("f.{key}"), &key));
    let ids = ask.app.offered();
    json!({
        "key": key, "errors": errors, "done": done, "procedure": desk.procedure.pack.procedure.id,
        "title": desk.procedure.pack.procedure.title.get(language), "procedures": ids,
        "call": call.into_iter().map(keep).collect::<Vec<_>>(), "matter": matter.into_iter().map(keep).collect::<Vec<_>>(),
        "customer": customer.map(keep).collect::<Vec<_>>(), "product": product.map(keep).collect::<Vec<_>>(),
        "questions": questions.map(keep).collect::<Vec<_>>(),
    })
}

/// What the procedure asks beyond the common body, and what must be confirmed to the customer.
fn questions(desk: &DeskWork) -> Vec<String> {
    let pack = &desk.procedure.pack;
    let common = |key: &str| OWN.contains(&key) || CUSTOMER.iter().chain(PRODUCT).any(|(_, own)| *own == key);
    let confirmed = pack.guard.iter().flat_map(|guard| &guard.confirmed);
    let mut all: Vec<String> = Vec::new();
    for key in pack.intake.iter().map(|one| &one.field).chain(confirmed) {
        if !common(key.as_str()) && !all.iter().any(|own| own == key.as_str()) {
            all.push(key.to_string());
        }
    }
    all
}

/// The intake's body from the form; what was left empty is left out.
fn body(desk: &DeskWork, form: Params<'_>) -> Value {
    let zone = desk.procedure.pack.procedure.zone;
    let kind_of = |field: &str| desk.procedure.fields.kind(field).cloned().unwrap_or(Kind::Text);
    let part = |prefix: &str, names: &[(&str, &str)]| {
        let mut part = Map::new();
        for (name, own) in names {
            if let Some(value) = given(form, &format!("{prefix}.{name}"), &kind_of(own), zone) {
                part.insert((*name).to_owned(), value);
            }
        }
        part
    };
    let mut body = Map::new();
    body.insert("procedure".to_owned(), json!(desk.procedure.pack.procedure.id));
    body.insert("customer".to_owned(), Value::Object(part("customer", CUSTOMER)));
    body.insert("product".to_owned(), Value::Object(part("product", PRODUCT)));
    for name in ["description", "demand", "occurred_at"] {
        if let Some(value) = given(form, name, &kind_of(name), zone) {
            body.insert(name.to_owned(), value);
        }
    }
    for name in ["channel", "language", "received_by"] {
        if let Some(value) = form.get(name) {
            body.insert(name.to_owned(), json!(value));
        }
    }
    if let Some(at) = form.get("received_at") {
        body.insert("received_at".to_owned(), json!(moment(at, zone)));
    }
    let mut answers = Map::new();
    for key in questions(desk) {
        if let Some(value) = given(form, &format!("f.{key}"), &kind_of(&key), zone) {
            answers.insert(key, value);
        }
    }
    body.insert("answers".to_owned(), Value::Object(answers));
    Value::Object(body)
}
