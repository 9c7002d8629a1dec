//! The commands, as a person or another program runs them; long because one table of known dates and one story a command.

use serde_json::Value;

use crate::world::{World, body, command, command_with_input, printed};

fn due(start: &str, add: &str, more: &[&str]) -> Value {
    let mut args = vec!["due", "--start", start, "--add", add, "--json"];
    args.extend(more);
    printed(&command(&args))
}

#[test]
fn due_answers_the_known_dates() {
    for (start, add, more, expected) in [
        // The catalogue's table of worked dates; the statutory calendar agrees with its test calendar on every row.
        (
            "2025-09-26T15:00:00+08:00",
            "4 working hours",
            &[][..],
            "2025-09-28T10:00:00+08:00",
        ),
        (
            "2025-09-26T15:00:00+08:00",
            "half a working day",
            &[],
            "2025-09-28T10:00:00+08:00",
        ),
        (
            "2025-09-30T16:00:00+08:00",
            "2 working days",
            &[],
            "2025-10-10T17:30:00+08:00",
        ),
        (
            "2025-03-14T17:20:00+08:00",
            "30 working minutes",
            &[],
            "2025-03-17T08:50:00+08:00",
        ),
        (
            "2025-03-14T17:20:00+08:00",
            "30 minutes",
            &[],
            "2025-03-14T17:50:00+08:00",
        ),
        ("2025-04-30T16:30:00+08:00", "2 hours", &[], "2025-04-30T18:30:00+08:00"),
        (
            "2025-04-30T16:30:00+08:00",
            "2 working hours",
            &[],
            "2025-05-06T09:30:00+08:00",
        ),
        (
            "2025-04-30T14:00:00+08:00",
            "8 working hours",
            &[],
            "2025-05-06T14:00:00+08:00",
        ),
        ("2025-06-10T09:00:00+08:00", "3 hours", &[], "2025-06-10T12:00:00+08:00"),
        ("2025-06-10T09:00:00+08:00", "7 hours", &[], "2025-06-10T16:00:00+08:00"),
        (
            "2025-06-10T09:00:00+08:00",
            "12 hours",
            &[],
            "2025-06-10T21:00:00+08:00",
        ),
        (
            "2025-06-10T09:00:00+08:00",
            "24 hours",
            &[],
            "2025-06-11T09:00:00+08:00",
        ),
        ("2025-04-24T10:00:00+08:00", "1 week", &[], "2025-05-02T00:00:00+08:00"),
        (
            "2025-04-24T10:00:00+08:00",
            "1 week",
            &["--roll", "next"],
            "2025-05-07T00:00:00+08:00",
        ),
        ("2025-04-28T10:00:00+08:00", "6 days", &[], "2025-05-05T00:00:00+08:00"),
        (
            "2025-04-28T10:00:00+08:00",
            "6 days",
            &["--roll", "next"],
            "2025-05-07T00:00:00+08:00",
        ),
        (
            "2025-04-28T10:00:00+08:00",
            "6 working days",
            &[],
            "2025-05-09T17:30:00+08:00",
        ),
        ("2025-09-26T10:00:00+08:00", "3 days", &[], "2025-09-30T00:00:00+08:00"),
        (
            "2025-09-26T10:00:00+08:00",
            "3 working days",
            &[],
            "2025-09-30T17:30:00+08:00",
        ),
        ("2025-02-17T10:00:00+08:00", "2 weeks", &[], "2025-03-04T00:00:00+08:00"),
        ("2025-10-09T10:00:00+08:00", "3 weeks", &[], "2025-10-31T00:00:00+08:00"),
        ("2025-01-10T10:00:00+08:00", "25 days", &[], "2025-02-05T00:00:00+08:00"),
        (
            "2025-02-05T10:00:00+08:00",
            "10 working days",
            &[],
            "2025-02-18T17:30:00+08:00",
        ),
        ("2024-02-29T00:00:00+08:00", "1 year", &[], "2025-03-01T00:00:00+08:00"),
        ("2025-11-07T18:00:00+08:00", "4 hours", &[], "2025-11-07T22:00:00+08:00"),
        (
            "2025-11-07T18:00:00+08:00",
            "4 working hours",
            &[],
            "2025-11-10T13:30:00+08:00",
        ),
        (
            "2025-12-05T10:00:00+08:00",
            "48 hours",
            &[],
            "2025-12-07T10:00:00+08:00",
        ),
        ("2025-12-08T10:00:00+08:00", "30 days", &[], "2026-01-08T00:00:00+08:00"),
        (
            "2025-11-30T10:00:00+08:00",
            "3 months",
            &[],
            "2026-03-01T00:00:00+08:00",
        ),
        // The make-up Saturday that other systems miss.
        (
            "2026-10-09T17:00:00+08:00",
            "4 working hours",
            &["--hours", "09:00-18:00"],
            "2026-10-10T12:00:00+08:00",
        ),
        (
            "2026-09-30T10:00:00+08:00",
            "1 working day",
            &[],
            "2026-10-08T17:30:00+08:00",
        ),
    ] {
        let answer = due(start, add, more);
        assert_eq!(answer["due_at"], expected, "{start} + {add} {more:?}");
        assert_eq!(answer["provisional"], false, "{start} + {add} {more:?}");
    }
}

