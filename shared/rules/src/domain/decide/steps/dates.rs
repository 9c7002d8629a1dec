//! Dates that somebody moves.

use super::{Draft, Step};
use crate::clock::Moment;
use crate::clock::deadline::deadlines;
use crate::domain::event::Event;
use crate::domain::names::RuleId;
use crate::domain::refusal::Refusal;
use crate::procedure::model::Extension;

pub(in crate::domain::decide) fn extend(draft: &mut Draft<'_>, rule: RuleId, due_at: Moment, consent: bool) -> Step {
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
        return Err(Refusal::of("cannot_extend")
            .about("rule")
            .with("rule", rule.as_str())
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
        return Err(Refusal::of("reason_needed").about("reason").into());
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
