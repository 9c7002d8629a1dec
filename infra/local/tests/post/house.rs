//! A company in this process: its table in memory, a clock that moves, and the pump that sends.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kesu::serve::pump::{Pump, settle_app};
use kesu_app::App;
use kesu_app::blobs::Blobs;
use kesu_app::clock::Time;
use kesu_app::config::Settings;
use kesu_app::intake::Submission;
use kesu_app::post::{Folder, Post, Robot, Smtp, SmtpSettings};
use kesu_app::procedures::Procedures;
use kesu_app::store::{LetterRecord, Local};
use kesu_rules::domain::command::{Command, Wish};
use kesu_rules::domain::directory::{Directory, Person};
use kesu_rules::domain::facts::{Actor, Role, Staff};
use kesu_rules::domain::names::{Desk, UserId};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A Monday morning, in the zone of the procedures.
pub const MONDAY: &str = "2026-03-09T09:00:00+08:00";

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

pub fn user(name: &str) -> UserId {
    UserId::parse(&format!("{name}@kesu.example")).unwrap()
}

pub struct House {
    pub app: App,
    pub local: Local,
    pub pump: Option<Pump>,
    pub outbox: TempDir,
}

impl House {
    /// Letters go to this SMTP server, or into a folder.
    pub async fn new(smtp: Option<&str>, robots: Vec<Robot>) -> Self {
        let mut house = Self::without_pump(smtp, robots).await;
        house.start().await;
        house
    }

    pub async fn without_pump(smtp: Option<&str>, robots: Vec<Robot>) -> Self {
        let outbox = tempfile::tempdir().unwrap();
        let post = match smtp {
            Some(url) => Post::Smtp(Box::new(
                Smtp::new(&SmtpSettings {
                    hello: Some("kesu.example".to_owned()),
                    timeout: Duration::from_secs(2),
                    patience: Duration::from_millis(500),
                    ..SmtpSettings::of(url)
                })
                .unwrap(),
            )),
            None => Post::Folder(Folder::new(outbox.path()).unwrap()),
        };
        let settings = Settings {
            robots,
            ..Settings::trial(Procedures::parse("P19").unwrap())
        };
        let local = Local::memory().unwrap();
        let store = local.store("kesu").await.unwrap();
        let mut directory = Directory::of(user("admin"));
        for (desk, names) in [
            ("市场部", "officer"),
            ("品质部", "quality"),
            ("销售部", "sales"),
            ("总经理", "boss"),
        ] {
            let holders = names.split(' ').map(user).collect();
            directory.desks.insert(Desk::parse(desk).unwrap(), holders);
        }
        for (name, called) in [
            ("officer", "赵敏"),
            ("quality", "李经理"),
            ("sales", "孙主任"),
            ("boss", "陈总"),
        ] {
            let person = Person {
                name: called.to_owned(),
                ..Person::default()
            };
            directory.people.insert(user(name), person);
        }
        assert!(kesu_app::office::save_directory(&store, &directory, 0).await.unwrap());
        let time = Time::movable(at(MONDAY));
        let app = App::new(store, time, settings, Blobs::None, Some(post), user("admin"));
        Self {
            app,
            local,
            pump: None,
            outbox,
        }
    }

    pub async fn start(&mut self) {
        self.pump = Some(Pump::over(&self.app, &self.local).await.unwrap());
    }

    /// Waits until every letter written so far was tried.
    pub async fn drained(&self) {
        self.pump.as_ref().unwrap().drained().await;
    }

    /// Moves the clock, and does everything that is due by then.
    pub async fn clock(&self, now: &str) {
        assert!(self.app.time.advance(at(now)));
        settle_app(&self.app, self.pump.as_ref().unwrap()).await.unwrap();
    }

    /// A complaint as anybody may send it; its id.
    pub async fn complain(&self, key: &str, email: &str, more: Value) -> String {
        self.receive(key, email, more, &Actor::Customer).await
    }

    pub async fn receive(&self, key: &str, email: &str, more: Value, actor: &Actor) -> String {
        let mut body = json!({
            "description": format!("{CANARY}机床漏油"), "language": "zh-Hans",
            "customer": {"name": format!("{CANARY}张伟"), "email": email}, "product": {"name": format!("{CANARY}机床")},
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let staff = matches!(actor, Actor::Staff(_));
        if let Actor::Staff(staff) = actor {
            // As the function for staff does.
            body["received_by"] = json!(staff.user);
        }
        let submission = Submission::read(&body, staff).unwrap().keyed(&self.app, key);
        let receipt = self.app.receive(submission, actor).await.unwrap();
        receipt.reply["id"].as_str().unwrap().to_owned()
    }

    pub fn officer() -> Actor {
        Actor::Staff(Staff {
            user: user("officer"),
            role: Role::Administrator,
            department: None,
        })
    }

    /// Gives a command as the administrator.
    pub async fn tell(&self, id: &str, command: Value) {
        let command: Command = serde_json::from_value(command).unwrap();
        let told = self
            .app
            .tell(id, None, Wish::Do(command), &Self::officer(), Some("as agreed"))
            .await;
        told.unwrap();
    }

    pub async fn letters(&self, id: &str) -> Vec<LetterRecord> {
        self.app.store.letters(id).await.unwrap()
    }

    /// The letters of a template of a complaint.
    pub async fn of(&self, id: &str, template: &str) -> Vec<LetterRecord> {
        let named = format!("\"template\":\"{template}\"");
        let mut letters = self.letters(id).await;
        letters.retain(|letter| letter.body.contains(&named));
        letters
    }

    /// All letters of the table as lists show them.
    pub async fn shown(&self, id: &str, template: &str) -> Vec<Value> {
        let mut shown = Vec::new();
        for letter in self.of(id, template).await {
            shown.push(kesu_notify::shown(&self.app, &letter).await.unwrap());
        }
        shown
    }

    /// The raw mails in the folder, by letter id.
    pub fn mails(&self) -> Vec<(String, String)> {
        let mut mails: Vec<(String, String)> = std::fs::read_dir(self.outbox.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ext| ext == "eml"))
            .map(|path| {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        mails.sort();
        mails
    }
}

/// A word that nobody but the sender of a form writes.
pub const CANARY: &str = "Zeisig";
