//! The bookkeeping of a stream's batch, once for all functions.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::store::Change;

/// Hands over each record of a batch in order; the answer names the first that failed, from which the stream goes on.
/// Records that are none of ours are passed over.
pub async fn failures<F, Fut>(event: &Value, on_change: F) -> Value
where
    F: Fn(Change) -> Fut,
    Fut: Future<Output = Result<(), Problem>>,
{
    let records = event
        .get("Records")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    for record in records {
        let Some(change) = Change::read(record) else { continue };
        let sequence = change.sequence.clone();
        if let Err(problem) = on_change(change).await {
            tracing::error!(?problem, stream.sequence = sequence, "a change could not be handled");
            return json!({"batchItemFailures": [{"itemIdentifier": sequence}]});
        }
    }
    json!({"batchItemFailures": []})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(sequence: u32) -> Value {
        json!({"eventName": "INSERT", "dynamodb": {
            "Keys": {"pk": {"S": "C#a"}, "sk": {"S": "L#1#0"}}, "SequenceNumber": sequence.to_string()}})
    }

    #[tokio::test]
    async fn the_first_change_that_fails_is_named_and_nothing_after_it_is_tried() {
        let event = json!({"Records": [record(1), {"eventName": "?"}, record(2), record(3)]});
        let tried = std::sync::Mutex::new(Vec::new());
        let answer = failures(&event, |change| {
            tried.lock().unwrap().push(change.sequence.clone());
            async move {
                if change.sequence == "2" {
                    Err(Problem::Busy)
                } else {
                    Ok(())
                }
            }
        });
        assert_eq!(answer.await, json!({"batchItemFailures": [{"itemIdentifier": "2"}]}));
        assert_eq!(*tried.lock().unwrap(), ["1", "2"]);
    }
}
