//! A year of a company, played through the store: complaints come in evenly, people carry them to the end, the sweep runs each
//! third hour, letters leave; what each consumed is counted apart.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Datelike, Days, TimeDelta, Timelike, Utc, Weekday};
use kesu_app::Problem;
use kesu_app::intake::Submission;
use kesu_app::store::{Change, Changes, Key, Local, StreamFrom};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::Actor;
use serde_json::{Value, json};

use crate::office::{Bench, TABLE};
use crate::price::{self, Snapshot};

/// New Year's Day in China.
const START: &str = "2024-12-31T16:00:00Z";
/// Minutes from one thing that a person does to the next, where nothing holds him up.
const STEPS: [(&str, i64); 9] = [
    ("edit", 20),
    ("edit_again", 20),
    ("register", 15),
    ("propose", 30),
    ("submit", 5),
    ("approve", 60),
    ("reply", 90),
    ("close", 120),
    ("", 0),
];
/// From one sweep to the next. On AWS it is a minute: what those cost that find nothing is reckoned, not played.
const SWEEP: TimeDelta = TimeDelta::hours(3);
/// Of so many, one is left lying until a limit has passed.
const LATE_OF: usize = 4;
/// What customers write.
const TEXTS: [&str; 5] = [
    "5号机的螺杆才用两个月就断成两截,断口看着像有旧裂纹,同批另一根也有裂纹。",
    "料筒用了三周就开裂,整条线停了一天,要求尽快换货并说明原因。",
    "锁模时有异响,压力上不去,技术员来看过一次没有解决,请再派人来。我们每天要交两千件,现在只能借别人的机器做,运费和加工费都是我们自己出的。",
    "发来的喷嘴型号不对,订单写的是六十五,到货是四十五。",
    "液压油漏得厉害,地面都是油,工人滑倒过一次,幸好没有受伤。",
];

/// Units of one kind of work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Used {
    /// Write units.
    pub writes: f64,
    /// Read units.
    pub reads: f64,
}

impl Used {
    fn add(&mut self, other: Self) {
        self.writes += other.writes;
        self.reads += other.reads;
    }
}

/// What a year consumed.
#[derive(Clone, Debug, Default)]
pub struct Year {
    /// Complaints that came in.
    pub complaints: usize,
    /// Complaints that were closed.
    pub closed: usize,
    /// Intake and everything that people did.
    pub life: Used,
    /// The least that the life's transactions can cost: each item and index entry once at its size.
    pub floor: f64,
    /// Of the life's write units, those that ordered letters.
    pub ordering: f64,
    /// Letters claimed, written, sent and marked.
    pub sending: Used,
    /// The sweep, beyond what one costs that finds nothing.
    pub sweeping: Used,
    /// One sweep that finds nothing.
    pub idle_sweep: Used,
    /// Letters that left.
    pub letters: u64,
    /// Rungs of deadlines that people were told of.
    pub escalations: u64,
    /// Requests that people made.
    pub requests: u64,
    /// Bytes in the table and its indexes at the end, as they are billed.
    pub bytes: u64,
    /// Write units by index; the table itself is `""`.
    pub by_index: BTreeMap<String, f64>,
    /// Life's write units of the first and of the last tenth of the complaints.
    pub tenths: (f64, f64),
}

/// Something that a person does with a complaint at a moment.
type Next = Reverse<(DateTime<Utc>, usize, usize)>;

struct Company {
    bench: Bench,
    changes: Changes,
    ids: Vec<String>,
    own: Vec<f64>,
    year: Year,
}

