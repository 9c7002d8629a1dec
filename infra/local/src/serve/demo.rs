//! `--demo`: a year of sample complaints, lived through step by step on a clock of their own.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::intake::Submission;
use kesu_app::post::{Folder as Outbox, Post};
use kesu_app::{App, Problem};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::decide::{Allowed, allowed};
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::value::Kind;
use kesu_rules::procedure::load::Source;
use serde_json::{Value, json};

use super::pump::Pump;
use crate::failure::Failure;
use crate::folder::DataFolder;

/// Invented people and companies.
const CUSTOMERS: &[(&str, &str)] = &[
    ("江北机电有限公司", "sales@jiangbei.example"),
    ("陈晓明", "chen.xiaoming@post.example"),
    ("南山医院设备科", "equipment@nanshan.example"),
    ("Harbour Tools Ltd", "quality@harbour.example"),
    ("林淑芬", "lin.shufen@mail.example"),
    ("宏达汽配", "service@hongda.example"),
];

/// The order in which the steps of a procedure are tried.
const ORDER: &[&str] = &[
    "register",
    "route",
    "verify",
    "contain",
    "investigate",
    "judge",
    "propose",
    "submit",
    "approve",
    "execute",
    "reply",
    "confirm",
    "react",
    "close",
];

/// Fills an empty folder with `count` complaints of the year before now. A folder that holds complaints is left alone.
pub async fn fill(folder: &DataFolder, count: usize) -> Result<(), Failure> {
    let real = &folder.app;
    let texts = texts(real.settings.procedures.first());
    let now = real.now();
    if count == 0 || texts.is_empty() || !real.store.scan_all(1, None).await?.items.iter().all(is_account) {
        return Ok(());
    }
    let start = now - TimeDelta::days(365);
    // Its letters are files, whatever the settings say: nobody is written to for a demonstration.
    let outbox = Outbox::new(folder.path.join("outbox")).map_err(|error| Failure::Fault(error.to_string()))?;
    let app = App::with_library(
        real.store.clone(),
        Time::movable(start),
        real.settings.clone(),
        Blobs::None,
        Some(Post::Folder(outbox)),
        folder.administrator.clone(),
        real.library().clone(),
    );
    let pump = Pump::over(&app, &folder.local).await?;
    let staff = Staff {
        user: folder.administrator.clone(),
        role: Role::Administrator,
        department: None,
    };
    let mut player = Player {
        app,
        actor: Actor::Staff(staff),
        dice: Dice(0x6b65_7375),
        queue: BinaryHeap::new(),
    };
    let apart = (now - start).num_minutes() / i64::try_from(count).unwrap_or(i64::MAX).max(1);
    for n in 0..count {
        let at = start + TimeDelta::minutes(apart * i64::try_from(n).unwrap_or(0));
        player.queue.push(Reverse((at, n, String::new())));
    }
    eprintln!("kesu: filling the folder with {count} sample complaints");
    let mut swept = start;
    while let Some(Reverse((at, n, id))) = player.queue.pop() {
        if at > now {
            continue;
        }
        player.app.time.advance(at);
        if at - swept > TimeDelta::days(1) {
            pump.drained().await;
            kesu_escalate::run(&player.app, at).await?;
            swept = at;
        }
        if id.is_empty() {
            let text = texts.get(n % texts.len()).map(String::as_str).unwrap_or_default();
            player.receive(n, text, at).await?;
        } else {
            player.step(&id, at).await?;
        }
    }
    pump.drained().await;
    Ok(())
}

fn is_account(record: &Result<kesu_app::store::AnyRecord, String>) -> bool {
    matches!(record, Ok(kesu_app::store::AnyRecord::Small(_)))
}

/// The texts of the procedure's classification cases: what customers of this trade write.
fn texts(procedure: &str) -> Vec<String> {
    let files = Source::shipped_cases(procedure);
    let lines = files
        .iter()
        .filter(|(name, _)| name.ends_with(".jsonl"))
        .flat_map(|(_, text)| text.lines());
    let text = |line: &str| {
        serde_json::from_str::<Value>(line)
            .ok()?
            .get("text")?
            .as_str()
            .map(str::to_owned)
    };
    lines.filter_map(text).collect()
}

/// A small generator with a fixed seed: every demonstration is the same.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }
}

struct Player {
    app: App,
    actor: Actor,
    dice: Dice,
    queue: BinaryHeap<Reverse<(DateTime<Utc>, usize, String)>>,
}

impl Player {
    async fn receive(&mut self, n: usize, text: &str, at: DateTime<Utc>) -> Result<(), Failure> {
        let (name, email) = CUSTOMERS.get(n % CUSTOMERS.len()).copied().unwrap_or_default();
        let channel = ["web", "telephone", "email", "visit"]
            .get(n % 4)
            .copied()
            .unwrap_or("web");
        let body = json!({
            "channel": channel, "description": text,
            "customer": {"name": name, "email": email, "phone": format!("1380000{:04}", n % 10_000)},
            "product": {"name": format!("样品 {}", n % 7 + 1), "batch": format!("B{:04}", n % 40)},
        });
        let submission = Submission::read(&body, true)
            .map_err(Problem::from)?
            .keyed(&self.app, &format!("demo {n}"));
        let receipt = self.app.receive(submission, &self.actor).await?;
        self.later(&receipt.id, at, 2);
        Ok(())
    }

