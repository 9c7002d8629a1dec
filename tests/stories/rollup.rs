//! The report of a period: counted from an old register, laid out to sign, opened by others, written about once; and what
//! leaves its limits before the period ends is told once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

use crate::world::{World, command, printed};

/// The quarter has ended a few days ago.
const AFTER: &str = "2026-10-05T09:00:00+08:00";
/// It has not.
const BEFORE: &str = "2026-09-20T09:00:00+08:00";

/// A register of two years: its file, and how many came in by quarter and cause.
struct Register {
    folder: tempfile::TempDir,
    data: PathBuf,
    causes: BTreeMap<(String, String), u64>,
}

impl Register {
    /// A cause that comes eleven times in the third quarter of 2026, rarer ones, and texts that want to be formulas.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let world = World::over(&data, "P09", Some("2026-09-19T09:00:00+08:00"), &[]);
        assert_eq!(world.stop().0, Some(0));
        std::fs::write(data.join("kesu.toml"), "procedures = [\"P09\"]\n").unwrap();
        let mut csv = String::from(
            "客诉编号,客户名称,投诉日期,联系电话,产品名称,批号,问题描述,原因分类,责任部门,状态,结案日期\n",
        );
        let mut causes: BTreeMap<(String, String), u64> = BTreeMap::new();
        let products = ["水泵", "=1+1", "减速机", "@SUM(1+1)", "00123"];
        let mut row = 0_u32;
        for month in 0..18_u32 {
            let (year, month) = (2025 + (month + 3) / 12, (month + 3) % 12 + 1);
            let summer = (year, month) >= (2026, 7);
            let many = if summer { 9 } else { 5 };
            for n in 0..many {
                let cause = match n {
                    0..=3 if summer => "密封圈",
                    0 => "密封圈",
                    1 => "轴承",
                    2 => "W-01",
                    3 | 4 => "A*?B",
                    n => ["油漆脱落", "螺栓松动", "标识错误", "包装破损"][n as usize - 5],
                };
                let day = n * 3 + 1;
                let closed = !row.is_multiple_of(4);
                let (state, end) = match closed {
                    true => ("已关闭", format!("{year}-{month:02}-{:02}", day + 1 + row % 3)),
                    false => ("处理中", String::new()),
                };
                let product = products[row as usize % products.len()];
                writeln!(
                    csv,
                    "R-{row:04},客户{},{year}-{month:02}-{day:02},1380000{:04},{product},B{:02},漏油,{cause},质管部门,{state},{end}",
                    row % 7,
                    row % 7,
                    row % 9
                )
                .unwrap();
                let quarter = format!("{year}Q{}", (month - 1) / 3 + 1);
                *causes.entry((quarter, cause.to_owned())).or_default() += 1;
                row += 1;
            }
        }
        let file = folder.path().join("台账.csv");
        std::fs::write(&file, csv).unwrap();
        let (file, at) = (file.to_str().unwrap(), data.to_str().unwrap());
        let done = command(&["import", file, "--data", at, "--procedure", "P09", "--json"]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let told = printed(&done);
        assert_eq!(told["files"][0]["totals"]["created"], row, "{told}");
        Self { folder, data, causes }
    }

    /// Counts the third quarter of 2026 into a workbook; what was printed, and the file.
    fn report(&self, name: &str) -> (Value, PathBuf) {
        let file = self.folder.path().join(name);
        let told = self.rollup(AFTER, &["--period", "2026Q3", "--xlsx", file.to_str().unwrap()]);
        (told, file)
    }

    fn rollup(&self, now: &str, more: &[&str]) -> Value {
        let mut args = vec!["rollup", "--data", self.data.to_str().unwrap(), "--now", now];
        args.extend(more);
        let done = command(&args);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        printed(&done)
    }

    fn of(&self, quarter: &str) -> BTreeMap<String, u64> {
        let own = self.causes.iter().filter(|((own, _), _)| own == quarter);
        own.map(|((_, cause), n)| (cause.clone(), *n)).collect()
    }
}

