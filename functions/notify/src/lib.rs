//! The one sender: a letter that the stream shows as queued is claimed, written, sent and marked.

mod facts;

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::clock::stamp;
use kesu_app::post::{EmailAddress, Outgoing, Renderer, message_id, reply_address};
use kesu_app::record::Loaded;
use kesu_app::store::{Change, ChangeKind, Key, Kind, LetterRecord, LetterState, SmallRecord, Wake, keys};
use kesu_app::{App, Problem};
use kesu_rules::language::Language;
use kesu_rules::letters::{Letter, To};

/// After this time a claim whose letter was not sent is taken for a crash, and the letter is sent by the next claimer.
const CLAIM_LASTS: TimeDelta = TimeDelta::minutes(10);
/// Waits between attempts; after the last the letter has failed, and the administrator sees it in the list of letters.
const RETRY: [TimeDelta; 5] = [
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(3),
    TimeDelta::hours(12),
];

static RENDERER: LazyLock<Option<Renderer>> = LazyLock::new(|| {
    Renderer::new()
        .inspect_err(|error| tracing::error!(%error, "the letter templates cannot be read"))
        .ok()
});

/// Handles one change of the table: sends the letter, if it is one that is to be sent.
///
/// A letter leaves once. Only a crash between sending and marking sends it again, with the same message id.
///
/// # Errors
/// When the store does not answer; a letter that cannot be sent is marked and is no error.
pub async fn on_change(app: &App, change: &Change) -> Result<(), Problem> {
    send_if_queued(app, change, None).await
}

/// As [`on_change`], at the start of the only process that sends: a claim made before it belongs to nobody any more.
///
/// # Errors
/// When the store does not answer.
pub async fn on_change_after_restart(app: &App, change: &Change) -> Result<(), Problem> {
    send_if_queued(app, change, Some(app.now() + TimeDelta::seconds(1))).await
}

async fn send_if_queued(app: &App, change: &Change, claims_before: Option<DateTime<Utc>>) -> Result<(), Problem> {
    let Some(Key::Letter { id, seq, n }) = change.key() else {
        return Ok(());
    };
    if change.kind == ChangeKind::Remove {
        return Ok(());
    }
    let now = app.now();
    let record = change.new.as_ref().and_then(|item| LetterRecord::read(item).ok());
    let queued = record.as_ref().is_some_and(|record| record.ready(&stamp(now)));
    if !queued && claims_before.is_none() {
        return Ok(());
    }
    let stale = claims_before.unwrap_or(now - CLAIM_LASTS);
    let wake = wake_at(app, &id, now + CLAIM_LASTS);
    let Some(letter) = app
        .store
        .claim_letter(&id, seq, n, &stamp(now), &stamp(stale), &wake)
        .await?
    else {
        return Ok(());
    };
    deliver(app, &letter, now).await
}

fn wake_at(app: &App, id: &str, at: DateTime<Utc>) -> Wake {
    Wake {
        shard: keys::shard(id, app.settings.shards),
        moment: stamp(at),
    }
}

