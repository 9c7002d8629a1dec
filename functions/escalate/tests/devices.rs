//! What a sweep costs where many devices stand in the register: what is due, not what is there.

use chrono::{DateTime, Utc};
use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::devices::{Owner, save};
use kesu_app::library::{Library, OwnPack};
use kesu_app::procedures::Procedures;
use kesu_app::store::Local;
use kesu_rules::domain::device::Device;
use kesu_rules::domain::names::UserId;
use kesu_rules::procedure::load::Source;

const HOUSE: &str = r#"
[procedure]
id = "HOUSE"
extends = "P19"
version = "1"
from = 2020-01-01

[[duty]]
rule = "D15"
title = { zh-Hans = "现场回访", en = "on-site visit" }
every = { months = 3 }
per = "device"
from_field = "acceptance_date"
owner = "市场部"
remind = "7 days"
source = "a house rule of these tests"
"#;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

async fn house(now: &str) -> App {
    let source = Source {
        files: [("procedure.toml".to_owned(), HOUSE.to_owned())].into(),
    };
    let own = OwnPack {
        folder: "house".to_owned(),
        source,
    };
    let settings = Settings::trial(Procedures::parse("HOUSE").unwrap());
    App::with_library(
        Local::memory().unwrap().store("kesu").await.unwrap(),
        Time::movable(at(now)),
        settings,
        Blobs::None,
        None,
        UserId::parse("admin@kesu.example").unwrap(),
        Library::with(&[own]).unwrap(),
    )
}

async fn sell(app: &App, count: u32) {
    for n in 0..count {
        // Each was accepted on another day of a month, so that few are due on any one.
        let device = Device {
            serial: format!("SN-{n:04}"),
            accepted_on: Some(format!("2025-11-{:02}", n % 28 + 1).parse().unwrap()),
            ..Device::default()
        };
        save(app, device, Owner::default(), None).await.unwrap();
    }
}

/// Items that a sweep at a moment looked at.
async fn looked_at(app: &App, now: &str) -> u64 {
    app.time.advance(at(now));
    app.store.meter().take();
    kesu_escalate::run(app, at(now)).await.unwrap();
    app.store.meter().take().evaluated
}

#[tokio::test]
async fn a_sweep_looks_at_the_devices_that_are_due_and_at_no_other() {
    let few = house("2025-12-01T09:00:00+08:00").await;
    sell(&few, 28).await;
    let many = house("2025-12-01T09:00:00+08:00").await;
    sell(&many, 280).await;
    for app in [&few, &many] {
        looked_at(app, "2026-01-10T09:00:00+08:00").await;
    }
    // Nothing is due: ten times as many devices cost nothing more.
    let quiet = "2026-01-10T09:05:00+08:00";
    assert_eq!(looked_at(&few, quiet).await, looked_at(&many, quiet).await);
    // The first day's devices come due: one in the small register, ten in the large one.
    let first = "2026-01-26T09:00:00+08:00";
    let (one, ten) = (looked_at(&few, first).await, looked_at(&many, first).await);
    assert!(one > 0 && ten > one && ten < 80, "{one} {ten}");
}

#[tokio::test]
async fn running_a_sweep_again_writes_no_visit_twice() {
    let app = house("2025-12-01T09:00:00+08:00").await;
    sell(&app, 28).await;
    let now = "2026-02-25T09:00:00+08:00";
    app.time.advance(at(now));
    let mut counts = Vec::new();
    for _ in 0..3 {
        kesu_escalate::run(&app, at(now)).await.unwrap();
        let (found, _) = kesu_app::duties::list(&app, "HOUSE/D15/", None).await.unwrap();
        counts.push(found.len());
    }
    assert_eq!(counts, [28, 28, 28]);
}
