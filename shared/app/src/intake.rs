//! A complaint comes in: the public body is parsed once, numbered and stored in one transaction, and a repeat gets the
//! same reply.

use chrono::NaiveDate;
use kesu_rules::clock::Moment;
use kesu_rules::domain::command::Wish;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::key;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::domain::stage::Stage;
use kesu_rules::domain::turn::{Turn, turn};
use kesu_rules::procedure::model::Numbering;
use kesu_rules::procedure::numbering::{number, period};
use serde_json::{Value, json};

use crate::app::{App, DeskWork};
use crate::clock::stamp_of;
use crate::counting::count;
use crate::problem::Problem;
use crate::record::{Face, Next, letter_records, reachable, texts_of};
use crate::store::{
    Append, AppendRefused, Closed, Guard, Kind, LogRecord, NumberClaim, PersonRecord, RawPut, SmallRecord, keys,
};
pub use crate::submission::{CHANNELS, Submission};

/// How often a taken number is tried anew before the sender is asked to come back.
const ATTEMPTS: u32 = 12;

/// What the sender is told.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The answer's body, without the query code.
    pub reply: Value,
    /// The complaint.
    pub id: String,
    /// Whether it had been received before.
    pub repeated: bool,
}

impl App {
    /// Receives a complaint; a repeat under the same key gives the same receipt.
    ///
    /// # Errors
    /// Refuses what the rules refuse and another body under the same key; busy when numbers cannot be had.
    pub async fn receive(&self, submission: Submission, actor: &Actor) -> Result<Receipt, Problem> {
        let procedures = &self.settings.procedures;
        let name = match submission.procedure.as_deref() {
            // A successor stays under its predecessor's procedure, also where that is offered no more.
            Some(named) if procedures.accepts(named) || *actor == Actor::System => named,
            Some(other) => return Err(self.unknown_procedure(other)),
            None => procedures.choose(&submission.intake),
        };
        if submission.intake.legacy.is_some() {
            let name = name.to_owned();
            return self.take_over(submission, &name, actor).await;
        }
        let received = submission.intake.received_at.map_or(self.now(), |at| at.to_utc());
        let desk = match self.desk_at(name, received).await {
            Err(Problem::NotFound) => return Err(self.unknown_procedure(name)),
            other => other?,
        };
        let now = desk.local(self.now());
        let id = submission.intake.id.clone().ok_or(Problem::Fault)?;
        let received = received.with_timezone(&now.timezone());
        let numbering = &desk.procedure.pack.numbering;
        let period = period(numbering, received.date_naive());
        let salt = crate::users::random_hex(16);
        let can_write = submission
            .intake
            .fields
            .get(key::CUSTOMER_EMAIL)
            .and_then(Value::as_str);
        let can_write = can_write.is_some_and(|mail| crate::post::EmailAddress::parse(mail.trim()).is_ok());
        let device = match submission.intake.fields.get("serial_no").and_then(Value::as_str) {
            Some(serial) => crate::devices::read(self, serial).await?.map(|(_, kept)| kept.device),
            None => None,
        };
        let counter = self.counter(&format!("{name} {period}"));
        // One after the other: two intakes that read the same number would only undo each other's work.
        let turn_of = counter.lock().await;
        let mut counted = self.store.number(name, &period).await?;
        let mut serial = counted + 1;
        for attempt in 0..ATTEMPTS {
            let mut facts = desk.facts(now, actor, None, salt.as_bytes(), can_write);
            facts.serial = serial;
            facts.device = device.as_ref();
            let wish = Wish::Receive(Box::new(submission.intake.clone()));
            let mut taken = turn(None, "", &facts, wish.clone())?.ok_or(Problem::Fault)?;
            let counts = self.counts(&desk.procedure, None, &taken.after).await?;
            if !counts.is_empty() {
                facts.counts = &counts;
                taken = turn(None, "", &facts, wish)?.ok_or(Problem::Fault)?;
            }
            let reply = reply(&taken, &desk, now);
            let claim = NumberClaim {
                counter: name.to_owned(),
                period: period.clone(),
                expected: counted,
                next: serial,
            };
            let append = self.first_append(
                &taken,
                &desk,
                &salt,
                &submission.body_hash,
                Some(&reply),
                Some(claim),
                now,
            );
            match self.store.append(&append).await? {
                Ok(_) => {
                    return Ok(Receipt {
                        reply,
                        id: id.to_string(),
                        repeated: false,
                    });
                }
                Err(AppendRefused::Exists { body_hash, .. }) => {
                    drop(turn_of);
                    return self.repeat(id.as_str(), &submission.body_hash, &body_hash).await;
                }
                Err(AppendRefused::NumberTaken) => {
                    // Another process took it: look again, a little later each time.
                    let wait = u64::from(attempt) * 7 + u64::from(id.as_str().bytes().next().unwrap_or(0)) % 13;
                    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
                    counted = self.store.number(name, &period).await?;
                    serial = counted + 1;
                }
                // The number itself is known already, from an imported register or a procedure that wrote the same ones:
                // go on after them.
                Err(AppendRefused::OtherMoved { .. }) => {
                    serial = self.unused(numbering, received.date_naive(), serial).await?;
                }
                Err(AppendRefused::VersionMoved { .. }) => return Err(Problem::Fault),
            }
        }
        Err(Problem::Busy)
    }