async fn deliver(app: &App, record: &LetterRecord, now: DateTime<Utc>) -> Result<(), Problem> {
    let (id, seq, n) = (record.id.as_str(), record.seq, record.n);
    let outgoing = match compose(app, record).await {
        Ok(outgoing) => outgoing,
        Err(Unsendable::Store(problem)) => return Err(problem),
        Err(Unsendable::Never(reason)) => {
            tracing::warn!(
                letter.id = id,
                letter.seq = seq,
                letter.n = n,
                reason,
                "a letter cannot be sent"
            );
            app.store.mark_failed(id, seq, n, reason, None).await?;
            return Ok(());
        }
    };
    if let Some(day) = suppressed_today(app, record, &outgoing, now).await? {
        app.store
            .mark_suppressed(id, seq, n, &format!("this address had its acknowledgement of {day}"))
            .await?;
        return Ok(());
    }
    let Some(post) = &app.post else {
        return Err(Problem::Fault);
    };
    match post.send(&outgoing).await {
        Ok(receipt) => {
            app.store
                .mark_sent(id, seq, n, &stamp(now), Some(&receipt.message_id))
                .await?;
            // An id that the channel made says nothing of the complaint: it is remembered, for answers that have nothing else.
            if let Err(problem) = kesu_app::mail_room::remember(app, &receipt.message_id, id).await {
                tracing::warn!(?problem, "the id of a letter could not be remembered");
            }
        }
        Err(error) => {
            let again = usize::try_from(record.attempts.saturating_sub(1))
                .ok()
                .and_then(|tried| RETRY.get(tried));
            let again = again
                .filter(|_| error.is_transient())
                .map(|wait| wake_at(app, id, now + *wait));
            tracing::warn!(letter.id = id, letter.seq = seq, letter.n = n, %error, again = again.is_some(), "a letter was not sent");
            app.store
                .mark_failed(id, seq, n, &error.to_string(), again.as_ref())
                .await?;
        }
    }
    Ok(())
}

/// An address that nobody has confirmed gets one acknowledgement a day, so that the form cannot be used to send mail to
/// others. The day, if it had one already for another letter.
async fn suppressed_today(
    app: &App,
    record: &LetterRecord,
    outgoing: &Outgoing,
    now: DateTime<Utc>,
) -> Result<Option<String>, Problem> {
    let letter = read(record).map(|(letter, _)| letter);
    if letter.is_none_or(|letter| letter.template != "acknowledgement") {
        return Ok(None);
    }
    let day = now.format("%Y-%m-%d").to_string();
    let key = format!("acknowledged#{}#{day}", app.person_key(outgoing.to.as_str()));
    let mine = format!("{}#{}#{}", record.id, record.seq, record.n);
    let mut seen = SmallRecord::new(Kind::Seen, key, mine);
    seen.expires = Some((kesu_app::clock::machine() + TimeDelta::days(3)).timestamp());
    // Writing the same record again succeeds: a letter that is tried a second time is not its own rival.
    Ok((!app.store.put_new(&seen).await?).then_some(day))
}

/// Why a letter cannot be written.
enum Unsendable {
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

fn read(record: &LetterRecord) -> Option<(Letter, chrono::DateTime<chrono::FixedOffset>)> {
    let body: serde_json::Value = serde_json::from_str(&record.body).ok()?;
    let letter = serde_json::from_value(body.get("letter")?.clone()).ok()?;
    let at = serde_json::from_value(body.get("at")?.clone()).ok()?;
    Some((letter, at))
}

/// The id by which a letter is known outside: complaint, entry, place.
pub fn letter_id(record: &LetterRecord) -> String {
    format!("{}-{}-{}", record.id, record.seq, record.n)
}

async fn compose(app: &App, record: &LetterRecord) -> Result<Outgoing, Unsendable> {
    let (letter, at) = read(record).ok_or(Unsendable::Never("the letter's record cannot be read"))?;
    if let Some(told) = &letter.facts {
        return office_letter(app, record, &letter, told, at).await;
    }
    let loaded = app.load(&record.id).await?;
    let desk = app.desk_of(&loaded.complaint).await?;
    let (to, to_name, language) = recipient(&letter, &loaded, &desk.office.directory)?;
    let values = facts::of(app, &desk, &loaded, &letter, to_name.as_deref(), language, at).await?;
    // Nobody has confirmed the address on a web form: it hears the number and nothing of what was submitted.
    let unverified = letter.template == "acknowledgement" && loaded.complaint.channel == "web";
    let template = if unverified {
        "acknowledgement_unverified"
    } else {
        letter.template.as_str()
    };
    let reply_to = reply_address(&app.settings.mail_domain, "reply", &record.id, &app.settings.secret).ok();
    let person_wrote = letter.template == "reply";
    let envelope = Envelope {
        to,
        to_name,
        language,
        reply_to,
        auto: !person_wrote,
        at,
    };
    write(app, record, template, &values, envelope)
}

/// A letter that belongs to no complaint.
async fn office_letter(
    app: &App,
    record: &LetterRecord,
    letter: &Letter,
    told: &serde_json::Value,
    at: chrono::DateTime<chrono::FixedOffset>,
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
    let values = facts::with_staff(told.clone(), app, letter, to_name.as_deref());
    let envelope = Envelope {
        to,
        to_name,
        language: directory.language(user),
        reply_to: None,
        auto: true,
        at,
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
    at: chrono::DateTime<chrono::FixedOffset>,
}

fn write(
    app: &App,
    record: &LetterRecord,
    template: &str,
    values: &serde_json::Value,
    envelope: Envelope,
) -> Result<Outgoing, Unsendable> {
    let renderer = RENDERER
        .as_ref()
        .ok_or(Unsendable::Never("the letter templates cannot be read"))?;
    let rendered = renderer.render(template, envelope.language, values).map_err(|error| {
        tracing::error!(letter.template = template, %error, "a letter cannot be written");
        Unsendable::Never("the letter cannot be written")
    })?;
    let from =
        EmailAddress::parse(&app.settings.mail_from).map_err(|_| Unsendable::Never("the sender's address is wrong"))?;
    let id = letter_id(record);
    let escalation_id = values
        .get("escalation")
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned);
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
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        language: envelope.language,
        auto: envelope.auto,
    })
}

