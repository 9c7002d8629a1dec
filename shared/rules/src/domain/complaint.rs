//! The complaint (投诉): what is always true of it, its stage, and what its log has brought about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::approval::Approval;
use super::capa::Capa;
use super::legacy::Imported;
use super::message::Claim;
use super::names::{ComplaintId, Desk, FieldKey, Milestone, Number, ProcedureId, RequestId, RuleId, UserId, known};
use super::slip::Slip;
use super::stage::Stage;
use super::survey::Survey;
use super::value::Value;
use crate::classify::Spoken;
use crate::clock::{Moment, Pause};
use crate::language::Language;
use crate::procedure::condition::Situation;
use crate::procedure::counting::Counted;
use crate::procedure::model::SlipKind;

/// A complaint as the fold of its log. It holds no personal data and no free text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complaint {
    /// Opaque identifier.
    pub id: ComplaintId,
    /// The number people know it by.
    pub number: Number,
    /// The procedure that governs it.
    pub procedure: ProcedureId,
    /// And which version of it: the one in force when it was received.
    pub procedure_version: String,
    /// When the company had it.
    pub received_at: Moment,
    /// How it came in.
    pub channel: String,
    /// The customer's language.
    pub language: Language,
    /// How many log entries it has; the version a command must have seen.
    pub version: u64,
    /// Where it stands.
    pub stage: Stage,
    /// The class on the main axis.
    pub class: String,
    /// The values on all axes.
    pub axes: BTreeMap<String, String>,
    /// What speaks for them besides the answers, where answers can move them and it is not plainly what stands.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub spoken: BTreeMap<String, Spoken>,
    /// Whether a person should look at the classification.
    #[serde(default, skip_serializing_if = "is_false")]
    pub needs_review: bool,
    /// Who handles it.
    pub department: Option<Desk>,
    /// The person there, once named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<UserId>,
    /// What was reached, in the log's order.
    pub milestones: Vec<Reached>,
    /// The round of investigation and answer, from 1.
    pub round: u32,
    /// How many formal answers were given.
    pub answers: u32,
    /// The customer's last reaction to an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
    /// The fields, without personal data.
    pub fields: BTreeMap<FieldKey, Value>,
    /// Times in which pausable clocks stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Requests for approval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Corrective actions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capa: Vec<Capa>,
    /// Slips: returns, recalls, notices, reports, isolations, service orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slips: Vec<Slip>,
    /// Dates that somebody moved.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
    /// How far each deadline has been escalated.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub escalated: BTreeMap<RuleId, Escalation>,
    /// Who has seen what he was told of deadlines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Acknowledged>,
    /// Other complaints it is linked with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Counters that it made too many in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excesses: Vec<Excess>,
    /// The complaint this one was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<ComplaintId>,
    /// Complaints that it claims to belong to without proof, until it is merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Since when a message stands that the customer wrote and that nobody has answered formally or judged. While it
    /// stands, no wait for his silence ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<Moment>,
    /// The successor that is still to be made (换发新表).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor_owed: Option<ComplaintId>,
    /// Whether the customer was asked if he is satisfied, and what he answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<Survey>,
    /// Where it stood in an old register, if it came from one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Imported>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
pub(super) fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A milestone reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// Which.
    pub name: Milestone,
    /// When, as the person who reports it says; never before receipt, never in the future.
    pub at: Moment,
    /// Who reported it; the system itself where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UserId>,
    /// In which round.
    pub round: u32,
    /// The slip that reached it, by its number among those of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<u32>,
}

/// A date that was moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Extension {
    /// The rule whose date it is.
    pub rule: RuleId,
    /// The start of the clock it belongs to: a later round is not extended.
    pub started_at: Moment,
    /// The new date.
    pub due_at: Moment,
    /// Whether the customer consented.
    pub consent: bool,
}

/// How far a deadline was escalated. A moved deadline or a new round starts again from the first rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    /// Start of the clock.
    pub started_at: Moment,
    /// The due moment that was escalated.
    pub due_at: Moment,
    /// How many rungs have been told.
    pub rungs: usize,
    /// Whether what the end of the wait brings about has been done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub ended: bool,
}

/// Somebody has seen what he was told of a deadline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// The rule.
    pub rule: RuleId,
    /// Start of the clock.
    pub started_at: Moment,
    /// The due moment that was escalated.
    pub due_at: Moment,
    /// How many rungs had been told.
    pub rungs: usize,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Moment,
}

/// A link between complaints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The other complaint.
    pub to: ComplaintId,
    /// `duplicate`, `successor`, `predecessor`, `recurrence`, `merged_from`.
    pub kind: String,
}

