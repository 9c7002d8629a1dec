//! What becomes of a complaint about which somebody writes.

use super::super::message::{Alike, Claim, Matched, Message, Sender, Verdict};
use super::super::stage::Stage;
use super::*;

fn message(sender: Sender) -> Message {
    Message {
        key: "k1".to_owned(),
        text: "客户来信内容".to_owned(),
        id: Some("a1@client.example".to_owned()),
        files: Vec::new(),
        sender,
        matched: Matched::Token,
        through: None,
        verdict: Verdict::None,
        automatic: false,
        raw: Some("ab.eml".to_owned()),
    }
}

impl Story<'_> {
    fn written(&mut self, message: Message) {
        self.wish(Wish::Wrote(Box::new(message)), &Actor::System).unwrap();
    }

    fn letters_of(&self, template: &str) -> usize {
        self.letters.iter().filter(|(_, one)| one.template == template).count()
    }
}

/// Answered on a Monday; silence is asked about 25 days later.
fn answered() -> Story<'static> {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("edit", json!({"fields": {"justified": false}}));
    story.run("reply", json!({"text": "不成立", "channel": "email", "formal": true}));
    story
}

#[test]
fn silence_ends_in_a_reminder_and_a_question() {
    let mut story = answered();
    story.pass("2025-04-30 10:00");
    assert!(story.it().ever("reminded"));
    assert_eq!(story.letters_of("confirm_wanted"), 1);
}

#[test]
fn nobody_is_reminded_who_has_written_since_the_answer() {
    let mut story = answered();
    story.pass("2025-02-20 10:00");
    story.written(message(Sender::Customer));
    story.pass("2025-06-30 10:00");
    assert!(!story.it().ever("reminded"));
    assert_eq!(story.letters_of("confirm_wanted"), 0);
    assert_eq!(story.letters_of("customer_wrote"), 1);
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn a_further_formal_answer_begins_the_wait_anew() {
    let mut story = answered();
    story.pass("2025-02-20 10:00");
    story.written(message(Sender::Customer));
    story.pass("2025-04-20 10:00");
    story.run("reply", json!({"text": "再答", "channel": "email", "formal": true}));
    story.pass("2025-05-10 10:00");
    assert!(!story.it().ever("reminded"));
    story.pass("2025-05-20 10:00");
    assert!(story.it().ever("reminded"));
}

#[test]
fn a_complaint_whose_customer_wrote_is_not_closed_as_silent_even_if_silence_was_confirmed_before() {
    let mut story = answered();
    story.pass("2025-04-30 10:00");
    story.run("confirm", json!({"what": confirm_rule(&story)}));
    story.written(message(Sender::Unknown));
    let refused = story
        .try_as(&story.administrator(), "close", json!({"reason": "silence_timeout"}))
        .unwrap_err();
    assert!(refused.0.iter().any(|one| one.code == "customer_wrote"), "{refused:?}");
    // A person judged what was written: then the way is free again.
    story.run("react", json!({"reaction": "none"}));
    let again = story.try_as(&story.administrator(), "close", json!({"reason": "silence_timeout"}));
    assert!(again.map_or_else(
        |refused| !refused.0.iter().any(|one| one.code == "customer_wrote"),
        |_| true
    ));
}

fn confirm_rule(story: &Story<'_>) -> String {
    let asked = story.letters.iter().find(|(_, one)| one.template == "confirm_wanted");
    asked.and_then(|(_, one)| one.rule.as_ref()).unwrap().to_string()
}

#[test]
fn a_machine_or_a_colleague_does_not_speak_for_the_customer() {
    let machine = Message {
        automatic: true,
        ..message(Sender::Customer)
    };
    for not_he in [machine, message(Sender::Staff)] {
        let mut story = answered();
        story.pass("2025-02-20 10:00");
        story.written(not_he);
        assert_eq!(story.letters_of("customer_wrote"), 0);
        story.pass("2025-04-30 10:00");
        assert!(story.it().ever("reminded"));
    }
}

#[test]
fn a_customer_who_was_waited_for_sets_the_clocks_going_and_completeness_stays_a_persons_to_judge() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("request_info", json!({"fields": ["batch_no"]}));
    assert!(story.deadline("T20.2").unwrap().paused);
    story.now = at("2025-02-19 10:00");
    story.written(message(Sender::Customer));
    assert!(!story.deadline("T20.2").unwrap().paused);
    assert!(matches!(story.it().stage, Stage::WaitingCustomer { .. }));
    assert!(!story.it().ever("information_complete"));
    // Not what was asked for: asked again, the clocks stand still again.
    story.run("request_info", json!({"fields": ["batch_no"]}));
    assert!(story.deadline("T20.2").unwrap().paused);
    story.run("supply_info", json!({"fields": {"batch_no": "B1"}}));
    assert!(story.it().ever("information_complete"));
    assert_eq!(story.it().pauses.len(), 2);
    assert_eq!(story.replayed(), *story.it());
}

