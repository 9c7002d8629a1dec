//! The engine in this process: dynoxide (DynamoDB's semantics on SQLite) behind the SDK's `HttpClient`, with no socket
//! that others could open.
//!
//! What was acknowledged is on disk: SQLite's WAL with `synchronous` at FULL, which nothing here ever lowers.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, TryLockError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::storage::Storage;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, watch};

use super::client::Connection;
use super::{Faults, Store, StoreError};

/// Requests that may be parsed and answered side by side; the engine itself does one at a time.
const SIDE_BY_SIDE: usize = 8;
/// The stream is cut back each time about this many requests have written.
const TRIM_EVERY: u64 = 1024;
/// Newest stream records that are kept for a reader that has not come yet.
const KEEP: u64 = 20_000;

/// The engine of one machine. Cheap to clone; the last clone closes the file.
#[derive(Clone)]
pub struct Local(Arc<Engine>);

pub(super) struct Engine {
    pub(super) db: Database,
    /// A second connection to the same database, for what the engine has no call for.
    side: Mutex<Storage>,
    /// Held for reading by requests and for writing by upkeep, which therefore never finds the database locked. Taken
    /// after `side`, so that requests never wait for a long backup.
    upkeep: RwLock<()>,
    gate: Semaphore,
    written: watch::Sender<u64>,
    on_disk: bool,
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("on_disk", &self.0.on_disk).finish()
    }
}

impl Local {
    /// Opens or creates the database file at `path`. One process at a time: the caller holds the data folder's lock.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_str().ok_or_else(|| file("the path is not UTF-8"))?;
        Self::at(path, true)
    }

    /// A database in memory, gone with the last clone.
    pub fn memory() -> Result<Self, StoreError> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        // A name of its own in SQLite's memory file system, so that two connections can share it.
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Self::at(&format!("file:/kesu-{}-{n}?vfs=memdb", std::process::id()), false)
    }

    fn at(path: &str, on_disk: bool) -> Result<Self, StoreError> {
        let db = Database::new(path).map_err(file)?;
        let side = Storage::new(path).map_err(file)?;
        // Each write asks for the stream's last number; without an index that reads the whole stream, images and all.
        let index = "CREATE INDEX IF NOT EXISTS kesu_stream ON _stream_records \
                     (table_name, CAST(sequence_number AS INTEGER))";
        side.conn().execute_batch(index).map_err(file)?;
        Ok(Self(Arc::new(Engine {
            db,
            side: Mutex::new(side),
            upkeep: RwLock::new(()),
            gate: Semaphore::new(SIDE_BY_SIDE),
            written: watch::channel(0).0,
            on_disk,
        })))
    }

    /// An SDK client that talks to this engine.
    pub fn client(&self) -> Client {
        Connection::in_process(self.http())
    }

    /// A client whose requests fail as `faults` says.
    pub fn faulty_client(&self, faults: &Faults) -> Client {
        Connection::in_process(faults.wrap(self.http()))
    }

    /// The store on `table`, which is created if need be.
    pub async fn store(&self, table: &str) -> Result<Store, StoreError> {
        let store = Store::new(self.client(), table);
        store.ensure_table().await?;
        Ok(store)
    }

    fn http(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Deletes expired items; returns how many. Nothing expires by itself here, so a timer calls this. It goes by the
    /// machine's clock, so it is not for a process whose clock is moved.
    pub async fn sweep_ttl(&self) -> Result<usize, StoreError> {
        let deleted = self
            .blocking(|engine| engine.reading(|db| db.sweep_ttl()).map_err(file))
            .await?;
        if deleted > 0 {
            self.0.wrote();
        }
        Ok(deleted)
    }

    /// Writes a consistent copy of the live database to `out`, which must not exist. Writers go on meanwhile.
    pub async fn backup(&self, out: &Path) -> Result<(), StoreError> {
        let out = out.to_path_buf();
        self.blocking(move |engine| {
            let side = engine.side.lock().unwrap_or_else(PoisonError::into_inner);
            // A file's readers and writers do not meet; in memory they would.
            let still = (!engine.on_disk).then(|| engine.upkeep.write().unwrap_or_else(PoisonError::into_inner));
            let copied = copy(&side, &out, engine.on_disk);
            drop(still);
            copied
        })
        .await
    }

    /// How SQLite is set to reach the disk: `(journal_mode, synchronous)`; `("wal", 2)` on a file.
    pub fn durability(&self) -> Result<(String, i64), StoreError> {
        let side = self.0.side.lock().unwrap_or_else(PoisonError::into_inner);
        let journal = side
            .conn()
            .query_row("PRAGMA journal_mode", [], |r| r.get(0))
            .map_err(file)?;
        let synchronous = side
            .conn()
            .query_row("PRAGMA synchronous", [], |r| r.get(0))
            .map_err(file)?;
        Ok((journal, synchronous))
    }

    /// Number of stream records on file.
    pub fn stream_records(&self) -> Result<u64, StoreError> {
        let side = self.0.side.lock().unwrap_or_else(PoisonError::into_inner);
        side.conn()
            .query_row("SELECT COUNT(*) FROM _stream_records", [], |r| r.get::<_, u64>(0))
            .map_err(file)
    }

    /// Changes whenever something was written.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.0.written.subscribe()
    }

    /// Runs `work` on a thread that may block.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Engine) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let engine = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&engine)).await.map_err(file)?
    }
}

