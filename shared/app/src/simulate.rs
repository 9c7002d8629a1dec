//! What-if (模拟) over what is stored: the logs of a period's complaints are read one after the other, looked at through other
//! rules, and forgotten. Nothing is written.

mod told;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kesu_rules::clock::WorkCalendar;
use kesu_rules::domain::chain::Entry;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::event::Event;
use kesu_rules::domain::names::key;
use kesu_rules::domain::refusal::{Refusal, Refused};
use kesu_rules::domain::value::Value;
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::change::Change;
use kesu_rules::procedure::load::Fault;
use kesu_rules::rollup::Period;
use kesu_rules::simulate::{Alike, Difference, Lens, Life, Side, Totals};
use serde::Serialize;

use crate::app::{App, DeskWork};
use crate::problem::Problem;
use crate::record::Loaded;
use crate::store::{HeadRecord, StoreError};

/// Rows of the index read at a time; a slice ends between two such pages.
const PAGE: u32 = 100;
/// The most that is told of complaints that could not be looked at.
const MOST_UNREAD: usize = 100;

/// What is to be simulated.
#[derive(Clone)]
pub struct Wanted {
    /// Complaints received in it.
    pub period: Period,
    /// Only those that this procedure governs.
    pub of: Option<String>,
    /// What would govern; each complaint's own version where absent.
    pub procedure: Option<Arc<Procedure>>,
    /// Values changed in each complaint's own version, where no other is to govern.
    pub changes: Vec<Change>,
    /// Years laid over the calendar of the same name.
    pub calendar: Option<WorkCalendar>,
}

/// How much is looked at and told in one go.
#[derive(Clone, Copy)]
pub struct Slice {
    /// No further page is begun after so many complaints.
    pub complaints: u64,
    /// So many differences are told; the others are counted.
    pub rows: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Simulated {
    /// The sums over all that were looked at.
    pub totals: Totals,
    /// Those that differ, in the order of the months' index.
    pub rows: Vec<Difference>,
    /// How many more differ than are told.
    pub left_out: u64,
    /// Those that could not be looked at; the first hundred.
    pub unread: Vec<Unread>,
    /// How many could not be looked at.
    pub unread_count: u64,
    /// Where to go on; nothing at the end.
    pub next: Option<String>,
}

/// A complaint that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its number.
    pub number: String,
    /// Why: `procedure_version_gone`, `log_broken`.
    pub why: &'static str,
}

/// The rules that governed a version's complaints, and those that would have.
struct Rules {
    was: DeskWork,
    would: Arc<Procedure>,
    calendar: Arc<WorkCalendar>,
    alike: Alike,
}

impl Rules {
    fn sides(&self) -> (Side<'_>, Side<'_>) {
        let was = Side {
            procedure: &self.was.procedure,
            calendar: &self.was.calendar,
        };
        let would = Side {
            procedure: &self.would,
            calendar: &self.calendar,
        };
        (was, would)
    }
}

/// Where a walk through the index stands.
#[derive(Clone)]
struct Place {
    month: usize,
    shard: u32,
    cursor: Option<String>,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let month = parts.next()?.parse().ok()?;
        let shard = parts.next()?.parse().ok()?;
        let cursor = parts.next().map(str::to_owned).filter(|cursor| !cursor.is_empty());
        Some(Self { month, shard, cursor })
    }

    fn written(&self) -> String {
        let cursor = self.cursor.as_deref().unwrap_or_default();
        format!("{}.{}.{cursor}", self.month, self.shard)
    }
}

impl App {
    /// The procedure that a name stands for: `P20` in its newest version, or `P20@2`.
    ///
    /// # Errors
    /// When there is none of that name or version.
    pub fn named_procedure(&self, name: &str) -> Result<Arc<Procedure>, Problem> {
        let found = match name.split_once('@') {
            Some((id, version)) => self.library().version(id, version),
            None => self.library().procedure(name),
        };
        found.ok_or_else(|| self.no_such_procedure(name))
    }

