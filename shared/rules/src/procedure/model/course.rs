//! What a pack says of a complaint's course: approvals, corrective action, answers, endings, numbers, forms.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Condition, SlipKind, Wording};
use crate::domain::command::CommandKind;
use crate::domain::names::{Desk, FieldKey, Milestone, RuleId};

/// Who approves what (审批).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// Catalogue id.
    pub rule: RuleId,
    /// What is approved.
    pub title: Wording,
    /// At which command the approval is asked for. At `submit` and `capa_waive` the matter waits for it; elsewhere what was
    /// done stands, and the case cannot be closed (or, after closing, filed) before the decision.
    pub at: CommandKind,
    /// For a `milestone` command: which.
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// For which complaints.
    #[serde(default)]
    pub when: Condition,
    /// A band of the field `amount`.
    #[serde(default)]
    pub amount: Option<Band>,
    /// Who approves.
    pub approver: Desk,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A band of amounts; the upper end belongs to it unless `upto_included` says otherwise.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Lower end.
    #[serde(default)]
    pub over: Option<Decimal>,
    /// Whether the lower end itself belongs to the band.
    #[serde(default)]
    pub over_included: bool,
    /// Upper end.
    #[serde(default)]
    pub upto: Option<Decimal>,
    /// Whether the upper end itself belongs to the band.
    #[serde(default = "yes")]
    pub upto_included: bool,
}

fn yes() -> bool {
    true
}

impl Band {
    /// Whether an amount falls into the band.
    pub fn holds(&self, amount: Decimal) -> bool {
        let above = self
            .over
            .is_none_or(|end| amount > end || (self.over_included && amount == end));
        let below = self
            .upto
            .is_none_or(|end| amount < end || (self.upto_included && amount == end));
        above && below
    }
}

/// Corrective and preventive action (纠正和预防措施).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapaRules {
    /// Whether a complaint may close while its corrective action runs.
    #[serde(default)]
    pub close_before_capa: bool,
    /// When corrective action is obligatory.
    #[serde(default)]
    pub required: Vec<CapaRequirement>,
    /// When it is not followed up (免列案).
    #[serde(default)]
    pub exempt: Vec<CapaRequirement>,
    /// Who checks the effect.
    #[serde(default)]
    pub checked_by: Vec<Desk>,
    /// The clause.
    #[serde(default)]
    pub source: Option<String>,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A condition about corrective action.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapaRequirement {
    /// Catalogue id.
    pub rule: RuleId,
    /// When.
    pub when: Condition,
    /// The clause.
    pub source: String,
}

/// Answers to the customer (答复).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyRules {
    /// Whether a formal answer must be in writing.
    pub written: bool,
    /// Who answers.
    pub by: Vec<Desk>,
    /// What a rejection by the customer leads to.
    pub on_rejection: OnRejection,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// What a rejection by the customer leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRejection {
    /// A further round of investigation and answer in the same complaint.
    NextRound,
    /// A new complaint form, linked to the old one, which is closed.
    NewCaseLinked,
}

/// Where a responsibility judgement leads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The party (`customer`, `supplier`, …).
    pub party: String,
    /// Who takes over, if anybody.
    #[serde(default)]
    pub pass_to: Option<Desk>,
    /// The milestone that the judgement reaches besides.
    #[serde(default)]
    pub reaches: Option<Milestone>,
    /// The form used from here on.
    #[serde(default)]
    pub form: Option<RuleId>,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A way a complaint may end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingRule {
    /// The closing reason's code, table 3(a).
    pub reason: String,
    /// What must hold.
    #[serde(default)]
    pub when: Condition,
    /// Milestones that must have been reached.
    #[serde(default)]
    pub reached: Vec<Milestone>,
    /// Who may close with it.
    #[serde(default)]
    pub by: Vec<Desk>,
    /// Who gets a copy of the file (分发).
    #[serde(default)]
    pub copies: Vec<Desk>,
    /// Whether the customer gets a closing letter.
    #[serde(default)]
    pub letter: bool,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// An exemption from hand-overs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Catalogue id.
    pub rule: RuleId,
    /// The flag that claims it.
    pub field: FieldKey,
    /// Who may claim it.
    pub by: Vec<Desk>,
    /// For which complaints.
    #[serde(default)]
    pub when: Condition,
    /// Deadlines that do not run then.
    pub skips: Vec<RuleId>,
    /// The clause.
    pub source: String,
    /// Why parts were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// How complaints are numbered (编号).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbering {
    /// Catalogue id.
    pub rule: RuleId,
    /// Literal text and `{year}`, `{month}`, `{day}`, `{serial}`; ends in the serial.
    pub pattern: String,
    /// Digits of the serial; it grows beyond them rather than start again.
    pub width: usize,
    /// When the serial starts again.
    pub period: NumberPeriod,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// When a serial starts again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberPeriod {
    /// Each civil month.
    Month,
    /// Each civil year.
    Year,
    /// Never.
    Ever,
}

/// A paper form (表单) of which a record is the content.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Catalogue id.
    pub rule: RuleId,
    /// Its title.
    pub title: String,
    /// Other names of the same form in the source.
    #[serde(default)]
    pub also: Vec<String>,
    /// The company's own number of the form, printed in its head.
    #[serde(default)]
    pub number: Option<String>,
    /// Which record it shows.
    #[serde(default)]
    pub record: FormRecord,
    /// The fields it shows, in order.
    #[serde(default)]
    pub fields: Vec<FieldKey>,
    /// Who signs it, in order (编制、审核、批准).
    #[serde(default)]
    pub sign: Vec<String>,
    /// How many copies are made; one where absent.
    #[serde(default)]
    pub copies: Option<u32>,
    /// It stays in the house and may not be handed to the customer.
    #[serde(default)]
    pub internal: bool,
    /// The clause.
    pub source: String,
    /// Why parts were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// The record that a form shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormRecord {
    /// The complaint itself.
    #[default]
    Complaint,
    /// Its corrective action.
    Capa,
    /// Its 8D report.
    EightD,
    /// A slip of that kind.
    Slip(SlipKind),
    /// The list of complaints (台账).
    Register,
    /// The record that a recurring duty was done.
    Duty,
    /// A device of the register (设备档案).
    Device,
    /// A document kept elsewhere; the record only names it.
    Document,
}

/// A count in a window (窗口计数): too many of the same kind make themselves known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// Catalogue id.
    pub rule: RuleId,
    /// What is counted.
    pub title: Wording,
    /// Complaints with the same values of these fields (or axes) count together; all must be filled.
    pub same: Vec<FieldKey>,
    /// Which complaints count.
    #[serde(default)]
    pub when: Condition,
    /// In which window.
    pub window: Window,
    /// More than so many are too many.
    pub more_than: u64,
    /// Who is told, once for each excess.
    pub tell: Vec<Desk>,
    /// The clause.
    pub source: String,
    /// Why parts were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// The window of a counter, by the day of receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The calendar month.
    Month,
    /// The calendar quarter.
    Quarter,
    /// The calendar year.
    Year,
}

/// A row of the catalogue kept as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Catalogue id.
    pub rule: RuleId,
    /// In short.
    pub says: String,
    /// Why it lies outside the product, where it does.
    #[serde(default)]
    pub out: Option<String>,
    /// The clause.
    pub source: String,
    /// Why it was read so.
    #[serde(default)]
    pub assumed: Option<String>,
}
