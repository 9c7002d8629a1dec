//! The page behind a signed link of a letter: it shows what there is to do, and does it once, when it is confirmed.
//!
//! Nobody is signed in here. The link stands for the right of its person to one act, and that right is looked at anew, by
//! the same rules as on all pages, when the page is shown and again when it is confirmed. Showing it changes nothing.

use axum::http::header::{HOST, ORIGIN, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use kesu_app::Problem;
use kesu_app::link::Act;
use kesu_app::problem::phrase;
use kesu_app::texts::{Language, texts};
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::names::{Desk, RequestId, RuleId, UserId};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::ask::{Ask, Params};
use crate::pages::standing::{Ready, Standing, standing};
use crate::pages::widget::Widget;
use crate::pages::{PAGES, deadline, onward, said, short};

/// `GET /admin/act/{token}`.
pub async fn show(ask: Ask) -> Result<Response, Problem> {
    let token = ask.part("token")?.to_owned();
    let found = standing(&ask, &token).await?;
    let just_now = Params(&ask.query).get("done").is_some();
    Ok(answer(&ask, &token, &found, just_now, StatusCode::OK, &[]))
}

/// `POST /admin/act`.
pub async fn confirm(ask: Ask) -> Result<Response, Problem> {
    let form = ask.form();
    let token = form.get("token").unwrap_or_default().to_owned();
    if !is_from_here(&ask.headers) {
        let refusal = Refusal::of("csrf");
        return Ok(told(
            StatusCode::FORBIDDEN,
            ask.language,
            &token,
            "barred",
            json!([phrase(&refusal, ask.language)]),
        ));
    }
    let found = standing(&ask, &token).await?;
    let Standing::Ready(ready) = &found else {
        return Ok(answer(&ask, &token, &found, false, StatusCode::OK, &[]));
    };
    match carry_out(&ask, ready, form).await {
        Ok(true) => onward_to(&token, ready.language, "&done=yes"),
        Ok(false) => onward_to(&token, ready.language, ""),
        Err(problem) => {
            let language = ready.language;
            let (status, errors) = said(problem, language)?;
            // It may have been done or changed meanwhile: what is shown is what there is now.
            let found = standing(&ask, &token).await?;
            Ok(answer(&ask, &token, &found, false, status, &errors))
        }
    }
}

/// Whether a form was sent from one of our own pages, as far as the browser says. The token in the form is what counts: who
/// does not have it cannot send it; this keeps others from having a browser send one that they got hold of.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    // A page that tells nobody where it was has the origin `null`.
    let origin = text(ORIGIN.as_str()).filter(|origin| *origin != "null");
    let host = text(HOST.as_str()).unwrap_or_default();
    let named = |origin: &str| {
        origin
            .split_once("://")
            .is_some_and(|(_, own)| own.eq_ignore_ascii_case(host))
    };
    fetched && origin.is_none_or(|origin| host.is_empty() || named(origin))
}

/// Does it; false if somebody was faster with the same link.
async fn carry_out(ask: &Ask, ready: &Ready, form: Params<'_>) -> Result<bool, Problem> {
    let (app, session) = (&ask.app, &ready.session);
    let id = ready.loaded.complaint.id.as_str();
    let actor = session.actor();
    let mark = [ready.grant.mark(&session.user, ready.now)];
    let reason = form.get("reason");
    let command = match ready.grant.act {
        Act::Acknowledge => {
            let mut rules: Vec<RuleId> = ready.rules.clone();
            let last = rules.pop().ok_or(Problem::NotFound)?;
            // Saying it twice is saying it once, so that a crash between two of them is made good by a second click.
            for rule in rules {
                let wish = Wish::Do(Command::Acknowledge { rule });
                app.tell(id, None, wish, &actor, None).await?;
            }
            let wish = Wish::Do(Command::Acknowledge { rule: last });
            return Ok(!app
                .tell_once(id, None, wish, &actor, None, &mark)
                .await?
                .events
                .is_empty());
        }
        Act::Assign => route(ready, form)?,
        act => {
            let request = RequestId::parse(&ready.grant.subject).ok_or(Problem::NotFound)?;
            let missing = || Refusal::of("missing_field").about("password").with("field", "password");
            let password = form.get("password").ok_or_else(missing)?.to_owned();
            session.signs(app, &password).await?;
            match act {
                Act::Refuse => Command::Refuse { request, password },
                _ => Command::Approve { request, password },
            }
        }
    };
    let seen: Option<u64> = form.get("version").and_then(|version| version.parse().ok());
    let seen = seen.ok_or(Problem::Conflict {
        current: ready.loaded.complaint.version,
    })?;
    let told = app.tell_once(id, Some(seen), Wish::Do(command), &actor, reason, &mark);
    Ok(!told.await?.events.is_empty())
}

fn route(ready: &Ready, form: Params<'_>) -> Result<Command, Problem> {
    let missing = || {
        Refusal::of("missing_field")
            .about("department")
            .with("field", "department")
    };
    let department = form.get("department").and_then(Desk::parse).ok_or_else(missing)?;
    let person = form.get("person").and_then(UserId::parse);
    let people = &ready.desk.office.directory.people;
    if let Some(other) = person.as_ref().filter(|person| !people.contains_key(*person)) {
        return Err(Refusal::of("unknown_person")
            .about("person")
            .with("person", other.as_str())
            .into());
    }
    Ok(Command::Route { department, person })
}

