use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Claim, SeenStore, StoreError};

/// How long a statement waits for another process.
const PATIENCE: Duration = Duration::from_secs(5);
/// One claim in so many also deletes what is older than the retention.
const BETWEEN_SWEEPS: u32 = 1000;

/// A store in a SQLite file, which several processes may share.
///
/// ```
/// use std::time::Duration;
/// use funnelflux_hooks::webhook::SqliteStore;
///
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("seen.sqlite");
/// let store = SqliteStore::open(&path, Duration::from_secs(7 * 24 * 3600))?;
/// # drop(store);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct SqliteStore {
    inner: Arc<Mutex<Inner>>,
    retention: Duration,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    claims: u32,
}

impl SqliteStore {
    /// Opens or makes the file; ids are kept for so long.
    ///
    /// # Errors
    /// When the file cannot be opened, or is no SQLite file.
    pub fn open(path: &Path, retention: Duration) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(StoreError::new)?;
        connection.busy_timeout(PATIENCE).map_err(StoreError::new)?;
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE IF NOT EXISTS seen_webhooks (
                     id TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER
                 ) WITHOUT ROWID;
                 CREATE INDEX IF NOT EXISTS seen_webhooks_since ON seen_webhooks (since);",
            )
            .map_err(StoreError::new)?;
        Ok(Self { inner: Arc::new(Mutex::new(Inner { connection, claims: 0 })), retention })
    }

    /// Runs a statement where it may wait for the disk.
    async fn with<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Inner, i64) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let inner = Arc::clone(&self.inner);
        let done = tokio::task::spawn_blocking(move || {
            let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
            run(&mut inner, milliseconds_now())
        });
        done.await.map_err(StoreError::new)?.map_err(StoreError::new)
    }
}

#[async_trait]
impl SeenStore for SqliteStore {
    async fn claim(&self, id: &str, lease: Duration) -> Result<Claim, StoreError> {
        let (id, retention) = (id.to_owned(), milliseconds(self.retention));
        self.with(move |inner, now| {
            let oldest = now.saturating_sub(retention);
            if inner.claims % BETWEEN_SWEEPS == 0 {
                inner.connection.execute("DELETE FROM seen_webhooks WHERE since < ?1", [oldest])?;
            }
            inner.claims = inner.claims.wrapping_add(1);
            // One statement, so that of two processes one wins.
            let until = now.saturating_add(milliseconds(lease));
            // A lease that begins after the end of this one is of a clock that was set back since.
            let mut claim = inner.connection.prepare_cached(
                "INSERT INTO seen_webhooks (id, since, until) VALUES (?1, ?2, ?3)
                 ON CONFLICT (id) DO UPDATE SET since = ?2, until = ?3
                 WHERE until <= ?2 OR (until IS NOT NULL AND since > ?3)
                     OR (until IS NULL AND since < ?4)",
            )?;
            if claim.execute(params![id, now, until, oldest])? == 1 {
                return Ok(Claim::New);
            }
            let mut find =
                inner.connection.prepare_cached("SELECT until FROM seen_webhooks WHERE id = ?1")?;
            let until: Option<Option<i64>> = find.query_row([&id], |row| row.get(0)).optional()?;
            Ok(if until == Some(None) { Claim::Done } else { Claim::UnderWay })
        })
        .await
    }

    async fn complete(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.with(move |inner, now| {
            let mut note = inner.connection.prepare_cached(
                "INSERT INTO seen_webhooks (id, since, until) VALUES (?1, ?2, NULL)
                 ON CONFLICT (id) DO UPDATE SET since = ?2, until = NULL",
            )?;
            note.execute(params![id, now]).map(drop)
        })
        .await
    }

    async fn release(&self, id: &str) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.with(move |inner, _| {
            let sql = "DELETE FROM seen_webhooks WHERE id = ?1 AND until IS NOT NULL";
            inner.connection.prepare_cached(sql)?.execute([id]).map(drop)
        })
        .await
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// The wall clock: other processes, and this one after a restart, have no other clock in common.
#[allow(
    clippy::disallowed_methods,
    reason = "the store's own time stamps; tests set leases and retention"
)]
fn milliseconds_now() -> i64 {
    milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
