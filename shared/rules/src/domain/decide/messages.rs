//! Somebody wrote about a complaint: it is noted, and time runs again where the customer was waited for.

use super::Decision;
use super::draft::Draft;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::facts::Facts;
use crate::domain::message::{Message, Sender};
use crate::domain::refusal::{Refusal, Refused};

/// Notes a message on a complaint that stands.
///
/// A customer who is waited for has written: his turn is over, and the clocks run again. The stage stays, because only a
/// person can say whether what was asked has come; until he does, it can still be supplied on the tracking page.
pub(super) fn wrote(complaint: &Complaint, facts: &Facts<'_>, message: Message) -> Result<Decision, Refused> {
    if complaint.merged_into.is_some() {
        return Err(Refusal::of("merged").into());
    }
    let mut draft = Draft::of(complaint, facts);
    let speaks = !message.automatic && message.sender != Sender::Staff;
    note(&mut draft, message)?;
    if speaks && draft.after.pauses.iter().any(|pause| pause.until.is_none()) {
        let at = draft.now();
        draft.push(Event::ClocksResumed { at });
    }
    Ok(draft.done())
}

/// The message as an event; its words are kept apart.
pub(super) fn note(draft: &mut Draft<'_>, message: Message) -> Result<(), Refused> {
    let text = match message.text.trim() {
        "" => None,
        words => Some(draft.said("text", words)?),
    };
    let id = message.id.as_deref().map(|id| draft.words(id));
    let at = draft.now();
    draft.push(Event::Wrote {
        key: message.key,
        at,
        sender: message.sender,
        matched: message.matched,
        through: message.through,
        verdict: message.verdict,
        automatic: message.automatic,
        text,
        id,
        files: message.files,
        raw: message.raw,
    });
    Ok(())
}
