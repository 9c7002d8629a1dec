//! A register counted over a real store: kept once, the same when counted again, moved by a late correction, caught up in order.

use chrono::TimeDelta;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::office::save_calendar;
use kesu_app::procedures::Procedures;
use kesu_app::store::Local;
use kesu_app::submission::Submission;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::UserId;
use serde_json::{Value, json};

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    let text = format!("{}:00+08:00", text.replace(' ', "T"));
    DateTime::parse_from_rfc3339(&text).unwrap().to_utc()
}

async fn house(now: &str) -> App {
    house_with(now, Blobs::None).await
}

async fn house_with(now: &str, blobs: Blobs) -> App {
    let settings = Settings {
        shards: 2,
        ..Settings::trial(Procedures::parse("P09,P19").unwrap())
    };
    App::new(
        Local::memory().unwrap().store("kesu").await.unwrap(),
        Time::movable(at(now)),
        settings,
        blobs,
        None,
        UserId::parse("admin@kesu.example").unwrap(),
    )
}

fn officer() -> Actor {
    Actor::Staff(Staff {
        user: UserId::parse("admin@kesu.example").unwrap(),
        role: Role::Administrator,
        department: None,
    })
}

/// A complaint that comes in now; its id.
async fn receive(app: &App, procedure: &str, cause: &str) -> String {
    let body = json!({
        "procedure": procedure, "description": "机器漏油,要求维修", "answers": {"cause_code": cause},
        "customer": {"name": "陈晓明", "phone": "13800000000"},
    });
    let key = format!("{procedure} {cause} {}", app.now());
    let submission = Submission::read(&body, true).unwrap().keyed(app, &key);
    app.receive(submission, &officer()).await.unwrap().id.to_string()
}

async fn correct(app: &App, id: &str, fields: Value) {
    let command: Command = serde_json::from_value(json!({"type": "edit", "fields": fields})).unwrap();
    app.tell(id, None, Wish::Do(command), &officer(), Some("录入有误"))
        .await
        .unwrap();
}

async fn count(app: &App, name: &str) -> Version {
    run(app, "P09", name.parse().unwrap(), app.now()).await.unwrap()
}

/// Three of P09 in January and two in March, one of P19 beside them; the first one's id.
async fn register() -> (App, String) {
    register_in(house("2026-01-05 09:00").await).await
}

async fn register_in(app: App) -> (App, String) {
    let first = receive(&app, "P09", "W-01").await;
    for (day, procedure, cause) in [
        (3, "P09", "W-01"),
        (6, "P09", "W-02"),
        (7, "P19", "W-02"),
        (60, "P09", "W-01"),
        (61, "P09", "W-01"),
    ] {
        app.time.advance(at("2026-01-05 09:00") + TimeDelta::days(day));
        receive(&app, procedure, cause).await;
    }
    app.time.advance(at("2026-04-02 09:00"));
    (app, first)
}

