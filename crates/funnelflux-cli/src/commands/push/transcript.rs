//! The outcome of each row, printed for programs as soon as it is known.

use funnelflux::Error;
use serde::Serialize;

use super::Batch;
use super::table::named_lines;
use crate::failure::Failure;
use crate::output::{Format, print, rows, write_csv, write_object, write_objects};

pub(super) const NOT_SENT: &str = "not sent";
/// Accepted and queued; the server processes it later.
pub(super) const ACCEPTED: &str = "accepted";
/// An earlier upload sent the same value.
pub(super) const UNCHANGED: &str = "unchanged";
const FAILED: &str = "failed";
/// The request is ambiguous: it was sent and its answer was lost.
pub(super) const UNKNOWN: &str = "unknown";

pub(super) fn outcome_of<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => ACCEPTED,
        Err(error) if error.is_ambiguous() => UNKNOWN,
        Err(_) => FAILED,
    }
}

/// A row as it is printed.
#[derive(Serialize)]
struct Row<T> {
    /// `None` where the command has one row and no file; `null` where a row is no line of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<Option<u64>>,
    /// `null` where a row is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Option<usize>>,
    #[serde(flatten)]
    members: T,
    outcome: &'static str,
    #[serde(skip)]
    is_printed: bool,
}

/// The rows of a command, each printed once: NDJSON and CSV right after the answer to their request, so
/// that a killed run has told what it did; JSON at the end; in a table the preview shows them.
pub(super) struct Transcript<T> {
    format: Format,
    rows: Vec<Row<T>>,
    has_header: bool,
    /// Whether the same command again sends the rest.
    is_kept: bool,
    /// The first failure to print. It is reported at the end, because sending goes on without it.
    broken: Result<(), Failure>,
}

impl<T: Serialize> Transcript<T> {
    /// The transcript of a command with one row and no file.
    pub(super) fn one(format: Format, members: T) -> Self {
        let row = Row { line: None, request: None, members, outcome: NOT_SENT, is_printed: false };
        Self { format, rows: vec![row], has_header: false, is_kept: false, broken: Ok(()) }
    }

    /// The transcript of an upload of rows.
    pub(super) fn listing(
        format: Format,
        rows: Vec<(Option<u64>, T)>,
        batches: &[Batch],
        is_kept: bool,
    ) -> Self {
        let row = |(line, members)| {
            let (line, request, is_printed) = (Some(line), Some(None), false);
            Row { line, request, members, outcome: NOT_SENT, is_printed }
        };
        let mut rows: Vec<Row<T>> = rows.into_iter().map(row).collect();
        for (number, batch) in (1..).zip(batches) {
            for at in &batch.positions {
                if let Some(row) = rows.get_mut(*at) {
                    row.request = Some(Some(number));
                }
            }
        }
        Self { format, rows, has_header: false, is_kept, broken: Ok(()) }
    }

    /// Says what becomes of rows that are not sent, without printing it yet.
    pub(super) fn mark(&mut self, positions: &[usize], outcome: &'static str) {
        for at in positions {
            if let Some(row) = self.rows.get_mut(*at) {
                row.outcome = outcome;
            }
        }
    }

    pub(super) fn record(&mut self, positions: &[usize], outcome: &'static str) {
        self.mark(positions, outcome);
        if matches!(self.format, Format::Ndjson | Format::Csv) {
            self.print(|outcome| outcome != NOT_SENT);
        }
    }

    pub(super) fn end(mut self) -> Result<(), Failure> {
        if self.format != Format::Table {
            self.print(|_| true);
        }
        self.broken
    }

    pub(super) fn count(&self, outcome: &'static str) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// `500 accepted, 500 unknown, 200 not sent`.
    pub(super) fn tally(&self) -> String {
        let counts =
            [ACCEPTED, UNCHANGED, UNKNOWN, FAILED, NOT_SENT].map(|word| (self.count(word), word));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// Names the lines of these rows, if they are lines of a file.
    pub(super) fn lines(&self, positions: &[usize]) -> Option<String> {
        let lines = positions.iter().filter_map(|at| self.rows.get(*at)?.line?);
        let lines: Vec<u64> = lines.collect();
        (!lines.is_empty()).then(|| named_lines(&lines))
    }

    /// Says how to send the rest: a line whose outcome is unknown must not be sent again blindly.
    pub(super) fn with_rest(&self, failure: Failure) -> Failure {
        if self.is_kept {
            return failure.and_hint(match self.count(UNKNOWN) {
                0 => "The same command again sends the lines that were not accepted.",
                _ => "The same command again sends the other lines, and never those without an answer.",
            });
        }
        let is_settled = |row: &Row<T>| matches!(row.outcome, ACCEPTED | UNCHANGED | UNKNOWN);
        let mut rest = self.rows.iter().skip_while(|row| is_settled(row));
        let Some(next) = rest.next().and_then(|row| row.line?) else { return failure };
        failure.and_hint(if rest.any(is_settled) {
            // A request of costs takes its lines from anywhere in the file.
            "(-o ndjson prints the outcome of each line: put those that were not sent into a file of \
             their own)"
                .to_owned()
        } else if self.count(UNKNOWN) > 0 {
            format!("(--from-line {next} sends the lines after these)")
        } else {
            format!("(--from-line {next} sends the lines that were not accepted)")
        })
    }

    fn print(&mut self, is_wanted: impl Fn(&str) -> bool) {
        let mut new = Vec::new();
        for row in self.rows.iter_mut().filter(|row| !row.is_printed && is_wanted(row.outcome)) {
            row.is_printed = true;
            new.push(&*row);
        }
        if self.broken.is_ok() && !new.is_empty() {
            self.broken = write(&new, self.format, self.has_header);
            self.has_header = true;
        }
    }
}

fn write<T: Serialize>(new: &[&Row<T>], format: Format, has_header: bool) -> Result<(), Failure> {
    let objects = rows(new)?;
    print(|out| match (objects.as_slice(), new) {
        ([one], [only]) if only.line.is_none() => write_object(out, one, format),
        (all, _) if format == Format::Csv => write_csv(out, all, !has_header),
        (all, _) => write_objects(out, all, format),
    })
}
