//! Runs that are broken off go on where they were: slices, registers in a bucket.

use std::time::Duration;

use kesu_app::batches::Totals;
use serde_json::{Value, json};

use super::*;
use crate::event::on_event_within;

#[tokio::test]
async fn a_run_whose_time_is_up_goes_on_where_it_was() {
    let house = house().await;
    let options = Options {
        budget: Some(Duration::ZERO),
        ..Options::default()
    };
    let mut slices = 0;
    let report = loop {
        let report = fed(&house.app, csv("台账.csv", &rows(250)), &options).await;
        slices += 1;
        if report.finished {
            break report;
        }
        assert!(slices < 20, "it comes to no end");
    };
    // Each slice goes over what is done and does one portion more.
    assert_eq!(slices, 4);
    let wanted = Totals {
        rows: 251,
        created: 250,
        skipped: 1,
        ..Totals::default()
    };
    assert_eq!(report.totals(), wanted);
    assert_eq!(all(&house.app).await.len(), 250);
    assert_eq!(house.app.batches().await.unwrap().len(), 1);
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn a_register_in_a_bucket_is_taken_in_and_its_report_stands_beside_it() {
    let house = house().await;
    let bucket = house.dir.path().join("depot");
    std::fs::create_dir_all(bucket.join("registers/P10")).unwrap();
    std::fs::write(bucket.join("registers/P10/旧 台账.csv"), format!("{HEADER}{}", rows(3))).unwrap();
    let event = json!({"Records": [{"s3": {"bucket": {"name": "depot"},
        "object": {"key": "registers/P10/%E6%97%A7+%E5%8F%B0%E8%B4%A6.csv"}}}]});
    // Events come more than once.
    for _ in 0..2 {
        on_event(&house.app, &event, None).await.unwrap();
    }
    let complaints = all(&house.app).await;
    assert_eq!(complaints.len(), 3);
    assert!(complaints.iter().all(|one| one.complaint.procedure.as_str() == "P10"));
    let report = std::fs::read(bucket.join("registers-reports/P10/旧 台账.csv.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(
        (&report["totals"]["unchanged"], &report["finished"]),
        (&json!(3), &json!(true))
    );
}

#[tokio::test]
async fn a_register_in_a_bucket_is_gone_on_with_slice_by_slice_until_its_report_is_there() {
    let house = house().await;
    let bucket = house.dir.path().join("depot");
    std::fs::create_dir_all(bucket.join("registers")).unwrap();
    std::fs::write(bucket.join("registers/台账.csv"), format!("{HEADER}{}", rows(350))).unwrap();
    let event = |key: &str| json!({"Records": [{"s3": {"bucket": {"name": "depot"}, "object": {"key": key}}}]});
    let told = |event: Value| {
        let app = house.app.clone();
        async move { on_event_within(&app, &event, None, Duration::ZERO).await.unwrap() }
    };
    told(event("registers/台账.csv")).await;
    let word = bucket.join("registers-continue/台账.csv.json");
    let mut slices = 1;
    while !bucket.join("registers-reports/台账.csv.json").exists() {
        assert!(slices < 20, "it comes to no end");
        let said: Value = serde_json::from_slice(&std::fs::read(&word).unwrap()).unwrap();
        assert_eq!(
            (&said["slice"], &said["key"]),
            (&json!(slices), &json!("registers/台账.csv"))
        );
        told(event("registers-continue/台账.csv.json")).await;
        slices += 1;
    }
    assert_eq!((slices, all(&house.app).await.len()), (5, 350));
    assert_eq!(house.app.batches().await.unwrap().len(), 1);
    // What comes late, and what is none of ours, changes nothing.
    told(event("registers-continue/台账.csv.json")).await;
    told(event("attachments/x.png")).await;
    told(json!({"Records": [{"s3": {}}, {"eventName": "?"}]})).await;
    assert_eq!(all(&house.app).await.len(), 350);
}
