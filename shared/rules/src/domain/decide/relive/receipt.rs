//! A receipt lived again: the same words and answers, classified and routed by other rules.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Again, Relived, counts};
use crate::classify::{Input, Verdict};
use crate::clock::Moment;
use crate::domain::complaint::Complaint;
use crate::domain::decide::draft::Draft;
use crate::domain::decide::receive::{channel_answer, classified};
use crate::domain::event::Event;
use crate::domain::evolve::evolve;
use crate::domain::names::{FieldKey, key};
use crate::domain::stage::Stage;
use crate::domain::value::Value;

const OFF_HOURS: &str = "off_hours";

/// Lives the first entry of a log again; nothing if it does not begin with a receipt. The complaint keeps its number.
pub(crate) fn receipt(again: &Again<'_>) -> Option<Relived> {
    let entry = again.entry;
    let mut first = entry.events.first()?.clone();
    let Event::Received {
        procedure,
        procedure_version,
        at: received_at,
        ..
    } = &mut first
    else {
        return None;
    };
    let head = &again.would.procedure.pack.procedure;
    procedure.clone_from(&head.id);
    procedure_version.clone_from(&head.version);
    let received_at = *received_at;
    let begun = evolve(None, &first, again.would.actor.user())?;
    let mut receipt = Receipt {
        draft: Draft::of(&begun, again.would),
        again,
        received_at,
        given: BTreeMap::new(),
        // What an old register says is a fact.
        verbatim: entry.events.iter().any(|event| matches!(event, Event::Imported { .. })),
        text_missing: false,
    };
    for event in entry.events.iter().skip(1) {
        receipt.event(event);
    }
    let mut decision = receipt.draft.done();
    decision.events.insert(0, first);
    decision.after.version = entry.seq;
    Some(Relived {
        after: decision.after,
        events: decision.events,
        against: Vec::new(),
        text_missing: receipt.text_missing,
    })
}

struct Receipt<'a, 'b> {
    draft: Draft<'a>,
    again: &'b Again<'a>,
    received_at: Moment,
    /// The fields as they were.
    given: BTreeMap<FieldKey, Value>,
    /// Whether class and department stay as they were.
    verbatim: bool,
    text_missing: bool,
}

impl Receipt<'_, '_> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::FieldsSet { set, cleared } if !self.verbatim => {
                self.given.clone_from(set);
                let mut set = set.clone();
                self.off_hours(&mut set);
                if !set.is_empty() || !cleared.is_empty() {
                    let cleared = cleared.clone();
                    self.draft.push(Event::FieldsSet { set, cleared });
                }
            }
            Event::Classified {
                confidence: Some(_), ..
            } if !self.verbatim => self.classify(event),
            // These followed from the class.
            Event::Routed { .. }
            | Event::StageMoved {
                to: Stage::NotAComplaint,
            } if !self.verbatim => {}
            Event::CounterExceeded { rule, .. } if !counts(self.again.would, rule) => {}
            other => self.draft.push(other.clone()),
        }
    }

    /// Whether a complaint came outside working time is said by the customer, or else by the clock.
    fn off_hours(&self, set: &mut BTreeMap<FieldKey, Value>) {
        let said = set.get(OFF_HOURS) == Some(&Value::Flag(true));
        if said && !self.again.was.clock().is_working(self.received_at) {
            set.remove(OFF_HOURS);
        }
        if !self.again.would.clock().is_working(self.received_at) {
            set.entry(FieldKey::of(OFF_HOURS)).or_insert(Value::Flag(true));
        }
    }

    /// Where both rules read the same in the words, what was found then stands, even if the program reads better today.
    fn classify(&mut self, event: &Event) {
        let now = self.draft.after.fields.get(OFF_HOURS);
        let same_hours = self.given.get(OFF_HOURS) == now;
        if self.again.same_classes && same_hours {
            self.verbatim = true;
            self.draft.push(event.clone());
            return;
        }
        let Some(text) = self.again.text else {
            self.verbatim = true;
            self.text_missing = true;
            self.draft.push(event.clone());
            return;
        };
        let set = self.draft.after.fields.clone();
        let then = answers(&self.given, text, &self.draft.after);
        let then = Input {
            text,
            answers: &then,
            off_hours: !self.again.was.clock().is_working(self.received_at),
        };
        let now = answers(&set, text, &self.draft.after);
        let now = Input {
            text,
            answers: &now,
            off_hours: !self.again.would.clock().is_working(self.received_at),
        };
        let (was, _) = self.again.was.procedure.classifier.classify_along(&then);
        let (would, spoken) = self.again.would.procedure.classifier.classify_along(&now);
        if alike(&was, &would) {
            self.verbatim = true;
            self.draft.push(event.clone());
        } else {
            classified(&mut self.draft, &would, spoken);
        }
    }
}

fn answers(fields: &BTreeMap<FieldKey, Value>, text: &str, complaint: &Complaint) -> BTreeMap<String, Json> {
    let plain = fields
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Words(_) | Value::Face(_)));
    plain
        .map(|(key, value)| (key.to_string(), value.to_json()))
        .chain([
            (key::DESCRIPTION.to_owned(), Json::from(text)),
            channel_answer(complaint),
        ])
        .collect()
}

fn alike(one: &Verdict, other: &Verdict) -> bool {
    one.class == other.class && one.axes == other.axes && one.department == other.department && one.kind == other.kind
}