fn recipient(
    letter: &Letter,
    loaded: &Loaded,
    directory: &kesu_rules::domain::directory::Directory,
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

/// A letter as the list of letters shows it, written again from what it refers to; the text is empty once that is erased.
///
/// # Errors
/// When the store does not answer.
pub async fn shown(app: &App, record: &LetterRecord) -> Result<serde_json::Value, Problem> {
    let (letter, at) = read(record).ok_or(Problem::Fault)?;
    let complaint = if letter.facts.is_some() {
        None
    } else {
        app.load(&record.id).await.ok()
    };
    let number = complaint.as_ref().map(|loaded| loaded.complaint.number.to_string());
    let zone = complaint.as_ref().map(|loaded| loaded.complaint.received_at.timezone());
    let outgoing = match compose(app, record).await {
        Ok(outgoing) => Some(outgoing),
        Err(Unsendable::Store(problem)) => return Err(problem),
        Err(Unsendable::Never(_)) => None,
    };
    let local = |stamp: &String| {
        let at = DateTime::parse_from_rfc3339(stamp).ok()?;
        Some(zone.map_or(at, |zone| at.with_timezone(&zone)))
    };
    let text = |get: fn(&Outgoing) -> String| outgoing.as_ref().map(get);
    Ok(serde_json::json!({
        "id": letter_id(record),
        "complaint": record.id,
        "number": number,
        "template": letter.template,
        "rule": letter.rule,
        "rung": letter.rung,
        "items": letter.items,
        "from": app.settings.mail_from,
        "reply_to": outgoing.as_ref().and_then(|one| one.reply_to.as_ref()).map(|address| address.as_str().to_owned()),
        "message_id": record.message_id.clone().or_else(|| text(|one| one.message_id.clone())),
        "to": text(|one| one.to.as_str().to_owned()),
        "desk": letter.desk,
        "no_holder": letter.no_holder,
        "channel": "mail",
        "subject": text(|one| one.subject.clone()),
        "text": text(|one| one.text.clone()),
        "created_at": at,
        "state": state_name(record.state),
        "sent_at": record.sent_at.as_ref().and_then(local),
        "error": record.error,
    }))
}

fn state_name(state: LetterState) -> serde_json::Value {
    serde_json::to_value(state).unwrap_or_default()
}
