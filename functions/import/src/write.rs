//! Writing a part: what becomes of each row is decided and noted first, then done, several rows at once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use kesu_app::App;
use kesu_app::batches::{Batch, BatchState, Fate, Part, PartRow, Totals};
use kesu_app::intake::Submission;
use kesu_app::problem::{Problem, phrase};
use kesu_app::record::Loaded;
use kesu_ledger::finding::Told;
use kesu_rules::domain::command::Intake;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::legacy::{Legacy, Origin};
use kesu_rules::domain::message::Alike;
use kesu_rules::domain::names::{ComplaintId, Number};
use kesu_rules::ledger::{Columns, Taken};
use kesu_rules::procedure::Procedure;
use kesu_rules::procedure::numbering::{period, serial_of};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::feed::Fed;
use crate::known::{Known, Twin};
use crate::report::FileReport;
use crate::run::doubt;

/// Complaints that are written at once.
const AT_ONCE: usize = 8;

/// An import that is running.
pub struct Writer<'a> {
    app: &'a App,
    id: String,
    batch: Batch,
    version: u64,
    procedure: Option<Arc<Procedure>>,
    parts: u64,
}

impl<'a> Writer<'a> {
    /// Over a batch and the version of its record.
    pub fn new(app: &'a App, (id, batch, version): (String, Batch, u64)) -> Self {
        let procedure = app.library().procedure(&batch.procedure);
        Self {
            app,
            id,
            batch,
            version,
            procedure,
            parts: 0,
        }
    }

    /// Remembers the names of a file's sheets.
    pub fn sheets(&mut self, file: u32, sheets: &[String]) {
        let place = usize::try_from(file).unwrap_or(usize::MAX);
        if let Some(file) = self.batch.files.get_mut(place) {
            file.sheets = sheets.to_vec();
        }
    }

    /// Ends the import: gives its batch, or nothing where it changed nothing and is forgotten.
    pub async fn end(mut self, totals: Totals) -> Result<Option<String>, Problem> {
        if self.parts == 0 {
            self.app.forget_batch(&self.id).await?;
            return Ok(None);
        }
        self.batch.state = BatchState::Done;
        self.batch.finished_at = Some(self.app.now().to_rfc3339());
        self.batch.totals = totals;
        self.app.keep_batch(&self.id, &self.batch, Some(self.version)).await?;
        Ok(Some(self.id))
    }

    /// Puts some rows in, and tells what became of them.
    pub async fn write(
        &mut self,
        (file, place): (u32, u32),
        fed: &[Fed],
        ledger: &str,
        known: &mut Known,
        report: &mut FileReport,
    ) -> Result<(), Problem> {
        let procedure = self.procedure.clone().ok_or(Problem::NotFound)?;
        let ids: Vec<String> = fed.iter().map(|one| self.id_of(ledger, one)).collect();
        let noted = self.app.part(&self.id, file, place).await?;
        let taken: Vec<Taken> = fed
            .iter()
            .map(|one| {
                let fields = one.record.fields.iter().map(|(key, value)| (*key, value));
                Columns::builtin().take(&procedure, fields, &one.record.extra)
            })
            .collect();
        let part = match noted {
            Some(part) => part,
            None => {
                let part = self.decide(fed, &ids, &taken, known, report).await?;
                if part.rows.iter().any(|row| row.fate != Fate::Unchanged) {
                    self.app.keep_part(&self.id, file, place, &part).await?;
                }
                part
            }
        };
        if part.rows.iter().any(|row| row.fate != Fate::Unchanged) {
            self.parts += 1;
        }
        for (one, id) in fed.iter().zip(&ids) {
            known.add(&one.record, id);
        }
        self.hold(&procedure, &part, &taken).await?;
        let gate = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        for (at, ((row, one), taken)) in part.rows.iter().zip(fed).zip(taken).enumerate() {
            let work = Work {
                app: self.app.clone(),
                procedure: self.batch.procedure.clone(),
                origin: Origin {
                    batch: self.id.clone(),
                    file,
                    sheet: one.sheet,
                    row: one.record.row,
                    content: self.content(one),
                },
                row: row.clone(),
                taken,
            };
            let gate = gate.clone();
            tasks.spawn(async move {
                let _turn = gate.acquire_owned().await;
                (at, work.done().await)
            });
        }
        let mut done = BTreeMap::new();
        while let Some(joined) = tasks.join_next().await {
            let (at, outcome) = joined.map_err(|_| Problem::Fault)?;
            done.insert(at, outcome);
        }
        for (at, outcome) in done {
            let (Some(one), Some(row)) = (fed.get(at), part.rows.get(at)) else {
                continue;
            };
            tally(report, one, row, outcome)?;
        }
        Ok(())
    }

