//! Does what was decided about a message. Every part is harmless when it is done again.

use std::collections::BTreeMap;

use kesu_app::correspondent::{self, How};
use kesu_app::intake::Submission;
use kesu_app::post::EmailAddress;
use kesu_app::quarantine::{self, Held, HeldKind, HeldState};
use kesu_app::{App, Problem, mail_room};
use kesu_rules::domain::command::Intake;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::message::{Claim, Matched, Message, Sender, Verdict};
use kesu_rules::domain::names::{FieldKey, key};
use kesu_rules::domain::value::LONG;
use kesu_rules::language::Language;
use kesu_rules::suggest::{suggest, sure};
use serde_json::{Value, json};

use crate::arrival::{Arrival, Outcome, OutcomeKind};
use crate::delivery::Delivery;
use crate::plan::{Plan, automatic};
use crate::read::{File, Mail};
use crate::{alike, feedback, verdict};

/// Files of one mail that are kept beside it; the raw message has them all.
const MOST_FILES: usize = 30;
/// How much is kept readable of a mail that waits, in characters.
const READABLE: usize = 8_000;
/// The longest name, in characters.
const NAME: usize = 200;

/// Does what was decided.
pub async fn carry_out(app: &App, key: &str, delivery: &Delivery, mail: Mail) -> Result<Outcome, Problem> {
    let arrival = delivery.arrival.clone().unwrap_or_default();
    match &delivery.plan {
        Plan::Create { claims } => create(app, key, delivery, &arrival, claims, mail).await,
        Plan::Add { complaint, by, sender } => {
            let to = To {
                complaint,
                by: *by,
                sender: *sender,
            };
            add(app, key, delivery, &arrival, to, mail).await
        }
        Plan::Returned { letter } => {
            feedback::letter_returned(app, letter).await?;
            Ok(Outcome::of(OutcomeKind::Ignored, &letter.complaint))
        }
        Plan::Hold { kind, reason, id } => hold(app, key, delivery, *kind, reason, id, &mail).await,
    }
}

/// Where a message is put.
struct To<'a> {
    complaint: &'a str,
    by: Matched,
    sender: Sender,
}

async fn create(
    app: &App,
    key: &str,
    delivery: &Delivery,
    arrival: &Arrival,
    claims: &[Claim],
    mail: Mail,
) -> Result<Outcome, Problem> {
    let description = description(&mail);
    let address = mail
        .from
        .as_ref()
        .and_then(|from| EmailAddress::parse(from.address.trim()).ok());
    if let Some(address) = address.as_ref().filter(|_| verdict(arrival) == Verdict::Pass) {
        correspondent::verified(app, address.as_str(), How::Authenticated).await?;
    }
    let message = Message {
        key: key.to_owned(),
        text: String::new(),
        id: mail.message_id.clone(),
        files: keep_files(app, mail.files.clone()).await?,
        sender: Sender::Customer,
        matched: Matched::Begun,
        through: None,
        verdict: verdict(arrival),
        automatic: automatic(&mail, arrival).is_some(),
        raw: Some(delivery.raw.clone()),
    };
    let mut fields = BTreeMap::from([
        (FieldKey::of(key::DESCRIPTION), Value::from(description.as_str())),
        (FieldKey::of("customer_name"), Value::from(name(&mail))),
    ]);
    if let Some(address) = &address {
        fields.insert(FieldKey::of(key::CUSTOMER_EMAIL), Value::from(address.as_str()));
    }
    let least = fields.clone();
    let found = suggest(&description);
    for (field, value) in sure(&found) {
        fields.entry(FieldKey::of(field)).or_insert(Value::from(value));
    }
    if !message.files.is_empty() {
        let names: Vec<&String> = message.files.iter().take(kesu_rules::domain::value::MANY).collect();
        fields.insert(FieldKey::of("attachments"), json!(names));
    }
    let recipients = arrival.to.iter().chain(&mail.to).map(String::as_str);
    let intake = Intake {
        channel: "email".to_owned(),
        language: Some(Language::of_text(&description)),
        fields,
        claims: claims.to_vec(),
        message: Some(Box::new(message)),
        ..Intake::default()
    };
    let procedure = app.settings.mail_addresses.procedure(recipients).map(str::to_owned);
    let body_hash = format!("mail {key}");
    let mut submission = Submission {
        procedure,
        intake,
        body_hash,
    }
    .keyed(app, &format!("mail {key}"));
    let own = submission
        .intake
        .id
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    if let Some(address) = &address {
        submission.intake.duplicates = alike::earlier(app, address.as_str(), &own, &description).await?;
    }
    let received = match app.receive(submission.clone(), &Actor::Customer).await {
        // A value that was found in the text does not suit the procedure: what was written comes first.
        Err(Problem::Refused(_)) => {
            submission.intake.fields = least;
            app.receive(submission, &Actor::Customer).await
        }
        other => other,
    };
    let receipt = match received {
        Ok(receipt) => receipt,
        Err(Problem::Refused(refusals)) => {
            let codes: Vec<&str> = refusals.iter().map(|one| one.code.as_str()).collect();
            tracing::error!(codes = codes.join(" "), "a mail was refused as a complaint");
            let id = quarantine::id(delivery.at, key);
            return hold(app, key, delivery, HeldKind::Quarantined, "refused", &id, &mail).await;
        }
        Err(other) => return Err(other),
    };
    if let Some(id) = &mail.message_id {
        mail_room::remember(app, id, &receipt.id).await?;
    }
    Ok(Outcome::of(OutcomeKind::Created, receipt.id))
}