    fn no_such_procedure(&self, name: &str) -> Problem {
        let ids = self.library().ids();
        let versions = ids.iter().flat_map(|id| self.library().versions(id));
        let all: Vec<String> = versions
            .map(|one| format!("{}@{}", one.pack.procedure.id, one.pack.procedure.version))
            .collect();
        let refusal = Refusal::of("unknown_procedure").about("procedure");
        refusal.with("procedure", name).with("allowed", all.join(", ")).into()
    }

    /// The same with changes.
    ///
    /// # Errors
    /// When there is none, or the changes do not fit it.
    pub fn changed_procedure(&self, name: &str, changes: &[Change]) -> Result<Arc<Procedure>, Problem> {
        let found = self.named_procedure(name)?;
        if changes.is_empty() {
            return Ok(found);
        }
        let head = &found.pack.procedure;
        let changed = self.library().changed(head.id.as_str(), &head.version, changes);
        let changed = changed.ok_or_else(|| self.no_such_procedure(name))?;
        changed.map(Arc::new).map_err(|faults| unfit(&faults))
    }

    /// Whose complaints are looked at where nobody says: those of the simulated procedure where the installation uses it, of
    /// its first where only values change, else all.
    pub fn simulated_of(&self, procedure: Option<&Procedure>, changed: bool) -> Option<String> {
        let used = &self.settings.procedures;
        match procedure {
            Some(procedure) => {
                let id = procedure.pack.procedure.id.as_str();
                (used.named() && used.ids().any(|own| own == id)).then(|| id.to_owned())
            }
            None => (changed && used.named()).then(|| used.first().to_owned()),
        }
    }

    /// Looks at the complaints of a period through other rules, as of a moment; from where the slice before it ended.
    ///
    /// # Errors
    /// When `from` is no place, the changes fit no version at hand, or the store does not answer.
    pub async fn simulate(
        &self,
        wanted: &Wanted,
        slice: Slice,
        from: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Simulated, Problem> {
        let start = Place {
            month: 0,
            shard: 0,
            cursor: None,
        };
        let place = from.map(|text| Place::read(text).ok_or_else(|| Refusal::of("bad_cursor").about("cursor")));
        let mut place = place.transpose()?.unwrap_or(start);
        let months: Vec<Period> = wanted.period.months().collect();
        let mut walk = Walk {
            app: self,
            wanted,
            now,
            rows: slice.rows,
            rules: HashMap::new(),
            found: Simulated::default(),
        };
        while let Some(month) = months.get(place.month) {
            if place.shard >= self.settings.shards {
                (place.month, place.shard, place.cursor) = (place.month + 1, 0, None);
                continue;
            }
            if walk.found.totals.complaints + walk.found.unread_count >= slice.complaints {
                walk.found.next = Some(place.written());
                break;
            }
            let (month, cursor) = (month.to_string(), place.cursor.take());
            let page = self.store.month(&month, place.shard, PAGE, cursor.as_deref()).await?;
            let of = |column: Option<&String>| wanted.of.is_none() || column == wanted.of.as_ref();
            let own = page.items.into_iter().filter(|row| of(row.columns.get("procedure")));
            walk.page(own.map(|row| row.id).collect()).await?;
            match page.next {
                Some(next) => place.cursor = Some(next),
                None => place.shard += 1,
            }
        }
        Ok(walk.found)
    }
}

fn unfit(faults: &[Fault]) -> Problem {
    let refusals = faults.iter().map(|fault| {
        let refusal = Refusal::of("change_does_not_fit").about("set");
        refusal.with("why", fault.message.as_str())
    });
    Refused(refusals.collect()).into()
}

struct Walk<'a> {
    app: &'a App,
    wanted: &'a Wanted,
    now: DateTime<Utc>,
    rows: usize,
    rules: HashMap<(String, String), Option<Arc<Rules>>>,
    found: Simulated,
}

