//! Old complaints: taken over from a register under the number they have, mended when their row is, taken back whole.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use kesu_rules::clock::Moment;
use kesu_rules::domain::chain::{Entry, replay};
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::legacy::{Imported, Legacy, Mend, Standing};
use kesu_rules::domain::names::FieldKey;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::domain::turn::turn;
use kesu_rules::domain::value::Value as FieldValue;
use serde_json::Value;

use crate::app::App;
use crate::clock::{stamp, stamp_of};
pub use crate::intake::number_key;
use crate::intake::{Receipt, Submission};
use crate::problem::Problem;
use crate::record::Loaded;
use crate::store::{Append, AppendRefused, LogRecord, TakeBack, TextRecord, Whole};
use crate::tell::Told;

/// Why a complaint that an import brought stays when the import is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// People have worked on it since.
    Touched,
    /// It is not there any more, or belongs to another import.
    NotOurs,
    /// Nobody has worked on it, but letters about it have been written since it was set going.
    Told,
    /// A mended row changed what cannot be put back: where it stands, or who the customer is.
    Mended,
}

impl App {
    /// Takes over a complaint that a register had. The same row again is harmless.
    pub(crate) async fn take_over(
        &self,
        submission: Submission,
        procedure: &str,
        actor: &Actor,
    ) -> Result<Receipt, Problem> {
        let append = self.taken_over(submission, procedure, actor).await?;
        self.append_old(&append).await
    }

