//! A run: every file in portions, each planned, noted, written; broken off anywhere it goes on where it was.

use std::collections::{BTreeMap, BTreeSet};

use fail::fail_point;
use kesu_app::batches::{Batch, BatchFile, BatchState, Fate};
use kesu_app::{App, Problem};
use kesu_ledger::finding::Told;
use kesu_rules::domain::chain::hash;
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::numbering::{period, serial_of};
use tokio::time::Instant;

use crate::feed::{Fed, Portion, feed};
use crate::layouts;
use crate::look::{Looked, look, reading};
use crate::noted::{Noted, REFUSED, fits, known_code};
use crate::options::{Options, Watch};
use crate::plan::{Planner, Row};
use crate::report::{FileReport, Report};
use crate::source::Source;
use crate::write::{Place, governing, write};

/// Imports files as one batch, or says what that would do where the options want a dry run. A batch of the same files that
/// broke off is gone on with.
///
/// # Errors
/// Refuses an unknown procedure; or the store does not answer, and the same files are to be fed again.
pub async fn run(
    app: &App,
    sources: &[Source],
    options: &Options,
    actor: &Actor,
    watch: &mut dyn Watch,
) -> Result<Report, Problem> {
    let started = Instant::now();
    let procedure = procedure(app, options)?;
    let mut files = Vec::new();
    for source in sources {
        let digest = source.digest().map_err(|error| {
            let refusal = Refusal::of("file_unreadable").with("file", source.name());
            Problem::from(refusal.with("error", error.to_string()))
        })?;
        files.push(BatchFile {
            ledger: source.ledger().to_owned(),
            digest,
            sheets: Vec::new(),
        });
    }
    // Nothing is written of a set of files before each is known to be readable to its end.
    let looked = look(sources, options, watch).await;
    for (file, looked) in files.iter_mut().zip(&looked) {
        file.sheets.clone_from(&looked.sheets);
    }
    let seen: BTreeSet<String> = looked
        .iter()
        .flat_map(|looked| looked.fingerprints.iter().cloned())
        .collect();
    let (options, remembered, said) = layouts::recalled(app, options, &seen).await?;
    let options = &options;
    let key = key(&procedure, &said, &files);
    let broken_off = match options.dry_run {
        true => None,
        false => broken_off(app, &key).await?,
    };
    let batch = match broken_off {
        Some((id, batch)) => {
            let version = app.batch(&id).await?.map(|(_, version)| version);
            Keeping {
                app,
                id,
                batch,
                version,
            }
        }
        None => Keeping {
            app,
            id: new_id(app, &key).await?,
            batch: Batch {
                state: BatchState::Running,
                key,
                procedure: procedure.clone(),
                started_at: app.now().to_rfc3339(),
                finished_at: None,
                activated_at: None,
                undone_at: None,
                files,
                held: BTreeMap::new(),
                totals: Default::default(),
            },
            version: None,
        },
    };
    let id = batch.id.clone();
    let mut run = Run {
        app,
        options,
        watch,
        place: Place {
            batch: id.clone(),
            procedure,
            file: 0,
            actor: actor.clone(),
        },
        planner: Planner::new(app, &id),
        noted: Noted::of(app, &id, batch.version.is_some()),
        batch,
        until: options.budget.map(|budget| started + budget),
        advanced: false,
    };
    let mut report = run.all(sources, looked).await?;
    report.remembered = remembered;
    if report.finished && !options.dry_run {
        layouts::remember(app, options, &seen).await?;
    }
    Ok(report)
}

/// The procedure that governs what is imported.
fn procedure(app: &App, options: &Options) -> Result<String, Problem> {
    let first = || app.settings.procedures.ids().next().map(str::to_owned);
    let named = options
        .procedure
        .clone()
        .or_else(first)
        .or_else(|| app.library().ids().into_iter().next());
    let named = named.ok_or(Problem::NotFound)?;
    if app.library().procedure(&named).is_none() {
        let refusal = Refusal::of("unknown_procedure")
            .about("procedure")
            .with("procedure", named);
        return Err(refusal.with("allowed", app.library().ids().join(", ")).into());
    }
    Ok(named)
}

