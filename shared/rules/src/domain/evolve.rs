//! What an event makes of a complaint: no thinking here, every decision was taken before.

mod slips;

use super::approval::Decided;
use super::capa::{Capa, CapaStage};
use super::complaint::{Acknowledged, Complaint, Escalation, Excess, Extension, Link, Reached};
use super::event::Event;
use super::legacy::Imported;
use super::message::{Claim, Matched, Sender};
use super::names::{Milestone, RuleId};
use super::slip::SlipStage;
use super::stage::Stage;
use super::survey::{Answer, Asked};
use crate::clock::{Moment, Pause};

/// Applies one event. `by` is the member of staff who caused it, nobody where the system did.
/// A log that does not begin with `Received` gives nothing.
pub fn evolve(complaint: Option<Complaint>, event: &Event, by: Option<&super::names::UserId>) -> Option<Complaint> {
    let Some(mut it) = complaint else {
        return begin(event);
    };
    match event {
        Event::Received { .. } => {}
        Event::Classified {
            class,
            axes,
            needs_review,
            spoken,
            ..
        } => {
            it.class.clone_from(class);
            it.axes.clone_from(axes);
            it.spoken.clone_from(spoken);
            it.needs_review = *needs_review;
        }
        Event::Routed { department, person } => {
            it.department = Some(department.clone());
            it.person.clone_from(person);
        }
        Event::Reached { name, at, slip, .. } => {
            let round = it.round;
            it.milestones.push(Reached {
                name: name.clone(),
                at: *at,
                by: by.cloned(),
                round,
                slip: *slip,
            });
        }
        Event::FieldsSet { set, cleared } => {
            it.fields
                .extend(set.iter().map(|(key, value)| (key.clone(), value.clone())));
            it.fields.retain(|key, _| !cleared.contains(key));
        }
        Event::StageMoved { to } => it.stage = to.clone(),
        Event::ClocksPaused { at } => it.pauses.push(Pause { from: *at, until: None }),
        Event::ClocksResumed { at } => {
            if let Some(open) = it.pauses.iter_mut().rev().find(|pause| pause.until.is_none()) {
                open.until = Some(*at);
            }
        }
        Event::ApprovalAsked { approval } => {
            it.approvals.push(approval.clone());
            slips::asked(&mut it, approval);
        }
        Event::ApprovalDecided {
            request,
            granted,
            at,
            by,
        } => {
            if let Some(one) = it.approvals.iter_mut().find(|approval| approval.request == *request) {
                one.decision = Some(Decided {
                    granted: *granted,
                    at: *at,
                    by: by.clone(),
                });
            }
            slips::decided(&mut it, request, *at);
        }
        Event::Replied { nth, formal, .. } => {
            it.answers = it.answers.max(*nth);
            it.unanswered = it.unanswered.filter(|_| !formal);
        }
        Event::Reacted { reaction, .. } => {
            it.reaction = Some(reaction.clone());
            it.unanswered = None;
        }
        Event::RoundBegun { round } => {
            it.round = *round;
            it.reaction = None;
            it.unanswered = None;
            // Who was asked about an end that is none any more is asked again after the next; an answer stands.
            it.survey = it.survey.take().filter(|survey| survey.answer.is_some());
        }
        Event::Extended {
            rule,
            started_at,
            due_at,
            consent,
        } => {
            it.extensions.retain(|one| one.rule != *rule);
            let extension = Extension {
                rule: rule.clone(),
                started_at: *started_at,
                due_at: *due_at,
                consent: *consent,
            };
            it.extensions.push(extension);
        }
        Event::Escalated { rungs } => {
            for told in rungs {
                let (started_at, due_at, rungs) = (told.started_at, told.due_at, told.rungs);
                let ended = same_clock(&it, &told.rule, started_at, due_at).is_some_and(|one| one.ended);
                let told_now = Escalation {
                    started_at,
                    due_at,
                    rungs,
                    ended,
                };
                it.escalated.insert(told.rule.clone(), told_now);
            }
        }
        Event::WaitEnded {
            rule,
            started_at,
            due_at,
        } => {
            let (started_at, due_at) = (*started_at, *due_at);
            let rungs = same_clock(&it, rule, started_at, due_at).map_or(0, |one| one.rungs);
            it.escalated.insert(
                rule.clone(),
                Escalation {
                    started_at,
                    due_at,
                    rungs,
                    ended: true,
                },
            );
        }
        Event::Acknowledged {
            rule,
            rungs,
            started_at,
            due_at,
            at,
            ..
        } => {
            if let Some(by) = by {
                // Of one person and one clock only the latest counts.
                let same = |one: &Acknowledged| one.by == *by && one.rule == *rule;
                it.acknowledged.retain(|one| !same(one));
                it.acknowledged.push(Acknowledged {
                    rule: rule.clone(),
                    started_at: *started_at,
                    due_at: *due_at,
                    rungs: *rungs,
                    by: by.clone(),
                    at: *at,
                });
            }
        }
        Event::SurveyAsked { at, until } => {
            let (at, until) = (*at, *until);
            it.survey.get_or_insert_default().asked = Some(Asked { at, until });
        }
        Event::SurveyAnswered {
            at,
            channel,
            handling,
            speed,
            ..
        } => {
            it.survey.get_or_insert_default().answer = Some(Answer {
                at: *at,
                channel: channel.clone(),
                handling: *handling,
                speed: *speed,
            });
        }
        Event::DeadlinesMoved { .. } | Event::Noted { .. } => {}
        Event::CapaOpened { n, at } => {
            it.capa.push(Capa {
                n: *n,
                stage: CapaStage::Opened { at: *at },
                round: 1,
            });
        }
        Event::CapaPlanned { n, at, measures } => {
            set_capa(
                &mut it,
                *n,
                CapaStage::Planned {
                    at: *at,
                    measures: measures.clone(),
                },
            );
        }
        Event::CapaDone { n, at } => set_capa(&mut it, *n, CapaStage::Done { at: *at }),
        Event::CapaChecked { n, at, effective: true } => set_capa(&mut it, *n, CapaStage::Effective { at: *at }),
        Event::CapaChecked {
            n,
            at,
            effective: false,
        } => {
            set_capa(&mut it, *n, CapaStage::Opened { at: *at });
            if let Some(capa) = it.capa.iter_mut().find(|capa| capa.n == *n) {
                capa.round += 1;
            }
        }
        Event::CapaWaived { n, at, .. } => set_capa(&mut it, *n, CapaStage::Waived { at: *at }),
        Event::SlipOpened { kind, n, rule, at, set } => slips::opened(&mut it, *kind, *n, rule, *at, set),
        Event::SlipEdited {
            kind,
            n,
            at,
            set,
            cleared,
            again,
        } => slips::edited(&mut it, *kind, *n, (set, cleared), again.then_some(*at)),
        Event::SlipDone { kind, n, at } => slips::set(&mut it, *kind, *n, SlipStage::Done { at: *at }),
        Event::SlipCancelled { kind, n, at } => slips::set(&mut it, *kind, *n, SlipStage::Cancelled { at: *at }),
        Event::CounterExceeded {
            rule,
            period,
            values,
            count,
        } => it.excesses.push(Excess {
            rule: rule.clone(),
            period: period.clone(),
            values: values.clone(),
            count: *count,
        }),
        Event::Linked { to, kind } => it.links.push(Link {
            to: to.clone(),
            kind: kind.clone(),
        }),
        Event::Merged { into } => {
            it.merged_into = Some(into.clone());
            it.claims.clear();
        }
        Event::Claimed { to, by } => it.claims.push(Claim {
            to: to.clone(),
            by: *by,
        }),
        Event::Wrote {
            at,
            sender,
            matched,
            automatic,
            ..
        } => {
            let speaks = !automatic && *sender != Sender::Staff && *matched != Matched::Begun;
            if speaks && it.unanswered.is_none() {
                it.unanswered = Some(*at);
            }
        }
        Event::Imported { origin, received_at } => imported(&mut it, origin, *received_at),
        Event::Activated { at } => {
            if let Some(imported) = &mut it.imported {
                imported.activated = Some(*at);
            }
        }
        Event::Unmerged {} => it.merged_into = None,
        Event::SuccessorOwed { id } => it.successor_owed = Some(id.clone()),
        Event::SuccessorMade { id } => {
            it.successor_owed = None;
            it.links.push(Link {
                to: id.clone(),
                kind: "successor".to_owned(),
            });
        }
    }
    Some(it)
}

