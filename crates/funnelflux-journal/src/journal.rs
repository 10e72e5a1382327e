//! The journal: one SQLite file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use funnelflux_transport::{Error, Lock, Timer, TokioTimer};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::book::Book;
use crate::file;

/// How long a statement waits for another process, which holds the file for some milliseconds at a time.
const BUSY: Duration = Duration::from_secs(20);
/// Of the schema. A file of a later version is refused.
const VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE book (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (kind, scope)
    ) STRICT;
    CREATE TABLE run (
        id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book, about TEXT NOT NULL,
        begun INTEGER NOT NULL, ended INTEGER
    ) STRICT;
    CREATE INDEX run_of_book ON run (book);
    CREATE TABLE step (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, book INTEGER NOT NULL,
        position INTEGER NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, payload TEXT NOT NULL,
        state TEXT NOT NULL, changed INTEGER NOT NULL, note TEXT
    ) STRICT;
    CREATE INDEX step_of_key ON step (book, key, id);
    CREATE INDEX step_of_run ON step (run, position);
    CREATE INDEX step_under_way ON step (book) WHERE state = 'sending';
";

/// The journal of the writes of one profile, in one SQLite file that processes share. It does not leave this
/// machine, and only its owner can read it (mode 0600 on Unix).
///
/// Its calls block for a disk write, some milliseconds. Clones share one connection.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    connection: Lock<Connection>,
    pub(crate) timer: Arc<dyn Timer>,
}

impl Journal {
    /// Opens the file, which is made with its directory if it is missing.
    ///
    /// # Errors
    /// If the file cannot be made or read, is no journal, or is of a later version of this crate.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        Self::open_with(path, Arc::new(TokioTimer))
    }

    /// Does the same with another clock.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl Into<PathBuf>, timer: Arc<dyn Timer>) -> Result<Self, Error> {
        let path = path.into();
        let cannot = |cause| {
            let what = format!("journal {}: it cannot be opened", path.display());
            Error::local(what).with_source(cause)
        };
        drop(file::make(&path).map_err(cannot)?);
        let open = || -> rusqlite::Result<(Connection, i64)> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&path, flags)?;
            connection.busy_timeout(BUSY)?;
            // A file system without shared memory keeps another mode, which is as safe.
            let _: String =
                connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            // What was written down before a request has to survive a loss of power.
            connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
            let version = prepare(&connection)?;
            Ok((connection, version))
        };
        let (connection, version) = open().map_err(|cause| wrong(&path, cause))?;
        if version > VERSION {
            let what = format!("journal {}: it was written by a later version", path.display());
            return Err(Error::local(what).with_advice("Use that version, or another profile."));
        }
        let connection = Lock::new(connection);
        Ok(Self { shared: Arc::new(Shared { path, connection, timer }) })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The book of the writes of one kind in one scope, such as `costs` and the base URL of the account. It is
    /// made if it is missing.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn book(&self, kind: &str, scope: &str) -> Result<Book, Error> {
        let make = "INSERT INTO book (kind, scope) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        loop {
            if let Some(book) = self.find(kind, scope)? {
                return Ok(book);
            }
            self.shared.with(|connection| connection.execute(make, [kind, scope]))?;
        }
    }

    /// The same if it was made before.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn find(&self, kind: &str, scope: &str) -> Result<Option<Book>, Error> {
        let find = "SELECT id FROM book WHERE kind = ?1 AND scope = ?2";
        let id = self.shared.with(|connection| {
            connection.query_row(find, [kind, scope], |row| row.get(0)).optional()
        })?;
        Ok(id.map(|id| Book { shared: self.shared.clone(), id }))
    }
}

/// Makes the tables in a new file. Gives the version of the file.
fn prepare(connection: &Connection) -> rusqlite::Result<i64> {
    let version = || connection.query_row("PRAGMA user_version", [], |row| row.get(0));
    if version()? != 0 {
        return version();
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    // Another process may have been faster.
    let made = match version() {
        Ok(0) => connection.execute_batch(&format!("{SCHEMA} PRAGMA user_version = {VERSION};")),
        other => other.map(drop),
    };
    connection.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    made?;
    version()
}

fn wrong(path: &Path, cause: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseBusy, DiskFull, NotADatabase, ReadOnly};
    let what = match cause.sqlite_error_code() {
        Some(NotADatabase) => "it is no journal",
        Some(DatabaseBusy) => "another process holds it",
        Some(DiskFull) => "the disk is full",
        Some(ReadOnly) => "it cannot be written",
        _ => "it cannot be used",
    };
    Error::local(format!("journal {}: {what}", path.display())).with_source(cause)
}

impl Shared {
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        work(&mut self.connection.lock()).map_err(|cause| wrong(&self.path, cause))
    }

    pub(crate) fn wrong(&self, what: impl fmt::Display) -> Error {
        Error::local(format!("journal {}: {what}", self.path.display()))
    }
}

funnelflux_contract::shows! { Journal, |it| path: it.shared.path }
