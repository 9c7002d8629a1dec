//! What-if over a year of sample complaints: nothing under its own rules, exactly what a query by hand finds under others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{Person, World, body, command, printed, write_files};

const NOW: &str = "2026-11-20T10:00:00+08:00";
/// More than two weeks and less than three after [`NOW`].
const LATER: &str = "2026-12-08T10:00:00+08:00";
const DAY: i64 = 24 * 60 * 60;

/// A server over a year of `procedure`'s sample complaints, as it stands at [`NOW`].
fn demo(folder: &Path, procedure: &str, count: usize) -> World {
    World::over(folder, procedure, Some(NOW), &[&format!("--demo={count}")])
}

fn simulated(data: &Path, args: &[&str]) -> Value {
    let mut all = vec!["simulate", "--json", "--now", LATER, "--data", data.to_str().unwrap()];
    all.extend(args);
    let output = command(&all);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    printed(&output)
}

/// Every complaint's record as the API shows it.
fn records(staff: &Person<'_>) -> Vec<Value> {
    let mut ids = BTreeSet::new();
    for month in ["2025-11", "2025-12"]
        .map(str::to_owned)
        .into_iter()
        .chain((1..=12).map(|n| format!("2026-{n:02}")))
    {
        let mut cursor = String::new();
        loop {
            let page = staff
                .get(&format!("/api/complaints?month={month}&cursor={cursor}"))
                .json();
            let columns = page["columns"].as_array().unwrap();
            let id = columns.iter().position(|name| name == "id").unwrap();
            for row in page["rows"].as_array().unwrap() {
                ids.insert(row[id].as_str().unwrap().to_owned());
            }
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
    }
    ids.iter().map(|id| staff.complaint(id)).collect()
}

fn seconds(text: &str) -> i64 {
    // 2026-03-01T10:00:00+08:00, all in one zone: days from civil dates, as calendars are counted by hand.
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (y, m) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
    days * DAY + number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19)
}

/// What a query over the records finds of a limit of two weeks instead of three: numbers whose date would differ, and of
/// these the ones of which only the longer limit was kept.
fn by_hand(records: &[Value]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut moved, mut late) = (BTreeSet::new(), BTreeSet::new());
    for it in records.iter().filter(|it| it["class"] == "Ⅰ類") {
        let Some(limit) = it["deadlines"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["rule"] == "T20.1")
        else {
            continue;
        };
        let number = it["number"].as_str().unwrap().to_owned();
        let start = seconds(limit["started_at"].as_str().unwrap());
        let end = seconds(limit["done_at"].as_str().unwrap_or(LATER));
        // The start day does not count, and the last day ends at midnight.
        let due = |weeks: i64| (start.div_euclid(DAY) + weeks * 7 + 1) * DAY;
        assert_eq!(due(3), seconds(limit["due_at"].as_str().unwrap()), "{number}: {limit}");
        moved.insert(number.clone());
        if end > due(2) && end <= due(3) {
            late.insert(number);
        }
    }
    (moved, late)
}