    fn id_of(&self, ledger: &str, one: &Fed) -> String {
        let whole = self
            .app
            .keyed("register", &format!("{ledger}\n{}", one.record.identity));
        whole.chars().take(32).collect()
    }

    fn content(&self, one: &Fed) -> String {
        self.app
            .keyed("register row", &one.record.content)
            .chars()
            .take(24)
            .collect()
    }

    /// What becomes of each row.
    async fn decide(
        &self,
        fed: &[Fed],
        ids: &[String],
        taken: &[Taken],
        known: &Known,
        report: &mut FileReport,
    ) -> Result<Part, Problem> {
        let mut there = HashMap::new();
        for head in self.app.store.heads(ids).await? {
            let loaded = Loaded::read(head)?;
            there.insert(loaded.complaint.id.to_string(), loaded.complaint);
        }
        let marks = self.app.merged_rows(ids).await?;
        let numbers: Vec<String> = taken.iter().filter_map(|taken| taken.number.clone()).collect();
        let given = self.app.by_numbers(&numbers).await?;
        // Twins within the part are found as it is gone through.
        let mut inner = Known::default();
        let mut used: BTreeMap<String, String> = BTreeMap::new();
        let mut part = Part::default();
        for ((one, id), taken) in fed.iter().zip(ids).zip(taken) {
            let mut row = PartRow {
                sheet: one.sheet,
                row: one.record.row,
                id: id.clone(),
                fate: Fate::Create,
                to: None,
                number: None,
            };
            if let Some(complaint) = there.get(id) {
                let same = complaint
                    .imported
                    .as_ref()
                    .is_some_and(|one_| one_.origin.content == self.content(one));
                row.fate = if same { Fate::Unchanged } else { Fate::Mend };
            } else if marks.contains(id) {
                row.fate = Fate::Unchanged;
            } else {
                let twin = inner.twin(&one.record).or_else(|| known.twin(&one.record));
                if let Some(told) = twin.as_ref().and_then(|twin| doubt(one, twin)) {
                    report.warnings.push(told);
                }
                match twin {
                    Some(Twin::Same(to)) => (row.fate, row.to) = (Fate::Merge, Some(to)),
                    Some(Twin::Number(to) | Twin::Alike(to)) => row.to = Some(to),
                    None => {}
                }
            }
            if row.fate == Fate::Create {
                let own = taken.number.as_deref().and_then(Number::parse);
                let other = own.as_ref().and_then(|own| {
                    let key = own.to_string();
                    used.get(&key)
                        .or_else(|| given.get(&key))
                        .filter(|other| *other != id)
                        .cloned()
                });
                if own.is_none() || other.is_some() {
                    // A number is given once: the row is told apart by a few signs of its id.
                    let signs = id.get(..8).unwrap_or_default();
                    row.number = Some(match &own {
                        Some(own) => format!("{own}-{signs}"),
                        None => format!("OLD-{signs}"),
                    });
                    if row.to.is_none() && other.is_some() {
                        report.warnings.push(told(one, "number_given", Vec::new()));
                    }
                    row.to = row.to.or(other);
                }
                let number = row.number.clone().or(own.map(|own| own.to_string()));
                used.entry(number.unwrap_or_default()).or_insert_with(|| id.clone());
            }
            inner.add(&one.record, id);
            part.rows.push(row);
        }
        Ok(part)
    }

