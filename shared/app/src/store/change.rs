//! One change of one item, as the table's stream tells it: the same shape in this process and in a function's event.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use super::Key;
use super::items::Item;

/// What happened to the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Insert,
    /// It was replaced or updated.
    Modify,
    /// It is gone.
    Remove,
}

/// One change of one item. Changes of one item come in order; the same change may come more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
    /// The item after it.
    pub new: Option<Item>,
    /// The item before it.
    pub old: Option<Item>,
    /// Its place in the stream, which partial-failure answers name.
    pub sequence: String,
}

impl Change {
    /// Reads one record of a stream or of a function's event: `{"eventName","dynamodb":{"Keys","NewImage",…}}`. `None`
    /// if it is not one of ours.
    pub fn read(record: &Value) -> Option<Self> {
        let kind = match record.get("eventName")?.as_str()? {
            "INSERT" => ChangeKind::Insert,
            "MODIFY" => ChangeKind::Modify,
            "REMOVE" => ChangeKind::Remove,
            _ => return None,
        };
        let body = record.get("dynamodb")?;
        let image = |name| body.get(name).and_then(item);
        let keys = image("Keys")?;
        let text = |name| keys.get(name).and_then(|v: &AttributeValue| v.as_s().ok()).cloned();
        Some(Self {
            kind,
            pk: text("pk")?,
            sk: text("sk")?,
            new: image("NewImage"),
            old: image("OldImage"),
            sequence: body
                .get("SequenceNumber")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// Which item changed.
    pub fn key(&self) -> Option<Key> {
        Key::read(&self.pk, &self.sk)
    }
}

fn item(value: &Value) -> Option<Item> {
    value
        .as_object()?
        .iter()
        .map(|(name, v)| Some((name.clone(), attribute(v)?)))
        .collect()
}

/// One typed value as the wire has it: `{"S":"…"}`, `{"N":"1"}`, … Binary values are not used by any item of ours.
fn attribute(value: &Value) -> Option<AttributeValue> {
    let (name, inner) = value.as_object()?.iter().next()?;
    let texts = || {
        inner
            .as_array()?
            .iter()
            .map(|t| t.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    };
    Some(match name.as_str() {
        "S" => AttributeValue::S(inner.as_str()?.to_owned()),
        "N" => AttributeValue::N(inner.as_str()?.to_owned()),
        "BOOL" => AttributeValue::Bool(inner.as_bool()?),
        "NULL" => AttributeValue::Null(true),
        "M" => AttributeValue::M(item(inner)?),
        "L" => AttributeValue::L(inner.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "SS" => AttributeValue::Ss(texts()?),
        "NS" => AttributeValue::Ns(texts()?),
        _ => return None,
    })
}
