//! Imports over a real store: slices, duplicates of what was there, pictures, copies to mend, registers out of a bucket.

use std::path::Path;
use std::time::Duration;

use kesu_app::App;
use kesu_app::batches::Totals;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::intake::Submission;
use kesu_app::procedures::Procedures;
use kesu_app::record::Loaded;
use kesu_app::store::Local;
use kesu_app::texts::Language;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::UserId;
use kesu_rules::domain::value::Value as FieldValue;
use rust_xlsxwriter::{Image, Workbook};
use serde_json::json;
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
        mail_addresses: Default::default(),
        procedures: Procedures::parse("P19,P10").unwrap(),
        base_url: "http://127.0.0.1:8080".to_owned(),
        company: "示例机械有限公司".to_owned(),
        contact: "400-000-0000".to_owned(),
        mail_from: "kesu@kesu.example".to_owned(),
        mail_domain: "kesu.example".to_owned(),
        shards: 2,
        secret: b"0123456789abcdef0123456789abcdef".to_vec(),
        public_per_minute: 0,
        link_days: 14,
        robots: Vec::new(),
        session_hours: 12,
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

#[tokio::test]
async fn a_run_whose_time_is_up_goes_on_where_it_was() {
    let house = house().await;
    let options = Options {
        budget: Some(Duration::ZERO),
        ..Options::default()
    };
    let mut slices = 0;
    let report = loop {
        let report = fed(&house.app, csv("台账.csv", &rows(450)), &options).await;
        slices += 1;
        if report.finished {
            break report;
        }
        assert!(slices < 20, "it comes to no end");
    };
    // Each slice goes over what is done and does one portion more.
    assert_eq!(slices, 6);
    let wanted = Totals {
        rows: 451,
        created: 450,
        skipped: 1,
        ..Totals::default()
    };
    assert_eq!(report.totals(), wanted);
    assert_eq!(all(&house.app).await.len(), 450);
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
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(
        (&report["totals"]["unchanged"], &report["finished"]),
        (&json!(3), &json!(true))
    );
}

#[tokio::test]
async fn what_a_customer_said_before_is_linked_and_a_known_number_is_not_given_twice() {
    let house = house().await;
    let body = json!({"description": "三号水泵运行中漏油，请尽快派人来处理", "received_at": "2026-03-02T09:00:00+08:00",
        "customer": {"name": "江南 水泵厂", "phone": "13800138000"}});
    let submission = Submission::read(&body, true).unwrap().keyed(&house.app, "by telephone");
    let there = house.app.receive(submission, &Actor::System).await.unwrap();
    let number = house.app.load(&there.id).await.unwrap().complaint.number.to_string();
    let register = format!(
        ",江南水泵厂,2026-03-02,三号水泵运行中漏油。请尽快派人来处理！,处理中\n{number},别家,2026-03-03,电机烧毁,处理中\n"
    );
    let report = fed(&house.app, csv("台账.csv", &register), &Options::default()).await;
    assert_eq!(codes(&report), [(2, "possible_duplicate"), (3, "number_known")]);
    let imported: Vec<Loaded> = all(&house.app)
        .await
        .into_iter()
        .filter(|one| one.complaint.imported.is_some())
        .collect();
    assert_eq!(imported.len(), 2);
    for one in &imported {
        assert_eq!(one.complaint.links[0].to.as_str(), there.id);
        assert_eq!(one.complaint.links[0].kind, "possible_duplicate");
        assert_ne!(one.complaint.number.as_str(), number);
        assert!(one.head.wake.is_none() && one.complaint.dormant());
    }
    assert_eq!(house.app.by_number(&number).await.unwrap(), Some(there.id));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn new_numbers_go_on_after_imported_ones_also_when_those_are_taken_back() {
    let house = house().await;
    let procedure = house.app.library().procedure("P19").unwrap();
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
    let number = |serial| kesu_rules::procedure::numbering::number(&procedure.pack.numbering, day, serial).unwrap();
    let register: String = (1..=5)
        .map(|n| format!("{},客户{n},2026-03-01,第{n}台漏油,已结案\n", number(n)))
        .collect();
    let report = fed(&house.app, csv("今年.csv", &register), &Options::default()).await;
    let new = |key: &'static str| {
        let app = house.app.clone();
        let body = json!({"description": "漏油", "customer": {"name": "新客户", "phone": "13900139000"}});
        async move {
            let submission = Submission::read(&body, true).unwrap().keyed(&app, key);
            let id = app.receive(submission, &Actor::System).await.unwrap().id;
            app.load(&id).await.unwrap().complaint.number
        }
    };
    assert_eq!(new("first").await, number(6));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
    let undone = undo(&house.app, report.batch.as_deref().unwrap(), &Actor::System)
        .await
        .unwrap();
    assert_eq!((undone.removed, undone.left.len()), (5, 0));
    assert_eq!(new("second").await, number(7));
    assert_eq!(
        house.app.by_number(number(3).as_str()).await.unwrap(),
        None,
        "the number is free again"
    );
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

/// A red square.
const PICTURE: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8,
    2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, b'I', b'D', b'A', b'T', 0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0,
    0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn workbook(path: &Path, wrong_day: &str) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("客诉").unwrap();
    for (column, header) in (0_u16..).zip(["客诉编号", "客户名称", "投诉日期", "问题描述", "不良图片"])
    {
        sheet.write(0, column, header).unwrap();
    }
    for (row, day) in [(1_u32, "2019-03-05"), (2, wrong_day)] {
        sheet.write(row, 0, format!("K{row}")).unwrap();
        sheet.write(row, 1, "示例客户").unwrap();
        sheet.write(row, 2, day).unwrap();
        sheet.write(row, 3, format!("第{row}台漏油")).unwrap();
    }
    sheet
        .insert_image(1, 4, &Image::new_from_buffer(PICTURE).unwrap())
        .unwrap();
    book.save(path).unwrap();
}

