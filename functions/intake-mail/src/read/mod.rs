//! Reads a raw message within bounds: whatever comes in ends in a [`Mail`] or in a stated reason.
//!
//! The parts are found by [`tree`], in one pass with limits, so that nothing is decoded of a message that is refused. What stands
//! in the parts (addresses, dates, base64) is read by mail-parser. Its own way through the parts is not taken: it looks for
//! boundaries in the middle of lines, searches the rest of the message anew for each one that is missing, decodes everything at
//! once, and loses the last characters of quoted-printable text that ends in a soft line break.

mod auto;
mod body;
mod bounce;
mod charset;
mod clean;
mod fields;
mod files;
mod fresh;
mod heads;
mod html;
mod limits;
mod mail;
mod mark;
mod params;
mod plain;
mod shifted;
mod steps;
mod tags;
mod transfer;
mod tree;
mod words;

pub use limits::LARGEST;
pub use mail::{Auto, Bounce, File, Mail, Party, Unreadable};

use fields::Fields;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Reads a raw message.
///
/// # Errors
/// When it is beyond the limits, is no message, or breaks the parser: it is then kept and put before a person.
pub fn read(bytes: &[u8]) -> Result<Mail, Unreadable> {
    quarantined(|| {
        let tree = tree::Tree::of(bytes)?;
        let fields = tree.fields(0);
        let gathered = body::gather(&tree);
        let mut mail = head(&fields, gathered.charset);
        mail.bounce = bounce::find(&tree, &fields);
        mail.auto = auto::find(&fields, &mail);
        mail.mark = gathered.mark;
        mail.fresh = fresh::find(&gathered.text, &gathered.quotes);
        mail.text = gathered.text;
        mail.files = gathered.files;
        Ok(mail)
    })
}

/// Runs what may panic in a parser, so that one message cannot take down those after it. It needs `panic = "unwind"`.
fn quarantined(work: impl FnOnce() -> Result<Mail, Unreadable>) -> Result<Mail, Unreadable> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Unreadable::Broken))
}

/// What the header says.
fn head(fields: &Fields<'_>, hint: charset::Hint) -> Mail {
    let from = fields.parties("from", hint).into_iter().next();
    let reply_to = fields.parties("reply-to", hint).into_iter().next();
    let named = ["to", "cc", "delivered-to", "x-original-to", "envelope-to"];
    let mut to: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for party in named.iter().flat_map(|name| fields.parties(name, hint)) {
        if !party.address.is_empty() && to.len() < limits::RECIPIENTS && seen.insert(party.address.to_lowercase()) {
            to.push(party.address);
        }
    }
    let mut answers = fields.ids("in-reply-to");
    for id in fields.ids("references").into_iter().rev() {
        if !answers.contains(&id) && answers.len() < limits::ANSWERS {
            answers.push(id);
        }
    }
    let differs = |party: &Party| {
        from.as_ref()
            .is_none_or(|from| !from.address.eq_ignore_ascii_case(&party.address))
    };
    Mail {
        message_id: fields.ids("message-id").into_iter().next(),
        answers,
        reply_to: reply_to.filter(|party| !party.address.is_empty() && differs(party)),
        from,
        to,
        date: fields.date(),
        subject: fields.text("subject", hint).unwrap_or_default(),
        ..Mail::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_that_panics_costs_only_its_message() {
        let broken = quarantined(|| std::panic::resume_unwind(Box::new("a parser")));
        assert_eq!(broken, Err(Unreadable::Broken));
    }
}
