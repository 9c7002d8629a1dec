//! Requests for approval (审批) within a complaint.

use serde::{Deserialize, Serialize};

use super::command::CommandKind;
use super::names::{Desk, RequestId, RuleId, UserId};
use crate::clock::Moment;

/// One request, asked when a command met an approval rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Which request.
    pub request: RequestId,
    /// The rule that asks for it.
    pub rule: RuleId,
    /// The command that waits for it.
    pub at: CommandKind,
    /// The slip it is about, by its number among those of the command's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<u32>,
    /// Who must decide.
    pub approver: Desk,
    /// When it was asked.
    pub asked_at: Moment,
    /// The decision, once taken.
    pub decision: Option<Decided>,
}

/// A decision on a request; signed again with the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Granted or refused.
    pub granted: bool,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: UserId,
}
