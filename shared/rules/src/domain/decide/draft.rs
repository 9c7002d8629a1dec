//! A decision in the making: events are applied as they are decided, so that the next thought sees them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{Decision, findings};
use crate::clock::Moment;
use crate::domain::chain::digest;
use crate::domain::complaint::Complaint;
use crate::domain::event::Event;
use crate::domain::evolve::evolve;
use crate::domain::facts::Facts;
use crate::domain::names::{FieldKey, Milestone};
use crate::domain::refusal::{Refusal, Refused};
use crate::domain::stage::Stage;
use crate::domain::value::{Given, LONG, TextRef, Value};
use crate::procedure::condition::Situation;

/// How many milestones may imply each other in a row; `check` reports circles, this stops them.
const DEEPEST: u32 = 8;

/// Words to be kept apart from the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Where.
    pub at: TextRef,
    /// The words.
    pub words: String,
}

/// What differs from what stands: new values, and fields that were emptied.
#[derive(Default)]
pub(super) struct Changes {
    pub set: BTreeMap<FieldKey, Value>,
    pub cleared: BTreeSet<FieldKey>,
}

/// A milestone about to be reached.
struct Reaching {
    name: Milestone,
    at: Moment,
    note: Option<TextRef>,
    slip: Option<u32>,
}

pub(super) struct Draft<'a> {
    pub facts: &'a Facts<'a>,
    pub after: Complaint,
    events: Vec<Event>,
    texts: Vec<Kept>,
    face: BTreeMap<FieldKey, Option<String>>,
    reason: Option<TextRef>,
    seq: u64,
}

impl<'a> Draft<'a> {
    pub fn of(complaint: &Complaint, facts: &'a Facts<'a>) -> Self {
        let mut draft = Self {
            facts,
            after: complaint.clone(),
            events: Vec::new(),
            texts: Vec::new(),
            face: BTreeMap::new(),
            reason: None,
            seq: complaint.version.saturating_add(1),
        };
        draft.reason = facts.reason.map(|reason| draft.words(reason));
        draft
    }

    pub fn now(&self) -> Moment {
        self.facts.now
    }

    pub fn push(&mut self, event: Event) {
        let by = self.facts.actor.user();
        if let Some(after) = evolve(Some(self.after.clone()), &event, by) {
            self.after = after;
        }
        self.events.push(event);
    }

    /// Keeps words apart and gives what the log holds in their place.
    pub fn words(&mut self, words: &str) -> TextRef {
        let n = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let at = TextRef {
            seq: self.seq,
            n,
            digest: digest(self.facts.salt, words),
        };
        self.texts.push(Kept {
            at: at.clone(),
            words: words.to_owned(),
        });
        at
    }

    /// As [`Self::words`], for an obligatory text of bounded length.
    pub fn said(&mut self, field: &str, words: &str) -> Result<TextRef, Refused> {
        let words = words.trim();
        if words.is_empty() {
            return Err(Refusal::of("missing_field").about(field).with("field", field).into());
        }
        if words.chars().count() > LONG {
            let max = LONG.to_string();
            return Err(Refusal::of("too_long")
                .about(field)
                .with("field", field)
                .with("max", max)
                .into());
        }
        Ok(self.words(words))
    }

    pub fn reach(&mut self, name: &'static str) {
        self.reach_at(Milestone::of(name), self.facts.now, None);
    }

    /// Reaches a milestone, and before it whatever the procedure says is reached along with it: a clock that starts with
    /// the implied one and ends with the other has then been met.
    pub fn reach_at(&mut self, name: Milestone, at: Moment, note: Option<TextRef>) {
        let slip = None;
        self.reach_within(Reaching { name, at, note, slip }, 0);
    }

    /// As [`Self::reach`], for a milestone that a slip reaches.
    pub fn reach_by(&mut self, name: &'static str, slip: u32) {
        let reaching = Reaching {
            name: Milestone::of(name),
            at: self.facts.now,
            note: None,
            slip: Some(slip),
        };
        self.reach_within(reaching, 0);
    }

    /// As [`Self::reach_at`], for a milestone of a log that is lived again: a slip may have reached it.
    pub fn reach_again(&mut self, name: Milestone, at: Moment, note: Option<TextRef>, slip: Option<u32>) {
        self.reach_within(Reaching { name, at, note, slip }, 0);
    }

