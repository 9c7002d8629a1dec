//! Single steps and what stands against them.

use super::*;

#[test]
fn neither_names_nor_words_are_in_the_log() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run(
        "reply",
        json!({"text": "機密答覆內容", "channel": "email", "formal": true}),
    );
    story.run("note", json!({"text": "張三的電話"}));
    let log = story.log.join("\n");
    for word in [
        "機密答覆內容",
        "張三",
        "样本客户",
        "someone@client.example",
        "客户说有问题",
    ] {
        assert!(!log.contains(word), "{word} is in the log");
    }
}

#[test]
fn a_rejection_owes_a_successor_until_it_was_made() {
    let mut story = Story::begin(&P19, "2025-06-09 09:00", "质量异常");
    story.run("register", json!({}));
    story.run("reply", json!({"text": "不退", "channel": "telephone", "formal": true}));
    story.run("react", json!({"reaction": "disputed"}));
    let owed = story.it().successor_owed.clone().unwrap();
    assert_eq!(story.wake, Some(story.now));
    story.wish(Wish::SuccessorMade, &Actor::System).unwrap();
    assert_eq!(story.it().successor_owed, None);
    assert!(
        story
            .it()
            .links
            .iter()
            .any(|link| link.to == owed && link.kind == "successor")
    );
    assert_eq!(story.wake, None);
}

#[test]
fn a_customer_cannot_claim_the_exemption_nor_decide_for_the_house() {
    let mut story = Story::begin(&P10, "2025-03-14 10:00", "一般投诉");
    let claim = json!({"fields": {"exempt_from_transfer": true}});
    assert!(story.try_as(&Actor::Customer, "edit", claim).is_err());
    story.complaint = None;
    story.hash.clear();
    let fields = [
        ("description", json!("x")),
        ("customer_name", json!("y")),
        ("exempt_from_transfer", json!(true)),
    ];
    let intake = Intake {
        id: ComplaintId::parse("0123456789abcdef"),
        channel: "web".to_owned(),
        fields: fields
            .into_iter()
            .map(|(key, value)| (FieldKey::parse(key).unwrap(), value))
            .collect(),
        ..Intake::default()
    };
    let refused = story
        .wish(Wish::Receive(Box::new(intake)), &Actor::Customer)
        .unwrap_err();
    assert_eq!(refused.0[0].code, "staff_only_field");
}

#[test]
fn doing_without_corrective_action_waits_for_its_approval() {
    let mut story = Story::begin(&VARIANT, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("capa_waive", json!({"reason": "個案"}));
    assert!(story.it().capa.is_empty());
    let request = story.it().approvals[0].request.to_string();
    story.run("approve", json!({"request": request, "password": "-"}));
    assert_eq!(story.it().capa[0].stage.name(), "waived");
}

#[test]
fn an_auditor_changes_nothing_and_a_department_only_its_own() {
    let mut story = Story::begin(&P10, "2025-03-14 10:00", "一般投诉");
    let auditor = story.staff("auditor", Role::Auditor, None);
    assert!(story.try_as(&auditor, "note", json!({"text": "x"})).is_err());
    story.run("register", json!({}));
    story.run("route", json!({"department": "业务经理"}));
    let other = story.staff("sales", Role::Department, Some("销售经理"));
    assert!(story.try_as(&other, "investigate", json!({"result": "x"})).is_err());
    let own = story.staff("repair", Role::Department, Some("业务经理"));
    assert!(story.try_as(&own, "investigate", json!({"result": "x"})).is_ok());
}

#[test]
fn a_milestone_cannot_lie_in_the_future_nor_before_the_receipt() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    let early = json!({"name": "handed_over", "at": "2025-02-16T10:00:00+08:00"});
    let late = json!({"name": "handed_over", "at": "2025-02-18T10:00:00+08:00"});
    assert_eq!(story.refusal("milestone", early), "before_receipt");
    assert_eq!(story.refusal("milestone", late), "future_date");
    assert_eq!(
        story.refusal("milestone", json!({"name": "replied"})),
        "milestone_has_command"
    );
    assert_eq!(
        story.refusal("milestone", json!({"name": "nonsense"})),
        "unknown_milestone"
    );
}

#[test]
fn a_complaint_taken_up_again_is_in_a_further_round() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("reply", json!({"text": "答", "channel": "letter", "formal": true}));
    story.run("react", json!({"reaction": "accepted"}));
    story.run("close", json!({"reason": "customer_satisfied"}));
    story.run("reopen", json!({}));
    assert_eq!((story.it().stage.name(), story.it().round), ("open", 2));
    assert_eq!(
        story.refusal("close", json!({"reason": "customer_satisfied"})),
        "closing_condition"
    );
}

#[test]
fn a_flipped_byte_anywhere_in_the_log_is_found() {
    let mut story = Story::begin(&P20, "2025-02-17 10:00", "Ⅱ類");
    story.run("register", json!({}));
    story.run("verify", json!({"upheld": true}));
    story.run("note", json!({"text": "x"}));
    let last = story.hash.clone();
    for entry in 0..story.log.len() {
        for place in 0..story.log[entry].len() {
            let mut bytes: Vec<Vec<u8>> = story.log.iter().map(|body| body.clone().into_bytes()).collect();
            bytes[entry][place] ^= 1;
            let bodies: Option<Vec<String>> = bytes.into_iter().map(|one| String::from_utf8(one).ok()).collect();
            // What is no text any more cannot even be read; else the chain or the head's own hash tells.
            let whole = bodies.and_then(|all| replay(all.iter().map(String::as_str)).ok());
            assert!(
                whole.is_none_or(|(_, hash)| hash != last),
                "entry {entry}, byte {place}"
            );
        }
    }
}
