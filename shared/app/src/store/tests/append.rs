//! `append`: created once, changed by one, numbered without gaps, refused when too large.

use super::*;

#[tokio::test]
async fn a_new_complaint_can_be_read_back_whole() {
    let store = store().await;
    let mut change = create("c1");
    change.texts.push(TextRecord {
        id: "c1".to_owned(),
        seq: 1,
        n: 0,
        text: "门坏了".to_owned(),
    });
    change.letters.push(letter("c1", 1, 0));
    change.persons.push(PersonRecord {
        key_hash: "p".to_owned(),
        when: "2026-11-22T02:00:00Z".to_owned(),
        complaint: "c1".to_owned(),
    });
    change.closed = Some(Closed {
        month: "2026-11".to_owned(),
        shard: 3,
    });
    assert_eq!(store.append(&change).await.unwrap(), done(1));

    let whole = store.whole("c1").await.unwrap();
    assert_eq!(whole.head.as_ref(), Some(&change.head));
    assert_eq!(whole.log, [change.entry.clone()]);
    assert_eq!(whole.texts, change.texts);
    assert_eq!(whole.letters, change.letters);
    assert_eq!(store.head("c1").await.unwrap(), Some(change.head));
    assert_eq!(
        store.first_entry("c1").await.unwrap().unwrap().reply.as_deref(),
        Some(r#"{"number":"KS-1"}"#)
    );
    assert_eq!(store.person("p").await.unwrap(), change.persons);
    assert_eq!(store.closed("2026-11", 3).await.unwrap(), ["c1"]);
    assert_eq!(store.head("c2").await.unwrap(), None);
}

#[tokio::test]
async fn the_same_id_with_another_entry_is_refused_with_the_digest_of_the_first() {
    let store = store().await;
    store.append(&create("c1")).await.unwrap().unwrap();
    let mut other = create("c1");
    other.entry.entry = "{}".to_owned();
    other.head.body_hash = "other".to_owned();
    let refused = store.append(&other).await.unwrap();
    assert_eq!(
        refused,
        Err(AppendRefused::Exists {
            body_hash: "body".to_owned(),
            version: 1
        })
    );
}

#[tokio::test]
async fn the_same_append_again_is_a_success_and_changes_nothing() {
    let local = Local::memory().unwrap();
    let store = local.store("kesu").await.unwrap();
    store.append(&create("c1")).await.unwrap().unwrap();
    assert_eq!(store.append(&create("c1")).await.unwrap(), done(1));
    assert_eq!(store.log("c1").await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_append_on_an_old_version_is_told_the_current_one() {
    let store = store().await;
    store.append(&create("c1")).await.unwrap().unwrap();
    store.append(&follow("c1", 1)).await.unwrap().unwrap();
    let mut late = follow("c1", 1);
    late.entry.entry = "{}".to_owned();
    assert_eq!(
        store.append(&late).await.unwrap(),
        Err(AppendRefused::VersionMoved { current: 2 })
    );
    assert_eq!(
        store.append(&follow("nobody", 4)).await.unwrap(),
        Err(AppendRefused::VersionMoved { current: 0 })
    );
}

#[tokio::test]
async fn a_refused_append_leaves_no_trace() {
    let store = store().await;
    store.append(&create("c1")).await.unwrap().unwrap();
    let mut change = create("c2");
    change.letters.push(letter("c2", 1, 0));
    change.number = Some(claim(7));
    assert_eq!(store.append(&change).await.unwrap(), Err(AppendRefused::NumberTaken));
    assert_eq!(store.whole("c2").await.unwrap(), Whole::default());
    assert_eq!(store.number("P10", "2026").await.unwrap(), 0);
}

#[tokio::test]
async fn a_small_record_that_moved_refuses_the_append_and_is_named() {
    let store = store().await;
    store
        .put_new(&SmallRecord::new(Kind::Seen, "mail#1", "{}"))
        .await
        .unwrap();
    let mut change = create("c1");
    change.others = vec![
        RawPut {
            record: SmallRecord::new(Kind::Seen, "mail#2", "{}"),
            guard: Guard::New,
        },
        RawPut {
            record: SmallRecord::new(Kind::Seen, "mail#1", "{}"),
            guard: Guard::New,
        },
    ];
    assert_eq!(
        store.append(&change).await.unwrap(),
        Err(AppendRefused::OtherMoved { place: 1 })
    );
}

fn claim(expected: u64) -> NumberClaim {
    NumberClaim {
        counter: "P10".to_owned(),
        period: "2026".to_owned(),
        expected,
        next: expected + 1,
    }
}

#[tokio::test]
async fn sixty_four_racing_appends_get_the_numbers_one_to_sixty_four() {
    let store = store().await;
    let racers = (0..64).map(|i| {
        let store = store.clone();
        tokio::spawn(async move {
            let id = format!("c{i}");
            loop {
                let last = store.number("P10", "2026").await.unwrap();
                let mut change = create(&id);
                change.head.columns.insert("number".to_owned(), format!("{}", last + 1));
                change.number = Some(claim(last));
                match store.append(&change).await.unwrap() {
                    Ok(_) => return last + 1,
                    Err(AppendRefused::NumberTaken) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
    });
    let mut numbers = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        numbers.push(racer.await.unwrap());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=64).collect::<Vec<_>>());
    assert_eq!(store.number("P10", "2026").await.unwrap(), 64);
    let page = store.month("2026-11", 0, 100, None).await.unwrap();
    let mut stored: Vec<u64> = page
        .items
        .iter()
        .map(|r| r.columns["number"].parse().unwrap())
        .collect();
    stored.sort_unstable();
    assert_eq!(stored, numbers);
}

#[tokio::test]
async fn an_item_over_400_kb_is_refused_before_anything_is_sent() {
    let store = store().await;
    let mut change = create("c1");
    change.head.state = "x".repeat(ITEM_LIMIT);
    let before = store.meter().figures().requests;
    let error = store.append(&change).await.unwrap_err();
    assert!(
        matches!(error, StoreError::TooLarge { limit: ITEM_LIMIT, .. }),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("the head is 409768 bytes, more than the 409600"),
        "{error}"
    );
    assert_eq!(store.meter().figures().requests, before);
    // What the guard lets through, the engine takes: it counts as DynamoDB does.
    let mut text = SmallRecord::new(Kind::Setting, "big", "");
    text.body = "y".repeat(ITEM_LIMIT - codec::size(&text.item()) - 1);
    assert_eq!(codec::size(&text.item()), ITEM_LIMIT);
    store.put(&text).await.unwrap();
    text.body.push('y');
    assert!(matches!(store.put(&text).await, Err(StoreError::TooLarge { .. })));
}

#[tokio::test]
async fn more_than_a_hundred_items_or_four_megabytes_are_refused_before_anything_is_sent() {
    let store = store().await;
    let mut many = create("c1");
    many.letters = (0..100).map(|n| letter("c1", 1, n)).collect();
    assert!(matches!(
        store.append(&many).await,
        Err(StoreError::TooLarge { limit: 100, .. })
    ));
    let mut large = create("c1");
    let text = |n| TextRecord {
        id: "c1".to_owned(),
        seq: 1,
        n,
        text: "z".repeat(390 * 1024),
    };
    large.texts = (0..12).map(text).collect();
    assert!(matches!(
        store.append(&large).await,
        Err(StoreError::TooLarge { limit: 4_194_304, .. })
    ));
}

#[tokio::test]
async fn a_complaint_counts_where_it_was_put_until_it_is_taken_out() {
    let store = store().await;
    let places = ["P09#K04#2026Q4#abc", "serial#def"];
    for id in ["c1", "c2", "c3"] {
        let mut change = create(id);
        change.counted = places.map(str::to_owned).to_vec();
        store.append(&change).await.unwrap().unwrap();
    }
    assert_eq!(store.counted(places[0], 10).await.unwrap(), ["c1", "c2", "c3"]);
    assert_eq!(store.counted(places[0], 2).await.unwrap().len(), 2);
    let mut change = follow("c2", 1);
    change.counted = vec!["P09#K04#2026Q4#xyz".to_owned()];
    change.uncounted = vec![places[0].to_owned()];
    store.append(&change).await.unwrap().unwrap();
    assert_eq!(store.counted(places[0], 10).await.unwrap(), ["c1", "c3"]);
    assert_eq!(store.counted("P09#K04#2026Q4#xyz", 10).await.unwrap(), ["c2"]);
    assert_eq!(store.counted(places[1], 10).await.unwrap().len(), 3);
    let all = store.scan_all(500, None).await.unwrap().items;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
}
