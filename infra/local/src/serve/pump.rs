//! The table's stream on one machine: every change goes to `notify`, `intake-mail` and `import`, as the stream mappings do on AWS.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use kesu_app::App;
use kesu_app::store::{Change, Changes, Key, Kind, Local, StreamFrom};
use kesu_escalate::Report;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::failure::Failure;
use crate::folder::{DataFolder, TABLE};
use crate::serve::importer::Importer;

/// How often a change is offered to the sender before the sweep is left to find its letter.
const ATTEMPTS: u32 = 5;
/// How many letters are sent at once. A mail server that is asked for more turns some away.
const AT_ONCE: usize = 8;
/// How many changes wait in memory at most.
const WAITING: usize = 4_096;

/// The running pump.
pub struct Pump {
    handled: watch::Receiver<u64>,
    written: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Pump {
    /// Starts with what an earlier process left undone, then follows every change.
    pub async fn start(folder: &DataFolder) -> Result<Self, Failure> {
        Self::over(&folder.app, &folder.local).await
    }

    /// As [`Self::start`], for an application of one's own over the database. One pump at a time.
    pub async fn over(app: &App, local: &Local) -> Result<Self, Failure> {
        let changes = local.changes(TABLE, StreamFrom::Oldest).await?;
        let written = local.written();
        let (done, handled) = watch::channel(0);
        let task = tokio::spawn(follow(app.clone(), changes, local.clone(), done));
        Ok(Self { handled, written, task })
    }

    /// Waits until everything written so far has been handled.
    pub async fn drained(&self) {
        let target = *self.written.borrow();
        let mut handled = self.handled.clone();
        // The pump ends only with the process.
        let _ = handled.wait_for(|done| *done >= target).await;
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(app: App, mut changes: Changes, local: Local, done: watch::Sender<u64>) {
    let mut written = local.written();
    // Whatever was claimed before this process began was claimed by one that is gone: until the pump has caught up once,
    // such letters are sent again. This is the only sender, so nobody else's claim can be mistaken for one of those.
    let mut catching_up = true;
    let mut desk = Desk::default();
    let importer = Importer::start(app.clone());
    loop {
        let seen = *written.borrow_and_update();
        // Nothing more is read until there is room again, and nothing is forgotten that is still on its way: what waits
        // stays in the table, and comes again after a crash.
        if desk.full() || (changes.many_open() && !desk.idle()) {
            desk.one_done(&app, catching_up).await;
            continue;
        }
        let read = match changes.all_done().await {
            Ok(()) => changes.changes_now().await,
            Err(error) => Err(error),
        };
        match read {
            Ok(batch) if batch.is_empty() => {
                if desk.idle() {
                    catching_up = false;
                    done.send_replace(seen);
                    if written.changed().await.is_err() {
                        return;
                    }
                } else {
                    // A slow server keeps its own letters waiting, and what is written meanwhile is seen.
                    tokio::select! {
                        () = desk.one_done(&app, catching_up) => {}
                        changed = written.changed() => if changed.is_err() { return },
                    }
                }
            }
            Ok(batch) => {
                for change in batch {
                    importer.offer(&change);
                    desk.take(&app, change, catching_up);
                }
            }
            Err(error) => {
                tracing::error!(%error, "the stream cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

/// Letters on their way: several at once, and those of one complaint one after the other.
#[derive(Default)]
struct Desk {
    sending: JoinSet<String>,
    /// What waits behind a letter of the same complaint that is being sent; a complaint has an entry while one is.
    behind: HashMap<String, VecDeque<Change>>,
    /// Complaints whose first letter waits until fewer are being sent.
    ready: VecDeque<(String, Change)>,
    waiting: usize,
}

impl Desk {
    fn idle(&self) -> bool {
        self.sending.is_empty() && self.ready.is_empty()
    }

    fn full(&self) -> bool {
        self.waiting >= WAITING
    }

    fn take(&mut self, app: &App, change: Change, catching_up: bool) {
        // Most changes are neither letters nor mail that waits, and are done with at once.
        let id = match change.key() {
            Some(Key::Letter { id, .. }) => id,
            Some(Key::Small {
                kind: Kind::Quarantine,
                id,
            }) => format!("mail {id}"),
            _ => return,
        };
        self.waiting += 1;
        match self.behind.get_mut(&id) {
            Some(queue) => queue.push_back(change),
            None => {
                self.behind.insert(id.clone(), VecDeque::new());
                self.ready.push_back((id, change));
            }
        }
        self.start(app, catching_up);
    }

    fn start(&mut self, app: &App, catching_up: bool) {
        while self.sending.len() < AT_ONCE {
            let Some((id, change)) = self.ready.pop_front() else {
                return;
            };
            self.waiting -= 1;
            let app = app.clone();
            self.sending.spawn(async move {
                offer(&app, &change, catching_up).await;
                id
            });
        }
    }

    /// Waits for one letter, and lets the next ones go.
    async fn one_done(&mut self, app: &App, catching_up: bool) {
        let id = match self.sending.join_next().await {
            Some(Ok(id)) => id,
            Some(Err(error)) => {
                // A letter that panicked leaves its claim behind; the sweep takes it up. Its complaint's others must not
                // wait for ever: without its id all queues are looked at.
                tracing::error!(%error, "a letter could not be handled");
                self.release_all();
                return self.start(app, catching_up);
            }
            None => return,
        };
        match self.behind.get_mut(&id).map(VecDeque::pop_front) {
            Some(Some(next)) => self.ready.push_back((id, next)),
            _ => {
                self.behind.remove(&id);
            }
        }
        self.start(app, catching_up);
    }

    fn release_all(&mut self) {
        for (id, queue) in std::mem::take(&mut self.behind) {
            self.ready.extend(queue.into_iter().map(|change| (id.clone(), change)));
        }
    }
}

async fn offer(app: &App, change: &Change, catching_up: bool) {
    for attempt in 0..ATTEMPTS {
        let sent = if catching_up {
            kesu_notify::on_change_after_restart(app, change).await
        } else {
            kesu_notify::on_change(app, change).await
        };
        let offered = match sent {
            Ok(()) => kesu_intake_mail::on_change(app, change).await,
            Err(problem) => Err(problem),
        };
        match offered {
            Ok(()) => return,
            Err(problem) => tracing::warn!(?problem, attempt, "a change could not be handled"),
        }
        tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
    }
}

/// Sweeps and sends until nothing more is due at this moment.
pub async fn settle(folder: &DataFolder, pump: &Pump) -> Result<Report, Failure> {
    settle_app(&folder.app, pump).await
}

/// As [`settle`], with the application alone.
pub async fn settle_app(app: &App, pump: &Pump) -> Result<Report, Failure> {
    let mut total = Report::default();
    pump.drained().await;
    // What a sweep brings about may be due at once (a reminder begins the next wait); a bound keeps a fault from looping.
    for _ in 0..50 {
        kesu_intake_mail::sweep(app, app.now()).await?;
        let report = kesu_escalate::run(app, app.now()).await?;
        pump.drained().await;
        total.woken += report.woken;
        total.escalations += report.escalations;
        total.letters += report.letters;
        if report.woken == 0 {
            break;
        }
    }
    Ok(total)
}