fn key(procedure: &str, mapping: &str, files: &[BatchFile]) -> String {
    let fed: Vec<String> = files
        .iter()
        .map(|file| format!("{}\n{}", file.ledger, file.digest))
        .collect();
    hash(format!("{procedure}\n{mapping}\n{}", fed.join("\n")).as_bytes())
}

async fn broken_off(app: &App, key: &str) -> Result<Option<(String, Batch)>, Problem> {
    let running = |batch: &Batch| batch.state == BatchState::Running && batch.key == key;
    Ok(app.batches().await?.into_iter().find(|(_, batch)| running(batch)))
}

/// An id that is not taken: the moment, and a few digits of what is fed.
async fn new_id(app: &App, key: &str) -> Result<String, Problem> {
    let tail: String = key.chars().take(6).collect();
    let first = format!("{}-{tail}", app.now().format("%Y%m%d-%H%M%S"));
    let mut id = first.clone();
    let mut n = 1;
    while app.batch(&id).await?.is_some() {
        n += 1;
        id = format!("{first}-{n}");
    }
    Ok(id)
}

/// The record of the import: made with the first portion that writes anything, so that what changes nothing leaves none.
struct Keeping<'a> {
    app: &'a App,
    id: String,
    batch: Batch,
    version: Option<u64>,
}

impl Keeping<'_> {
    async fn keep(&mut self) -> Result<(), Problem> {
        self.version = Some(self.app.keep_batch(&self.id, &self.batch, self.version).await?);
        Ok(())
    }
}

struct Run<'a> {
    app: &'a App,
    options: &'a Options,
    watch: &'a mut dyn Watch,
    place: Place,
    planner: Planner<'a>,
    noted: Noted<'a>,
    batch: Keeping<'a>,
    until: Option<Instant>,
    /// Whether a portion was written that no run had begun before: a slice that only goes over what is done is none.
    advanced: bool,
}

