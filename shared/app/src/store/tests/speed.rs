//! Measures appends a second; run with `cargo test --features local -- --ignored --nocapture appends_a_second`.

use std::time::Instant;

use super::capacity::typical;
use super::*;

async fn measure(store: &Store, tasks: usize, total: usize) -> f64 {
    let start = Instant::now();
    let runners: Vec<_> = (0..tasks)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for i in 0..total / tasks {
                    store
                        .append(&typical(&format!("{tasks}-{task}-{i}"), None))
                        .await
                        .unwrap()
                        .unwrap();
                }
            })
        })
        .collect();
    for runner in runners {
        runner.await.unwrap();
    }
    total as f64 / start.elapsed().as_secs_f64()
}

#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn appends_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let local = Local::open(&folder.path().join("kesu.db")).unwrap();
    let store = local.store("kesu").await.unwrap();
    for (tasks, total) in [(1, 500), (16, 1600), (1, 500), (16, 1600)] {
        let rate = measure(&store, tasks, total).await;
        eprintln!(
            "{tasks} tasks: {rate:.0} appends a second, {} stream records",
            local.stream_records().unwrap()
        );
    }
}
