//! Proves what the log proves: every chain unbroken, every head the fold of its log, every digest true, no number missing.

use std::collections::{BTreeMap, BTreeSet};

use kesu_rules::domain::chain::{Entry, digest, replay};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::slip::Slip;
use kesu_rules::domain::value::{TextRef, Value};
use kesu_rules::procedure::numbering::{period, serial_of};
use serde::Serialize;

use crate::app::App;
use crate::problem::Problem;
use crate::record::Loaded;
use crate::store::{AnyRecord, TextRecord, Whole};

/// What was looked at and what was found wrong.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Proof {
    /// Complaints looked at.
    pub complaints: usize,
    /// Log entries looked at.
    pub entries: usize,
    /// What does not hold.
    pub faults: Vec<Fault>,
}

/// One thing that does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// Which complaint or counter.
    pub of: String,
    /// What.
    pub what: String,
}

impl App {
    /// Looks at everything that is stored. Costs a full read; for a still database or a copy.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn verify(&self) -> Result<Proof, Problem> {
        let mut proof = Proof::default();
        let mut ids = Vec::new();
        let mut counters: BTreeMap<String, u64> = BTreeMap::new();
        let mut cursor = None;
        loop {
            let page = match self.store.scan_all(500, cursor.as_deref()).await {
                Ok(page) => page,
                Err(error) => {
                    proof.faults.push(Fault {
                        of: "table".to_owned(),
                        what: error.to_string(),
                    });
                    return Ok(proof);
                }
            };
            for record in page.items {
                let record = match record {
                    Ok(record) => record,
                    Err(what) => {
                        proof.faults.push(Fault {
                            of: "table".to_owned(),
                            what,
                        });
                        continue;
                    }
                };
                match record {
                    AnyRecord::Head(head) => ids.push(head.id),
                    // An entry whose head is gone would otherwise go unseen.
                    AnyRecord::Log(entry) if entry.seq == 1 => ids.push(entry.id),
                    AnyRecord::Number { counter, period, last } => {
                        counters.insert(format!("{counter} {period}"), last);
                    }
                    _ => {}
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        ids.sort();
        ids.dedup();
        let mut numbers: BTreeMap<String, Serials> = BTreeMap::new();
        for id in ids {
            let found = match self.store.whole(&id).await {
                Ok(whole) => self.look(whole, &mut proof),
                Err(error) => Err(error.to_string()),
            };
            match found {
                // What an old register brought has its own number.
                Ok(complaint) if complaint.imported.is_some() => {}
                Ok(complaint) => {
                    let day = complaint.received_at.date_naive();
                    let version = complaint.procedure_version.as_str();
                    if let Some(procedure) = self.library().version(complaint.procedure.as_str(), version) {
                        let numbering = &procedure.pack.numbering;
                        let counter = format!("{} {}", complaint.procedure, period(numbering, day));
                        let of = numbers.entry(counter).or_default();
                        match serial_of(numbering, day, complaint.number.as_str()) {
                            Some(serial) => drop(of.known.insert(serial)),
                            None => of.others += 1,
                        }
                    }
                }
                Err(what) => proof.faults.push(Fault { of: id, what }),
            }
        }
        let held = self.held().await?;
        for (counter, given) in counters {
            let of = numbers.remove(&counter).unwrap_or_default();
            // Numbers given out go on after those of an old register: what is missing up to there is the register's.
            let from = held.get(&counter).copied().unwrap_or(0);
            let missing = (from + 1..=given).filter(|serial| !of.known.contains(serial)).count();
            let beyond = of.known.range(given.saturating_add(1)..).count();
            if missing != of.others || beyond > 0 {
                let found = of.known.len() + of.others;
                let what = format!("{given} numbers were given out, {found} complaints have one");
                proof.faults.push(Fault { of: counter, what });
            }
        }
        Ok(proof)
    }

    /// By counter and period: the highest serial that an import brought, also one that was taken back since.
    async fn held(&self) -> Result<BTreeMap<String, u64>, Problem> {
        let mut held = BTreeMap::new();
        for (_, batch) in self.batches().await? {
            for (counter, serial) in batch.held {
                let highest = held.entry(counter).or_insert(0);
                *highest = serial.max(*highest);
            }
        }
        Ok(held)
    }

    fn look(&self, whole: Whole, proof: &mut Proof) -> Result<Complaint, String> {
        proof.complaints += 1;
        proof.entries += whole.log.len();
        let head = whole.head.ok_or("the head is missing")?;
        let (folded, last) =
            replay(whole.log.iter().map(|record| record.entry.as_str())).map_err(|error| error.to_string())?;
        let loaded = Loaded::read(head).map_err(|error| error.to_string())?;
        if loaded.head.hash != last {
            return Err("the head does not name the last entry of its log".to_owned());
        }
        if folded != loaded.complaint {
            return Err("the head is not what its log says".to_owned());
        }
        if loaded.head.salt.is_none() {
            // Erased: the words are gone, the chain stands.
            return Ok(folded);
        }
        let salt = loaded.salt();
        let own = folded.fields.iter().map(|(key, value)| (key.clone(), value));
        let slips = folded.slips.iter().flat_map(|slip| {
            let place = |(key, value)| (Slip::face(slip.kind, slip.n, key), value);
            slip.fields.iter().map(place)
        });
        for (key, value) in own.chain(slips) {
            if let Value::Face(sealed) = value
                && loaded.face.get(&key).is_none_or(|words| digest(salt, words) != *sealed)
            {
                return Err(format!("the person's `{key}` is not what the log sealed"));
            }
        }
        for at in whole.log.iter().flat_map(|record| references(&record.entry)) {
            check_text(&at, &whole.texts, salt)?;
        }
        Ok(folded)
    }
}

/// The serials of one counter that complaints have.
#[derive(Default)]
struct Serials {
    known: BTreeSet<u64>,
    /// Complaints whose number is not in the pattern of their procedure's version.
    others: usize,
}

fn check_text(at: &TextRef, texts: &[TextRecord], salt: &[u8]) -> Result<(), String> {
    let kept = texts.iter().find(|text| text.seq == at.seq && text.n == at.n);
    let kept = kept.ok_or_else(|| format!("text {}.{} is missing", at.seq, at.n))?;
    if digest(salt, &kept.text) == at.digest {
        return Ok(());
    }
    Err(format!("text {}.{} is not what the log sealed", at.seq, at.n))
}

/// All texts that an entry refers to.
fn references(body: &str) -> Vec<TextRef> {
    let Ok(entry) = serde_json::from_str::<Entry>(body) else {
        return Vec::new();
    };
    let mut all: Vec<TextRef> = entry.reason.into_iter().collect();
    for event in entry.events {
        match event {
            Event::Reached { note: Some(at), .. }
            | Event::Replied { text: at, .. }
            | Event::Reacted { note: Some(at), .. }
            | Event::SurveyAnswered { remark: Some(at), .. }
            | Event::Noted { text: at }
            | Event::CapaPlanned { measures: at, .. }
            | Event::CapaWaived { reason: at, .. } => all.push(at),
            Event::Wrote { text, id, .. } => all.extend(text.into_iter().chain(id)),
            Event::FieldsSet { set, .. } | Event::SlipOpened { set, .. } | Event::SlipEdited { set, .. } => {
                all.extend(set.into_values().filter_map(|value| match value {
                    Value::Words(at) => Some(at),
                    _ => None,
                }))
            }
            _ => {}
        }
    }
    all
}