    fn reach_within(&mut self, reaching: Reaching, depth: u32) {
        let facts = self.facts;
        let Reaching { name, at, note, slip } = reaching;
        for rule in facts.procedure.pack.implied.iter().filter(|rule| rule.by == name) {
            // Again for each slip, and in each round for what a round begins anew.
            let open = (slip.is_some() || !self.after.reached(rule.reaches.as_str())) && rule.when.holds(&self.after);
            if open && depth < DEEPEST {
                let implied = Reaching {
                    name: rule.reaches.clone(),
                    at,
                    note: None,
                    slip: None,
                };
                self.reach_within(implied, depth + 1);
            }
        }
        self.push(Event::Reached { name, at, note, slip });
    }

    pub fn stage(&mut self, to: Stage) {
        if self.after.stage != to {
            self.push(Event::StageMoved { to });
        }
    }

    /// Sets fields from JSON, and lets the classes follow what was found; everything wrong is refused at once.
    pub fn fields(&mut self, fields: &BTreeMap<FieldKey, Json>) -> Result<(), Refused> {
        let changed = self.set(fields)?;
        findings::follow(self, &changed);
        Ok(())
    }

    /// Sets fields from JSON and says which changed.
    pub fn set(&mut self, fields: &BTreeMap<FieldKey, Json>) -> Result<BTreeSet<FieldKey>, Refused> {
        let standing = self.after.fields.clone();
        let Changes { set, cleared } = self.changes(fields, &standing, FieldKey::clone)?;
        let changed = set.keys().chain(&cleared).cloned().collect();
        if !set.is_empty() || !cleared.is_empty() {
            self.push(Event::FieldsSet { set, cleared });
        }
        Ok(changed)
    }

    /// Reads fields from JSON and gives what differs from what stands; everything wrong is refused at once. `face` says
    /// where on the record's face a personal field is kept.
    pub fn changes(
        &mut self,
        fields: &BTreeMap<FieldKey, Json>,
        standing: &BTreeMap<FieldKey, Value>,
        face: impl Fn(&FieldKey) -> FieldKey,
    ) -> Result<Changes, Refused> {
        let mut wrong = Vec::new();
        let mut changes = Changes::default();
        for (key, json) in fields {
            match self.facts.procedure.fields.read(key, json) {
                Err(refusal) => wrong.push(refusal),
                Ok(given) => {
                    if let Some(value) = self.keep(face(key), given, standing.get(key)) {
                        changes.set.insert(key.clone(), value);
                    } else {
                        changes.cleared.insert(key.clone());
                    }
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Refused(wrong));
        }
        changes.set.retain(|key, value| standing.get(key) != Some(value));
        changes.cleared.retain(|key| standing.contains_key(key));
        Ok(changes)
    }

    /// Sets the fields that the command itself carries; what it does not carry stays as it is.
    pub fn carried<const N: usize>(&mut self, fields: [(&'static str, Option<Json>); N]) -> Result<(), Refused> {
        let given = fields.into_iter();
        let given = given.filter_map(|(key, json)| Some((FieldKey::of(key), json?)));
        self.fields(&given.collect())
    }

    fn keep(&mut self, face: FieldKey, given: Given, standing: Option<&Value>) -> Option<Value> {
        match given {
            Given::Plain(Value::Text(text)) if text.is_empty() => None,
            Given::Plain(value) => Some(value),
            Given::Words(words) if words.is_empty() => None,
            Given::Words(words) => match standing {
                // The same words again are no change.
                Some(Value::Words(old)) if old.digest == digest(self.facts.salt, &words) => standing.cloned(),
                _ => Some(Value::Words(self.words(&words))),
            },
            Given::Face(words) if words.is_empty() => {
                self.face.insert(face, None);
                None
            }
            Given::Face(words) => {
                let sealed = digest(self.facts.salt, &words);
                self.face.insert(face, Some(words));
                Some(Value::Face(sealed))
            }
            Given::Cleared => {
                if matches!(standing, Some(Value::Face(_))) {
                    self.face.insert(face, None);
                }
                None
            }
        }
    }

    pub fn done(mut self) -> Decision {
        if !self.events.is_empty() {
            self.after.version = self.seq;
        }
        let Self {
            after,
            events,
            texts,
            face,
            reason,
            ..
        } = self;
        Decision {
            events,
            after,
            texts,
            face,
            reason,
        }
    }
}
