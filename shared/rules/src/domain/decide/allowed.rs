//! Who may do what now: roles, desks, stages and the procedure's guards; also what the buttons are drawn from.

use serde::Serialize;

use super::acknowledge::{seen, tellings};
use super::close;
use super::guards::{Asked, guards_before};
use super::steps::{awaits, opening};
use crate::domain::command::{Command, CommandKind};
use crate::domain::complaint::Complaint;
use crate::domain::facts::{Actor, Facts, Role, Staff};
use crate::domain::names::{Desk, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::slip::Slip;
use crate::domain::stage::Stage;
use crate::procedure::RESPONSIBLE;
use crate::procedure::condition::Situation;
use crate::procedure::model::{OnRejection, SlipKind};
use CommandKind as C;

/// A command that a person may give now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Allowed {
    /// The command's type on the wire.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its fields; `?` marks optional ones.
    pub fields: &'static [&'static str],
    /// What it may be given: milestones to reach, requests to decide, reasons to close with, rules to confirm; for slips
    /// `open`, and for each that stands `edit 1`, `done 1`, `cancel 1`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// The commands that this person may give to this complaint now.
pub fn allowed(complaint: &Complaint, facts: &Facts<'_>) -> Vec<Allowed> {
    let Actor::Staff(staff) = facts.actor else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for (kind, name, fields) in C::ALL {
        let may = role_may(staff, *kind, complaint, facts)
            && stage_admits(complaint, *kind, facts)
            && (*kind == C::Milestone
                || kind.slip().is_some()
                || guards_before(complaint, facts, Asked::of(*kind)).is_ok());
        // What may be chosen is looked up only where the command may be given at all.
        if !may {
            continue;
        }
        let choices = choices(complaint, facts, *kind);
        let pointless = matches!(
            kind,
            C::Approve | C::Refuse | C::Confirm | C::Close | C::Milestone | C::Acknowledge
        ) || kind.slip().is_some();
        let answered = *kind == C::Survey && surveyed(complaint);
        if !(answered || pointless && choices.is_empty()) {
            list.push(Allowed {
                kind: name,
                fields,
                choices,
            });
        }
    }
    list
}

/// Whether the customer has said already whether he is satisfied.
fn surveyed(complaint: &Complaint) -> bool {
    complaint.survey.as_ref().is_some_and(|survey| survey.answer.is_some())
}

fn choices(complaint: &Complaint, facts: &Facts<'_>, kind: CommandKind) -> Vec<String> {
    let pack = &facts.procedure.pack;
    match kind {
        C::Approve | C::Refuse => {
            let mine = complaint.approvals.iter().filter(|one| one.decision.is_none());
            let mine = mine.filter(|one| act_for(facts, std::slice::from_ref(&one.approver), complaint).is_ok());
            mine.map(|one| one.request.to_string()).collect()
        }
        C::Acknowledge => {
            let unseen = tellings(complaint, facts)
                .into_iter()
                .filter(|one| !seen(complaint, facts, one));
            unseen.map(|one| one.rule.to_string()).collect()
        }
        C::Confirm => close::to_confirm(complaint, facts)
            .into_iter()
            .filter(|(_, desk)| act_for(facts, std::slice::from_ref(desk), complaint).is_ok())
            .map(|(rule, _)| rule.to_string())
            .collect(),
        C::Close => pack
            .closing
            .iter()
            .filter(|rule| close::objections(rule, complaint, facts).is_empty())
            .filter(|rule| act_for(facts, &rule.by, complaint).is_ok())
            .map(|rule| rule.reason.clone())
            .collect(),
        C::Milestone => {
            let own = pack.milestones.iter().map(|added| added.name.as_str());
            let all = known::ALL
                .iter()
                .copied()
                .filter(|name| !known::by_command(name))
                .chain(own);
            let open = all.filter(|name| !complaint.reached(name));
            let open = open.filter(|name| guards_before(complaint, facts, Asked::milestone(name)).is_ok());
            let archive = matches!(complaint.stage, Stage::Closed { .. }).then_some(known::ARCHIVED);
            match complaint.stage {
                Stage::Closed { .. } | Stage::Archived { .. } => archive.map(str::to_owned).into_iter().collect(),
                _ => open.map(str::to_owned).collect(),
            }
        }
        C::Route => facts.procedure.desks().iter().map(ToString::to_string).collect(),
        C::Classify => facts.procedure.classes(facts.procedure.main_axis()),
        kind => kind
            .slip()
            .map_or_else(Vec::new, |slip| slip_choices(complaint, facts, slip)),
    }
}

