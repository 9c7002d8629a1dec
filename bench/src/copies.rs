//! A year of complaints made from a few that were really lived: each a week or more later, under a number of its own.

use anyhow::{Context, Result, anyhow};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PutRequest, WriteRequest};
use chrono::{DateTime, TimeDelta, Utc};
use kesu_app::Problem;
use kesu_app::intake::Submission;
use kesu_app::store::{HeadRecord, Item, LogRecord};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::Actor;
use serde_json::{Value, json};

use crate::office::{Bench, TABLE};

/// How many are lived.
const MODELS: usize = 35;
/// Weeks over which they are spread.
const WEEKS: usize = 51;
/// Items that one batch may write.
const BATCH: usize = 25;

/// Complaints that were lived.
pub struct Models(Vec<Model>);

struct Model {
    head: HeadRecord,
    state: Value,
    log: Vec<(u64, Value)>,
}

/// What customers write, gravest first, and how many days later they are answered; the last are never.
const LIVES: &[(&str, Option<i64>)] = &[
    ("贵司原料药中混入异物,患者用药后出现严重过敏,已住院", Some(9)),
    ("这批含量仍在标准内,但溶解明显变慢,搅拌半小时才澄清", Some(5)),
    ("包装破损,标签脱落,请处理", Some(3)),
    ("贵司原料药中混入异物,患者用药后出现严重过敏,已住院", Some(17)),
    ("送货晚了两天,态度也不好", Some(12)),
    ("含量偏低,要求退货", Some(20)),
    ("包装破损,标签脱落,请处理", None),
];

/// Lives a few complaints under P20, the first of them in the week of `start`.
///
/// # Errors
/// When a step is refused or the engine fails.
pub async fn lived(bench: &Bench, start: DateTime<Utc>) -> Result<Models> {
    let mut begun = Vec::new();
    for n in 0..MODELS {
        let (text, days) = LIVES.get(n % LIVES.len()).copied().context("a life")?;
        let at = start + TimeDelta::hours(i64::try_from(n)? * 3);
        bench.app.time.advance(at);
        let body = json!({
            "description": text, "customer": {"name": "江北制药有限公司", "email": "qa@jiangbei.example"},
            "product": {"name": format!("样品 {}", n % 7 + 1), "batch": format!("B{:04}", n % 40)},
        });
        let submission = Submission::read(&body, false)
            .map_err(Problem::from)
            .map_err(failed)?
            .keyed(&bench.app, &format!("year {n}"));
        let receipt = bench.app.receive(submission, &Actor::Customer).await.map_err(failed)?;
        begun.push((receipt.id, at, days));
    }
    let mut steps: Vec<(DateTime<Utc>, usize, Value)> = Vec::new();
    for (n, (_, at, days)) in begun.iter().enumerate() {
        let Some(days) = days else { continue };
        let mut at = *at;
        let course = [
            json!({"type": "register"}),
            json!({"type": "verify", "upheld": true}),
            json!({"type": "edit", "fields": {"justified": false, "origin": "internal"}}),
            json!({"type": "investigate", "result": "已复核留样与生产记录", "cause_main": "粒径分布偏大"}),
            json!({"type": "judge", "party": "company"}),
            json!({"type": "reply", "text": "答复如下", "channel": "letter", "formal": true}),
            json!({"type": "react", "reaction": "accepted"}),
            json!({"type": "close", "reason": "customer_satisfied"}),
        ];
        for (place, command) in course.into_iter().enumerate() {
            let last = place == 5;
            at += if last {
                TimeDelta::days(*days)
            } else {
                TimeDelta::hours(5)
            };
            steps.push((at, n, command));
        }
    }
    steps.sort_by_key(|(at, n, _)| (*at, *n));
    let mut swept = start;
    for (at, n, command) in steps {
        while swept + TimeDelta::hours(6) < at {
            swept += TimeDelta::hours(6);
            bench.app.time.advance(swept);
            kesu_escalate::run(&bench.app, swept).await.map_err(failed)?;
        }
        bench.app.time.advance(at);
        let (id, ..) = begun.get(n).context("a complaint")?;
        let wish = Wish::Do(
            kesu_app::wire::command(&command)
                .map_err(Problem::from)
                .map_err(failed)?,
        );
        bench
            .app
            .tell(id, None, wish, &bench.admin, Some("示例"))
            .await
            .map_err(failed)?;
    }
    let mut models = Vec::new();
    for (id, ..) in begun {
        let head = bench.app.store.head(&id).await?.context("the complaint just lived")?;
        let log = bench.app.store.log(&id).await?;
        let log = log
            .iter()
            .map(|record| Ok((record.seq, serde_json::from_str(&record.entry)?)));
        models.push(Model {
            state: serde_json::from_str(&head.state)?,
            head,
            log: log.collect::<Result<_>>()?,
        });
    }
    Ok(Models(models))
}

