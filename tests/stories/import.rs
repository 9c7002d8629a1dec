//! An old register goes in, comes again, is mended and taken back; and a process that is killed anywhere on the way ends, when
//! the same file is fed again, with the same table as one that was left in peace.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kesu_app::store::{AnyRecord, Kind, Local};
use serde_json::{Value, json};

use crate::world::{World, command, kesu, printed};

pub const NOW: &str = "2026-03-10T10:00:00+08:00";

/// A data folder that every run begins with a copy of: it has an administrator and a secret.
pub struct Base(tempfile::TempDir);

impl Base {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = World::over(&folder.path().join("base"), "P19", Some(NOW), &[]);
        assert_eq!(world.stop().0, Some(0));
        Self(folder)
    }

    /// A folder for registers alone.
    pub fn bare() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn copy(&self, name: &str) -> PathBuf {
        let to = self.0.path().join(name);
        let copied = Command::new("cp")
            .arg("-r")
            .arg(self.0.path().join("base"))
            .arg(&to)
            .status();
        assert!(copied.unwrap().success());
        to
    }

    /// A register of so many rows: numbers, some missing, some twice; statuses, dates, telephone numbers, sums.
    pub fn register(&self, name: &str, rows: u32, change: impl Fn(u32, &mut Vec<String>)) -> PathBuf {
        let mut text = String::from(
            "客诉编号,客户名称,投诉日期,联系电话,产品名称,批号,不良数量,问题描述,严重程度,责任部门,状态,结案日期,索赔金额,仓库\n",
        );
        for row in 0..rows {
            let (day, month) = (row % 28 + 1, row % 12 + 1);
            let closed = row % 3 != 0;
            let number = if row % 7 == 3 {
                String::new()
            } else {
                format!("KS-2019-{row:05}")
            };
            let mut cells = vec![
                number,
                format!("示例客户{}", row % 41),
                format!("2019-{month:02}-{day:02}"),
                format!("138{:08}", row % 997),
                format!("水泵{}型", row % 5),
                format!("{:06}", row),
                format!("{}", row % 9 + 1),
                format!("第{row}次来信：泵体渗油，运转有异响，要求尽快处理"),
                ["一般", "严重"][row as usize % 2].to_owned(),
                ["品质部", "生产部", "外协"][row as usize % 3].to_owned(),
                if closed { "已结案" } else { "处理中" }.to_owned(),
                if closed {
                    format!("2019-{month:02}-28")
                } else {
                    String::new()
                },
                format!("{}.50", row * 3),
                format!("{}号库", row % 4),
            ];
            change(row, &mut cells);
            writeln!(text, "{}", cells.join(",")).unwrap();
        }
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

fn import(data: &Path, files: &[&Path], more: &[&str]) -> Output {
    let mut args = vec![
        "import",
        "--data",
        data.to_str().unwrap(),
        "--procedure",
        "P19",
        "--now",
        NOW,
        "--json",
    ];
    args.extend(files.iter().map(|file| file.to_str().unwrap()));
    args.extend(more);
    command(&args)
}

fn totals(output: &Output) -> Value {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    printed(output)["totals"].clone()
}

/// Everything in the table but what is random: salts, what is digested with them, and the chain over it.
fn table(data: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut lines: Vec<String> = runtime.block_on(async {
        let local = Local::open(&data.join("kesu.db")).unwrap();
        let store = local.store("kesu").await.unwrap();
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.scan_all(1_000, cursor.as_deref()).await.unwrap();
            all.extend(page.items.into_iter().map(Result::unwrap).filter_map(line));
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    });
    lines.sort();
    lines
}

fn line(record: AnyRecord) -> Option<String> {
    Some(match record {
        AnyRecord::Head(mut head) => {
            (head.salt, head.hash) = (None, String::new());
            head.state = plain(&head.state);
            format!("head {head:?}")
        }
        AnyRecord::Log(mut entry) => {
            entry.entry = plain(&entry.entry);
            format!("log {entry:?}")
        }
        AnyRecord::Small(record) if matches!(record.kind, Kind::Batch | Kind::BatchPart | Kind::Seen) => {
            format!("small {record:?}")
        }
        AnyRecord::Small(_) => return None,
        other => format!("{other:?}"),
    })
}

fn plain(body: &str) -> String {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for name in ["digest", "face", "previous"] {
                    if map.get(name).is_some_and(Value::is_string) {
                        map.insert(name.to_owned(), json!("…"));
                    }
                }
                map.values_mut().for_each(walk);
            }
            Value::Array(all) => all.iter_mut().for_each(walk),
            _ => {}
        }
    }
    let mut value: Value = serde_json::from_str(body).unwrap();
    walk(&mut value);
    value.to_string()
}

/// What is left of complaints: nothing once an import was taken back. The import's own record says that it was.
fn complaints(data: &Path) -> Vec<String> {
    let mut all = table(data);
    all.retain(|line| !line.contains("kind: Batch,"));
    all
}

pub fn verified(data: &Path) {
    let verify = command(&["verify", "--data", data.to_str().unwrap(), "--json"]);
    assert_eq!(printed(&verify)["faults"], json!([]));
}

