//! What reading a message gives: the message as far as Kesu looks into it, or why it cannot be read.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

/// A message as far as Kesu looks into it. All texts are decoded, bounded, and free of NUL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mail {
    /// Its `Message-ID`, without angle brackets.
    pub message_id: Option<String>,
    /// What it answers: `In-Reply-To` first, then `References` from the last to the first, without angle brackets.
    pub answers: Vec<String>,
    /// The address in `From`, as written (not trusted), and the name beside it.
    pub from: Option<Party>,
    /// `Reply-To`, if it is another.
    pub reply_to: Option<Party>,
    /// Every address it names as a recipient: `To`, `Cc`, `Delivered-To`, `X-Original-To`, `Envelope-To`.
    pub to: Vec<String>,
    /// `Date`.
    pub date: Option<DateTime<FixedOffset>>,
    /// `Subject`, in one line.
    pub subject: String,
    /// The whole body as plain text; HTML becomes text where there is nothing else. What is longer than a megabyte is also
    /// among the files, whole.
    pub text: String,
    /// Where in `text` (bytes) that stands which the sender wrote anew: without what he quotes and without his signature.
    /// Never empty where `text` is not: if nothing is left, all of it.
    pub fresh: std::ops::Range<usize>,
    /// The hidden mark that our letters carry in their body, if a quotation of one is in it.
    pub mark: Option<String>,
    /// What is attached, in order, inline pictures and forwarded messages included.
    pub files: Vec<File>,
    /// Why it is taken for the work of a machine, if it is.
    pub auto: Option<Auto>,
    /// What it reports, if it is a report about a letter that could not be delivered.
    pub bounce: Option<Bounce>,
}

/// An address with the name beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The address as written.
    pub address: String,
    /// The name, decoded; may be empty.
    pub name: String,
}

/// One attached part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The name it came under, decoded; only ever shown, never used as a path.
    pub name: String,
    /// The media type that the message claims.
    pub claimed: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// Why a message counts as automatic: nobody is answered who is a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// `Auto-Submitted` other than `no`.
    AutoSubmitted,
    /// `Precedence` bulk, junk, list or auto_reply.
    Precedence,
    /// `X-Autoreply`, `X-Autorespond`, `X-Autoresponder`, `X-Auto-Response-Suppress` and their like.
    AutoResponder,
    /// `List-Id`, `List-Unsubscribe` and their like.
    List,
    /// An empty return path.
    NullReturnPath,
    /// A mailer daemon or a report of delivery.
    Daemon,
    /// It carries our own mark of a letter.
    Own,
    /// Its subject says so, in one of several languages.
    Subject,
}

/// A report about a letter of ours (RFC 3464).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounce {
    /// Whose address failed.
    pub recipient: Option<String>,
    /// The status, such as `5.1.1`.
    pub status: Option<String>,
    /// Whether it will never work (status 5.x.x).
    pub permanent: bool,
    /// The `Message-ID` of the letter, without angle brackets, where the report has it.
    pub letter: Option<String>,
}

/// Why a message cannot be read: it is kept and put before a person, with this reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Nothing in it.
    #[error("the message is empty")]
    Empty,
    /// More than [`LARGEST`](super::LARGEST) bytes.
    #[error("the message is larger than 25 MB")]
    TooLarge,
    /// More parts than a person sends.
    #[error("the message has too many parts")]
    TooManyParts,
    /// Parts within parts, deeper than mail programs go.
    #[error("the parts of the message are nested too deeply")]
    TooDeep,
    /// A header, or all of them, beyond bounds.
    #[error("the headers of the message are too long")]
    HeadersTooLong,
    /// No header at all: not a message.
    #[error("this is not a mail message")]
    NotAMessage,
    /// The parser failed.
    #[error("the message is broken in a way that cannot be read")]
    Broken,
}
