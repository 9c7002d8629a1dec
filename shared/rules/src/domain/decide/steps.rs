//! What each command brings about, once it is permitted.

mod approvals;
mod dates;
mod measures;
mod replies;
mod slips;
mod sorting;
mod surveys;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::acknowledge::acknowledge;
use super::close;
use super::draft::Draft;
use crate::clock::Moment;
use crate::domain::capa::CapaStage;
use crate::domain::command::{Command, CommandKind};
use crate::domain::event::Event;
use crate::domain::names::{ComplaintId, FieldKey, Milestone, key, known};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::procedure::condition::Situation;
use crate::procedure::model::SlipKind;
use approvals::decided;
pub(super) use approvals::{ask, ask_along, ask_for_slip};
use dates::extend;
use measures::{capa, waive};
pub(super) use replies::spoken;
use replies::{react, reply};
use slips::slip;
pub(super) use slips::{awaits, opening};
use sorting::{classify, route};
use surveys::survey;

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
            draft.facts.may_fill(fields.keys())?;
            plan_stands(draft, &fields)?;
            draft.fields(&fields)?;
            let at = draft.now();
            draft.push(Event::ClocksResumed { at });
            draft.reach(known::INFORMATION_COMPLETE);
            back_to_work(draft);
            Ok(())
        }
        Command::Verify { upheld } => {
            let found = if upheld { "valid" } else { "not_valid" };
            draft.carried([(key::VALID, Some(Json::from(found)))])?;
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
            wanted(key::INVESTIGATION_RESULT, &result)?;
            draft.carried([
                (key::CAUSE_MAIN, cause_main.map(Json::from)),
                (key::CAUSE_SECONDARY, cause_secondary.map(Json::from)),
                (key::QUANTITY_AFFECTED, quantity),
                (key::INVESTIGATION_RESULT, Some(Json::from(result))),
            ])?;
            draft.reach(known::INVESTIGATED);
            Ok(())
        }
        Command::Judge { party, department } => {
            draft.carried([
                (key::RESPONSIBLE_PARTY, Some(Json::from(party.as_str()))),
                (key::RESPONSIBLE_DEPT, department.map(|desk| Json::from(desk.as_str()))),
            ])?;
            draft.reach(known::RESPONSIBILITY_JUDGED);
            let outcomes = draft.facts.procedure.pack.outcome.iter();
            for reaches in outcomes
                .filter(|one| one.party == party)
                .filter_map(|one| one.reaches.clone())
            {
                draft.reach_at(reaches, draft.now(), None);
            }
            Ok(())
        }
        Command::Propose {
            treatment,
            amount,
            measures,
            no_action_reason,
        } => {
            draft.carried([
                (key::TREATMENT, Some(Json::from(treatment))),
                (key::AMOUNT, amount),
                ("measures", measures.map(Json::from)),
                (key::NO_ACTION_REASON, no_action_reason.map(Json::from)),
            ])?;
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
            draft.reach(known::REOPENED);
            draft.stage(Stage::Open);
            Ok(())
        }
        Command::Link { to, kind } => link(draft, to, kind),
        Command::Merge { into } => {
            if into == draft.after.id {
                return Err(Refusal::of("link_to_itself").about("into").into());
            }
            draft.push(Event::Merged { into });
            Ok(())
        }
        Command::Unmerge {} => {
            draft.push(Event::Unmerged {});
            Ok(())
        }
        Command::Acknowledge { rule } => acknowledge(draft, &rule),
        Command::Survey {
            handling,
            speed,
            remark,
            channel,
            at,
        } => survey(draft, (handling, speed), remark.as_deref(), channel, at),
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
            plan_stands(draft, &fields)?;
            draft.fields(&fields)?;
            close::keep_until(draft);
            Ok(())
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
        Command::ReturnGoods(order) => slip(draft, SlipKind::ReturnGoods, order),
        Command::Recall(order) => slip(draft, SlipKind::Recall, order),
        Command::Advise(order) => slip(draft, SlipKind::Advise, order),
        Command::ReportAuthority(order) => slip(draft, SlipKind::ReportAuthority, order),
        Command::Isolate(order) => slip(draft, SlipKind::Isolate, order),
        Command::Service(order) => slip(draft, SlipKind::Service, order),
    }
}

/// What has gone up for approval is not changed behind the approver's back: a new plan is proposed and goes up again.
fn plan_stands(draft: &Draft<'_>, fields: &BTreeMap<FieldKey, Json>) -> Step {
    let it = &draft.after;
    let decided = it.stage == Stage::WaitingApproval || it.reached(known::APPROVED);
    let plan = [key::TREATMENT, key::AMOUNT];
    match fields.keys().find(|key| plan.contains(&key.as_str())) {
        Some(key) if decided => Err(Refusal::of("plan_is_decided").about(key.as_str()).into()),
        _ => Ok(()),
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
            .with("milestone", name.as_str())
            .into());
    }
    if known::by_command(name.as_str()) && name != *known::ARCHIVED {
        return Err(Refusal::of("milestone_has_command")
            .about("name")
            .with("milestone", name.as_str())
            .into());
    }
    let at = happened(draft, at)?;
    let archived = name == *known::ARCHIVED;
    if archived {
        let open = close::slips_open(&draft.after, draft.facts);
        let against: Vec<Refusal> = close::undecided(&draft.after).into_iter().chain(open).collect();
        if !against.is_empty() {
            return Err(Refused(against));
        }
    }
    noted(draft, name, at, note)?;
    if archived && let Stage::Closed { reason, .. } = draft.after.stage.clone() {
        draft.stage(Stage::Archived { at, reason });
    }
    Ok(())
}

/// When something happened, now where nobody says: neither in the future nor before the company had the complaint.
fn happened(draft: &Draft<'_>, at: Option<Moment>) -> Result<Moment, Refused> {
    let at = at.map_or(draft.now(), |at| at.with_timezone(&draft.now().timezone()));
    if at > draft.now() {
        return Err(Refusal::of("future_date").about("at").with("field", "at").into());
    }
    if at < draft.after.received_at {
        return Err(Refusal::of("before_receipt").about("at").with("field", "at").into());
    }
    Ok(at)
}

fn noted(draft: &mut Draft<'_>, name: Milestone, at: Moment, note: Option<&str>) -> Step {
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    let note = note.map(|note| draft.said("note", note)).transpose()?;
    draft.reach_at(name, at, note);
    Ok(())
}

fn words(draft: &mut Draft<'_>, field: &'static str, said: &str, reached: &'static str) -> Step {
    wanted(field, said)?;
    draft.carried([(field, Some(Json::from(said)))])?;
    draft.reach(reached);
    Ok(())
}

fn wanted(field: &str, said: &str) -> Step {
    if said.trim().is_empty() {
        return Err(Refusal::of("missing_field").about(field).with("field", field).into());
    }
    Ok(())
}

fn link(draft: &mut Draft<'_>, to: ComplaintId, kind: String) -> Step {
    if !["duplicate", "successor", "recurrence"].contains(&kind.as_str()) {
        let refusal = Refusal::of("unknown_value")
            .about("kind")
            .with("field", "kind")
            .with("value", kind);
        return Err(refusal.with("allowed", "duplicate, successor, recurrence").into());
    }
    if to == draft.after.id {
        return Err(Refusal::of("link_to_itself").about("to").into());
    }
    if !draft.after.links.iter().any(|one| one.to == to && one.kind == kind) {
        draft.push(Event::Linked { to, kind });
    }
    Ok(())
}