    /// Takes over several complaints, as many in one transaction as it holds: each is received as by [`Self::receive`], and
    /// says for itself what came of it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn receive_old(
        &self,
        submissions: Vec<Submission>,
        procedure: &str,
        actor: &Actor,
    ) -> Result<Vec<Result<Receipt, Problem>>, Problem> {
        let mut decided = Vec::new();
        for submission in submissions {
            decided.push(self.taken_over(submission, procedure, actor).await);
        }
        let appends: Vec<&Append> = decided.iter().filter_map(|one| one.as_ref().ok()).collect();
        let together = appends.len() > 1 && self.store.append_together(&appends).await?;
        let mut receipts = Vec::new();
        for one in decided {
            receipts.push(match one {
                Ok(append) if together => Ok(receipt(&append, false)),
                Ok(append) => self.append_old(&append).await,
                Err(problem) => Err(problem),
            });
        }
        Ok(receipts)
    }

    async fn taken_over(&self, submission: Submission, procedure: &str, actor: &Actor) -> Result<Append, Problem> {
        let received = submission.intake.received_at.map_or(self.now(), |at| at.to_utc());
        let desk = self.desk_at(procedure, received).await?;
        let now = desk.local(self.now());
        let salt = crate::users::random_hex(16);
        let facts = desk.facts(now, actor, None, salt.as_bytes(), false);
        let body_hash = submission.body_hash;
        let wish = Wish::Receive(Box::new(submission.intake));
        let taken = turn(None, "", &facts, wish)?.ok_or(Problem::Fault)?;
        Ok(self.first_append(&taken, &desk, &salt, &body_hash, None, None, now))
    }

    async fn append_old(&self, append: &Append) -> Result<Receipt, Problem> {
        match self.store.append(append).await? {
            Ok(done) => Ok(receipt(append, done.repeated)),
            Err(AppendRefused::Exists { body_hash: there, .. }) if there == append.head.body_hash => {
                Ok(receipt(append, true))
            }
            Err(AppendRefused::Exists { version, .. }) => Err(Problem::Conflict { current: version }),
            Err(AppendRefused::OtherMoved { .. }) => {
                let number = append.head.columns.get("number").cloned().unwrap_or_default();
                Err(Refusal::of("number_known").with("number", number).into())
            }
            Err(_) => Err(Problem::Fault),
        }
    }

    /// Changes a complaint as its mended row says, but nothing that people have set since. Gives what happened, and the
    /// fields that stay as people have set them.
    ///
    /// # Errors
    /// Refuses for one that came from no register; or the store does not answer.
    pub async fn mend(
        &self,
        id: &str,
        legacy: Legacy,
        received_at: Moment,
        fields: BTreeMap<FieldKey, Value>,
        actor: &Actor,
    ) -> Result<(Told, BTreeSet<FieldKey>), Problem> {
        let loaded = self.load(id).await?;
        let history = History::of(&self.store.log(id).await?);
        let mut all = fields;
        // Pictures do not stand in the row itself: a copy of the register without them takes none away.
        let said =
            |key: &&FieldKey| loaded.complaint.fields.contains_key(key.as_str()) && key.as_str() != "attachments";
        for key in history.imported.iter().filter(said) {
            all.entry(key.clone()).or_insert(Value::Null);
        }
        let kept = all
            .keys()
            .filter(|key| history.by_people.contains(*key))
            .cloned()
            .collect();
        let mend = Mend {
            legacy,
            received_at,
            fields: all,
            kept,
            touched: history.touched,
        };
        let kept = mend.kept.clone();
        let told = self
            .tell(
                id,
                Some(loaded.complaint.version),
                Wish::Mend(Box::new(mend)),
                actor,
                None,
            )
            .await?;
        Ok((told, kept))
    }

    /// Takes back what an import made of a complaint: one that it brought goes whole, one that it only mended says again
    /// what it said before. What people have touched stays as it is.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take_back(&self, id: &str, batch: &str, actor: &Actor) -> Result<Result<(), Left>, Problem> {
        let whole = self.store.whole(id).await?;
        let Some(head) = whole.head.clone() else {
            return Ok(Err(Left::NotOurs));
        };
        let loaded = Loaded::read(head)?;
        let history = History::of(&whole.log);
        match &loaded.complaint.imported {
            Some(imported) if imported.origin.batch == *batch => {
                if history.touched {
                    return Ok(Err(Left::Touched));
                }
                // Set going and nothing else it goes like the others; once somebody was written to, it is known outside.
                if !whole.letters.is_empty() {
                    return Ok(Err(Left::Told));
                }
                let change = self.whole_of(&loaded, &whole).await?;
                let gone = self.store.take_back(&change).await?;
                Ok(if gone { Ok(()) } else { Err(Left::Touched) })
            }
            Some(_) if history.touched => Ok(Err(Left::Touched)),
            Some(imported) => self.put_back(&loaded, &whole, imported, batch, actor).await,
            None => Ok(Err(Left::NotOurs)),
        }
    }

    /// Everything that the store keeps of a complaint.
    async fn whole_of(&self, loaded: &Loaded, whole: &Whole) -> Result<TakeBack, Problem> {
        let it = &loaded.complaint;
        let desk = self.desk_of(it).await?;
        let now = self.now();
        let first = whole.log.first().and_then(|record| received(&record.entry));
        let days: BTreeSet<String> = first.into_iter().chain([it.received_at]).map(stamp_of).collect();
        let persons = days
            .iter()
            .flat_map(|day| self.persons(&loaded.face, it.id.as_str(), day))
            .collect();
        let closed = it
            .milestones
            .iter()
            .filter(|one| one.name == *"closed")
            .map(|one| one.at.format("%Y-%m").to_string())
            .collect();
        Ok(TakeBack {
            id: it.id.to_string(),
            version: it.version,
            entries: whole.log.iter().map(|entry| entry.seq).collect(),
            texts: whole.texts.iter().map(|text| (text.seq, text.n)).collect(),
            persons,
            closed,
            shard: crate::store::shard(it.id.as_str(), self.settings.shards),
            counted: crate::counting::places(&desk.procedure, it).into_iter().collect(),
            number: number_key(it.number.as_str()),
            gone: (now.format("%Y-%m-%d").to_string(), stamp(now)),
            // Cursors of browsers that lie further back read everything anew.
            told_until: (now + TimeDelta::days(60)).timestamp(),
        })
    }

    /// A complaint that a later import only mended says again what it said before.
    async fn put_back(
        &self,
        loaded: &Loaded,
        whole: &Whole,
        imported: &Imported,
        batch: &str,
        actor: &Actor,
    ) -> Result<Result<(), Left>, Problem> {
        let is_of = |record: &&LogRecord| {
            let origin = entry(&record.entry).and_then(|entry| {
                entry.events.into_iter().find_map(|event| match event {
                    Event::Imported { origin, .. } => Some(origin.batch),
                    _ => None,
                })
            });
            origin.as_deref() == Some(batch)
        };
        let Some(place) = whole.log.iter().find(is_of).map(|record| record.seq) else {
            return Ok(Err(Left::NotOurs));
        };
        let before = whole.log.iter().take_while(|record| record.seq < place);
        let Ok((before, _)) = replay(before.map(|record| record.entry.as_str())) else {
            return Ok(Err(Left::NotOurs));
        };
        let it = &loaded.complaint;
        let Some(origin) = before.imported.as_ref().map(|one| one.origin.clone()) else {
            return Ok(Err(Left::NotOurs));
        };
        if before.stage != it.stage || before.class != it.class || faces(&before) != faces(it) {
            return Ok(Err(Left::Mended));
        }
        let keys: BTreeSet<&FieldKey> = before.fields.keys().chain(it.fields.keys()).collect();
        let differs = keys
            .into_iter()
            .filter(|key| before.fields.get(*key) != it.fields.get(*key));
        let fields = differs
            .map(|key| (key.clone(), said(before.fields.get(key), &whole.texts)))
            .collect();
        let _ = imported;
        let mend = Mend {
            legacy: Legacy {
                number: it.number.clone(),
                origin,
                standing: Standing::Open,
                reached: Vec::new(),
                classes: Vec::new(),
                department: None,
                notes: Vec::new(),
            },
            received_at: before.received_at,
            fields,
            kept: BTreeSet::new(),
            touched: false,
        };
        let wish = Wish::Mend(Box::new(mend));
        let told = self.tell(it.id.as_str(), Some(it.version), wish, actor, None).await;
        match told {
            Ok(_) => Ok(Ok(())),
            Err(Problem::Conflict { .. }) => Ok(Err(Left::Touched)),
            Err(other) => Err(other),
        }
    }
}