/// Plays a year with so many complaints in a folder; letters go through a folder in it, which is emptied on the way.
///
/// # Errors
/// When the store fails or the procedure refuses what people do.
pub async fn play(complaints: usize, folder: &Path) -> Result<Year> {
    let start: DateTime<Utc> = START.parse()?;
    let outbox = &folder.join("outbox");
    // In a file: a large year is more than SQLite holds in memory.
    let file = Local::open(&folder.join("year.db"))?;
    let bench = Bench::on(file, "P19", start, outbox).await?;
    kesu_escalate::run(&bench.app, start).await.map_err(failed)?;
    bench.app.store.meter().take();
    // A function that is called once a minute remembers nothing of the directory from the call before.
    bench.app.office_changed();
    kesu_escalate::run(&bench.app, start).await.map_err(failed)?;
    let figures = bench.app.store.meter().take();
    let mut company = Company {
        changes: bench.local.changes(TABLE, StreamFrom::Latest).await?,
        bench,
        ids: vec![String::new(); complaints],
        own: vec![0.0; complaints],
        year: Year {
            complaints,
            idle_sweep: Used {
                writes: figures.writes(),
                reads: figures.reads(),
            },
            ..Year::default()
        },
    };
    company.live(start, outbox).await?;
    let snapshot = Snapshot::take(&company.bench.local.client(), TABLE).await?;
    company.year.bytes = snapshot.bytes();
    let tenth = (complaints / 10).max(1);
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len().max(1) as f64;
    let (first, last) = (company.own.get(..tenth), company.own.get(complaints - tenth..));
    company.year.tenths = (mean(first.unwrap_or_default()), mean(last.unwrap_or_default()));
    Ok(company.year)
}

impl Company {
    async fn live(&mut self, start: DateTime<Utc>, outbox: &Path) -> Result<()> {
        let year = TimeDelta::days(365);
        let gap = year / i32::try_from(self.ids.len().max(1))?;
        let mut queue: BinaryHeap<Next> = BinaryHeap::new();
        queue.push(Reverse((start + gap / 2, 0, 0)));
        let (mut hour, mut emptied) = (start, 0);
        while let Some(Reverse((at, which, step))) = queue.pop() {
            while hour + SWEEP <= at {
                hour += SWEEP;
                self.bench.app.time.advance(hour);
                self.sweep().await?;
            }
            self.bench.app.time.advance(at);
            if step == 0 {
                self.receive(which).await?;
                if which + 1 < self.ids.len() {
                    queue.push(Reverse((at + gap, which + 1, 0)));
                }
            } else {
                self.step(which, step - 1).await?;
            }
            if let Some((name, minutes)) = STEPS.get(step).filter(|(name, _)| !name.is_empty()) {
                let lies = *name == "register" && which.is_multiple_of(LATE_OF);
                let wait = if lies {
                    TimeDelta::days(3)
                } else {
                    TimeDelta::minutes(*minutes)
                };
                queue.push(Reverse((at_work(at + wait), which, step + 1)));
            }
            if self.year.letters >= emptied + 500 {
                emptied = self.year.letters;
                empty(outbox)?;
            }
        }
        Ok(())
    }

    async fn receive(&mut self, n: usize) -> Result<()> {
        let customer = n % (self.ids.len() / 3).max(1);
        let body = json!({
            "description": TEXTS.get(n % TEXTS.len()).copied().unwrap_or_default(),
            "customer": {"name": format!("江北塑料制品第{customer:07}厂"), "phone": format!("138{customer:08}"),
                "email": format!("factory{customer:07}@jiangbei.example")},
            "product": {"name": "注塑机螺杆", "batch": format!("LG-{:07}", n / 5)}, "demand": ["exchange"],
        });
        self.bench.app.store.meter().take();
        self.bench.app.office_changed();
        let submission = Submission::read(&body, false).map_err(Problem::from).map_err(failed)?;
        let submission = submission.keyed(&self.bench.app, &format!("{n:016x}"));
        let receipt = self
            .bench
            .app
            .receive(submission, &Actor::Customer)
            .await
            .map_err(failed)?;
        if let Some(id) = self.ids.get_mut(n) {
            *id = receipt.id;
        }
        self.lived(n).await
    }

    async fn step(&mut self, n: usize, step: usize) -> Result<()> {
        let (name, _) = STEPS.get(step).copied().context("a step")?;
        let id = self.ids.get(n).cloned().context("a complaint")?;
        self.bench.app.store.meter().take();
        // Whoever does something has opened the complaint before, and nobody else was there a moment ago.
        self.bench.app.office_changed();
        self.bench.app.store.whole(&id).await?;
        let command = match name {
            "edit" => json!({"type": "edit", "fields": {"order_no": format!("SO-25-{n:07}"), "model_spec": "ZL-65"}}),
            "edit_again" => json!({"type": "edit", "fields": {"quantity_affected": 3, "severity": "serious"}}),
            "propose" => json!({"type": "propose", "treatment": "exchange", "amount": "900"}),
            "approve" => {
                let loaded = self.bench.app.load(&id).await.map_err(failed)?;
                let mut waiting = loaded.complaint.approvals.iter().filter(|one| one.decision.is_none());
                let request = waiting.next().context("nothing waits for approval")?.request.clone();
                json!({"type": "approve", "request": request, "password": ""})
            }
            "reply" => {
                let text = "经检查,螺杆热处理不当,我们已安排更换并承担运费。";
                json!({"type": "reply", "text": text, "channel": "email", "formal": true})
            }
            "close" => json!({"type": "close", "reason": "signed_off"}),
            other => json!({"type": other}),
        };
        self.give(&id, &command)
            .await
            .with_context(|| format!("the step `{name}` of complaint {n}"))?;
        self.year.closed += usize::from(name == "close");
        self.lived(n).await
    }