impl Walk<'_> {
    async fn page(&mut self, ids: Vec<String>) -> Result<(), Problem> {
        for head in self.app.store.heads(&ids).await? {
            self.complaint(head).await?;
        }
        Ok(())
    }

    async fn complaint(&mut self, head: HeadRecord) -> Result<(), Problem> {
        let loaded = Loaded::read(head)?;
        let it = &loaded.complaint;
        let Some(rules) = self.rules_of(it).await? else {
            self.unread(it, "procedure_version_gone");
            return Ok(());
        };
        let log = self.app.store.log(it.id.as_str()).await?;
        let entries: Result<Vec<Entry>, _> = log.iter().map(|record| serde_json::from_str(&record.entry)).collect();
        let Ok(entries) = entries else {
            self.unread(it, "log_broken");
            return Ok(());
        };
        let text = if rules.alike.reads_texts {
            self.text(it, &entries).await?
        } else {
            None
        };
        let life = Life {
            entries: &entries,
            reachable: loaded.reachable(),
            text: text.as_deref(),
        };
        let (was, would) = rules.sides();
        let lens = Lens::new(was, would, &rules.was.office.directory, rules.alike);
        match lens.look(&life, rules.was.local(self.now)) {
            Err(_) => self.unread(it, "log_broken"),
            Ok(finding) => {
                self.found.totals.add(&finding);
                if let Some(difference) = finding.difference {
                    if self.found.rows.len() < self.rows {
                        self.found.rows.push(difference);
                    } else {
                        self.found.left_out += 1;
                    }
                }
            }
        }
        Ok(())
    }

    /// The customer's words as they were at receipt, unless they were erased.
    async fn text(&self, it: &Complaint, entries: &[Entry]) -> Result<Option<String>, StoreError> {
        let first = entries.first().map(|entry| entry.events.as_slice()).unwrap_or_default();
        let at = first.iter().find_map(|event| match event {
            Event::FieldsSet { set, .. } => match set.get(key::DESCRIPTION) {
                Some(Value::Words(at)) => Some((it.id.to_string(), at.seq, at.n)),
                _ => None,
            },
            _ => None,
        });
        let Some(at) = at else { return Ok(None) };
        let found = self.app.store.texts_at(&[at]).await?;
        Ok(found.into_iter().next().map(|record| record.text))
    }

    async fn rules_of(&mut self, it: &Complaint) -> Result<Option<Arc<Rules>>, Problem> {
        let version = (it.procedure.to_string(), it.procedure_version.clone());
        if let Some(known) = self.rules.get(&version) {
            return Ok(known.clone());
        }
        let was = match self.app.desk_of(it).await {
            // It was logged.
            Err(Problem::Refused(_)) => None,
            other => Some(other?),
        };
        let rules = was.map(|was| self.otherwise(was).map(Arc::new)).transpose()?;
        self.rules.insert(version, rules.clone());
        Ok(rules)
    }

    fn otherwise(&self, was: DeskWork) -> Result<Rules, Problem> {
        let own = &was.procedure.pack.procedure;
        let would = match &self.wanted.procedure {
            Some(other) => other.clone(),
            None if self.wanted.changes.is_empty() => was.procedure.clone(),
            None => {
                let name = format!("{}@{}", own.id, own.version);
                self.app.changed_procedure(&name, &self.wanted.changes)?
            }
        };
        let name = &would.pack.procedure.calendar;
        let calendar = was.office.calendar(name).ok_or(Problem::Fault)?;
        let laid = self.wanted.calendar.as_ref().filter(|laid| laid.name() == name);
        let calendar = match laid.map(|laid| calendar.merge(laid)) {
            Some(Ok(laid)) => Arc::new(laid),
            Some(Err(error)) => {
                let refusal = Refusal::of("change_does_not_fit").about("calendar");
                return Err(refusal.with("why", error.to_string()).into());
            }
            None => calendar,
        };
        let alike = Alike::of(
            Side {
                procedure: &was.procedure,
                calendar: &was.calendar,
            },
            Side {
                procedure: &would,
                calendar: &calendar,
            },
        );
        Ok(Rules {
            was,
            would,
            calendar,
            alike,
        })
    }

    fn unread(&mut self, it: &Complaint, why: &'static str) {
        self.found.unread_count += 1;
        if self.found.unread.len() < MOST_UNREAD {
            let number = it.number.to_string();
            self.found.unread.push(Unread { number, why });
        }
    }
}
