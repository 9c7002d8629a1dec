//! What can be asked of a complaint: the contract's commands, typed, unknown fields refused.

mod kind;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::legacy::{Legacy, Mend};
use super::message::{Alike, Claim, Message};
use super::names::{ComplaintId, Desk, FieldKey, Milestone, RequestId, RuleId, UserId};
use super::slip::SlipOrder;
use super::survey::Satisfied;
use crate::clock::Moment;
pub use kind::CommandKind;

/// One wish concerning a complaint. Passwords are checked by the shell before the rules see the command.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// The owner department enters the complaint (登记).
    Register {},
    /// Something was reached that has no command of its own.
    Milestone {
        /// Which.
        name: Milestone,
        /// When, if not now.
        at: Option<Moment>,
        /// A remark.
        note: Option<String>,
    },
    /// The customer is asked for what is missing (待补充).
    RequestInfo {
        /// Which fields.
        fields: Vec<FieldKey>,
    },
    /// What was missing has come.
    SupplyInfo {
        /// The fields and their values.
        fields: BTreeMap<FieldKey, Json>,
    },
    /// The facts were checked (核实).
    Verify {
        /// Whether they are established.
        upheld: bool,
    },
    /// A person sets the class.
    Classify {
        /// On the main axis.
        class: String,
        /// On further axes; an empty value takes what stands there away.
        #[serde(default)]
        axes: BTreeMap<String, String>,
    },
    /// It goes to a department (转交).
    Route {
        /// Which.
        department: Desk,
        /// And to whom there.
        person: Option<UserId>,
    },
    /// Containment (应急措施).
    Contain {
        /// The measures.
        measures: String,
    },
    /// The investigation's result (调查).
    Investigate {
        /// The finding.
        result: String,
        /// Main cause.
        cause_main: Option<String>,
        /// Secondary cause.
        cause_secondary: Option<String>,
        /// Quantity found affected.
        quantity: Option<Json>,
    },
    /// Responsibility is judged (责任判定).
    Judge {
        /// Whose.
        party: String,
        /// Which department, if the company's own.
        department: Option<Desk>,
    },
    /// A plan is proposed (方案).
    Propose {
        /// How it is to be settled.
        treatment: String,
        /// At what amount.
        amount: Option<Json>,
        /// Measures.
        measures: Option<String>,
        /// Why nothing is done.
        no_action_reason: Option<String>,
    },
    /// The plan goes up for approval (送审).
    Submit {},
    /// An approval is granted.
    Approve {
        /// Which request.
        request: RequestId,
        /// The signer's password, again.
        password: String,
    },
    /// An approval is refused.
    Refuse {
        /// Which request.
        request: RequestId,
        /// The signer's password, again.
        password: String,
    },
    /// The plan was carried out.
    Execute {
        /// A remark.
        note: Option<String>,
    },
    /// The customer is answered (答复).
    Reply {
        /// The answer.
        text: String,
        /// How it goes out.
        channel: String,
        /// Whether this is the formal answer.
        formal: bool,
    },
    /// What the customer says to the answer.
    React {
        /// `accepted`, `disputed` or `none`.
        reaction: String,
        /// His words.
        note: Option<String>,
    },
    /// Something the system asked to be confirmed.
    Confirm {
        /// What: the rule that asked.
        what: String,
    },
    /// A date is moved.
    Extend {
        /// Whose date.
        rule: RuleId,
        /// To when.
        due_at: Moment,
        /// Whether the customer consented.
        consent: bool,
    },
    /// The complaint is closed (关闭).
    Close {
        /// Why: a code of table 3(a).
        reason: String,
    },
    /// It is taken up again.
    Reopen {},
    /// It is linked with another.
    Link {
        /// The other.
        to: ComplaintId,
        /// `duplicate`, `successor` or `recurrence`.
        kind: String,
    },
    /// It is the same as another and is dealt with there.
    Merge {
        /// The other.
        into: ComplaintId,
    },
    /// It was not the same after all.
    Unmerge {},
    /// What the person was told of a deadline was seen (已阅).
    Acknowledge {
        /// Whose deadline.
        rule: RuleId,
    },
    /// The customer says whether he is satisfied with what became of it (满意度调查).
    Survey {
        /// With how it was dealt with.
        handling: Satisfied,
        /// With how fast.
        speed: Option<Satisfied>,
        /// What else he says.
        remark: Option<String>,
        /// How he was asked, where a person takes it down: `telephone`, `visit`, `form`, …
        channel: Option<String>,
        /// When he said so, if not now.
        at: Option<Moment>,
    },
    /// A remark.
    Note {
        /// The remark.
        text: String,
    },
    /// Fields are changed.
    Edit {
        /// The fields and their values; null empties.
        fields: BTreeMap<FieldKey, Json>,
    },
    /// Corrective action is requested.
    CapaOpen {},
    /// Measures are laid down.
    CapaPlan {
        /// Which action; the last where absent.
        n: Option<u32>,
        /// The measures.
        measures: String,
    },
    /// Measures were carried out.
    CapaDone {
        /// Which action.
        n: Option<u32>,
    },
    /// Their effect was checked.
    CapaCheck {
        /// Which action.
        n: Option<u32>,
        /// Whether they worked.
        effective: bool,
    },
    /// No corrective action is taken.
    CapaWaive {
        /// Why not.
        reason: String,
    },
    /// Goods come back or are exchanged (退换货).
    ReturnGoods(SlipOrder),
    /// Products are called back (召回).
    Recall(SlipOrder),
    /// Users are advised (忠告性通知).
    Advise(SlipOrder),
    /// An authority is reported to (监管报告).
    ReportAuthority(SlipOrder),
    /// Stock is isolated (库存隔离).
    Isolate(SlipOrder),
    /// A service is ordered (售后服务单).
    Service(SlipOrder),
}

