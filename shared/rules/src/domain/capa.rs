//! Corrective and preventive action (纠正和预防措施): a life cycle of its own, which may outlast the complaint.

use serde::{Deserialize, Serialize};

use super::value::TextRef;
use crate::clock::Moment;

/// One corrective action of a complaint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capa {
    /// Which one, from 1.
    pub n: u32,
    /// Where it stands.
    pub stage: CapaStage,
    /// How often it was planned: an ineffective action is planned again.
    pub round: u32,
}

/// Where a corrective action stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CapaStage {
    /// Requested (已发单), or to be planned again because it had no effect (重新制定).
    Opened {
        /// Since when.
        at: Moment,
    },
    /// Measures drafted (措施拟定).
    Planned {
        /// Since when.
        at: Moment,
        /// The measures.
        measures: TextRef,
    },
    /// Carried out; the effect is to be checked (效果验证).
    Done {
        /// Since when.
        at: Moment,
    },
    /// Closed as effective (有效关闭).
    Effective {
        /// When.
        at: Moment,
    },
    /// Nothing is done (免列案, 不采取措施), with a reason on record.
    Waived {
        /// When.
        at: Moment,
    },
}

impl CapaStage {
    /// The stage's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Planned { .. } => "planned",
            Self::Done { .. } => "done",
            Self::Effective { .. } => "effective",
            Self::Waived { .. } => "waived",
        }
    }

    /// Whether nothing more is to be done.
    pub fn settled(&self) -> bool {
        matches!(self, Self::Effective { .. } | Self::Waived { .. })
    }
}
