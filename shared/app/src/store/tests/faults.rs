//! What must stay true when requests are throttled, fail or lose their answers.

use std::time::Duration;

use super::*;

/// A store whose requests fail on order, beside one that never does.
async fn faulty() -> (Local, Faults, Store, Store) {
    let local = Local::memory().unwrap();
    let sound = local.store("kesu").await.unwrap();
    let faults = Faults::default();
    let quick = Patience {
        attempts: 4,
        base: Duration::from_millis(1),
        cap: Duration::from_millis(2),
    };
    let store = Store::new(local.faulty_client(&faults), "kesu").with_patience(quick);
    (local, faults, store, sound)
}

fn numbered(id: &str, expected: u64) -> Append {
    let mut change = create(id);
    let (counter, period) = ("P10".to_owned(), "2026".to_owned());
    change.number = Some(NumberClaim {
        counter,
        period,
        expected,
        next: expected + 1,
    });
    change.letters.push(letter(id, 1, 0));
    change
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_a_success_and_takes_one_number() {
    for trouble in [Trouble::Timeout, Trouble::ServerError, Trouble::Throttled] {
        let (_local, faults, store, sound) = faulty().await;
        faults.next("TransactWriteItems", Moment::After, trouble);
        assert!(store.append(&numbered("c1", 0)).await.unwrap().is_ok(), "{trouble:?}");
        assert_eq!(faults.pending(), 0);
        assert_eq!(sound.number("P10", "2026").await.unwrap(), 1);
        let whole = sound.whole("c1").await.unwrap();
        assert_eq!(
            (whole.log.len(), whole.letters.len(), whole.head.unwrap().version),
            (1, 1, 1)
        );
    }
}

#[tokio::test]
async fn a_lost_answer_is_recognised_even_when_the_service_forgot_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    let change = numbered("c1", 0);
    {
        let local = Local::open(&path).unwrap();
        local.store("kesu").await.unwrap();
        let faults = Faults::default();
        let hasty = Patience {
            attempts: 1,
            ..Patience::default()
        };
        let store = Store::new(local.faulty_client(&faults), "kesu").with_patience(hasty);
        faults.next("TransactWriteItems", Moment::After, Trouble::Timeout);
        let error = store.append(&change).await.unwrap_err();
        assert!(matches!(error, StoreError::Busy { attempts: 1, .. }), "{error}");
    }
    // Tokens are remembered in memory only: the reopened engine has forgotten this one.
    let store = Local::open(&path).unwrap().store("kesu").await.unwrap();
    assert_eq!(
        store.append(&change).await.unwrap(),
        Ok(Appended {
            version: 1,
            repeated: true
        })
    );
    // Even after somebody else went on from it.
    store.append(&follow("c1", 1)).await.unwrap().unwrap();
    assert_eq!(
        store.append(&change).await.unwrap(),
        Ok(Appended {
            version: 1,
            repeated: true
        })
    );
    assert_eq!(store.number("P10", "2026").await.unwrap(), 1);
    assert_eq!(store.log("c1").await.unwrap().len(), 2);
    let mut other = change;
    other.entry.entry = "{}".to_owned();
    assert!(matches!(
        store.append(&other).await.unwrap(),
        Err(AppendRefused::Exists { .. })
    ));
}

#[tokio::test]
async fn requests_that_fail_before_they_take_effect_are_repeated() {
    let (_local, faults, store, sound) = faulty().await;
    for trouble in [Trouble::Throttled, Trouble::ServerError, Trouble::Conflict] {
        faults.next("TransactWriteItems", Moment::Before, trouble);
    }
    assert_eq!(store.append(&numbered("c1", 0)).await.unwrap(), done(1));
    assert_eq!(faults.pending(), 0);
    assert_eq!(sound.number("P10", "2026").await.unwrap(), 1);
}

