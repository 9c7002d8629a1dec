//! `kesu procedures`: what procedures are at hand, what they say, and whether their files are right.

use std::path::Path;
use std::process::ExitCode;

use kesu_app::library::Library;
use kesu_rules::procedure::check;
use kesu_rules::procedure::load::{Fault, Source, load};
use kesu_rules::procedure::trial::trial;
use serde_json::{Value, json};

use super::{DONE, print, procedure};
use crate::cli::{Procedures, ProceduresAction};
use crate::failure::Failure;

pub fn run(args: Procedures) -> Result<ExitCode, Failure> {
    let library = Library::default();
    match args.action {
        ProceduresAction::List { json } => list(&library, json),
        ProceduresAction::Show { id, json } => show(&library, &id, json),
        ProceduresAction::Check { path, json } => check_all(&path, json),
        ProceduresAction::Coverage { paths, json } => super::coverage::run(&paths, json),
    }
}

fn list(library: &Library, as_json: bool) -> Result<ExitCode, Failure> {
    let mut rows = Vec::new();
    for id in library.ids() {
        let procedure = procedure(library, &id)?;
        let head = &procedure.pack.procedure;
        rows.push(json!({"id": id, "title": head.title.zh_hans, "sector": head.sector.zh_hans, "version": head.version, "from": head.from, "source": head.source,
            "suits": head.suits}));
    }
    if as_json {
        print(&Value::from(rows));
        return Ok(DONE);
    }
    for row in rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        println!(
            "{:5} {}  ({}, {})",
            text("id"),
            text("title"),
            text("sector"),
            text("source")
        );
        if let Some(suits) = row.pointer("/suits/zh-Hans").and_then(Value::as_str) {
            println!("      {suits}");
        }
    }
    Ok(DONE)
}

fn show(library: &Library, id: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let summary = procedure(library, id)?.summary();
    if as_json {
        print(&summary);
        return Ok(DONE);
    }
    for (subject, rules) in summary.as_object().into_iter().flatten() {
        println!("\n{subject}");
        match rules.as_array() {
            Some(rules) => {
                for rule in rules {
                    let text = |key: &str| rule.get(key).and_then(Value::as_str).unwrap_or_default();
                    let assumed = if text("assumed").is_empty() {
                        String::new()
                    } else {
                        format!("  [assumed: {}]", text("assumed"))
                    };
                    println!("  {:10} {}  — {}{assumed}", text("rule"), text("says"), text("source"));
                }
            }
            None => println!("  {rules}"),
        }
    }
    Ok(DONE)
}

fn check_all(path: &str, as_json: bool) -> Result<ExitCode, Failure> {
    let (source, case_files) = read(path)?;
    let mut faults: Vec<Fault> = Vec::new();
    let mut warnings: Vec<Fault> = Vec::new();
    let mut run = 0;
    // As at the start of a server, a pack may extend one that stands beside it.
    let beside = |name: &str| {
        let folder = std::fs::canonicalize(path).ok()?;
        let other = folder.parent()?.join(name);
        let there = other != folder && other.join("procedure.toml").is_file();
        let own = there.then(|| read(&other.to_string_lossy()).ok()).flatten();
        own.map(|(source, _)| source).or_else(|| Source::shipped(name))
    };
    match load(&source, &beside) {
        Err(wrong) => faults.extend(wrong),
        Ok(procedure) => {
            faults.extend(check::check(&procedure, &source, &beside));
            warnings.extend(check::warnings(&procedure, &source, &beside));
            let calendar = super::shipped_calendar(&procedure.pack.procedure.calendar)?;
            let trial = trial(&procedure, &case_files, calendar);
            run = trial.run;
            faults.extend(trial.faults);
            warnings.extend(trial.warnings);
        }
    }
    if as_json {
        print(&json!({"ok": faults.is_empty(), "cases": run, "faults": faults, "warnings": warnings}));
    } else {
        for warning in &warnings {
            println!("warning: {warning}");
        }
        for fault in &faults {
            println!("{fault}");
        }
        println!("{} faults, {} warnings, {run} cases run", faults.len(), warnings.len());
    }
    Ok(if faults.is_empty() { DONE } else { ExitCode::from(1) })
}

/// A folder's files, or those of a procedure that ships: the pack and its cases.
pub fn read(path: &str) -> Result<(Source, Vec<(String, String)>), Failure> {
    let folder = Path::new(path);
    if !folder.is_dir() {
        let unknown = || {
            Failure::refused(format!(
                "`{path}` is neither a folder nor the id of a procedure that ships"
            ))
        };
        return Ok((Source::shipped(path).ok_or_else(unknown)?, Source::shipped_cases(path)));
    }
    let files = |folder: &Path| -> Result<Vec<(String, String)>, Failure> {
        let unreadable =
            |error: std::io::Error| Failure::refused(format!("`{}` cannot be read: {error}", folder.display()));
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path
                .extension()
                .is_some_and(|ending| ending == "toml" || ending == "jsonl")
            {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).map_err(unreadable)?));
            }
        }
        files.sort();
        Ok(files)
    };
    let cases = folder.join("cases");
    let case_files = if cases.is_dir() { files(&cases)? } else { Vec::new() };
    Ok((
        Source {
            files: files(folder)?
                .into_iter()
                .filter(|(name, _)| name.ends_with(".toml"))
                .collect(),
        },
        case_files,
    ))
}