impl Models {
    /// The `n`th complaint: its head and, if wanted, its log.
    ///
    /// # Errors
    /// When a moment lies beyond the calendar.
    pub fn items(&self, n: usize, with_log: bool) -> Result<Vec<Item>> {
        let model = self.0.get(n % self.0.len().max(1)).context("a model")?;
        let week = n / self.0.len().max(1) % WEEKS;
        let by = TimeDelta::weeks(i64::try_from(week)?);
        let (id, number) = (format!("{n:032x}"), format!("X{n:07}"));
        let mut head = model.head.clone();
        let mut state = model.state.clone();
        later(&mut state, by);
        let map = state.as_object_mut().context("a state that is no object")?;
        map.insert("id".to_owned(), json!(id));
        map.insert("number".to_owned(), json!(number));
        let received = map.get("received_at").and_then(Value::as_str).unwrap_or_default();
        head.month.0 = received.get(..7).unwrap_or_default().to_owned();
        head.state = state.to_string();
        head.wake = None;
        for (name, value) in &mut head.columns {
            if let Some(moved) = moved(value, by).filter(|_| name.ends_with("_at")) {
                *value = moved;
            }
        }
        head.columns.insert("number".to_owned(), number.clone());
        head.id.clone_from(&id);
        let mut items = vec![head.item()];
        if with_log {
            for (seq, entry) in &model.log {
                let mut entry = entry.clone();
                later(&mut entry, by);
                if *seq == 1
                    && let Some(first) = entry.pointer_mut("/events/0").and_then(Value::as_object_mut)
                {
                    first.insert("id".to_owned(), json!(id));
                    first.insert("number".to_owned(), json!(number));
                }
                let record = LogRecord {
                    id: id.clone(),
                    seq: *seq,
                    entry: entry.to_string(),
                    reply: None,
                };
                items.push(record.item());
            }
        }
        Ok(items)
    }
}

/// Every moment in a value, so much later.
fn later(value: &mut Value, by: TimeDelta) {
    match value {
        Value::String(text) => {
            if let Some(moved) = moved(text, by) {
                *text = moved;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|one| later(one, by)),
        Value::Object(map) => map.values_mut().for_each(|one| later(one, by)),
        _ => {}
    }
}

fn moved(text: &str, by: TimeDelta) -> Option<String> {
    let at = (text.len() >= 20)
        .then(|| DateTime::parse_from_rfc3339(text).ok())
        .flatten()?;
    Some((at + by).to_rfc3339())
}

/// Writes items in batches, past the meter.
///
/// # Errors
/// When the engine does not answer.
pub async fn fill(client: &Client, items: impl Iterator<Item = Result<Vec<Item>>>) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    for some in items {
        for item in some? {
            let put = PutRequest::builder().set_item(Some(item)).build()?;
            batch.push(WriteRequest::builder().put_request(put).build());
            if batch.len() == BATCH {
                write(client, std::mem::take(&mut batch)).await?;
            }
        }
    }
    if batch.is_empty() {
        Ok(())
    } else {
        write(client, batch).await
    }
}

async fn write(client: &Client, batch: Vec<WriteRequest>) -> Result<()> {
    let items = [(TABLE.to_owned(), batch)].into();
    client.batch_write_item().set_request_items(Some(items)).send().await?;
    Ok(())
}

/// A problem as an error of the measuring programs.
pub fn failed(problem: Problem) -> anyhow::Error {
    anyhow!("{problem:?}")
}
