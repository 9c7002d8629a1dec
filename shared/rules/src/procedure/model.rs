//! A procedure as data: what the files of a pack may say, each value with the clause it comes from.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::classify::{Classes, Routing};
use crate::clock::{Amount, Hours, Roll};
use crate::domain::command::CommandKind;
use crate::domain::names::{Desk, FieldKey, Milestone, ProcedureId, RuleId};
use crate::language::Language;

/// A written procedure (程序) in force from a date: the whole configuration of how a complaint is dealt with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Whose procedure this is, when it applies, and on which clock it runs.
    pub procedure: Header,
    /// Rewordings of departments: alias → the name used in this pack.
    #[serde(default)]
    pub aliases: BTreeMap<String, Desk>,
    /// Milestones that this procedure adds to the contract's vocabulary.
    #[serde(default)]
    pub milestones: Vec<AddedMilestone>,
    /// Milestones that are reached along with another (registering is accepting).
    #[serde(default)]
    pub implied: Vec<Implied>,
    /// Axes, classes and cues (the file `classes.toml`).
    pub classes: Classes,
    /// Who handles what (the file `routing.toml`).
    pub routing: Routing,
    /// Fields asked at intake, with those that are obligatory.
    #[serde(default)]
    pub intake: Vec<IntakeField>,
    /// What must hold before a command is accepted.
    #[serde(default)]
    pub guard: Vec<Guard>,
    /// Limits and waits.
    #[serde(default)]
    pub deadline: Vec<DeadlineRule>,
    /// Ladders of warnings and escalations.
    #[serde(default)]
    pub ladder: Vec<Ladder>,
    /// Who must be told when something is reached (通报).
    #[serde(default)]
    pub notice: Vec<Notice>,
    /// Who approves what.
    #[serde(default)]
    pub approval: Vec<ApprovalRule>,
    /// Corrective and preventive action.
    #[serde(default)]
    pub capa: CapaRules,
    /// Answers to the customer.
    pub reply: ReplyRules,
    /// Where each outcome of the responsibility judgement leads.
    #[serde(default)]
    pub outcome: Vec<Outcome>,
    /// How a complaint may end.
    pub closing: Vec<ClosingRule>,
    /// Exemptions (免除): when a person settles something on the spot.
    #[serde(default)]
    pub exemption: Vec<Exemption>,
    /// How complaints are numbered.
    pub numbering: Numbering,
    /// Recurring duties.
    #[serde(default)]
    pub duty: Vec<Duty>,
    /// How long records are kept.
    #[serde(default)]
    pub retention: Option<Retention>,
    /// Indicators (指标); computed by the rollup.
    #[serde(default)]
    pub kpi: Vec<Kpi>,
    /// Paper forms (表单) of which the record is the content.
    #[serde(default)]
    pub form: Vec<Form>,
    /// Rows of the catalogue that hold no rule but a scope, role or conduct, kept as data.
    #[serde(default)]
    pub statement: Vec<Statement>,
}

/// Text in the languages a pack offers; Simplified Chinese is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    pub zh_hans: String,
    /// Traditional Chinese, where it differs.
    #[serde(rename = "zh-Hant", default, skip_serializing_if = "Option::is_none")]
    pub zh_hant: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Wording {
    /// The text in a language, or in the nearest one that the pack has.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::ZhHans => &self.zh_hans,
            Language::ZhHant => self.zh_hant.as_deref().unwrap_or(&self.zh_hans),
            Language::En => self.en.as_deref().unwrap_or(&self.zh_hans),
        }
    }
}

/// Head of a pack.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Identifier, such as the catalogue's.
    pub id: ProcedureId,
    /// Title of the written procedure.
    pub title: Wording,
    /// The trade it was written for.
    pub sector: Wording,
    /// Which document this is taken from.
    pub source: String,
    /// This version's name.
    pub version: String,
    /// First day on which this version governs newly received complaints.
    pub from: NaiveDate,
    /// The zone of its civil dates, such as `Asia/Shanghai`.
    pub zone: chrono_tz::Tz,
    /// Which calendar of working days.
    pub calendar: String,
    /// Working time of a working day.
    pub hours: Hours,
    /// Said where the source does not state hours.
    #[serde(default)]
    pub assumed: Option<String>,
    /// The language staff and letters use by default.
    pub language: Language,
    /// Who registers complaints (`registrar_department`).
    pub registrar: Desk,
    /// Who registers complaints of a particular kind; the first that fits goes before `registrar`.
    #[serde(default)]
    pub registrar_for: Vec<RegistrarFor>,
    /// Who leads and judges responsibility (`responsibility_judge`).
    #[serde(default)]
    pub judge: Option<Desk>,
    /// What "at once" (立即) tolerates before it counts as late.
    pub at_once: Tolerance,
    /// The procedure this one states its differences from.
    #[serde(default)]
    pub extends: Option<ProcedureId>,
}

