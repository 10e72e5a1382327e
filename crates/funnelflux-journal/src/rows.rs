//! Rows of the tables, and times in them: milliseconds since 1970.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::step::{Run, RunId, State, Step, StepId};

pub(crate) const STEP: &str = "id, run, position, key, digest, payload, state, changed, note";

pub(crate) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn time(millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let word: String = row.get(column)?;
    State::find(&word).ok_or_else(|| {
        let why = format!("the state `{word}` is unknown");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.into())
    })
}

/// Reads a row of the columns [`STEP`].
pub(crate) fn step(row: &Row<'_>) -> rusqlite::Result<Step> {
    Ok(Step {
        id: StepId(row.get(0)?),
        run: RunId(row.get(1)?),
        position: row.get(2)?,
        key: row.get(3)?,
        digest: row.get(4)?,
        payload: row.get(5)?,
        state: state(row, 6)?,
        changed: time(row.get(7)?),
        note: row.get(8)?,
    })
}

/// Reads a row of `id, about, begun, ended` of a run, and counts its steps.
pub(crate) fn run(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<Run> {
    let id: i64 = row.get(0)?;
    let mut counts = BTreeMap::new();
    let mut statement =
        connection.prepare("SELECT state, count(*) FROM step WHERE run = ?1 GROUP BY state")?;
    let mut rows = statement.query(params![id])?;
    while let Some(row) = rows.next()? {
        counts.insert(state(row, 0)?, row.get(1)?);
    }
    let ended: Option<i64> = row.get(3)?;
    Ok(Run {
        id: RunId(id),
        about: row.get(1)?,
        begun: time(row.get(2)?),
        ended: ended.map(time),
        counts,
    })
}
