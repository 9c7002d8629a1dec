//! The workbook that goes with the letter about a period: read when the letter is sent, left out where it is large.

use kesu_app::post::Attached;
use kesu_app::{App, Problem};
use serde_json::Value;

/// What is larger is fetched by the letter's link: many servers refuse large mail.
const LARGEST: usize = 2 * 1024 * 1024;
/// What workbooks are called on the wire.
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The facts of the letter without the place where the workbook is kept, and the workbook. Where there is none that can go with
/// it, the letter does not speak of it.
pub(crate) async fn told(app: &App, told: &Value) -> Result<(Value, Option<Attached>), Problem> {
    let mut told = told.clone();
    let Some(map) = told.as_object_mut() else {
        return Ok((told, None));
    };
    let kept = map.remove("kept");
    let bytes = match kept.as_ref().and_then(Value::as_str) {
        Some(name) => app.blobs.report(name).await?.filter(|bytes| bytes.len() <= LARGEST),
        None => None,
    };
    let name = map.get("file").and_then(Value::as_str).map(str::to_owned);
    let (Some(bytes), Some(name)) = (bytes, name) else {
        map.remove("file");
        return Ok((told, None));
    };
    let attached = Attached {
        name,
        kind: KIND.to_owned(),
        bytes,
    };
    Ok((told, Some(attached)))
}