/// Who registers complaints of a particular kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrarFor {
    /// Who.
    pub desk: Desk,
    /// Which complaints.
    pub when: Condition,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// How much "at once" is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerance {
    /// The time after which it counts as late.
    pub within: Amount,
    /// Its clause, or nothing where assumed.
    #[serde(default)]
    pub source: Option<String>,
    /// Why this was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A milestone of the procedure's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedMilestone {
    /// Its name.
    pub name: Milestone,
    /// Its title.
    pub title: Wording,
    /// The clause that speaks of it.
    pub source: String,
}

/// A milestone that is reached along with another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implied {
    /// When this is reached,
    pub by: Milestone,
    /// this is reached too, if it was not yet.
    pub reaches: Milestone,
    /// For which complaints.
    #[serde(default)]
    pub when: Condition,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A field asked when a complaint comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeField {
    /// Which field.
    pub field: FieldKey,
    /// Whether staff must fill it before they register the complaint.
    #[serde(default)]
    pub required: bool,
    /// Whether the public form asks it (as a structured answer).
    #[serde(default)]
    pub public: bool,
    /// The clause.
    pub source: String,
    /// Why it was assumed, where the source is silent.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// What must hold before a command is accepted: obligatory fields, milestones, who may do it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// The guarded command.
    pub command: CommandKind,
    /// For a `milestone` command: which.
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// When the guard stands; always where empty.
    #[serde(default)]
    pub when: Condition,
    /// Fields that must be filled, now or by the command itself.
    #[serde(default)]
    pub fields: Vec<FieldKey>,
    /// Flags that must be set to yes (read back, restated).
    #[serde(default)]
    pub confirmed: Vec<FieldKey>,
    /// Milestones that must have been reached in this round.
    #[serde(default)]
    pub reached: Vec<Milestone>,
    /// Which desks may do it; anybody with the right role where empty.
    #[serde(default)]
    pub by: Vec<Desk>,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A limit, or a wait after which something happens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    /// Catalogue id.
    pub rule: RuleId,
    /// What must be done.
    pub title: Wording,
    /// The milestone from which it runs.
    #[serde(default)]
    pub from: Option<Milestone>,
    /// The milestone it runs from as long as `from` has not been reached.
    #[serde(default)]
    pub from_else: Option<Milestone>,
    /// Or the field whose date it runs from (expiry date).
    #[serde(default)]
    pub from_field: Option<FieldKey>,
    /// The milestones that end it, whichever comes first.
    pub until: Vec<Milestone>,
    /// How long, with the clock in the unit. Absent for "at once" rules and for dates that somebody sets.
    #[serde(default)]
    pub within: Option<Amount>,
    /// The target inside the limit (a range such as 24–48 h).
    #[serde(default)]
    pub target: Option<Amount>,
    /// "At once": late after the procedure's tolerance, or after this rule's `within`.
    #[serde(default)]
    pub at_once: bool,
    /// Due when work resumes, if it began outside working time.
    #[serde(default)]
    pub when_work_resumes: bool,
    /// The field that holds the date somebody set (the customer's own limit).
    #[serde(default)]
    pub date_field: Option<FieldKey>,
    /// Whether it may be moved, and whether the customer must consent.
    #[serde(default)]
    pub extension: Extension,
    /// Which complaints it concerns.
    #[serde(default)]
    pub when: Condition,
    /// Who must do it; `department` is whoever the complaint was routed to.
    pub responsible: Desk,
    /// Whom lateness goes to.
    #[serde(default)]
    pub escalate_to: Vec<Desk>,
    /// Which ladder of warnings; the pack's first where absent. `none` tells nobody.
    #[serde(default)]
    pub ladder: Option<String>,
    /// The total this is a share of.
    #[serde(default)]
    pub share_of: Option<RuleId>,
    /// What happens to a last day that is off.
    #[serde(default)]
    pub roll: Roll,
    /// Whether the day it starts on is the first day.
    #[serde(default)]
    pub count_start_day: bool,
    /// Whether it stands still while the customer is asked for information.
    #[serde(default)]
    pub pausable: bool,
    /// A clock of law: it can be neither paused nor moved.
    #[serde(default)]
    pub statutory: bool,
    /// What the end of it brings about, where it is a wait rather than a limit.
    #[serde(default)]
    pub then: Option<Then>,
    /// Whether it goes on after the complaint was closed (corrective action, retention).
    #[serde(default)]
    pub survives_closing: bool,
    /// Named at intake as the first limit, although it starts with a later milestone.
    #[serde(default)]
    pub announced: bool,
    /// The clause.
    pub source: String,
    /// Why parts of it (clock, start, roll, who is told) were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// Whether a date may be moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// By a manager, with a reason.
    #[default]
    WithReason,
    /// Only with the customer's consent on record.
    WithConsent,
    /// Not at all.
    Never,
}