#[tokio::test]
async fn patience_ends_and_says_so() {
    let (_local, faults, store, sound) = faulty().await;
    let operation = Some("TransactWriteItems");
    faults.order(Fault {
        operation,
        skip: 0,
        times: 9,
        moment: Moment::Before,
        trouble: Trouble::Throttled,
    });
    let error = store.append(&create("c1")).await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Busy { attempts: 4, reason, .. } if reason == "ThrottlingException"),
        "{error}"
    );
    assert_eq!(sound.head("c1").await.unwrap(), None);
}

#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_kept_and_not_given_to_a_second_sender() {
    let (_local, faults, store, sound) = faulty().await;
    store.append(&numbered("c1", 0)).await.unwrap().unwrap();
    let (now, stale, look_again) = (
        "2026-11-22T02:00:00Z",
        "2026-11-22T01:55:00Z",
        wake("2026-11-22T02:06:00Z"),
    );
    faults.next("UpdateItem", Moment::After, Trouble::Timeout);
    assert!(
        store
            .claim_letter("c1", 1, 0, now, stale, &look_again)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        sound
            .claim_letter("c1", 1, 0, now, stale, &look_again)
            .await
            .unwrap()
            .is_none()
    );
    faults.next("UpdateItem", Moment::After, Trouble::Timeout);
    assert!(store.mark_sent("c1", 1, 0, now, None).await.unwrap().is_some());
    assert_eq!(faults.pending(), 0);
    assert_eq!(sound.due(0, "2026-11-22T02:06:00Z", 10, None).await.unwrap().items, []);
}

#[tokio::test]
async fn a_failure_whose_mark_was_lost_is_marked_once() {
    let (_local, faults, store, _sound) = faulty().await;
    store.append(&numbered("c1", 0)).await.unwrap().unwrap();
    let (now, stale, turn) = (
        "2026-11-22T02:00:00Z",
        "2026-11-22T01:55:00Z",
        wake("2026-11-22T02:06:00Z"),
    );
    store
        .claim_letter("c1", 1, 0, now, stale, &turn)
        .await
        .unwrap()
        .unwrap();
    faults.next("UpdateItem", Moment::After, Trouble::ServerError);
    let failed = store
        .mark_failed("c1", 1, 0, "mailbox full", Then::Again(&turn))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (failed.state, failed.attempts, failed.wake),
        (LetterState::Queued, 1, Some(turn))
    );
}

#[tokio::test]
async fn a_new_small_record_whose_answer_was_lost_is_a_success() {
    let (_local, faults, store, _sound) = faulty().await;
    let record = SmallRecord::new(Kind::Seen, "mail#1", "{}");
    faults.next("PutItem", Moment::After, Trouble::Timeout);
    assert!(store.put_new(&record).await.unwrap());
    let mut next = record.clone();
    next.version = 2;
    faults.next("PutItem", Moment::After, Trouble::ServerError);
    assert!(store.update(&next, 1).await.unwrap());
}

#[tokio::test]
async fn random_troubles_never_double_or_skip_a_number() {
    let (_local, faults, store, sound) = faulty().await;
    // A fixed sequence of troubles, some before and some after the effect.
    for i in 0..40_u32 {
        let trouble = [Trouble::Timeout, Trouble::ServerError, Trouble::Throttled][(i * 7 % 3) as usize];
        let moment = if i * 5 % 3 == 0 { Moment::After } else { Moment::Before };
        faults.order(Fault {
            operation: None,
            skip: i % 4,
            times: 1,
            moment,
            trouble,
        });
    }
    for i in 0..40 {
        let id = format!("c{i}");
        // The caller's loop: whatever ends in `Busy` is asked again with the same value.
        let change = loop {
            if let Ok(last) = store.number("P10", "2026").await {
                break numbered(&id, last);
            }
        };
        while store.append(&change).await.map(Result::unwrap).is_err() {}
    }
    assert_eq!(sound.number("P10", "2026").await.unwrap(), 40);
    assert_eq!(sound.month("2026-11", 0, 100, None).await.unwrap().items.len(), 40);
    for i in 0..40 {
        assert_eq!(sound.log(&format!("c{i}")).await.unwrap().len(), 1);
    }
}
