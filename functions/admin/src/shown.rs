//! A complaint as staff see it: the head with its words joined in, deadlines explained, log, letters, and what may be done.

use std::collections::BTreeMap;

use kesu_app::app::DeskWork;
use kesu_app::devices::Kept;
use kesu_app::record::Loaded;
use kesu_app::session::Session;
use kesu_app::store::{LetterRecord, LogRecord, TextRecord, Whole};
use kesu_app::texts::Language;
use kesu_app::{App, Problem, devices, wire};
use kesu_rules::clock::Moment;
use kesu_rules::clock::deadline::{Deadline, explain};
use kesu_rules::domain::capa::{Capa, CapaStage};
use kesu_rules::domain::chain::{Entry, hash};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::decide::{Allowed, allowed, slip_rule};
use kesu_rules::domain::event::Event;
use kesu_rules::domain::names::{Desk, FieldKey, RuleId, key};
use kesu_rules::domain::slip::Slip;
use kesu_rules::domain::value::{TextRef, Value as FieldValue};
use kesu_rules::procedure::counting::{Counted, counted};
use kesu_rules::procedure::model::SlipKind;
use kesu_rules::suggest::suggest;
use serde_json::{Map, Value, json};

use crate::api::devices::plain;
use crate::ask::sees;

/// A complaint with everything that is stored under it, at one moment, for one person.
pub struct Shown {
    /// The complaint.
    pub loaded: Loaded,
    /// Its procedure, calendar and directory.
    pub desk: DeskWork,
    /// The moment.
    pub now: Moment,
    /// Its deadlines.
    pub deadlines: Vec<Deadline>,
    /// What this person may do.
    pub allowed: Vec<Allowed>,
    /// The rules under which he may open slips.
    pub opens: Vec<(SlipKind, RuleId)>,
    /// Where it counts together with others, and with how many others.
    pub counters: Vec<(Counted, u64)>,
    /// The device that its serial names.
    pub device: Option<Kept>,
    whole: Whole,
    texts: BTreeMap<(u64, u32), String>,
}

impl Shown {
    /// Reads the complaint of an id or a number.
    pub async fn read(app: &App, session: &Session, id: &str) -> Result<Self, Problem> {
        let mut whole = app.store.whole(id).await?;
        if whole.head.is_none()
            && let Some(named) = app.by_number(id).await?
        {
            whole = app.store.whole(&named).await?;
        }
        let head = whole.head.clone().ok_or(Problem::NotFound)?;
        let loaded = Loaded::read(head)?;
        let desk = app.desk_of(&loaded.complaint).await?;
        let now = desk.local(app.now());
        if !sees_it(session, &desk, &loaded.complaint, now) {
            return Err(Problem::NotFound);
        }
        let deadlines = desk.deadlines(&loaded.complaint, now);
        let actor = session.actor();
        let facts = desk.facts(now, &actor, None, loaded.salt(), loaded.reachable());
        let allowed = allowed(&loaded.complaint, &facts);
        let opens = SlipKind::ALL
            .into_iter()
            .filter_map(|kind| Some((kind, slip_rule(&loaded.complaint, &facts, kind)?.rule.clone())))
            .collect();
        let mut counters = Vec::new();
        for place in counted(&desk.procedure, &loaded.complaint) {
            let others = app.others(&desk.procedure, &place, &loaded.complaint).await?;
            counters.push((place, others));
        }
        let device = match loaded.complaint.fields.get("serial_no") {
            Some(FieldValue::Text(serial)) => devices::read(app, serial).await?.map(|(_, kept)| kept),
            _ => None,
        };
        let texts = std::mem::take(&mut whole.texts);
        let texts = texts
            .into_iter()
            .map(|TextRecord { seq, n, text, .. }| ((seq, n), text))
            .collect();
        Ok(Self {
            loaded,
            desk,
            now,
            deadlines,
            allowed,
            opens,
            counters,
            device,
            whole,
            texts,
        })
    }

