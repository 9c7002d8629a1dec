//! Reads: pages, indexes, small records, erasure, the whole table.

use super::*;

#[tokio::test]
async fn a_log_longer_than_a_page_of_one_megabyte_is_read_whole() {
    let store = store().await;
    store.append(&create("c1")).await.unwrap().unwrap();
    for from in 1..8 {
        let mut change = follow("c1", from);
        change.entry.entry = "e".repeat(300 * 1024);
        store.append(&change).await.unwrap().unwrap();
    }
    store.meter().take();
    let log = store.log("c1").await.unwrap();
    assert_eq!(
        log.iter().map(|e| e.seq).collect::<Vec<_>>(),
        (1..=8).collect::<Vec<_>>()
    );
    assert!(store.meter().figures().requests >= 3, "2.1 MB in pages of 1 MB");
    assert_eq!(store.whole("c1").await.unwrap().log.len(), 8);
}

#[tokio::test]
async fn the_wake_index_holds_only_what_is_due_some_day() {
    let store = store().await;
    for i in 0..20 {
        let mut change = create(&format!("c{i:02}"));
        change.head.wake = (i % 4 == 0).then(|| wake(&format!("2026-11-23T09:00:{i:02}Z")));
        store.append(&change).await.unwrap().unwrap();
    }
    store.meter().take();
    let due = store.due(0, "2026-11-23T09:00:08Z", 100, None).await.unwrap();
    let ids: Vec<_> = due.items.iter().map(|d| d.key.clone()).collect();
    let expected = ["c00", "c04", "c08"].map(|id| Key::Head { id: id.to_owned() });
    assert_eq!(ids, expected);
    assert_eq!(due.next, None);
    assert_eq!(
        store.meter().figures().evaluated,
        3,
        "a sweep reads what is due and nothing else"
    );

    // A head that has nothing due any more leaves the index.
    let mut change = follow("c04", 1);
    change.head.wake = None;
    store.append(&change).await.unwrap().unwrap();
    let due = store.due(0, "2027", 100, None).await.unwrap();
    assert_eq!(due.items.len(), 4);
    assert_eq!(
        store.due(1, "2027", 100, None).await.unwrap().items,
        [],
        "another shard is empty"
    );
}

#[tokio::test]
async fn pages_of_an_index_join_without_loss_or_repetition() {
    let store = store().await;
    for i in 0..25 {
        store.append(&create(&format!("c{i:02}"))).await.unwrap().unwrap();
    }
    let mut cursor = None;
    let mut ids = Vec::new();
    let mut pages = 0;
    loop {
        let page = store.month("2026-11", 0, 7, cursor.as_deref()).await.unwrap();
        assert!(page.items.len() <= 7);
        ids.extend(page.items.into_iter().map(|r| r.id));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, (0..25).map(|i| format!("c{i:02}")).collect::<Vec<_>>());
    assert!(pages >= 4);
    let error = store.month("2026-11", 0, 7, Some("nonsense")).await.unwrap_err();
    assert!(matches!(error, StoreError::Cursor(_)), "{error}");
    let other = store.scan_all(1, None).await.unwrap().next;
    let error = store.month("2026-11", 0, 7, other.as_deref()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Cursor(_)),
        "a cursor of another read: {error}"
    );
}

#[tokio::test]
async fn a_grid_row_has_columns_face_and_version_without_reading_the_head() {
    let store = store().await;
    store.append(&create("c1")).await.unwrap().unwrap();
    store.append(&follow("c1", 1)).await.unwrap().unwrap();
    let page = store.month("2026-11", 0, 10, None).await.unwrap();
    let head = head("c1", 2);
    assert_eq!(
        page.items,
        [GridRow {
            id: "c1".to_owned(),
            version: 2,
            columns: head.columns,
            face: head.face
        }]
    );
}

#[tokio::test]
async fn changes_of_a_day_come_in_order_and_go_on_from_a_cursor() {
    let store = store().await;
    for id in ["a", "b", "c"] {
        store.append(&create(id)).await.unwrap().unwrap();
    }
    store.append(&follow("a", 1)).await.unwrap().unwrap();
    let ids = |page: Page<ChangedKey>| page.items.into_iter().map(|k| k.id).collect::<Vec<_>>();
    let all = store.changed_since("2026-11-22", 0, "", 10).await.unwrap();
    assert_eq!(
        ids(all),
        ["b", "c", "a"],
        "a complaint that changed again is found at its later place only"
    );
    let first = store.changed_since("2026-11-22", 0, "", 2).await.unwrap();
    assert_eq!(first.next.as_deref(), Some("2026-11-22T02:00:01Z#c"));
    let rest = store
        .changed_since("2026-11-22", 0, &first.next.unwrap(), 10)
        .await
        .unwrap();
    assert_eq!(ids(rest), ["a"]);
    let since = store
        .changed_since("2026-11-22", 0, "2026-11-22T02:00:02Z", 10)
        .await
        .unwrap();
    assert_eq!(ids(since), ["a"]);
}

