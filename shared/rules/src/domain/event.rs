//! What happened: the events of the log. They name no person outside the staff and quote nobody; long because each kind of event stands here.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::approval::Approval;
use super::legacy::Origin;
use super::message::{Matched, Sender, Verdict};
use super::names::{ComplaintId, Desk, FieldKey, Milestone, Number, ProcedureId, RequestId, RuleId, UserId};
use super::stage::Stage;
use super::survey::Satisfied;
use super::value::{TextRef, Value};
use crate::classify::Spoken;
use crate::clock::Moment;
use crate::language::Language;
use crate::procedure::model::SlipKind;

/// The version of the events' shapes written by this program; older ones stay readable.
pub const SHAPE: u32 = 1;

/// One event. The log keeps the events of one command together in one sealed entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The company has the complaint.
    Received {
        /// Identifier.
        id: ComplaintId,
        /// Number.
        number: Number,
        /// Procedure.
        procedure: ProcedureId,
        /// Version of the procedure.
        procedure_version: String,
        /// When.
        at: Moment,
        /// How.
        channel: String,
        /// Who took it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UserId>,
        /// The customer's language.
        language: Language,
    },
    /// The class was found or set.
    Classified {
        /// Main axis.
        class: String,
        /// All axes.
        axes: BTreeMap<String, String>,
        /// Which cues decided: ids and offsets in characters, never words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        because: Vec<Cue>,
        /// Whether a person should look.
        needs_review: bool,
        /// How sure the classifier is, 0 to 1; absent where a person decided, by a class or by a finding (`because` then
        /// names the answers).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f64>,
        /// What speaks for the classes besides the answers, where it is not plainly what stands.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        spoken: BTreeMap<String, Spoken>,
    },
    /// The department was found or set.
    Routed {
        /// Department.
        department: Desk,
        /// Person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<UserId>,
    },
    /// A milestone was reached.
    Reached {
        /// Which.
        name: Milestone,
        /// When.
        at: Moment,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<TextRef>,
        /// The slip that reached it, by its number among those of its kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slip: Option<u32>,
    },
    /// Fields were filled, changed or emptied.
    FieldsSet {
        /// New values.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        set: BTreeMap<FieldKey, Value>,
        /// Emptied.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        cleared: BTreeSet<FieldKey>,
    },
    /// The stage changed.
    StageMoved {
        /// To.
        to: Stage,
    },
    /// The customer was asked; pausable clocks stand still from here.
    ClocksPaused {
        /// From.
        at: Moment,
    },
    /// Clocks run again.
    ClocksResumed {
        /// From.
        at: Moment,
    },
    /// An approval was asked for.
    ApprovalAsked {
        /// The request.
        approval: Approval,
    },
    /// A request was decided.
    ApprovalDecided {
        /// Which.
        request: RequestId,
        /// Granted or refused.
        granted: bool,
        /// When.
        at: Moment,
        /// By whom.
        by: UserId,
    },
    /// The customer was answered.
    Replied {
        /// Which formal answer, from 1; 0 for informal ones.
        nth: u32,
        /// The answer.
        text: TextRef,
        /// How it went out.
        channel: String,
        /// Whether it was formal.
        formal: bool,
    },
    /// The customer reacted.
    Reacted {
        /// How.
        reaction: String,
        /// His words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<TextRef>,
    },
    /// A further round of investigation begins.
    RoundBegun {
        /// Which.
        round: u32,
    },
    /// A date was moved.
    Extended {
        /// Whose.
        rule: RuleId,
        /// The clock it belongs to.
        started_at: Moment,
        /// The new date.
        due_at: Moment,
        /// With the customer's consent.
        consent: bool,
    },
    /// People were told of deadlines near or past.
    Escalated {
        /// Which rungs of which deadlines.
        rungs: Vec<RungTold>,
    },
    /// A wait ended and brought about what its rule says.
    WaitEnded {
        /// Which rule.
        rule: RuleId,
        /// Start of the wait.
        started_at: Moment,
        /// Its end.
        due_at: Moment,
    },
    /// A new calendar moved dates.
    DeadlinesMoved {
        /// Which.
        moved: Vec<Moved>,
    },
    /// Corrective action was requested.
    CapaOpened {
        /// Which.
        n: u32,
        /// When.
        at: Moment,
    },
    /// Measures were laid down.
    CapaPlanned {
        /// Which.
        n: u32,
        /// When.
        at: Moment,
        /// The measures.
        measures: TextRef,
    },
    /// Measures were carried out.
    CapaDone {
        /// Which.
        n: u32,
        /// When.
        at: Moment,
    },
    /// Their effect was checked.
    CapaChecked {
        /// Which.
        n: u32,
        /// When.
        at: Moment,
        /// Whether they worked.
        effective: bool,
    },
    /// No corrective action is taken.
    CapaWaived {
        /// Which.
        n: u32,
        /// When.
        at: Moment,
        /// Why not.
        reason: TextRef,
    },
    /// A slip was opened.
    SlipOpened {
        /// Its kind.
        kind: SlipKind,
        /// Which of its kind.
        n: u32,
        /// The rule it follows.
        rule: RuleId,
        /// When.
        at: Moment,
        /// Its fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        set: BTreeMap<FieldKey, Value>,
    },
    /// Fields of a slip were filled, changed or emptied.
    SlipEdited {
        /// Its kind.
        kind: SlipKind,
        /// Which of its kind.
        n: u32,
        /// When.
        at: Moment,
        /// New values.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        set: BTreeMap<FieldKey, Value>,
        /// Emptied.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        cleared: BTreeSet<FieldKey>,
        /// Whether what was decided about it no longer counts, and it is open anew.
        #[serde(default, skip_serializing_if = "super::complaint::is_false")]
        again: bool,
    },
    /// A slip was settled.
    SlipDone {
        /// Its kind.
        kind: SlipKind,
        /// Which of its kind.
        n: u32,
        /// When.
        at: Moment,
    },
    /// A slip was given up; the entry's reason says why.
    SlipCancelled {
        /// Its kind.
        kind: SlipKind,
        /// Which of its kind.
        n: u32,
        /// When.
        at: Moment,
    },
    /// Linked with another complaint.
    Linked {
        /// The other.
        to: ComplaintId,
        /// How.
        kind: String,
    },
    /// Merged into another.
    Merged {
        /// The other.
        into: ComplaintId,
    },
    /// The merge was taken back.
    Unmerged {},
    /// A successor is to be made.
    SuccessorOwed {
        /// Its identifier.
        id: ComplaintId,
    },
    /// The successor exists.
    SuccessorMade {
        /// Its identifier.
        id: ComplaintId,
    },
    /// This complaint makes too many of its kind in a window.
    CounterExceeded {
        /// The counter.
        rule: RuleId,
        /// The window.
        period: String,
        /// What the complaints share.
        values: Vec<String>,
        /// How many there are with this one; at least so many, where counting stopped.
        count: u64,
    },
    /// Somebody who was told of a deadline has seen it.
    Acknowledged {
        /// The rule.
        rule: RuleId,
        /// The name of the last rung that had been told.
        rung: String,
        /// How many rungs had been told.
        rungs: usize,
        /// Start of the clock.
        started_at: Moment,
        /// Due moment.
        due_at: Moment,
        /// When.
        at: Moment,
    },
    /// The customer was asked by letter whether he is satisfied with what became of it.
    SurveyAsked {
        /// When.
        at: Moment,
        /// Until when the letter's link can be answered by.
        until: Moment,
    },
    /// He answered, by that link or to a person.
    SurveyAnswered {
        /// When, as the person says who took it down.
        at: Moment,
        /// How it came.
        channel: String,
        /// Whether he is satisfied with how it was dealt with.
        handling: Satisfied,
        /// And with how fast.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speed: Option<Satisfied>,
        /// What else he said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<TextRef>,
    },
    /// A remark.
    Noted {
        /// The remark.
        text: TextRef,
    },
    /// Somebody wrote about it.
    Wrote {
        /// What makes it the same message, however often it is delivered.
        key: String,
        /// When it was taken in.
        at: Moment,
        /// Who wrote, as far as that is known.
        sender: Sender,
        /// How it was found to belong here.
        matched: Matched,
        /// The complaint it was written to, where that has been merged into this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through: Option<ComplaintId>,
        /// What its authentication says.
        verdict: Verdict,
        /// Whether a machine wrote it.
        #[serde(default, skip_serializing_if = "super::complaint::is_false")]
        automatic: bool,
        /// What was written anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<TextRef>,
        /// Its `Message-ID`, so that letters can answer it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<TextRef>,
        /// The names under which its files are kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<String>,
        /// The name under which the raw message is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raw: Option<String>,
    },
    /// An old register said this of it: when it was taken over, and again when its row was mended.
    Imported {
        /// Where it stood.
        #[serde(flatten)]
        origin: Origin,
        /// When the company had it, where a mended row says other than before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Moment>,
    },
    /// A person set its clocks going.
    Activated {
        /// When.
        at: Moment,
    },
    /// It claims to belong to another complaint, without proof.
    Claimed {
        /// The other.
        to: ComplaintId,
        /// By what it was claimed.
        by: Matched,
    },
}

/// Which cue decided about a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// The rule it serves.
    pub rule: String,
    /// The cue.
    pub cue: String,
    /// First character in the text.
    pub start: usize,
    /// First character after it.
    pub end: usize,
}

/// One rung of one deadline that people were told of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RungTold {
    /// The rule.
    pub rule: RuleId,
    /// Start of the clock.
    pub started_at: Moment,
    /// Due moment.
    pub due_at: Moment,
    /// How many rungs have been told by now.
    pub rungs: usize,
    /// The name of the last of them.
    pub rung: String,
    /// Which desks.
    pub told: Vec<Desk>,
}

/// A deadline that a new calendar moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// The rule.
    pub rule: RuleId,
    /// Who is responsible.
    pub responsible: Desk,
    /// Before.
    pub before: Moment,
    /// Now.
    pub after: Moment,
}