#[test]
fn a_register_goes_in_comes_again_is_mended_and_taken_back() {
    let base = Base::new();
    let data = base.copy("whole");
    let before = complaints(&data);
    let register = base.register("台账2019.csv", 60, |row, cells| match row {
        // The row before once more; and a number that another row has.
        11 => cells.clone_from(&register_row(10)),
        21 => cells[0] = "KS-2019-00020".to_owned(),
        _ => {}
    });
    let dry = import(&data, &[&register], &["--dry-run"]);
    let expected =
        json!({"rows": 61, "created": 59, "merged": 1, "mended": 0, "unchanged": 0, "skipped": 1, "rejected": 0});
    assert_eq!(totals(&dry), expected);
    assert_eq!(complaints(&data), before, "a dry run writes nothing");

    let first = import(&data, &[&register], &[]);
    assert_eq!(totals(&first), expected);
    let batch = printed(&first)["batch"].as_str().unwrap().to_owned();
    verified(&data);
    let after = table(&data);
    let second = import(&data, &[&register], &[]);
    let again =
        json!({"rows": 61, "created": 0, "merged": 0, "mended": 0, "unchanged": 60, "skipped": 1, "rejected": 0});
    assert_eq!(totals(&second), again);
    assert_eq!(printed(&second)["batch"], Value::Null);
    assert_eq!(table(&data), after, "the same file again changes nothing");

    let mended = base.0.path().join("mended");
    std::fs::create_dir(&mended).unwrap();
    let text = std::fs::read_to_string(&register).unwrap();
    let text = text
        .replacen("第5次来信", "第5次来函（更正）", 1)
        .replacen(",000040,", ",000940,", 1);
    std::fs::write(mended.join("台账2019.csv"), text).unwrap();
    let third = import(&data, &[&mended.join("台账2019.csv")], &[]);
    let mends =
        json!({"rows": 61, "created": 0, "merged": 2, "mended": 2, "unchanged": 58, "skipped": 1, "rejected": 0});
    assert_eq!(totals(&third), mends);
    let second_batch = printed(&third)["batch"].as_str().unwrap().to_owned();
    verified(&data);

    let undone = printed(&import(&data, &[], &["--undo", &second_batch]));
    assert_eq!((&undone["put_back"], &undone["left"]), (&json!(2), &json!([])));
    assert_eq!(
        totals(&import(&data, &[&register], &[])),
        again,
        "the rows say again what they said"
    );

    let activated = printed(&import(&data, &[], &["--activate", &batch]));
    assert_eq!(
        activated["activated"].as_u64().unwrap() + activated["at_rest"].as_u64().unwrap(),
        59
    );
    let undone = printed(&import(&data, &[], &["--undo", &batch]));
    assert_eq!((&undone["removed"], &undone["left"]), (&json!(59), &json!([])));
    verified(&data);
    // Browsers that hold the rows are told that they are gone.
    let (traces, left): (Vec<_>, Vec<_>) = complaints(&data)
        .into_iter()
        .partition(|line| line.contains("id: \"gone#"));
    assert_eq!(left, before, "taken back, nothing is left");
    assert_eq!(traces.len(), 59);
}

/// A row as [`Base::register`] writes it.
fn register_row(row: u32) -> Vec<String> {
    let folder = Base::bare();
    let path = folder.register("one.csv", row + 1, |_, _| {});
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().last().unwrap().split(',').map(str::to_owned).collect()
}

/// Runs an import that dies at a fail point.
fn killed(data: &Path, register: &Path, at: &str) {
    let output = Command::new(kesu())
        .args(["import", "--procedure", "P19", "--now", NOW, "--json", "--data"])
        .arg(data)
        .arg(register)
        .env("FAILPOINTS", at)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        None,
        "it was to be killed at {at}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn same_after_kills(rows: u32, points: &[String]) {
    let base = Base::new();
    let register = base.register("台账.csv", rows, |row, cells| {
        if row % 50 == 17 {
            cells[0] = format!("KS-2019-{:05}", row - 1);
        }
    });
    let whole = base.copy("whole");
    let expected = totals(&import(&whole, &[&register], &[]));
    let wanted = table(&whole);
    for (n, point) in points.iter().enumerate() {
        let data = base.copy(&format!("killed-{n}"));
        killed(&data, &register, point);
        assert_eq!(totals(&import(&data, &[&register], &[])), expected, "{point}");
        let found = table(&data);
        let differs = wanted.iter().zip(&found).find(|(one, other)| one != other);
        assert!(
            wanted.len() == found.len() && differs.is_none(),
            "{point}: {} and {}, {differs:#?}",
            wanted.len(),
            found.len()
        );
        let third = totals(&import(&data, &[&register], &[]));
        assert_eq!((&third["created"], &third["merged"]), (&json!(0), &json!(0)), "{point}");
        verified(&data);
        std::fs::remove_dir_all(data).unwrap();
    }
}

/// A point of each kind, and inside the run at its beginning, in its middle and near its end.
fn points(rows: u32) -> Vec<String> {
    let parts = rows.div_ceil(100);
    vec![
        "import.begun=return".to_owned(),
        "import.part_noted=return".to_owned(),
        format!("import.part_noted={}*off->return", parts / 2),
        "import.row_written=return".to_owned(),
        format!("import.row_written={}*off->return", rows / 3),
        format!("import.row_written={}*off->return", rows * 7 / 8),
        format!("import.part_written={}*off->return", parts * 2 / 3),
        "import.before_the_end=return".to_owned(),
    ]
}

#[test]
fn killed_anywhere_it_ends_the_same() {
    same_after_kills(240, &points(240));
}

#[test]
#[ignore = "a thousand rows at each point: minutes"]
fn killed_anywhere_in_a_thousand_rows_it_ends_the_same() {
    same_after_kills(1_000, &points(1_000));
}

#[test]
#[ignore = "fifty thousand rows, four times over: a quarter of an hour"]
fn killed_in_fifty_thousand_rows_it_ends_the_same() {
    let points = [
        "import.row_written=31234*off->return",
        "import.part_noted=400*off->return",
    ];
    same_after_kills(50_000, &points.map(str::to_owned));
}
