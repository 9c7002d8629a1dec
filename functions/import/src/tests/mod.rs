//! Imports over a real store in memory.

mod copies;
mod desk;
mod duplicates;
mod layouts;
mod slices;
mod undo;

use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::procedures::Procedures;
use kesu_app::record::Loaded;
use kesu_app::store::Local;
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::UserId;
use tempfile::TempDir;

use super::*;

struct House {
    app: App,
    dir: TempDir,
}

async fn house() -> House {
    let dir = tempfile::tempdir().unwrap();
    let now = chrono::DateTime::parse_from_rfc3339("2026-03-10T10:00:00+08:00").unwrap();
    let settings = Settings {
        shards: 2,
        ..Settings::trial(Procedures::parse("P19,P10").unwrap())
    };
    let app = App::new(
        Local::memory().unwrap().store("kesu").await.unwrap(),
        Time::movable(now.to_utc()),
        settings,
        Blobs::Folder(dir.path().to_owned()),
        None,
        UserId::parse("admin@kesu.example").unwrap(),
    );
    House { app, dir }
}

const HEADER: &str = "客诉编号,客户名称,投诉日期,问题描述,状态\n";

fn rows(count: u32) -> String {
    let row = |n: u32| {
        format!(
            "KS-{n:04},示例客户{n},2019-03-{:02},第{n}台水泵漏油,已结案\n",
            n % 28 + 1
        )
    };
    (0..count).map(row).collect()
}

fn csv(name: &str, rows: &str) -> Source {
    Source::bytes(name, format!("{HEADER}{rows}").into_bytes())
}

async fn fed(app: &App, source: Source, options: &Options) -> Report {
    run(app, &[source], options, &Actor::System, &mut Unwatched)
        .await
        .unwrap()
}

async fn all(app: &App) -> Vec<Loaded> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = app.store.scan_all(500, cursor.as_deref()).await.unwrap();
        for record in page.items.into_iter().flatten() {
            if let kesu_app::store::AnyRecord::Head(head) = record {
                all.push(Loaded::read(*head).unwrap());
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            all.sort_by(|one, other| one.complaint.number.cmp(&other.complaint.number));
            return all;
        }
    }
}

fn codes(report: &Report) -> Vec<(u32, &'static str)> {
    report
        .files
        .iter()
        .flat_map(|file| &file.warnings)
        .map(|told| (told.row, told.code))
        .collect()
}

fn administrator() -> Actor {
    Actor::Staff(Staff {
        user: UserId::parse("admin@kesu.example").unwrap(),
        role: Role::Administrator,
        department: None,
    })
}
