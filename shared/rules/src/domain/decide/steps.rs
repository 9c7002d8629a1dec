//! What each command brings about, once it is permitted.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::close;
use super::draft::Draft;
use crate::classify::Kind;
use crate::clock::Moment;
use crate::clock::deadline::deadlines;
use crate::domain::approval::Approval;
use crate::domain::capa::{Capa, CapaStage};
use crate::domain::command::{Command, CommandKind};
use crate::domain::event::Event;
use crate::domain::names::{ComplaintId, Desk, Milestone, RequestId, RuleId, UserId, key, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::domain::value::Value;
use crate::procedure::model::{ApprovalRule, Extension, OnRejection};

type Step = Result<(), Refused>;

pub(super) fn step(draft: &mut Draft<'_>, command: Command) -> Step {
    match command {
        Command::Register {} => register(draft),
        Command::Milestone { name, at, note } => milestone(draft, name, at, note.as_deref()),
        Command::RequestInfo { fields } => {
            let (since, at) = (draft.now(), draft.now());
            draft.reach(known::INFORMATION_ASKED);
            if !draft.after.pauses.iter().any(|pause| pause.until.is_none()) {
                draft.push(Event::ClocksPaused { at });
            }
            draft.stage(Stage::WaitingCustomer { since, fields });
            Ok(())
        }
        Command::SupplyInfo { fields } => {
            draft.fields(&fields)?;
            let at = draft.now();
            draft.push(Event::ClocksResumed { at });
            draft.reach(known::INFORMATION_COMPLETE);
            back_to_work(draft);
            Ok(())
        }
        Command::Verify { upheld } => {
            draft.field(key::VALID, Some(Json::from(if upheld { "valid" } else { "not_valid" })))?;
            draft.reach(known::VERIFIED);
            Ok(())
        }
        Command::Classify { class, axes } => classify(draft, class, axes),
        Command::Route { department, person } => route(draft, department, person),
        Command::Contain { measures } => words(draft, "measures", &measures, known::CONTAINED),
        Command::Investigate {
            result,
            cause_main,
            cause_secondary,
            quantity,
        } => {
            draft.field(key::CAUSE_MAIN, cause_main.map(Json::from))?;
            draft.field(key::CAUSE_SECONDARY, cause_secondary.map(Json::from))?;
            draft.field(key::QUANTITY_AFFECTED, quantity)?;
            words(draft, key::INVESTIGATION_RESULT, &result, known::INVESTIGATED)
        }
        Command::Judge { party, department } => {
            draft.field(key::RESPONSIBLE_PARTY, Some(Json::from(party)))?;
            draft.field(key::RESPONSIBLE_DEPT, department.map(|desk| Json::from(desk.as_str())))?;
            draft.reach(known::RESPONSIBILITY_JUDGED);
            Ok(())
        }
        Command::Propose {
            treatment,
            amount,
            measures,
            no_action_reason,
        } => {
            draft.field(key::TREATMENT, Some(Json::from(treatment)))?;
            draft.field(key::AMOUNT, amount)?;
            draft.field("measures", measures.map(Json::from))?;
            draft.field(key::NO_ACTION_REASON, no_action_reason.map(Json::from))?;
            draft.reach(known::PROPOSED);
            Ok(())
        }
        Command::Submit {} => {
            draft.reach(known::SUBMITTED);
            if ask(draft, CommandKind::Submit, None) {
                draft.stage(Stage::WaitingApproval);
            } else {
                draft.reach(known::APPROVED);
            }
            Ok(())
        }
        Command::Approve { request, .. } => decided(draft, request, true),
        Command::Refuse { request, .. } => decided(draft, request, false),
        Command::Execute { note } => noted(draft, Milestone::of(known::EXECUTED), draft.now(), note.as_deref()),
        Command::Reply { text, channel, formal } => reply(draft, &text, channel, formal),
        Command::React { reaction, note } => react(draft, reaction, note.as_deref()),
        Command::Confirm { what } => {
            if !close::to_confirm(&draft.after, draft.facts)
                .iter()
                .any(|(rule, _)| *rule == *what)
            {
                return Err(Refusal::of("nothing_to_confirm")
                    .about("what")
                    .with("what", what)
                    .into());
            }
            draft.reach(known::CONFIRMED);
            Ok(())
        }
        Command::Extend { rule, due_at, consent } => extend(draft, rule, due_at, consent),
        Command::Close { reason } => close::close(draft, &reason),
        Command::Reopen {} => {
            let round = draft.after.round.saturating_add(1);
            draft.push(Event::RoundBegun { round });
            draft.stage(Stage::Open);
            Ok(())
        }
        Command::Link { to, kind } => link(draft, to, kind),
        Command::Merge { into } => {
            if into == draft.after.id {
                return Err(Refusal::of("merge_with_itself").about("into").into());
            }
            draft.push(Event::Merged { into });
            Ok(())
        }
        Command::Unmerge {} => {
            draft.push(Event::Unmerged {});
            Ok(())
        }
        Command::Note { text } => {
            let text = draft.said("text", &text)?;
            draft.push(Event::Noted { text });
            Ok(())
        }
        Command::Edit { fields } => {
            if fields.is_empty() {
                return Err(Refusal::of("missing_field")
                    .about("fields")
                    .with("field", "fields")
                    .into());
            }
            draft.fields(&fields)
        }
        Command::CapaOpen {} => {
            let n = u32::try_from(draft.after.capa.len())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            let at = draft.now();
            draft.push(Event::CapaOpened { n, at });
            draft.reach(known::CAPA_OPENED);
            Ok(())
        }
        Command::CapaPlan { n, measures } => {
            let n = capa(draft, n, |stage| {
                matches!(stage, CapaStage::Opened { .. } | CapaStage::Planned { .. })
            })?;
            let measures = draft.said("measures", &measures)?;
            let at = draft.now();
            draft.push(Event::CapaPlanned { n, at, measures });
            draft.reach(known::CAPA_PLANNED);
            Ok(())
        }
        Command::CapaDone { n } => {
            let n = capa(draft, n, |stage| matches!(stage, CapaStage::Planned { .. }))?;
            let at = draft.now();
            draft.push(Event::CapaDone { n, at });
            draft.reach(known::CAPA_DONE);
            Ok(())
        }
        Command::CapaCheck { n, effective } => {
            let n = capa(draft, n, |stage| matches!(stage, CapaStage::Done { .. }))?;
            let at = draft.now();
            draft.push(Event::CapaChecked { n, at, effective });
            draft.reach(known::CAPA_CHECKED);
            Ok(())
        }
        Command::CapaWaive { reason } => waive(draft, &reason),
    }
}

fn register(draft: &mut Draft<'_>) -> Step {
    draft.reach(known::REGISTERED);
    draft.stage(Stage::Open);
    Ok(())
}

/// A case that was waiting goes back to where it is worked on.
fn back_to_work(draft: &mut Draft<'_>) {
    let to = if draft.after.ever(known::REGISTERED) {
        Stage::Open
    } else {
        Stage::Received
    };
    draft.stage(to);
}

fn milestone(draft: &mut Draft<'_>, name: Milestone, at: Option<Moment>, note: Option<&str>) -> Step {
    let own = draft
        .facts
        .procedure
        .pack
        .milestones
        .iter()
        .any(|added| added.name == name);
    if !own && !known::ALL.contains(&name.as_str()) {
        return Err(Refusal::of("unknown_milestone")
            .about("name")
            .with("value", name.as_str())
            .into());
    }
    if known::BY_COMMAND.contains(&name.as_str()) && name != *known::ARCHIVED {
        return Err(Refusal::of("milestone_has_command")
            .about("name")
            .with("value", name.as_str())
            .into());
    }
    let at = at.map_or(draft.now(), |at| at.with_timezone(&draft.now().timezone()));
    if at > draft.now() {
        return Err(Refusal::of("future_date").about("at").with("field", "at").into());
    }
    if at < draft.after.received_at {
        return Err(Refusal::of("before_receipt").about("at").with("field", "at").into());
    }
    let archived = name == *known::ARCHIVED;
    if archived && let Some(refusal) = close::undecided(&draft.after) {
        return Err(refusal.into());
    }
    noted(draft, name, at, note)?;
    if archived && let Stage::Closed { reason, .. } = draft.after.stage.clone() {
        draft.stage(Stage::Archived { at, reason });
    }
    Ok(())
}

fn noted(draft: &mut Draft<'_>, name: Milestone, at: Moment, note: Option<&str>) -> Step {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let note = note.map(|note| draft.said("note", note)).transpose()?;
    draft.reach_at(name, at, note);
    Ok(())
}

fn words(draft: &mut Draft<'_>, field: &'static str, said: &str, reached: &'static str) -> Step {
    if said.trim().is_empty() {
        return Err(Refusal::of("missing_field").about(field).with("field", field).into());
    }
    draft.field(field, Some(Json::from(said)))?;
    draft.reach(reached);
    Ok(())
}

fn classify(draft: &mut Draft<'_>, class: String, mut axes: BTreeMap<String, String>) -> Step {
    let procedure = draft.facts.procedure;
    let labels = &procedure.pack.classes.label;
    let enquiry = labels.enquiry == class;
    // A procedure with service orders has a second list of classes: those stand on the service axis.
    let service = labels
        .service_axis
        .as_deref()
        .filter(|axis| procedure.classes(axis).contains(&class));
    let kind = if enquiry {
        Kind::Enquiry
    } else if service.is_some() {
        Kind::Service
    } else {
        Kind::Complaint
    };
    if !enquiry {
        axes.insert(service.unwrap_or(procedure.main_axis()).to_owned(), class.clone());
    }
    for (axis, value) in &axes {
        let choices = procedure.classes(axis);
        if !choices.contains(value) {
            let refusal = Refusal::of("unknown_class")
                .about("class")
                .with("class", value.as_str());
            return Err(refusal.with("choices", choices.join(", ")).into());
        }
    }
    axes.insert("kind".to_owned(), kind.code().to_owned());
    let overrules = class != draft.after.class && !draft.after.needs_review;
    if overrules && draft.facts.reason.is_none() {
        return Err(Refusal::of("needs_reason").about("reason").into());
    }
    let mut all = draft.after.axes.clone();
    all.extend(axes);
    let department = procedure.classifier.department(&all).as_deref().and_then(Desk::parse);
    draft.push(Event::Classified {
        class,
        axes: all,
        because: Vec::new(),
        needs_review: false,
        confidence: None,
    });
    draft.reach(known::CLASSIFIED);
    if enquiry {
        draft.stage(Stage::NotAComplaint);
    } else if draft.after.stage == Stage::NotAComplaint {
        back_to_work(draft);
    }
    // As long as nobody has routed it by hand, the department follows the class.
    if let Some(department) = department
        && !draft.after.ever(known::ROUTED)
        && draft.after.department.as_ref() != Some(&department)
    {
        draft.push(Event::Routed {
            department,
            person: None,
        });
    }
    Ok(())
}

fn route(draft: &mut Draft<'_>, department: Desk, person: Option<UserId>) -> Step {
    let procedure = draft.facts.procedure;
    let department = procedure
        .pack
        .aliases
        .get(department.as_str())
        .cloned()
        .unwrap_or(department);
    let known_desk = procedure.desks().contains(&department) || draft.facts.directory.desks.contains_key(&department);
    if !known_desk {
        let desks: Vec<String> = procedure.desks().iter().map(ToString::to_string).collect();
        let refusal = Refusal::of("unknown_department")
            .about("department")
            .with("department", department.as_str());
        return Err(refusal.with("choices", desks.join(", ")).into());
    }
    draft.push(Event::Routed { department, person });
    draft.reach(known::ROUTED);
    Ok(())
}

/// Asks for the approvals that come with a command but do not hold it up, each until it was granted once.
pub(super) fn ask_along(draft: &mut Draft<'_>, at: CommandKind, milestone: Option<&Milestone>) {
    if !matches!(at, CommandKind::Submit | CommandKind::CapaWaive) {
        ask(draft, at, milestone);
    }
}

/// Asks for every approval that a command of this kind needs; whether there was any.
fn ask(draft: &mut Draft<'_>, at: CommandKind, milestone: Option<&Milestone>) -> bool {
    let amount = draft.after.fields.get(key::AMOUNT).and_then(Value::amount);
    let holds_up = matches!(at, CommandKind::Submit | CommandKind::CapaWaive);
    let asked = |rule: &ApprovalRule| {
        let mut same = draft.after.approvals.iter().filter(|one| one.rule == rule.rule);
        same.any(|one| one.decision.as_ref().is_none_or(|decision| decision.granted))
    };
    let fits = |rule: &&ApprovalRule| {
        rule.at == at
            && rule.milestone.as_ref() == milestone
            && (holds_up || !asked(rule))
            && rule.when.holds(&draft.after)
            && rule
                .amount
                .as_ref()
                .is_none_or(|band| amount.is_some_and(|sum| band.holds(sum)))
    };
    let rules: Vec<&ApprovalRule> = draft.facts.procedure.pack.approval.iter().filter(fits).collect();
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
        let (rule, approver, asked_at) = (rule.rule.clone(), rule.approver.clone(), draft.now());
        draft.push(Event::ApprovalAsked {
            approval: Approval {
                request,
                rule,
                at,
                approver,
                asked_at,
                decision: None,
            },
        });
    }
    !rules.is_empty()
}