#[tokio::test]
async fn a_period_counts_what_came_in_under_its_procedure_and_what_is_still_open() {
    let (app, _) = register().await;
    let counts = |counted: &Version| {
        let of = |name: &str| counted.figures["complaints"][name].as_u64().unwrap();
        (of("received"), of("open_at_end"))
    };
    assert_eq!(counts(&count(&app, "2026-01").await), (3, 3));
    assert_eq!(counts(&count(&app, "2026-02").await), (0, 3));
    let quarter = count(&app, "2026Q1").await;
    assert_eq!(counts(&quarter), (5, 5));
    let figures = &quarter.figures;
    assert_eq!(figures["by"]["cause"], json!({"W-01": 4, "W-02": 1}));
    assert_eq!(figures["by"]["month"], json!({"2026-01": 3, "2026-03": 2}));
    let worst = figures["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kpi| kpi["id"] == "K04");
    let worst = worst.unwrap();
    assert_eq!((&worst["value"], &worst["met"]), (&json!("4"), &json!(true)));
    let sales = figures["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kpi| kpi["id"] == "K06");
    assert_eq!(
        sales.unwrap()["missing"],
        json!(["sales 2026-01", "sales 2026-02", "sales 2026-03"])
    );
}

#[tokio::test]
async fn customers_who_are_said_to_be_one_are_counted_as_one_from_then_on_and_what_was_kept_stays() {
    let app = house("2026-01-05 09:00").await;
    for (n, name) in ["北方机电", "北方机电有限公司", "另一家", "北方机电有限公司"]
        .into_iter()
        .enumerate()
    {
        let body = json!({
            "procedure": "P09", "description": "机器漏油,要求维修",
            "customer": {"name": name, "phone": format!("1380000000{n}")},
        });
        let submission = Submission::read(&body, true).unwrap().keyed(&app, &format!("key {n}"));
        app.receive(submission, &officer()).await.unwrap();
    }
    app.time.advance(at("2026-02-02 09:00"));
    let one = count(&app, "2026-01").await;
    assert_eq!(one.figures["customers"], json!([]));
    let by = UserId::parse("admin@kesu.example").unwrap();
    let names = ["北方机电".to_owned()];
    let made = kesu_app::customers::merge(&app, &names, "北方机电有限公司", &by)
        .await
        .unwrap();
    assert_eq!(made.len(), 1);
    let two = count(&app, "2026-01").await;
    assert_eq!((two.version, two.figures["customers"][0]["n"].as_u64()), (2, Some(3)));
    assert_eq!(
        two.moved.iter().map(|one| one.figure.as_str()).collect::<Vec<_>>(),
        ["customers"]
    );
    let kept = version(&app, "P09", "2026-01", 1).await.unwrap().unwrap();
    assert_eq!(kept, one);
    kesu_app::customers::unmerge(&app, &names).await.unwrap();
    assert_eq!(count(&app, "2026-01").await.figures, one.figures);
}

#[tokio::test]
async fn counted_again_it_is_the_same_version_and_a_late_correction_is_a_new_one_that_says_what_moved() {
    let (app, first) = register().await;
    let one = count(&app, "2026-01").await;
    let (two, three) = tokio::join!(count(&app, "2026-01"), count(&app, "2026-01"));
    assert_eq!((one.version, &two, &three), (1, &one, &one));
    correct(&app, &first, json!({"cause_code": "W-07"})).await;
    let late = count(&app, "2026-01").await;
    assert_eq!(late.version, 2);
    let moved: Vec<&str> = late.moved.iter().map(|one| one.figure.as_str()).collect();
    assert!(
        moved.contains(&"by/cause/W-01") && moved.contains(&"by/cause/W-07"),
        "{moved:?}"
    );
    assert_eq!(newest(&app, "P09", "2026-01").await.unwrap(), Some(late));
}

#[tokio::test]
async fn a_period_that_still_runs_is_told_and_not_kept() {
    let (app, _) = register().await;
    let running = count(&app, "2026").await;
    assert_eq!(
        (running.version, &running.figures["complaints"]["received"]),
        (0, &json!(5))
    );
    assert_eq!(newest(&app, "P09", "2026").await.unwrap(), None);
}

#[tokio::test]
async fn what_ended_while_nobody_counted_is_caught_up_in_order_and_once() {
    let (app, _) = register().await;
    let report = catch_up(&app, app.now()).await.unwrap();
    let p09: Vec<&String> = report.counted.iter().filter(|one| one.starts_with("P09")).collect();
    assert_eq!(p09, ["P09 2026-01", "P09 2026-02", "P09 2026-03", "P09 2026Q1"]);
    assert_eq!(catch_up(&app, app.now()).await.unwrap(), Report::default());
}

#[tokio::test]
async fn an_entered_figure_makes_the_rate() {
    let (app, _) = register().await;
    let of = |month: &str| (month.to_owned(), [("sales".to_owned(), Some(1_000_000.into()))].into());
    let sales = ["2026-01", "2026-02", "2026-03"].map(of).into();
    assert_eq!(denominators::enter(&app, &sales).await.unwrap(), sales);
    assert!(
        denominators::enter(&app, &sales).await.unwrap().is_empty(),
        "it stands there already"
    );
    let figures = count(&app, "2026Q1").await.figures;
    let kpi = figures["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kpi| kpi["id"] == "K06")
        .unwrap();
    assert_eq!((&kpi["value"], &kpi["met"]), (&json!("0"), &json!(true)));
    let none = denominators::enter(&app, &[("2026Q1".to_owned(), Default::default())].into()).await;
    assert!(matches!(none, Err(Problem::Refused(_))));
}

/// What a count of the quarter says, and how many items it read.
async fn quarter(app: &App) -> (Version, u64) {
    app.office().await.unwrap();
    app.store.meter().take();
    let counted = look(app, "P09", "2026Q1".parse().unwrap(), app.now()).await.unwrap();
    (counted, app.store.meter().take().evaluated)
}

#[tokio::test]
async fn a_complaint_that_has_not_changed_since_it_was_counted_costs_its_row_alone() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::Folder(folder.path().to_owned());
    let (app, first) = register_in(house_with("2026-01-05 09:00", blobs).await).await;
    let (counted, read) = quarter(&app).await;
    let (again, less) = quarter(&app).await;
    assert_eq!((&again, read - less), (&counted, 5), "five heads were not read again");

    correct(&app, &first, json!({"cause_code": "W-07"})).await;
    let (moved, more) = quarter(&app).await;
    assert_eq!(more, less + 1, "what was corrected is read");
    assert!(moved.figures["by"]["cause"]["W-07"] == 1, "{moved:?}");

    // A lost or spoilt file is made anew, and so are lines that other working days were counted with.
    for file in std::fs::read_dir(folder.path().join("lines")).unwrap() {
        std::fs::write(file.unwrap().path(), "?").unwrap();
    }
    assert_eq!(quarter(&app).await, (moved.clone(), read));
    let days = r#"{"off": [{"on": "2026-03-05", "reason": "停电"}]}"#;
    save_calendar(&app.store, "cn/overrides", days).await.unwrap();
    app.office_changed();
    let (_, all) = quarter(&app).await;
    assert_eq!(all, read);
}

#[tokio::test]
async fn limits_that_pass_are_seen_in_lines_that_were_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = Vec::new();
    for blobs in [Blobs::Folder(folder.path().to_owned()), Blobs::None] {
        let app = house_with("2026-01-05 09:00", blobs).await;
        receive(&app, "P09", "W-01").await;
        for hours in [1, 24, 100, 800] {
            app.time.advance(app.now() + TimeDelta::hours(hours));
            said.push(quarter(&app).await.0);
        }
    }
    let (kept, anew) = said.split_at(4);
    assert_eq!(kept, anew);
    let overdue = |of: &Version| of.figures["complaints"]["overdue_at_end"].as_u64().unwrap();
    assert_eq!((overdue(&kept[0]), overdue(&kept[1])), (0, 1), "after two hours");
}
