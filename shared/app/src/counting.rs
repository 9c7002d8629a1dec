//! Which complaints count together: the small items beside a complaint that make counting cost what is counted.

use std::collections::{BTreeMap, BTreeSet};

use kesu_rules::domain::chain::hash;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::device::serial_key;
use kesu_rules::domain::names::RuleId;
use kesu_rules::domain::value::Value;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::counting::{Counted, counted};

use crate::app::App;
use crate::problem::Problem;
use crate::store::Append;

/// The most complaints of one device that its history shows.
const HISTORY: u32 = 50;

/// The places where a complaint counts: one for each counter, and one for the device it is about.
pub(crate) fn places(procedure: &Procedure, complaint: &Complaint) -> BTreeSet<String> {
    let counters = counted(procedure, complaint);
    let mut all: BTreeSet<String> = counters.iter().map(|one| place_of(procedure, one)).collect();
    if let Some(Value::Text(serial)) = complaint.fields.get("serial_no") {
        all.extend(place_of_serial(serial));
    }
    all
}

fn place_of(procedure: &Procedure, counted: &Counted) -> String {
    format!("{}#{}", procedure.pack.procedure.id, counted.key())
}

fn place_of_serial(serial: &str) -> Option<String> {
    let key = Some(serial_key(serial)).filter(|key| !key.is_empty())?;
    let digest: String = hash(key.as_bytes()).chars().take(32).collect();
    Some(format!("serial#{digest}"))
}

/// Writes with a change where the complaint counts from now on, and where it does not any more.
pub(crate) fn count(append: &mut Append, procedure: &Procedure, before: Option<&Complaint>, after: &Complaint) {
    let had = before.map(|before| places(procedure, before)).unwrap_or_default();
    let has = places(procedure, after);
    append.counted = has.difference(&had).cloned().collect();
    append.uncounted = had.difference(&has).cloned().collect();
}

impl App {
    /// For the counters that a complaint begins to count in: how many others are there. Two complaints that begin at the
    /// same instant may miss each other.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn counts(
        &self,
        procedure: &Procedure,
        before: Option<&Complaint>,
        after: &Complaint,
    ) -> Result<BTreeMap<RuleId, u64>, Problem> {
        let had = before.map(|before| counted(procedure, before)).unwrap_or_default();
        let mut counts = BTreeMap::new();
        for place in counted(procedure, after) {
            if !had.contains(&place) {
                let others = self.others(procedure, &place, after).await?;
                counts.insert(place.rule, others);
            }
        }
        Ok(counts)
    }

    /// How many other complaints share a place; no more are read than one above what the counter bears.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn others(&self, procedure: &Procedure, place: &Counted, of: &Complaint) -> Result<u64, Problem> {
        let rule = procedure.pack.counter.iter().find(|rule| rule.rule == place.rule);
        let most = rule.map_or(0, |rule| rule.more_than);
        let most = u32::try_from(most.saturating_add(1)).unwrap_or(u32::MAX);
        let ids = self.store.counted(&place_of(procedure, place), most).await?;
        let others = ids.iter().filter(|id| **id != *of.id.as_str()).count();
        Ok(u64::try_from(others).unwrap_or(u64::MAX))
    }

    /// The complaints about the device of a serial, at most fifty.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn of_serial(&self, serial: &str) -> Result<Vec<String>, Problem> {
        match place_of_serial(serial) {
            Some(place) => Ok(self.store.counted(&place, HISTORY).await?),
            None => Ok(Vec::new()),
        }
    }
}
