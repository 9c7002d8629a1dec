//! Makes a message of a letter: MIME parts, and headers that no value can break out of.

use super::{EmailAddress, Outgoing, PostError, thread};
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use std::fmt::Write;

/// The message as bytes, as it goes into a file or to SES.
///
/// # Errors
/// [`PostError::Permanent`] when an id would break a header.
pub fn compose(letter: &Outgoing) -> Result<Vec<u8>, PostError> {
    Ok(message(letter)?.bytes)
}

/// The `Message-ID` of a letter: always the same for the same letter, so that a repeat is known as one.
pub fn message_id(letter_id: &str, domain: &str) -> String {
    format!("<{}@{domain}>", plain_id(letter_id))
}

/// Whether a character can end a header line somewhere, or turn a line's direction around.
pub(crate) fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An id as letters, digits, `-`, `_` and `~`: fit for file names and headers, and different for different ids.
pub(crate) fn plain_id(id: &str) -> String {
    let mut plain = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' {
            plain.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(plain, "~{byte:02x}");
        }
    }
    plain
}

/// A message as it goes over the wire.
pub(super) struct Composed {
    #[cfg_attr(
        not(feature = "smtp"),
        expect(dead_code, reason = "SMTP alone speaks of an envelope")
    )]
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

pub(super) fn message(letter: &Outgoing) -> Result<Composed, PostError> {
    let message = built(letter)?;
    Ok(Composed {
        envelope: message.envelope().clone(),
        bytes: folded(message.formatted()),
    })
}

/// The longest line of a header, without its end.
const LINE: usize = 78;

/// Folds header lines that are still too long (an address after an encoded name) at a space.
fn folded(message: Vec<u8>) -> Vec<u8> {
    let Some(end) = message.windows(4).position(|four| four == b"\r\n\r\n") else {
        return message;
    };
    let (head, rest) = message.split_at(end);
    let Ok(head) = std::str::from_utf8(head) else {
        return message;
    };
    let mut out = String::with_capacity(message.len() + 64);
    for (n, line) in head.split("\r\n").enumerate() {
        if n > 0 {
            out.push_str("\r\n");
        }
        let mut line = line;
        // Not before the value begins, and not so that a line of spaces is left.
        let mut begins = line.find(": ").map_or(1, |colon| colon + 2);
        while line.len() > LINE {
            let within = line.get(..=LINE).unwrap_or_default();
            let at = within.rfind(' ').filter(|at| *at > begins);
            let at = at.or_else(|| line.get(begins..)?.find(' ').map(|at| at + begins));
            let Some((one, other)) = at.and_then(|at| line.split_at_checked(at)) else {
                break;
            };
            if one.trim().is_empty() || other.trim().is_empty() {
                break;
            }
            out.push_str(one);
            out.push_str("\r\n");
            (line, begins) = (other, 1);
        }
        out.push_str(line);
    }
    let mut bytes = out.into_bytes();
    bytes.extend_from_slice(rest);
    bytes
}

fn built(letter: &Outgoing) -> Result<Message, PostError> {
    let id = &letter.message_id;
    if !thread::is_message_id(id) {
        return Err(PostError::Permanent(
            "message id is not of the form `<name@domain>`".into(),
        ));
    }
    let mut builder = Message::builder()
        .message_id(Some(id.clone()))
        .date(letter.date.into())
        .from(mailbox(&letter.from, letter.from_name.as_deref())?)
        .to(mailbox(&letter.to, letter.to_name.as_deref())?)
        .subject(header_text(&letter.subject));
    if let Some(reply_to) = &letter.reply_to {
        builder = builder.reply_to(mailbox(reply_to, None)?);
    }
    builder = builder
        .raw_header(header("X-Kesu-Letter", plain_id(&letter.id)))
        .raw_header(header("Content-Language", letter.language.tag().into()));
    if let Some(escalation) = &letter.escalation_id {
        builder = builder.raw_header(header("X-Kesu-Escalation", plain_id(escalation)));
    }
    for (name, value) in thread::headers(letter) {
        builder = builder.raw_header(header(name, value));
    }
    // `Precedence: bulk` is left out on purpose: it stops few responders that the next two do not stop, and some servers
    // keep such mail back or file it as advertising, which a letter about a deadline cannot afford.
    if letter.auto {
        let kind = if letter.answers.is_empty() {
            "auto-generated"
        } else {
            "auto-replied"
        };
        builder = builder
            .raw_header(header("Auto-Submitted", kind.into()))
            .raw_header(header("X-Auto-Response-Suppress", "All".into()));
    }
    if let Some(link) = letter.unsubscribe.as_ref().filter(|link| is_link(link)) {
        builder = builder
            .raw_header(header("List-Unsubscribe", format!("<{link}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
    }
    let part = |kind, body: &str| SinglePart::builder().header(kind).body(body_text(body));
    let words = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &letter.html));
    let whole = match &letter.attached {
        None => words,
        Some(file) => {
            let kind = ContentType::parse(&file.kind)
                .map_err(|_| PostError::Permanent("the attached file is of no media type".into()))?;
            let file = Attachment::new(plain_name(&file.name)).body(file.bytes.clone(), kind);
            MultiPart::mixed().multipart(words).singlepart(file)
        }
    };
    builder
        .multipart(whole)
        .map_err(|_| PostError::Permanent("letter cannot be composed".into()))
}

/// A file's name that every mail program takes as it is.
fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
        .collect()
}

/// Whether an address of the web can stand in a header as it is.
fn is_link(link: &str) -> bool {
    let web = link.starts_with("https://") || link.starts_with("http://");
    web && link
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte))
}

fn mailbox(address: &EmailAddress, name: Option<&str>) -> Result<Mailbox, PostError> {
    let address: Address = address
        .as_str()
        .parse()
        .map_err(|_| PostError::Permanent("address is not usable".into()))?;
    let name = name.map(header_text).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// A value for a header: what could end the line becomes a space.
fn header_text(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if breaks_lines(c) { ' ' } else { c }).collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        // What looks like an encoded word would go out as it is, and be decoded into whatever it hides.
        .replace("=?", "= ?")
}

/// A body without the control characters that mail servers stumble over.
fn body_text(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}