impl Run<'_> {
    async fn all(&mut self, sources: &[Source], looked: Vec<Looked>) -> Result<Report, Problem> {
        let mut report = Report::default();
        for (n, (source, looked)) in sources.iter().zip(looked).enumerate() {
            self.place.file = u32::try_from(n).unwrap_or(u32::MAX);
            self.watch.begin(source.name());
            let mut file = FileReport::of(source.name());
            let done = match looked.end {
                Err(unreadable) => {
                    file.unreadable = Some(unreadable);
                    true
                }
                Ok(()) => self.file(source, n, &mut file).await?,
            };
            self.watch.end(&file);
            report.files.push(file);
            if !done {
                report.batch = Some(self.batch.id.clone());
                return Ok(report);
            }
        }
        report.finished = true;
        fail_point!("import.before_the_end", |_| crate::died());
        if self.batch.version.is_some() {
            self.batch.batch.state = BatchState::Done;
            self.batch.batch.finished_at = Some(self.app.now().to_rfc3339());
            self.batch.batch.totals = report.totals();
            self.batch.keep().await?;
            report.batch = Some(self.batch.id.clone());
        }
        Ok(report)
    }

    /// One file. Whether it was dealt with to its end; else time is up.
    async fn file(&mut self, source: &Source, n: usize, file: &mut FileReport) -> Result<bool, Problem> {
        let today = self.app.now().date_naive();
        let mut from = feed(reading(source, self.options, Some(today), !self.options.dry_run));
        let mut portion = 0;
        while let Some(fed) = from.recv().await {
            match fed {
                Portion::Opened(_) => {}
                Portion::Rows {
                    fed,
                    skipped,
                    rejected,
                    warnings,
                } => {
                    file.skipped.extend(skipped);
                    file.rejected.extend(rejected);
                    file.warnings.extend(warnings);
                    if !fed.is_empty() {
                        self.portion(n, portion, fed, file).await?;
                        portion += 1;
                    }
                    if self.advanced && self.until.is_some_and(|until| Instant::now() >= until) {
                        return Ok(false);
                    }
                }
                Portion::End(Ok(survey)) => file.surveyed(survey),
                Portion::End(Err(unreadable)) => file.unreadable = Some(unreadable),
            }
        }
        Ok(true)
    }

    async fn portion(&mut self, n: usize, place: u32, fed: Vec<Fed>, file: &mut FileReport) -> Result<(), Problem> {
        let rows: Vec<Row> = fed.into_iter().map(|fed| Row::of(self.app, fed)).collect();
        self.hold(&rows)?;
        let at = u32::try_from(n).unwrap_or(u32::MAX);
        let mut fresh = false;
        let (mut part, written) = match self.noted.take(at, place).await? {
            Some((part, more)) if fits(&part, &rows) => {
                // What was planned before it broke off is what is done now, so that the end is the same.
                for (row, planned) in rows.iter().zip(&part.rows) {
                    if planned.fate != Fate::Merge {
                        self.planner.known.add(row.record(), &planned.id);
                    }
                }
                (part, more)
            }
            _ => {
                fresh = true;
                (self.planner.plan(&rows).await?, false)
            }
        };
        for (row, planned) in rows.iter().zip(&part.rows) {
            self.watch.record(row.record());
            if planned.fate != Fate::Create || planned.to.is_some() {
                file.settle(&row.record().sheet, row.record().row);
            }
            let totals = file.sheet(&row.record().sheet);
            match planned.fate {
                Fate::Create => totals.created += 1,
                Fate::Merge => totals.merged += 1,
                Fate::Mend => {
                    totals.merged += 1;
                    totals.mended += 1;
                }
                Fate::Unchanged => totals.unchanged += 1,
            }
        }
        let count = rows.len() as u64;
        let records: Vec<_> = rows
            .iter()
            .map(|row| (row.record().sheet.clone(), row.record().row))
            .collect();
        let writes = part.rows.iter().any(|row| row.fate != Fate::Unchanged);
        if writes && !written && !self.options.dry_run {
            if self.batch.version.is_none() {
                self.batch.keep().await?;
                fail_point!("import.begun", |_| crate::died());
            }
            self.app.keep_part(&self.batch.id, at, place, &part).await?;
            fail_point!("import.part_noted", |_| crate::died());
            let noticed = write(self.app, &self.place, &part, rows).await?;
            fail_point!("import.part_written", |_| crate::died());
            self.advanced |= fresh;
            if !noticed.is_empty() {
                let values = |values: Vec<(&'static str, String)>| {
                    values
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect()
                };
                let noticed = noticed
                    .into_iter()
                    .map(|(n, code, of)| (n, code.to_owned(), values(of)));
                part.told.extend(noticed);
                part.told.dedup();
                self.app.keep_part(&self.batch.id, at, place, &part).await?;
            }
        }
        for (n, code, values) in &part.told {
            let (Some((sheet, row)), Some(told)) = (records.get(*n), known_code(code, values)) else {
                continue;
            };
            let told = Told {
                sheet: sheet.clone(),
                row: *row,
                ..told
            };
            if told.code == REFUSED {
                let totals = file.sheet(sheet);
                match part.rows.get(*n).map(|row| row.fate) {
                    Some(Fate::Create) => totals.created -= 1,
                    Some(Fate::Mend) => {
                        totals.merged -= 1;
                        totals.mended -= 1;
                    }
                    _ => continue,
                }
                totals.rejected += 1;
                file.rejected.push(told);
            } else {
                file.warnings.push(told);
            }
        }
        self.watch.passed(count);
        Ok(())
    }

    /// Notes how far the numbers that come along reach into the procedure's own.
    fn hold(&mut self, rows: &[Row]) -> Result<(), Problem> {
        let procedure = governing(self.app, &self.place.procedure, None)?;
        let numbering = &procedure.pack.numbering;
        for row in rows {
            let day = crate::known::text(row.record(), kesu_rules::ledger::DATE);
            let day = day.and_then(|day| day.get(..10)?.parse::<chrono::NaiveDate>().ok());
            let (Some(number), Some(day)) = (row.number(), day) else {
                continue;
            };
            if let Some(serial) = serial_of(numbering, day, number.as_str()) {
                let counter = format!("{} {}", self.place.procedure, period(numbering, day));
                let held = self.batch.batch.held.entry(counter).or_insert(0);
                *held = serial.max(*held);
            }
        }
        Ok(())
    }
}
