//! Old registers that people upload, and what they want done with them: read, taken in, taken back, set going.
//!
//! The staff's pages only note the wish; the importer hears of it by the table's stream, does the work in slices, and notes
//! what came of it. A wish that was noted is carried out also when the process dies in between.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kesu_rules::domain::facts::Actor;
use kesu_rules::domain::names::UserId;
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::language::Language;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::problem::Problem;
use crate::store::{Kind, SmallRecord, StoreError};
use crate::users;

/// The largest upload, in bytes: ten years of a busy register are less.
pub const LARGEST: usize = 32 << 20;
/// The largest mapping, in bytes.
pub const LARGEST_MAPPING: usize = 256 << 10;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;
/// How often a change is tried anew.
const ATTEMPTS: u32 = 8;
/// After this moment (the year 2286) the ids no longer go backwards.
const LAST: i64 = 9_999_999_999_999;

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// It is being read: the dry run.
    Reading,
    /// It was read and waits for a person's word.
    Read,
    /// It is being taken in.
    Running,
    /// Everything is in.
    Done,
    /// The open complaints of the import are being set going.
    Activating,
    /// The import is being taken back.
    Undoing,
    /// The import was taken back.
    Undone,
}

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Read it once more, with another mapping or under another procedure.
    Read {
        /// The mapping file; the reader's own guesses where absent.
        mapping: Option<String>,
        /// The procedure; the installation's first where absent.
        procedure: Option<String>,
    },
    /// Take it in.
    Run,
    /// Take the import back.
    Undo,
    /// Set the open complaints of the import going.
    Activate,
}

/// An upload, or the import of a file that came otherwise and with which a person wants something done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// The file's name. It may be a person's, hence here and in no event.
    pub name: String,
    /// Its size in bytes.
    pub size: usize,
    /// When it came.
    pub at: DateTime<Utc>,
    /// Who wanted what is being done, or was done last.
    pub by: UserId,
    /// In whose language findings are worded.
    pub language: Language,
    /// How far it is.
    pub state: RegisterState,
    /// The procedure that is to govern; the installation's first where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// The mapping file that a person gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<String>,
    /// Where its bytes are; nothing for what came otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its import, once it was begun and made anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<String>,
    /// How many slices of the present work were done.
    #[serde(default)]
    pub slices: u32,
    /// Whether it could be read to its end.
    #[serde(default)]
    pub readable: bool,
    /// By kind of work (`read`, `run`, `undo`, `activate`): where its report is; `copy`: where the copy to be mended is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reports: BTreeMap<String, String>,
    /// Why the last wish could not be carried out: an error as the API words them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<serde_json::Value>,
}

impl Register {
    /// Who wants it, as permissions and history see him; the system where the account is gone.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn actor(&self, app: &App) -> Result<Actor, Problem> {
        let found = users::find(&app.store, &self.by).await?;
        Ok(found.map_or(Actor::System, |(user, _)| Actor::Staff(user.staff(&self.by))))
    }

    /// Whether there is work for the importer.
    pub fn wants_work(&self) -> bool {
        use RegisterState::{Activating, Reading, Running, Undoing};
        matches!(self.state, Reading | Running | Activating | Undoing)
    }
}

/// Takes an upload in, to be read; gives its id.
///
/// # Errors
/// Refuses an empty file and a name that is none; or it could not be written.
pub async fn upload(
    app: &App,
    name: &str,
    bytes: Vec<u8>,
    procedure: Option<String>,
    by: &UserId,
    language: Language,
) -> Result<(String, Register), Problem> {
    let name = file_name(name)?;
    if bytes.is_empty() {
        return Err(Refusal::of("register_empty").about("body").into());
    }
    known_procedure(app, procedure.as_deref())?;
    let at = app.now();
    let back = LAST.saturating_sub(at.timestamp_millis()).max(0);
    let id = format!("{back:013}-{}", users::random_hex(6));
    let file = format!("{id}.file");
    let register = Register {
        name,
        size: bytes.len(),
        at,
        by: by.clone(),
        language,
        state: RegisterState::Reading,
        procedure,
        mapping: None,
        file: Some(file.clone()),
        batch: None,
        slices: 0,
        readable: false,
        reports: BTreeMap::new(),
        refused: None,
    };
    app.blobs.keep_import(&file, bytes).await?;
    app.store.put_new(&record(&id, 1, &register)).await?;
    Ok((id, register))
}

