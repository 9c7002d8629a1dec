//! A procedure with everything that a decision under it looks at, in memory and without a store.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use kesu_rules::clock::{Clock, Moment, WorkCalendar};
use kesu_rules::domain::command::{Intake, Wish};
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::directory::Directory;
use kesu_rules::domain::facts::{Actor, Facts, NO_COUNTS, Role, Staff};
use kesu_rules::domain::names::{ComplaintId, FieldKey};
use kesu_rules::domain::turn::turn;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::load::{Source, shipped};
use kesu_words::Lists;
use serde_json::{Value, json};

use crate::office::administrator;

/// Wednesday morning, in working time.
const START: &str = "2025-03-12T09:00:00+08:00";
/// Lengths of the classified texts, in characters.
const LENGTHS: [usize; 3] = [100, 1_000, 20_000];

/// A procedure with everything a decision under it looks at, and a complaint that was just received.
pub struct Desk {
    /// The procedure.
    pub id: &'static str,
    /// It, loaded.
    pub procedure: Procedure,
    /// Its calendar.
    pub calendar: WorkCalendar,
    /// A directory in which the administrator holds everything.
    pub directory: Directory,
    /// The administrator.
    pub staff: Actor,
    /// The moment of every decision.
    pub now: Moment,
    /// What came in.
    pub intake: Intake,
    /// The complaint it became.
    pub complaint: Complaint,
    /// Texts of 100, 1,000 and 20,000 characters.
    pub texts: Vec<String>,
    /// The plain words of the lexicon.
    pub words: Vec<String>,
}

impl Desk {
    /// Loads the shipped procedure and receives its first sample text.
    ///
    /// # Errors
    /// When there is no such procedure, or it refuses its own sample.
    pub fn open(id: &'static str) -> Result<Self> {
        let procedure = shipped(id)
            .context("no such procedure")?
            .map_err(|faults| anyhow!("{faults:?}"))?;
        let calendar = WorkCalendar::builtin(&procedure.pack.procedure.calendar)?.clone();
        let user = administrator()?;
        let now = Moment::parse_from_rfc3339(START)?;
        let all = sentences(id);
        let fields = [
            (
                "description",
                json!(all.first().context("a procedure without sample texts")?),
            ),
            ("customer_name", json!("江北机电有限公司")),
            ("customer_email", json!("sales@jiangbei.example")),
            ("product_name", json!("样品")),
        ];
        let intake = Intake {
            id: ComplaintId::parse("0123456789abcdef0123456789abcdef"),
            channel: "web".to_owned(),
            fields: fields
                .into_iter()
                .map(|(key, value)| (FieldKey::of(key), value))
                .collect(),
            ..Intake::default()
        };
        let directory = Directory::of(user.clone());
        let facts = Facts {
            now,
            procedure: &procedure,
            calendar: &calendar,
            directory: &directory,
            actor: &Actor::Customer,
            reason: None,
            salt: b"salt",
            serial: 1,
            reachable: true,
            counts: &NO_COUNTS,
            device: None,
        };
        let received = turn(None, "", &facts, Wish::Receive(Box::new(intake.clone())));
        let complaint = received
            .map_err(|refused| anyhow!("{refused:?}"))?
            .context("nothing was received")?
            .after;
        let endless = all.concat().repeat(400);
        let texts = LENGTHS.map(|length| endless.chars().take(length).collect()).to_vec();
        let words = plain_words()?;
        let staff = Actor::Staff(Staff {
            user,
            role: Role::Administrator,
            department: None,
        });
        Ok(Self {
            id,
            procedure,
            calendar,
            directory,
            staff,
            now,
            intake,
            complaint,
            texts,
            words,
        })
    }

    /// The facts of a decision that `actor` asks for.
    pub fn facts<'a>(&'a self, actor: &'a Actor) -> Facts<'a> {
        Facts {
            now: self.now,
            procedure: &self.procedure,
            calendar: &self.calendar,
            directory: &self.directory,
            actor,
            reason: None,
            salt: b"salt",
            serial: 1,
            reachable: true,
            counts: &NO_COUNTS,
            device: None,
        }
    }

    /// The procedure's clock.
    pub fn clock(&self) -> Clock<'_> {
        let header = &self.procedure.pack.procedure;
        Clock {
            calendar: &self.calendar,
            hours: &header.hours,
            zone: header.zone,
        }
    }
}

/// What customers of this trade write: the texts of the procedure's classification cases.
fn sentences(id: &str) -> Vec<String> {
    let files = Source::shipped_cases(id);
    let lines = files
        .iter()
        .filter(|(name, _)| name.ends_with(".jsonl"))
        .flat_map(|(_, text)| text.lines());
    lines
        .filter_map(|line| {
            serde_json::from_str::<Value>(line)
                .ok()?
                .get("text")?
                .as_str()
                .map(str::to_owned)
        })
        .collect()
}

/// The words of the lexicon that are no patterns, as they stand in its files.
fn plain_words() -> Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/rules/lexicon");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        files.push((path.display().to_string(), std::fs::read_to_string(&path)?));
    }
    let lists = Lists::parse(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let lists = lists.map_err(|wrong| anyhow!("{wrong:?}"))?;
    let words = lists.cues.into_values().flat_map(|cue| cue.words);
    Ok(words.filter(|word| !word.contains(['…', '(', '*'])).collect())
}
