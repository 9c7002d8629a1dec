//! The application: one value with everything a function needs, built once and shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use kesu_rules::clock::{Clock, Moment, WorkCalendar};
use kesu_rules::domain::chain::keyed;
use kesu_rules::domain::complaint::Complaint;
use kesu_rules::domain::facts::{Actor, Facts, NO_COUNTS};
use kesu_rules::domain::names::{Desk, RuleId, UserId};
use kesu_rules::domain::refusal::Refusal;
use kesu_rules::procedure::Procedure;

use crate::blobs::Blobs;
use crate::clock::{Time, stamp};
use crate::config::Settings;
use crate::library::Library;
use crate::limits::Limit;
use crate::office::{Office, OfficeKeeper};
use crate::post::Post;
use crate::problem::Problem;
use crate::store::{Store, Wake, keys};

/// The application. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the application is made of.
pub struct Parts {
    /// The one table.
    pub store: Store,
    /// Where "now" comes from.
    pub time: Time,
    /// Settings.
    pub settings: Settings,
    /// Attachments.
    pub blobs: Blobs,
    /// The way letters leave; used by `notify` alone.
    pub post: Option<Post>,
    library: Library,
    keeper: OfficeKeeper,
    counters: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    seen_to: Mutex<HashMap<&'static str, chrono::NaiveDate>>,
    /// Requests on public pages, by address.
    pub public_limit: Limit,
    /// Attempts to sign in or to look up a complaint, by account or number.
    pub guess_limit: Limit,
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// An application over a store.
    pub fn new(
        store: Store,
        time: Time,
        settings: Settings,
        blobs: Blobs,
        post: Option<Post>,
        administrator: UserId,
    ) -> Self {
        Self::with_library(store, time, settings, blobs, post, administrator, Library::default())
    }

    /// An application that knows a company's own procedures too.
    pub fn with_library(
        store: Store,
        time: Time,
        settings: Settings,
        blobs: Blobs,
        post: Option<Post>,
        administrator: UserId,
        library: Library,
    ) -> Self {
        let public = settings.public_per_minute;
        Self(Arc::new(Parts {
            store,
            time,
            blobs,
            post,
            library,
            keeper: OfficeKeeper::new(administrator),
            counters: Mutex::new(HashMap::new()),
            seen_to: Mutex::new(HashMap::new()),
            public_limit: Limit::per_minute(public),
            guess_limit: Limit::per_minute(public.min(10)),
            settings,
        }))
    }

    /// The moment of this request. Read once, at the edge, and passed on.
    pub fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// Where something stands in the index of what is due, to be looked at from that moment on.
    pub fn wake_at(&self, id: &str, at: DateTime<Utc>) -> Wake {
        Wake {
            shard: keys::shard(id, self.settings.shards),
            moment: stamp(at),
        }
    }

    /// The procedures at hand.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// The ids that an intake may name.
    pub fn offered(&self) -> Vec<String> {
        if self.settings.procedures.named() {
            self.settings.procedures.ids().map(str::to_owned).collect()
        } else {
            self.library.ids()
        }
    }

