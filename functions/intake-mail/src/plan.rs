//! What is to be done with a message: decided once, from what was verified and never from what is only claimed.

use chrono::{DateTime, Utc};
use kesu_app::quarantine::{self, HeldKind};
use kesu_app::{App, Problem};
use kesu_rules::domain::message::{Claim, Matched, Sender};
use serde::{Deserialize, Serialize};

use crate::arrival::{Arrival, Check};
use crate::feedback;
use crate::read::{Auto, Mail};
use crate::thread::{self, Thread};

/// What is to be done with a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Plan {
    /// It begins a complaint.
    Create {
        /// Complaints that it claims to belong to without proof.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        claims: Vec<Claim>,
    },
    /// It is put to a complaint.
    Add {
        /// The complaint.
        complaint: String,
        /// How it was found to belong there.
        by: Matched,
        /// Who wrote it.
        sender: Sender,
    },
    /// It says that a letter came back.
    Returned {
        /// The letter.
        letter: feedback::Returned,
    },
    /// It waits for a person.
    Hold {
        /// Whether it is kept back or left alone.
        kind: HeldKind,
        /// Why.
        reason: String,
        /// Under which id.
        id: String,
    },
}

impl Plan {
    /// It waits for a person.
    pub fn hold(kind: HeldKind, reason: &str, now: DateTime<Utc>, key: &str) -> Self {
        Self::Hold {
            kind,
            reason: reason.to_owned(),
            id: quarantine::id(now, key),
        }
    }
}

/// Decides what is to be done with a message that was read; `key` is what makes it the same message.
pub async fn make(app: &App, key: &str, mail: &Mail, arrival: &Arrival) -> Result<Plan, Problem> {
    let hold = |kind, reason: &str| Plan::hold(kind, reason, app.now(), key);
    if arrival.verdicts.spam == Check::Fail {
        return Ok(hold(HeldKind::Quarantined, "spam"));
    }
    if let Some(bounce) = &mail.bounce
        && let Some(letter) = feedback::returned(app, bounce).await?
    {
        return Ok(Plan::Returned { letter });
    }
    let Thread { found, claims } = thread::resolve(app, mail, arrival).await?;
    if let Some((complaint, by, sender)) = found {
        return Ok(Plan::Add { complaint, by, sender });
    }
    if let Some(auto) = automatic(mail, arrival) {
        return Ok(hold(HeldKind::Ignored, auto));
    }
    if mail.from.as_ref().is_none_or(|from| from.address.trim().is_empty()) {
        return Ok(hold(HeldKind::Quarantined, "no_sender"));
    }
    if mail.subject.trim().is_empty() && mail.text.trim().is_empty() && mail.files.is_empty() {
        return Ok(hold(HeldKind::Quarantined, "empty"));
    }
    Ok(Plan::Create { claims })
}

/// Why a message counts as a machine's, if it does: by itself, or because its envelope has no sender.
pub fn automatic(mail: &Mail, arrival: &Arrival) -> Option<&'static str> {
    if let Some(auto) = mail.auto {
        return Some(match auto {
            Auto::AutoSubmitted => "auto_submitted",
            Auto::Precedence => "precedence",
            Auto::AutoResponder => "auto_responder",
            Auto::List => "list",
            Auto::NullReturnPath => "null_return_path",
            Auto::Daemon => "daemon",
            Auto::Own => "own",
            Auto::Subject => "subject",
        });
    }
    let null = arrival
        .from
        .as_deref()
        .is_some_and(|from| matches!(from.trim(), "" | "<>"));
    null.then_some("null_return_path")
}
