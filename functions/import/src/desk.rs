//! Uploads of people: each is read, taken in, taken back or set going as they want it, in slices, and what came of it is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kesu_app::registers::{self, Register, RegisterState};
use kesu_app::store::{Change, ChangeKind, Key, Kind};
use kesu_app::{App, Problem};
use kesu_ledger::book::Helper;
use kesu_ledger::finding::Record;
use kesu_ledger::mapping::{Mapping, propose};
use kesu_rules::domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::annotate::annotated;
use crate::options::{Options, Watch};
use crate::proposal::proposal;
use crate::report::{Report, record_json};
use crate::run::run;
use crate::source::Source;
use crate::undo::{activate, undo};

/// How long one slice takes: a function's limit is fifteen minutes.
const SLICE: Duration = Duration::from_secs(600);
/// After so many slices something is wrong.
const MOST: u32 = 200;
/// How many findings of each kind a kept report holds, and how many records it shows as a sample.
const FINDINGS: usize = 1_000;
const SAMPLE: usize = 50;
/// How often progress is noted.
const NOTED: Duration = Duration::from_secs(2);

/// Handles one change of the table: does what a person wants with a register.
///
/// # Errors
/// When blobs or store do not answer; the change then comes again, and what was done is done.
pub async fn on_change(app: &App, change: &Change, helper: Option<Helper>) -> Result<(), Problem> {
    match change.key() {
        Some(Key::Small {
            kind: Kind::Register,
            id,
        }) if change.kind != ChangeKind::Remove => work(app, &id, helper).await,
        _ => Ok(()),
    }
}

/// The uploads with which there is something to do: for a start after a crash.
///
/// # Errors
/// When the store does not answer.
pub async fn waiting(app: &App) -> Result<Vec<String>, Problem> {
    let all = registers::list(app).await?.into_iter();
    Ok(all
        .filter(|(_, register)| register.wants_work())
        .map(|(id, _)| id)
        .collect())
}

/// One slice of what is wanted with an upload; nothing if nothing is. A process does one after the other.
///
/// # Errors
/// As [`on_change`].
pub async fn work(app: &App, id: &str, helper: Option<Helper>) -> Result<(), Problem> {
    work_within(app, id, helper, SLICE).await
}

/// As [`work`], in a slice of that length; it goes a portion further, however short it is.
///
/// # Errors
/// As [`on_change`].
pub async fn work_within(app: &App, id: &str, helper: Option<Helper>, budget: Duration) -> Result<(), Problem> {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let Some((register, version)) = registers::find(app, id).await? else {
        return Ok(());
    };
    let done = match register.state {
        RegisterState::Reading => read(app, id, &register, version, helper).await,
        RegisterState::Running => take_in(app, id, &register, version, (helper, budget)).await,
        RegisterState::Undoing => take_back(app, id, &register, version).await,
        RegisterState::Activating => set_going(app, id, &register, version).await,
        _ => return Ok(()),
    };
    match done {
        Err(Problem::Refused(refusals)) => {
            // Nothing that comes again by itself would change that.
            let said = Problem::Refused(refusals).body(register.language);
            refused(app, id, said).await
        }
        other => other,
    }
}

/// The wish could not be carried out: it waits for another.
async fn refused(app: &App, id: &str, said: Value) -> Result<(), Problem> {
    let back = |register: &mut Register| {
        register.state = match register.state {
            RegisterState::Reading | RegisterState::Running => RegisterState::Read,
            RegisterState::Undoing | RegisterState::Activating => RegisterState::Done,
            other => other,
        };
        register.refused = said.get("error").cloned();
        Ok(true)
    };
    registers::change(app, id, back).await.map(|_| ())
}