    /// The directory and the calendars.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn office(&self) -> Result<Arc<Office>, Problem> {
        Ok(self.keeper.office(&self.store).await?)
    }

    /// After the directory or a calendar was written: read it again.
    pub fn office_changed(&self) {
        self.keeper.forget();
    }

    /// Everything a decision under this procedure looks at, in the version in force now.
    ///
    /// # Errors
    /// When there is no such procedure, or the store does not answer.
    pub async fn desk(&self, procedure: &str) -> Result<DeskWork, Problem> {
        self.desk_at(procedure, self.now()).await
    }

    /// As [`Self::desk`], in the version that governs what is received at a moment.
    ///
    /// # Errors
    /// When there is no such procedure, or the store does not answer.
    pub async fn desk_at(&self, procedure: &str, received: DateTime<Utc>) -> Result<DeskWork, Problem> {
        let found = self.library.in_force(procedure, received);
        self.desk_with(found.ok_or(Problem::NotFound)?).await
    }

    /// Everything a decision about this complaint looks at: the version that was in force when it was received governs it
    /// for ever.
    ///
    /// # Errors
    /// Names the version where it is not at hand any more; or the store does not answer.
    pub async fn desk_of(&self, complaint: &Complaint) -> Result<DeskWork, Problem> {
        let (id, version) = (complaint.procedure.as_str(), complaint.procedure_version.as_str());
        let Some(found) = self.library.version(id, version) else {
            tracing::error!(
                procedure.id = id,
                procedure.version = version,
                "a version that governs complaints is gone"
            );
            let refusal = Refusal::of("procedure_version_gone").with("procedure", id);
            return Err(refusal.with("version", version).into());
        };
        self.desk_with(found).await
    }

    /// As [`Self::desk_of`], for each version of a procedure that is at hand, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn desks(&self, procedure: &str) -> Result<Vec<DeskWork>, Problem> {
        let mut all = Vec::new();
        for version in self.library.versions(procedure) {
            all.push(self.desk_with(version).await?);
        }
        Ok(all)
    }

    async fn desk_with(&self, procedure: Arc<Procedure>) -> Result<DeskWork, Problem> {
        let office = self.office().await?;
        let calendar = office
            .calendar(&procedure.pack.procedure.calendar)
            .ok_or(Problem::Fault)?;
        Ok(DeskWork {
            procedure,
            calendar,
            office,
        })
    }

    /// A keyed hash under the installation's secret, for what must not be guessed or read back.
    pub fn keyed(&self, purpose: &str, text: &str) -> String {
        keyed(&self.settings.secret, format!("{purpose}\n{text}").as_bytes())
    }

    /// The query code of a complaint: derived, never stored. Ten digits and letters that are not mistaken for each other.
    pub fn query_code(&self, id: &str) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let hash = self.keyed("query code", id);
        let bytes = hash.as_bytes().chunks(2).take(10);
        let value = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap_or("0"), 16).unwrap_or(0);
        bytes
            .filter_map(|pair| LETTERS.get(usize::from(value(pair)) % LETTERS.len()))
            .map(|l| char::from(*l))
            .collect()
    }

    /// Whether this process sees to `what` for the first time on a day. A memory, not a promise: what is done then must be
    /// harmless when it is done again.
    pub fn first_today(&self, what: &'static str, day: chrono::NaiveDate) -> bool {
        self.seen_to
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(what, day)
            != Some(day)
    }

    /// Takes back what [`Self::first_today`] noted: the work could not be finished and is begun again.
    pub fn again_today(&self, what: &'static str) {
        self.seen_to.lock().unwrap_or_else(PoisonError::into_inner).remove(what);
    }

    /// Numbers of one counter are given out one after the other within this process.
    pub(crate) fn counter(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.entry(key.to_owned()).or_default().clone()
    }
}

/// A procedure with the calendar and the directory of the moment: what facts are made of.
#[derive(Clone)]
pub struct DeskWork {
    /// The procedure.
    pub procedure: Arc<Procedure>,
    /// Its calendar.
    pub calendar: Arc<WorkCalendar>,
    /// The directory.
    pub office: Arc<Office>,
}

impl DeskWork {
    /// A moment in the procedure's zone.
    pub fn local(&self, at: DateTime<Utc>) -> Moment {
        at.with_timezone(&self.procedure.pack.procedure.zone).fixed_offset()
    }

    /// The desk that a name of the procedure's stands for: itself, or what it is another wording of.
    pub fn named<'a>(&'a self, desk: &'a Desk) -> &'a Desk {
        self.procedure.pack.aliases.get(desk.as_str()).unwrap_or(desk)
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

    /// The facts of a decision. The serial is set by the one who takes a number, counts and device by the one who looked
    /// them up.
    pub fn facts<'a>(
        &'a self,
        now: Moment,
        actor: &'a Actor,
        reason: Option<&'a str>,
        salt: &'a [u8],
        reachable: bool,
    ) -> Facts<'a> {
        let directory = &self.office.directory;
        let (procedure, calendar) = (&*self.procedure, &*self.calendar);
        Facts {
            now,
            procedure,
            calendar,
            directory,
            actor,
            reason,
            salt,
            serial: 0,
            reachable,
            counts: &NO_COUNTS,
            device: None,
        }
    }

    /// How late a limit that counts working time is at a moment, as `[working days, minutes beyond]`; nothing for limits
    /// that run day and night, and where no working time has passed yet.
    pub fn worked_late(&self, rule: &RuleId, due_at: Moment, now: Moment) -> Option<Vec<i64>> {
        let within = self.procedure.deadline(rule.as_str())?.within.as_ref();
        let works = within.is_none_or(|within| matches!(within.unit().clock(), "work" | "workday"));
        let worked = self.clock().working_between(due_at, now);
        let day = self.procedure.pack.procedure.hours.minutes_a_day().max(1);
        (works && worked > 0).then(|| vec![worked / day, worked % day])
    }

    /// The deadlines of a complaint at a moment.
    pub fn deadlines(&self, complaint: &Complaint, now: Moment) -> Vec<kesu_rules::clock::deadline::Deadline> {
        kesu_rules::clock::deadline::deadlines(complaint, &self.procedure, &self.clock(), now)
    }
}