    /// Notes the highest serials of numbers in the procedure's own pattern before they are written.
    async fn hold(&mut self, procedure: &Procedure, part: &Part, taken: &[Taken]) -> Result<(), Problem> {
        let numbering = &procedure.pack.numbering;
        let zone = procedure.pack.procedure.zone;
        let before = self.batch.held.clone();
        for (row, taken) in part.rows.iter().zip(taken).filter(|(row, _)| row.fate == Fate::Create) {
            let at = taken.received_at.map_or(self.app.now(), |at| at.to_utc());
            let day = at.with_timezone(&zone).date_naive();
            let number = row.number.as_ref().or(taken.number.as_ref());
            if let Some(serial) = number.and_then(|number| serial_of(numbering, day, number)) {
                let counter = format!("{} {}", self.batch.procedure, period(numbering, day));
                let highest = self.batch.held.entry(counter).or_insert(0);
                *highest = serial.max(*highest);
            }
        }
        if self.batch.held != before {
            self.version = self.app.keep_batch(&self.id, &self.batch, Some(self.version)).await?;
        }
        Ok(())
    }
}

/// One row to be written.
struct Work {
    app: App,
    procedure: String,
    origin: Origin,
    row: PartRow,
    taken: Taken,
}

/// What came of a row: fields that stay as people have set them.
type Outcome = Result<Vec<String>, Problem>;

impl Work {
    async fn done(self) -> Outcome {
        let Self {
            app,
            procedure,
            origin,
            row,
            mut taken,
        } = self;
        let legacy_number = row.number.as_deref().or(taken.number.as_deref());
        match row.fate {
            Fate::Unchanged => return Ok(Vec::new()),
            Fate::Merge => {
                app.note_merged(&row.id, row.to.as_deref().unwrap_or_default()).await?;
                return Ok(Vec::new());
            }
            Fate::Create | Fate::Mend => {}
        }
        let number = legacy_number.and_then(Number::parse);
        let number = number
            .or_else(|| Number::parse(row.id.get(..16).unwrap_or_default()))
            .ok_or(Problem::Fault)?;
        let content = origin.content.clone();
        let legacy = Legacy {
            number,
            origin,
            standing: taken.standing,
            reached: std::mem::take(&mut taken.reached),
            classes: std::mem::take(&mut taken.classes),
            department: taken.department.take(),
            notes: std::mem::take(&mut taken.notes),
        };
        let received = taken.received_at.unwrap_or_else(|| app.now().fixed_offset());
        if row.fate == Fate::Mend {
            let told = app.mend(&row.id, legacy, received, taken.fields, &Actor::System).await;
            return told.map(|(_, kept)| kept.iter().map(ToString::to_string).collect());
        }
        let duplicates = row
            .to
            .as_deref()
            .and_then(ComplaintId::parse)
            .map(|to| Alike { to, same: false });
        let intake = Intake {
            id: ComplaintId::parse(&row.id),
            channel: taken.channel,
            received_at: Some(received),
            received_by: None,
            language: None,
            fields: taken.fields,
            predecessor: None,
            duplicates: duplicates.into_iter().collect(),
            claims: Vec::new(),
            message: None,
            legacy: Some(Box::new(legacy)),
        };
        let submission = Submission {
            procedure: Some(procedure),
            intake,
            body_hash: content,
        };
        app.receive(submission, &Actor::System).await.map(|_| Vec::new())
    }
}

fn tally(report: &mut FileReport, one: &Fed, row: &PartRow, outcome: Outcome) -> Result<(), Problem> {
    let kept = match outcome {
        Ok(kept) => kept,
        Err(Problem::Refused(refusals)) => {
            report.totals.rejected += 1;
            let why: Vec<String> = refusals
                .iter()
                .map(|one| phrase(one, kesu_rules::language::Language::default()))
                .collect();
            report
                .rejected
                .push((told(one, "refused", Vec::new()), Some(why.join("; "))));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    match row.fate {
        Fate::Create => report.totals.created += 1,
        Fate::Merge => report.totals.merged += 1,
        Fate::Unchanged => report.totals.unchanged += 1,
        Fate::Mend => {
            report.totals.merged += 1;
            report.totals.mended += 1;
        }
    }
    if !kept.is_empty() {
        report
            .warnings
            .push(told(one, "kept_by_people", vec![("fields", kept.join(", "))]));
    }
    if !one.record.pictures.is_empty() && row.fate == Fate::Create {
        report.warnings.push(told(
            one,
            "pictures_left",
            vec![("count", one.record.pictures.len().to_string())],
        ));
    }
    Ok(())
}

fn told(one: &Fed, code: &'static str, values: Vec<(&'static str, String)>) -> Told {
    Told {
        sheet: one.record.sheet.clone(),
        row: one.record.row,
        column: None,
        code,
        values,
    }
}