fn decided(draft: &mut Draft<'_>, request: RequestId, granted: bool) -> Step {
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
        .filter(|other| other.at == approval.at && other.decision.is_none())
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
        _ => {}
    }
    Ok(())
}

fn reply(draft: &mut Draft<'_>, text: &str, channel: String, formal: bool) -> Step {
    const WRITTEN: &[&str] = &["email", "letter", "fax", "web", "form"];
    const SPOKEN: &[&str] = &["telephone", "visit", "face_to_face", "meeting"];
    let written = WRITTEN.contains(&channel.as_str());
    if !written && !SPOKEN.contains(&channel.as_str()) {
        let choices = [WRITTEN, SPOKEN].concat().join(", ");
        return Err(Refusal::of("not_a_choice")
            .about("channel")
            .with("field", "channel")
            .with("value", channel)
            .with("choices", choices)
            .into());
    }
    let rules = &draft.facts.procedure.pack.reply;
    if formal && rules.written && !written {
        return Err(Refusal::of("reply_in_writing")
            .about("channel")
            .with("source", rules.source.as_str())
            .into());
    }
    if channel == "email" && !draft.facts.reachable {
        return Err(Refusal::of("no_address").about("channel").into());
    }
    if formal && !draft.after.ever(known::REGISTERED) {
        return Err(Refusal::of("needs").with("what", known::REGISTERED).into());
    }
    let text = draft.said("text", text)?;
    let nth = if formal {
        draft.after.answers.saturating_add(1)
    } else {
        0
    };
    draft.push(Event::Replied {
        nth,
        text,
        channel,
        formal,
    });
    if formal {
        draft.reach(known::REPLIED);
        let at = draft.now();
        draft.stage(Stage::Replied { at });
    }
    Ok(())
}

