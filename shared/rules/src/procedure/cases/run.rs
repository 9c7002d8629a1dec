//! Plays a case: the complaint comes in, each step is decided as it would be in earnest, and the outcome is compared.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::said::{moment, said};
use super::seen::Seen;
use super::words::Text;
use super::{Case, Step, expect};
use crate::classify::{Input, Verdict};
use crate::clock::{Clock, Moment, WorkCalendar};
use crate::domain::command::{Command, Intake, Wish};
use crate::domain::complaint::Complaint;
use crate::domain::decide::Asked;
use crate::domain::directory::{Absence, Directory, Person};
use crate::domain::facts::{Actor, Facts, Role, Staff};
use crate::domain::names::{ComplaintId, FieldKey, RuleId, UserId};
use crate::domain::refusal::Refused;
use crate::domain::turn::turn;
use crate::letters::Letter;
use crate::procedure::Procedure;

const ADMINISTRATOR: &str = "administrator@cases.example";
/// More moments than any case needs; a case that meets it has found a clock that never stops.
const MOST_TICKS: u32 = 1_000;

/// A complaint in play.
pub(super) struct Play<'a> {
    pub procedure: &'a Procedure,
    pub calendar: &'a WorkCalendar,
    pub directory: Directory,
    pub reachable: bool,
    /// How many others are in each counter's window already.
    pub counts: BTreeMap<RuleId, u64>,
    pub complaint: Option<Complaint>,
    pub letters: Vec<(Moment, Letter)>,
    pub now: Moment,
    pub verdict: Option<Verdict>,
    pub seen: Seen,
    hash: String,
    wake: Option<Moment>,
}

/// What came of a case.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Everything that is not as the case says.
    pub wrong: Vec<Wrong>,
    /// What it made use of.
    pub seen: Seen,
}

/// Something that is not as a case says.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrong {
    /// At which step, from 0; at the beginning or the end where absent.
    pub step: Option<usize>,
    /// What.
    pub text: String,
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self { step: None, text }
    }
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.step {
            Some(step) => write!(f, "step {}: {}", step + 1, self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// Plays a case.
///
/// # Errors
/// Everything that is not as the case says.
pub fn run(case: &Case, procedure: &Procedure, calendar: &WorkCalendar) -> Result<(), Vec<String>> {
    let wrong = play(case, procedure, calendar).wrong;
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.iter().map(ToString::to_string).collect())
    }
}

/// Plays a case and watches what it makes use of.
pub fn play(case: &Case, procedure: &Procedure, calendar: &WorkCalendar) -> Outcome {
    match begin(case, procedure, calendar) {
        Ok(mut play) => {
            let wrong = play.through(case);
            Outcome { wrong, seen: play.seen }
        }
        Err(wrong) => Outcome {
            wrong: vec![wrong.into()],
            seen: Seen::default(),
        },
    }
}

/// The complaint that a case leaves behind, for tests that look closer than a case can.
#[cfg(test)]
pub(crate) fn left(case: &Case, procedure: &Procedure) -> Result<Complaint, String> {
    let calendar = WorkCalendar::builtin("cn").map_err(|error| error.to_string())?;
    let mut play = begin(case, procedure, calendar)?;
    match play.through(case).first() {
        Some(wrong) => Err(wrong.to_string()),
        None => play.complaint.ok_or_else(|| "there is no complaint".to_owned()),
    }
}

fn begin<'a>(case: &Case, procedure: &'a Procedure, calendar: &'a WorkCalendar) -> Result<Play<'a>, String> {
    let zone = procedure.pack.procedure.zone;
    let now = moment(zone, &case.given.received_at)?;
    let wish = receipt(&case.given.text, &case.given.channel, &case.given.fields);
    let clock = Clock {
        calendar,
        hours: &procedure.pack.procedure.hours,
        zone,
    };
    let verdict = procedure.classifier.classify(&Input {
        text: &case.given.text,
        answers: &case.given.fields,
        off_hours: !clock.is_working(now),
    });
    let mut play = Play {
        procedure,
        calendar,
        directory: directory(case)?,
        reachable: case.given.reachable,
        counts: case.given.counts.clone(),
        complaint: None,
        letters: Vec::new(),
        now,
        verdict: Some(verdict),
        seen: Seen::default(),
        hash: String::new(),
        wake: None,
    };
    let administrator = play.administrator();
    if let Err(refused) = play.turn(wish, &administrator, None, case.given.serial) {
        return Err(format!("the intake: {}", said(&refused)));
    }
    if let Some(class) = &case.given.class {
        let command = Command::Classify {
            class: class.clone(),
            axes: BTreeMap::new(),
        };
        if let Err(refused) = play.turn(Wish::Do(command), &administrator, Some("given"), 0) {
            return Err(format!("the given class: {}", said(&refused)));
        }
    }
    Ok(play)
}

