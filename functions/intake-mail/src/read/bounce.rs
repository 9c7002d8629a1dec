//! Reports about letters that could not be delivered: RFC 3464, and what old servers write instead of it.

use super::{
    Bounce, body, clean,
    fields::Fields,
    limits, transfer,
    tree::{Kind, Tree},
};

/// The report, if the message is one about a failure or a delay.
pub(super) fn find(tree: &Tree<'_>, fields: &Fields<'_>) -> Option<Bounce> {
    let status = (0..tree.len()).find(|part| {
        matches!(
            body::content(tree, *part).value(),
            "message/delivery-status" | "message/global-delivery-status"
        )
    });
    let mut bounce = match status {
        Some(part) => report(&transfer::decoded(&tree.fields(part), tree.body(part)))?,
        None => failed_recipients(fields)?,
    };
    bounce.letter = letter(tree, status);
    Some(bounce)
}

/// The groups of fields of a report: the first recipient that failed, else the first that waits.
fn report(text: &[u8]) -> Option<Bounce> {
    let text = clean::body(
        &String::from_utf8_lossy(clean::start(text, limits::HEADERS)),
        usize::MAX,
    );
    let groups: Vec<Bounce> = text
        .split("\n\n")
        .filter_map(|group| recipient(&Fields::of(group.as_bytes())))
        .collect();
    groups
        .iter()
        .find(|bounce| bounce.permanent)
        .or_else(|| groups.first())
        .cloned()
}

/// One recipient of a report, if the letter did not reach him.
fn recipient(fields: &Fields<'_>) -> Option<Bounce> {
    let who = fields
        .first("original-recipient")
        .or_else(|| fields.first("final-recipient"))?;
    let who = String::from_utf8_lossy(clean::start(&who, limits::ID)).into_owned();
    let status = fields
        .word("status")
        .map(|status| status.split([' ', '(']).next().unwrap_or_default().to_owned());
    let status = status.filter(|status| is_status(status));
    let class = status.as_deref().and_then(|status| status.chars().next());
    match fields
        .word("action")
        .as_deref()
        .map(|action| action.split([' ', ';', '(']).next().unwrap_or_default())
    {
        Some("failed") => {}
        Some("delayed") if class != Some('2') => {}
        Some(_) => return None,
        None if matches!(class, Some('4' | '5')) => {}
        None => return None,
    }
    Some(Bounce {
        recipient: address(&who),
        permanent: class == Some('5'),
        status,
        letter: None,
    })
}

/// `rfc822; <a@b.example>` without what is around the address.
fn address(who: &str) -> Option<String> {
    let who = who.split_once(';').map_or(who, |(_, who)| who);
    let who = clean::line(who, limits::ID);
    let who = who.trim_matches(['<', '>', ' ', '"']).to_owned();
    who.contains('@').then_some(who)
}

fn is_status(status: &str) -> bool {
    let mut numbers = status.split('.');
    let first = matches!(numbers.next(), Some("2" | "4" | "5"));
    let rest: Vec<&str> = numbers.collect();
    first
        && rest.len() == 2
        && rest
            .iter()
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Exim's own header: it is only set where delivery has been given up.
fn failed_recipients(fields: &Fields<'_>) -> Option<Bounce> {
    let who = fields.parties("x-failed-recipients", None).into_iter().next()?;
    Some(Bounce {
        recipient: address(&who.address),
        status: None,
        permanent: true,
        letter: None,
    })
}

/// The `Message-ID` of the letter: in the message that came back or in its header.
fn letter(tree: &Tree<'_>, status: Option<usize>) -> Option<String> {
    let after = status.map_or(0, |part| part + 1);
    (after..tree.len()).find_map(|part| {
        let fields = tree.fields(part);
        match body::content(tree, part).value() {
            "message/rfc822" | "message/global" if tree.kind(part) == Kind::Message => {
                let inner = tree.children(part).first().copied()?;
                tree.fields(inner).ids("message-id").into_iter().next()
            }
            "message/rfc822"
            | "message/global"
            | "text/rfc822-headers"
            | "message/global-headers"
            | "message/rfc822-headers" => {
                let decoded = transfer::decoded(&fields, tree.body(part));
                let head = clean::start(&decoded, limits::HEADERS);
                Fields::of(head).ids("message-id").into_iter().next()
            }
            _ => None,
        }
    })
}
