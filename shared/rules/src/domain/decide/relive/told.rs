//! Which command an entry of the log was, as far as its events tell.

use super::Again;
use crate::clock::Moment;
use crate::domain::chain::Entry;
use crate::domain::command::CommandKind;
use crate::domain::decide::guards::Asked;
use crate::domain::event::Event;
use crate::domain::names::{Milestone, known};
use crate::domain::stage::Stage;
use crate::procedure::model::Pack;
use CommandKind as C;

/// A command that was given.
pub(super) struct Told<'a> {
    pub kind: CommandKind,
    /// For a milestone without a command of its own: which.
    pub milestone: Option<Milestone>,
    /// For an answer: whether it was the formal one.
    formal: Option<bool>,
    /// Whether it went on with a slip that stood already.
    pub standing: bool,
    pub entry: &'a Entry,
}

impl<'a> Told<'a> {
    /// The command; nothing where the system itself did something, or somebody wrote.
    pub fn of(again: &Again<'a>) -> Option<Self> {
        let entry = again.entry;
        let told = |kind| Self {
            kind,
            milestone: None,
            formal: None,
            standing: false,
            entry,
        };
        // What only the system does.
        let own = |event: &Event| {
            matches!(
                event,
                Event::Wrote { .. }
                    | Event::Imported { .. }
                    | Event::Activated { .. }
                    | Event::DeadlinesMoved { .. }
                    | Event::SuccessorMade { .. }
            )
        };
        if entry.actor == "system" || entry.events.iter().any(own) {
            return None;
        }
        for event in &entry.events {
            let slip = match event {
                Event::SlipOpened { kind, .. } => Some((kind, false)),
                Event::SlipEdited { kind, .. } | Event::SlipDone { kind, .. } | Event::SlipCancelled { kind, .. } => {
                    Some((kind, true))
                }
                _ => None,
            };
            if let Some((kind, standing)) = slip {
                return Some(Self {
                    standing,
                    ..told(kind.command())
                });
            }
        }
        let plain = entry.events.iter().find_map(plain);
        if let Some((kind, formal)) = plain {
            return Some(Self { formal, ..told(kind) });
        }
        if let Some((kind, milestone)) = by_milestone(again) {
            return Some(Self {
                milestone,
                ..told(kind)
            });
        }
        // An edit that changed nothing asks again for what was refused.
        let edits = |event: &Event| matches!(event, Event::FieldsSet { .. } | Event::ApprovalAsked { .. });
        entry.events.iter().any(edits).then(|| told(C::Edit))
    }

    /// As guards look at it.
    pub fn asked(&self) -> Asked<'_> {
        match (&self.milestone, self.formal) {
            (Some(name), _) => Asked::milestone(name.as_str()),
            (None, Some(formal)) => Asked::reply(formal),
            (None, None) => Asked::of(self.kind),
        }
    }
}

/// The command that an event belongs to by itself.
fn plain(event: &Event) -> Option<(CommandKind, Option<bool>)> {
    let kind = match event {
        Event::Replied { formal, .. } => return Some((C::Reply, Some(*formal))),
        Event::ApprovalDecided { granted: true, .. } => C::Approve,
        Event::ApprovalDecided { granted: false, .. } => C::Refuse,
        Event::ApprovalAsked { approval } if approval.at == C::CapaWaive => C::CapaWaive,
        Event::CapaWaived { .. } => C::CapaWaive,
        Event::CapaPlanned { .. } => C::CapaPlan,
        Event::CapaDone { .. } => C::CapaDone,
        Event::CapaChecked { .. } => C::CapaCheck,
        Event::Reacted { .. } => C::React,
        Event::Extended { .. } => C::Extend,
        Event::Merged { .. } => C::Merge,
        Event::Unmerged {} => C::Unmerge,
        Event::Linked { .. } => C::Link,
        Event::Acknowledged { .. } => C::Acknowledge,
        Event::SurveyAnswered { .. } => C::Survey,
        Event::Noted { .. } => C::Note,
        Event::StageMoved {
            to: Stage::Closed { .. },
        } => C::Close,
        Event::StageMoved {
            to: Stage::WaitingCustomer { .. },
        } => C::RequestInfo,
        _ => return None,
    };
    Some((kind, None))
}

/// The command by the milestone that it reached.
fn by_milestone(again: &Again<'_>) -> Option<(CommandKind, Option<Milestone>)> {
    let events = &again.entry.events;
    let own = events.iter().enumerate().filter_map(|(place, event)| match event {
        Event::Reached { name, at, .. } => {
            let later = events.get(place.saturating_add(1)..).unwrap_or_default();
            let follows = implied(&again.was.procedure.pack, name, *at, later);
            (!follows).then_some(name)
        }
        _ => None,
    });
    let routed = |event: &Event| matches!(event, Event::Routed { .. });
    own.map(|name| {
        let kind = match name.as_str() {
            known::REGISTERED => C::Register,
            known::INFORMATION_COMPLETE => C::SupplyInfo,
            known::INFORMATION_ASKED => C::RequestInfo,
            known::VERIFIED => C::Verify,
            known::CLASSIFIED => C::Classify,
            known::ROUTED if events.iter().any(routed) => C::Route,
            known::CONTAINED => C::Contain,
            known::INVESTIGATED => C::Investigate,
            known::RESPONSIBILITY_JUDGED => C::Judge,
            known::PROPOSED => C::Propose,
            known::SUBMITTED => C::Submit,
            known::EXECUTED => C::Execute,
            known::CONFIRMED => C::Confirm,
            known::REOPENED => C::Reopen,
            known::CAPA_OPENED => C::CapaOpen,
            _ => return (C::Milestone, Some(name.clone())),
        };
        (kind, None)
    })
    .next()
}

/// Whether a milestone was reached only along with one that stands later in the same entry.
pub(super) fn implied(pack: &Pack, name: &Milestone, at: Moment, later: &[Event]) -> bool {
    let by = |event: &Event| match event {
        Event::Reached {
            name: by, at: moment, ..
        } => {
            let mut rules = pack.implied.iter();
            *moment == at && rules.any(|rule| rule.by == *by && rule.reaches == *name)
        }
        _ => false,
    };
    later.iter().any(by)
}