async fn opened(app: &App, register: &Register, helper: Option<Helper>) -> Result<(Source, Options), Problem> {
    let name = register.file.as_deref().ok_or(Problem::Fault)?;
    let Some(bytes) = app.blobs.import(name).await? else {
        return Err(Refusal::of("register_empty").into());
    };
    let mapping = match &register.mapping {
        None => Mapping::default(),
        Some(text) => Mapping::read(text).map_err(|error| {
            let refusal = Refusal::of("bad_mapping").about("mapping");
            Problem::from(refusal.with("error", error.to_string()))
        })?,
    };
    let options = Options {
        procedure: register.procedure.clone(),
        mapping,
        mapping_text: register.mapping.clone().unwrap_or_default(),
        language: register.language,
        helper,
        ..Options::default()
    };
    Ok((Source::bytes(register.name.clone(), bytes), options))
}

/// The dry run, against what the store holds already; with a mapping to edit and a copy to mend.
async fn read(app: &App, id: &str, register: &Register, version: u64, helper: Option<Helper>) -> Result<(), Problem> {
    let (source, mut options) = opened(app, register, helper).await?;
    options.dry_run = true;
    let said = options.mapping.clone();
    let (mut watch, told) = Counting::new();
    let sources = [source];
    let actor = register.actor(app).await?;
    let running = run(app, &sources, &options, &actor, &mut watch);
    let report = noting(app, id, &told, running).await?;
    let mut reports = register.reports.clone();
    // A copy belongs to the reading it was made from.
    reports.remove("copy");
    let doubts = |report: &Report| {
        report
            .files
            .iter()
            .any(|file| file.rejected.len() + file.warnings.len() > 0)
    };
    if doubts(&report) && !report.refused() {
        let copy = copy_of(sources, options, report.clone()).await?;
        if let Some(copy) = copy {
            let kept = registers::keep_report(app, id, version, "copy", copy).await?;
            reports.insert("copy".to_owned(), kept);
        }
    }
    let surveys = report.files.iter().filter_map(|file| file.survey.as_deref());
    let surveys: Vec<_> = surveys.collect();
    let file: Vec<String> = surveys.iter().map(|survey| propose(survey)).collect();
    let proposed = proposal(&surveys, &said, register.language);
    let readable = !report.refused();
    let mut body = bounded(report, register);
    if let Some(map) = body.as_object_mut() {
        map.insert("proposal".to_owned(), json!(file.join("\n")));
        map.insert("proposed".to_owned(), Value::Object(proposed));
        map.insert("sample".to_owned(), json!(watch.sample));
    }
    let kept = registers::keep_report(app, id, version, "read", body.to_string().into_bytes()).await?;
    reports.insert("read".to_owned(), kept);
    let done = |register: &mut Register| {
        if register.state != RegisterState::Reading {
            return Ok(false);
        }
        register.state = RegisterState::Read;
        register.readable = readable;
        register.reports.clone_from(&reports);
        Ok(true)
    };
    finish(app, id, done).await
}

/// Made on a thread of its own: it reads the whole file again.
async fn copy_of(sources: [Source; 1], options: Options, report: Report) -> Result<Option<Vec<u8>>, Problem> {
    let made = tokio::task::spawn_blocking(move || {
        let [source] = &sources;
        let file = report.files.first()?;
        annotated(source, &options, file, options.language)
            .inspect_err(|error| tracing::warn!(%error, "no copy of a register could be made"))
            .ok()
    });
    made.await.map_err(|_| Problem::Fault)
}

/// A slice of the real run.
async fn take_in(
    app: &App,
    id: &str,
    register: &Register,
    version: u64,
    (helper, budget): (Option<Helper>, Duration),
) -> Result<(), Problem> {
    let (source, mut options) = opened(app, register, helper).await?;
    options.budget = Some(budget);
    let (mut watch, told) = Counting::new();
    let actor = register.actor(app).await?;
    let sources = [source];
    let running = run(app, &sources, &options, &actor, &mut watch);
    let report = noting(app, id, &told, running).await?;
    let batch = report.batch.clone();
    if !report.finished {
        if register.slices >= MOST {
            tracing::error!(slices = register.slices, "a register comes to no end");
            return Err(Refusal::of("register_no_end").into());
        }
        // The stream brings it back for the next slice.
        let further = |register: &mut Register| {
            register.slices += 1;
            register.batch.clone_from(&batch);
            Ok(true)
        };
        return registers::change(app, id, further).await.map(|_| ());
    }
    let body = bounded(report, register);
    let kept = registers::keep_report(app, id, version, "run", body.to_string().into_bytes()).await?;
    let done = |register: &mut Register| {
        if register.state != RegisterState::Running {
            return Ok(false);
        }
        register.state = RegisterState::Done;
        register.batch.clone_from(&batch);
        register.reports.insert("run".to_owned(), kept.clone());
        Ok(true)
    };
    finish(app, id, done).await
}

