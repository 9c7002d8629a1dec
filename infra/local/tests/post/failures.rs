//! Mail servers that fail in every way: each letter arrives in the end or says why not, and none arrives twice for nothing.

use std::time::{Duration, Instant};

use kesu_app::record::queued;
use kesu_app::store::{Guard, Kind, LetterState, SmallRecord};
use kesu_rules::letters::{Letter, To};
use serde_json::json;

use super::house::{House, user};
use super::server::{Mood, Server};

/// A letter of its own, to one person, that meets this mood before the server takes letters.
async fn one_letter(mood: Mood) -> (House, Server, String) {
    let server = Server::start(&[mood]).await;
    let house = House::new(Some(&server.url), Vec::new()).await;
    let facts = json!({
        "email": "sales@kesu.example", "role": "officer", "made_by": "admin@kesu.example", "link": "http://127.0.0.1:8080/admin",
    });
    let letter = Letter {
        facts: Some(facts),
        ..Letter::of("account", To::Staff(user("sales")))
    };
    let now = house.app.desk("P19").await.unwrap().local(house.app.now());
    let record = queued("account-1", 1, 0, &letter, now, 1);
    let seen = SmallRecord::new(Kind::Seen, "a letter of these tests", "");
    assert!(
        house
            .app
            .store
            .put_with_letters(&seen, Guard::New, &[record])
            .await
            .unwrap()
    );
    house.drained().await;
    (house, server, "account-1".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_met_a_passing_failure_arrives_once_at_the_next_attempt() {
    for mood in [Mood::HangUp, Mood::Busy, Mood::Later, Mood::WhoAreYou] {
        let (house, server, id) = one_letter(mood).await;
        let waits = house.letters(&id).await.remove(0);
        assert_eq!((waits.state, waits.attempts), (LetterState::Queued, 1), "{mood:?}");
        assert!(
            waits.error.is_some() && waits.next_try().is_some(),
            "{mood:?} {waits:?}"
        );
        assert_eq!(waits.next_try(), Some("2026-03-09T01:01:00Z"), "{mood:?}");
        house.clock("2026-03-09T09:00:30+08:00").await;
        let early = server.taken().iter().any(|(to, _)| to == "sales@kesu.example");
        assert!(!early, "{mood:?}: before its time");
        house.clock("2026-03-09T09:02:00+08:00").await;
        let sent = house.letters(&id).await.remove(0);
        assert_eq!(
            (sent.state, sent.attempts, sent.error),
            (LetterState::Sent, 2, None),
            "{mood:?}"
        );
        house.clock("2026-03-12T09:00:00+08:00").await;
        let mine = server
            .taken()
            .iter()
            .filter(|(to, _)| to == "sales@kesu.example")
            .count();
        assert_eq!(mine, 1, "{mood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_refused_for_good_says_so_and_is_not_tried_again() {
    for (mood, said) in [(Mood::NoSuchUser, "5.1.1"), (Mood::Unwanted, "5.6.0")] {
        let (house, server, id) = one_letter(mood).await;
        house.clock("2026-03-12T09:00:00+08:00").await;
        let failed = house.letters(&id).await.remove(0);
        assert_eq!((failed.state, failed.attempts), (LetterState::Failed, 1), "{mood:?}");
        let why = failed.error.unwrap();
        assert!(why.contains(said) && !why.contains('@'), "{why}");
        assert!(!server.taken().iter().any(|(to, _)| to == "sales@kesu.example"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_whose_fate_is_unknown_is_sent_again_later_with_the_same_message_id() {
    for (mood, copies) in [(Mood::TakeSilently, 2), (Mood::TakeAndHangUp, 2), (Mood::DropMidway, 1)] {
        let (house, server, id) = one_letter(mood).await;
        let waits = house.letters(&id).await.remove(0);
        assert_eq!(waits.state, LetterState::Queued, "{mood:?}");
        assert!(
            waits.error.as_deref().unwrap().contains("may arrive twice"),
            "{mood:?} {:?}",
            waits.error
        );
        // Not a minute later, as after a refusal: the server is given time to have delivered it.
        house.clock("2026-03-09T09:20:00+08:00").await;
        assert_eq!(house.letters(&id).await.remove(0).attempts, 1, "{mood:?}");
        house.clock("2026-03-09T09:31:00+08:00").await;
        assert_eq!(house.letters(&id).await.remove(0).state, LetterState::Sent, "{mood:?}");
        let taken = server.taken();
        let mine: Vec<&str> = taken
            .iter()
            .filter(|(to, _)| to == "sales@kesu.example")
            .map(|(_, text)| text.lines().find(|line| line.starts_with("Message-ID:")).unwrap())
            .collect();
        assert_eq!(mine.len(), copies, "{mood:?}");
        assert!(mine.iter().all(|id| *id == mine[0]), "{mine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stays_away_is_given_up_after_two_and_a_half_days_with_the_reason() {
    let house = House::new(Some("smtp://127.0.0.1:1"), Vec::new()).await;
    let id = house.complain("k1", "zhang@customer.example", json!({})).await;
    house.drained().await;
    for hour in 0..(24 * 3) {
        let now =
            super::house::at(super::house::MONDAY) + chrono::TimeDelta::hours(hour) + chrono::TimeDelta::minutes(3);
        house.clock(&now.to_rfc3339()).await;
    }
    let failed = house.of(&id, "acknowledgement").await.remove(0);
    assert_eq!((failed.state, failed.attempts), (LetterState::Failed, 8));
    assert!(failed.error.unwrap().contains("refused"));
    // The desk hears of it once; that letter waits for the server like any other.
    let told = house.of(&id, "undelivered").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].body.contains("gave_up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_letters_reach_a_quick_server_eight_at_a_time() {
    let server = Server::start(&[]).await;
    server.state.lock().unwrap().pause = Duration::from_millis(5);
    let mut house = House::without_pump(Some(&server.url), Vec::new()).await;
    let now = house.app.desk("P19").await.unwrap().local(house.app.now());
    for n in 0..2_000 {
        let facts = json!({
            "email": "sales@kesu.example", "role": "officer", "made_by": "admin@kesu.example", "link": "http://127.0.0.1/",
        });
        let letter = Letter {
            facts: Some(facts),
            ..Letter::of("account", To::Staff(user("sales")))
        };
        // Some share a partition, whose letters keep their order.
        let (id, place) = (format!("account-{}", n / 4), n % 4);
        let record = queued(&id, 1, place, &letter, now, 1);
        let seen = SmallRecord::new(Kind::Seen, format!("many {n}"), "");
        assert!(
            house
                .app
                .store
                .put_with_letters(&seen, Guard::New, &[record])
                .await
                .unwrap()
        );
    }
    let began = Instant::now();
    house.start().await;
    house.drained().await;
    let took = began.elapsed();
    let taken = server.taken();
    assert_eq!(taken.len(), 2_000);
    let most = server.state.lock().unwrap().most;
    assert!((2..=9).contains(&most), "{most} at once");
    let mut last: std::collections::HashMap<String, u32> = std::collections::HashMap::new();
    for (_, text) in &taken {
        let line = text.lines().find(|line| line.starts_with("X-Kesu-Letter:")).unwrap();
        let (id, n) = line.trim_start_matches("X-Kesu-Letter: ").rsplit_once('-').unwrap();
        let n: u32 = n.parse().unwrap();
        let before = last.insert(id.to_owned(), n);
        assert!(before.is_none_or(|before| before < n), "{id}: {n} after {before:?}");
    }
    println!("2,000 letters in {took:?}, {most} at once");
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_letter_keeps_only_its_own_complaint_waiting() {
    let server = Server::start(&[Mood::TakeSilently]).await;
    let house = House::new(Some(&server.url), Vec::new()).await;
    let slow = house.complain("slow", "slow@customer.example", json!({})).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    let quick = house.complain("quick", "quick@customer.example", json!({})).await;
    let began = Instant::now();
    loop {
        let sent = house.of(&quick, "acknowledgement").await.remove(0).state == LetterState::Sent;
        if sent {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "the quick one waits");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let own = house.letters(&slow).await;
    assert!(own.iter().any(|letter| letter.state != LetterState::Sent) || began.elapsed() > Duration::from_millis(300));
    house.drained().await;
}
