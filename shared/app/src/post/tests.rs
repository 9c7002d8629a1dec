//! Tests of composing and of the folder.

use super::*;

pub(super) fn letter() -> Outgoing {
    Outgoing {
        id: "0123abcd#4#1".into(),
        escalation_id: Some("T10.3/2".into()),
        message_id: message_id("0123abcd#4#1", "mail.company.example"),
        date: DateTime::parse_from_rfc3339("2026-10-10T12:00:00+08:00").unwrap(),
        from: EmailAddress::parse("kesu@company.example").unwrap(),
        from_name: Some("示例机械有限公司".into()),
        reply_to: Some(EmailAddress::parse("reply+0123abcd.00@mail.company.example").unwrap()),
        to: EmailAddress::parse("zhang.wei@kunde.example").unwrap(),
        to_name: Some("张伟".into()),
        subject: "已超期2项 [KS-2026-0017]".into(),
        text: "您好：\n\n已超期。\n".into(),
        html: "<p>您好：</p><p>已超期。</p>".into(),
        language: Language::ZhHans,
        auto: true,
        thread: None,
        answers: Vec::new(),
        unsubscribe: None,
        attached: None,
    }
}

/// The header names and values of a message, read by the letter of RFC 5322: lines end in CRLF, folded ones go on.
fn headers(message: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(message).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let read = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .unwrap()
    };
    unfolded.split("\r\n").map(read).collect()
}

/// The same as a careless reader sees it, who takes every line end for one and knows no folding.
fn careless(message: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(message).into_owned();
    let lines = text.split(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']);
    let filled = lines.skip_while(|line| line.is_empty()).scan(0, |empty, line| {
        *empty = if line.is_empty() { *empty + 1 } else { 0 };
        (*empty < 3).then(|| line.to_owned())
    });
    let names = filled.filter(|line| !line.starts_with([' ', '\t']));
    names
        .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
        .collect()
}

const NAMES: [&str; 12] = [
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "Reply-To",
    "X-Kesu-Letter",
    "Content-Language",
    "X-Kesu-Escalation",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
];

#[test]
fn a_message_has_its_headers_and_both_parts() {
    let message = compose(&letter()).unwrap();
    let headers = headers(&message);
    let value = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.as_str();
    assert_eq!(value("Message-ID"), "<0123abcd~234~231@mail.company.example>");
    assert_eq!(value("Date"), "Sat, 10 Oct 2026 04:00:00 +0000");
    assert_eq!(value("X-Kesu-Letter"), "0123abcd~234~231");
    assert_eq!(value("X-Kesu-Escalation"), "T10~2e3~2f2");
    assert_eq!(value("Auto-Submitted"), "auto-generated");
    assert_eq!(value("X-Auto-Response-Suppress"), "All");
    assert_eq!(value("Content-Language"), "zh-Hans");
    assert_eq!(value("Reply-To"), "reply+0123abcd.00@mail.company.example");
    assert!(value("From").ends_with("<kesu@company.example>"), "{}", value("From"));
    assert!(value("Content-Type").starts_with("multipart/alternative;"));
    let text = String::from_utf8(message).unwrap();
    assert_eq!(text.matches("Content-Type: text/plain; charset=utf-8").count(), 1);
    assert_eq!(text.matches("Content-Type: text/html; charset=utf-8").count(), 1);
}

#[test]
fn a_letter_that_a_person_wrote_does_not_call_itself_automatic() {
    let message = compose(&Outgoing {
        auto: false,
        escalation_id: None,
        ..letter()
    })
    .unwrap();
    let names: Vec<String> = headers(&message).into_iter().map(|(name, _)| name).collect();
    for name in ["Auto-Submitted", "X-Auto-Response-Suppress", "X-Kesu-Escalation"] {
        assert!(!names.contains(&name.to_owned()), "{name}");
    }
}

#[test]
fn no_value_can_add_a_header() {
    for end in [
        "\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{2029}", "\u{b}", "\r\n ", "\r\n\t",
    ] {
        let sly = format!("hello{end}Bcc: victim@other.example{end}{end}body");
        let ids = Outgoing {
            id: sly.clone(),
            escalation_id: Some(sly.clone()),
            ..letter()
        };
        let names = Outgoing {
            from_name: Some(sly.clone()),
            to_name: Some(sly.clone()),
            ..ids
        };
        let message = compose(&Outgoing {
            subject: sly.clone(),
            ..names
        })
        .unwrap();
        let read: Vec<String> = headers(&message).into_iter().map(|(name, _)| name).collect();
        assert!(
            read.iter()
                .all(|name| NAMES.contains(&name.as_str()) || name == "Content-Type"),
            "{read:?}"
        );
        assert!(!careless(&message).iter().any(|name| name.contains("Bcc")), "{end:?}");
        assert!(
            compose(&Outgoing {
                message_id: format!("<{sly}@a.example>"),
                ..letter()
            })
            .is_err()
        );
        assert!(EmailAddress::parse(&format!("a@b.example{end}Bcc: c@d.example")).is_err());
    }
}

#[test]
fn a_message_id_is_the_same_for_the_same_letter_and_another_for_another() {
    assert_eq!(message_id("a#1", "b.example"), message_id("a#1", "b.example"));
    assert_ne!(message_id("a#1", "b.example"), message_id("a~231", "b.example"));
    assert_ne!(message_id("a#1", "b.example"), message_id("a-1", "b.example"));
}

#[test]
fn a_letter_in_a_folder_is_one_file_however_often_it_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().join("outbox")).unwrap();
    let file = folder.file("0123abcd#4#1");
    let post = Post::Folder(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for _ in 0..3 {
        let receipt = runtime.block_on(post.send(&letter())).unwrap();
        assert_eq!(receipt.message_id, "<0123abcd~234~231@mail.company.example>");
    }
    let files: Vec<_> = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files, std::slice::from_ref(&file));
    assert_eq!(headers(&std::fs::read(file).unwrap())[0].0, "Message-ID");
}

#[test]
fn a_letter_id_cannot_leave_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path()).unwrap();
    for sly in [
        "../../etc/passwd",
        "/etc/passwd",
        "..",
        ".",
        "a/b",
        "a\\b",
        "a\0b",
        "a:b",
    ] {
        assert_eq!(folder.file(sly).parent(), Some(dir.path()), "{sly}");
    }
}

#[test]
fn a_folder_that_is_gone_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path().join("outbox")).unwrap();
    std::fs::remove_dir(dir.path().join("outbox")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(Post::Folder(folder).send(&letter())).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(!error.to_string().contains(dir.path().to_str().unwrap()), "{error}");
}

#[test]
fn what_a_server_says_is_told_without_addresses() {
    let said = without_addresses("550 5.1.1 <zhang.wei@kunde.example>: no such user\r\nfoo");
    assert_eq!(said, "550 5.1.1 *** no such user foo");
}
