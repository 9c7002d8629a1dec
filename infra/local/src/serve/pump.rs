//! The table's stream on one machine: every change goes to `notify` and `intake-mail`, as the stream mappings do on AWS.

use std::time::Duration;

use kesu_app::App;
use kesu_app::store::{Changes, Local, StreamFrom};
use kesu_escalate::Report;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::folder::{DataFolder, TABLE};

/// How often a change is offered to the sender before the sweep is left to find its letter.
const ATTEMPTS: u32 = 5;

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
    loop {
        let seen = *written.borrow_and_update();
        match changes.changes_now().await {
            Ok(batch) if batch.is_empty() => {
                catching_up = false;
                done.send_replace(seen);
                if written.changed().await.is_err() {
                    return;
                }
            }
            Ok(batch) => {
                for change in &batch {
                    offer(&app, change, catching_up).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, "the stream cannot be read");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn offer(app: &App, change: &kesu_app::store::Change, catching_up: bool) {
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
