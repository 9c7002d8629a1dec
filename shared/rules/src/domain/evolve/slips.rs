//! What events make of a complaint's slips.

use std::collections::{BTreeMap, BTreeSet};

use crate::clock::Moment;
use crate::domain::approval::Approval;
use crate::domain::complaint::Complaint;
use crate::domain::names::{FieldKey, RequestId, RuleId};
use crate::domain::slip::{Slip, SlipStage};
use crate::domain::value::Value;
use crate::procedure::model::SlipKind;

pub(super) fn opened(
    complaint: &mut Complaint,
    kind: SlipKind,
    n: u32,
    rule: &RuleId,
    at: Moment,
    set: &BTreeMap<FieldKey, Value>,
) {
    complaint.slips.push(Slip {
        kind,
        n,
        rule: rule.clone(),
        opened_at: at,
        stage: SlipStage::Open { at },
        fields: set.clone(),
        requests: Vec::new(),
    });
}

/// `anew` is given where what was decided about the slip no longer counts; requests still outstanding do.
pub(super) fn edited(
    complaint: &mut Complaint,
    kind: SlipKind,
    n: u32,
    (set, cleared): (&BTreeMap<FieldKey, Value>, &BTreeSet<FieldKey>),
    anew: Option<Moment>,
) {
    let outstanding: BTreeSet<RequestId> = complaint
        .approvals
        .iter()
        .filter(|one| one.decision.is_none())
        .map(|one| one.request.clone())
        .collect();
    let Some(slip) = find(complaint, kind, n) else {
        return;
    };
    slip.fields
        .extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
    slip.fields.retain(|key, _| !cleared.contains(key));
    if let Some(at) = anew {
        slip.requests.retain(|request| outstanding.contains(request));
        slip.stage = SlipStage::Open { at };
    }
}

pub(super) fn set(complaint: &mut Complaint, kind: SlipKind, n: u32, stage: SlipStage) {
    if let Some(slip) = find(complaint, kind, n) {
        slip.stage = stage;
    }
}

pub(super) fn asked(complaint: &mut Complaint, approval: &Approval) {
    let place = approval.at.slip().zip(approval.slip);
    if let Some(slip) = place.and_then(|(kind, n)| find(complaint, kind, n)) {
        slip.requests.push(approval.request.clone());
        if !matches!(slip.stage, SlipStage::Open { .. }) {
            slip.stage = SlipStage::Open { at: approval.asked_at };
        }
    }
}

/// A slip is approved once everything asked for it was granted, and refused with the first refusal.
pub(super) fn decided(complaint: &mut Complaint, request: &RequestId, at: Moment) {
    let about = complaint
        .slips
        .iter()
        .find(|slip| !slip.stage.settled() && slip.requests.contains(request));
    let Some(slip) = about else { return };
    let decisions = || slip.asked(complaint).map(|one| one.decision.as_ref());
    let stage = if decisions().flatten().any(|decision| !decision.granted) {
        SlipStage::Refused { at }
    } else if decisions().all(|decision| decision.is_some()) {
        SlipStage::Approved { at }
    } else {
        return;
    };
    let (kind, n) = (slip.kind, slip.n);
    set(complaint, kind, n, stage);
}

fn find(complaint: &mut Complaint, kind: SlipKind, n: u32) -> Option<&mut Slip> {
    complaint.slips.iter_mut().find(|slip| slip.kind == kind && slip.n == n)
}