fn sheet(book: &mut Xlsx<std::io::BufReader<std::fs::File>>, name: &str) -> Vec<Vec<Data>> {
    let range = book.worksheet_range(name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn number(cell: &Data) -> f64 {
    match cell {
        Data::Float(n) => *n,
        Data::Int(n) => *n as f64,
        Data::String(text) => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

/// The lines of the checking sheet: what, stored, by formula.
fn checks(rows: &[Vec<Data>]) -> Vec<(String, f64, f64)> {
    let lines = rows.iter().skip(3).filter(|row| !row[0].to_string().is_empty());
    lines
        .map(|row| (row[0].to_string(), number(&row[1]), number(&row[2])))
        .collect()
}

#[test]
fn the_report_is_a_recount_names_nobody_and_is_the_same_file_each_time() {
    let register = Register::new();
    let (told, file) = register.report("one.xlsx");
    let (again, other) = register.report("two.xlsx");
    assert_eq!(told, again);
    assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&other).unwrap());

    let causes = register.of("2026Q3");
    let all: u64 = causes.values().sum();
    assert_eq!(told["complaints"]["received"], all);
    assert_eq!(told["by"]["cause"], serde_json::json!(causes));
    let before: u64 = register.of("2026Q2").values().sum();
    let year_before: u64 = register.of("2025Q3").values().sum();
    assert_eq!(told["compared"][0]["complaints"]["received"], before);
    assert_eq!(told["compared"][1]["complaints"]["received"], year_before);
    let worst = told["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kpi| kpi["id"] == "K04")
        .unwrap();
    assert_eq!(
        (&worst["value"], &worst["met"]),
        (&Value::from(causes["密封圈"].to_string()), &Value::from(false))
    );

    let mut book: Xlsx<_> = open_workbook(&file).unwrap();
    assert_eq!(book.sheet_names(), ["报告", "图表", "统计表", "核对", "数据"]);
    let front = sheet(&mut book, "报告");
    let words: String = front.iter().flatten().map(|cell| format!("{cell}\n")).collect();
    for word in [
        "客户投诉统计报告",
        "编制",
        "审核",
        "批准",
        "● 未达标",
        "● 缺数据",
        "密封圈",
    ] {
        assert!(words.contains(word), "{word}: {words}");
    }
    let data = sheet(&mut book, "数据");
    let received: f64 = data.iter().skip(2).map(|row| number(&row[3])).sum();
    assert_eq!(received, all as f64);
    assert!(
        data.iter()
            .flatten()
            .any(|cell| *cell == Data::String("=1+1".to_owned()))
    );
    assert!(book.worksheet_formula("数据").unwrap().is_empty());
    let whole: String = book
        .sheet_names()
        .into_iter()
        .flat_map(|name| sheet(&mut book, &name))
        .flatten()
        .map(|cell| cell.to_string())
        .collect();
    assert!(!whole.contains("客户3") && !whole.contains("13800000003"));
    for (what, stored, formula) in checks(&sheet(&mut book, "核对")) {
        assert_eq!(stored, formula, "{what}");
    }
}

#[test]
fn opened_by_libreoffice_each_total_by_formula_is_the_stored_one() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("left out: LibreOffice (soffice) is not installed");
        return;
    }
    let register = Register::new();
    let (_, file) = register.report("report.xlsx");
    let mut book: Xlsx<_> = open_workbook(&file).unwrap();
    let lines = checks(&sheet(&mut book, "核对")).len();
    // What was written as the formulas' results is wiped out, so that only LibreOffice's own can be right.
    let wiped = register.folder.path().join("wiped.xlsx");
    let times = wipe(&file, &wiped);
    assert!(times >= lines * 3, "{times} of {lines}");
    let opened = recomputed(&wiped, &register.folder.path().join("office"));
    let mut book: Xlsx<_> = open_workbook(&opened).unwrap();
    let all = checks(&sheet(&mut book, "核对"));
    assert_eq!(all.len(), lines);
    assert!(lines > 20, "{lines}");
    for (what, stored, formula) in all {
        assert_eq!(stored, formula, "{what}");
    }
}

/// Copies a workbook with `7777` as the result of every formula; how many there were.
fn wipe(from: &Path, to: &Path) -> usize {
    let mut times = 0;
    let mut archive = zip::ZipArchive::new(std::fs::File::open(from).unwrap()).unwrap();
    let mut out = zip::ZipWriter::new(std::fs::File::create(to).unwrap());
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(bytes).unwrap();
            let mut wiped = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once("</f><v>") {
                let (_, after) = after.split_once("</v>").unwrap();
                wiped.push_str(before);
                wiped.push_str("</f><v>7777</v>");
                rest = after;
                times += 1;
            }
            wiped.push_str(rest);
            bytes = wiped.into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap();
    times
}

/// The workbook as LibreOffice saves it after it has computed every formula anew.
fn recomputed(file: &Path, folder: &Path) -> PathBuf {
    let user = folder.join("profile/user");
    std::fs::create_dir_all(&user).unwrap();
    let always = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"#;
    std::fs::write(user.join("registrymodifications.xcu"), always).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let done = Command::new("soffice")
        .args([
            &profile,
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
        ])
        .arg(folder)
        .arg(file)
        .output()
        .expect("LibreOffice is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    folder.join(file.file_name().unwrap())
}

#[test]
fn a_period_that_ended_is_written_about_once_with_its_workbook() {
    let register = Register::new();
    let first = register.rollup(AFTER, &[]);
    let counted = first["counted"].as_array().unwrap();
    assert!(counted.contains(&Value::from("P09 2026Q3")), "{first}");
    assert_eq!(register.rollup(AFTER, &[])["counted"], serde_json::json!([]));
    let world = World::over(&register.data, "P09", Some(AFTER), &[]);
    // The quarter, and the months that ended in the last weeks; nobody is told of older ones.
    let letters = wait(&world, "rollup", 3);
    let subjects: Vec<&str> = letters.iter().map(|one| one["subject"].as_str().unwrap()).collect();
    assert_eq!(
        subjects.iter().filter(|one| one.contains("2026Q3")).count(),
        1,
        "{subjects:?}"
    );
    assert!(
        !subjects
            .iter()
            .any(|one| one.contains("2026-07") || one.contains("2026Q2")),
        "{subjects:?}"
    );
    assert_eq!(world.stop().0, Some(0));
    let spool = register.data.join("outbox");
    let quarter = std::fs::read_dir(spool)
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default())
        .find(|mail| mail.contains("P09-2026Q3-V1.xlsx"))
        .expect("the letter about the quarter with its workbook");
    assert!(quarter.contains("multipart/mixed") && quarter.contains("text/html"));
    assert!(quarter.contains("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
}

#[test]
fn what_leaves_its_limits_is_told_before_the_period_ends_and_once() {
    let register = Register::new();
    let first = register.rollup(BEFORE, &[]);
    assert!(first["warnings"].as_u64().unwrap() > 0, "{first}");
    let again = register.rollup(BEFORE, &[]);
    assert_eq!(again["warnings"], 0, "{again}");
    let world = World::over(&register.data, "P09", Some(BEFORE), &[]);
    let many = usize::try_from(first["warnings"].as_u64().unwrap()).unwrap();
    let letters = wait(&world, "early_warning", many);
    let about = letters
        .iter()
        .filter(|one| one["subject"].as_str().unwrap().contains("同一故障原因季度累计次数"));
    assert_eq!(about.count(), 1, "{letters:?}");
}

/// The letters of a template, when so many have gone out.
fn wait(world: &World, template: &str, many: usize) -> Vec<Value> {
    for _ in 0..200 {
        let letters = world.letters(template);
        if letters.len() >= many && letters.iter().all(|letter| letter["state"] == "sent") {
            return letters;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("no {many} letters `{template}`: {:?}", world.outbox());
}
