//! Headers as two independent parsers read them: long Chinese texts come back whole, and no value adds a header.

use mail_parser::MessageParser;
use mailparse::MailHeaderMap;

use super::tests::letter;
use super::*;

/// Every text that reaches a header, set to the same.
fn with_everywhere(text: &str) -> Outgoing {
    Outgoing {
        id: text.to_owned(),
        escalation_id: Some(text.to_owned()),
        from_name: Some(text.to_owned()),
        to_name: Some(text.to_owned()),
        subject: text.to_owned(),
        thread: Some(Thread {
            earlier: vec![format!("<a{text}@k.example>"), "<ok@k.example>".into()],
            topic: text.to_owned(),
            begun: letter().date,
            key: [9; 16],
        }),
        answers: vec![text.to_owned(), format!("<{text}>")],
        unsubscribe: Some(format!("https://kesu.example/{text}")),
        ..letter()
    }
}

/// The names of the headers, as each parser sees them.
fn names(message: &[u8]) -> [Vec<String>; 2] {
    let one = MessageParser::default().parse(message).unwrap();
    let one = one
        .headers()
        .iter()
        .map(|header| header.name().to_ascii_lowercase())
        .collect();
    let (other, _) = mailparse::parse_headers(message).unwrap();
    let other = other
        .iter()
        .map(|header| header.get_key().to_ascii_lowercase())
        .collect();
    [one, other]
}

const KNOWN: &[&str] = &[
    "message-id",
    "date",
    "from",
    "to",
    "subject",
    "reply-to",
    "x-kesu-letter",
    "content-language",
    "x-kesu-escalation",
    "in-reply-to",
    "references",
    "thread-topic",
    "thread-index",
    "auto-submitted",
    "x-auto-response-suppress",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
];

#[test]
fn no_value_adds_a_header_for_either_parser() {
    let ends = [
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{b}",
        "\u{c}",
        "\r\n ",
        "\n\t",
        "\u{202e}",
        "\u{2066}",
        "=?utf-8?q?=0D=0ABcc:_x@y.example?=",
        "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
        "\u{feff}",
        "%0d%0a",
    ];
    for end in ends {
        for sly in [
            format!("hello{end}Bcc: victim@other.example{end}{end}body"),
            format!("{end}X-Sly: yes"),
            format!("{}{end}X-Sly: yes", "长".repeat(60)),
            format!("{}{end}X-Sly: yes", "long ".repeat(40)),
        ] {
            let message = compose(&with_everywhere(&sly)).unwrap();
            for found in names(&message) {
                for name in &found {
                    assert!(KNOWN.contains(&name.as_str()), "{end:?}: {name}");
                    assert_eq!(
                        found.iter().filter(|other| *other == name).count(),
                        1,
                        "{end:?}: {name} twice"
                    );
                }
            }
            let one = MessageParser::default().parse(&message).unwrap();
            assert_eq!(one.parts.len(), 3, "{end:?}");
            let to = one.to().and_then(|to| to.first()).unwrap();
            assert_eq!(to.address(), Some("zhang.wei@kunde.example"));
            assert_eq!(one.to().map(|to| to.iter().count()), Some(1));
            assert!(one.bcc().is_none() && one.cc().is_none());
        }
    }
}

#[test]
fn what_turns_the_direction_of_a_line_does_not_reach_a_header() {
    let sly = "invoice\u{202e}gpj.exe\u{2066}x\u{2028}y\u{85}z";
    let message = compose(&with_everywhere(sly)).unwrap();
    let one = MessageParser::default().parse(&message).unwrap();
    assert_eq!(one.subject(), Some("invoice gpj.exe x y z"));
    assert_eq!(one.to().unwrap().first().unwrap().name(), Some("invoice gpj.exe x y z"));
}

