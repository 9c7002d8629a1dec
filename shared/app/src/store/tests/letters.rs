//! Letters: claimed once, sent once, retried when due.

use super::*;

const NOW: &str = "2026-11-22T02:00:00Z";
const STALE: &str = "2026-11-22T01:55:00Z";

async fn with_letter() -> Store {
    let store = store().await;
    let mut change = create("c1");
    change.letters.push(letter("c1", 1, 0));
    store.append(&change).await.unwrap().unwrap();
    store
}

fn later() -> Wake {
    wake("2026-11-22T02:06:00Z")
}

async fn due_letters(store: &Store, until: &str) -> usize {
    let due = store.due(0, until, 100, None).await.unwrap();
    due.items.iter().filter(|d| matches!(d.key, Key::Letter { .. })).count()
}

#[tokio::test]
async fn one_of_sixteen_claimers_gets_the_letter() {
    let store = with_letter().await;
    let claimers: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.claim_letter("c1", 1, 0, NOW, STALE, &later()).await.unwrap() })
        })
        .collect();
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.unwrap());
    }
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].state, claimed[0].attempts), (LetterState::Claimed, 1));
    assert_eq!(claimed[0].body, letter("c1", 1, 0).body);
}

#[tokio::test]
async fn a_sent_letter_is_never_claimed_again_and_leaves_the_wake_index() {
    let store = with_letter().await;
    assert_eq!(due_letters(&store, "2027").await, 1);
    assert_eq!(
        store.mark_sent("c1", 1, 0, NOW, None).await.unwrap(),
        None,
        "not claimed yet"
    );
    store
        .claim_letter("c1", 1, 0, NOW, STALE, &later())
        .await
        .unwrap()
        .unwrap();
    let sent = store
        .mark_sent("c1", 1, 0, NOW, Some("<1@mail.example>"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (sent.state, sent.message_id.as_deref()),
        (LetterState::Sent, Some("<1@mail.example>"))
    );
    assert_eq!(due_letters(&store, "2027").await, 0);
    assert_eq!(
        store.claim_letter("c1", 1, 0, "2028", "2028", &later()).await.unwrap(),
        None
    );
    assert_eq!(
        store.nudge_letter("c1", 1, 0, "2028", "2028", &later()).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn the_letter_of_a_dead_claimer_can_be_claimed_after_a_while() {
    let store = with_letter().await;
    store
        .claim_letter("c1", 1, 0, NOW, STALE, &later())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(due_letters(&store, NOW).await, 0, "the sweep leaves it alone for now");
    assert_eq!(due_letters(&store, "2026-11-22T02:06:00Z").await, 1);
    let (now, stale) = ("2026-11-22T02:07:00Z", "2026-11-22T02:02:00Z");
    let again = store
        .claim_letter("c1", 1, 0, now, stale, &later())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.attempts, 2);
}

#[tokio::test]
async fn a_failed_letter_waits_for_its_turn_and_is_nudged_then() {
    let store = with_letter().await;
    store
        .claim_letter("c1", 1, 0, NOW, STALE, &later())
        .await
        .unwrap()
        .unwrap();
    let turn = wake("2026-11-22T02:01:00Z");
    let failed = store
        .mark_failed("c1", 1, 0, "mailbox full", Then::Again(&turn))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (failed.state, failed.error.as_deref()),
        (LetterState::Queued, Some("mailbox full"))
    );
    assert!(!failed.ready(NOW) && failed.ready("2026-11-22T02:01:00Z"));
    assert_eq!(due_letters(&store, "2026-11-22T02:01:00Z").await, 1);
    let nudged = store
        .nudge_letter("c1", 1, 0, "2026-11-22T02:01:00Z", STALE, &later())
        .await
        .unwrap()
        .unwrap();
    assert!(nudged.ready("2026-11-22T02:01:00Z"));
    assert_eq!(due_letters(&store, "2026-11-22T02:01:00Z").await, 0);
}

#[tokio::test]
async fn a_letter_given_up_is_failed_for_good() {
    let store = with_letter().await;
    store
        .claim_letter("c1", 1, 0, NOW, STALE, &later())
        .await
        .unwrap()
        .unwrap();
    store
        .mark_failed("c1", 1, 0, "no such mailbox", Then::GivenUp(&wake(NOW)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store.letter_of("c1", 1, 0).await.unwrap().unwrap().state,
        LetterState::Failed
    );
    assert_eq!(due_letters(&store, "2027").await, 0);
    assert_eq!(
        due_letters(&store, "9999-12-31T23:59:59Z").await,
        0,
        "no sweep meets it"
    );
    assert_eq!(
        store.claim_letter("c1", 1, 0, "2028", "2028", &later()).await.unwrap(),
        None
    );
    let listed = store.given_up(0, 10, None).await.unwrap().items;
    assert_eq!(
        listed.iter().map(|due| due.moment.as_str()).collect::<Vec<_>>(),
        ["~2026-11-22T02:00:00Z"]
    );
    store.put_letter_away("c1", 1, 0).await.unwrap().unwrap();
    assert_eq!(store.given_up(0, 10, None).await.unwrap().items, []);
    let revived = store.revive_letter("c1", 1, 0, NOW, &later()).await.unwrap().unwrap();
    assert!(
        revived.ready(NOW) && revived.attempts == 0,
        "a person may still send it again"
    );
    assert_eq!(store.revive_letter("c1", 1, 0, NOW, &later()).await.unwrap(), None);
}

#[tokio::test]
async fn a_letter_that_does_not_exist_is_not_made_by_claiming_it() {
    let store = with_letter().await;
    assert_eq!(
        store.claim_letter("c1", 9, 9, NOW, STALE, &later()).await.unwrap(),
        None
    );
    assert_eq!(store.letters("c1").await.unwrap().len(), 1);
}