    /// The contract's answer.
    pub fn json(&self, language: Language) -> Value {
        let it = &self.loaded.complaint;
        let milestones: Vec<Value> = it
            .milestones
            .iter()
            .map(|one| json!({"name": one.name, "at": one.at, "by": one.by, "round": one.round, "slip": one.slip}))
            .collect();
        let links: Vec<Value> = it.links.iter().map(|link| json!(link)).collect();
        let mut told = json!({
            "id": it.id, "number": it.number, "version": it.version,
            "procedure": it.procedure, "procedure_version": it.procedure_version,
            "stage": it.stage.name(), "standing": it.stage, "class": it.class, "axes": it.axes,
            "needs_review": it.needs_review, "department": it.department, "person": it.person,
            "received_at": it.received_at, "channel": it.channel, "language": it.language,
            "round": it.round, "answers": it.answers, "reaction": it.reaction,
            "fields": self.fields(), "milestones": milestones,
            "deadlines": self.deadlines.iter().map(|one| self.deadline(one, language)).collect::<Vec<_>>(),
            "acknowledged": it.acknowledged, "pauses": it.pauses, "extensions": it.extensions,
            "capa": it.capa.iter().map(|one| self.capa(one)).collect::<Vec<_>>(),
            "slips": it.slips.iter().map(|one| self.slip(one, language)).collect::<Vec<_>>(),
            "approvals": it.approvals, "log": self.log(), "letters": self.letters(),
            "counters": self.counters(language), "device": self.device(),
            "links": links, "merged_into": it.merged_into, "allowed": self.allowed,
            "mails": self.mails(), "suggestions": self.suggestions(), "unanswered": it.unanswered,
            "possibly": it.claims.iter().map(|one| json!({"id": one.to, "by": one.by})).collect::<Vec<_>>(),
        });
        if let Some(map) = told.as_object_mut() {
            map.insert("survey".to_owned(), json!(it.survey));
        }
        told
    }

    /// What was written about it by mail, the oldest first, with the words and the names of files and raw message.
    pub fn mails(&self) -> Vec<Value> {
        let events = self.entries().flat_map(|(entry, _)| {
            let seq = entry.seq;
            entry.events.into_iter().map(move |event| (seq, event))
        });
        let mails = events.filter_map(|(seq, event)| match event {
            Event::Wrote {
                at,
                sender,
                matched,
                through,
                verdict,
                automatic,
                text,
                files,
                raw,
                ..
            } => Some(json!({
                "seq": seq, "at": at, "sender": sender, "matched": matched, "through": through, "verdict": verdict,
                "automatic": automatic, "text": text.as_ref().and_then(|at| self.words(at)), "files": files, "raw": raw,
            })),
            _ => None,
        });
        mails.collect()
    }

    /// Whether a name is one of the files or raw messages that came by mail.
    pub fn came_by_mail(&self, name: &str) -> bool {
        self.entries()
            .flat_map(|(entry, _)| entry.events)
            .any(|event| match event {
                Event::Wrote { files, raw, .. } => {
                    raw.as_deref() == Some(name) || files.iter().any(|file| file == name)
                }
                _ => false,
            })
    }

    /// What stands in the customer's words and may belong into fields: with the entry whose text it stands in, 1 for the
    /// description. What a field holds already is not offered.
    pub fn suggestions(&self) -> Vec<Value> {
        let it = &self.loaded.complaint;
        let description = match it.fields.get(key::DESCRIPTION) {
            Some(FieldValue::Words(at)) => self.words(at).map(|text| (at.seq, text.to_owned())),
            _ => None,
        };
        let written = self.entries().flat_map(|(entry, _)| {
            let seq = entry.seq;
            entry.events.into_iter().map(move |event| (seq, event))
        });
        let written = written.filter_map(|(seq, event)| match event {
            Event::Wrote {
                text: Some(at),
                automatic: false,
                ..
            } => Some((seq, self.words(&at)?.to_owned())),
            _ => None,
        });
        let texts: Vec<(u64, String)> = description.into_iter().chain(written).collect();
        let fields = self.fields();
        let mut all = Vec::new();
        for (seq, text) in &texts {
            for one in suggest(text) {
                let filled = fields.get(one.field).and_then(Value::as_str) == Some(one.value.as_str());
                if !filled {
                    all.push(json!({
                        "field": one.field, "value": one.value, "seq": seq, "start": one.start, "end": one.end,
                        "sure": one.sure,
                    }));
                }
            }
        }
        all
    }

    /// The counters it counts in, with how many there are; at least so many, where it is above what the counter bears.
    pub fn counters(&self, language: Language) -> Vec<Value> {
        let rules = &self.desk.procedure.pack.counter;
        let told = |(place, others): &(Counted, u64)| {
            let rule = rules.iter().find(|rule| rule.rule == place.rule)?;
            let count = others.saturating_add(1);
            Some(json!({
                "rule": place.rule, "title": rule.title.get(language), "source": rule.source, "period": place.period,
                "values": place.values, "count": count, "more_than": rule.more_than, "exceeded": count > rule.more_than,
            }))
        };
        self.counters.iter().filter_map(told).collect()
    }

    /// The device with its warranty on the day of receipt; the customer of the register stays there.
    pub fn device(&self) -> Option<Value> {
        let received = self.loaded.complaint.received_at.date_naive();
        Some(plain(&self.device.as_ref()?.device, received))
    }

    /// The words a reference stands for; nothing once they were erased.
    pub fn words(&self, at: &TextRef) -> Option<&str> {
        self.texts.get(&(at.seq, at.n)).map(String::as_str)
    }

    /// The fields, words and personal data joined in.
    pub fn fields(&self) -> Map<String, Value> {
        self.joined(&self.loaded.complaint.fields, FieldKey::clone)
    }