async fn take_back(app: &App, id: &str, register: &Register, version: u64) -> Result<(), Problem> {
    let batch = register.batch.as_deref().ok_or(Problem::Fault)?;
    let undone = undo(app, batch, &register.actor(app).await?).await?;
    let kept = registers::keep_report(app, id, version, "undo", json!(undone).to_string().into_bytes()).await?;
    ended(app, id, RegisterState::Undone, "undo", &kept).await
}

async fn set_going(app: &App, id: &str, register: &Register, version: u64) -> Result<(), Problem> {
    let batch = register.batch.as_deref().ok_or(Problem::Fault)?;
    let activated = activate(app, batch, &register.actor(app).await?).await?;
    let kept = registers::keep_report(app, id, version, "activate", json!(activated).to_string().into_bytes()).await?;
    ended(app, id, RegisterState::Done, "activate", &kept).await
}

async fn ended(app: &App, id: &str, state: RegisterState, kind: &str, kept: &str) -> Result<(), Problem> {
    let done = |register: &mut Register| {
        register.state = state;
        register.reports.insert(kind.to_owned(), kept.to_owned());
        Ok(true)
    };
    finish(app, id, done).await
}

async fn finish(app: &App, id: &str, done: impl Fn(&mut Register) -> Result<bool, Problem>) -> Result<(), Problem> {
    registers::change(app, id, done).await?;
    registers::forget_progress(app, id).await
}

/// The report as it is kept: the first findings of each kind, and how many are left off; the copy has them all.
fn bounded(mut report: Report, register: &Register) -> Value {
    let mut left_off = 0;
    for file in &mut report.files {
        for findings in [&mut file.skipped, &mut file.rejected, &mut file.warnings] {
            left_off += findings.len().saturating_sub(FINDINGS);
            findings.truncate(FINDINGS);
        }
    }
    let mut body = report.json(register.language);
    if let Some(map) = body.as_object_mut() {
        map.insert("left_off".to_owned(), json!(left_off));
    }
    body
}

/// Runs something and notes from time to time how far it is.
async fn noting<T>(
    app: &App,
    id: &str,
    told: &Told,
    running: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let mut running = std::pin::pin!(running);
    let mut tick = tokio::time::interval(NOTED);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    tick.tick().await;
    let mut last = 0;
    loop {
        tokio::select! {
            done = &mut running => return done,
            _ = tick.tick() => {
                let (done, all) = (told.done.load(Ordering::Relaxed), told.all.load(Ordering::Relaxed));
                // Without the figure the work goes on.
                if done != last && registers::note_progress(app, id, done, all).await.is_ok() {
                    last = done;
                }
            }
        }
    }
}

#[derive(Default)]
struct Told {
    done: AtomicU64,
    all: AtomicU64,
}

/// Counts what is dealt with, and keeps the first records.
struct Counting {
    told: Arc<Told>,
    sample: Vec<Value>,
}

impl Counting {
    fn new() -> (Self, Arc<Told>) {
        let told = Arc::new(Told::default());
        let counting = Self {
            told: told.clone(),
            sample: Vec::new(),
        };
        (counting, told)
    }
}

impl Watch for Counting {
    fn total(&mut self, records: u64) {
        self.told.all.store(records, Ordering::Relaxed);
    }

    fn record(&mut self, record: &Record) {
        if self.sample.len() < SAMPLE {
            self.sample.push(record_json(record));
        }
    }

    fn passed(&mut self, records: u64) {
        self.told.done.fetch_add(records, Ordering::Relaxed);
    }
}