async fn add(
    app: &App,
    key: &str,
    delivery: &Delivery,
    arrival: &Arrival,
    to: To<'_>,
    mail: Mail,
) -> Result<Outcome, Problem> {
    let automatic = automatic(&mail, arrival).is_some();
    let proven = matches!(to.by, Matched::Token | Matched::Mark);
    if let Some(from) = mail
        .from
        .as_ref()
        .filter(|_| to.sender == Sender::Customer && !automatic)
    {
        if verdict(arrival) == Verdict::Pass {
            correspondent::verified(app, from.address.trim(), How::Authenticated).await?;
        } else if proven && verdict(arrival) != Verdict::Fail {
            correspondent::verified(app, from.address.trim(), How::Token).await?;
        }
    }
    let fresh = mail.text.get(mail.fresh.clone()).unwrap_or(&mail.text);
    let message = Message {
        key: key.to_owned(),
        text: cut(fresh.trim()),
        id: mail.message_id.clone(),
        files: keep_files(app, mail.files).await?,
        sender: to.sender,
        matched: to.by,
        through: None,
        verdict: verdict(arrival),
        automatic,
        raw: Some(delivery.raw.clone()),
    };
    let added = app.wrote(to.complaint, &message).await?;
    if let Some(id) = &mail.message_id {
        mail_room::remember(app, id, &added.complaint).await?;
    }
    Ok(Outcome::of(OutcomeKind::Added, added.complaint))
}

async fn hold(
    app: &App,
    key: &str,
    delivery: &Delivery,
    kind: HeldKind,
    reason: &str,
    id: &str,
    mail: &Mail,
) -> Result<Outcome, Problem> {
    let arrival = delivery.arrival.as_ref();
    let from = mail.from.as_ref().map(|from| from.address.as_str());
    let from = from
        .or(arrival.and_then(|arrival| arrival.from.as_deref()))
        .unwrap_or_default();
    let held = Held {
        kind,
        reason: reason.to_owned(),
        at: delivery.at,
        from: masked(from),
        size: delivery.size,
        raw: delivery.raw.clone(),
        delivery: key.to_owned(),
        state: HeldState::Waiting,
        wanted: None,
        complaint: None,
        by: None,
    };
    if let Some(words) = readable(mail) {
        app.blobs.keep_words(&delivery.raw, words).await?;
    }
    quarantine::hold(app, id, &held).await?;
    Ok(Outcome {
        outcome: match kind {
            HeldKind::Quarantined => OutcomeKind::Quarantined,
            HeldKind::Ignored => OutcomeKind::Ignored,
        },
        complaint: None,
        held: Some(id.to_owned()),
        reason: Some(reason.to_owned()),
    })
}

/// A mail that waits, as a person reads it: what its header says, its text, the names of its files. None of one that was not
/// looked into.
fn readable(mail: &Mail) -> Option<String> {
    if *mail == Mail::default() {
        return None;
    }
    let from = mail
        .from
        .as_ref()
        .map(|from| format!("{} <{}>", from.name, from.address));
    let date = mail.date.map(|date| date.to_rfc2822());
    let files: Vec<&str> = mail.files.iter().map(|file| file.name.as_str()).collect();
    let head = [
        ("From", from.unwrap_or_default()),
        ("To", mail.to.join(", ")),
        ("Date", date.unwrap_or_default()),
        ("Subject", mail.subject.clone()),
        ("Files", files.join(", ")),
    ];
    let lines = head.into_iter().filter(|(_, said)| !said.is_empty());
    let text: String = lines
        .map(|(name, said)| format!("{name}: {}\n", said.trim()))
        .chain([format!("\n{}", mail.text)])
        .collect();
    Some(text.chars().take(READABLE).collect())
}

/// An address as a list may show it; what is none shows nothing.
fn masked(address: &str) -> String {
    let address = address.trim().trim_start_matches('<').trim_end_matches('>');
    EmailAddress::parse(address)
        .map(|address| address.mask())
        .unwrap_or_default()
}

/// Keeps the files; the same content is kept once, and empty files are not kept.
async fn keep_files(app: &App, files: Vec<File>) -> Result<Vec<String>, Problem> {
    let mut names = Vec::new();
    for file in files.into_iter().filter(|file| !file.bytes.is_empty()).take(MOST_FILES) {
        let name = app.blobs.keep_any(file.bytes).await?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Subject and text, since either may hold the matter; the whole text, since what is quoted or forwarded may be the point.
fn description(mail: &Mail) -> String {
    let (subject, text) = (mail.subject.trim(), mail.text.trim());
    let both = match (subject.is_empty(), text.is_empty()) {
        (true, true) => "—".to_owned(),
        (true, false) => text.to_owned(),
        (false, true) => subject.to_owned(),
        (false, false) if text.starts_with(subject) => text.to_owned(),
        (false, false) => format!("{subject}\n\n{text}"),
    };
    cut(&both)
}

/// As much of a text as a field may hold; the raw message has it all.
fn cut(text: &str) -> String {
    if text.chars().count() <= LONG {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONG - 1).collect();
    short.push('…');
    short
}

/// The sender's name, or what stands before the `@` of his address.
fn name(mail: &Mail) -> String {
    let from = mail.from.clone().unwrap_or_default();
    let local = from.address.split('@').next().unwrap_or_default();
    let named = [from.name.trim(), local.trim()]
        .into_iter()
        .find(|name| !name.is_empty());
    let plain = named.unwrap_or("—").chars().filter(|c| !c.is_control());
    plain.take(NAME).collect()
}
