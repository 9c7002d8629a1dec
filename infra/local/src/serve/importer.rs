//! The importer beside the running server: what people want done with uploads is done one after the other, and letters do
//! not wait for it.

use std::time::Duration;

use kesu_app::App;
use kesu_app::store::{Change, ChangeKind, Key, Kind};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How often a slice is tried before it is left until the next start or the next wish.
const ATTEMPTS: u32 = 5;

/// The running importer; it ends with this.
pub struct Importer {
    to: mpsc::UnboundedSender<String>,
    task: JoinHandle<()>,
}

impl Importer {
    /// Starts with what an earlier process left undone.
    pub fn start(app: App) -> Self {
        let (to, from) = mpsc::unbounded_channel();
        let task = tokio::spawn(follow(app, from));
        Self { to, task }
    }

    /// Hears of a change. Each slice changes the upload's record, which brings the next one.
    pub fn offer(&self, change: &Change) {
        if let Some(Key::Small {
            kind: Kind::Register,
            id,
        }) = change.key()
            && change.kind != ChangeKind::Remove
        {
            // Without a receiver the process is about to end.
            let _ = self.to.send(id);
        }
    }
}

impl Drop for Importer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow(app: App, mut from: mpsc::UnboundedReceiver<String>) {
    match kesu_import::desk::waiting(&app).await {
        Ok(ids) => {
            for id in ids {
                work(&app, &id).await;
            }
        }
        Err(problem) => tracing::error!(?problem, "uploads that wait could not be looked for"),
    }
    while let Some(id) = from.recv().await {
        work(&app, &id).await;
    }
}

async fn work(app: &App, id: &str) {
    for attempt in 0..ATTEMPTS {
        match kesu_import::desk::work(app, id, crate::commands::helper()).await {
            Ok(()) => return,
            Err(problem) => tracing::warn!(?problem, attempt, "an upload could not be dealt with"),
        }
        tokio::time::sleep(Duration::from_millis(200 << attempt)).await;
    }
}