fn begin(event: &Event) -> Option<Complaint> {
    let Event::Received {
        id,
        number,
        procedure,
        procedure_version,
        at,
        channel,
        by,
        language,
    } = event
    else {
        return None;
    };
    let received = Reached {
        name: Milestone::of(super::names::known::RECEIVED),
        at: *at,
        by: by.clone(),
        round: 1,
        slip: None,
    };
    Some(Complaint {
        id: id.clone(),
        number: number.clone(),
        procedure: procedure.clone(),
        procedure_version: procedure_version.clone(),
        received_at: *at,
        channel: channel.clone(),
        language: *language,
        version: 0,
        stage: Stage::Received,
        class: String::new(),
        axes: Default::default(),
        spoken: Default::default(),
        needs_review: false,
        department: None,
        person: None,
        milestones: vec![received],
        round: 1,
        answers: 0,
        reaction: None,
        fields: Default::default(),
        pauses: Vec::new(),
        approvals: Vec::new(),
        capa: Vec::new(),
        slips: Vec::new(),
        extensions: Vec::new(),
        escalated: Default::default(),
        acknowledged: Vec::new(),
        links: Vec::new(),
        excesses: Vec::new(),
        merged_into: None,
        claims: Vec::new(),
        unanswered: None,
        survey: None,
        successor_owed: None,
        imported: None,
    })
}

/// The batch that first brought it stays its batch, however often its row is mended.
fn imported(it: &mut Complaint, origin: &super::legacy::Origin, received_at: Option<Moment>) {
    let (batch, activated) = match it.imported.take() {
        Some(before) => (before.origin.batch, before.activated),
        None => (origin.batch.clone(), None),
    };
    let origin = super::legacy::Origin {
        batch,
        ..origin.clone()
    };
    it.imported = Some(Imported { origin, activated });
    if let Some(at) = received_at {
        it.received_at = at;
        if let Some(received) = it.milestones.first_mut() {
            received.at = at;
        }
    }
}

/// How far this very clock was escalated; an earlier clock of the same rule does not count.
fn same_clock<'a>(
    complaint: &'a Complaint,
    rule: &RuleId,
    started_at: Moment,
    due_at: Moment,
) -> Option<&'a Escalation> {
    let one = complaint.escalated.get(rule)?;
    (one.started_at == started_at && one.due_at == due_at).then_some(one)
}

fn set_capa(complaint: &mut Complaint, n: u32, stage: CapaStage) {
    if let Some(capa) = complaint.capa.iter_mut().find(|capa| capa.n == n) {
        capa.stage = stage;
    }
}
