//! A letter came back, or its reader complained of it: the letter is marked, and the address is remembered.

use kesu_app::record::Loaded;
use kesu_app::store::LetterRecord;
use kesu_app::{App, Problem, correspondent, mail_room};
use kesu_rules::letters::{Letter, To};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::read::Bounce;

/// A letter that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The complaint it was about.
    pub complaint: String,
    /// Its log entry.
    pub seq: u64,
    /// Its place there.
    pub n: u32,
    /// Whether it will never arrive.
    pub permanent: bool,
    /// The status of the report.
    pub status: String,
}

/// The letter that a report is about: found by its message id, and only where the report speaks of the letter's own
/// recipient. Anybody can write a report; nobody can silence an address that we never wrote to about a complaint he
/// cannot name.
pub async fn returned(app: &App, bounce: &Bounce) -> Result<Option<Returned>, Problem> {
    let Some(id) = &bounce.letter else { return Ok(None) };
    let Some((complaint, letter)) = letter_of(app, id).await? else {
        return Ok(None);
    };
    let address = recipient(app, &complaint, &letter).await?;
    let about = match (&bounce.recipient, &address) {
        (Some(named), Some(own)) => app.person_key(named) == app.person_key(own),
        (None, Some(_)) => true,
        (_, None) => false,
    };
    Ok(about.then(|| Returned {
        complaint,
        seq: letter.seq,
        n: letter.n,
        permanent: bounce.permanent,
        status: bounce.status.clone().unwrap_or_default(),
    }))
}

/// Marks a letter that came back for good, and its recipient's address. A delay changes nothing: the server goes on trying.
pub async fn letter_returned(app: &App, returned: &Returned) -> Result<(), Problem> {
    let Returned {
        complaint,
        seq,
        n,
        permanent: true,
        status,
    } = returned
    else {
        return Ok(());
    };
    let status: String = status
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .take(11)
        .collect();
    let error = format!("came back undelivered {status}").trim_end().to_owned();
    app.store
        .mark_returned(complaint, *seq, *n, &error, &app.wake_at(complaint, app.now()))
        .await?;
    let letters = app.store.whole(complaint).await?.letters;
    if let Some(letter) = letters.iter().find(|letter| (letter.seq, letter.n) == (*seq, *n))
        && let Some(address) = recipient(app, complaint, letter).await?
    {
        correspondent::bounced(app, &address, &status).await?;
    }
    Ok(())
}

/// Handles a notification of SES about letters: bounces and complaints, as SNS or EventBridge bring them. Others are passed
/// over.
///
/// # Errors
/// When the store does not answer.
pub async fn on_feedback(app: &App, notification: &Value) -> Result<(), Problem> {
    let kind = ["notificationType", "eventType"]
        .iter()
        .find_map(|key| notification.get(key)?.as_str())
        .unwrap_or_default();
    match kind.to_ascii_lowercase().as_str() {
        "bounce" => {
            let bounce = notification.get("bounce").cloned().unwrap_or_default();
            if bounce.get("bounceType").and_then(Value::as_str) != Some("Permanent") {
                return Ok(());
            }
            let recipients = bounce.get("bouncedRecipients").and_then(Value::as_array);
            for one in recipients.into_iter().flatten().take(50) {
                let status = one.get("status").and_then(Value::as_str).unwrap_or_default();
                if let Some(address) = one.get("emailAddress").and_then(Value::as_str) {
                    correspondent::bounced(app, address, status).await?;
                }
                mark(app, notification, &format!("came back undelivered {status}")).await?;
            }
        }
        "complaint" => {
            let complaint = notification.get("complaint").cloned().unwrap_or_default();
            let recipients = complaint.get("complainedRecipients").and_then(Value::as_array);
            for one in recipients.into_iter().flatten().take(50) {
                if let Some(address) = one.get("emailAddress").and_then(Value::as_str) {
                    correspondent::complained(app, address).await?;
                }
            }
            mark(app, notification, "its reader reported it as unwanted").await?;
        }
        _ => {}
    }
    Ok(())
}

async fn mark(app: &App, notification: &Value, error: &str) -> Result<(), Problem> {
    let mail = notification.get("mail");
    let own = mail.and_then(|mail| mail.get("commonHeaders")?.get("messageId")?.as_str());
    let theirs = mail.and_then(|mail| mail.get("messageId")?.as_str());
    for id in [own, theirs].into_iter().flatten() {
        if let Some((complaint, letter)) = letter_of(app, id).await? {
            let error = error.trim_end();
            let listed = app.wake_at(&complaint, app.now());
            app.store
                .mark_returned(&complaint, letter.seq, letter.n, error, &listed)
                .await?;
            return Ok(());
        }
    }
    Ok(())
}

/// The letter behind a message id, ours or the channel's.
async fn letter_of(app: &App, message_id: &str) -> Result<Option<(String, LetterRecord)>, Problem> {
    let Some(complaint) = mail_room::thread_of(app, message_id).await? else {
        return Ok(None);
    };
    let letters = app.store.whole(&complaint).await?.letters;
    let bare = |id: &str| {
        id.trim_matches(['<', '>'])
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let own = mail_room::own_form(app, message_id);
    let found = letters.into_iter().find(|letter| match &own {
        Some((_, seq, n)) => (letter.seq, letter.n) == (*seq, *n),
        None => letter.message_id.as_deref().map(bare) == Some(bare(message_id)),
    });
    Ok(found.map(|letter| (complaint, letter)))
}

/// The address that a letter went to.
async fn recipient(app: &App, complaint: &str, record: &LetterRecord) -> Result<Option<String>, Problem> {
    let body: Value = serde_json::from_str(&record.body).unwrap_or_default();
    let letter = body.get("letter").cloned().unwrap_or_default();
    let Ok(letter) = serde_json::from_value::<Letter>(letter) else {
        return Ok(None);
    };
    match letter.to {
        To::Staff(user) => Ok(Some(user.to_string())),
        To::Customer => match app.load(complaint).await {
            Ok(Loaded { face, .. }) => Ok(face.get("customer_email").cloned()),
            Err(Problem::NotFound) => Ok(None),
            Err(other) => Err(other),
        },
    }
}