#[tokio::test]
async fn what_people_have_touched_stays_when_an_import_is_taken_back() {
    let house = house().await;
    let report = fed(&house.app, csv("台账.csv", &rows(4)), &Options::default()).await;
    let batch = report.batch.unwrap();
    let staff = Actor::Staff(Staff {
        user: UserId::parse("admin@kesu.example").unwrap(),
        role: Role::Administrator,
        department: None,
    });
    let complaints = all(&house.app).await;
    let touched = &complaints[2].complaint;
    let note = Wish::Do(Command::Note {
        text: "客户来电询问".to_owned(),
    });
    house
        .app
        .tell(touched.id.as_str(), None, note, &staff, None)
        .await
        .unwrap();
    let undone = undo(&house.app, &batch, &staff).await.unwrap();
    assert_eq!(undone.removed, 3);
    let left: Vec<_> = undone
        .left
        .iter()
        .map(|left| (left.number.as_deref(), left.reason))
        .collect();
    assert_eq!(left, [(Some("KS-0002"), "touched")]);
    assert_eq!(all(&house.app).await.len(), 1);
    // Done again it is the same, and the register fed again finds the one that stayed.
    let again = undo(&house.app, &batch, &staff).await.unwrap();
    assert_eq!((again.removed, again.left.len()), (0, 1));
    let report = fed(&house.app, csv("台账.csv", &rows(4)), &Options::default()).await;
    assert_eq!((report.totals().created, report.totals().unchanged), (3, 1));
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

fn attached(loaded: &Loaded) -> usize {
    match loaded.complaint.fields.get("attachments") {
        Some(FieldValue::List(names)) => names.len(),
        _ => 0,
    }
}

#[tokio::test]
#[ignore = "wants a reader that gives the pictures of workbooks"]
async fn pictures_are_kept_and_stay_when_a_copy_without_them_is_fed() {
    let house = house().await;
    let path = house.dir.path().join("台账.xlsx");
    workbook(&path, "2019-02-28");
    let options = Options::default();
    let report = fed(&house.app, Source::file(&path), &options).await;
    let complaints = all(&house.app).await;
    assert_eq!(complaints.iter().map(attached).collect::<Vec<_>>(), [1, 0]);
    let copies = house.dir.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let copy = copies.join("台账.xlsx");
    annotate(
        &Source::file(&path),
        &options,
        &report.files[0],
        &copy,
        Language::ZhHans,
    )
    .unwrap();
    fed(&house.app, Source::file(&copy), &options).await;
    let complaints = all(&house.app).await;
    assert_eq!(complaints.iter().map(attached).collect::<Vec<_>>(), [1, 0]);
}

#[tokio::test]
async fn an_annotated_copy_says_the_same_and_a_mended_register_changes_the_mended_row() {
    let house = house().await;
    let path = house.dir.path().join("台账.xlsx");
    workbook(&path, "2019-02-30");
    let options = Options::default();
    let report = fed(&house.app, Source::file(&path), &options).await;
    assert_eq!(report.totals().created, 2);
    let copies = house.dir.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    let copy = copies.join("台账.xlsx");
    annotate(
        &Source::file(&path),
        &options,
        &report.files[0],
        &copy,
        Language::ZhHans,
    )
    .unwrap();
    let again = fed(&house.app, Source::file(&copy), &options).await;
    let same = again.totals();
    assert_eq!((same.rows, same.unchanged + same.mended, same.skipped), (3, 2, 1));
    let mut reasons = Vec::new();
    let mut read = kesu_ledger::book::open(&copy, &Default::default(), None).unwrap();
    read.rows(0, &mut |row| {
        let last = row
            .cells
            .last()
            .map(|cell| (cell.column, format!("{:?}", cell.content)));
        let coloured: Vec<u32> = row
            .cells
            .iter()
            .filter(|cell| cell.fill.is_some())
            .map(|cell| cell.column)
            .collect();
        reasons.push((last, coloured));
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(reasons[0], (Some((5, "Text(\"导入说明\")".to_owned())), vec![]));
    assert_eq!(reasons[2].1, [2, 5], "the day and the reason are coloured: {reasons:?}");

    workbook(&path, "2019-02-28");
    let mended = fed(&house.app, Source::file(&path), &options).await;
    assert!(mended.totals().mended >= 1, "{:?}", mended.totals());
    let complaints = all(&house.app).await;
    assert_eq!(
        complaints[1].complaint.received_at.to_rfc3339(),
        "2019-02-28T00:00:00+08:00"
    );
    assert_eq!(house.app.verify().await.unwrap().faults.len(), 0);
}

#[tokio::test]
async fn an_export_has_keys_and_titles_and_guards_what_would_be_computed() {
    let house = house().await;
    let register = "K1,=1+1,2019-03-05,\"@SUM(A1)\n第二行\",已结案\nK2,示例客户,2020-01-02,漏油,处理中\n";
    fed(&house.app, csv("台账.csv", register), &Options::default()).await;
    let out = house.dir.path().join("out.csv");
    let wanted = export::Wanted {
        month: Some("2019-03".to_owned()),
        ..Default::default()
    };
    let count = export::export(&house.app, &wanted, Language::ZhHans, export::Format::Csv, &out)
        .await
        .unwrap();
    assert_eq!(count, 1);
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(
        text.starts_with("\u{feff}number,received_at,stage,class,department,customer_name,"),
        "{text}"
    );
    assert!(
        text.contains("\r\n编号,接收时间,阶段,类别,负责部门,客户名称,"),
        "{text}"
    );
    assert!(
        text.contains(",'=1+1,") && text.contains("\"'@SUM(A1)\n第二行\""),
        "{text}"
    );
    let book = house.dir.path().join("out.xlsx");
    let everything = export::Wanted::default();
    export::export(&house.app, &everything, Language::En, export::Format::Xlsx, &book)
        .await
        .unwrap();
    let read = kesu_ledger::book::open(&book, &Default::default(), None);
    let mut cells = Vec::new();
    read.unwrap()
        .rows(0, &mut |row| {
            cells.push(
                row.cells
                    .iter()
                    .map(|cell| format!("{:?}", cell.content))
                    .collect::<Vec<_>>(),
            );
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(cells.len(), 4);
    assert!(cells[2].contains(&"Text(\"=1+1\")".to_owned()), "{cells:?}");
    assert!(
        cells[2].contains(&"Moment(2019-03-05T00:00:00)".to_owned()),
        "{cells:?}"
    );
}
