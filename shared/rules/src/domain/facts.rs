//! What a decision looks at besides the complaint: plain data gathered by the shell, so that a decision can be replayed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::device::Device;
use super::directory::Directory;
use super::names::{Desk, FieldKey, RuleId, UserId};
use super::refusal::{Refusal, Refused};
use crate::clock::{Clock, Moment, WorkCalendar};
use crate::procedure::Procedure;

/// The facts of one decision.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The moment of the request, in the procedure's zone.
    pub now: Moment,
    /// The procedure version that governs.
    pub procedure: &'a Procedure,
    /// The calendar of working days, with the company's own days.
    pub calendar: &'a WorkCalendar,
    /// Who holds which desk.
    pub directory: &'a Directory,
    /// Who asks.
    pub actor: &'a Actor,
    /// Why, where the person gave a reason.
    pub reason: Option<&'a str>,
    /// The complaint's salt for digests.
    pub salt: &'a [u8],
    /// The serial offered for a new complaint's number.
    pub serial: u64,
    /// Whether the customer can be written to by mail.
    pub reachable: bool,
    /// By counter: how many other complaints share its values in the window, as they will be after the wish; no more are
    /// counted than decide the matter.
    pub counts: &'a BTreeMap<RuleId, u64>,
    /// The device of the register whose serial the intake names.
    pub device: Option<&'a Device>,
}

/// For decisions that no counter speaks in.
pub static NO_COUNTS: BTreeMap<RuleId, u64> = BTreeMap::new();

/// Who asks for something.
#[derive(Clone, Debug, PartialEq)]
pub enum Actor {
    /// The system itself, for time and links.
    System,
    /// The customer.
    Customer,
    /// A member of staff.
    Staff(Staff),
}

/// A member of staff as permissions see him.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    /// Who.
    pub user: UserId,
    /// With which role.
    pub role: Role,
    /// In which department.
    pub department: Option<Desk>,
}

/// What a member of staff may do in general (角色).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Complaint officer (客诉专员): everything from registering to closing.
    Officer,
    /// Works on the complaints of his own department (责任部门).
    Department,
    /// Head (主管): as an officer, and moves dates and re-opens.
    Manager,
    /// Decides on requests for approval (审批人).
    Approver,
    /// Quality (质量): as an officer, and checks corrective action.
    Quality,
    /// Runs the installation (管理员).
    Administrator,
    /// Reads everything, changes nothing (审核员).
    Auditor,
}

impl Role {
    /// Every role with its name on the wire.
    pub const ALL: &[(Self, &'static str)] = &[
        (Self::Officer, "officer"),
        (Self::Department, "department"),
        (Self::Manager, "manager"),
        (Self::Approver, "approver"),
        (Self::Quality, "quality"),
        (Self::Administrator, "administrator"),
        (Self::Auditor, "auditor"),
    ];

    /// The role's name on the wire.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(role, _)| *role == self)
            .map_or("", |(_, name)| name)
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(role, _)| *role)
    }
}

impl Actor {
    /// How the log names the actor.
    pub fn name(&self) -> &str {
        match self {
            Self::System => "system",
            Self::Customer => "customer",
            Self::Staff(staff) => staff.user.as_str(),
        }
    }

    /// The member of staff, if it is one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Staff(staff) => Some(&staff.user),
            Self::System | Self::Customer => None,
        }
    }
}

impl<'a> Facts<'a> {
    /// Checks that whoever asks may fill these fields: what the company finds and decides is not the customer's to say.
    ///
    /// # Errors
    /// Names every field that only staff may fill.
    pub fn may_fill<'k>(&self, keys: impl Iterator<Item = &'k FieldKey>) -> Result<(), Refused> {
        if *self.actor != Actor::Customer {
            return Ok(());
        }
        let internal = keys.filter(|key| self.procedure.fields.internal(key.as_str()));
        let refused: Vec<Refusal> = internal
            .map(|key| {
                Refusal::of("staff_only_field")
                    .about(key.as_str())
                    .with("field", key.as_str())
            })
            .collect();
        if refused.is_empty() {
            Ok(())
        } else {
            Err(Refused(refused))
        }
    }

    /// The procedure's clock on this calendar.
    pub fn clock(&self) -> Clock<'a> {
        let header = &self.procedure.pack.procedure;
        Clock {
            calendar: self.calendar,
            hours: &header.hours,
            zone: header.zone,
        }
    }
}
