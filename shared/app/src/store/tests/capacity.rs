//! What an append costs, against the arithmetic of the price list.

use super::*;

/// Write units of `bytes`: one for each KB begun.
fn units(bytes: usize) -> f64 {
    bytes.div_ceil(1024) as f64
}

/// A head of about 1.2 KB, an entry of about 0.8 KB, one letter.
pub(super) fn typical(id: &str, from: Option<u64>) -> Append {
    let version = from.map_or(1, |v| v + 1);
    let mut change = Append::new(head(id, version), from, entry(id, version));
    change.head.state = "s".repeat(1000);
    change.head.hash = "h".repeat(64);
    change.entry.entry = "e".repeat(760);
    change.letters.push(letter(id, version, 0));
    change
}

#[tokio::test]
async fn an_append_costs_what_the_arithmetic_says() {
    let store = store().await;
    store.meter().take();
    let first = typical("c1", None);
    let head_bytes = codec::size(&first.head.item());
    assert!((1100..=1300).contains(&head_bytes), "{head_bytes}");
    store.append(&first).await.unwrap().unwrap();
    let new = store.meter().take();
    let base = 2.0
        * (units(head_bytes) + units(codec::size(&first.entry.item())) + units(codec::size(&first.letters[0].item())));
    assert_eq!(
        new.of("").write,
        base,
        "twice the items' size in a transaction: {new:?}"
    );
    assert_eq!(new.of(keys::WAKE).write, 2.0, "head and letter enter the wake index");
    assert_eq!((new.of(keys::MONTH).write, new.of(keys::CHANGED).write), (1.0, 1.0));
    assert_eq!((new.writes(), new.requests), (base + 4.0, 1));

    let mut second = typical("c1", Some(1));
    second.letters.clear();
    store.append(&second).await.unwrap().unwrap();
    let next = store.meter().take();
    assert_eq!(next.of("").write, 2.0 * (units(codec::size(&second.head.item())) + 1.0));
    assert_eq!(
        next.of(keys::WAKE).write,
        0.0,
        "the moment did not move, so its index is not written"
    );
    assert_eq!(next.of(keys::MONTH).write, 1.0, "the version is projected");
    assert_eq!(
        next.of(keys::CHANGED).write,
        2.0,
        "a key that moves is deleted and written"
    );
    eprintln!(
        "new complaint with a letter: {} WRU; a change: {} WRU",
        new.writes(),
        next.writes()
    );
}

#[tokio::test]
async fn a_grid_page_and_a_head_are_read_at_their_size() {
    let store = store().await;
    for i in 0..40 {
        store.append(&typical(&format!("c{i}"), None)).await.unwrap().unwrap();
    }
    store.meter().take();
    let rows = store.month("2026-11", 0, 100, None).await.unwrap().items;
    let page = store.meter().take();
    assert_eq!((rows.len(), page.returned, page.evaluated), (40, 40, 40));
    assert!(page.of(keys::MONTH).read <= 2.0, "40 rows of some 150 bytes: {page:?}");
    store.head("c1").await.unwrap();
    let read = store.meter().take();
    assert_eq!(
        (read.reads(), read.returned),
        (1.0, 1),
        "one consistent read below 4 KB"
    );
    store.heads(&["c1".to_owned(), "c2".to_owned()]).await.unwrap();
    assert_eq!(store.meter().take().reads(), 1.0, "half a unit each");
}