/// What may be done with slips of a kind: `open`, and for each that is not settled `edit 1`, `done 1`, `cancel 1`.
fn slip_choices(complaint: &Complaint, facts: &Facts<'_>, kind: SlipKind) -> Vec<String> {
    let opens =
        opening(kind, complaint, facts).is_ok() && guards_before(complaint, facts, Asked::of(kind.command())).is_ok();
    let mut list: Vec<String> = opens.then(|| "open".to_owned()).into_iter().collect();
    let standing = complaint
        .slips
        .iter()
        .filter(|slip| slip.kind == kind && !slip.stage.settled());
    let mine = standing.filter(|slip| {
        let rule = facts.procedure.slip(slip);
        rule.is_none_or(|rule| act_for(facts, &rule.by, complaint).is_ok())
    });
    for slip in mine {
        let steps = [
            ("edit", true),
            ("done", awaits(slip, complaint).is_none()),
            ("cancel", true),
        ];
        let possible = steps.into_iter().filter(|(_, possible)| *possible);
        list.extend(possible.map(|(step, _)| format!("{step} {}", slip.n)));
    }
    list
}

/// Checks that the actor may give this command to this complaint as it stands.
pub(super) fn permit(complaint: &Complaint, facts: &Facts<'_>, command: &Command) -> Result<(), Refused> {
    let kind = command.kind();
    match facts.actor {
        Actor::System => return Ok(()),
        // The customer speaks through pages of his own: he supplies what was asked, reacts to answers, and says
        // whether he is satisfied.
        Actor::Customer if matches!(kind, C::SupplyInfo | C::React | C::Note | C::Survey) => {}
        Actor::Customer => return Err(Refusal::of("forbidden").into()),
        Actor::Staff(staff) => {
            if !role_may(staff, kind, complaint, facts) {
                return Err(Refusal::of("forbidden").with("command", kind.name()).into());
            }
        }
    }
    if complaint.merged_into.is_some() && kind != C::Unmerge {
        return Err(Refusal::of("merged").into());
    }
    if !stage_admits(complaint, kind, facts) {
        let refusal = Refusal::of("not_allowed_in_stage").with("command", kind.name());
        return Err(refusal.with("stage", complaint.stage.name()).into());
    }
    if let Actor::Customer = facts.actor {
        return Ok(());
    }
    match command {
        Command::Approve { request, .. } | Command::Refuse { request, .. } => {
            if let Some(approval) = complaint.outstanding(request) {
                act_for(facts, std::slice::from_ref(&approval.approver), complaint)?;
            }
        }
        Command::Confirm { what } => {
            if let Some((_, desk)) = close::to_confirm(complaint, facts)
                .iter()
                .find(|(rule, _)| *rule == *what.as_str())
            {
                act_for(facts, std::slice::from_ref(desk), complaint)?;
            }
        }
        Command::Reply { formal: true, .. } if !answers_for_all(facts) => {
            act_for(facts, &facts.procedure.pack.reply.by, complaint)?;
        }
        Command::CapaCheck { .. } => act_for(facts, &facts.procedure.pack.capa.checked_by, complaint)?,
        Command::Edit { fields } | Command::SupplyInfo { fields } => {
            for exemption in facts
                .procedure
                .pack
                .exemption
                .iter()
                .filter(|one| fields.contains_key(&one.field))
            {
                act_for(facts, &exemption.by, complaint)?;
            }
        }
        _ => {}
    }
    // What must hold before a slip of that kind is opened held then; it is not asked again at each of its steps.
    if command.on_slip().is_some_and(|order| order.n.is_some()) {
        return Ok(());
    }
    guards_before(complaint, facts, Asked::by(command))
}

/// An officer (or head) who belongs to no department answers for the whole house.
fn answers_for_all(facts: &Facts<'_>) -> bool {
    let Actor::Staff(staff) = facts.actor else {
        return false;
    };
    staff.department.is_none()
        && matches!(
            staff.role,
            Role::Officer | Role::Manager | Role::Quality | Role::Administrator
        )
}

/// Whether the actor sits at one of the desks. A desk that nobody holds is the administrator's; no desks means anybody.
pub(super) fn act_for(facts: &Facts<'_>, desks: &[Desk], complaint: &Complaint) -> Result<(), Refused> {
    let Actor::Staff(staff) = facts.actor else {
        return Ok(());
    };
    let day = facts.now.date_naive();
    let aliases = &facts.procedure.pack.aliases;
    let named = |desk: &Desk| aliases.get(desk.as_str()).cloned().unwrap_or_else(|| desk.clone());
    let own = staff.department.as_ref().map(named);
    let sits = |desk: &Desk| {
        let desk = match complaint.department.as_ref() {
            Some(department) if *desk == *RESPONSIBLE => named(department),
            _ => named(desk),
        };
        own.as_ref() == Some(&desk) || facts.directory.may_act(&staff.user, &desk, day)
    };
    if desks.is_empty() || desks.iter().any(sits) {
        return Ok(());
    }
    let names: Vec<&str> = desks.iter().map(Desk::as_str).collect();
    Err(Refusal::of("only_desk").with("desk", names.join(", ")).into())
}

