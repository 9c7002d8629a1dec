//! What keeps the letters about one complaint together: subject tag, references, and the mark in the text.
//!
//! Programs thread by different things. Gmail wants `References` to mails it has *and* an unchanged subject, Outlook reads
//! `Thread-Index` and `Thread-Topic` and else the subject, QQ Mail goes by the subject alone and answers without any
//! reference. So customers' letters about one complaint all have one subject, every letter refers to the first one to the
//! same person, and for answers that lost their headers there are the tag, the reply address and the mark.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, FixedOffset};

use super::Outgoing;
use super::address::{signed, verified};

/// How long an id of a mail may be to be referred to.
const ID_MAX: usize = 250;
/// How many mails a letter refers to at most: the first, and the last before it.
const REFERENCES_MAX: usize = 12;
/// The longest subject before its tag is added, in characters.
const SUBJECT_MAX: usize = 160;
/// What a mark in a letter's text begins with.
const MARK: &str = "[kesu:";

/// The conversation that a letter belongs to: all letters about one complaint to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The `Message-ID`s of the letters before it, the oldest first; none for the first letter.
    pub earlier: Vec<String>,
    /// What it is about, the same in all its letters: `KS-2026-0017`.
    pub topic: String,
    /// When its first letter was made.
    pub begun: DateTime<FixedOffset>,
    /// 16 bytes that no other conversation has.
    pub key: [u8; 16],
}

/// Whether a text is a `Message-ID` that may stand in a header: `<…@…>`, visible ASCII, not too long.
pub fn is_message_id(id: &str) -> bool {
    let inside = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inside.is_some_and(|inside| {
        id.len() <= ID_MAX
            && inside.contains('@')
            && inside
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
    })
}

/// The headers that place a letter in its conversation.
pub(super) fn headers(letter: &Outgoing) -> Vec<(&'static str, String)> {
    let answers: Vec<&str> = usable(&letter.answers);
    let earlier: Vec<&str> = letter
        .thread
        .as_ref()
        .map_or_else(Vec::new, |thread| usable(&thread.earlier));
    let mut headers = Vec::new();
    // A letter that answers a mail is a reply to that, any other to the letter before it.
    if let Some(last) = answers.last().or(earlier.last()) {
        headers.push(("In-Reply-To", (*last).to_owned()));
    }
    let mut references: Vec<&str> = Vec::new();
    for id in earlier.iter().chain(&answers) {
        if *id != letter.message_id && !references.contains(id) {
            references.push(id);
        }
    }
    while references.len() > REFERENCES_MAX {
        // RFC 5322: the first stays, and the last ones.
        references.remove(1);
    }
    if !references.is_empty() {
        headers.push(("References", references.join(" ")));
    }
    if let Some(thread) = &letter.thread {
        headers.push(("Thread-Topic", plain_topic(&thread.topic)));
        headers.push(("Thread-Index", thread_index(thread)));
    }
    headers
}

fn usable(ids: &[String]) -> Vec<&str> {
    ids.iter().map(|id| id.trim()).filter(|id| is_message_id(id)).collect()
}

fn plain_topic(topic: &str) -> String {
    topic.chars().filter(char::is_ascii_graphic).take(60).collect()
}

/// Outlook's id of a conversation: the six upper bytes of the beginning as a FILETIME, and the key.
fn thread_index(thread: &Thread) -> String {
    // 100 ns since 1601; years before that do not occur, and would only make another id.
    let since = thread.begun.timestamp().saturating_add(11_644_473_600).max(0);
    let ticks = u64::try_from(since).unwrap_or_default().saturating_mul(10_000_000);
    let mut bytes = ticks.to_be_bytes()[..6].to_vec();
    bytes.extend(thread.key);
    STANDARD.encode(bytes)
}

/// A subject with the complaint's tag `[KS-<number>]` in it exactly once, whatever else stands there.
pub fn tagged(subject: &str, number: &str) -> String {
    let tag = format!("[KS-{number}]");
    if subject.matches("[KS-").count() == 1 && subject.contains(&tag) {
        return subject.to_owned();
    }
    let mut rest = subject.replace(&tag, "");
    rest = rest.replace("[KS-", "(KS-");
    let words: Vec<&str> = rest.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(SUBJECT_MAX).collect();
    format!("{short} {tag}").trim_start().to_owned()
}

/// The mark that the last line of a letter about a complaint carries: `[kesu:<complaint>.<token>]`, with the token of the
/// reply address. Quoted in an answer it leads back to the complaint when every header is lost.
pub fn body_mark(complaint: &str, secret: &[u8]) -> String {
    format!("{MARK}{}]", signed(complaint, secret))
}

