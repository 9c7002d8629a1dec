//! A procedure as data: what the files of a pack may say, each value with the clause it comes from.

mod course;
mod kpi;
mod slip;
mod survey;
mod time;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::classify::{Classes, Routing};
use crate::clock::{Amount, Hours};
use crate::domain::command::CommandKind;
use crate::domain::names::{Desk, FieldKey, Milestone, ProcedureId};
use crate::language::Language;
pub use course::{
    ApprovalRule, Band, CapaRequirement, CapaRules, ClosingRule, Counter, Exemption, Form, FormRecord, NumberPeriod,
    Numbering, OnRejection, Outcome, ReplyRules, Statement, Window,
};
pub use kpi::{Kpi, Measure, SURVEYED};
pub use slip::{SlipKind, SlipRule};
pub use survey::{Asking, Question, Season, SurveyRules};
pub use time::{DeadlineRule, Duty, Every, Extension, Ladder, Notice, Per, Retention, Rung, Then};

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
    /// Fields of the procedure's own, beside those of the record.
    #[serde(default)]
    pub field: Vec<OwnField>,
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
    /// Records that hang on a complaint: returns, recalls, notices, reports, isolations, service orders.
    #[serde(default)]
    pub slip: Vec<SlipRule>,
    /// Counts in a window.
    #[serde(default)]
    pub counter: Vec<Counter>,
    /// Recurring duties.
    #[serde(default)]
    pub duty: Vec<Duty>,
    /// How customers are asked whether they are satisfied.
    #[serde(default)]
    pub survey: Option<SurveyRules>,
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
    /// In one line: what kind of company and complaint this procedure suits.
    #[serde(default)]
    pub suits: Option<Wording>,
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

/// A field of the procedure's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnField {
    /// Its key: small Latin letters, digits and underlines.
    pub key: FieldKey,
    /// Its kind, as in the record's catalogue: `text`, `words`, `face`, `date`, `moment`, `number`, `integer`, `money`,
    /// `flag`, `list`, `choice`, `choices`.
    pub kind: String,
    /// What may be chosen.
    #[serde(default)]
    pub of: Vec<String>,
    /// Its title.
    pub title: Wording,
    /// Only staff may fill it.
    #[serde(default)]
    pub internal: bool,
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
    /// For a `reply`: only formal answers (`true`) or only informal ones (`false`).
    #[serde(default)]
    pub formal: Option<bool>,
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