    async fn give(&self, id: &str, command: &Value) -> Result<()> {
        let command = kesu_app::wire::command(command).map_err(|refusal| anyhow!("{refusal:?}"))?;
        let told = self
            .bench
            .app
            .tell(id, None, Wish::Do(command), &self.bench.admin, None);
        told.await.map(|_| ()).map_err(failed)
    }

    /// Counts what was just done with a complaint, and lets the letters leave.
    async fn lived(&mut self, n: usize) -> Result<()> {
        self.year.requests += 2;
        let used = self.used();
        let mut ordering = 0.0;
        for change in self.letters_leave().await? {
            let cost = price::change(&change);
            match change.key() {
                Some(Key::Letter { .. }) => ordering += cost,
                _ => self.year.floor += cost,
            }
        }
        self.year.life.add(used);
        self.year.ordering += ordering;
        if let Some(own) = self.own.get_mut(n) {
            *own += used.writes;
        }
        Ok(())
    }

    /// What was consumed since the last time.
    fn used(&mut self) -> Used {
        let figures = self.bench.app.store.meter().take();
        for (index, units) in &figures.units {
            *self.year.by_index.entry(index.clone()).or_default() += units.write;
        }
        Used {
            writes: figures.writes(),
            reads: figures.reads(),
        }
    }

    async fn sweep(&mut self) -> Result<()> {
        self.bench.app.store.meter().take();
        self.bench.app.office_changed();
        let now = self.bench.app.now();
        let report = kesu_escalate::run(&self.bench.app, now).await.map_err(failed)?;
        let used = self.used();
        self.year.escalations += report.escalations;
        self.year.sweeping.add(Used {
            writes: used.writes - self.year.idle_sweep.writes,
            reads: used.reads - self.year.idle_sweep.reads,
        });
        self.letters_leave().await.map(|_| ())
    }

    /// Hands what the stream shows to notify, as the stream does; gives the changes that were there before it.
    async fn letters_leave(&mut self) -> Result<Vec<Change>> {
        let mut first = None;
        loop {
            self.changes.all_done().await?;
            let changes = self.changes.changes_now().await?;
            if changes.is_empty() {
                break;
            }
            for change in &changes {
                self.bench.app.store.meter().take();
                kesu_notify::on_change(&self.bench.app, change).await.map_err(failed)?;
                let used = self.used();
                self.year.sending.add(used);
                self.year.letters += u64::from(sent(change));
            }
            first.get_or_insert(changes);
        }
        Ok(first.unwrap_or_default())
    }
}

/// Whether a change marks a letter as sent.
fn sent(change: &Change) -> bool {
    let state = |item: &Option<kesu_app::store::Item>| {
        let state = item.as_ref().and_then(|item| item.get("st")?.as_s().ok().cloned());
        state.as_deref() == Some("s")
    };
    matches!(change.key(), Some(Key::Letter { .. })) && state(&change.new) && !state(&change.old)
}

/// The moment itself in working time, else nine o'clock of the next working day.
fn at_work(at: DateTime<Utc>) -> DateTime<Utc> {
    let mut local = at + TimeDelta::hours(8);
    if local.hour() >= 18 {
        local = local + Days::new(1) - TimeDelta::hours(i64::from(local.hour()) - 9);
    } else if local.hour() < 9 {
        local += TimeDelta::hours(9 - i64::from(local.hour()));
    }
    while matches!(local.weekday(), Weekday::Sat | Weekday::Sun) {
        local = local + Days::new(1);
    }
    local - TimeDelta::hours(8)
}

fn empty(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        std::fs::remove_file(entry?.path())?;
    }
    Ok(())
}

fn failed(problem: Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}