/// A text as it would come in, without steps.
pub(super) fn received(
    text: &Text,
    procedure: &Procedure,
    calendar: &WorkCalendar,
    directory: &Directory,
    now: Moment,
) -> Result<Complaint, Refused> {
    let facts = Facts {
        now,
        procedure,
        calendar,
        directory,
        actor: &Actor::System,
        reason: None,
        salt: b"cases",
        serial: 1,
        reachable: true,
        counts: &BTreeMap::new(),
        device: None,
    };
    let received = turn(None, "", &facts, receipt(&text.text, "web", &text.answers))?;
    received.map(|turn| turn.after).ok_or_else(|| Refused(Vec::new()))
}

impl Play<'_> {
    /// Takes the steps of a case; everything that is not as it says.
    fn through(&mut self, case: &Case) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for (index, step) in case.when.iter().enumerate() {
            let at = |text: String| Wrong {
                step: Some(index),
                text,
            };
            if let Err(text) = self.step(step) {
                wrong.push(at(text));
                return wrong;
            }
            if let Some(then) = &step.then {
                wrong.extend(expect::compare(self, then).into_iter().map(at));
                self.asserted(then);
            }
        }
        wrong.extend(expect::compare(self, &case.then).into_iter().map(Wrong::from));
        self.asserted(&case.then);
        wrong
    }

    pub fn administrator(&self) -> Actor {
        Actor::Staff(Staff {
            user: self.directory.administrator.clone(),
            role: Role::Administrator,
            department: None,
        })
    }

    pub fn facts<'f>(&'f self, actor: &'f Actor, reason: Option<&'f str>, serial: u64) -> Facts<'f> {
        Facts {
            now: self.now,
            procedure: self.procedure,
            calendar: self.calendar,
            directory: &self.directory,
            actor,
            reason,
            salt: b"cases",
            serial,
            reachable: self.reachable,
            counts: &self.counts,
            device: None,
        }
    }

    fn turn(&mut self, wish: Wish, actor: &Actor, reason: Option<&str>, serial: u64) -> Result<(), Refused> {
        let facts = self.facts(actor, reason, serial);
        let Some(turn) = turn(self.complaint.as_ref(), &self.hash, &facts, wish)? else {
            return Ok(());
        };
        let before = self.complaint.take();
        self.observe(before.as_ref(), &turn);
        let now = self.now;
        self.letters
            .extend(turn.letters.into_iter().map(|letter| (now, letter)));
        self.complaint = Some(turn.after);
        self.hash = turn.hash;
        self.wake = turn.wake;
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        let zone = self.procedure.pack.procedure.zone;
        let at = match &step.at {
            Some(text) => moment(zone, text)?,
            None => self.now,
        };
        if at < self.now {
            return Err("the steps are not in order of time".to_owned());
        }
        if step.pass {
            self.pass(at)?;
        }
        self.now = at;
        if step.tick {
            let done = self.turn(Wish::Tick, &Actor::System, None, 0);
            done.map_err(|refused| refused.to_string())?;
        }
        let Some(json) = &step.command else {
            return Ok(());
        };
        let actor = self.actor(step)?;
        let command = self.command(json)?;
        let before = self.complaint.clone();
        let done = self.turn(Wish::Do(command.clone()), &actor, step.reason.as_deref(), 0);
        self.heeded(before.as_ref(), Asked::by(&command), &actor, &done);
        match (done, &step.refused) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(code)) => Err(format!("it should have been refused with `{code}`")),
            (Err(refused), Some(code)) if refused.0.iter().any(|one| one.code == *code) => Ok(()),
            (Err(refused), _) => Err(said(&refused)),
        }
    }

    fn heeded(&mut self, before: Option<&Complaint>, asked: Asked<'_>, actor: &Actor, done: &Result<(), Refused>) {
        match (done, before) {
            (Ok(()), Some(before)) => self.obeyed(before, asked, actor),
            (Err(refused), _) => self.refused(asked, refused),
            _ => {}
        }
    }

    /// Lets time pass, stopping wherever something is due.
    fn pass(&mut self, until: Moment) -> Result<(), String> {
        for _ in 0..MOST_TICKS {
            let Some(wake) = self.wake.filter(|wake| *wake <= until) else {
                return Ok(());
            };
            self.now = self.now.max(wake);
            let before = self.complaint.as_ref().map(|one| one.version);
            let done = self.turn(Wish::Tick, &Actor::System, None, 0);
            done.map_err(|refused| refused.to_string())?;
            if before == self.complaint.as_ref().map(|one| one.version) {
                return Err(format!("something is due at {wake}, but nothing comes of it"));
            }
        }
        Err("something is due again and again".to_owned())
    }

    fn actor(&self, step: &Step) -> Result<Actor, String> {
        let role = match step.by.as_deref() {
            Some("customer") => return Ok(Actor::Customer),
            Some("system") => return Ok(Actor::System),
            Some(name) => Role::parse(name).ok_or_else(|| format!("there is no role `{name}`"))?,
            None if step.desk.is_none() => return Ok(self.administrator()),
            None => Role::Manager,
        };
        let name = step.desk.as_ref().map_or(role.name(), |desk| desk.as_str());
        let user = UserId::parse(&format!("{name}@cases.example")).ok_or("no such person")?;
        Ok(Actor::Staff(Staff {
            user,
            role,
            department: step.desk.clone(),
        }))
    }

    /// The command of a step, with local moments, rule ids for requests and passwords filled in.
    fn command(&self, json: &Json) -> Result<Command, String> {
        let mut json = json.clone();
        let zone = self.procedure.pack.procedure.zone;
        if let Some(map) = json.as_object_mut() {
            for key in ["at", "due_at"] {
                if let Some(text) = map.get(key).and_then(Json::as_str) {
                    let at = moment(zone, text)?.to_rfc3339();
                    map.insert(key.to_owned(), Json::from(at));
                }
            }
            if let Some(rule) = map.get("request").and_then(Json::as_str) {
                let open = self.complaint.iter().flat_map(|it| &it.approvals);
                let request = open.filter(|one| one.decision.is_none()).find(|one| one.rule == *rule);
                let request = request.map_or_else(|| rule.to_owned(), |one| one.request.to_string());
                map.insert("request".to_owned(), Json::from(request));
                map.entry("password").or_insert_with(|| Json::from("-"));
            }
        }
        serde_json::from_value(json).map_err(|error| error.to_string())
    }
}

