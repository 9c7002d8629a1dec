//! What the customer says when he is asked whether he is satisfied: by the letter's link, or to a person who takes it down.

use super::replies::given;
use super::{Draft, Step, happened};
use crate::clock::Moment;
use crate::domain::event::Event;
use crate::domain::facts::Actor;
use crate::domain::refusal::Refusal;
use crate::domain::survey::Satisfied;

/// How an answer by the letter's link came.
const WEB: &str = "web";
/// How one came that a person took down and said nothing about.
const SPOKEN: &str = "telephone";

/// One answer for each complaint: what was said first is counted, and nobody changes it afterwards.
pub(super) fn survey(
    draft: &mut Draft<'_>,
    (handling, speed): (Satisfied, Option<Satisfied>),
    remark: Option<&str>,
    channel: Option<String>,
    at: Option<Moment>,
) -> Step {
    if draft
        .after
        .survey
        .as_ref()
        .is_some_and(|survey| survey.answer.is_some())
    {
        return Err(Refusal::of("survey_answered").into());
    }
    let by_link = *draft.facts.actor == Actor::Customer;
    let asked = draft.after.survey.as_ref().and_then(|survey| survey.asked.as_ref());
    if by_link && asked.is_none_or(|asked| asked.until <= draft.now()) {
        return Err(Refusal::of("survey_gone").into());
    }
    let (channel, at) = if by_link {
        (WEB.to_owned(), draft.now())
    } else {
        (
            given(channel.unwrap_or_else(|| SPOKEN.to_owned()))?,
            happened(draft, at)?,
        )
    };
    let remark = remark.map(str::trim).filter(|remark| !remark.is_empty());
    let remark = remark.map(|remark| draft.said("remark", remark)).transpose()?;
    draft.push(Event::SurveyAnswered {
        at,
        channel,
        handling,
        speed,
        remark,
    });
    Ok(())
}
