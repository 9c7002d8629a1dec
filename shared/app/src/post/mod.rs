//! Writing and sending letters: templates, composing, and the ways out (folder, SMTP, SES).
//!
//! Which letter goes to whom is decided in `kesu-rules`; this module writes it in the reader's language and hands it
//! over. A letter that is sent twice because of a crash has the same `Message-ID` and the same escalation id both times.

pub mod address;
pub mod compose;
pub mod filters;
mod folder;
pub mod render;
pub mod robots;
#[cfg(feature = "aws")]
mod ses;
#[cfg(feature = "smtp")]
mod smtp;
pub mod subscription;
pub mod templates;
pub mod thread;

pub use address::{EmailAddress, reply_address, reply_complaint};
pub use compose::{compose, message_id};
pub use folder::Folder;
pub use render::{RenderError, Rendered, Renderer};
pub use robots::{Robot, RobotKind, RobotSettings};
#[cfg(feature = "aws")]
pub use ses::Ses;
#[cfg(feature = "smtp")]
pub use smtp::{Smtp, SmtpSettings};
pub use thread::{Thread, body_mark, marked_complaint, tagged};

use crate::texts::Language;
use chrono::{DateTime, FixedOffset};

/// A letter as it goes out.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The letter's id in the store; it names the file of a folder and the header `X-Kesu-Letter`.
    pub id: String,
    /// The escalation that made it, for the header `X-Kesu-Escalation`.
    pub escalation_id: Option<String>,
    /// `<…@…>`, always the same for the same letter; see [`message_id`].
    pub message_id: String,
    /// When the letter was made; it becomes the header `Date`, so that a repeat carries the same.
    pub date: DateTime<FixedOffset>,
    /// The sender's address.
    pub from: EmailAddress,
    /// The sender's name, usually the company's.
    pub from_name: Option<String>,
    /// Where an answer goes; see [`reply_address`].
    pub reply_to: Option<EmailAddress>,
    /// The recipient's address.
    pub to: EmailAddress,
    /// The recipient's name.
    pub to_name: Option<String>,
    /// The subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The language of the letter.
    pub language: Language,
    /// Whether no person wrote it; other machines are then asked not to answer it.
    pub auto: bool,
    /// The conversation it belongs to, for letters about a complaint.
    pub thread: Option<Thread>,
    /// The `Message-ID`s of the mails that it answers, the oldest first; what is none is left out.
    pub answers: Vec<String>,
    /// Where a mail program takes the reader off the list at one click (`https://…`), in letters that come by a list.
    pub unsubscribe: Option<String>,
    /// A file that goes with it: our own, never one of a customer's.
    pub attached: Option<Attached>,
}

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its name: letters, digits, `-` and `.`.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What the way out says of a letter that it has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The id under which answers will refer to the letter: its own, or the one that SES gave it.
    pub message_id: String,
}

/// Why a letter did not go out. The reasons hold no address and no text of the letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It may go out later: no connection, a busy server, a quota.
    #[error("letter not sent, to be tried again: {0}")]
    Transient(String),
    /// The letter was handed over, but the server did not say whether it has taken it. It is tried again, after a longer
    /// wait and under the same `Message-ID`: a letter that comes twice is better than one that never comes.
    #[error("letter handed over without an answer, it may arrive twice: {0}")]
    Unknown(String),
    /// It will never go out as it is: a refused address, a letter that cannot be composed.
    #[error("letter cannot be sent: {0}")]
    Permanent(String),
}

impl PostError {
    /// Whether trying again later makes sense.
    pub fn is_transient(&self) -> bool {
        matches!(self, PostError::Transient(_) | PostError::Unknown(_))
    }
}

/// The ways out. Only the function `notify` calls [`Post::send`].
pub enum Post {
    /// Files in a folder.
    Folder(Folder),
    /// An SMTP server.
    #[cfg(feature = "smtp")]
    Smtp(Box<Smtp>),
    /// Amazon SES.
    #[cfg(feature = "aws")]
    Ses(Ses),
}

impl Post {
    /// Sends a letter once; the caller has claimed it and marks it afterwards.
    ///
    /// # Errors
    /// [`PostError::Transient`] when it may be tried again, [`PostError::Permanent`] when it must not.
    pub async fn send(&self, letter: &Outgoing) -> Result<Receipt, PostError> {
        let message = compose::message(letter)?;
        match self {
            Post::Folder(folder) => folder.send(letter, &message).await,
            #[cfg(feature = "smtp")]
            Post::Smtp(smtp) => smtp.send(letter, &message).await,
            #[cfg(feature = "aws")]
            Post::Ses(ses) => ses.send(letter, &message).await,
        }
    }
}

impl Post {
    /// The `Message-ID` under which recipients know a letter, of the id that its [`Receipt`] gave.
    pub fn header_of(&self, id: &str) -> String {
        if thread::is_message_id(id) {
            return id.to_owned();
        }
        match self {
            #[cfg(feature = "aws")]
            Post::Ses(ses) => ses.header_of(id),
            _ => format!("<{id}>"),
        }
    }
}

/// Takes addresses out of what a server said, since its words go to logs and to the letter's record.
#[cfg_attr(
    not(any(feature = "smtp", feature = "aws", feature = "robots")),
    expect(dead_code, reason = "only servers answer in words")
)]
fn without_addresses(said: &str) -> String {
    let masked = |word: &str| {
        if word.contains('@') {
            "***".to_owned()
        } else {
            word.to_owned()
        }
    };
    let words: Vec<String> = said.split_whitespace().map(masked).collect();
    words.join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod header_tests;
#[cfg(test)]
mod tests;
