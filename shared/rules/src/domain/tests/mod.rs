//! The complaint's life, tested as stories and as laws over random ones.

mod again;
mod counters;
mod escalation;
mod findings;
mod fixture;
mod laws;
mod legacy;
mod messages;
mod recount;
mod slip_course;
mod slips;
mod steps;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value as Json, json};

use super::chain::replay;
use super::command::{Command, Intake, Wish};
use super::complaint::Complaint;
use super::device::Device;
use super::directory::Directory;
use super::facts::{Actor, Facts, Role, Staff};
use super::names::{ComplaintId, Desk, FieldKey, RuleId, UserId};
use super::refusal::Refused;
use super::turn::{Turn, turn};
use crate::clock::deadline::{Deadline, deadlines};
use crate::clock::{Moment, WorkCalendar};
use crate::letters::{Letter, To};
use crate::procedure::Procedure;
use crate::procedure::load::{Source, load, shipped};

static P10: LazyLock<Procedure> = LazyLock::new(|| pack("P10"));
static P19: LazyLock<Procedure> = LazyLock::new(|| pack("P19"));
static P20: LazyLock<Procedure> = LazyLock::new(|| pack("P20"));
/// P20 with an answer's limit that stands still while the customer is asked, one that needs his consent to move, one that
/// is of law, a waiver that needs approval, and a survey by letter.
static VARIANT: LazyLock<Procedure> = LazyLock::new(|| {
    let differences = r#"
        [procedure]
        id = "V20"
        extends = "P20"
        [[deadline]]
        rule = "T20.2"
        pausable = true
        extension = "with_consent"
        [[deadline]]
        rule = "T20.3"
        pausable = true
        statutory = true
        [[approval]]
        rule = "A99"
        title = { zh-Hans = "不采取措施", en = "no action" }
        at = "capa_waive"
        approver = "總經理"
        source = "P18"
        [survey]
        rule = "K10"
        by = "letter"
        ask = ["handling", "speed", "remark"]
        after = "1 working day"
        lives = "30 days"
        source = "P18"
    "#;
    let source = Source {
        files: [("procedure.toml".to_owned(), differences.to_owned())].into(),
    };
    load(&source, &Source::shipped).unwrap_or_else(|faults| panic!("{faults:?}"))
});

fn pack(id: &str) -> Procedure {
    shipped(id).unwrap().unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A complaint with its log, its letters, and a clock of its own.
struct Story<'a> {
    procedure: &'a Procedure,
    directory: Directory,
    complaint: Option<Complaint>,
    log: Vec<String>,
    hash: String,
    now: Moment,
    wake: Option<Moment>,
    letters: Vec<(Moment, Letter)>,
    counts: BTreeMap<RuleId, u64>,
    device: Option<Device>,
}

fn at(text: &str) -> Moment {
    Moment::parse_from_rfc3339(&format!("{}:00+08:00", text.replace(' ', "T"))).unwrap()
}

fn user(name: &str) -> UserId {
    UserId::parse(&format!("{name}@house.example")).unwrap()
}

fn desk(name: &str) -> Desk {
    Desk::parse(name).unwrap()
}

impl<'a> Story<'a> {
    /// A complaint that has just come in, of a class that a person chose.
    fn begin(procedure: &'a Procedure, received: &str, class: &str) -> Self {
        Self::begin_at(procedure, at(received), class)
    }

    fn begin_at(procedure: &'a Procedure, received: Moment, class: &str) -> Self {
        let mut story = Self {
            procedure,
            directory: Directory::of(user("admin")),
            complaint: None,
            log: Vec::new(),
            hash: String::new(),
            now: received,
            wake: None,
            letters: Vec::new(),
            counts: BTreeMap::new(),
            device: None,
        };
        story.receive("客户说有问题");
        story.run("classify", json!({"class": class}));
        story
    }

    fn receive(&mut self, text: &str) {
        let key = |name: &str| FieldKey::parse(name).unwrap();
        let fields = BTreeMap::from([
            (key("description"), json!(text)),
            (key("customer_name"), json!("样本客户")),
            (key("customer_email"), json!("someone@client.example")),
        ]);
        let intake = Intake {
            id: ComplaintId::parse("0123456789abcdef"),
            channel: "web".to_owned(),
            fields,
            ..Intake::default()
        };
        self.wish(Wish::Receive(Box::new(intake)), &Actor::Customer).unwrap();
    }