    fn later(&mut self, id: &str, at: DateTime<Utc>, hours: u64) {
        let minutes = i64::try_from(self.dice.roll(hours * 60) + 5).unwrap_or(60);
        self.queue
            .push(Reverse((at + TimeDelta::minutes(minutes), 0, id.to_owned())));
    }

    /// Takes the next step that the procedure allows, and comes back later for the one after it.
    async fn step(&mut self, id: &str, at: DateTime<Utc>) -> Result<(), Failure> {
        let loaded = self.app.load(id).await?;
        let desk = self.app.desk_of(&loaded.complaint).await?;
        let facts = desk.facts(desk.local(at), &self.actor, None, loaded.salt(), loaded.reachable());
        let may = allowed(&loaded.complaint, &facts);
        let done = |name: &str| loaded.complaint.ever(milestone(name));
        let again = ["approve", "confirm", "close"];
        let mut steps = ORDER.iter().filter_map(|name| may.iter().find(|one| one.kind == *name));
        let Some(step) = steps.find(|one| again.contains(&one.kind) || !done(one.kind)) else {
            return Ok(());
        };
        // Some stay where they are, so that there is something overdue to look at.
        if self.dice.roll(14) == 0 {
            return Ok(());
        }
        let command = self.command(step, loaded.reachable());
        self.give(id, &command).await?;
        self.later(id, at, 30);
        Ok(())
    }

    fn command(&mut self, step: &Allowed, reachable: bool) -> Value {
        let first = step.choices.first().map(String::as_str).unwrap_or_default();
        match step.kind {
            "route" => json!({"type": "route", "department": first}),
            "verify" => json!({"type": "verify", "upheld": self.dice.roll(6) > 0}),
            "contain" => json!({"type": "contain", "measures": "同批库存已隔离,暂停发货"}),
            "investigate" => {
                json!({"type": "investigate", "result": "已复核留样与生产记录", "cause_main": "装配时紧固不到位"})
            }
            "judge" => {
                let party = match self.dice.roll(4) {
                    0 => "supplier",
                    1 => "customer",
                    _ => "company",
                };
                json!({"type": "judge", "party": party})
            }
            "propose" => {
                json!({"type": "propose", "treatment": "exchange", "amount": (self.dice.roll(60) * 100).to_string()})
            }
            "approve" => json!({"type": "approve", "request": first, "password": ""}),
            "reply" => {
                json!({"type": "reply", "text": "经调查,产品存在装配缺陷,我们已安排更换。", "channel": if reachable { "email" } else { "letter" }, "formal": true})
            }
            "react" => {
                json!({"type": "react", "reaction": if self.dice.roll(8) == 0 { "disputed" } else { "accepted" }})
            }
            "confirm" => json!({"type": "confirm", "what": first}),
            "close" => json!({"type": "close", "reason": first}),
            other => json!({"type": other}),
        }
    }

    /// Gives a command; fields that the procedure misses are filled in once, as a member of staff would.
    async fn give(&mut self, id: &str, command: &Value) -> Result<(), Failure> {
        for _ in 0..2 {
            let wish = Wish::Do(kesu_app::wire::command(command).map_err(Problem::from)?);
            match self.app.tell(id, None, wish, &self.actor, Some("示例")).await {
                Ok(_) => return Ok(()),
                Err(Problem::Refused(refusals)) => {
                    let fields: BTreeMap<&str, Value> = refusals
                        .iter()
                        .filter_map(|refusal| refusal.field.as_deref())
                        .filter_map(|field| Some((field, self.sample(field)?)))
                        .collect();
                    if fields.is_empty() {
                        return Ok(());
                    }
                    let edit =
                        kesu_app::wire::command(&json!({"type": "edit", "fields": fields})).map_err(Problem::from)?;
                    if self
                        .app
                        .tell(id, None, Wish::Do(edit), &self.actor, Some("示例"))
                        .await
                        .is_err()
                    {
                        return Ok(());
                    }
                }
                Err(problem) => return Err(problem.into()),
            }
        }
        Ok(())
    }

    fn sample(&self, field: &str) -> Option<Value> {
        let procedure = self.app.library().procedure(self.app.settings.procedures.first())?;
        let key = FieldKey::parse(field)?;
        Some(match procedure.fields.kind(key.as_str())? {
            Kind::Flag => json!(true),
            Kind::Choice(of) | Kind::Choices(of) => json!(of.first()?),
            Kind::Date => json!(self.app.now().format("%Y-%m-%d").to_string()),
            Kind::Moment => json!(self.app.now().to_rfc3339()),
            Kind::Number | Kind::Integer | Kind::Money => json!(3),
            Kind::List => json!(["样品"]),
            Kind::Text | Kind::Face | Kind::Words => json!("样品"),
            Kind::Link => return None,
        })
    }
}

/// The milestone that a step reaches.
fn milestone(step: &str) -> &str {
    match step {
        "register" => "registered",
        "route" => "routed",
        "verify" => "verified",
        "contain" => "contained",
        "investigate" => "investigated",
        "judge" => "responsibility_judged",
        "propose" => "proposed",
        "submit" => "submitted",
        "execute" => "executed",
        "reply" => "replied",
        "react" => "customer_reacted",
        other => other,
    }
}