#[tokio::test]
async fn heads_come_in_the_order_asked_for_across_batches_of_a_hundred() {
    let store = store().await;
    let mut wanted: Vec<String> = (0..130).rev().map(|i| format!("c{i}")).collect();
    for id in &wanted {
        store.append(&create(id)).await.unwrap().unwrap();
    }
    wanted.insert(3, "nobody".to_owned());
    wanted.insert(4, "c129".to_owned());
    let heads = store.heads(&wanted).await.unwrap();
    let found: Vec<_> = heads.iter().map(|h| h.id.as_str()).collect();
    let expected: Vec<_> = wanted.iter().map(String::as_str).filter(|id| *id != "nobody").collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn small_records_are_versioned_and_listed_by_kind() {
    let store = store().await;
    let record = |id: &str| SmallRecord::new(Kind::Setting, id, r#"{"a":1}"#);
    assert!(store.put_new(&record("mail")).await.unwrap());
    let mut other = record("mail");
    other.body = "{}".to_owned();
    assert!(!store.put_new(&other).await.unwrap(), "there is one already");
    other.version = 2;
    assert!(store.update(&other, 1).await.unwrap());
    assert!(!store.update(&record("mail"), 1).await.unwrap(), "it moved");
    assert_eq!(store.get(Kind::Setting, "mail").await.unwrap(), Some(other));
    for id in ["year/2026", "year/2027", "zone"] {
        store.put(&record(id)).await.unwrap();
    }
    store.put(&SmallRecord::new(Kind::User, "year/1", "{}")).await.unwrap();
    let years = store.list(Kind::Setting, "year/", 10, None).await.unwrap();
    assert_eq!(
        years.items.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(),
        ["year/2026", "year/2027"]
    );
    let first = store.list(Kind::Setting, "", 2, None).await.unwrap();
    let rest = store.list(Kind::Setting, "", 10, first.next.as_deref()).await.unwrap();
    assert_eq!(first.items.len() + rest.items.len(), 4);
    store.delete(Kind::Setting, "mail").await.unwrap();
    store.delete(Kind::Setting, "mail").await.unwrap();
    assert_eq!(store.get(Kind::Setting, "mail").await.unwrap(), None);
}

#[tokio::test]
async fn a_duty_is_found_due_like_a_complaint() {
    let store = store().await;
    let mut duty = SmallRecord::new(Kind::Duty, "quarterly review", "{}");
    duty.wake = Some(wake("2026-11-22T00:00:00Z"));
    store.put(&duty).await.unwrap();
    let due = store.due(0, "2026-11-22T00:00:00Z", 10, None).await.unwrap();
    assert_eq!(
        due.items[0].key,
        Key::Small {
            kind: Kind::Duty,
            id: "quarterly review".to_owned()
        }
    );
    assert_eq!(store.get(Kind::Duty, "quarterly review").await.unwrap(), Some(duty));
}

#[tokio::test]
async fn mail_to_be_finished_and_complaints_that_are_due_do_not_meet() {
    let store = store().await;
    for kind in [Kind::Seen, Kind::Quarantine, Kind::Duty] {
        let mut record = SmallRecord::new(kind, "one", "{}");
        record.wake = Some(wake("2026-11-22T00:00:00Z"));
        store.put(&record).await.unwrap();
        assert_eq!(store.get(kind, "one").await.unwrap(), Some(record));
    }
    let kinds = |page: Page<Due>| {
        page.items.into_iter().map(|due| match due.key {
            Key::Small { kind, .. } => kind,
            other => panic!("{other:?}"),
        })
    };
    let until = "2026-11-22T00:00:00Z";
    let mail = store.mail_due(0, until, 10, None).await.unwrap();
    assert_eq!(kinds(mail).collect::<Vec<_>>(), [Kind::Quarantine, Kind::Seen]);
    let due = store.due(0, until, 10, None).await.unwrap();
    assert_eq!(kinds(due).collect::<Vec<_>>(), [Kind::Duty]);
}

#[tokio::test]
async fn erasing_a_person_leaves_the_log_and_takes_face_salt_and_texts() {
    let store = store().await;
    let mut change = create("c1");
    change.texts = (0..3)
        .map(|n| TextRecord {
            id: "c1".to_owned(),
            seq: 1,
            n,
            text: "李小明".to_owned(),
        })
        .collect();
    change.persons.push(PersonRecord {
        key_hash: "p".to_owned(),
        when: "2026".to_owned(),
        complaint: "c1".to_owned(),
    });
    store.append(&change).await.unwrap().unwrap();
    assert_eq!(store.erase("c1").await.unwrap(), 3);
    store.forget(&change.persons[0]).await.unwrap();
    assert_eq!(store.erase("c1").await.unwrap(), 0, "a second time does no harm");
    assert_eq!(store.erase("nobody").await.unwrap(), 0);
    let whole = store.whole("c1").await.unwrap();
    let head = whole.head.unwrap();
    assert_eq!((head.face, head.salt, head.version), (None, None, 1));
    assert_eq!((whole.texts.len(), whole.log.len()), (0, 1));
    assert_eq!(store.person("p").await.unwrap(), []);
    assert_eq!(store.month("2026-11", 0, 10, None).await.unwrap().items[0].face, None);
    assert_eq!(
        store.head("nobody").await.unwrap(),
        None,
        "erasing does not make a head"
    );
}

#[tokio::test]
async fn a_scan_reads_every_item_once_and_names_what_it_cannot_read() {
    let store = store().await;
    for i in 0..10 {
        let mut change = create(&format!("c{i}"));
        change.letters.push(letter(&change.head.id, 1, 0));
        change.number = Some(NumberClaim {
            counter: "P".to_owned(),
            period: format!("{i}"),
            expected: 0,
            next: 1,
        });
        store.append(&change).await.unwrap().unwrap();
    }
    store
        .put(&SmallRecord::new(Kind::User, "a@firm.example", "{}"))
        .await
        .unwrap();
    let strange = [("pk", "C#c1"), ("sk", "?")].map(|(k, v)| (k.to_owned(), codec::s(v)));
    let put = store
        .client
        .put_item()
        .table_name("kesu")
        .set_item(Some(strange.into_iter().collect()));
    put.send().await.unwrap();
    let (mut cursor, mut records, mut broken) = (None, 0, Vec::new());
    loop {
        let page = store.scan_all(7, cursor.as_deref()).await.unwrap();
        for item in page.items {
            match item {
                Ok(_) => records += 1,
                Err(e) => broken.push(e),
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(records, 41);
    assert_eq!(broken, ["the item at `C#c1 ?` cannot be read"]);
}

#[test]
fn every_key_is_read_back_as_what_it_was_written_for() {
    let check = |pk: String, sk: String, key: Key| assert_eq!(Key::read(&pk, &sk), Some(key), "{pk} {sk}");
    let id = || "a1".to_owned();
    check(keys::complaint("a1"), keys::HEAD.to_owned(), Key::Head { id: id() });
    check(keys::complaint("a1"), keys::entry(12), Key::Log { id: id(), seq: 12 });
    check(
        keys::complaint("a1"),
        keys::text(12, 3),
        Key::Text {
            id: id(),
            seq: 12,
            n: 3,
        },
    );
    check(
        keys::complaint("a1"),
        keys::letter(12, 3),
        Key::Letter {
            id: id(),
            seq: 12,
            n: 3,
        },
    );
    check(
        keys::number("P#1", "2026"),
        "N".to_owned(),
        Key::Number {
            counter: "P#1".to_owned(),
            period: "2026".to_owned(),
        },
    );
    check(
        keys::closed("2026-11", 4),
        "a1".to_owned(),
        Key::Closed {
            month: "2026-11".to_owned(),
            shard: 4,
            id: id(),
        },
    );
    for kind in Kind::ALL {
        let (pk, sk) = keys::small(kind, "x#y");
        check(
            pk,
            sk,
            Key::Small {
                kind,
                id: "x#y".to_owned(),
            },
        );
    }
    assert_eq!(Key::read("C#a1", "X#1"), None);
    assert!(keys::entry(9) < keys::entry(10), "text order is number order");
    let mut shards = [0; 4];
    (0..400).for_each(|i| shards[shard(&format!("{i:08x}"), 4) as usize] += 1);
    assert!(shards.iter().all(|n| *n > 60), "{shards:?}");
}

#[tokio::test]
async fn every_verb_can_be_awaited_on_any_thread() {
    fn check<T: Send>(future: T) {
        drop(future);
    }
    let store = store().await;
    check(store.append(&create("a")));
    check(store.head("a"));
    check(store.heads(&[]));
    check(store.whole("a"));
    check(store.due(0, "a", 1, None));
    check(store.month("a", 0, 1, None));
    check(store.changed_since("a", 0, "a", 1));
    check(store.list(Kind::User, "", 1, None));
    check(store.put_new(&SmallRecord::new(Kind::User, "a", "")));
    check(store.scan_all(1, None));
    check(store.erase("a"));
    check(store.mark_sent("a", 1, 1, "a", None));
    check(store.ensure_table());
}