fn receipt(text: &str, channel: &str, given: &BTreeMap<String, Json>) -> Wish {
    let mut fields: BTreeMap<FieldKey, Json> = given
        .iter()
        .filter_map(|(key, value)| Some((FieldKey::parse(key)?, value.clone())))
        .collect();
    for (key, value) in [("description", text), ("customer_name", "样本客户")] {
        if let Some(key) = FieldKey::parse(key) {
            fields.entry(key).or_insert_with(|| Json::from(value));
        }
    }
    Wish::Receive(Box::new(Intake {
        id: ComplaintId::parse("case"),
        channel: channel.to_owned(),
        fields,
        ..Intake::default()
    }))
}

fn directory(case: &Case) -> Result<Directory, String> {
    let user = |name: &String| UserId::parse(name).ok_or_else(|| format!("`{name}` is no address"));
    let administrator = user(&ADMINISTRATOR.to_owned())?;
    let mut directory = Directory::of(administrator);
    for (desk, holders) in &case.given.desks {
        let holders: Result<Vec<UserId>, String> = holders.iter().map(user).collect();
        directory.desks.insert(desk.clone(), holders?);
    }
    for (name, substitute) in &case.given.absent {
        let person = Person {
            substitute: substitute.as_ref().map(user).transpose()?,
            absence: Some(Absence {
                from: NaiveDate::MIN,
                until: NaiveDate::MAX,
            }),
            ..Person::default()
        };
        directory.people.insert(user(name)?, person);
    }
    Ok(directory)
}