fn answer(ask: &Ask, token: &str, found: &Standing, just_now: bool, status: StatusCode, errors: &[Value]) -> Response {
    match found {
        Standing::Nothing => {
            let words = phrase(&Refusal::of("link_expired"), ask.language);
            // The same bytes whatever was wrong: not even the address stands in it.
            told(StatusCode::NOT_FOUND, ask.language, "", "barred", json!([words]))
        }
        Standing::Barred { language, refusals } => {
            let words: Vec<String> = refusals.iter().map(|one| phrase(one, *language)).collect();
            told(StatusCode::FORBIDDEN, *language, token, "barred", json!(words))
        }
        Standing::Done {
            language,
            used,
            complaint,
            number,
        } => {
            let page = json!({
                "act": used.act.name(), "at": short(used.at, false), "just_now": just_now, "number": number,
                "complaint": complaint,
            });
            told(StatusCode::OK, *language, token, "done", page)
        }
        Standing::Ready(ready) => {
            let mut page = view(ready, ask.form());
            if let Some(map) = page.as_object_mut() {
                map.insert("errors".to_owned(), json!(errors));
                map.insert("token".to_owned(), json!(token));
            }
            told(status, ready.language, token, "ready", page)
        }
    }
}

/// A page in the frame of all pages, but without a session, and without telling anybody its address.
fn told(status: StatusCode, language: Language, token: &str, kind: &str, content: Value) -> Response {
    // A page about nothing says nothing, not even the address that was asked.
    let here = match token {
        "" => "/admin/sign-in".to_owned(),
        token => format!("/admin/act/{token}"),
    };
    let context = json!({"me": null, "here": here, "held": null, "page": {"kind": kind, "content": content}});
    let mut response = PAGES.respond(status, "act.html", language, context);
    hide(&mut response);
    response
}

fn onward_to(token: &str, language: Language, done: &str) -> Result<Response, Problem> {
    let mut response = onward(&format!("/admin/act/{token}?lang={language}{done}"))?;
    hide(&mut response);
    Ok(response)
}

fn hide(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
}

fn view(ready: &Ready, typed: Params<'_>) -> Value {
    let (it, desk, language) = (&ready.loaded.complaint, &ready.desk, ready.language);
    let act = ready.grant.act;
    let about = |rule: &RuleId| ready.rules.contains(rule);
    let all = desk.deadlines(it, ready.now);
    let rows: Vec<Value> = all
        .iter()
        .filter(|one| match act {
            Act::Acknowledge => about(&one.rule),
            _ => one.done_at.is_none() && !one.planned && one.then.is_none(),
        })
        .map(|one| {
            let mut row = deadline::row(one, it, desk, language);
            let minutes = (ready.now - one.due_at).num_minutes();
            if let Some(map) = row.as_object_mut() {
                map.insert("minutes".to_owned(), json!(minutes.abs()));
                map.insert("past".to_owned(), json!(minutes > 0));
            }
            row
        })
        .collect();
    let inputs: Vec<Value> = inputs(ready)
        .into_iter()
        .map(|input| input.typed(typed).json())
        .collect();
    json!({
        "act": act.name(), "number": it.number, "class": it.class, "department": it.department, "person": it.person,
        "received_at": short(it.received_at, false), "stage": it.stage.name(), "needs_review": it.needs_review,
        "rows": rows, "request": request(ready), "inputs": inputs, "version": it.version, "complaint": it.id,
        "expires": short(desk.local(ready.grant.expires), false), "user": ready.session.user,
    })
}

/// What an approval is asked for.
fn request(ready: &Ready) -> Value {
    let it = &ready.loaded.complaint;
    let Some(one) = it.approvals.iter().find(|one| one.request == *ready.grant.subject) else {
        return Value::Null;
    };
    let language = ready.language;
    let rule = ready
        .desk
        .procedure
        .pack
        .approval
        .iter()
        .find(|rule| rule.rule == one.rule);
    let slip = one.at.slip().zip(one.slip).and_then(|(kind, n)| it.slip(kind, n));
    let fields = |key: &str| {
        slip.and_then(|slip| slip.fields.get(key))
            .or_else(|| it.fields.get(key))
    };
    let amount = fields("amount").map(|amount| match amount {
        kesu_rules::domain::value::Value::Money(money) => format!("{} {}", money.amount.normalize(), money.currency),
        other => other.plain(),
    });
    let treatment = it.fields.get("treatment").filter(|_| slip.is_none());
    json!({
        "title": rule.map(|rule| rule.title.get(language)), "rule": one.rule, "source": rule.map(|rule| &rule.source),
        "about": crate::pages::story::about(one, language), "approver": one.approver, "asked_at": short(one.asked_at, false),
        "amount": amount, "treatment": treatment.map(|code| texts().label(language, "treatment", &code.plain())),
    })
}

fn inputs(ready: &Ready) -> Vec<Widget> {
    let language = ready.language;
    let say = |key: &str| texts().label(language, "command_field", key);
    let reason = || Widget::new("text", "reason", texts().text(language, "admin.reason", &[]));
    match ready.grant.act {
        Act::Acknowledge => Vec::new(),
        Act::Assign => {
            let now = ready
                .loaded
                .complaint
                .department
                .as_ref()
                .map_or("", |desk| desk.as_str());
            let desks = ready.choices.iter().map(|desk| (desk.clone(), desk.clone()));
            let people = ready.desk.office.directory.people.iter();
            let people =
                people.map(|(user, person)| (user.to_string(), format!("{} {user}", person.name).trim().to_owned()));
            vec![
                Widget::new("select", "department", say("department"))
                    .of(desks)
                    .holding(now)
                    .needed(true),
                Widget::new("select", "person", say("person")).of(people),
                reason(),
            ]
        }
        Act::Approve | Act::Refuse => {
            let password = texts().text(language, "admin.password", &[]);
            vec![reason(), Widget::new("password", "password", password).needed(true)]
        }
    }
}
