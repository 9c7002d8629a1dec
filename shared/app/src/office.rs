//! The company as the rules need it: its directory and its calendar, read once and kept fresh.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use kesu_rules::clock::{Overrides, WorkCalendar};
use kesu_rules::domain::directory::Directory;
use kesu_rules::domain::names::UserId;

use crate::store::{Kind, SmallRecord, Store, StoreError};

/// How old the copy may be where other processes write too.
const FRESH: Duration = Duration::from_secs(20);
/// The directory's record.
const DIRECTORY: &str = "directory";

/// Directory and calendars at one moment.
#[derive(Debug)]
pub struct Office {
    /// Who holds which desk.
    pub directory: Directory,
    /// The directory's version, for edits.
    pub directory_version: u64,
    calendars: BTreeMap<String, Arc<WorkCalendar>>,
}

impl Office {
    /// The calendar of that name, with what the company added; the plain shipped one where nothing was.
    pub fn calendar(&self, name: &str) -> Option<Arc<WorkCalendar>> {
        if let Some(own) = self.calendars.get(name) {
            return Some(own.clone());
        }
        WorkCalendar::builtin(name)
            .ok()
            .map(|shipped| Arc::new(shipped.clone()))
    }
}

/// The kept copy.
pub struct OfficeKeeper {
    kept: RwLock<Option<(Instant, Arc<Office>)>>,
    administrator: UserId,
}

impl OfficeKeeper {
    /// A keeper for an installation whose directory nobody has written yet.
    pub fn new(administrator: UserId) -> Self {
        Self {
            kept: RwLock::new(None),
            administrator,
        }
    }

    /// The office now, read again when the copy is old.
    ///
    /// # Errors
    /// When the store does not answer, or what it holds cannot be read.
    pub async fn office(&self, store: &Store) -> Result<Arc<Office>, StoreError> {
        if let Some((read, office)) = self.kept.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && read.elapsed() < FRESH
        {
            return Ok(office.clone());
        }
        let office = Arc::new(self.read(store).await?);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), office.clone()));
        Ok(office)
    }

    /// Forgets the copy after a change.
    pub fn forget(&self) {
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn read(&self, store: &Store) -> Result<Office, StoreError> {
        let record = store.get(Kind::Directory, DIRECTORY).await?;
        let (directory, directory_version) = match record {
            Some(record) => (parse(&record)?, record.version),
            None => (Directory::of(self.administrator.clone()), 0),
        };
        let mut calendars = BTreeMap::new();
        for record in store.list(Kind::Calendar, "", 200, None).await?.items {
            let (name, calendar) = stored_calendar(&record, &calendars)?;
            calendars.insert(name, Arc::new(calendar));
        }
        Ok(Office {
            directory,
            directory_version,
            calendars,
        })
    }
}

/// Writes the directory if it is still the version that was read.
///
/// # Errors
/// When the store does not answer.
pub async fn save_directory(store: &Store, directory: &Directory, seen: u64) -> Result<bool, StoreError> {
    let body = serde_json::to_string(directory).unwrap_or_default();
    let mut record = SmallRecord::new(Kind::Directory, DIRECTORY, body);
    record.version = seen + 1;
    if seen == 0 {
        store.put_new(&record).await
    } else {
        store.update(&record, seen).await
    }
}

/// Keeps a newly published year, or the company's own days (`name/overrides`), as the file's text.
///
/// # Errors
/// When the store does not answer.
pub async fn save_calendar(store: &Store, id: &str, toml: &str) -> Result<(), StoreError> {
    store.put(&SmallRecord::new(Kind::Calendar, id, toml)).await
}

fn parse(record: &SmallRecord) -> Result<Directory, StoreError> {
    serde_json::from_str(&record.body).map_err(|_| broken(record))
}

fn broken(record: &SmallRecord) -> StoreError {
    StoreError::Broken {
        what: "record",
        key: record.id.clone(),
    }
}

/// A record `cn/2027` holds years that were published later, `cn/overrides` the company's own days. Records come in the
/// order of their ids, so that overrides are laid over all years.
fn stored_calendar(
    record: &SmallRecord,
    before: &BTreeMap<String, Arc<WorkCalendar>>,
) -> Result<(String, WorkCalendar), StoreError> {
    let (name, what) = record.id.split_once('/').unwrap_or((&record.id, ""));
    let base = match before.get(name) {
        Some(calendar) => Some(calendar.as_ref().clone()),
        None => WorkCalendar::builtin(name).ok().cloned(),
    };
    let calendar = if what == "overrides" {
        let overrides: Overrides = serde_json::from_str(&record.body).map_err(|_| broken(record))?;
        base.and_then(|base| base.with_overrides(overrides).ok())
    } else {
        let newer = WorkCalendar::parse(&record.body).map_err(|_| broken(record))?;
        match base {
            Some(base) => base.merge(&newer).ok(),
            None => Some(newer),
        }
    };
    calendar
        .map(|calendar| (name.to_owned(), calendar))
        .ok_or_else(|| broken(record))
}