/// The complaint that the first true mark in a text leads to; a mark whose token is wrong leads nowhere.
pub fn marked_complaint(text: &str, secret: &[u8]) -> Option<String> {
    text.match_indices(MARK).take(100).find_map(|(at, _)| {
        let rest = text.get(at + MARK.len()..)?;
        // Programs that quote may break a long line.
        let inside: String = rest
            .chars()
            .take(160)
            .take_while(|c| *c != ']')
            .filter(|c| !c.is_whitespace() && *c != '>')
            .collect();
        verified(&inside.to_ascii_lowercase(), secret)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::letter;
    use super::*;

    fn thread(earlier: &[&str]) -> Thread {
        Thread {
            earlier: earlier.iter().map(|id| (*id).to_owned()).collect(),
            topic: "KS-2026-0017".into(),
            begun: DateTime::parse_from_rfc3339("2026-10-09T17:00:00+08:00").unwrap(),
            key: [7; 16],
        }
    }

    fn value(headers: &[(&'static str, String)], name: &str) -> Option<String> {
        let found = headers.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.clone())
    }

    #[test]
    fn the_first_letter_refers_to_nothing_and_the_next_to_it() {
        let first = headers(&Outgoing {
            thread: Some(thread(&[])),
            ..letter()
        });
        assert_eq!(
            (value(&first, "In-Reply-To"), value(&first, "References")),
            (None, None)
        );
        let next = headers(&Outgoing {
            thread: Some(thread(&["<a@k.example>", "<b@k.example>"])),
            ..letter()
        });
        assert_eq!(value(&next, "In-Reply-To").as_deref(), Some("<b@k.example>"));
        assert_eq!(
            value(&next, "References").as_deref(),
            Some("<a@k.example> <b@k.example>")
        );
        assert_eq!(value(&first, "Thread-Index"), value(&next, "Thread-Index"));
    }

    #[test]
    fn an_answer_to_a_mail_is_a_reply_to_that_mail_and_stays_in_the_conversation() {
        let reply = headers(&Outgoing {
            thread: Some(thread(&["<a@k.example>"])),
            answers: vec!["<c1@qq.example>".into(), "no id".into(), "<c2@qq.example>".into()],
            ..letter()
        });
        assert_eq!(value(&reply, "In-Reply-To").as_deref(), Some("<c2@qq.example>"));
        assert_eq!(
            value(&reply, "References").as_deref(),
            Some("<a@k.example> <c1@qq.example> <c2@qq.example>")
        );
    }

    #[test]
    fn what_is_no_message_id_is_not_referred_to() {
        for sly in ["<a@b>\r\nBcc: <c@d>", "<a b@c>", "a@b", "<ab>", "<张@b>", "<<a@b>>", ""] {
            assert!(!is_message_id(sly), "{sly:?}");
            let sly = headers(&Outgoing {
                answers: vec![sly.to_owned()],
                ..letter()
            });
            assert!(sly.is_empty(), "{sly:?}");
        }
        assert!(!is_message_id(&format!("<{}@b.example>", "a".repeat(300))));
    }

    #[test]
    fn a_long_conversation_keeps_its_first_letter_and_the_last_ones() {
        let ids: Vec<String> = (0..50).map(|n| format!("<{n}@k.example>")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let long = headers(&Outgoing {
            thread: Some(thread(&ids)),
            ..letter()
        });
        let references = value(&long, "References").unwrap();
        assert!(references.starts_with("<0@k.example> <39@k.example>") && references.ends_with(" <49@k.example>"));
    }

    #[test]
    fn a_subject_carries_its_tag_once() {
        for (subject, wanted) in [
            ("已超期2项 [KS-2026-0017] #9f3a", "已超期2项 [KS-2026-0017] #9f3a"),
            ("no tag", "no tag [KS-2026-0017]"),
            ("[KS-2026-0017] twice [KS-2026-0017]", "twice [KS-2026-0017]"),
            ("sly [KS-2026-0001]", "sly (KS-2026-0001] [KS-2026-0017]"),
            ("sly [KS-1] [KS-2026-0017]", "sly (KS-1] [KS-2026-0017]"),
            ("", "[KS-2026-0017]"),
        ] {
            assert_eq!(tagged(subject, "2026-0017"), wanted);
        }
        assert!(tagged(&"长".repeat(500), "2026-0017").ends_with("长 [KS-2026-0017]"));
    }

    #[test]
    fn a_mark_leads_to_its_complaint_and_a_forged_one_nowhere() {
        let secret = b"a secret of the installation";
        let mark = body_mark("0123456789abcdef", secret);
        let quoted = format!("> 您好\n> {}\n> {}\n", &mark[..20], &mark[20..]);
        for text in [
            mark.clone(),
            format!("谢谢\n\n> {mark}\n"),
            quoted,
            mark.to_uppercase().replace("[KESU:", MARK),
        ] {
            assert_eq!(
                marked_complaint(&text, secret).as_deref(),
                Some("0123456789abcdef"),
                "{text}"
            );
        }
        assert_eq!(marked_complaint(&mark.replace("0123", "0124"), secret), None);
        assert_eq!(marked_complaint(&mark, b"another secret"), None);
        assert_eq!(marked_complaint("[kesu:", secret), None);
        let both = format!("[kesu:x.00000000000000000000] {mark}");
        assert_eq!(marked_complaint(&both, secret).as_deref(), Some("0123456789abcdef"));
    }
}