fn react(draft: &mut Draft<'_>, reaction: String, note: Option<&str>) -> Step {
    if !["accepted", "disputed", "none"].contains(&reaction.as_str()) {
        let refusal = Refusal::of("not_a_choice")
            .about("reaction")
            .with("field", "reaction")
            .with("value", reaction);
        return Err(refusal.with("choices", "accepted, disputed, none").into());
    }
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let note = note.map(|note| draft.said("note", note)).transpose()?;
    let disputed = reaction == "disputed";
    draft.push(Event::Reacted { reaction, note });
    draft.reach(known::CUSTOMER_REACTED);
    if disputed {
        match draft.facts.procedure.pack.reply.on_rejection {
            OnRejection::NewCaseLinked => close::supersede(draft),
            OnRejection::NextRound => {
                let round = draft.after.round.saturating_add(1);
                draft.push(Event::RoundBegun { round });
                draft.stage(Stage::Open);
            }
        }
    }
    Ok(())
}

fn extend(draft: &mut Draft<'_>, rule: RuleId, due_at: Moment, consent: bool) -> Step {
    let clock = draft.facts.clock();
    let due_at = due_at.with_timezone(&draft.now().timezone());
    let all = deadlines(&draft.after, draft.facts.procedure, &clock, draft.now());
    let open = all
        .iter()
        .find(|one| one.rule == rule && one.done_at.is_none() && !one.planned);
    let data = draft.facts.procedure.deadline(rule.as_str());
    let (Some(open), Some(data)) = (open, data) else {
        return Err(Refusal::of("no_such_deadline")
            .about("rule")
            .with("rule", rule.as_str())
            .into());
    };
    if data.statutory || data.extension == Extension::Never {
        return Err(Refusal::of("clock_cannot_be_moved")
            .about("rule")
            .with("source", data.source.as_str())
            .into());
    }
    if data.extension == Extension::WithConsent && !consent {
        return Err(Refusal::of("no_consent")
            .about("consent")
            .with("source", data.source.as_str())
            .into());
    }
    if draft.facts.reason.is_none() {
        return Err(Refusal::of("needs_reason").about("reason").into());
    }
    if due_at <= draft.now() {
        return Err(Refusal::of("not_in_future")
            .about("due_at")
            .with("field", "due_at")
            .into());
    }
    let started_at = open.started_at;
    draft.push(Event::Extended {
        rule,
        started_at,
        due_at,
        consent,
    });
    Ok(())
}

