//! A command reaches a complaint: load, decide, append; and what follows for other complaints.

use std::collections::BTreeMap;

use kesu_rules::clock::Moment;
use kesu_rules::clock::deadline::deadlines;
use kesu_rules::domain::command::{Intake, Wish};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::facts::{Actor, Facts};
use kesu_rules::domain::names::ComplaintId;
use kesu_rules::domain::stage::Stage;
use kesu_rules::domain::survey;
use kesu_rules::domain::turn::{Turn, look_again, turn};
use kesu_rules::domain::value::Value as FieldValue;
use serde_json::Value;

use crate::app::{App, DeskWork};
use crate::clock::stamp_of;
use crate::correspondent;
use crate::counting::count;
use crate::intake::Submission;
use crate::problem::Problem;
use crate::record::{Loaded, Next, letter_records, texts_of};
use crate::store::{Append, AppendRefused, Closed, LogRecord, RawPut, Wake, keys};

/// How often the system's own wishes are tried anew when somebody else was faster.
const ATTEMPTS: u32 = 8;

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Told {
    /// The complaint's version now.
    pub version: u64,
    /// What happened; nothing where there was nothing to do.
    pub events: Vec<Event>,
    /// How many letters are owed for it.
    pub letters: usize,
}

impl App {
    /// A complaint as it is stored.
    ///
    /// # Errors
    /// Not found, or the store does not answer.
    pub async fn load(&self, id: &str) -> Result<Loaded, Problem> {
        let head = self.store.head(id).await?.ok_or(Problem::NotFound)?;
        Ok(Loaded::read(head)?)
    }

    /// Tells a complaint something. `seen` is the version the person saw; the system's own wishes need none.
    ///
    /// # Errors
    /// Refuses what the rules refuse; conflicts when the complaint was changed since it was seen.
    pub async fn tell(
        &self,
        id: &str,
        seen: Option<u64>,
        wish: Wish,
        actor: &Actor,
        reason: Option<&str>,
    ) -> Result<Told, Problem> {
        self.tell_once(id, seen, wish, actor, reason, &[]).await
    }

    /// As [`Self::tell`], together with small records that must be as their guards say; nothing happens where they are
    /// not, because somebody told the same before.
    pub async fn tell_once(
        &self,
        id: &str,
        seen: Option<u64>,
        wish: Wish,
        actor: &Actor,
        reason: Option<&str>,
        others: &[RawPut],
    ) -> Result<Told, Problem> {
        for _ in 0..ATTEMPTS {
            let loaded = self.load(id).await?;
            if let (Wish::Tick, Some(successor)) = (&wish, &loaded.complaint.successor_owed) {
                // A crash fell between the refusal of the answer and the new form: made now.
                self.make_successor(&loaded.complaint, &loaded, &successor.clone())
                    .await?;
                continue;
            }
            if let Some(seen) = seen
                && seen != loaded.complaint.version
            {
                return Err(Problem::Conflict {
                    current: loaded.complaint.version,
                });
            }
            let desk = self.desk_of(&loaded.complaint).await?;
            let now = desk.local(self.now());
            let reachable = self.reachable(&wish, &loaded, &desk, now).await?;
            let mut facts = desk.facts(now, actor, reason, loaded.salt(), reachable);
            let before = Some(&loaded.complaint);
            let mut taken = turn(before, &loaded.head.hash, &facts, wish.clone())?;
            // What it counts with is known once it is known what becomes of it: then it is decided again with the counts.
            let counts = match &taken {
                Some(taken) => self.counts(&desk.procedure, before, &taken.after).await?,
                None => BTreeMap::new(),
            };
            if !counts.is_empty() {
                facts.counts = &counts;
                taken = turn(before, &loaded.head.hash, &facts, wish.clone())?;
            }
            let Some(taken) = taken else {
                if wish == Wish::Tick {
                    self.rest(&loaded, &facts).await?;
                }
                return Ok(Told {
                    version: loaded.complaint.version,
                    events: Vec::new(),
                    letters: 0,
                });
            };
            let mut append = self.next_append(&loaded, &taken, &desk, now);
            append.others = others.to_vec();
            match self.store.append(&append).await? {
                Ok(_) => {
                    let letters = taken.letters.len();
                    self.follow(&taken, &loaded).await?;
                    return Ok(Told {
                        version: taken.after.version,
                        events: taken.events,
                        letters,
                    });
                }
                Err(AppendRefused::VersionMoved { current }) if seen.is_some() => {
                    return Err(Problem::Conflict { current });
                }
                Err(AppendRefused::VersionMoved { .. }) => {}
                Err(AppendRefused::OtherMoved { .. }) => {
                    return Ok(Told {
                        version: loaded.complaint.version,
                        events: Vec::new(),
                        letters: 0,
                    });
                }
                Err(_) => return Err(Problem::Fault),
            }
        }
        Err(Problem::Busy)
    }

    /// Whether the customer can be written to. Before he is asked whether he is satisfied it is looked up whether the address
    /// is his own and alive; at any other moment that is not worth a read.
    async fn reachable(&self, wish: &Wish, loaded: &Loaded, desk: &DeskWork, now: Moment) -> Result<bool, Problem> {
        let reachable = loaded.reachable();
        if *wish != Wish::Tick {
            return Ok(reachable);
        }
        let wake = survey::wake(&loaded.complaint, &desk.procedure, &desk.clock(), now, reachable);
        match wake {
            Some(at) if at <= now => correspondent::askable(self, loaded).await,
            _ => Ok(reachable),
        }
    }

