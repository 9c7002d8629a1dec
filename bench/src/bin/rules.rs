//! What the rules cost: deciding, deriving deadlines, classifying, each against plain work on the same data in turns.
//!
//! `rules --instructions` counts instructions instead, where valgrind is installed; `rules --only NAME TIMES` is what it
//! runs under valgrind.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command as Process;

use anyhow::{Context, Result, anyhow};
use kesu_bench::Table;
use kesu_bench::alternate::alternate;
use kesu_bench::desk::Desk;
use kesu_rules::classify::Input;
use kesu_rules::clock::deadline::deadlines;
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::turn::turn;
use serde_json::json;

/// Procedures that are measured.
const PROCEDURES: [&str; 3] = ["P10", "P19", "P20"];

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let desks = PROCEDURES.into_iter().map(Desk::open).collect::<Result<Vec<_>>>()?;
    match given.as_slice() {
        [] => {
            measure(&desks);
            Ok(())
        }
        ["--instructions"] => instructions(&desks),
        ["--only", name, times] => only(&desks, name, times.parse()?),
        _ => Err(anyhow!("usage: rules [--instructions]")),
    }
}

/// One piece of work with its name and what it is compared with.
struct Work<'a> {
    name: String,
    ours: Box<dyn Fn() + 'a>,
    baseline: Box<dyn Fn() + 'a>,
}

fn works<'a>(desks: &'a [Desk]) -> Vec<Work<'a>> {
    let mut all: Vec<Work<'a>> = Vec::new();
    for desk in desks {
        let id = desk.id;
        let state = serde_json::to_string(&desk.complaint).unwrap_or_default();
        let json = move || {
            let read: Option<Complaint> = serde_json::from_str(&state).ok();
            black_box(serde_json::to_string(&read).ok());
        };
        let mut add = |name: &str, ours: Box<dyn Fn() + 'a>, baseline: Box<dyn Fn() + 'a>| {
            let name = format!("{id} {name}");
            all.push(Work { name, ours, baseline });
        };
        let wish = |wish: Wish, before: bool, actor: Actor| {
            Box::new(move || {
                let before = before.then_some(&desk.complaint);
                black_box(turn(before, "", &desk.facts(&actor), wish.clone()).is_ok());
            })
        };
        let edit = Command::Edit {
            fields: [(FieldKey::of("quantity_affected"), json!(3))].into(),
        };
        add(
            "decide: receive",
            wish(Wish::Receive(Box::new(desk.intake.clone())), false, Actor::Customer),
            Box::new(json.clone()),
        );
        add(
            "decide: edit",
            wish(Wish::Do(edit), true, desk.staff.clone()),
            Box::new(json.clone()),
        );
        add(
            "decide: tick, nothing due",
            wish(Wish::Tick, true, Actor::System),
            Box::new(json.clone()),
        );
        let ours = move || {
            black_box(deadlines(&desk.complaint, &desk.procedure, &desk.clock(), desk.now));
        };
        let bare = move || {
            let days = desk.procedure.pack.deadline.iter().filter(|rule| rule.within.is_some());
            for (n, rule) in days.enumerate() {
                let due = desk.now + chrono::TimeDelta::days(n as i64 % 7);
                black_box((due, rule.responsible.clone()));
            }
        };
        add("deadlines / json", Box::new(ours), Box::new(json));
        add("deadlines / bare loop", Box::new(ours), Box::new(bare));
    }
    if let Some(desk) = desks.get(1) {
        for text in &desk.texts {
            let name = format!("{} classify {} characters", desk.id, text.chars().count());
            let ours = move || {
                let answers = BTreeMap::new();
                black_box(desk.procedure.classifier.classify(&Input {
                    text,
                    answers: &answers,
                    off_hours: false,
                }));
            };
            let bare = move || {
                black_box(desk.words.iter().filter(|word| text.contains(word.as_str())).count());
            };
            all.push(Work {
                name,
                ours: Box::new(ours),
                baseline: Box::new(bare),
            });
        }
    }
    all
}

fn measure(desks: &[Desk]) {
    println!(
        "baselines: decide, the state read from JSON and written again; deadlines, that and a loop over the rules that"
    );
    println!("adds whole days; classify, a search for each plain word of the lexicon in turn");
    let mut table = Table::new("the rules, time per call");
    let mut by_length = Vec::new();
    for work in works(desks) {
        let (ours, baseline) = alternate(&work.ours, &work.baseline);
        if work.name.contains("classify") {
            by_length.push(ours);
        }
        table.row(work.name, ours, baseline, "ns", None);
    }
    if let [_, thousand, most] = by_length.as_slice() {
        table.row(
            "classify: 20,000 / 1,000 characters",
            *most,
            *thousand,
            "ns",
            Some(21.0),
        );
    }
    table.print();
}

fn instructions(desks: &[Desk]) -> Result<()> {
    let mut table = Table::new("the rules, instructions per call (callgrind)");
    for work in works(desks) {
        let per_call = |side: &str| -> Result<f64> {
            let name = format!("{side}{}", work.name);
            Ok((collected(&name, 30)? - collected(&name, 10)?) / 20.0)
        };
        table.row(work.name.clone(), per_call("")?, per_call("baseline ")?, "Ir", None);
    }
    table.print();
    Ok(())
}

/// Instructions of a whole run that does the work so many times.
fn collected(name: &str, times: u32) -> Result<f64> {
    let own = std::env::current_exe()?;
    let mut run = Process::new("valgrind");
    run.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(own)
        .args(["--only", name, &times.to_string()]);
    let said = String::from_utf8_lossy(&run.output().context("valgrind could not be started")?.stderr).into_owned();
    let line = said
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .context("valgrind counted nothing")?;
    Ok(line.1.trim().parse()?)
}

fn only(desks: &[Desk], name: &str, times: u32) -> Result<()> {
    let plain = name.strip_prefix("baseline ").unwrap_or(name);
    let work = works(desks)
        .into_iter()
        .find(|work| work.name == plain)
        .context("no work of that name")?;
    for _ in 0..times {
        if plain == name {
            (work.ours)()
        } else {
            (work.baseline)()
        }
    }
    Ok(())
}