    /// Fields with their words and personal data; `face` says where on the record's face the latter are.
    fn joined(
        &self,
        fields: &BTreeMap<FieldKey, FieldValue>,
        face: impl Fn(&FieldKey) -> FieldKey,
    ) -> Map<String, Value> {
        let value = |(key, value): (&FieldKey, &FieldValue)| {
            let json = match value {
                FieldValue::Words(at) => json!(self.words(at)),
                FieldValue::Face(_) => json!(self.loaded.face.get(&face(key))),
                plain => plain.to_json(),
            };
            (key.to_string(), json)
        };
        fields.iter().map(value).collect()
    }

    fn slip(&self, one: &Slip, language: Language) -> Value {
        let rule = self.desk.procedure.slip(one);
        json!({
            "kind": one.kind, "n": one.n, "rule": one.rule, "title": rule.map(|rule| rule.title.get(language)),
            "source": rule.map(|rule| &rule.source), "stage": one.stage.name(), "standing": one.stage,
            "opened_at": one.opened_at, "fields": self.joined(&one.fields, |key| Slip::face(one.kind, one.n, key)),
            "requests": one.requests,
        })
    }

    /// A deadline with how it came about, its title and its clause.
    pub fn deadline(&self, one: &Deadline, language: Language) -> Value {
        let steps = explain(one, &self.loaded.complaint, &self.desk.procedure, &self.desk.clock());
        let mut value = wire::deadline(one, Some(&steps));
        if let (Some(map), Some(rule)) = (value.as_object_mut(), self.desk.procedure.deadline(one.rule.as_str())) {
            map.insert("title".to_owned(), json!(rule.title.get(language)));
            map.insert("source".to_owned(), json!(rule.source));
            map.insert("assumed".to_owned(), json!(rule.assumed));
            map.insert(
                "within".to_owned(),
                json!(rule.within.as_ref().map(ToString::to_string)),
            );
        }
        value
    }

    fn capa(&self, one: &Capa) -> Value {
        let measures = match &one.stage {
            CapaStage::Planned { measures, .. } => self.words(measures),
            _ => None,
        };
        json!({"n": one.n, "stage": one.stage.name(), "round": one.round, "standing": one.stage, "measures": measures})
    }

    /// The log in its order; each entry with its hash and the words it refers to.
    pub fn log(&self) -> Vec<Value> {
        self.entries()
            .map(|(entry, hash)| {
                let reason = entry.reason.as_ref().map(|at| json!(self.words(at)));
                let texts: BTreeMap<String, &str> = self
                    .texts
                    .range((entry.seq, 0)..=(entry.seq, u32::MAX))
                    .map(|((_, n), text)| (n.to_string(), text.as_str()))
                    .collect();
                let mut told = json!({
                    "seq": entry.seq, "at": entry.at, "actor": entry.actor, "events": entry.events, "hash": hash,
                    "previous": entry.previous, "texts": texts,
                });
                if let (Some(map), Some(reason)) = (told.as_object_mut(), reason) {
                    map.insert("reason".to_owned(), reason);
                }
                told
            })
            .collect()
    }

    /// The log's entries with their hashes.
    pub fn entries(&self) -> impl Iterator<Item = (Entry, String)> + '_ {
        self.whole.log.iter().filter_map(|LogRecord { entry, .. }| {
            let read = serde_json::from_str(entry).ok()?;
            Some((read, hash(entry.as_bytes())))
        })
    }

    /// The letters in their order.
    pub fn letters(&self) -> Vec<Value> {
        self.whole.letters.iter().map(letter).collect()
    }
}

/// Whether this person may see a complaint: by its department, or because a slip on it is his desk's to deal with.
pub fn sees_it(session: &Session, desk: &DeskWork, it: &Complaint, now: Moment) -> bool {
    let department = it.department.as_ref().map(|desk| desk.as_str());
    let mine = |named: &Desk| {
        let directory = &desk.office.directory;
        session.account.department.as_ref() == Some(named) || directory.may_act(&session.user, named, now.date_naive())
    };
    let slips = it.slips.iter().filter_map(|slip| desk.procedure.slip(slip));
    sees(session, department) || slips.flat_map(|rule| &rule.by).any(mine)
}

fn letter(record: &LetterRecord) -> Value {
    let body: Value = serde_json::from_str(&record.body).unwrap_or_default();
    let part = |name: &str| body.get("letter").and_then(|letter| letter.get(name)).cloned();
    json!({
        "id": format!("{}-{}", record.seq, record.n), "seq": record.seq, "letter": part("template"), "to": part("to"),
        "desk": part("desk"), "rule": part("rule"), "rung": part("rung"), "code": part("code"),
        "created_at": body.get("at"), "state": record.state, "attempts": record.attempts, "sent_at": record.sent_at,
        "channel": body.get("channel").and_then(Value::as_str).unwrap_or("mail"), "next_try": record.next_try(),
        "message_id": record.message_id, "error": record.error,
    })
}
