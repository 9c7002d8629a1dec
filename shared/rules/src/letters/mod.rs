//! Which letter to whom: derived from what happened, never from how letters are sent.

mod desks;
mod owed;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::domain::names::{Desk, RequestId, RuleId, UserId};
use crate::domain::value::TextRef;
pub(crate) use desks::reaches;
pub use owed::owed;

/// A letter that is owed: its template and what it refers to. It is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// The template's folder name.
    pub template: String,
    /// Who gets it.
    pub to: To,
    /// For which desk the recipient gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<Desk>,
    /// The desk that nobody holds, where the letter was passed on because of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_holder: Option<Desk>,
    /// The rule behind it: for several, the one longest due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// The rung, for warnings and escalations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<String>,
    /// The deadlines it lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// The text it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextRef>,
    /// The request for approval it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// A code it speaks of: a closing reason, a milestone, a decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Numbers it speaks of, such as which answer this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// Fields it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// What the template is told, in letters that belong to no complaint (duties, digests, accounts).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<serde_json::Value>,
}

/// A recipient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The customer, at the address on the record's face.
    Customer,
    /// A member of staff.
    Staff(UserId),
}

/// One deadline in a letter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The rule.
    pub rule: RuleId,
    /// When it is or was due.
    pub due_at: Moment,
    /// The rung that is told.
    pub rung: String,
    /// Who is responsible.
    pub responsible: Desk,
    /// The date before it moved, in letters about a new calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Moment>,
}

impl Letter {
    /// A letter without particulars.
    pub fn of(template: &str, to: To) -> Self {
        Self {
            template: template.to_owned(),
            to,
            desk: None,
            no_holder: None,
            rule: None,
            rung: None,
            items: Vec::new(),
            text: None,
            request: None,
            code: None,
            nth: None,
            fields: Vec::new(),
            facts: None,
        }
    }
}
