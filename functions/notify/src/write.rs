//! Writes a letter: who gets it, what it is told, and where it belongs in the conversation.

use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset};
use kesu_app::app::DeskWork;
use kesu_app::correspondent::{self, State};
use kesu_app::mail_room;
use kesu_app::post::subscription;
use kesu_app::post::{
    Attached, EmailAddress, Outgoing, Renderer, Thread, body_mark, message_id, reply_address, tagged,
};
use kesu_app::record::Loaded;
use kesu_app::store::{LetterRecord, LetterState};
use kesu_app::{App, Problem};
use kesu_rules::domain::directory::Directory;
use kesu_rules::language::Language;
use kesu_rules::letters::{Letter, To};
use serde_json::Value;

use crate::shown::letter_id;
use crate::{digest, facts, report, robots};

static RENDERER: LazyLock<Option<Renderer>> = LazyLock::new(|| {
    Renderer::new()
        .inspect_err(|error| tracing::error!(%error, "the letter templates cannot be read"))
        .ok()
});

/// A letter that is ready, with what it was made from.
pub(crate) struct Written {
    /// What goes out.
    pub(crate) outgoing: Outgoing,
    /// What was owed.
    pub(crate) letter: Letter,
    /// The complaint, if it is about one.
    pub(crate) about: Option<(Loaded, DeskWork)>,
    /// What is known of a customer's address.
    pub(crate) state: State,
    /// Whether nobody has shown that the address is the customer's.
    pub(crate) unverified: bool,
}

/// Why a letter cannot be written.
pub(crate) enum Unsendable {
    /// The store did not answer: try again.
    Store(Problem),
    /// It never can be: the reason, without any personal data.
    Never(&'static str),
}

impl From<Problem> for Unsendable {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::NotFound => Self::Never("the complaint is gone"),
            other => Self::Store(other),
        }
    }
}

/// What a letter's record holds: what is owed, and since when.
pub(crate) fn read(record: &LetterRecord) -> Option<(Letter, DateTime<FixedOffset>)> {
    let body: Value = serde_json::from_str(&record.body).ok()?;
    let letter = serde_json::from_value(body.get("letter")?.clone()).ok()?;
    let at = serde_json::from_value(body.get("at")?.clone()).ok()?;
    Some((letter, at))
}

pub(crate) async fn compose(app: &App, record: &LetterRecord) -> Result<Written, Unsendable> {
    let (letter, at) = read(record).ok_or(Unsendable::Never("the letter's record cannot be read"))?;
    if let Some(told) = &letter.facts {
        let outgoing = office_letter(app, record, &letter, told, at).await?;
        return Ok(Written {
            outgoing,
            letter,
            about: None,
            state: State::default(),
            unverified: false,
        });
    }
    let loaded = app.load(&record.id).await?;
    let desk = app.desk_of(&loaded.complaint).await?;
    let (to, to_name, language) = recipient(&letter, &loaded, &desk.office.directory)?;
    let customer = letter.to == To::Customer;
    let state = if customer {
        correspondent::state(app, to.as_str()).await?
    } else {
        State::default()
    };
    let unverified = customer && !correspondent::own(&loaded.complaint, &state);
    // To an unverified address goes nothing that was submitted: not even the name.
    let name = to_name.clone().filter(|_| !unverified);
    let mut values = facts::of(app, &desk, &loaded, &letter, name.as_deref(), language, at).await?;
    facts::with_actions(&mut values, app, &desk, &loaded, &letter, language, at).await?;
    let template = if unverified && letter.template == "acknowledgement" {
        "acknowledgement_unverified"
    } else {
        letter.template.as_str()
    };
    let reply_to = reply_address(&app.settings.mail_domain, "reply", &record.id, &app.settings.secret).ok();
    let person_wrote = letter.template == "reply";
    // A letter to the customer is a reply to what he wrote last.
    let answers = if customer {
        mail_room::message_ids(app, &record.id).await?
    } else {
        Vec::new()
    };
    let envelope = Envelope {
        to,
        to_name: name,
        language,
        reply_to,
        auto: !person_wrote,
        at,
        thread: Some(thread(app, record, &letter, &loaded, at).await?),
        answers,
        unsubscribe: None,
        attached: None,
        number: Some(loaded.complaint.number.to_string()),
    };
    let outgoing = write(app, record, template, &values, envelope)?;
    Ok(Written {
        outgoing,
        letter,
        about: Some((loaded, desk)),
        state,
        unverified,
    })
}