/// What a wait brings about when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// The customer is reminded (and `reminded` is reached), if he can be written to; else the responsible desk is asked to.
    Remind,
    /// The responsible desk is asked to confirm before anything is closed.
    AskConfirmation,
    /// The record is archived.
    Archive,
    /// The record may be destroyed; somebody is told.
    EndRetention,
}

/// Steps of telling people, before and after a limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Its name.
    pub name: String,
    /// The steps, in order of time.
    pub rung: Vec<Rung>,
    /// The clause, where the source has one.
    #[serde(default)]
    pub source: Option<String>,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// One step of a ladder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Its name, shown in letters and lists (`warning`, `late`, `later`).
    pub name: String,
    /// How long before the limit.
    #[serde(default)]
    pub before: Option<Amount>,
    /// How long after the limit.
    #[serde(default)]
    pub after: Option<Amount>,
    /// `responsible`, `escalation`, or the name of a desk.
    pub tell: Vec<Desk>,
}

/// Somebody who must be told when a milestone is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Catalogue id.
    pub rule: RuleId,
    /// The milestone.
    pub at: Milestone,
    /// For which complaints.
    #[serde(default)]
    pub when: Condition,
    /// Who.
    pub tell: Vec<Desk>,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

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
    /// Who approves that nothing is done; nobody where absent.
    #[serde(default)]
    pub waiver_approver: Option<Desk>,
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
    /// The clause.
    pub source: String,
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

/// A recurring duty (定期工作).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Catalogue id of the duty.
    pub rule: RuleId,
    /// The limit's own id, where the catalogue has one.
    #[serde(default)]
    pub limit: Option<RuleId>,
    /// What is to be done.
    pub title: Wording,
    /// How often.
    pub every: Every,
    /// Day of the month after the period on which it is due; the period's last day where absent.
    #[serde(default)]
    pub due_day: Option<u32>,
    /// What happens to a due day that is off.
    #[serde(default)]
    pub roll: Roll,
    /// Who does it.
    pub owner: Desk,
    /// Who receives it.
    #[serde(default)]
    pub receivers: Vec<Desk>,
    /// How long before the due day the owner is reminded.
    pub remind: Amount,
    /// The clause.
    pub source: String,
    /// Why it was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// How often a duty recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// In the fourth quarter.
    FourthQuarter,
    /// Each year.
    Year,
}

/// How long records are kept (保存期限).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Catalogue id.
    pub rule: RuleId,
    /// The date field it is counted from.
    #[serde(default)]
    pub from_field: Option<FieldKey>,
    /// How long after that date.
    pub keep: Amount,
    /// How long after closing where that date is unknown.
    #[serde(default)]
    pub otherwise: Option<Amount>,
    /// The clause.
    pub source: String,
    /// Why parts were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// An indicator; its formula is the rollup's business.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kpi {
    /// Catalogue id.
    pub rule: RuleId,
    /// What it says.
    pub title: Wording,
    /// The target, if the source has one.
    #[serde(default)]
    pub target: Option<Decimal>,
    /// The clause.
    pub source: String,
    /// Why the formula was assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

/// A paper form of which the record is the content.
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
    /// Whether it may be shown to the customer.
    #[serde(default)]
    pub internal: bool,
    /// The clause.
    pub source: String,
}

/// A row of the catalogue kept as data.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Catalogue id.
    pub rule: RuleId,
    /// In short.
    pub says: String,
    /// The clause.
    pub source: String,
    /// Why it was read so.
    #[serde(default)]
    pub assumed: Option<String>,
}
