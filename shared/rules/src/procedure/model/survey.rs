//! What a pack says of satisfaction surveys (满意度调查): whom they ask, when, and the few fixed questions.

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::clock::Amount;
use crate::domain::names::{Desk, RuleId};

/// How customers are asked whether they are satisfied with what became of their complaints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurveyRules {
    /// Catalogue id of the row that wants the survey.
    pub rule: RuleId,
    /// How they are asked.
    pub by: Asking,
    /// Which questions, in this order; with the handling among them.
    pub ask: Vec<Question>,
    /// How long after closing the letter goes out; only for letters.
    #[serde(default)]
    pub after: Option<Amount>,
    /// The part of the year in which letters go out; what is closed before waits for it.
    #[serde(default)]
    pub season: Option<Season>,
    /// How long the letter's link can be answered by; only for letters.
    #[serde(default)]
    pub lives: Option<Amount>,
    /// Which complaints it is about.
    #[serde(default)]
    pub when: Condition,
    /// The recurring duty that reports the answers.
    #[serde(default)]
    pub duty: Option<RuleId>,
    /// Desks that take down what a customer says on the telephone or on paper, besides those who deal with complaints.
    #[serde(default)]
    pub taken_by: Vec<Desk>,
    /// The clause.
    pub source: String,
    /// Why parts of it were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// How customers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// By a letter with a signed link.
    Letter,
    /// By a person who calls, visits or hands a form out; the system writes to nobody.
    Person,
}

/// A part of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// October to December.
    FourthQuarter,
}

/// A question. The first two are answered yes, partly or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Whether the customer is satisfied with how the complaint was dealt with; what is counted.
    Handling,
    /// Whether he is satisfied with how fast.
    Speed,
    /// What else he wants to say.
    Remark,
}

impl Question {
    /// The question's name, as fields of forms and texts know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handling => "handling",
            Self::Speed => "speed",
            Self::Remark => "remark",
        }
    }
}
