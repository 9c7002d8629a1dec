//! Public corpora: every message is read, or refused with a reason; none breaks the reader, none takes long.

use crate::support::{checked, crate_mails, fetched_mails};
use kesu_intake_mail::read::Unreadable;
use mail_parser::MessageParser;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn all(mails: &[PathBuf]) -> BTreeMap<String, Vec<String>> {
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    for path in mails {
        let bytes = std::fs::read(path).unwrap();
        for bytes in [with(&bytes, "\n"), with(&bytes, "\r\n"), bytes] {
            let start = Instant::now();
            let read = checked(&bytes);
            slowest = slowest.max(start.elapsed());
            if let Err(unreadable) = read {
                refused.entry(unreadable.to_string()).or_default().push(name(path));
            }
        }
    }
    refused.values_mut().for_each(Vec::dedup);
    println!(
        "{} mails in three forms each, refused {refused:?}, slowest {slowest:?}",
        mails.len()
    );
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    refused
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn with(bytes: &[u8], feed: &str) -> Vec<u8> {
    let lines: Vec<&[u8]> = bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .collect();
    lines.join(feed.as_bytes())
}

#[test]
fn the_mails_of_mail_parser_are_all_read() {
    let refused = all(&crate_mails());
    assert!(refused.is_empty(), "{refused:?}");
}

/// Whatever `samples/mail/corpora.sh` fetched; without it these are the samples alone.
#[test]
fn fetched_corpora_are_read_or_refused_with_a_reason() {
    let mut mails = fetched_mails();
    mails.extend(crate::support::mails_in(&crate::support::samples()));
    let refused = all(&mails);
    assert!(!refused.contains_key(&Unreadable::Broken.to_string()));
}

#[test]
fn mail_parser_sees_the_same_in_well_formed_mails() {
    let (mut same, mut other) = (0, Vec::new());
    for path in crate_mails()
        .into_iter()
        .filter(|path| !path.iter().any(|folder| folder == "malformed"))
    {
        let bytes = std::fs::read(&path).unwrap();
        let (Some(theirs), Ok(ours)) = (MessageParser::default().parse(&bytes), checked(&bytes)) else {
            continue;
        };
        let squeezed = |text: &str| {
            text.chars()
                .filter(|letter| !letter.is_whitespace() && !letter.is_control())
                .collect::<String>()
        };
        // Raw bytes of Western Europe in a subject come out of mail-parser as unknown characters.
        let subject = squeezed(theirs.subject().unwrap_or_default());
        let subject = subject.contains('\u{fffd}') || subject == squeezed(&ours.subject);
        let id = theirs.message_id().map(str::trim) == ours.message_id.as_deref();
        let from = theirs
            .from()
            .and_then(|from| from.first())
            .and_then(|from| from.address.as_deref().map(str::to_owned));
        let from = from.is_none() || from.as_deref() == ours.from.as_ref().map(|from| from.address.as_str());
        let date = theirs.date().map(|date| date.to_timestamp()) == ours.date.map(|date| date.timestamp());
        let text = theirs.body_text(0).map(|text| squeezed(&text)).unwrap_or_default();
        let text =
            squeezed(&ours.text).contains(&text) || theirs.text_body.is_empty() || theirs.html_body == theirs.text_body;
        match [
            ("subject", subject),
            ("id", id),
            ("from", from),
            ("date", date),
            ("text", text),
        ]
        .iter()
        .find(|(_, same)| !same)
        {
            None => same += 1,
            Some((what, _)) => other.push(format!("{what} {}", name(&path))),
        }
    }
    println!("{same} the same, {} not:\n{}", other.len(), other.join("\n"));
    assert!(same >= 80 && other.is_empty(), "{same} {other:?}");
}