#[test]
fn long_chinese_subjects_and_names_come_back_whole_from_both_parsers() {
    let texts = [
        "短".to_owned(),
        "关于贵公司二〇二六年十月购买的注塑机液压系统漏油问题的投诉处理进展通知".repeat(4),
        format!("{} [KS-2026-0017] #9f3a12c4", "已超期2项，请立即办理：".repeat(12)),
        "𠮷野家的𨋢壞咗".repeat(15),
        "mixed 中文 and English words, 混合 text ".repeat(6).trim().to_owned(),
        "emoji 👨‍👩‍👧‍👦 familie ".repeat(8).trim().to_owned(),
        "Ünïcödé".repeat(20),
        "plain words of an English subject that is longer than one line of a mail may be".to_owned(),
        "\"quotes\", (brackets), <angles>; 张伟 @ 公司".to_owned(),
        "=?utf-8?b?5L2g5aW9?= looks encoded".to_owned(),
    ];
    for text in texts {
        let message = compose(&Outgoing {
            subject: text.clone(),
            from_name: Some(text.clone()),
            to_name: Some(text.clone()),
            ..letter()
        })
        .unwrap();
        let raw = String::from_utf8(message.clone()).unwrap();
        let (head, _) = raw.split_once("\r\n\r\n").unwrap();
        for line in head.split("\r\n") {
            assert!(line.is_ascii() && line.len() <= 78, "{} bytes: {line}", line.len());
            for word in line.split([' ', '<', '>', ',']).filter(|word| word.starts_with("=?")) {
                assert!(word.len() <= 75 && word.ends_with("?="), "{word}");
                // No character is cut: each word is whole by itself.
                let line = format!("Subject: {word}");
                let (alone, _) = mailparse::parse_header(line.as_bytes()).unwrap();
                assert!(!alone.get_value().contains('\u{fffd}'), "{word}");
            }
        }
        let one = MessageParser::default().parse(&message).unwrap();
        // What looks encoded stays what was written, and is not decoded by whoever reads it.
        let text = text.replace("=?", "= ?");
        assert_eq!(one.subject(), Some(text.as_str()));
        assert_eq!(one.from().unwrap().first().unwrap().name(), Some(text.as_str()));
        assert_eq!(one.to().unwrap().first().unwrap().name(), Some(text.as_str()));
        let (other, _) = mailparse::parse_headers(&message).unwrap();
        assert_eq!(other.get_first_value("Subject").as_deref(), Some(text.as_str()));
        let to = mailparse::addrparse_header(other.get_first_header("To").unwrap()).unwrap();
        let to = to.extract_single_info().unwrap();
        assert_eq!(
            (to.display_name.as_deref(), to.addr.as_str()),
            (Some(text.as_str()), "zhang.wei@kunde.example")
        );
    }
}

#[test]
fn both_parsers_see_the_conversation_and_the_way_off_the_list() {
    let message = compose(&Outgoing {
        thread: Some(Thread {
            earlier: (0..30)
                .map(|n| format!("<0123456789abcdef0123456789abcdef-{n}-0@mail.company.example>"))
                .collect(),
            topic: "KS-2026-0017".into(),
            begun: letter().date,
            key: [9; 16],
        }),
        answers: vec!["<tencent_AB12CD@qq.example>".into()],
        unsubscribe: Some("https://kesu.company.example/digest/off/6c69.0a1b".into()),
        ..letter()
    })
    .unwrap();
    let one = MessageParser::default().parse(&message).unwrap();
    assert_eq!(one.in_reply_to().as_text(), Some("tencent_AB12CD@qq.example"));
    let references = one.references().as_text_list().unwrap();
    assert_eq!(references.len(), 12);
    assert_eq!(
        references[0],
        "0123456789abcdef0123456789abcdef-0-0@mail.company.example"
    );
    assert_eq!(references[11], "tencent_AB12CD@qq.example");
    let raw = |name: &'static str| one.header_raw(name).map(|value| value.trim().to_owned());
    assert_eq!(
        raw("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    assert_eq!(raw("Auto-Submitted").as_deref(), Some("auto-replied"));
    assert_eq!(raw("Thread-Topic").as_deref(), Some("KS-2026-0017"));
    let (other, _) = mailparse::parse_headers(&message).unwrap();
    let ids = other.get_first_value("References").unwrap();
    assert_eq!(mailparse::msgidparse(&ids).unwrap().len(), 12);
    let link = other.get_first_value("List-Unsubscribe").unwrap();
    assert_eq!(link.trim(), "<https://kesu.company.example/digest/off/6c69.0a1b>");
}
