//! The engine in this process: durable, copied while in use, followed through its stream.

use std::time::Duration;

use super::super::local::backup_of;
use super::*;

#[tokio::test]
async fn what_was_acknowledged_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    {
        let local = Local::open(&path).unwrap();
        assert_eq!(
            local.durability().unwrap(),
            ("wal".to_owned(), 2),
            "write-ahead log, synchronous FULL"
        );
        let store = local.store("kesu").await.unwrap();
        for i in 0..20 {
            store.append(&create(&format!("c{i}"))).await.unwrap().unwrap();
        }
    }
    let local = Local::open(&path).unwrap();
    assert_eq!(local.durability().unwrap(), ("wal".to_owned(), 2));
    let store = local.store("kesu").await.unwrap();
    assert_eq!(store.month("2026-11", 0, 100, None).await.unwrap().items.len(), 20);
    assert_eq!(store.head("c7").await.unwrap(), Some(head("c7", 1)));
}

#[tokio::test]
async fn a_backup_of_a_store_in_use_is_whole_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let live = folder.path().join("live.db");
    let local = Local::open(&live).unwrap();
    let store = local.store("kesu").await.unwrap();
    for i in 0..30 {
        store.append(&create(&format!("c{i}"))).await.unwrap().unwrap();
    }
    let (first, second) = (folder.path().join("first.db"), folder.path().join("second.db"));
    let writer = async {
        for i in 30..60 {
            store.append(&create(&format!("c{i}"))).await.unwrap().unwrap();
        }
    };
    let (copied, ()) = tokio::join!(local.backup(&first), writer);
    copied.unwrap();
    backup_of(&live, &second).unwrap();
    assert!(
        local.backup(&first).await.is_err(),
        "an existing file is not overwritten"
    );
    for (path, least) in [(first, 30), (second, 60)] {
        let copy = Local::open(&path).unwrap().store("kesu").await.unwrap();
        let rows = copy.month("2026-11", 0, 100, None).await.unwrap().items;
        assert!(rows.len() >= least, "{} of {least}", rows.len());
        for row in rows {
            assert_eq!(
                copy.log(&row.id).await.unwrap().len(),
                1,
                "no head without its log entry"
            );
        }
    }
    let memory = Local::memory().unwrap();
    memory
        .store("kesu")
        .await
        .unwrap()
        .append(&create("m"))
        .await
        .unwrap()
        .unwrap();
    let out = folder.path().join("memory.db");
    memory.backup(&out).await.unwrap();
    let copy = Local::open(&out).unwrap().store("kesu").await.unwrap();
    assert_eq!(copy.head("m").await.unwrap(), Some(head("m", 1)));
}

#[tokio::test]
async fn the_stream_shows_a_letter_as_soon_as_it_is_queued() {
    let local = Local::memory().unwrap();
    let store = local.store("kesu").await.unwrap();
    store.append(&create("before")).await.unwrap().unwrap();
    let mut changes = local.changes("kesu", StreamFrom::Latest).await.unwrap();
    let reader = tokio::spawn(async move {
        let mut seen = Vec::new();
        while seen.len() < 4 {
            seen.extend(changes.next_changes().await.unwrap());
        }
        seen
    });
    let mut change = create("c1");
    change.letters.push(letter("c1", 1, 0));
    store.append(&change).await.unwrap().unwrap();
    let look_again = wake("2026-11-22T02:06:00Z");
    store
        .claim_letter("c1", 1, 0, "2026-11-22T02:00:00Z", "2026", &look_again)
        .await
        .unwrap()
        .unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(5), reader)
        .await
        .unwrap()
        .unwrap();
    let letters: Vec<_> = seen
        .iter()
        .filter(|c| matches!(c.key(), Some(Key::Letter { .. })))
        .collect();
    assert_eq!(
        letters.iter().map(|c| c.kind).collect::<Vec<_>>(),
        [ChangeKind::Insert, ChangeKind::Modify]
    );
    let queued = LetterRecord::read(letters[0].new.as_ref().unwrap()).unwrap();
    assert_eq!(queued, letter("c1", 1, 0));
    let (old, new) = (letters[1].old.as_ref().unwrap(), letters[1].new.as_ref().unwrap());
    assert_eq!(LetterRecord::read(old).unwrap().state, LetterState::Queued);
    assert_eq!(LetterRecord::read(new).unwrap().state, LetterState::Claimed);
    assert!(seen.iter().all(|c| c.pk != "C#before"));
    assert!(letters[0].sequence < letters[1].sequence);
}