    /// The first serial after a run of numbers that are known already: found by doubling steps and halving them again, so
    /// that ten years of imported numbers cost a few reads.
    async fn unused(&self, numbering: &Numbering, day: NaiveDate, known: u64) -> Result<u64, Problem> {
        let mut last = known;
        let mut step = 1_u64;
        let mut free = loop {
            let next = last.checked_add(step).ok_or(Problem::Busy)?;
            if !self.number_known(numbering, day, next).await? {
                break next;
            }
            (last, step) = (next, step.checked_mul(2).ok_or(Problem::Busy)?);
        };
        while free - last > 1 {
            let middle = last + (free - last) / 2;
            if self.number_known(numbering, day, middle).await? {
                last = middle;
            } else {
                free = middle;
            }
        }
        Ok(free)
    }

    async fn number_known(&self, numbering: &Numbering, day: NaiveDate, serial: u64) -> Result<bool, Problem> {
        let number = number(numbering, day, serial).ok_or(Problem::Busy)?;
        let known = self.store.get(Kind::Seen, &number_key(number.as_str())).await?;
        Ok(known.is_some())
    }

    fn unknown_procedure(&self, name: &str) -> Problem {
        let refusal = Refusal::of("unknown_procedure")
            .about("procedure")
            .with("procedure", name);
        refusal.with("allowed", self.offered().join(", ")).into()
    }

    async fn repeat(&self, id: &str, own: &str, stored: &str) -> Result<Receipt, Problem> {
        if own != stored {
            return Err(Refusal::of("key_reused").about("Idempotency-Key").into());
        }
        let first = self.store.first_entry(id).await?.ok_or(Problem::Busy)?;
        let reply = first
            .reply
            .as_deref()
            .and_then(|reply| serde_json::from_str(reply).ok())
            .ok_or(Problem::Fault)?;
        Ok(Receipt {
            reply,
            id: id.to_owned(),
            repeated: true,
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "everything that one transaction writes comes together here"
    )]
    pub(crate) fn first_append(
        &self,
        turn: &Turn,
        desk: &DeskWork,
        salt: &str,
        body_hash: &str,
        reply: Option<&Value>,
        claim: Option<NumberClaim>,
        now: Moment,
    ) -> Append {
        let face: Face = turn
            .face
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), value.clone()?)))
            .collect();
        let it = &turn.after;
        let deadlines = desk.deadlines(it, now);
        let shards = self.settings.shards;
        let next = Next {
            complaint: it,
            hash: &turn.hash,
            face: &face,
            salt,
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
            reply: reply.map(Value::to_string),
        };
        let mut append = Append::new(next.head(), None, entry);
        append.texts = texts_of(turn);
        append.letters = letter_records(turn, now, shards);
        append.number = claim;
        count(&mut append, &desk.procedure, None, it);
        append.persons = self.persons(&face, it.id.as_str(), &stamp_of(it.received_at));
        let named = SmallRecord::new(Kind::Seen, number_key(it.number.as_str()), it.id.as_str());
        if let Stage::Closed { at, .. } = &it.stage {
            // Only an old register brings what has ended already.
            let shard = keys::shard(it.id.as_str(), shards);
            let month = at.format("%Y-%m").to_string();
            append.closed = Some(Closed { month, shard });
        }
        append.others = vec![RawPut {
            record: named,
            guard: Guard::New,
        }];
        append
    }

    /// The history of the person: one entry under the telephone number, one under the mail address.
    pub(crate) fn persons(&self, face: &Face, id: &str, when: &str) -> Vec<PersonRecord> {
        let contact = [key::CUSTOMER_EMAIL, "customer_contact"]
            .into_iter()
            .filter_map(|key| face.get(key));
        let hashes = contact.map(|contact| self.person_key(contact));
        hashes
            .map(|key_hash| PersonRecord {
                key_hash,
                when: when.to_owned(),
                complaint: id.to_owned(),
            })
            .collect()
    }

    /// The keyed hash under which a person's history is kept: of the address in lower case, or the number's digits.
    pub fn person_key(&self, contact: &str) -> String {
        let digits: String = contact.chars().filter(char::is_ascii_digit).collect();
        let plain = if contact.contains('@') || digits.is_empty() {
            contact.trim().to_lowercase()
        } else {
            digits
        };
        self.keyed("person", &plain).chars().take(32).collect()
    }

    /// The complaint of that number, if there is one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn by_number(&self, number: &str) -> Result<Option<String>, Problem> {
        let record = self.store.get(Kind::Seen, &number_key(number.trim())).await?;
        Ok(record.map(|record| record.body))
    }

    /// Whether mail addresses are usable on this face.
    pub fn can_write_to(&self, face: &Face) -> bool {
        reachable(face)
    }
}

/// Under which a number is kept, so that it is given once.
pub fn number_key(number: &str) -> String {
    format!("number#{number}")
}

/// The answer to an intake; the query code is added when it is given out.
fn reply(turn: &Turn, desk: &DeskWork, now: Moment) -> Value {
    let it = &turn.after;
    let deadlines: Vec<Value> = desk
        .deadlines(it, now)
        .iter()
        .map(crate::wire::deadline_short)
        .collect();
    json!({
        "id": it.id, "number": it.number, "procedure": it.procedure, "class": it.class, "department": it.department,
        "received_at": it.received_at, "deadlines": deadlines,
    })
}