/// The conversation with this person about this complaint: the first letter to him is its root.
async fn thread(
    app: &App,
    record: &LetterRecord,
    letter: &Letter,
    loaded: &Loaded,
    at: DateTime<FixedOffset>,
) -> Result<Thread, Problem> {
    let mut earlier = Vec::new();
    let mut begun = at;
    for other in app.store.letters(&record.id).await? {
        let before = (other.seq, other.n) < (record.seq, record.n);
        let went = !matches!(other.state, LetterState::Suppressed | LetterState::Failed);
        if !before || !went || robots::channel(&other).is_some() {
            continue;
        }
        let Some((_, when)) = read(&other).filter(|(theirs, _)| theirs.to == letter.to) else {
            continue;
        };
        if earlier.is_empty() {
            begun = when;
        }
        earlier.push(match (&other.message_id, &app.post) {
            (Some(id), Some(post)) => post.header_of(id),
            _ => message_id(&letter_id(&other), &app.settings.mail_domain),
        });
    }
    let who = match &letter.to {
        To::Customer => "customer",
        To::Staff(user) => user.as_str(),
    };
    let hash = app.keyed("conversation", &format!("{} {who}", record.id));
    let mut key = [0; 16];
    for (byte, pair) in key.iter_mut().zip(hash.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).unwrap_or("0"), 16).unwrap_or(0);
    }
    Ok(Thread {
        earlier,
        topic: format!("KS-{}", loaded.complaint.number),
        begun,
        key,
    })
}

/// A letter that belongs to no complaint.
async fn office_letter(
    app: &App,
    record: &LetterRecord,
    letter: &Letter,
    told: &Value,
    at: DateTime<FixedOffset>,
) -> Result<Outgoing, Unsendable> {
    let To::Staff(user) = &letter.to else {
        return Err(Unsendable::Never("a letter without complaint has no customer"));
    };
    let office = app.office().await?;
    let directory = &office.directory;
    let to = EmailAddress::parse(user.as_str()).map_err(|_| Unsendable::Never("there is no address to write to"))?;
    let to_name = directory
        .people
        .get(user)
        .map(|person| person.name.clone())
        .filter(|name| !name.is_empty());
    let digest = letter.template == "digest";
    let (told, attached) = match letter.template.as_str() {
        "digest" => (digest::told(app, user, told).await?, None),
        "rollup" => report::told(app, told).await?,
        _ => (told.clone(), None),
    };
    let values = facts::with_staff(told, app, letter, to_name.as_deref());
    let envelope = Envelope {
        to,
        to_name,
        language: directory.language(user),
        reply_to: None,
        auto: true,
        at,
        thread: None,
        answers: Vec::new(),
        // What comes every day by a list can be left at one click; what tells a person of his own deadlines cannot.
        unsubscribe: digest.then(|| subscription::off_link(app, user)),
        number: None,
        attached,
    };
    write(app, record, &letter.template, &values, envelope)
}

/// What goes around a letter's text.
struct Envelope {
    to: EmailAddress,
    to_name: Option<String>,
    language: Language,
    reply_to: Option<EmailAddress>,
    auto: bool,
    at: DateTime<FixedOffset>,
    thread: Option<Thread>,
    answers: Vec<String>,
    unsubscribe: Option<String>,
    number: Option<String>,
    attached: Option<Attached>,
}

fn write(
    app: &App,
    record: &LetterRecord,
    template: &str,
    values: &Value,
    envelope: Envelope,
) -> Result<Outgoing, Unsendable> {
    let renderer = RENDERER
        .as_ref()
        .ok_or(Unsendable::Never("the letter templates cannot be read"))?;
    let mark = envelope
        .number
        .as_ref()
        .map(|_| body_mark(&record.id, &app.settings.secret));
    let rendered = renderer.render_marked(template, envelope.language, values, mark.as_deref());
    let rendered = rendered.map_err(|error| {
        tracing::error!(letter.template = template, %error, "a letter cannot be written");
        Unsendable::Never("the letter cannot be written")
    })?;
    let from =
        EmailAddress::parse(&app.settings.mail_from).map_err(|_| Unsendable::Never("the sender's address is wrong"))?;
    let id = letter_id(record);
    let escalation_id = values.get("escalation").and_then(Value::as_str).map(str::to_owned);
    let subject = match &envelope.number {
        Some(number) => tagged(&rendered.subject, number),
        None => rendered.subject,
    };
    Ok(Outgoing {
        message_id: message_id(&id, &app.settings.mail_domain),
        id,
        escalation_id,
        date: envelope.at,
        from,
        from_name: Some(app.settings.company.clone()),
        reply_to: envelope.reply_to,
        to: envelope.to,
        to_name: envelope.to_name,
        subject,
        text: rendered.text,
        html: rendered.html,
        language: envelope.language,
        auto: envelope.auto,
        thread: envelope.thread,
        answers: envelope.answers,
        unsubscribe: envelope.unsubscribe,
        attached: envelope.attached,
    })
}

fn recipient(
    letter: &Letter,
    loaded: &Loaded,
    directory: &Directory,
) -> Result<(EmailAddress, Option<String>, Language), Unsendable> {
    let no_address = |_| Unsendable::Never("there is no address to write to");
    match &letter.to {
        To::Customer => {
            let mail = loaded
                .face
                .get("customer_email")
                .map(String::as_str)
                .unwrap_or_default();
            let name = loaded.face.get("customer_name").cloned();
            Ok((
                EmailAddress::parse(mail).map_err(no_address)?,
                name,
                loaded.complaint.language,
            ))
        }
        To::Staff(user) => {
            let name = directory
                .people
                .get(user)
                .map(|person| person.name.clone())
                .filter(|name| !name.is_empty());
            Ok((
                EmailAddress::parse(user.as_str()).map_err(no_address)?,
                name,
                directory.language(user),
            ))
        }
    }
}
