//! Writing to a book, by one process at a time.

use std::ops::Deref;

use funnelflux_transport::Error;
use rusqlite::{Connection, params};

use crate::book::Book;
use crate::file::Lock;
use crate::rows::millis;
use crate::step::{Draft, RunId, State, StepId};

/// The one writer of a book. It can read the [`Book`], too. Dropped, it unlocks the book.
#[derive(Debug)]
pub struct Writer {
    book: Book,
    /// Locked as long as the writer lives.
    _lock: Lock,
}

impl Deref for Writer {
    type Target = Book;

    fn deref(&self) -> &Book {
        &self.book
    }
}

impl Writer {
    pub(crate) fn new(book: Book, lock: Lock) -> Result<Self, Error> {
        let new = Self { book, _lock: lock };
        let now = new.now();
        new.shared.with(|connection| {
            // The lock is ours, so the process that sent these is gone.
            connection.execute(
                "UPDATE step SET state = 'ambiguous', changed = ?2, note = 'the run was cut off'
                 WHERE book = ?1 AND state = 'sending'",
                params![new.id, now],
            )
        })?;
        Ok(new)
    }

    fn now(&self) -> i64 {
        millis(self.shared.timer.wall())
    }

    /// Writes down a run with its steps, all of them or none. They are [`State::Ready`].
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn begin(
        &self,
        about: &str,
        steps: impl IntoIterator<Item = Draft>,
    ) -> Result<(RunId, Vec<StepId>), Error> {
        let now = self.now();
        self.shared.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "INSERT INTO run (book, about, begun) VALUES (?1, ?2, ?3)",
                params![self.id, about, now],
            )?;
            let run = transaction.last_insert_rowid();
            let ids = insert(&transaction, self.id, run, now, steps)?;
            transaction.commit()?;
            Ok((RunId(run), ids))
        })
    }

    /// Notes that a request with these steps is about to be sent. Send it only after this returned.
    ///
    /// # Errors
    /// If one of them is not [`State::Ready`], or the file cannot be written.
    pub fn sending(&self, steps: &[StepId]) -> Result<(), Error> {
        self.settle(steps, State::Sending, None)
    }

    /// Notes the new state of these steps, all of them or none, and what was answered or read. The note is
    /// kept as it is, so it must not hold secrets.
    ///
    /// # Errors
    /// If one of them is in a state that this one does not follow, or the file cannot be written.
    pub fn settle(&self, steps: &[StepId], state: State, note: Option<&str>) -> Result<(), Error> {
        let before = state.before().iter().map(|state| format!("'{state}'")).collect::<Vec<_>>();
        let update = format!(
            "UPDATE step SET state = ?3, changed = ?4, note = coalesce(?5, note)
             WHERE id = ?1 AND book = ?2 AND state IN ({})",
            before.join(", ")
        );
        let now = self.now();
        let wrong = self.shared.with(|connection| {
            let transaction = connection.transaction()?;
            let mut statement = transaction.prepare(&update)?;
            for step in steps {
                let values = params![step.0, self.id, state.as_str(), now, note];
                if statement.execute(values)? != 1 {
                    return Ok(Some(*step));
                }
            }
            drop(statement);
            transaction.commit()?;
            Ok(None)
        })?;
        match wrong {
            None => Ok(()),
            Some(StepId(id)) => {
                Err(self.shared.wrong(format_args!("step {id} cannot become {state} now")))
            }
        }
    }

    /// Notes that a run is over.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn end(&self, run: RunId) -> Result<(), Error> {
        let now = self.now();
        self.shared.with(|connection| {
            let update = "UPDATE run SET ended = ?3 WHERE id = ?1 AND book = ?2";
            connection.execute(update, params![run.0, self.id, now]).map(drop)
        })
    }
}

fn insert(
    connection: &Connection,
    book: i64,
    run: i64,
    now: i64,
    steps: impl IntoIterator<Item = Draft>,
) -> rusqlite::Result<Vec<StepId>> {
    let mut statement = connection.prepare(
        "INSERT INTO step (run, book, position, key, digest, payload, state, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'ready', ?7)",
    )?;
    let ids = (0_i64..).zip(steps).map(|(position, Draft { key, digest, payload })| {
        statement.execute(params![run, book, position, key, digest, payload, now])?;
        Ok(StepId(connection.last_insert_rowid()))
    });
    ids.collect()
}