fn role_may(staff: &Staff, kind: CommandKind, complaint: &Complaint, facts: &Facts<'_>) -> bool {
    let own = staff.department.is_some() && staff.department == complaint.department;
    // A slip is often another department's work (the store checks what came back): its rule says whose.
    let slips = kind.slip().is_some_and(|kind| {
        let rules = facts.procedure.pack.slip.iter().filter(|rule| rule.kind == kind);
        let mut named = rules.filter(|rule| !rule.by.is_empty() || own);
        named.any(|rule| act_for(facts, &rule.by, complaint).is_ok())
    });
    // A survey is often another department's work too.
    let surveys = kind == C::Survey && {
        let taken_by = facts.procedure.pack.survey.iter().flat_map(|rules| &rules.taken_by);
        let mut taken_by = taken_by.map(std::slice::from_ref);
        own || taken_by.any(|desk| act_for(facts, desk, complaint).is_ok())
    };
    match staff.role {
        Role::Auditor => false,
        Role::Administrator | Role::Manager | Role::Quality => true,
        Role::Officer => !matches!(kind, C::CapaCheck | C::Extend),
        Role::Approver => matches!(kind, C::Approve | C::Refuse | C::Note | C::Acknowledge),
        Role::Department => {
            let works = matches!(
                kind,
                C::Milestone
                    | C::Contain
                    | C::Investigate
                    | C::Propose
                    | C::Submit
                    | C::Execute
                    | C::Note
                    | C::Edit
                    | C::RequestInfo
                    | C::SupplyInfo
                    | C::CapaPlan
                    | C::CapaDone
            );
            (own && works) || slips || surveys || matches!(kind, C::Approve | C::Refuse | C::Confirm | C::Acknowledge)
        }
    }
}

/// Which commands make sense where the complaint stands.
pub(super) fn stage_admits(complaint: &Complaint, kind: CommandKind, facts: &Facts<'_>) -> bool {
    if complaint.merged_into.is_some() {
        return kind == C::Unmerge;
    }
    let capa_open = complaint.capa.iter().any(|one| !one.stage.settled());
    let capa_step = capa_open && matches!(kind, C::CapaPlan | C::CapaDone | C::CapaCheck | C::CapaWaive);
    let always = matches!(kind, C::Note | C::Link | C::Acknowledge) || capa_step;
    let decides = matches!(kind, C::Approve | C::Refuse) && complaint.awaits_approval();
    let keeps = matches!(
        kind,
        C::Milestone | C::Edit | C::Classify | C::Route | C::Contain | C::Merge | C::Extend
    );
    let registered = complaint.ever(known::REGISTERED);
    if let Some(slip) = kind.slip() {
        let standing = |one: &Slip| one.kind == slip && !one.stage.settled();
        return registered && (!complaint.stage.ended() || complaint.slips.iter().any(standing));
    }
    let asks = kind == C::Survey && complaint.stage.ended() && facts.procedure.pack.survey.is_some();
    let works = registered
        && matches!(
            kind,
            C::Verify | C::Investigate | C::Judge | C::Propose | C::Submit | C::Execute | C::CapaOpen | C::CapaWaive
        );
    always
        || decides
        || asks
        || match &complaint.stage {
            Stage::Received => keeps || matches!(kind, C::Register | C::RequestInfo | C::Reply),
            Stage::Open => keeps || works || matches!(kind, C::RequestInfo | C::Reply | C::Close),
            Stage::WaitingCustomer { .. } => keeps || matches!(kind, C::SupplyInfo | C::RequestInfo | C::Close),
            Stage::WaitingApproval => keeps && kind != C::Merge,
            Stage::Replied { .. } => {
                let acts = matches!(
                    kind,
                    C::React | C::Confirm | C::Reply | C::Close | C::Execute | C::CapaOpen | C::CapaWaive
                );
                keeps || acts || (works && matches!(kind, C::Judge))
            }
            Stage::Closed { .. } => {
                let again = facts.procedure.pack.reply.on_rejection == OnRejection::NewCaseLinked;
                let filed = matches!(kind, C::Reopen | C::Edit | C::Milestone);
                filed || (kind == C::React && again && complaint.answers > 0 && complaint.successor_owed.is_none())
            }
            Stage::Archived { .. } => kind == C::Reopen,
            Stage::NotAComplaint => matches!(kind, C::Classify | C::Route | C::Reply | C::Edit | C::Merge),
        }
}
