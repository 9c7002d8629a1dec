//! Rows of the register with everything that the complaint's record holds, for the workbook.

use std::collections::BTreeMap;

use kesu_app::app::DeskWork;
use kesu_app::record::{COLUMNS, Loaded};
use kesu_app::store::HeadRecord;
use kesu_app::{App, Problem};
use kesu_rules::domain::value::Value as FieldValue;
use serde_json::{Map, Value, json};

/// What a whole row has after the register's columns: who works on it, whether a person must look at it, the next limit
/// with the desk that must keep it, the further axes, and the fields by key.
const MORE: &[&str] = &["person", "needs_review", "next_rule", "responsible", "axes", "fields"];

/// The columns of whole rows.
pub fn columns() -> Vec<&'static str> {
    ["id", "version"]
        .into_iter()
        .chain(COLUMNS.iter().copied())
        .chain(MORE.iter().copied())
        .collect()
}

/// The rows of these heads, in their order, words and personal data joined in.
pub async fn whole(app: &App, heads: Vec<HeadRecord>) -> Result<Vec<Value>, Problem> {
    let loaded = heads.into_iter().map(Loaded::read).collect::<Result<Vec<_>, _>>()?;
    let texts = words(app, &loaded).await?;
    let mut rows = Vec::with_capacity(loaded.len());
    for one in &loaded {
        let desk = match app.desk_of(&one.complaint).await {
            // A complaint whose procedure is not at hand has no deadlines; it was logged.
            Err(Problem::Refused(_)) => None,
            other => Some(other?),
        };
        rows.push(row(app, one, desk.as_ref(), &texts));
    }
    Ok(rows)
}

type Words = BTreeMap<(String, u64, u32), String>;

async fn words(app: &App, loaded: &[Loaded]) -> Result<Words, Problem> {
    let mut places = Vec::new();
    for one in loaded {
        let id = one.complaint.id.as_str();
        places.extend(one.complaint.fields.values().filter_map(|value| match value {
            FieldValue::Words(at) => Some((id.to_owned(), at.seq, at.n)),
            _ => None,
        }));
    }
    let found = app.store.texts_at(&places).await?;
    Ok(found
        .into_iter()
        .map(|text| ((text.id, text.seq, text.n), text.text))
        .collect())
}

fn row(app: &App, one: &Loaded, desk: Option<&DeskWork>, texts: &Words) -> Value {
    let it = &one.complaint;
    let next = desk.and_then(|desk| {
        let now = desk.local(app.now());
        let open = desk.deadlines(it, now).into_iter().filter(|limit| limit.runs());
        open.min_by_key(|limit| limit.due_at)
    });
    let fields: Map<String, Value> = it
        .fields
        .iter()
        .filter_map(|(key, value)| {
            let plain = match value {
                FieldValue::Words(at) => json!(texts.get(&(it.id.to_string(), at.seq, at.n))?),
                FieldValue::Face(_) => json!(one.face.get(key)?),
                plain => plain.to_json(),
            };
            Some((key.to_string(), plain))
        })
        .collect();
    let mut cells = vec![json!(it.id), json!(it.version)];
    cells.extend(COLUMNS.iter().map(|name| match *name {
        "customer_name" => json!(one.face.get(*name)),
        name => json!(one.head.columns.get(name)),
    }));
    cells.extend([
        json!(it.person),
        json!(u8::from(it.needs_review)),
        json!(next.as_ref().map(|limit| &limit.rule)),
        json!(next.as_ref().map(|limit| &limit.responsible)),
        json!(it.axes),
        Value::Object(fields),
    ]);
    Value::Array(cells)
}
