//! What a correspondent bears, what an address that nobody confirmed may be told, and customers who cannot be reached.

use kesu_app::correspondent::{self, How};
use kesu_app::store::LetterState;
use serde_json::json;

use super::house::{CANARY, House};
use super::server::{Mood, Server};

async fn states(house: &House, ids: &[String]) -> Vec<LetterState> {
    let mut states = Vec::new();
    for id in ids {
        states.extend(house.of(id, "acknowledgement").await.iter().map(|letter| letter.state));
    }
    states
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_gets_one_acknowledgement_a_day() {
    let house = House::new(None, Vec::new()).await;
    let mut ids = Vec::new();
    for n in 0..6 {
        // Neither capitals nor the channel that a caller names make another correspondent of him.
        let email = if n % 2 == 0 {
            "zhang@customer.example"
        } else {
            "Zhang@Customer.example"
        };
        let channel = ["web", "telephone", "email"][n % 3];
        ids.push(
            house
                .complain(&format!("key {n}"), email, json!({"channel": channel}))
                .await,
        );
        house.drained().await;
    }
    let found = states(&house, &ids).await;
    assert_eq!(found[0], LetterState::Sent);
    assert_eq!(found[1..], [LetterState::Suppressed; 5]);
    let shown = &house.shown(&ids[3], "acknowledgement").await[0];
    assert_eq!(shown["error"], "this address had its acknowledgement of 2026-03-09");
    house.clock("2026-03-10T00:05:00+08:00").await;
    let next = vec![house.complain("next day", "zhang@customer.example", json!({})).await];
    house.drained().await;
    assert_eq!(
        states(&house, &next).await,
        [LetterState::Sent],
        "the day is the procedure's, not Greenwich's"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_is_told_each_number_up_to_three_automatic_letters_a_day() {
    let house = House::new(None, Vec::new()).await;
    correspondent::verified(&house.app, "zhang@customer.example", How::Authenticated)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(
            house
                .complain(&format!("key {n}"), "zhang@customer.example", json!({}))
                .await,
        );
    }
    house.drained().await;
    let found = states(&house, &ids).await;
    let sent = found.iter().filter(|state| **state == LetterState::Sent).count();
    let kept = found.iter().filter(|state| **state == LetterState::Suppressed).count();
    assert_eq!((sent, kept), (3, 2), "{found:?}");
    // What a person writes is not counted, and staff are not limited.
    for step in [
        json!({"type": "register"}),
        json!({"type": "reply", "text": "已更换", "channel": "email", "formal": false}),
    ] {
        house.tell(&ids[4], step).await;
    }
    house.drained().await;
    assert_eq!(house.of(&ids[4], "reply").await[0].state, LetterState::Sent);
    for id in &ids {
        assert!(
            house
                .of(id, "assigned")
                .await
                .iter()
                .all(|letter| letter.state == LetterState::Sent)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_tried_again_takes_no_second_place() {
    let server = Server::start(&[Mood::Busy; 12]).await;
    let house = House::new(Some(&server.url), Vec::new()).await;
    let id = house.complain("key 1", "zhang@customer.example", json!({})).await;
    house.drained().await;
    for minute in [2, 8, 40] {
        house.clock(&format!("2026-03-09T09:{minute:02}:00+08:00")).await;
    }
    server.state.lock().unwrap().moods.clear();
    house.clock("2026-03-09T13:00:00+08:00").await;
    let letter = house.of(&id, "acknowledgement").await.remove(0);
    assert_eq!(letter.state, LetterState::Sent, "{:?}", letter.error);
    assert!(letter.attempts > 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poster_cannot_send_his_words_to_an_address_that_is_not_his() {
    let house = House::new(None, Vec::new()).await;
    for channel in ["web", "telephone", "email", "letter"] {
        let email = format!("victim-{channel}@customer.example");
        let id = house
            .complain(&format!("key {channel}"), &email, json!({"channel": channel}))
            .await;
        // Every letter that a customer can get, one after the other.
        house.tell(&id, json!({"type": "register"})).await;
        house
            .tell(&id, json!({"type": "request_info", "fields": ["batch_no"]}))
            .await;
        house
            .tell(&id, json!({"type": "supply_info", "fields": {"batch_no": "B-1"}}))
            .await;
        house
            .tell(
                &id,
                json!({"type": "reply", "text": "已更换", "channel": "email", "formal": false}),
            )
            .await;
        house.drained().await;
    }
    let mails = house.mails();
    let mut to_victims = 0;
    for (name, mail) in &mails {
        let parsed = mail_parser::MessageParser::default().parse(mail.as_bytes()).unwrap();
        let to = parsed.to().unwrap().first().unwrap();
        if to.address().unwrap().starts_with("victim-") {
            to_victims += 1;
            let text = parsed.body_text(0).unwrap().into_owned() + &parsed.body_html(0).unwrap();
            assert!(!text.contains(CANARY), "{name}: {text}");
            assert!(!parsed.subject().unwrap().contains(CANARY), "{name}");
            assert_eq!(to.name(), None, "{name}");
        }
    }
    assert!(to_victims >= 12, "{to_victims} letters");
    // The same letters to an address that a member of staff took down do name the customer.
    let known = house
        .receive(
            "by staff",
            "known@customer.example",
            json!({"channel": "telephone"}),
            &House::officer(),
        )
        .await;
    house.drained().await;
    let shown = house.shown(&known, "acknowledgement").await;
    assert!(shown[0]["text"].as_str().unwrap().contains(CANARY));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_bounced_or_complained_gets_nothing_and_the_desk_is_told_once() {
    let house = House::new(None, Vec::new()).await;
    for (why, said) in [("bounced", "被退回"), ("complained", "投诉了我们的邮件")] {
        let email = format!("{why}@customer.example");
        if why == "bounced" {
            correspondent::bounced(&house.app, &email, "5.1.1").await.unwrap();
        } else {
            correspondent::complained(&house.app, &email).await.unwrap();
        }
        let id = house.complain(why, &email, json!({})).await;
        house.tell(&id, json!({"type": "register"})).await;
        house
            .tell(
                &id,
                json!({"type": "reply", "text": "已更换", "channel": "email", "formal": false}),
            )
            .await;
        house.drained().await;
        assert_eq!(house.of(&id, "acknowledgement").await[0].state, LetterState::Suppressed);
        assert_eq!(house.of(&id, "reply").await[0].state, LetterState::Suppressed);
        let told = house.shown(&id, "undelivered").await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["state"], "sent");
        assert!(told[0]["text"].as_str().unwrap().contains(said), "{}", told[0]["text"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_is_remembered_as_bounced() {
    let server = Server::start(&[]).await;
    let house = House::new(Some(&server.url), Vec::new()).await;
    server.state.lock().unwrap().moods.extend([Mood::NoSuchUser; 4]);
    let id = house.complain("key 1", "gone@customer.example", json!({})).await;
    house.drained().await;
    let letter = house.of(&id, "acknowledgement").await.remove(0);
    assert_eq!(letter.state, LetterState::Failed);
    assert!(
        correspondent::state(&house.app, "gone@customer.example")
            .await
            .unwrap()
            .bounced
    );
    assert_eq!(house.of(&id, "undelivered").await.len(), 1);
}
