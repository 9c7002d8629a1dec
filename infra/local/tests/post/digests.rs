//! The daily digest: the most urgent first, by complaint, with names; nothing for nothing; and the link that stops it.

use kesu_app::post::subscription;
use kesu_app::store::AnyRecord;
use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::house::{CANARY, House};

/// The digests that were written, by recipient.
async fn digests(house: &House) -> Vec<Value> {
    let mut found = Vec::new();
    for record in house.app.store.scan_all(5_000, None).await.unwrap().items {
        if let Ok(AnyRecord::Letter(letter)) = record
            && letter.body.contains("\"template\":\"digest\"")
        {
            assert!(!letter.body.contains(CANARY), "a record holds no name: {}", letter.body);
            found.push(kesu_notify::shown(&house.app, &letter).await.unwrap());
        }
    }
    found
}

async fn digest(house: &House) -> u64 {
    let count = kesu_escalate::digest(&house.app, house.app.now()).await.unwrap();
    house.drained().await;
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_has_the_most_urgent_first_with_names_lateness_and_links() {
    let house = House::new(None, Vec::new()).await;
    let old = house
        .complain("old", "", json!({"customer": {"name": format!("{CANARY}甲")}}))
        .await;
    house.clock("2026-03-11T14:00:00+08:00").await;
    let new = house
        .complain("new", "", json!({"customer": {"name": format!("{CANARY}乙")}}))
        .await;
    house.clock("2026-03-13T10:00:00+08:00").await;
    assert!(digest(&house).await >= 1);
    assert_eq!(digest(&house).await, 0, "once a day");
    let all = digests(&house).await;
    let both = all.iter().find(|one| {
        let text = one["text"].as_str().unwrap();
        text.contains(&format!("complaints/{old}")) && text.contains(&format!("complaints/{new}"))
    });
    let both = both.unwrap_or_else(|| panic!("{all:?}"));
    let text = both["text"].as_str().unwrap();
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is not in {text}"));
    assert!(
        at(&format!("complaints/{old}")) < at(&format!("complaints/{new}")),
        "{text}"
    );
    assert!(
        text.contains(&format!("客户：{CANARY}甲")) && text.contains("已超"),
        "{text}"
    );
    assert!(text.contains("工作"), "lateness is told in working time: {text}");
    println!("Subject: {}\n\n{text}", both["subject"].as_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_say_is_not_said_and_a_day_off_is_left_in_peace() {
    let house = House::new(None, Vec::new()).await;
    assert_eq!(digest(&house).await, 0);
    house.complain("old", "", json!({"customer": {"name": "张"}})).await;
    // A Saturday.
    house.clock("2026-03-14T08:30:00+08:00").await;
    assert_eq!(digest(&house).await, 0, "P19 has no clock of law");
    house.clock("2026-03-16T08:30:00+08:00").await;
    assert!(digest(&house).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_can_be_left_at_one_click_and_letters_about_deadlines_cannot() {
    let house = House::new(None, Vec::new()).await;
    house.complain("old", "", json!({"customer": {"name": "张"}})).await;
    house.clock("2026-03-13T10:00:00+08:00").await;
    let before = digest(&house).await;
    let mut left = None;
    for (name, mail) in house.mails() {
        let parsed = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let to = parsed.to().unwrap().first().unwrap().address().unwrap().to_owned();
        let unsubscribe = parsed.header_raw("List-Unsubscribe").map(|link| link.trim().to_owned());
        assert_eq!(unsubscribe.is_some(), name.starts_with("digest-"), "{name}");
        if let Some(link) = unsubscribe {
            assert_eq!(
                parsed.header_raw("List-Unsubscribe-Post").unwrap().trim(),
                "List-Unsubscribe=One-Click"
            );
            let token = link.trim_matches(['<', '>']).rsplit_once('/').unwrap().1.to_owned();
            let reader = subscription::reader_of(&house.app, &token).unwrap();
            assert_eq!(reader.as_str(), to);
            left = Some((reader, token));
        }
    }
    let (reader, token) = left.unwrap();
    for forged in [
        token.replace(&token[..2], "7a"),
        token.replace('.', ".0"),
        format!("{token}0"),
        "é.é".to_owned(),
        String::new(),
    ] {
        assert_eq!(subscription::reader_of(&house.app, &forged), None, "{forged}");
    }
    subscription::switch(&house.app, &reader, true).await.unwrap();
    house.clock("2026-03-16T10:00:00+08:00").await;
    assert_eq!(digest(&house).await, before - 1);
    subscription::switch(&house.app, &reader, false).await.unwrap();
    house.clock("2026-03-17T10:00:00+08:00").await;
    assert_eq!(digest(&house).await, before);
}