#[test]
fn a_date_that_reaches_an_unpublished_year_is_provisional() {
    assert_eq!(
        due("2026-12-31T15:00:00+08:00", "2 working days", &[])["provisional"],
        true
    );
    assert_eq!(due("2026-12-31T15:00:00+08:00", "2 days", &[])["provisional"], false);
    assert_eq!(
        due("2026-12-31T15:00:00+08:00", "2 days", &["--roll", "next"])["provisional"],
        true
    );
}

#[test]
fn nonsense_is_refused_with_what_would_be_right() {
    let output = command(&["due", "--start", "tomorrow", "--add", "1 day"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("RFC")
            || String::from_utf8_lossy(&output.stderr).contains("2026")
    );
    assert_eq!(
        command(&["due", "--start", "2026-01-01T00:00:00+08:00", "--add", "7 moons"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(command(&["due"]).status.code(), Some(2));
    assert_eq!(
        command(&["verify", "--data", "/nonexistent-kesu"]).status.code(),
        Some(1)
    );
}

#[test]
fn classify_says_class_department_first_deadline_and_which_words_decided() {
    let output = command_with_input(
        &["classify", "--procedure", "P10"],
        "高速上刹车失灵,差点出人命,我要找律师",
    );
    let answer = printed(&output);
    assert_eq!(
        (answer["class"].as_str(), answer["first_deadline"]["rule"].as_str()),
        (Some("重大投诉"), Some("T10.2"))
    );
    let because = answer["because"].as_array().unwrap();
    let quoted = because.iter().find(|one| !one["text"].is_null()).unwrap();
    let (start, end) = (
        quoted["start"].as_u64().unwrap() as usize,
        quoted["end"].as_u64().unwrap() as usize,
    );
    let words: String = "高速上刹车失灵,差点出人命,我要找律师"
        .chars()
        .skip(start)
        .take(end - start)
        .collect();
    assert_eq!(words, quoted["text"].as_str().unwrap());

    let lines = "{\"id\":\"a\",\"text\":\"随货的检验报告少盖一个章\"}\n{\"id\":\"b\"}\n";
    let output = command_with_input(&["classify", "--procedure", "P20", "--jsonl"], lines);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (answers[0]["id"].as_str(), answers[0]["class"].as_str()),
        (Some("a"), Some("Ⅲ類"))
    );
    assert!(answers[1]["error"]["message"].as_str().unwrap().contains("text"));
}

#[test]
fn deadlines_explain_the_days_they_skip() {
    let args = [
        "deadlines",
        "--procedure",
        "P20",
        "--received",
        "2025-01-06T09:00:00+08:00",
        "--class",
        "Ⅱ類",
    ];
    let more = [
        "--at",
        "replied=2025-01-10T10:00:00+08:00",
        "--at",
        "reminded=2025-02-05T00:00:00+08:00",
        "--set",
        "justified=false",
        "--json",
    ];
    let answer = printed(&command(&[&args[..], &more[..]].concat()));
    let silence = crate::world::deadline(&answer["deadlines"], "T20.5");
    assert_eq!(silence["due_at"], "2025-02-18T17:30:00+08:00");
    let explain = silence["explain"].to_string();
    assert!(explain.contains("2025-02-08"), "{explain}");
}

#[test]
fn procedures_are_listed_shown_and_checked_with_their_cases() {
    let list = printed(&command(&["procedures", "list", "--json"]));
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    let catalogue: Vec<String> = (1..=26).map(|n| format!("P{n:02}")).collect();
    assert_eq!(ids, catalogue);
    assert!(
        printed(&command(&["procedures", "show", "P19", "--json"]))["deadlines"]
            .as_array()
            .unwrap()
            .len()
            > 5
    );
    for id in ids {
        let output = command(&["procedures", "check", id, "--json"]);
        let answer = printed(&output);
        assert_eq!(
            (output.status.code(), answer["ok"].as_bool()),
            (Some(0), Some(true)),
            "{answer}"
        );
        assert!(answer["cases"].as_u64().unwrap() > 10);
    }
}

#[test]
fn a_wrong_pack_is_told_everything_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[procedure]\nid = \"X1\"\nextends = \"P19\"\nversion = \"2\"\nfrom = 2026-01-01\n\n[[deadline]]\nrule = \"T19.1\"\nwithin = \"6 moons\"\n";
    std::fs::write(folder.path().join("procedure.toml"), text).unwrap();
    let output = command(&["procedures", "check", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("procedure.toml:9:") && told.contains("`moons`"), "{told}");
}

#[test]
fn accounts_are_made_listed_and_shut_while_no_server_runs() {
    let world = World::new("P19", "2026-03-10T10:00:00+08:00");
    let data = world.data.to_str().unwrap().to_owned();
    let busy = command(&["user", "list", "--data", &data]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&busy.stderr).contains("stop the server"));
    let (_, folder) = world.stop();
    let add = [
        "user",
        "add",
        "mei@builder.example",
        "--role",
        "officer",
        "--department",
        "品质部",
        "--data",
        &data,
    ];
    let made = command_with_input(&add, "correct horse battery\n");
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(
        command_with_input(&add, "correct horse battery\n").status.code(),
        Some(1)
    );
    let world = World::over(
        std::path::Path::new(&data),
        "P19",
        Some("2026-03-10T10:00:00+08:00"),
        &[],
    );
    assert!(world.administrator.is_none());
    let mei = world.sign_in_as("mei@builder.example", "correct horse battery");
    let id = world.complain("command-user-01", &body("料筒开裂")).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    mei.does(&id, serde_json::json!({"type": "register"}));
    drop(world);
    assert_eq!(
        command(&["user", "disable", "mei@builder.example", "--data", &data])
            .status
            .code(),
        Some(0)
    );
    drop(folder);
}

#[test]
fn a_backup_of_a_live_folder_is_restored_elsewhere_and_verifies() {
    let world = World::new("P19", "2026-03-10T10:00:00+08:00");
    let reply = world.complain("command-backup-1", &body("料筒开裂"));
    let folder = tempfile::tempdir().unwrap();
    let (file, other) = (folder.path().join("kesu.backup"), folder.path().join("other"));
    let data = world.data.to_str().unwrap();
    let backup = command(&["backup", "--data", data, "--out", file.to_str().unwrap()]);
    assert_eq!(
        backup.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&backup.stderr)
    );
    let restore = [
        "restore",
        "--in",
        file.to_str().unwrap(),
        "--data",
        other.to_str().unwrap(),
    ];
    assert_eq!(command(&restore).status.code(), Some(0));
    assert_eq!(command(&restore).status.code(), Some(1));
    assert_eq!(
        command(&["verify", "--data", other.to_str().unwrap()]).status.code(),
        Some(0)
    );
    let twin = World::over(&other, "P19", Some("2026-03-10T10:00:00+08:00"), &[]);
    assert_eq!(twin.complain("command-backup-1", &body("料筒开裂")).text, reply.text);
}

#[test]
fn a_sweep_from_the_command_line_does_what_is_due() {
    let world = World::new("P19", "2026-03-10T10:00:00+08:00");
    world.complain("command-sweep-1", &body("料筒开裂"));
    let data = world.data.to_str().unwrap().to_owned();
    let (_, _folder) = world.stop();
    let first = printed(&command(&[
        "sweep",
        "--data",
        &data,
        "--now",
        "2026-03-20T10:00:00+08:00",
        "--json",
    ]));
    assert!(first["escalations"].as_u64().unwrap() > 0, "{first}");
    let second = printed(&command(&[
        "sweep",
        "--data",
        &data,
        "--now",
        "2026-03-20T10:00:00+08:00",
        "--json",
    ]));
    assert_eq!(second["escalations"], 0);
}

#[test]
fn a_published_year_moves_what_was_provisional_and_tells_whom_it_concerns() {
    let world = World::new("P20", "2026-12-20T10:00:00+08:00");
    let id = world.complain("command-calendar-1", &body("說明書少一頁")).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let staff = world.sign_in();
    staff.does(&id, serde_json::json!({"type": "register"}));
    staff.does(&id, serde_json::json!({"type": "verify", "upheld": true}));
    staff.does(&id, serde_json::json!({"type": "edit", "fields": {"justified": false}}));
    staff.does(&id, serde_json::json!({"type": "judge", "party": "customer"}));
    staff.does(
        &id,
        serde_json::json!({"type": "reply", "text": "答覆", "channel": "email", "formal": true}),
    );
    world.clock("2027-01-16T10:00:00+08:00");
    let before = staff.complaint(&id);
    let silence = crate::world::deadline(&before["deadlines"], "T20.5").clone();
    assert_eq!(silence["provisional"], true, "{silence}");
    let data = world.data.to_str().unwrap().to_owned();
    let (_, _folder) = world.stop();
    let file = std::path::Path::new(&data).join("2027.toml");
    let text = "name = \"cn\"\n\n[[year]]\nyear = 2027\nsource = \"a notice invented for this test\"\nholidays = [{ name = \"测试假\", from = \"2027-01-18\", to = \"2027-01-22\" }]\nmake_up = []\n";
    std::fs::write(&file, text).unwrap();
    let output = command(&["calendar", "add", file.to_str().unwrap(), "--data", &data, "--json"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!printed(&output)["moved"].as_array().unwrap().is_empty());
    let world = World::over(
        std::path::Path::new(&data),
        "P20",
        Some("2027-01-16T10:00:00+08:00"),
        &[],
    );
    assert_eq!(world.letters("calendar_moved").len(), 1);
}