impl Command {
    /// The command's kind.
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::Register {} => CommandKind::Register,
            Self::Milestone { .. } => CommandKind::Milestone,
            Self::RequestInfo { .. } => CommandKind::RequestInfo,
            Self::SupplyInfo { .. } => CommandKind::SupplyInfo,
            Self::Verify { .. } => CommandKind::Verify,
            Self::Classify { .. } => CommandKind::Classify,
            Self::Route { .. } => CommandKind::Route,
            Self::Contain { .. } => CommandKind::Contain,
            Self::Investigate { .. } => CommandKind::Investigate,
            Self::Judge { .. } => CommandKind::Judge,
            Self::Propose { .. } => CommandKind::Propose,
            Self::Submit {} => CommandKind::Submit,
            Self::Approve { .. } => CommandKind::Approve,
            Self::Refuse { .. } => CommandKind::Refuse,
            Self::Execute { .. } => CommandKind::Execute,
            Self::Reply { .. } => CommandKind::Reply,
            Self::React { .. } => CommandKind::React,
            Self::Confirm { .. } => CommandKind::Confirm,
            Self::Extend { .. } => CommandKind::Extend,
            Self::Close { .. } => CommandKind::Close,
            Self::Reopen {} => CommandKind::Reopen,
            Self::Link { .. } => CommandKind::Link,
            Self::Merge { .. } => CommandKind::Merge,
            Self::Unmerge {} => CommandKind::Unmerge,
            Self::Acknowledge { .. } => CommandKind::Acknowledge,
            Self::Survey { .. } => CommandKind::Survey,
            Self::Note { .. } => CommandKind::Note,
            Self::Edit { .. } => CommandKind::Edit,
            Self::CapaOpen {} => CommandKind::CapaOpen,
            Self::CapaPlan { .. } => CommandKind::CapaPlan,
            Self::CapaDone { .. } => CommandKind::CapaDone,
            Self::CapaCheck { .. } => CommandKind::CapaCheck,
            Self::CapaWaive { .. } => CommandKind::CapaWaive,
            Self::ReturnGoods(_) => CommandKind::ReturnGoods,
            Self::Recall(_) => CommandKind::Recall,
            Self::Advise(_) => CommandKind::Advise,
            Self::ReportAuthority(_) => CommandKind::ReportAuthority,
            Self::Isolate(_) => CommandKind::Isolate,
            Self::Service(_) => CommandKind::Service,
        }
    }
}

impl Command {
    /// What is done with a slip, if the command is about one.
    pub fn on_slip(&self) -> Option<&SlipOrder> {
        match self {
            Self::ReturnGoods(order)
            | Self::Recall(order)
            | Self::Advise(order)
            | Self::ReportAuthority(order)
            | Self::Isolate(order)
            | Self::Service(order) => Some(order),
            _ => None,
        }
    }
}

/// Everything that `decide` answers: what people ask, and what the system itself does.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// A complaint comes in.
    Receive(Box<Intake>),
    /// A member of staff (or the customer through a signed page) asks for something.
    Do(Command),
    /// Time has passed.
    Tick,
    /// The owed successor exists now.
    SuccessorMade,
    /// A calendar was published or changed: these dates moved, and the people concerned are to be told.
    CalendarChanged(Vec<super::event::Moved>),
    /// The other side of a link or a merge was made.
    LinkedFrom {
        /// The other complaint.
        from: ComplaintId,
        /// What it is to this one.
        kind: String,
    },
    /// Somebody wrote about it.
    Wrote(Box<Message>),
    /// Its row in the old register was mended.
    Mend(Box<Mend>),
    /// The clocks of what an old register left open are set going.
    Activate,
}

/// A complaint as it comes in: the parsed and bounded body, whatever the channel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intake {
    /// Its future identifier: a hash of the idempotency key.
    pub id: Option<ComplaintId>,
    /// How it came in.
    pub channel: String,
    /// When the company had it, if not now.
    pub received_at: Option<Moment>,
    /// Who took it, for telephone and visits.
    pub received_by: Option<UserId>,
    /// The customer's language.
    pub language: Option<crate::language::Language>,
    /// The fields and their values.
    pub fields: BTreeMap<FieldKey, Json>,
    /// The complaint whose place it takes.
    pub predecessor: Option<ComplaintId>,
    /// Complaints it may repeat.
    pub duplicates: Vec<Alike>,
    /// Complaints that it claims to belong to without proof.
    pub claims: Vec<Claim>,
    /// The message it came in, for mail.
    pub message: Option<Box<Message>>,
    /// What an old register tells besides, for what comes from one.
    pub legacy: Option<Box<Legacy>>,
}
