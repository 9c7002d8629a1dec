//! Capacity units of one complaint's life, from intake to closing, against the least that the same transactions can cost.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::Problem;
use kesu_app::intake::Submission;
use kesu_app::store::{Changes, Figures, StreamFrom};
use kesu_bench::Table;
use kesu_bench::office::{Bench, TABLE};
use kesu_bench::price::{Snapshot, Written};
use kesu_rules::domain::command::Wish;
use serde_json::{Value, json};

/// Wednesday morning, in working time.
const START: &str = "2025-03-12T01:00:00Z";
/// The goal of the design for a whole life.
const GOAL: f64 = 1.2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let outbox = tempfile::tempdir()?;
    let start: DateTime<Utc> = START.parse()?;
    let bench = Bench::open("P19", start, outbox.path()).await?;
    // The day's own housekeeping (duties) is done before anything is measured.
    kesu_escalate::run(&bench.app, start).await.map_err(failed)?;
    let changes = bench.local.changes(TABLE, StreamFrom::Latest).await?;
    let mut life = Life {
        changes,
        id: String::new(),
        steps: Vec::new(),
        letters: 0.0,
        sent: 0.0,
        bench,
    };
    life.receive().await?;
    life.wait(20);
    life.give(
        "edit",
        json!({"type": "edit", "fields": {"order_no": "SO-25-0310", "model_spec": "ZL-65"}}),
    )
    .await?;
    life.wait(20);
    life.give(
        "edit",
        json!({"type": "edit", "fields": {"quantity_affected": 3, "severity": "serious"}}),
    )
    .await?;
    life.wait(120);
    life.sweep().await?;
    life.wait(30);
    life.give("register", json!({"type": "register"})).await?;
    life.wait(10);
    life.give(
        "propose",
        json!({"type": "propose", "treatment": "exchange", "amount": "900"}),
    )
    .await?;
    life.wait(1);
    life.give("submit", json!({"type": "submit"})).await?;
    life.wait(5);
    life.approve().await?;
    life.wait(60);
    let answer = "经检查,螺杆热处理不当,我们已安排更换并承担运费。";
    life.give(
        "reply",
        json!({"type": "reply", "text": answer, "channel": "email", "formal": true}),
    )
    .await?;
    life.wait(60);
    life.give("close", json!({"type": "close", "reason": "signed_off"}))
        .await?;
    life.print();
    Ok(())
}

struct Step {
    name: &'static str,
    figures: Figures,
    written: Written,
}

impl Step {
    /// Units of the complaint itself, without its letters and without what else a sweep wrote.
    fn own(&self) -> f64 {
        self.figures.writes() - self.written.letters - self.written.beside
    }
}

struct Life {
    bench: Bench,
    changes: Changes,
    id: String,
    steps: Vec<Step>,
    letters: f64,
    sent: f64,
}

impl Life {
    fn wait(&self, minutes: i64) {
        let app = &self.bench.app;
        app.time.advance(app.now() + TimeDelta::minutes(minutes));
    }

    async fn receive(&mut self) -> Result<()> {
        let body = json!({
            "description": "5号机的螺杆才用两个月就断成两截,断口看着像有旧裂纹,同批另一根也有裂纹。",
            "customer": {"name": "江北塑料制品有限公司", "phone": "13800001234", "email": "factory@jiangbei.example"},
            "product": {"name": "注塑机螺杆", "batch": "LG-2411"}, "demand": ["exchange"],
        });
        let before = self.before().await?;
        let submission = Submission::read(&body, false).map_err(Problem::from).map_err(failed)?;
        let submission = submission.keyed(&self.bench.app, "0123456789abcdef");
        let receipt = self
            .bench
            .app
            .receive(submission, &kesu_rules::domain::facts::Actor::Customer)
            .await
            .map_err(failed)?;
        self.id = receipt.id;
        self.after("intake", &before).await
    }

    async fn give(&mut self, name: &'static str, command: Value) -> Result<()> {
        let command = kesu_app::wire::command(&command).map_err(|refusal| anyhow!("{refusal:?}"))?;
        let before = self.before().await?;
        let told = self
            .bench
            .app
            .tell(&self.id, None, Wish::Do(command), &self.bench.admin, None)
            .await;
        told.map_err(failed).with_context(|| format!("the step `{name}`"))?;
        self.after(name, &before).await
    }

    async fn approve(&mut self) -> Result<()> {
        let loaded = self.bench.app.load(&self.id).await.map_err(failed)?;
        let waiting = loaded
            .complaint
            .approvals
            .iter()
            .find(|approval| approval.decision.is_none());
        let request = waiting.context("nothing waits for approval")?.request.clone();
        self.give(
            "approve",
            json!({"type": "approve", "request": request, "password": ""}),
        )
        .await
    }

    async fn sweep(&mut self) -> Result<()> {
        let before = self.before().await?;
        let now = self.bench.app.now();
        let report = kesu_escalate::run(&self.bench.app, now).await.map_err(failed)?;
        if report.escalations == 0 {
            return Err(anyhow!("nothing was escalated"));
        }
        self.after("escalation", &before).await
    }

    async fn before(&self) -> Result<Snapshot> {
        self.bench.app.store.meter().take();
        Snapshot::take(&self.bench.local.client(), TABLE).await
    }

    async fn after(&mut self, name: &'static str, before: &Snapshot) -> Result<()> {
        let figures = self.bench.app.store.meter().take();
        let later = Snapshot::take(&self.bench.local.client(), TABLE).await?;
        let written = before.until(&later);
        self.letters += written.letters;
        let step = Step { name, figures, written };
        if step.own() < written.floor {
            return Err(anyhow!(
                "`{name}` cost {} units, less than its floor {}: the arithmetic is wrong",
                step.own(),
                written.floor
            ));
        }
        self.steps.push(step);
        // The letters leave before the next step, as they do in life; what that costs is told apart.
        loop {
            self.changes.all_done().await?;
            let changes = self.changes.changes_now().await?;
            if changes.is_empty() {
                break;
            }
            for change in &changes {
                kesu_notify::on_change(&self.bench.app, change).await.map_err(failed)?;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.sent += self.bench.app.store.meter().take().writes();
        Ok(())
    }

    fn print(&self) {
        println!(
            "One complaint's life under P19, write units (WRU) by ReturnConsumedCapacity; letters and duties told apart"
        );
        println!(
            "{:12}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}",
            "step", "head B", "row B", "entry B", "other B", "WRU", "floor", "ratio", "RRU"
        );
        for step in &self.steps {
            let w = &step.written;
            let ratio = step.own() / w.floor;
            println!(
                "{:12}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8.2}{:>8.1}",
                step.name,
                w.head,
                w.row,
                w.entry,
                w.others,
                step.own(),
                w.floor,
                ratio,
                step.figures.reads()
            );
        }
        let own: f64 = self.steps.iter().map(Step::own).sum();
        let floor: f64 = self.steps.iter().map(|step| step.written.floor).sum();
        let reads: f64 = self.steps.iter().map(|step| step.figures.reads()).sum();
        println!(
            "letters: {} WRU to order, {} WRU to claim and mark; reads of the life itself: {reads} RRU",
            self.letters, self.sent
        );
        let mut table = Table::new("capacity units of a complaint's life");
        table.row("write units, life / floor", own, floor, "WRU", Some(GOAL));
        for step in &self.steps {
            table.row(format!("  {}", step.name), step.own(), step.written.floor, "WRU", None);
        }
        table.print();
    }
}

fn failed(problem: Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}