/// A counter that a complaint made too many in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Excess {
    /// The counter.
    pub rule: RuleId,
    /// The window.
    pub period: String,
    /// What the complaints share.
    pub values: Vec<String>,
    /// How many there were with this one.
    pub count: u64,
}

impl Excess {
    /// The name of the place where it was counted.
    pub fn place(&self) -> String {
        let (rule, period, values) = (self.rule.clone(), self.period.clone(), self.values.clone());
        Counted { rule, period, values }.key()
    }
}

impl Complaint {
    /// The last time a milestone was reached, with its place in the log's order.
    pub fn last(&self, name: &str) -> Option<(usize, &Reached)> {
        self.milestones
            .iter()
            .enumerate()
            .rev()
            .find(|(_, reached)| reached.name == *name)
    }

    /// Whether a milestone was ever reached.
    pub fn ever(&self, name: &str) -> bool {
        self.last(name).is_some()
    }

    /// A request for approval that awaits its decision.
    pub fn outstanding(&self, request: &RequestId) -> Option<&Approval> {
        self.approvals
            .iter()
            .find(|approval| approval.request == *request && approval.decision.is_none())
    }

    /// Whether any approval is outstanding.
    pub fn awaits_approval(&self) -> bool {
        self.approvals.iter().any(|approval| approval.decision.is_none())
    }

    /// A slip by its kind and its number among those of that kind.
    pub fn slip(&self, kind: SlipKind, n: u32) -> Option<&Slip> {
        self.slips.iter().find(|slip| slip.kind == kind && slip.n == n)
    }

    /// The slip that reached a milestone, if it was one.
    pub fn slip_of(&self, name: &Milestone, n: Option<u32>) -> Option<&Slip> {
        self.slip(SlipKind::reaching(name.as_str())?, n?)
    }

    /// Who has seen a deadline as it stands, in the order in which they said so; a moved date is seen anew.
    pub fn seen_by(&self, rule: &RuleId, started_at: Moment, due_at: Moment) -> impl Iterator<Item = &Acknowledged> {
        let same = move |one: &&Acknowledged| one.started_at == started_at && one.due_at == due_at;
        self.acknowledged.iter().filter(|one| one.rule == *rule).filter(same)
    }

    /// Whether its clocks run at all: not for merged complaints, not for what is no complaint, and not for what came from
    /// an old register before a person says so.
    pub fn clocks_run(&self) -> bool {
        self.merged_into.is_none() && self.stage != Stage::NotAComplaint && !self.dormant()
    }

    /// Whether it came from an old register and no person has set it going: by activating it, or by taking it up again.
    pub fn dormant(&self) -> bool {
        let asleep = self.imported.as_ref().is_some_and(|one| one.activated.is_none());
        asleep && !self.ever(known::REOPENED)
    }

    /// The moment before which no clock of it begins: what an old register left open runs from its activation, not from
    /// years ago.
    pub fn clocks_from(&self) -> Option<Moment> {
        self.imported.as_ref()?.activated
    }
}

/// Once reached, these stay true in every later round.
const LASTING: &[&str] = &[
    "received",
    "registered",
    "handed_over",
    "accepted",
    "classified",
    "routed",
    "verified",
    "contained",
];

/// These speak of the latest plan only.
const OF_THE_PLAN: &[&str] = &[known::SUBMITTED, known::APPROVED, known::REFUSED];

impl Situation for Complaint {
    fn class(&self) -> Option<&str> {
        Some(self.class.as_str()).filter(|class| !class.is_empty())
    }
    fn axis(&self, axis: &str) -> Option<&str> {
        self.axes.get(axis).map(String::as_str)
    }
    fn field(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }
    fn reached(&self, milestone: &str) -> bool {
        // What became of a slip stays true as well: it is not opened anew with each round.
        let lasting = LASTING.contains(&milestone) || SlipKind::reaching(milestone).is_some();
        // A new plan has been neither submitted nor approved, whatever became of the plan before it.
        let since = if OF_THE_PLAN.contains(&milestone) {
            self.last(known::PROPOSED).map_or(0, |(place, _)| place)
        } else {
            0
        };
        self.milestones
            .iter()
            .skip(since)
            .any(|one| one.name == *milestone && (lasting || one.round == self.round))
    }
    fn answers(&self) -> u32 {
        self.answers
    }
    fn reaction(&self) -> Option<&str> {
        self.reaction.as_deref()
    }
    fn off_hours(&self) -> bool {
        matches!(self.fields.get("off_hours"), Some(Value::Flag(true)))
    }
    fn received_on(&self) -> Option<chrono::NaiveDate> {
        Some(self.received_at.date_naive())
    }
    fn channel(&self) -> Option<&str> {
        Some(&self.channel)
    }
    fn capa_settled(&self) -> bool {
        !self.capa.is_empty() && self.capa.iter().all(|one| one.stage.settled())
    }
}