fn numbers(found: &Value, kind: &str) -> BTreeSet<String> {
    let rows = found["rows"].as_array().unwrap().iter();
    let fitting = rows.filter(|row| row["kinds"].as_array().unwrap().iter().any(|one| one == kind));
    fitting.map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

fn grave(world: &World, staff: &Person<'_>, key: &str) -> String {
    let answer = world.complain(key, &body("這批含量仍在標準內,但溶解明顯變慢")).json();
    let id = answer["id"].as_str().unwrap().to_owned();
    staff.does(&id, json!({"type": "classify", "class": "Ⅰ類"}));
    id
}

fn answer(staff: &Person<'_>, id: &str) {
    for step in [
        json!({"type": "register"}),
        json!({"type": "verify", "upheld": true}),
        json!({"type": "edit", "fields": {"justified": false, "origin": "internal"}}),
        json!({"type": "investigate", "result": "粒徑分布偏大"}),
        json!({"type": "judge", "party": "company"}),
        json!({"type": "reply", "text": "答覆如下", "channel": "email", "formal": true}),
    ] {
        staff.does(id, step);
    }
}

#[test]
fn a_shorter_limit_is_found_by_simulation_exactly_where_a_query_by_hand_finds_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let world = demo(&data, "P20", 120);
    let staff = world.sign_in();
    // Two more: one is answered after 16 days, one not at all.
    let answered = grave(&world, &staff, "story-simulate-answered");
    grave(&world, &staff, "story-simulate-open");
    world.clock("2026-12-06T10:00:00+08:00");
    answer(&staff, &answered);
    world.clock(LATER);
    let records = records(&staff);
    assert_eq!(records.len(), 122);
    let (moved, late) = by_hand(&records);
    assert!(
        moved.len() > 10 && late.len() >= 2,
        "the year shows nothing: {moved:?} {late:?}"
    );
    // The same by the API, a slice at a time.
    let wish = json!({"period": "2026", "procedure": "P20", "set": ["T20.1.within=2 weeks"]});
    let api = staff.post("/api/simulate", &wish);
    assert_eq!(api.status, 200, "{}", api.text);
    let verified = staff.get("/api/verify").json();
    world.stop();

    let before = bytes(&data);
    let mut differ = 0;
    let (mut found_moved, mut found_late) = (BTreeSet::new(), BTreeSet::new());
    for period in ["2025", "2026"] {
        let same = simulated(&data, &["--period", period]);
        assert_eq!(same["differ"], 0, "{same}");
        let same = simulated(&data, &["--period", period, "--procedure", "P20@1"]);
        assert_eq!(same["differ"], 0, "{same}");
        let args = [
            "--period",
            period,
            "--procedure",
            "P20",
            "--set",
            "deadline.T20.1.within=2 weeks",
        ];
        let found = simulated(&data, &args);
        assert_eq!(found, simulated(&data, &args), "twice the same");
        assert_eq!(found["rows_left_out"], 0);
        differ += found["differ"].as_u64().unwrap();
        found_moved.extend(numbers(&found, "deadline"));
        found_late.extend(numbers(&found, "late"));
        for row in found["rows"].as_array().unwrap() {
            assert_eq!(row["before"]["deadlines"].as_object().unwrap().len(), 1, "{row}");
        }
        if period == "2026" {
            let told = api.json();
            assert_eq!(told["next"], Value::Null);
            for name in [
                "complaints",
                "differ",
                "by_kind",
                "late",
                "letters",
                "approvals",
                "rows",
            ] {
                assert_eq!(told[name], found[name], "{name}");
            }
        }
    }
    assert_eq!((&found_moved, &found_late), (&moved, &late));
    assert_eq!(differ, moved.len() as u64);
    assert_eq!(before, bytes(&data), "something was written");
    assert_eq!(verified["faults"], json!([]));
}

/// The logs as `verify` counts them, and the complaints as exported: what a simulation must leave as it is.
fn bytes(data: &Path) -> (Value, String) {
    let verified = printed(&command(&["verify", "--data", data.to_str().unwrap()]));
    let out = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(exported(data, &out)).unwrap();
    (verified, text)
}

fn exported(data: &Path, out: &TempDir) -> String {
    let file = out.path().join("all.csv").to_str().unwrap().to_owned();
    let args = [
        "export",
        "--data",
        data.to_str().unwrap(),
        "--language",
        "en",
        "--out",
        &file,
    ];
    let done = command(&args);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    file
}

