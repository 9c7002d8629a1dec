//! Answers to the customer, and what he says to them.

use super::{Draft, Step};
use crate::domain::decide::close;
use crate::domain::event::Event;
use crate::domain::names::known;
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::procedure::model::OnRejection;

const WRITTEN: &[&str] = &["email", "letter", "fax", "web", "form"];
const SPOKEN: &[&str] = &["telephone", "visit", "face_to_face", "meeting"];

/// Whether an answer given this way is not in writing.
pub(in crate::domain::decide) fn spoken(channel: &str) -> bool {
    SPOKEN.contains(&channel)
}

/// A way by which something is said or written, as somebody gives it.
pub(super) fn given(channel: String) -> Result<String, Refused> {
    if WRITTEN.contains(&channel.as_str()) || spoken(&channel) {
        return Ok(channel);
    }
    let choices = [WRITTEN, SPOKEN].concat().join(", ");
    let refusal = Refusal::of("unknown_value").about("channel").with("field", "channel");
    Err(refusal.with("value", channel).with("allowed", choices).into())
}

pub(in crate::domain::decide) fn reply(draft: &mut Draft<'_>, text: &str, channel: String, formal: bool) -> Step {
    let channel = given(channel)?;
    let written = !spoken(&channel);
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

pub(in crate::domain::decide) fn react(draft: &mut Draft<'_>, reaction: String, note: Option<&str>) -> Step {
    if !["accepted", "disputed", "none"].contains(&reaction.as_str()) {
        let refusal = Refusal::of("unknown_value")
            .about("reaction")
            .with("field", "reaction")
            .with("value", reaction);
        return Err(refusal.with("allowed", "accepted, disputed, none").into());
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
