//! Cases (案例): stories of single complaints in a pack's own words, run as tests and by `kesu procedures check`.

mod duties;
mod expect;
mod observe;
mod print;
mod run;
mod said;
mod seen;
pub mod states;
pub mod words;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::load::Fault;
use super::strict;
use super::tree::{self, Node};
use crate::domain::names::{Desk, RuleId};
use crate::procedure::model::SlipKind;
pub use duties::{DeviceGiven, DutyCase, DutyThen, owed};
#[cfg(test)]
pub(crate) use run::left;
pub use run::{Outcome, Wrong, play, run};
pub use seen::Seen;

/// A file of cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The cases, in order.
    #[serde(default)]
    pub case: Vec<Case>,
    /// Cases of recurring duties.
    #[serde(default)]
    pub duty: Vec<DutyCase>,
}

/// One case: what is given, what happens, and what must then be true.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence that an officer can judge.
    pub name: String,
    /// What came in.
    pub given: Given,
    /// What happens, in order of time.
    #[serde(default)]
    pub when: Vec<Step>,
    /// What must be true at the end.
    #[serde(default)]
    pub then: Then,
}

/// What came in, and the house it came into.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// When, such as `2025-02-17 09:00` in the procedure's zone.
    pub received_at: String,
    /// The customer's words.
    #[serde(default = "words")]
    pub text: String,
    /// How it came.
    #[serde(default = "web")]
    pub channel: String,
    /// Structured answers and other fields.
    #[serde(default)]
    pub fields: BTreeMap<String, Json>,
    /// A person's choice of the class, where the words should not decide.
    #[serde(default)]
    pub class: Option<String>,
    /// Who holds which desk; the administrator everything else.
    #[serde(default)]
    pub desks: BTreeMap<Desk, Vec<String>>,
    /// Who is away for good, and who stands in for him.
    #[serde(default)]
    pub absent: BTreeMap<String, Option<String>>,
    /// Whether the customer can be written to.
    #[serde(default = "yes")]
    pub reachable: bool,
    /// The serial offered for the number.
    #[serde(default = "one")]
    pub serial: u64,
    /// By counter: how many other complaints share its values in the window already.
    #[serde(default)]
    pub counts: BTreeMap<RuleId, u64>,
}

fn words() -> String {
    "投诉内容见附件".to_owned()
}

fn web() -> String {
    "web".to_owned()
}

fn yes() -> bool {
    true
}

fn one() -> u64 {
    1
}

/// One thing that happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When; the moment before where absent.
    #[serde(default)]
    pub at: Option<String>,
    /// Who: a role, `customer` or `system`; the administrator where absent.
    #[serde(default)]
    pub by: Option<String>,
    /// From which desk.
    #[serde(default)]
    pub desk: Option<Desk>,
    /// The command, as on the wire. In `request` a rule's id stands for its open request; passwords are left out.
    #[serde(default, rename = "do")]
    pub command: Option<Json>,
    /// The reason given.
    #[serde(default)]
    pub reason: Option<String>,
    /// Time passes up to this moment, and everything due on the way is done when it is due.
    #[serde(default)]
    pub pass: bool,
    /// The system looks only now, however much was due since it last looked.
    #[serde(default)]
    pub tick: bool,
    /// The code of the refusal that must follow.
    #[serde(default)]
    pub refused: Option<String>,
    /// What must be true after this step.
    #[serde(default)]
    pub then: Option<Then>,
}

/// What must be true. Only what is named is looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Then {
    /// The class.
    pub class: Option<String>,
    /// Values on axes.
    pub axes: BTreeMap<String, String>,
    /// The department.
    pub department: Option<String>,
    /// The stage.
    pub stage: Option<String>,
    /// The closing reason.
    pub closed: Option<String>,
    /// The number.
    pub number: Option<String>,
    /// The round.
    pub round: Option<u32>,
    /// Which limit is named first.
    pub first: Option<String>,
    /// Due moments (`2025-05-06 24:00`), or `none` for a rule that must not be there.
    pub deadlines: BTreeMap<String, String>,
    /// Rules that must have been met.
    pub done: Vec<String>,
    /// Rules that must be running.
    pub running: Vec<String>,
    /// Rules that must be late.
    pub late: Vec<String>,
    /// Rules whose requests for approval are open; exactly these.
    pub approvals: Option<Vec<String>>,
    /// Letters that must have been owed since the beginning.
    pub letters: Vec<Post>,
    /// Letters that must not.
    pub no_letters: Vec<Post>,
    /// How many letters of a template.
    pub letter_count: BTreeMap<String, usize>,
    /// Milestones reached.
    pub milestones: Vec<String>,
    /// Milestones not reached.
    pub not_milestones: Vec<String>,
    /// Commands that the administrator may give now.
    pub allowed: Vec<String>,
    /// Commands that he may not.
    pub not_allowed: Vec<String>,
    /// Reasons with which it could be closed now; exactly these.
    pub closable: Option<Vec<String>>,
    /// Fields, as plain text.
    pub fields: BTreeMap<String, String>,
    /// Stage of the last corrective action.
    pub capa: Option<String>,
    /// Forms that can be printed for the complaint now.
    pub forms: Vec<RuleId>,
    /// The slips, in the order in which they were opened; exactly these.
    pub slips: Option<Vec<SlipSeen>>,
    /// What the customer answered when he was asked whether he is satisfied: `yes`, `partly` or `no` of the handling,
    /// `asked` while his answer is awaited, `none` where nobody asked.
    pub survey: Option<String>,
    /// Whether a successor is owed.
    pub successor: Option<bool>,
}

/// A slip as a case describes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipSeen {
    /// Its kind.
    pub kind: SlipKind,
    /// Its stage: `open`, `approved`, `refused`, `done` or `cancelled`.
    pub stage: String,
    /// Fields of it, as plain text.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// A letter as a case describes it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Post {
    /// Template.
    pub template: Option<String>,
    /// A desk, a person's address, or `customer`.
    pub to: Option<String>,
    /// The rule it speaks of, or lists among others.
    pub rule: Option<String>,
    /// The rung it tells of that rule.
    pub rung: Option<String>,
    /// When it was owed.
    pub at: Option<String>,
    /// What it speaks of.
    pub code: Option<String>,
    /// The desk nobody holds, for which somebody else got it.
    pub no_holder: Option<String>,
}

/// Reads a file of cases.
///
/// # Errors
/// What is wrong with its form, with the line.
pub fn parse(text: &str) -> Result<CaseFile, String> {
    let faults = match tree::file("cases", text) {
        Ok(tree) => match read(&tree) {
            Ok(file) => return Ok(file),
            Err(faults) => faults,
        },
        Err(faults) => faults,
    };
    let wrong: Vec<String> = faults
        .iter()
        .map(|fault| format!("line {}: {}", fault.line, fault.message))
        .collect();
    Err(wrong.join("; "))
}

/// Reads the cases of a file whose form is right.
///
/// # Errors
/// The entries that are no cases, each at its line.
pub fn read(tree: &Node) -> Result<CaseFile, Vec<Fault>> {
    strict::read(tree)
}
