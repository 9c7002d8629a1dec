//! Registers that are put into a bucket on AWS: each is imported in slices well under a function's time, and its report is
//! written beside it.
//!
//! A slice that ends before the register does writes an object under [`CONTINUE`], which brings the function back as the
//! register itself brought it. What fails comes again by itself; what was done is done.

use std::time::Duration;

use kesu_app::blobs::Blobs;
use kesu_app::store::Change;
use kesu_app::{App, Problem};
use kesu_ledger::book::Helper;
use kesu_rules::domain::facts::Actor;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::options::{Options, Unwatched};
use crate::run::run;
use crate::source::Source;

/// Where registers are put: `registers/台账2019.xlsx`, or `registers/P19/台账2019.xlsx` for another procedure than the first.
pub const REGISTERS: &str = "registers/";
/// Where a slice leaves word that there is more to do.
pub const CONTINUE: &str = "registers-continue/";
/// Where reports are written.
pub const REPORTS: &str = "registers-reports/";
/// How long one slice takes: the function's own limit is fifteen minutes.
const SLICE: Duration = Duration::from_secs(600);
/// After so many slices something is wrong.
const MOST: u32 = 200;

/// Where a register is, and how often it was gone on with.
#[derive(Debug, Deserialize, Serialize)]
struct Place {
    bucket: String,
    key: String,
    slice: u32,
}

/// Handles an event of S3, or of the table's stream: what people want done with what they uploaded. A record that could not be handled fails the event, which then comes again.
///
/// # Errors
/// When S3 or the store do not answer.
pub async fn on_event(app: &App, event: &Value, helper: Option<Helper>) -> Result<(), Problem> {
    on_event_within(app, event, helper, SLICE).await
}

/// As [`on_event`], with slices of that length; each goes a portion further, however short it is.
///
/// # Errors
/// As [`on_event`].
pub async fn on_event_within(
    app: &App,
    event: &Value,
    helper: Option<Helper>,
    budget: Duration,
) -> Result<(), Problem> {
    let records = event.get("Records").and_then(Value::as_array);
    for change in records.into_iter().flatten().filter_map(Change::read) {
        crate::desk::on_change(app, &change, helper.clone()).await?;
    }
    for object in records.into_iter().flatten().filter_map(|record| record.get("s3")) {
        let text = |path: [&str; 2]| object.get(path[0])?.get(path[1])?.as_str();
        let (Some(bucket), Some(key)) = (text(["bucket", "name"]), text(["object", "key"])) else {
            continue;
        };
        let key = kesu_app::blobs::unescaped(key);
        let place = if key.starts_with(CONTINUE) {
            let left = fetch(app, bucket, &key).await?;
            // A word that cannot be read was not ours.
            left.and_then(|left| serde_json::from_slice(&left).ok())
        } else if key.starts_with(REGISTERS) && !key.ends_with('/') {
            let bucket = bucket.to_owned();
            Some(Place { bucket, key, slice: 0 })
        } else {
            None
        };
        if let Some(place) = place {
            slice(app, place, helper.clone(), budget).await?;
        }
    }
    Ok(())
}

async fn slice(app: &App, place: Place, helper: Option<Helper>, budget: Duration) -> Result<(), Problem> {
    let bytes = match fetch(app, &place.bucket, &place.key).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            tracing::error!("a register that was announced is not in its bucket");
            return Ok(());
        }
        // It will not become smaller by coming again.
        Err(large @ Problem::TooLarge { .. }) => {
            let body = large.body(Options::default().language);
            return keep(app, &place, REPORTS, &body.to_string()).await;
        }
        Err(other) => return Err(other),
    };
    let (procedure, name) = named(&place.key);
    let options = Options {
        procedure: procedure.map(str::to_owned),
        budget: Some(budget),
        helper,
        ..Options::default()
    };
    let source = Source::bytes(name, bytes);
    let report = match run(app, &[source], &options, &Actor::System, &mut Unwatched).await {
        Ok(report) => report,
        Err(Problem::Refused(refusals)) => {
            // Nothing that comes again by itself would change that; the report says why.
            let body = Problem::Refused(refusals).body(options.language);
            return keep(app, &place, REPORTS, &body.to_string()).await;
        }
        Err(other) => return Err(other),
    };
    if report.finished {
        return keep(app, &place, REPORTS, &report.json(options.language).to_string()).await;
    }
    if place.slice >= MOST {
        tracing::error!(slices = place.slice, "a register comes to no end");
        return Err(Problem::Fault);
    }
    let next = Place {
        slice: place.slice + 1,
        ..place
    };
    let body = serde_json::to_string(&next).map_err(|_| Problem::Fault)?;
    keep(app, &next, CONTINUE, &body).await
}

/// The procedure that a key names, and the file's name.
fn named(key: &str) -> (Option<&str>, &str) {
    let rest = key.strip_prefix(REGISTERS).unwrap_or(key);
    match rest.split_once('/') {
        Some((procedure, file)) => (Some(procedure), file.rsplit('/').next().unwrap_or(file)),
        None => (None, rest),
    }
}

async fn fetch(app: &App, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Problem> {
    match &app.blobs {
        #[cfg(feature = "aws")]
        Blobs::Bucket(own) => own.object(bucket, key).await,
        Blobs::Folder(root) => {
            let path = root.join(bucket).join(key);
            Ok(std::fs::read(path).ok())
        }
        _ => Err(Problem::Fault),
    }
}

/// Writes an object beside the register, under the same name for the same register.
async fn keep(app: &App, place: &Place, under: &str, body: &str) -> Result<(), Problem> {
    let rest = place.key.strip_prefix(REGISTERS).unwrap_or(&place.key);
    let key = format!("{under}{rest}.json");
    match &app.blobs {
        #[cfg(feature = "aws")]
        Blobs::Bucket(own) => own.keep_object(&place.bucket, &key, body.as_bytes().to_vec()).await,
        Blobs::Folder(root) => {
            let path = root.join(&place.bucket).join(&key);
            let made = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            made.and_then(|()| std::fs::write(&path, body))
                .map_err(|_| Problem::Busy)
        }
        _ => Err(Problem::Fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_the_procedure() {
        assert_eq!(named("registers/台账2019.xlsx"), (None, "台账2019.xlsx"));
        assert_eq!(named("registers/P20/旧/台账.xls"), (Some("P20"), "台账.xls"));
    }
}
