//! What a pack says of time: limits, waits, ladders, duties, retention.

use serde::{Deserialize, Serialize};

use super::{Condition, Wording};
use crate::clock::{Amount, Roll};
use crate::domain::names::{Desk, FieldKey, Milestone, RuleId};

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
    /// The warranty is over; what follows is paid.
    EndWarranty,
}

impl Then {
    /// Whether the wait is for the customer's silence, so that it means nothing once he has written.
    pub fn awaits_silence(self) -> bool {
        matches!(self, Self::Remind | Self::AskConfirmation)
    }
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
    /// For the house, or for each device of the register.
    #[serde(default)]
    pub per: Per,
    /// For devices: the date it is counted from.
    #[serde(default)]
    pub from_field: Option<FieldKey>,
    /// For devices: only in warranty (`true`) or only after it (`false`).
    #[serde(default)]
    pub in_warranty: Option<bool>,
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
    /// Whether it is a report on the complaints of its period: then the figures of that period go to its owner and receivers.
    #[serde(default)]
    pub report: bool,
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
    /// Every so many months from a date.
    Months(u32),
    /// When the company sets it: the source says "regularly" or nothing. Nothing is due until a company's pack says how often.
    AsSet,
    /// On each occasion of its kind (each delivery); nothing is due by the calendar.
    Occasion,
}

/// For whom a duty recurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Once for the house.
    #[default]
    House,
    /// For each device of the register.
    Device,
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
