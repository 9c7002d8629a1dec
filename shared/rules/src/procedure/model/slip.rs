//! What a pack says of slips: records with a short life of their own that hang on a complaint.

use serde::{Deserialize, Serialize};

use super::{Condition, Wording};
use crate::domain::command::CommandKind;
use crate::domain::names::{Desk, FieldKey, RuleId};

/// What a procedure says of slips of a kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlipRule {
    /// Catalogue id.
    pub rule: RuleId,
    /// The kind.
    pub kind: SlipKind,
    /// What it is called here.
    pub title: Wording,
    /// For which complaints it may be opened.
    #[serde(default)]
    pub when: Condition,
    /// Who opens and settles it; anybody with the right role where empty.
    #[serde(default)]
    pub by: Vec<Desk>,
    /// Fields of the slip that must be filled when it is opened.
    #[serde(default)]
    pub needs: Vec<FieldKey>,
    /// Fields of the slip that must be filled before it is done.
    #[serde(default)]
    pub done_needs: Vec<FieldKey>,
    /// Further fields it may carry.
    #[serde(default)]
    pub fields: Vec<FieldKey>,
    /// Pairs of fields that must be equal before it is done (approved and received quantity).
    #[serde(default)]
    pub equal: Vec<[FieldKey; 2]>,
    /// Whether the complaint cannot be closed while one is open.
    #[serde(default = "yes")]
    pub blocks_closing: bool,
    /// The clause.
    pub source: String,
    /// Why parts were assumed.
    #[serde(default)]
    pub assumed: Option<String>,
}

impl SlipRule {
    /// Every field that a slip under this rule carries, each once, in the order of its life.
    pub fn carried(&self) -> Vec<&FieldKey> {
        let all = self.needs.iter().chain(&self.fields).chain(&self.done_needs);
        let mut once: Vec<&FieldKey> = Vec::new();
        for key in all.chain(self.equal.iter().flatten()) {
            if !once.contains(&key) {
                once.push(key);
            }
        }
        once
    }

    /// Whether a slip under this rule carries a field.
    pub fn carries(&self, key: &FieldKey) -> bool {
        self.carried().contains(&key)
    }
}

fn yes() -> bool {
    true
}

/// What kind of slip (单据): a record with a short life of its own that hangs on a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipKind {
    /// Goods come back or are exchanged (退换货单).
    ReturnGoods,
    /// Products are called back (召回).
    Recall,
    /// An advisory notice to users (忠告性通知).
    Advise,
    /// A report to an authority (监管报告).
    ReportAuthority,
    /// Stock is isolated (库存隔离).
    Isolate,
    /// A service order (售后服务单).
    Service,
}

impl SlipKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::ReturnGoods,
        Self::Recall,
        Self::Advise,
        Self::ReportAuthority,
        Self::Isolate,
        Self::Service,
    ];

    /// The kind's name on the wire.
    pub fn name(self) -> &'static str {
        self.command().name()
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The command that opens, changes and settles slips of this kind; approvals are asked at it.
    pub fn command(self) -> CommandKind {
        match self {
            Self::ReturnGoods => CommandKind::ReturnGoods,
            Self::Recall => CommandKind::Recall,
            Self::Advise => CommandKind::Advise,
            Self::ReportAuthority => CommandKind::ReportAuthority,
            Self::Isolate => CommandKind::Isolate,
            Self::Service => CommandKind::Service,
        }
    }

    /// The milestones that its slips reach: opened, approved, done, cancelled.
    pub fn milestones(self) -> [&'static str; 4] {
        match self {
            Self::ReturnGoods => [
                "return_goods_opened",
                "return_goods_approved",
                "return_goods_done",
                "return_goods_cancelled",
            ],
            Self::Recall => ["recall_opened", "recall_approved", "recall_done", "recall_cancelled"],
            Self::Advise => ["advise_opened", "advise_approved", "advise_done", "advise_cancelled"],
            Self::ReportAuthority => [
                "report_authority_opened",
                "report_authority_approved",
                "report_authority_done",
                "report_authority_cancelled",
            ],
            Self::Isolate => [
                "isolate_opened",
                "isolate_approved",
                "isolate_done",
                "isolate_cancelled",
            ],
            Self::Service => [
                "service_opened",
                "service_approved",
                "service_done",
                "service_cancelled",
            ],
        }
    }

    /// The kind whose slips reach a milestone, if it is one of theirs.
    pub fn reaching(milestone: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.milestones().contains(&milestone))
    }
}