    /// Nothing was due after all (a calendar or a clock moved): the head is not woken again before something is.
    async fn rest(&self, loaded: &Loaded, facts: &Facts<'_>) -> Result<(), Problem> {
        let it = &loaded.complaint;
        let at = look_again(it, &deadlines(it, facts.procedure, &facts.clock(), facts.now), facts);
        let shard = keys::shard(it.id.as_str(), self.settings.shards);
        let wake = at.map(|at| Wake {
            shard,
            moment: stamp_of(at),
        });
        if wake != loaded.head.wake {
            self.store.rest(&loaded.head, wake.as_ref()).await?;
        }
        Ok(())
    }

    fn next_append(&self, loaded: &Loaded, turn: &Turn, desk: &DeskWork, now: Moment) -> Append {
        let mut face = loaded.face.clone();
        for (key, value) in &turn.face {
            match value {
                Some(value) => face.insert(key.clone(), value.clone()),
                None => face.remove(key),
            };
        }
        let it = &turn.after;
        let deadlines = desk.deadlines(it, now);
        let salt = loaded.head.salt.clone().unwrap_or_default();
        let (body_hash, shards) = (loaded.head.body_hash.as_str(), self.settings.shards);
        let next = Next {
            complaint: it,
            hash: &turn.hash,
            face: &face,
            salt: &salt,
            wake: turn.wake,
            deadlines: &deadlines,
            body_hash,
            now,
            shards,
        };
        let entry = LogRecord {
            id: it.id.to_string(),
            seq: it.version,
            entry: turn.body.clone(),
            reply: None,
        };
        let mut append = Append::new(next.head(), Some(loaded.complaint.version), entry);
        append.texts = texts_of(turn);
        append.letters = letter_records(turn, now, shards);
        count(&mut append, &desk.procedure, Some(&loaded.complaint), it);
        let closes = |event: &Event| {
            matches!(
                event,
                Event::StageMoved {
                    to: Stage::Closed { .. }
                }
            )
        };
        if turn.events.iter().any(closes) {
            let shard = keys::shard(it.id.as_str(), shards);
            append.closed = Some(Closed {
                month: now.format("%Y-%m").to_string(),
                shard,
            });
        }
        append
    }

    /// What a turn of one complaint means for others. Each part is harmless when repeated, and a sweep completes what a
    /// crash leaves undone.
    async fn follow(&self, turn: &Turn, before: &Loaded) -> Result<(), Problem> {
        if let Some(successor) = &turn.after.successor_owed {
            self.make_successor(&turn.after, before, successor).await?;
        }
        for event in &turn.events {
            let (other, kind) = match event {
                Event::Linked { to, kind } if ["duplicate", "recurrence", "successor"].contains(&kind.as_str()) => {
                    let back = if kind == "successor" {
                        "predecessor"
                    } else {
                        kind.as_str()
                    };
                    (to, back.to_owned())
                }
                Event::Merged { into } => (into, "merged_from".to_owned()),
                _ => continue,
            };
            let wish = Wish::LinkedFrom {
                from: turn.after.id.clone(),
                kind,
            };
            Box::pin(self.tell(other.as_str(), None, wish, &Actor::System, None)).await?;
        }
        Ok(())
    }

    /// Makes the successor of a complaint whose answer was refused: the customer's words and data go over to it.
    async fn make_successor(&self, old: &Complaint, before: &Loaded, id: &ComplaintId) -> Result<(), Problem> {
        let mut fields: std::collections::BTreeMap<_, Value> = Default::default();
        let texts = self.store.texts(old.id.as_str()).await?;
        for (key, value) in &old.fields {
            let json = match value {
                FieldValue::Face(_) => before.face.get(key).map(|words| Value::from(words.as_str())),
                FieldValue::Words(at) if key.as_str() == "description" => {
                    let kept = texts.iter().find(|text| text.seq == at.seq && text.n == at.n);
                    kept.map(|text| Value::from(text.text.as_str()))
                }
                FieldValue::Words(_) => None,
                plain if GOES_OVER.contains(&key.as_str()) => Some(plain.to_json()),
                _ => None,
            };
            if let Some(json) = json {
                fields.insert(key.clone(), json);
            }
        }
        let intake = Intake {
            id: Some(id.clone()),
            channel: old.channel.clone(),
            language: Some(old.language),
            fields,
            predecessor: Some(old.id.clone()),
            ..Intake::default()
        };
        let body_hash = format!("successor of {}", old.id);
        let submission = Submission {
            procedure: Some(old.procedure.to_string()),
            intake,
            body_hash,
        };
        self.receive(submission, &Actor::System).await?;
        Box::pin(self.tell(old.id.as_str(), None, Wish::SuccessorMade, &Actor::System, None)).await?;
        Ok(())
    }
}

/// The fields that a successor takes over: what the customer said of himself and the product, nothing of the handling.
const GOES_OVER: &[&str] = &[
    "customer_type",
    "product_name",
    "product_code",
    "model_spec",
    "serial_no",
    "batch_no",
    "order_no",
    "quantity_affected",
    "ship_date",
    "delivery_date",
    "purchase_date",
    "purchase_place",
    "demand",
    "expiry_date",
    "occurred_at",
];
