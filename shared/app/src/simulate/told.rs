//! What a simulation found, as the contract shapes it.

use kesu_rules::rollup::Period;
use kesu_rules::simulate::Difference;

use super::Simulated;
use crate::problem::phrase;
use crate::texts::Language;

impl Simulated {
    /// As the contract shapes it, with refusals in the reader's words.
    pub fn told(&self, period: Period, language: Language) -> serde_json::Value {
        let rows: Vec<serde_json::Value> = self.rows.iter().map(|row| told(row, language)).collect();
        let mut all = serde_json::json!(self.totals);
        if let Some(map) = all.as_object_mut() {
            map.insert("period".to_owned(), period.to_string().into());
            map.insert("rows".to_owned(), rows.into());
            map.insert("rows_left_out".to_owned(), self.left_out.into());
            map.insert("unread".to_owned(), serde_json::json!(self.unread));
            map.insert("unread_count".to_owned(), self.unread_count.into());
        }
        all
    }
}

fn told(row: &Difference, language: Language) -> serde_json::Value {
    let mut told = serde_json::json!(row);
    let steps = row.refused.iter().map(|step| {
        let refusal = &step.refusal;
        serde_json::json!({
            "seq": step.seq, "at": step.at, "command": step.command, "code": refusal.code, "field": refusal.field,
            "message": phrase(refusal, language),
        })
    });
    if let Some(map) = told.as_object_mut() {
        map.insert("refused".to_owned(), steps.collect());
    }
    told
}