fn link(draft: &mut Draft<'_>, to: ComplaintId, kind: String) -> Step {
    if !["duplicate", "successor", "recurrence"].contains(&kind.as_str()) {
        let refusal = Refusal::of("not_a_choice")
            .about("kind")
            .with("field", "kind")
            .with("value", kind);
        return Err(refusal.with("choices", "duplicate, successor, recurrence").into());
    }
    if to == draft.after.id {
        return Err(Refusal::of("merge_with_itself").about("to").into());
    }
    if !draft.after.links.iter().any(|one| one.to == to && one.kind == kind) {
        draft.push(Event::Linked { to, kind });
    }
    Ok(())
}

/// The corrective action meant, if it stands where the command wants it.
fn capa(draft: &Draft<'_>, n: Option<u32>, fits: fn(&CapaStage) -> bool) -> Result<u32, Refused> {
    let all: &[Capa] = &draft.after.capa;
    let one = match n {
        Some(n) => all.iter().find(|capa| capa.n == n),
        None => all.iter().rev().find(|capa| fits(&capa.stage)),
    };
    let one = one.ok_or_else(|| Refusal::of("no_such_capa"))?;
    if !fits(&one.stage) {
        return Err(Refusal::of("capa_not_there").with("stage", one.stage.name()).into());
    }
    Ok(one.n)
}

fn waive(draft: &mut Draft<'_>, reason: &str) -> Step {
    if reason.trim().is_empty() {
        return Err(Refusal::of("missing_field")
            .about("reason")
            .with("field", "reason")
            .into());
    }
    draft.field(key::NO_ACTION_REASON, Some(Json::from(reason)))?;
    if ask(draft, CommandKind::CapaWaive, None) {
        return Ok(());
    }
    if let Some(Value::Words(reason)) = draft.after.fields.get(key::NO_ACTION_REASON).cloned() {
        push_waiver(draft, reason);
    }
    Ok(())
}

fn push_waiver(draft: &mut Draft<'_>, reason: crate::domain::value::TextRef) {
    let at = draft.now();
    let open = draft
        .after
        .capa
        .iter()
        .rev()
        .find(|capa| !capa.stage.settled())
        .map(|capa| capa.n);
    let n = open.unwrap_or_else(|| {
        u32::try_from(draft.after.capa.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)
    });
    if open.is_none() {
        draft.push(Event::CapaOpened { n, at });
    }
    draft.push(Event::CapaWaived { n, at, reason });
}