/// A file's name without its folders.
fn file_name(name: &str) -> Result<String, Problem> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let wrong = |code: &str| Refusal::of(code).about("name").with("field", "name");
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(wrong("missing_field").into());
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(wrong("too_long").with("max", LONGEST_NAME.to_string()).into());
    }
    Ok(name.to_owned())
}

fn known_procedure(app: &App, procedure: Option<&str>) -> Result<(), Problem> {
    match procedure {
        Some(named) if app.library().procedure(named).is_none() => {
            let refusal = Refusal::of("unknown_procedure").about("procedure");
            let refusal = refusal.with("procedure", named);
            Err(refusal.with("allowed", app.library().ids().join(", ")).into())
        }
        _ => Ok(()),
    }
}

/// An upload, with its record's version.
///
/// # Errors
/// When the store does not answer.
pub async fn find(app: &App, id: &str) -> Result<Option<(Register, u64)>, Problem> {
    let found = app.store.get(Kind::Register, id).await?;
    let read = |record: SmallRecord| Ok::<_, StoreError>((read(&record)?, record.version));
    Ok(found.map(read).transpose()?)
}

/// All uploads, the latest first.
///
/// # Errors
/// When the store does not answer.
pub async fn list(app: &App) -> Result<Vec<(String, Register)>, Problem> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = app.store.list(Kind::Register, "", 100, cursor.as_deref()).await?;
        for record in page.items {
            let register = read(&record)?;
            all.push((record.id, register));
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Notes what a person wants done with an upload, or with an import that came otherwise, by its id.
///
/// # Errors
/// Not found; refused where it cannot be done now; or the store does not answer.
pub async fn order(app: &App, id: &str, order: Order, by: &UserId, language: Language) -> Result<Register, Problem> {
    if let Order::Read { mapping, procedure } = &order {
        if mapping.as_ref().is_some_and(|text| text.len() > LARGEST_MAPPING) {
            let max = format!("{} KB", LARGEST_MAPPING >> 10);
            return Err(Problem::TooLarge { max });
        }
        known_procedure(app, procedure.as_deref())?;
    }
    if find(app, id).await?.is_none() {
        came_otherwise(app, id, by, language).await?;
    }
    change(app, id, |register| {
        register.state = allowed(register, &order)?;
        if let Order::Read { mapping, procedure } = &order {
            register.mapping.clone_from(mapping);
            register.procedure.clone_from(procedure);
        }
        register.by = by.clone();
        register.language = language;
        (register.slices, register.refused) = (0, None);
        Ok(true)
    })
    .await
}

/// Where an order leads, if it may be given now.
fn allowed(register: &Register, order: &Order) -> Result<RegisterState, Problem> {
    use RegisterState::{Activating, Done, Read, Reading, Running, Undoing, Undone};
    let state = match (order, register.state) {
        (Order::Read { .. }, Read | Undone) if register.file.is_some() => Reading,
        (Order::Run, Read | Undone) if register.file.is_some() => {
            if !register.readable {
                return Err(Refusal::of("register_unreadable").into());
            }
            Running
        }
        (Order::Undo, Done) if register.batch.is_some() => Undoing,
        (Order::Activate, Done) if register.batch.is_some() => Activating,
        _ => return Err(Refusal::of("register_not_now").into()),
    };
    Ok(state)
}

/// Something is wanted of an import that was begun by a command or by a file in a bucket.
async fn came_otherwise(app: &App, id: &str, by: &UserId, language: Language) -> Result<(), Problem> {
    let (batch, _) = app.batch(id).await?.ok_or(Problem::NotFound)?;
    let names: Vec<&str> = batch.files.iter().map(|file| file.ledger.as_str()).collect();
    let at = DateTime::parse_from_rfc3339(&batch.started_at).map_or_else(|_| app.now(), |at| at.to_utc());
    let register = Register {
        name: names.join(", "),
        size: 0,
        at,
        by: by.clone(),
        language,
        state: match batch.state {
            crate::batches::BatchState::Done => RegisterState::Done,
            crate::batches::BatchState::Undone => RegisterState::Undone,
            // What broke off may be taken back as well.
            crate::batches::BatchState::Running => RegisterState::Done,
        },
        procedure: Some(batch.procedure),
        mapping: None,
        file: None,
        batch: Some(id.to_owned()),
        slices: 0,
        readable: true,
        reports: BTreeMap::new(),
        refused: None,
    };
    app.store.put_new(&record(id, 1, &register)).await?;
    Ok(())
}

/// Forgets an upload with everything that was made of it; complaints that came of it stay.
///
/// # Errors
/// Not found; refused while something is being done with it; or the store does not answer.
pub async fn forget(app: &App, id: &str) -> Result<Register, Problem> {
    let (register, _) = find(app, id).await?.ok_or(Problem::NotFound)?;
    if register.wants_work() {
        return Err(Refusal::of("register_not_now").into());
    }
    for name in register.file.iter().chain(register.reports.values()) {
        app.blobs.forget_import(name).await?;
    }
    app.store.delete(Kind::Register, id).await?;
    Ok(register)
}

/// Keeps a report of some work (or the copy to be mended) in the place of an earlier one of the same kind.
///
/// # Errors
/// When it could not be written.
pub async fn keep_report(app: &App, id: &str, version: u64, kind: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    // The version makes it a name of its own: a report of later work must not meet an older one's.
    let name = format!("{id}-{version}-{kind}");
    app.blobs.keep_import(&name, bytes).await?;
    Ok(name)
}

/// Changes an upload as long as `change` says that there is something to change.
///
/// # Errors
/// Not found; what `change` refuses; or the store does not answer.
pub async fn change(
    app: &App,
    id: &str,
    change: impl Fn(&mut Register) -> Result<bool, Problem>,
) -> Result<Register, Problem> {
    for _ in 0..ATTEMPTS {
        let (mut register, version) = find(app, id).await?.ok_or(Problem::NotFound)?;
        if !change(&mut register)? {
            return Ok(register);
        }
        if app.store.update(&record(id, version + 1, &register), version).await? {
            return Ok(register);
        }
    }
    Err(Problem::Busy)
}

/// How far the present work is: complaints dealt with, and all.
///
/// # Errors
/// When the store does not answer.
pub async fn progress(app: &App, id: &str) -> Result<Option<(u64, u64)>, Problem> {
    let found = app.store.get(Kind::Seen, &progress_key(id)).await?;
    Ok(found.and_then(|record| serde_json::from_str(&record.body).ok()))
}

/// Notes how far the present work is. Apart from the upload's own record: nobody needs to hear of it by the stream.
///
/// # Errors
/// When the store does not answer.
pub async fn note_progress(app: &App, id: &str, done: u64, all: u64) -> Result<(), Problem> {
    let body = serde_json::to_string(&(done, all)).map_err(|_| Problem::Fault)?;
    Ok(app
        .store
        .put(&SmallRecord::new(Kind::Seen, progress_key(id), body))
        .await?)
}

/// Forgets how far it was.
///
/// # Errors
/// When the store does not answer.
pub async fn forget_progress(app: &App, id: &str) -> Result<(), Problem> {
    Ok(app.store.delete(Kind::Seen, &progress_key(id)).await?)
}

fn progress_key(id: &str) -> String {
    format!("progress#{id}")
}

fn record(id: &str, version: u64, register: &Register) -> SmallRecord {
    // INVARIANT: texts, numbers and moments always serialise.
    let body = serde_json::to_string(register).unwrap_or_default();
    let mut record = SmallRecord::new(Kind::Register, id, body);
    record.version = version;
    record
}

fn read(record: &SmallRecord) -> Result<Register, StoreError> {
    serde_json::from_str(&record.body).map_err(|_| StoreError::Broken {
        what: "uploaded register",
        key: record.id.clone(),
    })
}
