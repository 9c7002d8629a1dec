//! Events that bring mail on AWS, in the shapes in which they come: objects of S3, notifications of SES, the table's stream,
//! the schedule.

use kesu_app::blobs::Blobs;
use kesu_app::store::Change;
use kesu_app::{App, Problem};
use serde_json::Value;

use crate::arrival::{Arrival, Check, Verdicts};
use crate::{on_change, on_feedback, on_mail, sweep};

/// Handles an event. A record that could not be handled fails the event, which then comes again: what was done is done.
///
/// # Errors
/// When S3 or the store do not answer.
pub async fn on_event(app: &App, event: &Value) -> Result<(), Problem> {
    let records = event.get("Records").and_then(Value::as_array);
    for record in records.into_iter().flatten() {
        if let Some(object) = record.get("s3") {
            from_object(app, object).await?;
        } else if let Some(message) = text(record, &["Sns", "Message"]) {
            match serde_json::from_str(message) {
                Ok(notification) => from_ses(app, &notification).await?,
                Err(error) => tracing::error!(%error, "a notification cannot be read"),
            }
        } else if let Some(change) = Change::read(record) {
            // A person asked for a mail that waited.
            on_change(app, &change).await?;
        }
    }
    match event.get("detail-type").and_then(Value::as_str) {
        Some("Scheduled Event") => {
            sweep(app, app.now()).await?;
        }
        Some(_) => from_ses(app, event.get("detail").unwrap_or(&Value::Null)).await?,
        None => {}
    }
    Ok(())
}

/// A rule of SES wrote a message into a bucket.
async fn from_object(app: &App, object: &Value) -> Result<(), Problem> {
    let bucket = text(object, &["bucket", "name"]);
    let key = text(object, &["object", "key"]).map(kesu_app::blobs::unescaped);
    let (Some(bucket), Some(key)) = (bucket, key) else {
        return Ok(());
    };
    // What this function itself keeps there does not come in a second time.
    if key.starts_with("raw/") || key.starts_with("attachments/") || key.ends_with("AMAZON_SES_SETUP_NOTIFICATION") {
        return Ok(());
    }
    let Some(raw) = fetch(app, bucket, &key).await? else {
        tracing::error!("a message that was announced is not in its bucket");
        return Ok(());
    };
    let arrival = Arrival {
        verdicts: Verdicts::of_ses(&raw),
        ..Arrival::default()
    };
    on_mail(app, &raw, &arrival).await?;
    Ok(())
}

/// A notification of SES: a message came in (with the envelope and the verdicts), or a letter came back.
async fn from_ses(app: &App, notification: &Value) -> Result<(), Problem> {
    let Some(receipt) = notification.get("receipt") else {
        return on_feedback(app, notification).await;
    };
    let place = (
        text(receipt, &["action", "bucketName"]),
        text(receipt, &["action", "objectKey"]),
    );
    let (Some(bucket), Some(key)) = place else {
        return Ok(());
    };
    let Some(raw) = fetch(app, bucket, key).await? else {
        return Err(Problem::Busy);
    };
    let check = |name: &str| text(receipt, &[name, "status"]).map_or(Check::None, Check::parse);
    let recipients = receipt.get("recipients").and_then(Value::as_array);
    let recipients = recipients.into_iter().flatten().filter_map(Value::as_str);
    let arrival = Arrival {
        from: text(notification, &["mail", "source"]).map(str::to_owned),
        to: recipients.map(str::to_owned).collect(),
        verdicts: Verdicts {
            spf: check("spfVerdict"),
            dkim: check("dkimVerdict"),
            dmarc: check("dmarcVerdict"),
            spam: check("spamVerdict"),
            virus: check("virusVerdict"),
        },
    };
    on_mail(app, &raw, &arrival).await?;
    Ok(())
}

async fn fetch(app: &App, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, Problem> {
    match &app.blobs {
        Blobs::Bucket(own) => own.object(bucket, key).await,
        _ => Err(Problem::Fault),
    }
}

fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    let found = path.iter().try_fold(value, |value, part| value.get(part));
    found?.as_str()
}