fn receipt(append: &Append, repeated: bool) -> Receipt {
    Receipt {
        reply: Value::Null,
        id: append.head.id.clone(),
        repeated,
    }
}

/// What a log tells of who has had his hands on a complaint.
#[derive(Default)]
struct History {
    /// Fields that the register filled.
    imported: BTreeSet<FieldKey>,
    /// Fields that people have filled or emptied since.
    by_people: BTreeSet<FieldKey>,
    /// Whether people have done anything with it.
    touched: bool,
}

impl History {
    fn of(log: &[LogRecord]) -> Self {
        let mut history = Self::default();
        for entry in log.iter().filter_map(|record| entry(&record.entry)) {
            let register = entry
                .events
                .iter()
                .any(|event| matches!(event, Event::Imported { .. } | Event::Activated { .. }));
            // Time passes by itself; whatever else happened, somebody wanted it.
            let time = |event: &Event| {
                matches!(
                    event,
                    Event::Escalated { .. } | Event::WaitEnded { .. } | Event::DeadlinesMoved { .. }
                )
            };
            history.touched |= !register && !entry.events.iter().all(time);
            for event in &entry.events {
                if let Event::FieldsSet { set, cleared } = event {
                    let keys = set.keys().chain(cleared).cloned();
                    if register {
                        history.imported.extend(keys);
                    } else {
                        history.by_people.extend(keys);
                    }
                }
            }
        }
        history
    }
}

fn entry(body: &str) -> Option<Entry> {
    serde_json::from_str(body).ok()
}

fn received(body: &str) -> Option<Moment> {
    entry(body)?.events.into_iter().find_map(|event| match event {
        Event::Received { at, .. } => Some(at),
        _ => None,
    })
}

/// The digests of what is known of the person.
fn faces(complaint: &Complaint) -> BTreeMap<&FieldKey, &FieldValue> {
    let fields = complaint.fields.iter();
    fields
        .filter(|(_, value)| matches!(value, FieldValue::Face(_)))
        .collect()
}

/// A value as it was given; the words of an earlier entry are still kept.
fn said(value: Option<&FieldValue>, texts: &[TextRecord]) -> Value {
    match value {
        None => Value::Null,
        Some(FieldValue::Words(at)) => {
            let kept = texts.iter().find(|text| text.seq == at.seq && text.n == at.n);
            kept.map_or(Value::Null, |text| Value::from(text.text.as_str()))
        }
        Some(FieldValue::Number(number)) => Value::from(number.to_string()),
        Some(plain) => plain.to_json(),
    }
}
