//! A book: the runs of one kind in one scope, to be read.

use std::sync::Arc;

use funnelflux_transport::Error;
use rusqlite::{OptionalExtension as _, params};

use crate::file::{self, Lock};
use crate::journal::Shared;
use crate::rows::{self, STEP};
use crate::step::{Run, RunId, Step};
use crate::writer::Writer;

/// The writes of one kind in one scope. Reading needs no lock.
#[derive(Clone)]
pub struct Book {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: i64,
}

impl Book {
    /// Locks the book for writing; `None` if another process writes to it. Steps that a process left as
    /// *sending* when it died are ambiguous from here on.
    ///
    /// # Errors
    /// If the file cannot be written, or its lock not be taken.
    pub fn write(&self) -> Result<Option<Writer>, Error> {
        let path = file::with_end(&self.shared.path, &format!(".{}.lock", self.id));
        let cannot = format!("journal lock {}: it cannot be taken", path.display());
        let lock = Lock::take(path).map_err(|cause| Error::local(cannot).with_source(cause))?;
        lock.map(|lock| Writer::new(self.clone(), lock)).transpose()
    }

    /// The runs, the latest first.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>, Error> {
        self.shared.with(|connection| {
            let mut statement = connection.prepare(
                "SELECT id, about, begun, ended FROM run WHERE book = ?1 ORDER BY id DESC",
            )?;
            let rows = statement.query_map(params![self.id], |row| rows::run(connection, row))?;
            rows.collect()
        })
    }

    /// One run; `None` if this book has no such.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn run(&self, run: RunId) -> Result<Option<Run>, Error> {
        self.one("id = ?2", run)
    }

    /// The latest run; `None` if there is none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn last_run(&self) -> Result<Option<Run>, Error> {
        self.one("id <= ?2", RunId(i64::MAX))
    }

    fn one(&self, which: &str, run: RunId) -> Result<Option<Run>, Error> {
        let find = format!(
            "SELECT id, about, begun, ended FROM run WHERE book = ?1 AND {which}
             ORDER BY id DESC LIMIT 1"
        );
        self.shared.with(|connection| {
            let found = |row: &rusqlite::Row<'_>| rows::run(connection, row);
            connection.query_row(&find, params![self.id, run.0], found).optional()
        })
    }

    /// The steps of a run, in their order.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn steps(&self, run: RunId) -> Result<Vec<Step>, Error> {
        let find =
            format!("SELECT {STEP} FROM step WHERE book = ?1 AND run = ?2 ORDER BY position, id");
        self.shared.with(|connection| {
            let mut statement = connection.prepare(&find)?;
            statement.query_map(params![self.id, run.0], rows::step)?.collect()
        })
    }

    /// The last step of each key that may have had an effect: what the account has, as far as it is known
    /// here. A step that is ready or was refused changed nothing.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn last_sent(&self, keys: &[impl AsRef<str>]) -> Result<Vec<Option<Step>>, Error> {
        self.last_sent_before(keys, RunId(i64::MAX))
    }

    /// The same before a run: what it overwrote.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn last_sent_before(
        &self,
        keys: &[impl AsRef<str>],
        run: RunId,
    ) -> Result<Vec<Option<Step>>, Error> {
        self.latest(keys, run, "state NOT IN ('ready', 'refused')")
    }

    /// The last step of each key, in whatever state.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn last(&self, keys: &[impl AsRef<str>]) -> Result<Vec<Option<Step>>, Error> {
        self.latest(keys, RunId(i64::MAX), "true")
    }

    fn latest(
        &self,
        keys: &[impl AsRef<str>],
        before: RunId,
        which: &str,
    ) -> Result<Vec<Option<Step>>, Error> {
        let find = format!(
            "SELECT {STEP} FROM step WHERE book = ?1 AND key = ?2 AND run < ?3 AND {which}
             ORDER BY id DESC LIMIT 1"
        );
        self.shared.with(|connection| {
            let mut statement = connection.prepare_cached(&find)?;
            let last = |key: &_| {
                let values = params![self.id, AsRef::<str>::as_ref(key), before.0];
                statement.query_row(values, rows::step).optional()
            };
            keys.iter().map(last).collect()
        })
    }

    /// Visits the last step of every key that may have had an effect, by key. One at a time, because a journal of a
    /// year has millions.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn each_sent(&self, visit: impl FnMut(Step)) -> Result<(), Error> {
        let find = format!(
            "SELECT {STEP} FROM step WHERE id IN (
                 SELECT max(id) FROM step WHERE book = ?1 AND state NOT IN ('ready', 'refused')
                 GROUP BY key
             ) ORDER BY key"
        );
        self.shared.with(|connection| {
            let mut statement = connection.prepare(&find)?;
            let mut steps = statement.query_map(params![self.id], rows::step)?;
            let mut visit = visit;
            steps.try_for_each(|step| step.map(&mut visit))
        })
    }

    /// Whether nothing was ever written into it.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn is_empty(&self) -> Result<bool, Error> {
        let find = "SELECT NOT EXISTS (SELECT 1 FROM run WHERE book = ?1)";
        self.shared
            .with(|connection| connection.query_row(find, params![self.id], |row| row.get(0)))
    }
}

funnelflux_contract::shows! { Book, |it| path: it.shared.path, id: it.id }