#[tokio::test]
async fn a_reader_that_starts_after_a_stop_gets_what_was_left_undone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kesu.db");
    {
        let store = Local::open(&path).unwrap().store("kesu").await.unwrap();
        store.append(&create("c1")).await.unwrap().unwrap();
    }
    let local = Local::open(&path).unwrap();
    local.store("kesu").await.unwrap();
    let mut changes = local.changes("kesu", StreamFrom::Oldest).await.unwrap();
    let seen = changes.next_changes().await.unwrap();
    assert!(seen.iter().any(|c| c.key() == Some(Key::Head { id: "c1".to_owned() })));
}

#[tokio::test]
async fn the_stream_is_cut_back_as_it_is_read_and_loses_nothing() {
    let local = Local::memory().unwrap();
    let store = local.store("kesu").await.unwrap();
    let mut changes = local.changes("kesu", StreamFrom::Latest).await.unwrap();
    let mut seen = 0;
    for round in 0..13 {
        for i in 0..50 {
            store.append(&create(&format!("c{round}-{i}"))).await.unwrap().unwrap();
        }
        while seen < (round + 1) * 100 {
            seen += changes.next_changes().await.unwrap().len();
        }
    }
    assert_eq!(seen, 1300, "a head and a log entry each, every one once");
    assert!(
        local.stream_records().unwrap() < 600,
        "{}",
        local.stream_records().unwrap()
    );
}

#[tokio::test]
async fn expired_records_are_swept_and_the_others_stay() {
    let local = Local::memory().unwrap();
    let store = local.store("kesu").await.unwrap();
    for (id, expires) in [
        ("old", Some(1_000_000_000)),
        ("new", Some(9_000_000_000)),
        ("never", None),
    ] {
        let mut session = SmallRecord::new(Kind::Session, id, "{}");
        session.expires = expires;
        store.put(&session).await.unwrap();
    }
    let old = store.get(Kind::Session, "old").await.unwrap().unwrap();
    assert!(
        !old.live(1_800_000_000),
        "expired, and still readable until it is swept"
    );
    assert_eq!(local.sweep_ttl().await.unwrap(), 1);
    assert_eq!(store.get(Kind::Session, "old").await.unwrap(), None);
    assert!(
        store
            .get(Kind::Session, "new")
            .await
            .unwrap()
            .unwrap()
            .live(1_800_000_000)
    );
    assert!(store.get(Kind::Session, "never").await.unwrap().is_some());
}

#[tokio::test]
async fn ensuring_the_table_twice_changes_nothing_and_messages_carry_no_marker() {
    let local = Local::memory().unwrap();
    let store = local.store("kesu").await.unwrap();
    store.append(&create("c1")).await.unwrap().unwrap();
    store.ensure_table().await.unwrap();
    assert!(store.head("c1").await.unwrap().is_some());
    let error = store
        .client
        .get_item()
        .table_name("no")
        .key("pk", codec::s("a"))
        .send()
        .await
        .unwrap_err();
    let text = format!("{error:?}");
    assert!(!text.contains("VALIDATION:"), "{text}");
    let missing = Store::new(local.client(), "elsewhere");
    let error = missing.head("c1").await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Service { code, .. } if code == "ResourceNotFoundException"),
        "{error}"
    );
}

#[test]
fn a_function_event_is_read_as_the_same_change() {
    let record = serde_json::json!({"eventID": "1", "eventName": "INSERT", "dynamodb": {
        "Keys": {"pk": {"S": "C#c1"}, "sk": {"S": "L#00000001#000"}}, "SequenceNumber": "111",
        "NewImage": {"pk": {"S": "C#c1"}, "sk": {"S": "L#00000001#000"}, "st": {"S": "q"}, "a": {"N": "2"},
                     "c": {"M": {"x": {"L": [{"BOOL": true}, {"NULL": true}]}}}}}});
    let change = Change::read(&record).unwrap();
    assert_eq!((change.kind, change.sequence.as_str()), (ChangeKind::Insert, "111"));
    assert_eq!(LetterRecord::read(change.new.as_ref().unwrap()).unwrap().attempts, 2);
    assert_eq!(change.old, None);
    assert_eq!(Change::read(&serde_json::json!({"eventName": "INSERT"})), None);
}
