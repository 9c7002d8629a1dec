//! The kinds of commands, with their names on the wire and their fields.

use serde::{Deserialize, Serialize};

use crate::procedure::model::SlipKind;

/// A command's kind: what guards and permissions speak of, and what `allowed` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each kind is explained at the command of the same name")]
pub enum CommandKind {
    Register,
    Milestone,
    RequestInfo,
    SupplyInfo,
    Verify,
    Classify,
    Route,
    Contain,
    Investigate,
    Judge,
    Propose,
    Submit,
    Approve,
    Refuse,
    Execute,
    Reply,
    React,
    Confirm,
    Extend,
    Close,
    Reopen,
    Link,
    Merge,
    Unmerge,
    Acknowledge,
    Survey,
    Note,
    Edit,
    CapaOpen,
    CapaPlan,
    CapaDone,
    CapaCheck,
    CapaWaive,
    ReturnGoods,
    Recall,
    Advise,
    ReportAuthority,
    Isolate,
    Service,
}

/// The fields of every command about slips.
const SLIP_FIELDS: &[&str] = &["n?", "step?", "fields?"];

impl CommandKind {
    /// Every kind, in the order of a complaint's life, with its name on the wire and its fields (`?` marks optional ones).
    pub const ALL: &[(Self, &'static str, &'static [&'static str])] = &[
        (Self::Register, "register", &[]),
        (Self::Milestone, "milestone", &["name", "at?", "note?"]),
        (Self::RequestInfo, "request_info", &["fields"]),
        (Self::SupplyInfo, "supply_info", &["fields"]),
        (Self::Verify, "verify", &["upheld"]),
        (Self::Classify, "classify", &["class", "axes?"]),
        (Self::Route, "route", &["department", "person?"]),
        (Self::Contain, "contain", &["measures"]),
        (
            Self::Investigate,
            "investigate",
            &["result", "cause_main?", "cause_secondary?", "quantity?"],
        ),
        (Self::Judge, "judge", &["party", "department?"]),
        (
            Self::Propose,
            "propose",
            &["treatment", "amount?", "measures?", "no_action_reason?"],
        ),
        (Self::Submit, "submit", &[]),
        (Self::Approve, "approve", &["request", "password"]),
        (Self::Refuse, "refuse", &["request", "password"]),
        (Self::Execute, "execute", &["note?"]),
        (Self::Reply, "reply", &["text", "channel", "formal"]),
        (Self::React, "react", &["reaction", "note?"]),
        (Self::Confirm, "confirm", &["what"]),
        (Self::Extend, "extend", &["rule", "due_at", "consent"]),
        (Self::Close, "close", &["reason"]),
        (Self::Reopen, "reopen", &[]),
        (Self::Link, "link", &["to", "kind"]),
        (Self::Merge, "merge", &["into"]),
        (Self::Unmerge, "unmerge", &[]),
        (Self::Acknowledge, "acknowledge", &["rule"]),
        (
            Self::Survey,
            "survey",
            &["handling", "speed?", "remark?", "channel?", "at?"],
        ),
        (Self::Note, "note", &["text"]),
        (Self::Edit, "edit", &["fields"]),
        (Self::CapaOpen, "capa_open", &[]),
        (Self::CapaPlan, "capa_plan", &["n?", "measures"]),
        (Self::CapaDone, "capa_done", &["n?"]),
        (Self::CapaCheck, "capa_check", &["n?", "effective"]),
        (Self::CapaWaive, "capa_waive", &["reason"]),
        (Self::ReturnGoods, "return_goods", SLIP_FIELDS),
        (Self::Recall, "recall", SLIP_FIELDS),
        (Self::Advise, "advise", SLIP_FIELDS),
        (Self::ReportAuthority, "report_authority", SLIP_FIELDS),
        (Self::Isolate, "isolate", SLIP_FIELDS),
        (Self::Service, "service", SLIP_FIELDS),
    ];

    /// The kind's name on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("", |(_, name, _)| name)
    }

    /// The kind of slip that it is about, if it is.
    pub fn slip(self) -> Option<SlipKind> {
        SlipKind::ALL.into_iter().find(|kind| kind.command() == self)
    }
}
