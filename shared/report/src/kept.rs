//! Rollups as they are kept: never edited. Counted again they are the same bytes, or a new version that says what moved.

use chrono::{DateTime, Utc};
use kesu_app::store::{Kind, SmallRecord};
use kesu_app::{App, Problem};
use kesu_rules::rollup::Rollup;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A version of a rollup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// From 1; 0 while the period runs, when nothing is kept.
    pub version: u64,
    /// When it was counted; nothing while the period runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<DateTime<Utc>>,
    /// The figures.
    #[serde(flatten)]
    pub figures: Map<String, Value>,
    /// What differs from the version before, by path; at most a hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
}

/// A figure that moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Which, as the names on the way to it with slashes between.
    pub figure: String,
    /// What stood there.
    pub before: Value,
    /// What stands there now.
    pub after: Value,
}

/// No more differences are listed.
const MOST_MOVED: usize = 100;

impl Version {
    /// The figures as they were counted.
    ///
    /// # Errors
    /// When what is kept is no rollup.
    pub fn rollup(&self) -> Result<Rollup, Problem> {
        serde_json::from_value(Value::Object(self.figures.clone())).map_err(|_| Problem::Fault)
    }

    /// What is told of a period that still runs.
    pub fn running(rollup: &Rollup) -> Self {
        Self {
            version: 0,
            counted_at: None,
            figures: figures(rollup),
            moved: Vec::new(),
        }
    }
}

pub(crate) fn figures(rollup: &Rollup) -> Map<String, Value> {
    match serde_json::to_value(rollup) {
        Ok(Value::Object(map)) => map,
        // INVARIANT: a rollup is an object whose maps have text keys.
        _ => Map::new(),
    }
}

fn prefix(procedure: &str, period: &str) -> String {
    format!("{procedure}/{period}/V")
}

fn id(procedure: &str, period: &str, version: u64) -> String {
    format!("{}{version:06}", prefix(procedure, period))
}

/// One version of a rollup; nothing if there is none.
///
/// # Errors
/// When the store does not answer.
pub async fn version(app: &App, procedure: &str, period: &str, version: u64) -> Result<Option<Version>, Problem> {
    let record = app.store.get(Kind::Rollup, &id(procedure, period, version)).await?;
    record.map(read).transpose()
}

/// The versions of all rollups of a procedure, by period and version.
///
/// # Errors
/// When the store does not answer.
pub async fn all(app: &App, procedure: &str) -> Result<Vec<Version>, Problem> {
    every(app, &format!("{procedure}/")).await
}

/// The versions of one rollup, the oldest first.
///
/// # Errors
/// When the store does not answer.
pub async fn versions(app: &App, procedure: &str, period: &str) -> Result<Vec<Version>, Problem> {
    every(app, &prefix(procedure, period)).await
}

async fn every(app: &App, prefix: &str) -> Result<Vec<Version>, Problem> {
    let (mut cursor, mut all) = (None, Vec::new());
    loop {
        let page = app.store.list(Kind::Rollup, prefix, 100, cursor.as_deref()).await?;
        for record in page.items {
            all.push(read(record)?);
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

fn read(record: SmallRecord) -> Result<Version, Problem> {
    serde_json::from_str(&record.body).map_err(|_| Problem::Fault)
}

/// The newest version of a rollup that is kept.
///
/// # Errors
/// When the store does not answer.
pub async fn newest(app: &App, procedure: &str, period: &str) -> Result<Option<Version>, Problem> {
    Ok(versions(app, procedure, period).await?.pop())
}

/// Keeps a rollup: as it is where the newest version says the same, else as the next version; and whether it is new. Two that
/// keep at once agree.
///
/// # Errors
/// When the store does not answer.
pub(crate) async fn keep(app: &App, rollup: &Rollup, now: DateTime<Utc>) -> Result<(Version, bool), Problem> {
    let (procedure, period) = (rollup.procedure.as_str(), rollup.period.as_str());
    let figures = figures(rollup);
    loop {
        let newest = newest(app, procedure, period).await?;
        if let Some(same) = newest.as_ref().filter(|newest| newest.figures == figures) {
            return Ok((same.clone(), false));
        }
        let version = Version {
            version: newest.as_ref().map_or(1, |newest| newest.version + 1),
            counted_at: Some(now),
            moved: newest
                .map(|newest| moved(&newest.figures, &figures))
                .unwrap_or_default(),
            figures: figures.clone(),
        };
        // INVARIANT: as in `figures`.
        let body = serde_json::to_string(&version).unwrap_or_default();
        let id = id(procedure, period, version.version);
        if app.store.put_new(&SmallRecord::new(Kind::Rollup, id, body)).await? {
            return Ok((version, true));
        }
    }
}

fn moved(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Moved> {
    let mut moved = Vec::new();
    compare(
        "",
        &Value::Object(before.clone()),
        &Value::Object(after.clone()),
        &mut moved,
    );
    moved.truncate(MOST_MOVED);
    moved
}

/// Objects are compared name by name, lists of things with an id thing by thing, everything else as a whole.
fn compare(path: &str, before: &Value, after: &Value, moved: &mut Vec<Moved>) {
    if before == after {
        return;
    }
    if let (Some(old), Some(new)) = (by_id(before), by_id(after)) {
        return compare(path, &old, &new, moved);
    }
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        moved.push(Moved {
            figure: path.to_owned(),
            before: before.clone(),
            after: after.clone(),
        });
        return;
    };
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}/{name}")
        };
        let of = |map: &Map<String, Value>| map.get(name).cloned().unwrap_or(Value::Null);
        compare(&below, &of(old), &of(new), moved);
    }
}

/// A list of things with an id as an object by id; nothing if it is another list, or one that names an id twice.
fn by_id(list: &Value) -> Option<Value> {
    let list = list.as_array()?;
    let named = list
        .iter()
        .map(|one| Some((one["id"].as_str()?.to_owned(), one.clone())));
    let map: Map<String, Value> = named.collect::<Option<_>>()?;
    (map.len() == list.len()).then_some(Value::Object(map))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_moved_is_named_by_its_path() {
        let map = |value: Value| value.as_object().cloned().unwrap();
        let before = map(json!({"by": {"class": {"a": 1, "b": 2}}, "same": [1], "kpis": [{"id": "K1", "value": "1"}]}));
        let after = map(json!({"by": {"class": {"a": 2, "c": 1}}, "same": [1], "kpis": [{"id": "K1", "value": "2"}]}));
        let told: Vec<String> = moved(&before, &after)
            .into_iter()
            .map(|one| format!("{} {}→{}", one.figure, one.before, one.after))
            .collect();
        assert_eq!(
            told,
            [
                "by/class/a 1→2",
                "by/class/b 2→null",
                "by/class/c null→1",
                "kpis/K1/value \"1\"→\"2\""
            ]
        );
    }
}
