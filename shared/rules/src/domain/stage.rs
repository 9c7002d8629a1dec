//! Where a complaint stands. Each variant carries only what is true in that stage.

use serde::{Deserialize, Serialize};

use super::names::FieldKey;
use crate::clock::Moment;

/// The stage of a complaint (状态). Everything finer is a milestone reached or an open task, since several run side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Stage {
    /// The company has the message; the owner department has not registered it yet (已接收).
    Received,
    /// Being worked on (处理中).
    Open,
    /// The customer was asked for information (待补充); clocks that may pause stand still.
    WaitingCustomer {
        /// Since when.
        since: Moment,
        /// What was asked for.
        fields: Vec<FieldKey>,
    },
    /// Approvals have been asked for and are outstanding (待审批).
    WaitingApproval,
    /// A formal answer is out (已答复).
    Replied {
        /// When the last answer went out.
        at: Moment,
    },
    /// Closed (已关闭).
    Closed {
        /// When.
        at: Moment,
        /// Why: a code of table 3(a).
        reason: String,
    },
    /// Filed; the retention clock runs (已归档).
    Archived {
        /// When it was filed.
        at: Moment,
        /// Why it had been closed.
        reason: String,
    },
    /// An enquiry, praise, a service order: not a complaint (非投诉).
    NotAComplaint,
}

impl Stage {
    /// The stage's name in the contract's vocabulary.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Open => "open",
            Self::WaitingCustomer { .. } => "waiting_customer",
            Self::WaitingApproval => "waiting_approval",
            Self::Replied { .. } => "replied",
            Self::Closed { .. } => "closed",
            Self::Archived { .. } => "archived",
            Self::NotAComplaint => "not_a_complaint",
        }
    }

    /// Whether the case has ended: nothing but archiving, re-opening and its corrective action may follow.
    pub fn ended(&self) -> bool {
        matches!(self, Self::Closed { .. } | Self::Archived { .. })
    }
}
