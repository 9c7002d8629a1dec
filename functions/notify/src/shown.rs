//! Letters as lists show them: written again from what they refer to, with how they fare.

use chrono::DateTime;
use kesu_app::post::Outgoing;
use kesu_app::store::{LetterRecord, LetterState};
use kesu_app::{App, Problem};

use crate::robots;
use crate::write::{Unsendable, compose, read};

/// The id by which a letter is known outside: complaint, entry, place.
pub fn letter_id(record: &LetterRecord) -> String {
    format!("{}-{}-{}", record.id, record.seq, record.n)
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
    let channel = robots::channel(record);
    if let Some(channel) = &channel {
        return Ok(serde_json::json!({
            "id": letter_id(record), "complaint": record.id, "number": number, "letter": letter.template,
            "template": letter.template,
            "rule": letter.rule, "rung": letter.rung, "desk": letter.desk, "channel": channel, "created_at": at,
            "text": robots::text_of(app, record).await?, "state": state_name(record.state), "sent_at": record.sent_at,
            "attempts": record.attempts, "next_try": record.next_try(), "error": record.error,
        }));
    }
    let outgoing = match compose(app, record).await {
        Ok(written) => Some(written.outgoing),
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
        "letter": letter.template,
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
        "attempts": record.attempts,
        "next_try": record.next_try(),
        "error": record.error,
    }))
}

fn state_name(state: LetterState) -> serde_json::Value {
    serde_json::to_value(state).unwrap_or_default()
}