impl Engine {
    fn reading<T>(&self, work: impl FnOnce(&Database) -> T) -> T {
        let _requests = self.upkeep.read().unwrap_or_else(PoisonError::into_inner);
        work(&self.db)
    }

    fn wrote(&self) {
        self.written.send_modify(|n| *n += 1);
    }

    /// Deletes the stream records up to `delivered` and all but the newest [`KEEP`], but never the last, from which the
    /// next number is counted. `false` if a backup is under way: then it is done another time.
    pub(super) fn trim(&self, table: &str, delivered: i64) -> Result<bool, StoreError> {
        let side = match self.side.try_lock() {
            Ok(side) => side,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(false),
        };
        let _alone = self.upkeep.write().unwrap_or_else(PoisonError::into_inner);
        let table = table.replace('\'', "''");
        let delete = format!(
            "DELETE FROM _stream_records WHERE table_name = '{table}' \
             AND (CAST(sequence_number AS INTEGER) <= {delivered} \
                  OR id <= (SELECT MAX(id) FROM _stream_records) - {KEEP}) \
             AND CAST(sequence_number AS INTEGER) < (SELECT MAX(CAST(sequence_number AS INTEGER)) \
                 FROM _stream_records WHERE table_name = '{table}')"
        );
        side.conn().execute_batch(&delete).map_err(file).map(|()| true)
    }

    fn answer(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let db = &self.db;
        match operation {
            "TransactWriteItems" => run(body, |r| db.transact_write_items(r)),
            "PutItem" => run(body, |r| db.put_item(r)),
            "UpdateItem" => run(body, |r| db.update_item(r)),
            "DeleteItem" => run(body, |r| db.delete_item(r)),
            "BatchWriteItem" => run(body, |r| db.batch_write_item(r)),
            "GetItem" => run(body, |r| db.get_item(r)),
            "BatchGetItem" => run(body, |r| db.batch_get_item(r)),
            "TransactGetItems" => run(body, |r| db.transact_get_items(r)),
            "Query" => run(body, |r| db.query(r)),
            "Scan" => run(body, |r| db.scan(r)),
            "CreateTable" => run(body, |r| db.create_table(r)),
            "DescribeTable" => run(body, |r| db.describe_table(r)),
            "DeleteTable" => run(body, |r| db.delete_table(r)),
            "ListTables" => run(body, |r| db.list_tables(r)),
            "UpdateTimeToLive" => run(body, |r| db.update_time_to_live(r)),
            "DescribeTimeToLive" => run(body, |r| db.describe_time_to_live(r)),
            other => Err(DynoxideError::ValidationException(format!(
                "`{other}` is not used by any access pattern"
            ))),
        }
    }

