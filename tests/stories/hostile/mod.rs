//! Registers that are attacks or wrecks: each is read or refused quickly and in little memory, and the program always answers.

mod parts;
mod set;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use self::set::{End, all};
use crate::world::kesu;

/// The most time of computing and the most memory that a file may take, in an optimised program and in any other.
const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 15_000 } else { 1_000 });
const MEMORY: u64 = 256 << 10;
/// Other programs may keep this one waiting, but something must come of it.
const WAIT: Duration = Duration::from_secs(120);

/// What became of a file.
#[derive(Debug)]
struct Outcome {
    code: Option<i32>,
    /// Time of computing, of the program and its children.
    took: Duration,
    waited: Duration,
    kilobytes: u64,
    report: Option<Value>,
    errors: String,
}

#[test]
fn every_hostile_register_is_read_or_refused_quickly_and_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut faults = Vec::new();
    for hostile in all() {
        let file = folder.path().join(hostile.name);
        std::fs::write(&file, &hostile.data).unwrap();
        let size = hostile.data.len();
        drop(hostile.data);
        let outcome = dry_run(&file);
        println!(
            "{:44} {size:>10} bytes  {:>5} ms  {:>4} MB  {}",
            hostile.name,
            outcome.took.as_millis(),
            outcome.kilobytes >> 10,
            told(&outcome)
        );
        let mut fault = |what: String| faults.push(format!("{}: {what}", hostile.name));
        if outcome.took > TIME {
            fault(format!("took {} ms", outcome.took.as_millis()));
        }
        if outcome.waited > WAIT {
            fault(format!("was waited for {} s", outcome.waited.as_secs()));
        }
        if outcome.kilobytes > MEMORY {
            fault(format!("took {} MB", outcome.kilobytes >> 10));
        }
        if !matches!(outcome.code, Some(0 | 1)) || outcome.errors.contains("panicked") {
            fault(format!("ended with {:?}: {}", outcome.code, outcome.errors));
        }
        let created = outcome.report.as_ref().and_then(created);
        match hostile.end {
            End::Read(count) if created != Some(count) => {
                fault(format!("{created:?} complaints, not {count}: {}", told(&outcome)))
            }
            End::Code(code) if refusal_code(&outcome) != Some(code) => {
                fault(format!("is not refused as `{code}`: {}", told(&outcome)))
            }
            End::Refused if refusal(&outcome).is_none() => fault(format!("is not refused: {}", told(&outcome))),
            End::Any if created.is_none() && refusal(&outcome).is_none() => {
                fault("neither read nor refused".to_owned())
            }
            _ => {}
        }
        std::fs::remove_file(&file).unwrap();
    }
    for climbed in ["/tmp/kesu-climbed", "/etc/kesu-climbed"] {
        assert!(!Path::new(climbed).exists(), "{climbed} was written");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Runs a dry run of the file alone and watches its memory and that of its children.
fn dry_run(file: &Path) -> Outcome {
    let start = Instant::now();
    let child = Command::new(kesu())
        .args(["import", "--dry-run", "--json"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let watched = child.id();
    let watcher = std::thread::spawn(move || {
        let (mut most, mut took) = (0, Duration::ZERO);
        while let Some(now) = peak(watched) {
            most = most.max(now);
            took = took.max(computed(watched).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(2));
        }
        (most, took)
    });
    let output = child.wait_with_output().unwrap();
    let waited = start.elapsed();
    let (kilobytes, took) = watcher.join().unwrap();
    Outcome {
        code: output.status.code(),
        took,
        waited,
        kilobytes,
        report: serde_json::from_slice(&output.stdout).ok(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The most that a process or one of its children has held so far, in kilobytes; none once it has ended.
fn peak(process: u32) -> Option<u64> {
    let of = |id: &str| -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok()
    };
    let own = of(&process.to_string())?;
    Some(
        children(process)?
            .iter()
            .filter_map(|child| of(child))
            .fold(own, u64::max),
    )
}

/// The time for which a process and its children have computed so far.
fn computed(process: u32) -> Option<Duration> {
    // Behind the name in brackets: user and system time of its own and of children that ended, from the twelfth on, in
    // hundredths of a second.
    let of = |id: &str| -> Option<u64> {
        let line = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let numbers = line.rsplit(')').next()?.split_whitespace().skip(11).take(4);
        Some(numbers.filter_map(|number| number.parse::<u64>().ok()).sum())
    };
    let own = of(&process.to_string())?;
    let children: u64 = children(process)?.iter().filter_map(|child| of(child)).sum();
    Some(Duration::from_millis((own + children) * 10))
}

/// The children of a process.
fn children(process: u32) -> Option<Vec<String>> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let lists = tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    Some(
        lists
            .flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect(),
    )
}

/// Complaints that a dry run would make.
fn created(report: &Value) -> Option<u64> {
    report["files"][0]["totals"]["created"].as_u64()
}

/// The reason for which the file is refused as a whole.
fn refusal(outcome: &Outcome) -> Option<String> {
    let report = outcome.report.as_ref()?;
    let reason = &report["files"][0]["unreadable"];
    (!reason.is_null()).then(|| reason.to_string())
}

/// The code of that reason.
fn refusal_code(outcome: &Outcome) -> Option<&str> {
    outcome.report.as_ref()?["files"][0]["unreadable"]["code"].as_str()
}

/// In one line, for the list that the test prints.
fn told(outcome: &Outcome) -> String {
    match (refusal(outcome), outcome.report.as_ref().and_then(created)) {
        (Some(reason), _) => format!("refused: {reason}"),
        (None, Some(count)) => format!("{count} complaints"),
        (None, None) => format!(
            "code {:?}, {}",
            outcome.code,
            outcome.errors.lines().next().unwrap_or_default()
        ),
    }
}
