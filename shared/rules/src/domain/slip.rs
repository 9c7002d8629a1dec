//! Slips (单据): records with a short life of their own that hang on a complaint.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::approval::Approval;
use super::complaint::Complaint;
use super::names::{FieldKey, RequestId, RuleId};
use super::value::Value;
use crate::clock::Moment;
use crate::procedure::condition::Situation;
use crate::procedure::model::SlipKind;

/// One slip of a complaint. It holds no personal data and no free text, only their digests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slip {
    /// The kind.
    pub kind: SlipKind,
    /// Which of its kind in this complaint, from 1.
    pub n: u32,
    /// The rule that it follows.
    pub rule: RuleId,
    /// When it was opened.
    pub opened_at: Moment,
    /// Where it stands.
    pub stage: SlipStage,
    /// Its fields.
    pub fields: BTreeMap<FieldKey, Value>,
    /// The requests for approval that count for it as it now stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestId>,
}

/// Where a slip stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum SlipStage {
    /// Being worked on, or waiting for its approvals (办理中).
    Open {
        /// Since when.
        at: Moment,
    },
    /// Everything asked for was granted (已批准).
    Approved {
        /// When.
        at: Moment,
    },
    /// An approval was refused (未批准): it is changed and asked again, or cancelled.
    Refused {
        /// When.
        at: Moment,
    },
    /// Settled (已办结).
    Done {
        /// When.
        at: Moment,
    },
    /// Given up, with a reason on record (已作废).
    Cancelled {
        /// When.
        at: Moment,
    },
}

impl SlipStage {
    /// The stage's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Approved { .. } => "approved",
            Self::Refused { .. } => "refused",
            Self::Done { .. } => "done",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Since when it stands there.
    pub fn at(&self) -> Moment {
        match self {
            Self::Open { at }
            | Self::Approved { at }
            | Self::Refused { at }
            | Self::Done { at }
            | Self::Cancelled { at } => *at,
        }
    }

    /// Whether nothing more is to be done.
    pub fn settled(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Cancelled { .. })
    }
}

impl Slip {
    /// The requests that count for it, in the order they were asked.
    pub fn asked<'a>(&'a self, complaint: &'a Complaint) -> impl Iterator<Item = &'a Approval> {
        let all = complaint.approvals.iter();
        all.filter(|approval| self.requests.contains(&approval.request))
    }

    /// The first request that was not granted: outstanding, or refused.
    pub fn not_granted<'a>(&'a self, complaint: &'a Complaint) -> Option<&'a Approval> {
        let granted = |one: &Approval| one.decision.as_ref().is_some_and(|decision| decision.granted);
        self.asked(complaint).find(|one| !granted(one))
    }

    /// The slip's fields laid over those of the complaint it hangs on.
    pub fn over<'a>(&'a self, complaint: &'a Complaint) -> Laid<'a> {
        Laid { slip: self, complaint }
    }

    /// Where a field's personal words are kept on the record's face, apart from the complaint's own.
    pub fn face(kind: SlipKind, n: u32, key: &FieldKey) -> FieldKey {
        FieldKey::parse(&format!("{}-{n}-{key}", kind.name())).unwrap_or_else(|| key.clone())
    }
}

/// What is done with a slip. Without a number it is opened.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SlipOrder {
    /// Which of its kind.
    pub n: Option<u32>,
    /// What is done with it; its fields are changed where absent.
    pub step: Option<SlipStep>,
    /// Its fields and their values; null empties.
    pub fields: BTreeMap<FieldKey, Json>,
}

/// What is done with a slip that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipStep {
    /// Its fields are changed.
    Edit,
    /// It is settled; fields given along with it are filled first.
    Done,
    /// It is given up, for a reason.
    Cancel,
}

/// A slip laid over its complaint: what the slip says goes before what the complaint says.
pub struct Laid<'a> {
    slip: &'a Slip,
    complaint: &'a Complaint,
}

impl Situation for Laid<'_> {
    fn class(&self) -> Option<&str> {
        self.complaint.class()
    }
    fn axis(&self, axis: &str) -> Option<&str> {
        self.complaint.axis(axis)
    }
    fn field(&self, key: &str) -> Option<&Value> {
        self.slip.fields.get(key).or_else(|| self.complaint.field(key))
    }
    fn reached(&self, milestone: &str) -> bool {
        self.complaint.reached(milestone)
    }
    fn answers(&self) -> u32 {
        self.complaint.answers
    }
    fn reaction(&self) -> Option<&str> {
        self.complaint.reaction()
    }
    fn off_hours(&self) -> bool {
        self.complaint.off_hours()
    }
    fn received_on(&self) -> Option<NaiveDate> {
        self.complaint.received_on()
    }
    fn channel(&self) -> Option<&str> {
        self.complaint.channel()
    }
    fn capa_settled(&self) -> bool {
        self.complaint.capa_settled()
    }
}
