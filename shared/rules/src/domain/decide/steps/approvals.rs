//! Requests for approval: asked along with a command, and decided.

use super::measures::push_waiver;
use super::{Draft, Step};
use crate::domain::approval::Approval;
use crate::domain::command::CommandKind;
use crate::domain::event::Event;
use crate::domain::names::{Milestone, RequestId, key, known};
use crate::domain::refusal::Refusal;
use crate::domain::slip::SlipStage;
use crate::domain::stage::Stage;
use crate::domain::value::Value;
use crate::procedure::condition::Situation;
use crate::procedure::model::{ApprovalRule, SlipKind};

/// Asks for the approvals that come with a command but do not hold it up, each until it was granted once. What concerns
/// a slip is asked by its own steps.
pub(in crate::domain::decide) fn ask_along(draft: &mut Draft<'_>, at: CommandKind, milestone: Option<&Milestone>) {
    if !matches!(at, CommandKind::Submit | CommandKind::CapaWaive) && at.slip().is_none() {
        ask(draft, at, milestone);
    }
}

/// Asks for every approval that a command of this kind needs; whether there was any.
pub(in crate::domain::decide) fn ask(draft: &mut Draft<'_>, at: CommandKind, milestone: Option<&Milestone>) -> bool {
    let holds_up = matches!(at, CommandKind::Submit | CommandKind::CapaWaive);
    let asked = |rule: &ApprovalRule| {
        let mut same = draft.after.approvals.iter().filter(|one| one.rule == rule.rule);
        same.any(|one| one.decision.as_ref().is_none_or(|decision| decision.granted))
    };
    let rules: Vec<&ApprovalRule> = fitting(draft, at, milestone, &draft.after)
        .filter(|rule| holds_up || !asked(rule))
        .collect();
    push(draft, &rules, None);
    !rules.is_empty()
}

/// Asks for every approval that a slip needs as it now stands and that is neither outstanding nor granted.
pub(in crate::domain::decide) fn ask_for_slip(draft: &mut Draft<'_>, kind: SlipKind, n: u32) {
    let Some(slip) = draft.after.slip(kind, n) else { return };
    let laid = slip.over(&draft.after);
    let asked = |rule: &ApprovalRule| slip.asked(&draft.after).any(|one| one.rule == rule.rule);
    let rules: Vec<&ApprovalRule> = fitting(draft, kind.command(), None, &laid)
        .filter(|rule| !asked(rule))
        .collect();
    push(draft, &rules, Some(n));
}

fn fitting<'f, 's>(
    draft: &Draft<'f>,
    at: CommandKind,
    milestone: Option<&'s Milestone>,
    of: &'s dyn Situation,
) -> impl Iterator<Item = &'f ApprovalRule> + use<'f, 's> {
    let amount = of.field(key::AMOUNT).and_then(Value::amount);
    draft.facts.procedure.pack.approval.iter().filter(move |rule| {
        let band = rule.amount.as_ref();
        rule.at == at
            && rule.milestone.as_ref() == milestone
            && rule.when.holds(of)
            && band.is_none_or(|band| amount.is_some_and(|sum| band.holds(sum)))
    })
}

fn push(draft: &mut Draft<'_>, rules: &[&ApprovalRule], slip: Option<u32>) {
    for (index, rule) in rules.iter().enumerate() {
        let request = format!(
            "{}-{}-{}",
            rule.rule,
            draft.after.version.saturating_add(1),
            index.saturating_add(1)
        );
        let Some(request) = RequestId::parse(&request) else {
            continue;
        };
        let asked_at = draft.now();
        draft.push(Event::ApprovalAsked {
            approval: Approval {
                request,
                rule: rule.rule.clone(),
                at: rule.at,
                slip,
                approver: rule.approver.clone(),
                asked_at,
                decision: None,
            },
        });
    }
}

pub(in crate::domain::decide) fn decided(draft: &mut Draft<'_>, request: RequestId, granted: bool) -> Step {
    let Some(approval) = draft.after.outstanding(&request).cloned() else {
        return Err(Refusal::of("unknown_request")
            .about("request")
            .with("request", request.as_str())
            .into());
    };
    let Some(by) = draft.facts.actor.user().cloned() else {
        return Err(Refusal::of("forbidden").into());
    };
    let at = draft.now();
    draft.push(Event::ApprovalDecided {
        request,
        granted,
        at,
        by: by.clone(),
    });
    let others: Vec<RequestId> = draft
        .after
        .approvals
        .iter()
        .filter(|other| other.at == approval.at && other.slip == approval.slip && other.decision.is_none())
        .map(|other| other.request.clone())
        .collect();
    if !granted {
        // One refusal settles the matter: what else was asked for the same plan is withdrawn with it.
        for request in others {
            draft.push(Event::ApprovalDecided {
                request,
                granted: false,
                at,
                by: by.clone(),
            });
        }
        if approval.at == CommandKind::Submit {
            draft.reach(known::REFUSED);
            let round = draft.after.round.saturating_add(1);
            draft.push(Event::RoundBegun { round });
            draft.stage(Stage::Open);
        }
        return Ok(());
    }
    if !others.is_empty() {
        return Ok(());
    }
    match approval.at {
        CommandKind::Submit => {
            draft.reach(known::APPROVED);
            draft.stage(Stage::Open);
        }
        CommandKind::CapaWaive => {
            if let Some(Value::Words(reason)) = draft.after.fields.get(key::NO_ACTION_REASON).cloned() {
                push_waiver(draft, reason);
            }
        }
        at => {
            if let Some((kind, n)) = at.slip().zip(approval.slip)
                && let Some(slip) = draft.after.slip(kind, n)
                && matches!(slip.stage, SlipStage::Approved { .. })
            {
                let [_, approved, ..] = kind.milestones();
                draft.reach_by(approved, n);
            }
        }
    }
    Ok(())
}
