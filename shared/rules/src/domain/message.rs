//! A message that somebody wrote about a complaint, as a decision sees it: what was verified of it, and its words.

use serde::{Deserialize, Serialize};

use super::names::ComplaintId;

/// A message as it comes in; the reader of raw mail and the threading are done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What makes it the same message, however often it is delivered: an opaque hash.
    pub key: String,
    /// What was written anew, without what it quotes; may be empty. For a message that begins a complaint it is empty:
    /// the words are the description then.
    pub text: String,
    /// Its `Message-ID`, so that letters can answer it; says more of its writer than a log may hold.
    pub id: Option<String>,
    /// The names under which its files are kept.
    pub files: Vec<String>,
    /// Who wrote, as far as that is known.
    pub sender: Sender,
    /// How it was found to belong to this complaint.
    pub matched: Matched,
    /// The complaint it was written to, where that has been merged into this one.
    pub through: Option<ComplaintId>,
    /// What the mail's authentication says.
    pub verdict: Verdict,
    /// Whether a machine wrote it: it is noted, and nobody is woken or answered.
    pub automatic: bool,
    /// The name under which the raw message is kept.
    pub raw: Option<String>,
}

/// Who wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sender {
    /// The complaint's customer, by the address on its face.
    Customer,
    /// A member of staff, by the address he signs in with.
    Staff,
    /// Somebody else.
    Unknown,
}

impl Sender {
    /// Whether the complaint knows him.
    pub fn known(self) -> bool {
        self != Self::Unknown
    }

    /// The word for it in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
            Self::Unknown => "unknown",
        }
    }
}

/// How a message was found to belong to a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// It began the complaint.
    Begun,
    /// It was sent to the complaint's own reply address.
    Token,
    /// It answers a message that belongs to the complaint, and its sender is known to the complaint.
    Reference,
    /// Its subject names the complaint, and its sender is known to the complaint.
    Subject,
    /// It quotes a letter with the complaint's hidden mark.
    Mark,
    /// By one of these, to a complaint that has been merged into this one.
    Merged,
    /// A person put it there.
    Person,
}

impl Matched {
    /// The word for it in records and texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Token => "token",
            Self::Reference => "reference",
            Self::Subject => "subject",
            Self::Mark => "mark",
            Self::Merged => "merged",
            Self::Person => "person",
        }
    }
}

/// What a message's authentication (DMARC, or DKIM and SPF where the domain has no policy) says of its sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The sender's domain stands behind it.
    Pass,
    /// The sender's domain disowns it.
    Fail,
    /// Nothing was found out.
    #[default]
    None,
}

impl Verdict {
    /// The word for it in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::None => "none",
        }
    }
}

/// A complaint that a new one may belong to: somebody claimed so, and it could not be verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The other complaint.
    pub to: ComplaintId,
    /// By what it was claimed.
    pub by: Matched,
}

/// An earlier complaint of the same person that says much the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The other complaint.
    pub to: ComplaintId,
    /// Whether it says the very same: a duplicate, not only a possible one.
    pub same: bool,
}