    fn respond(&self, operation: &str, body: &[u8]) -> Result<HttpResponse, ConnectorError> {
        let (status, body) = match self.reading(|_| self.answer(operation, body)) {
            Ok(body) => (200, body),
            Err(e) => (e.status_code(), unmarked(&e.to_json()).into_bytes()),
        };
        let status = StatusCode::try_from(status).map_err(|e| ConnectorError::other(e.into(), None))?;
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        response
            .headers_mut()
            .insert("content-type", "application/x-amz-json-1.0");
        Ok(response)
    }
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    call: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Vec<u8>, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|e| DynoxideError::ValidationException(e.to_string()))?;
    let answer = call(request)?;
    serde_json::to_vec(&answer).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}

/// The engine marks some messages for its own server, which we do not use.
fn unmarked(json: &str) -> String {
    [
        "VALIDATION_REQUEST:",
        "VALIDATION_AS_READ:",
        "SERIALIZATION_AS_READ:",
        "VALIDATION:",
        "SERIALIZATION:",
    ]
    .iter()
    .fold(json.to_owned(), |text, marker| {
        text.replacen(&format!("\"{marker}"), "\"", 1)
    })
}

/// Copies the database file at `path`, which another process may be using, to `out`, which must not exist.
pub fn backup_of(path: &Path, out: &Path) -> Result<(), StoreError> {
    if !path.exists() {
        return Err(file(format!("`{}` is not there", path.display())));
    }
    let path = path.to_str().ok_or_else(|| file("the path is not UTF-8"))?;
    copy(&Storage::new(path).map_err(file)?, out, true)
}

fn copy(from: &Storage, out: &Path, on_disk: bool) -> Result<(), StoreError> {
    if out.exists() {
        return Err(file(format!("`{}` is there already", out.display())));
    }
    let name = out.to_str().ok_or_else(|| file("the path is not UTF-8"))?;
    if on_disk {
        from.vacuum_into(name).map_err(file)?;
    } else {
        // From memory, the copy would stay in memory if the file system were not named.
        let escaped = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let system = if cfg!(windows) { "win32" } else { "unix" };
        from.vacuum_into(&format!("file:{escaped}?vfs={system}"))
            .map_err(file)?;
    }
    std::fs::File::open(out).and_then(|f| f.sync_all()).map_err(file)
}

pub(super) fn file(reason: impl ToString) -> StoreError {
    StoreError::File(reason.to_string())
}

impl HttpClient for Local {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Local {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
            let broken = |e: &'static str| ConnectorError::other(e.into(), None);
            let body = request
                .body()
                .bytes()
                .ok_or_else(|| broken("the body is a stream"))?
                .to_vec();
            let _turn = engine
                .gate
                .acquire()
                .await
                .map_err(|_| broken("the engine is closed"))?;
            let worker = Arc::clone(&engine);
            // Runs to its end even if the caller goes away: a write is never half done.
            let work = tokio::task::spawn_blocking(move || {
                let writes = !matches!(
                    operation.as_str(),
                    "GetItem" | "BatchGetItem" | "TransactGetItems" | "Query" | "Scan" | "DescribeTable"
                );
                let response = worker.respond(&operation, &body)?;
                if writes && response.status().is_success() {
                    worker.wrote();
                    if worker.written.borrow().is_multiple_of(TRIM_EVERY) {
                        worker.cut_back();
                    }
                }
                Ok(response)
            });
            work.await.map_err(|e| ConnectorError::other(e.into(), None))?
        })
    }
}

impl Engine {
    /// Keeps the stream from growing when nobody reads it. A failure is not the writer's: the next time will do.
    fn cut_back(&self) {
        let tables = self
            .side
            .try_lock()
            .map(|side| side.list_table_names().unwrap_or_default());
        for table in tables.unwrap_or_default() {
            if let Err(e) = self.trim(&table, 0) {
                tracing::warn!(error = %e, "the change stream could not be cut back");
            }
        }
    }
}