#[test]
fn an_automatic_answer_leaves_the_clocks_standing() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("request_info", json!({"fields": ["batch_no"]}));
    story.written(Message {
        automatic: true,
        ..message(Sender::Customer)
    });
    assert!(story.deadline("T20.2").unwrap().paused);
}

#[test]
fn what_is_written_about_a_closed_complaint_is_noted_and_told_and_does_not_open_it() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.complaint.as_mut().unwrap().stage = Stage::Closed {
        at: story.now,
        reason: "withdrawn".to_owned(),
    };
    story.written(message(Sender::Customer));
    assert!(story.it().stage.ended());
    assert_eq!(story.letters_of("customer_wrote"), 1);
}

#[test]
fn the_words_of_a_message_are_not_in_the_log() {
    let mut story = answered();
    story.written(message(Sender::Customer));
    let log = story.log.join("\n");
    assert!(!log.contains("客户来信内容") && !log.contains("client.example"));
}

#[test]
fn a_merged_complaint_takes_no_messages_and_claims_nothing_more() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.complaint.as_mut().unwrap().claims.push(Claim {
        to: ComplaintId::parse("other").unwrap(),
        by: Matched::Subject,
    });
    story.run("merge", json!({"into": "other"}));
    assert!(story.it().claims.is_empty());
    let refused = story
        .wish(Wish::Wrote(Box::new(message(Sender::Customer))), &Actor::System)
        .unwrap_err();
    assert_eq!(refused.0[0].code, "merged");
    story.run("unmerge", json!({}));
    story.written(message(Sender::Customer));
}

#[test]
fn a_complaint_by_mail_keeps_its_message_its_claims_and_what_it_is_like() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    (story.complaint, story.hash) = (None, String::new());
    story.letters.clear();
    let key = |name: &str| FieldKey::parse(name).unwrap();
    let other = |id: &str| ComplaintId::parse(id).unwrap();
    let begun = Message {
        text: String::new(),
        matched: Matched::Begun,
        automatic: true,
        ..message(Sender::Customer)
    };
    let intake = Intake {
        id: ComplaintId::parse("fedcba"),
        channel: "email".to_owned(),
        fields: BTreeMap::from([
            (key("description"), json!("坏了")),
            (key("customer_name"), json!("客户")),
        ]),
        duplicates: vec![
            Alike {
                to: other("a1"),
                same: true,
            },
            Alike {
                to: other("a2"),
                same: false,
            },
        ],
        claims: vec![Claim {
            to: other("a3"),
            by: Matched::Reference,
        }],
        message: Some(Box::new(begun)),
        ..Intake::default()
    };
    story.wish(Wish::Receive(Box::new(intake)), &Actor::Customer).unwrap();
    let it = story.it();
    let links: Vec<_> = it
        .links
        .iter()
        .map(|one| (one.to.as_str(), one.kind.as_str()))
        .collect();
    assert_eq!(links, [("a1", "duplicate"), ("a2", "possible_duplicate")]);
    assert_eq!(it.claims.len(), 1);
    assert_eq!(it.unanswered, None, "what begins a complaint is no further message");
    // A machine wrote it (a person took it for a complaint all the same): it is not answered.
    assert_eq!(story.letters_of("acknowledgement"), 0);
}