    fn administrator(&self) -> Actor {
        self.staff("admin", Role::Administrator, None)
    }

    fn staff(&self, name: &str, role: Role, department: Option<&str>) -> Actor {
        Actor::Staff(Staff {
            user: user(name),
            role,
            department: department.map(desk),
        })
    }

    fn wish(&mut self, wish: Wish, actor: &Actor) -> Result<Option<Turn>, Refused> {
        let facts = Facts {
            now: self.now,
            procedure: self.procedure,
            calendar: WorkCalendar::builtin("cn").unwrap(),
            directory: &self.directory,
            actor,
            reason: Some("理由"),
            salt: b"salt",
            serial: 1,
            reachable: true,
            counts: &self.counts,
            device: self.device.as_ref(),
        };
        let turn = turn(self.complaint.as_ref(), &self.hash, &facts, wish)?;
        if let Some(turn) = &turn {
            self.complaint = Some(turn.after.clone());
            self.log.push(turn.body.clone());
            self.hash.clone_from(&turn.hash);
            self.wake = turn.wake;
            let now = self.now;
            self.letters.extend(turn.letters.iter().map(|one| (now, one.clone())));
        }
        Ok(turn)
    }

    fn try_as(&mut self, actor: &Actor, kind: &str, mut fields: Json) -> Result<Option<Turn>, Refused> {
        fields["type"] = json!(kind);
        let command: Command = serde_json::from_value(fields).unwrap();
        self.wish(Wish::Do(command), actor)
    }

    fn run(&mut self, kind: &str, fields: Json) {
        let actor = self.administrator();
        if let Err(refused) = self.try_as(&actor, kind, fields) {
            panic!("{kind} was {refused}");
        }
    }

    fn refusal(&mut self, kind: &str, fields: Json) -> String {
        let actor = self.administrator();
        match self.try_as(&actor, kind, fields) {
            Ok(_) => "done".to_owned(),
            Err(refused) => refused.0[0].code.clone(),
        }
    }

    fn tick(&mut self, when: &str) {
        self.now = at(when);
        self.wish(Wish::Tick, &Actor::System).unwrap();
    }

    /// Lets time pass and does what is due when it is due.
    fn pass(&mut self, until: &str) {
        let until = at(until);
        for _ in 0..200 {
            match self.wake.filter(|wake| *wake <= until) {
                Some(wake) => {
                    self.now = self.now.max(wake);
                    self.wish(Wish::Tick, &Actor::System).unwrap();
                }
                None => {
                    self.now = until;
                    return;
                }
            }
        }
        panic!("something is due again and again: {:?}", self.wake);
    }

    fn it(&self) -> &Complaint {
        self.complaint.as_ref().unwrap()
    }

    fn deadline(&self, rule: &str) -> Option<Deadline> {
        let head = &self.procedure.pack.procedure;
        let clock = crate::clock::Clock {
            calendar: WorkCalendar::builtin("cn").unwrap(),
            hours: &head.hours,
            zone: head.zone,
        };
        let all = deadlines(self.it(), self.procedure, &clock, self.now);
        all.into_iter().find(|one| one.rule == *rule)
    }

    fn due(&self, rule: &str) -> String {
        self.deadline(rule).map_or_else(
            || "none".to_owned(),
            |one| one.due_at.format("%Y-%m-%d %H:%M").to_string(),
        )
    }

    /// Letters of a template to a person, with the rules that each lists.
    fn told(&self, template: &str, name: &str) -> Vec<Vec<String>> {
        let to = To::Staff(user(name));
        let mine = self
            .letters
            .iter()
            .filter(|(_, one)| one.template == template && one.to == to);
        mine.map(|(_, one)| one.items.iter().map(|item| item.rule.to_string()).collect())
            .collect()
    }

    fn replayed(&self) -> Complaint {
        replay(self.log.iter().map(String::as_str)).unwrap().0
    }
}
