//! What a sweep reads for each thing that is due, with few and with many complaints open.
//!
//! `sweep [OPEN…]`: how many are open, 1,000 and 100,000 where nothing is said; 100 of them are due.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::Problem;
use kesu_app::clock::stamp;
use kesu_app::intake::Submission;
use kesu_app::store::{Figures, HeadRecord, Item, Wake};
use kesu_bench::Table;
use kesu_bench::office::{Bench, TABLE};
use kesu_rules::domain::facts::Actor;
use serde_json::{Value, json};

/// Wednesday morning, in working time.
const START: &str = "2025-03-12T01:00:00Z";
/// How many are due.
const DUE: usize = 100;
/// One index entry and one head for each thing due, and a little for the directory and the calendar.
const GOAL: f64 = 2.05;
/// Items that one batch may write.
const BATCH: usize = 25;
/// A number that every filled head holds in place of the real one.
const NUMBER: &str = "number";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let given: Result<Vec<usize>, _> = std::env::args().skip(1).map(|text| text.parse()).collect();
    let sizes = match given.context("a number of open complaints")? {
        none if none.is_empty() => vec![1_000, 100_000],
        some => some,
    };
    let mut table = Table::new(format!("a sweep with {DUE} due, items read per item due"));
    let mut first = None;
    for open in sizes {
        let began = Instant::now();
        let (figures, woken) = swept(open).await?;
        let seconds = began.elapsed().as_secs();
        if woken != DUE as u64 {
            return Err(anyhow!("{woken} were woken instead of {DUE}"));
        }
        let read = figures.evaluated as f64;
        let first = *first.get_or_insert(read);
        println!(
            "{open} open: {read} items read, {} RRU, {} WRU, {} requests (filled and swept in {seconds} s)",
            figures.reads(),
            figures.writes(),
            figures.requests
        );
        table.row(
            format!("{open} open: items read / due"),
            read,
            DUE as f64,
            "",
            Some(GOAL),
        );
        table.row(
            format!("{open} open: items read / fewest open"),
            read,
            first,
            "",
            Some(1.0),
        );
    }
    table.print();
    Ok(())
}

async fn swept(open: usize) -> Result<(Figures, u64)> {
    let outbox = tempfile::tempdir()?;
    let start: DateTime<Utc> = START.parse()?;
    let bench = Bench::open("P19", start, outbox.path()).await?;
    kesu_escalate::run(&bench.app, start).await.map_err(failed)?;
    let model = model(&bench).await?;
    let model = Model {
        head: model,
        far: stamp(start + TimeDelta::days(3650)),
    };
    let client = bench.local.client();
    let heads = (0..open).map(|n| model.item(n, n % (open / DUE).max(1) == 0 && n / (open / DUE).max(1) < DUE));
    fill(&client, heads).await?;
    let due = start + TimeDelta::minutes(150);
    bench.app.time.advance(due);
    // Directory and calendar are read anew, however long the filling took.
    bench.app.office_changed();
    bench.app.store.meter().take();
    let report = kesu_escalate::run(&bench.app, due).await.map_err(failed)?;
    Ok((bench.app.store.meter().take(), report.woken))
}

/// The head of a complaint that was really received; it is taken out of the index of what is due.
async fn model(bench: &Bench) -> Result<HeadRecord> {
    let body = json!({"description": "螺杆断成两截", "customer": {"name": "江北塑料制品有限公司"}});
    let submission = Submission::read(&body, false)
        .map_err(Problem::from)
        .map_err(failed)?
        .keyed(&bench.app, "0123456789abcdef");
    let receipt = bench.app.receive(submission, &Actor::Customer).await.map_err(failed)?;
    let head = bench
        .app
        .store
        .head(&receipt.id)
        .await?
        .context("the complaint just received")?;
    bench.app.store.rest(&head, None).await?;
    // Its letters are due too if they do not leave; nobody sends here.
    let whole = bench.app.store.whole(&receipt.id).await?;
    let later = Wake {
        shard: 0,
        moment: "9999".to_owned(),
    };
    for letter in whole.letters {
        bench
            .app
            .store
            .claim_letter(&letter.id, letter.seq, letter.n, "9999", "9999", &later)
            .await?;
    }
    Ok(head)
}

struct Model {
    head: HeadRecord,
    far: String,
}

impl Model {
    /// The `n`th complaint: the model's state under an id and a number of its own.
    fn item(&self, n: usize, due: bool) -> Result<Item> {
        let mut head = self.head.clone();
        head.id = format!("{n:032x}");
        let number = format!("X{n:07}");
        let mut state: Value = serde_json::from_str(&head.state)?;
        let map = state.as_object_mut().context("a state that is no object")?;
        map.insert("id".to_owned(), json!(head.id));
        map.insert(NUMBER.to_owned(), json!(number));
        head.state = state.to_string();
        head.columns.insert(NUMBER.to_owned(), number);
        if !due {
            head.wake = Some(Wake {
                shard: 0,
                moment: self.far.clone(),
            });
        }
        Ok(head.item())
    }
}

async fn fill(client: &Client, heads: impl Iterator<Item = Result<Item>>) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    for head in heads {
        let put = PutRequest::builder().set_item(Some(head?)).build()?;
        batch.push(WriteRequest::builder().put_request(put).build());
        if batch.len() == BATCH {
            write(client, std::mem::take(&mut batch)).await?;
        }
    }
    if batch.is_empty() {
        Ok(())
    } else {
        write(client, batch).await
    }
}

async fn write(client: &Client, batch: Vec<WriteRequest>) -> Result<()> {
    let items = HashMap::from([(TABLE.to_owned(), batch)]);
    client.batch_write_item().set_request_items(Some(items)).send().await?;
    Ok(())
}

fn failed(problem: Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}