#[test]
fn a_rollup_is_what_a_program_of_its_own_counts_in_the_export() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    demo(&data, "P19", 120).stop();
    let same = simulated(&data, &["--period", "2026"]);
    assert_eq!(
        (&same["differ"], &same["unread_count"]),
        (&json!(0), &json!(0)),
        "{same}"
    );
    let out = tempfile::tempdir().unwrap();
    let file = exported(&data, &out);
    for period in ["2026Q2", "2026Q3", "2026-08", "2026"] {
        let rollup = printed(&command(&[
            "rollup",
            "--json",
            "--now",
            NOW,
            "--procedure",
            "P19",
            "--period",
            period,
            "--data",
            data.to_str().unwrap(),
        ]));
        let recount = Command::new(env!("CARGO_BIN_EXE_recount"))
            .args([&file, period])
            .output()
            .unwrap();
        let recount = printed(&recount);
        assert!(recount["complaints"]["received"].as_u64() > Some(0), "{recount}");
        for name in ["received", "not_complaints", "closed", "open_at_end"] {
            assert_eq!(
                rollup["complaints"][name], recount["complaints"][name],
                "{period} {name}"
            );
        }
        for axis in ["class", "department", "month", "product", "responsible_party"] {
            let codes = |of: &Value| of["by"][axis].clone();
            if axis == "responsible_party" {
                // The export has words in place of codes.
                assert_eq!(sizes(&codes(&rollup)), sizes(&codes(&recount)), "{period} {axis}");
            } else {
                assert_eq!(codes(&rollup), codes(&recount), "{period} {axis}");
            }
        }
        assert_eq!(
            sizes(&rollup["by"]["channel"]),
            sizes(&recount["by"]["channel"]),
            "{period} channel"
        );
        let amount = rollup["money"]["amount"]["CNY"]
            .as_str()
            .unwrap_or("0")
            .parse::<f64>()
            .unwrap();
        assert_eq!(
            (amount * 100.0).round() as i64,
            recount["amount_in_cents"].as_i64().unwrap(),
            "{period}"
        );
    }
}

fn sizes(counts: &Value) -> Vec<u64> {
    let counts: BTreeMap<String, u64> = serde_json::from_value(counts.clone()).unwrap_or_default();
    let mut sizes: Vec<u64> = counts.into_values().collect();
    sizes.sort_unstable();
    sizes
}

#[test]
fn another_pack_calendar_or_ladder_is_tried_and_nonsense_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    demo(&data, "P20", 24).stop();
    let pack = folder.path().join("ours");
    let text = r#"
        [procedure]
        id = "P20"
        version = "2"
        from = 2027-01-01
        extends = "P20"
        [[guard]]
        command = "reply"
        reached = ["records_sent"]
        source = "trial"
    "#;
    write_files(&pack, &[("procedure.toml", text)]);
    let args = ["--period", "2026", "--pack", pack.to_str().unwrap()];
    let found = simulated(&data, &args);
    let refused = found["by_kind"]["refused"].as_u64().unwrap();
    assert!(refused > 0, "{found}");
    assert_eq!(found["procedure"], json!({"id": "P20", "version": "2"}));
    assert_eq!(found["refused"]["needs"], refused);
    let step = &found["rows"][0]["refused"][0];
    assert_eq!((&step["command"], &step["code"]), (&json!("reply"), &json!("needs")));
    assert_ne!(step["message"], "", "{step}");

    let ladder = "ladder.answer.rung=[{name = 'late', tell = ['responsible']}]";
    let found = simulated(&data, &["--period", "2026", "--procedure", "P20", "--set", ladder]);
    let kinds = &found["by_kind"];
    assert!(kinds["letter"].as_u64() > Some(0), "{kinds}");
    assert_eq!((&kinds["deadline"], &kinds["late"]), (&json!(0), &json!(0)));
    assert!(found["letters"]["after"].as_u64() < found["letters"]["before"].as_u64());

    let calendar = folder.path().join("cn.toml");
    let text = r#"
        name = "cn"
        [[year]]
        year = 2026
        source = "trial: no holiday and no make-up day"
        holidays = []
        make_up = []
    "#;
    std::fs::write(&calendar, text).unwrap();
    let found = simulated(&data, &["--period", "2026", "--calendar", calendar.to_str().unwrap()]);
    assert!(found["by_kind"]["deadline"].as_u64() > Some(0), "{}", found["by_kind"]);

    for (args, says) in [
        (vec!["--period", "2026", "--procedure", "P99"], "P99"),
        (vec!["--period", "2026", "--procedure", "P20@7"], "P20@7"),
        (vec!["--period", "26"], "neither a month"),
        (
            vec![
                "--period",
                "2026",
                "--procedure",
                "P20",
                "--set",
                "T99.1.within=2 weeks",
            ],
            "T99.1.within",
        ),
        (
            vec!["--period", "2026", "--procedure", "P20", "--set", "within"],
            "path=value",
        ),
    ] {
        let mut all = vec!["simulate", "--data", data.to_str().unwrap()];
        all.extend(args);
        let output = command(&all);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(says), "{told}");
    }
}
