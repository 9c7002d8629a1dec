//! Complaints that were there before this import, by customer and day of receipt: read month by month, each once.

use std::collections::HashMap;

use kesu_app::{App, Problem};
use serde_json::Value;

use crate::known::person_key;

/// How many complaints are remembered at once before it begins anew.
const MOST: usize = 300_000;

/// The months read so far.
#[derive(Default)]
pub struct Months {
    months: HashMap<String, HashMap<u64, Vec<String>>>,
    held: usize,
}

impl Months {
    /// The complaints of a customer that were received on a day (`yyyy-mm-dd`).
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of(&mut self, app: &App, customer: &str, day: &str) -> Result<Vec<String>, Problem> {
        let Some(month) = day.get(..7) else {
            return Ok(Vec::new());
        };
        if !self.months.contains_key(month) {
            let read = read(app, month).await?;
            let size: usize = read.values().map(Vec::len).sum();
            if self.held + size > MOST {
                self.months.clear();
                self.held = 0;
            }
            self.held += size;
            self.months.insert(month.to_owned(), read);
        }
        let found = self
            .months
            .get(month)
            .and_then(|month| month.get(&person_key(customer, day)));
        Ok(found.cloned().unwrap_or_default())
    }
}

async fn read(app: &App, month: &str) -> Result<HashMap<u64, Vec<String>>, Problem> {
    let mut all: HashMap<u64, Vec<String>> = HashMap::new();
    for shard in 0..app.settings.shards.max(1) {
        let mut cursor = None;
        loop {
            let page = app.store.month(month, shard, 1_000, cursor.as_deref()).await?;
            for row in page.items {
                let face: Option<Value> = row.face.as_deref().and_then(|face| serde_json::from_str(face).ok());
                let customer = face.as_ref().and_then(|face| face.get("customer_name")?.as_str());
                let day = row.columns.get("received_at").and_then(|at| at.get(..10));
                if let (Some(customer), Some(day)) = (customer, day) {
                    all.entry(person_key(customer, day)).or_default().push(row.id);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(all)
}
