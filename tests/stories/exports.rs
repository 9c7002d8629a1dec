//! What is exported computes nothing: LibreOffice opens it and every text that looks like a formula is still the text.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::world::{World, command};

const NOW: &str = "2026-03-10T10:00:00+08:00";
/// How the cells of somebody who wishes us ill begin.
const HOSTILE: [&str; 7] = [
    "=1+1",
    "=HYPERLINK(\"http://127.0.0.1/\",\"click\")",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "=cmd|'/c calc'!A0",
];

#[test]
fn an_export_opened_by_libreoffice_computes_nothing() {
    if Command::new("soffice").arg("--version").output().is_err() {
        println!("left out: LibreOffice (soffice) is not installed");
        return;
    }
    let world = World::new("P19", NOW);
    for (n, text) in HOSTILE.iter().enumerate() {
        let body = json!({
            "description": format!("{text} 水泵漏油,请处理"),
            "customer": {"name": text, "phone": format!("1380000000{n}")},
            "product": {"name": text, "order": text},
        });
        let answer = world.complain(&format!("export-hostile-{n}"), &body);
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let data = world.data.clone();
    let (_, folder) = world.stop();
    let out = tempfile::tempdir().unwrap();
    for ending in ["xlsx", "csv"] {
        let file = out.path().join(format!("export.{ending}"));
        let done = command(&[
            "export",
            "--data",
            data.to_str().unwrap(),
            "--out",
            file.to_str().unwrap(),
        ]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let shown = opened(&file, &out.path().join(ending));
        for text in HOSTILE {
            // Quotes are doubled in csv; a tab in front may be lost. Once it stands in the description, with more behind it;
            // where it stands alone it would be computed, and then it is seen but once.
            let text = text.trim_start().replace('"', "\"\"");
            let times = shown.matches(&text).count();
            assert!(times >= 2, "`{text}` stands {times} times in {ending}:\n{shown}");
        }
        for sign in ["#NAME?", "Err:5", "#VALUE!"] {
            assert!(!shown.contains(sign), "something was computed in {ending}:\n{shown}");
        }
    }
    drop(folder);
}

/// The file as LibreOffice shows it, formulas computed, as csv.
fn opened(file: &Path, folder: &Path) -> String {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false";
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
        .arg(folder)
        .arg(file)
        .output()
        .expect("LibreOffice is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let shown = folder.join(file.with_extension("csv").file_name().unwrap());
    std::fs::read_to_string(shown).unwrap()
}
