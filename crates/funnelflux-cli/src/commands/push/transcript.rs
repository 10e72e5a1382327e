//! The outcome of each row, printed for programs as soon as it is known.

use std::io::Write as _;

use serde::Serialize;

use super::Batch;
use super::outcome::Outcome;
use super::table::named_lines;
use crate::failure::Failure;
use crate::output::{Format, row, stdout, write_object, write_objects};

/// A row as it is printed.
#[derive(Debug, Serialize)]
struct Row<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<usize>,
    #[serde(flatten)]
    members: T,
    outcome: Outcome,
    #[serde(skip)]
    is_printed: bool,
}

/// The rows of a command. Each is printed once: NDJSON and CSV rows right after their request was
/// answered, so that the output of a killed run shows what it did; JSON at the end; no rows in a
/// table, whose preview shows them.
#[derive(Debug)]
pub(super) struct Transcript<T> {
    format: Format,
    rows: Vec<Row<T>>,
    has_header: bool,
    /// The first failure to print. It is reported at the end, because sending goes on without it.
    broken: Result<(), Failure>,
}

impl<T: Serialize> Transcript<T> {
    /// One row for each line of a file, with the numbers of its line and of its request.
    pub(super) fn of_lines<B>(
        format: Format,
        lines: impl IntoIterator<Item = (u64, T)>,
        batches: &[Batch<B>],
    ) -> Self {
        let mut transcript = Self::of_rows(format, lines, |(line, members)| (Some(line), members));
        for (number, batch) in (1..).zip(batches) {
            for at in &batch.positions {
                if let Some(row) = transcript.rows.get_mut(*at) {
                    row.request = Some(number);
                }
            }
        }
        transcript
    }

    /// One object instead of a list of rows.
    pub(super) fn of_one(format: Format, members: T) -> Self {
        Self::of_rows(format, [members], |members| (None, members))
    }

    fn of_rows<I>(
        format: Format,
        items: impl IntoIterator<Item = I>,
        parts: impl Fn(I) -> (Option<u64>, T),
    ) -> Self {
        let rows = items.into_iter().map(|item| {
            let (line, members) = parts(item);
            Row { line, request: None, members, outcome: Outcome::NotSent, is_printed: false }
        });
        Self { format, rows: rows.collect(), has_header: false, broken: Ok(()) }
    }

    /// Records the outcome of these rows.
    pub(super) fn record(&mut self, positions: &[usize], outcome: Outcome) {
        for at in positions {
            if let Some(row) = self.rows.get_mut(*at) {
                row.outcome = outcome;
            }
        }
        if matches!(self.format, Format::Ndjson | Format::Csv) {
            self.print(|outcome| outcome != Outcome::NotSent);
        }
    }

    /// Prints the rows that are left.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        if self.format != Format::Table {
            self.print(|_| true);
        }
        self.broken
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }

    /// The outcomes and how often each occurs, such as `500 accepted, 500 unknown, 200 not sent`.
    pub(super) fn tally(&self) -> String {
        let words = [
            (Outcome::Accepted, "accepted"),
            (Outcome::Unknown, "unknown"),
            (Outcome::Failed, "failed"),
            (Outcome::NotSent, "not sent"),
        ];
        let counts = words.iter().filter_map(|(outcome, word)| {
            let count = self.count(*outcome);
            (count > 0).then(|| format!("{count} {word}"))
        });
        counts.collect::<Vec<_>>().join(", ")
    }

    /// Names the lines of these rows; `None` if the rows are not lines of a file.
    pub(super) fn lines(&self, positions: &[usize]) -> Option<String> {
        let lines = positions.iter().filter_map(|at| self.rows.get(*at)?.line);
        let lines: Vec<u64> = lines.collect();
        (!lines.is_empty()).then(|| named_lines(&lines))
    }

    /// Adds how to send the lines that were not accepted. A line whose outcome is unknown must not be
    /// sent again blindly.
    pub(super) fn with_rest(&self, failure: Failure) -> Failure {
        let is_settled =
            |row: &&Row<T>| matches!(row.outcome, Outcome::Accepted | Outcome::Unknown);
        let mut rest = self.rows.iter().skip_while(is_settled);
        let Some(next) = rest.next().and_then(|row| row.line) else { return failure };
        failure.and_hint(if rest.any(|row| is_settled(&row)) {
            // A request of costs takes its lines from anywhere in the file.
            "(-o ndjson prints the outcome of each line: put those that were not sent into a file of \
             their own)"
                .to_owned()
        } else if self.count(Outcome::Unknown) > 0 {
            format!("(--from-line {next} sends the lines after these)")
        } else {
            format!("(--from-line {next} sends the lines that were not accepted)")
        })
    }

    /// Prints the rows with such an outcome that are not printed yet.
    fn print(&mut self, is_wanted: impl Fn(Outcome) -> bool) {
        let new = self.rows.iter_mut().filter(|row| !row.is_printed && is_wanted(row.outcome));
        let new: Vec<&Row<T>> = new
            .map(|row| {
                row.is_printed = true;
                &*row
            })
            .collect();
        if self.broken.is_ok() && !new.is_empty() {
            self.broken = write(&new, self.format, self.has_header);
            self.has_header = true;
        }
    }
}

fn write<T: Serialize>(rows: &[&Row<T>], format: Format, has_header: bool) -> Result<(), Failure> {
    let objects: Vec<_> = rows.iter().map(row).collect::<Result<_, _>>()?;
    let mut bytes = Vec::new();
    match objects.as_slice() {
        [one] if rows.iter().all(|row| row.line.is_none()) => {
            write_object(&mut bytes, one, format)?;
        }
        all => write_objects(&mut bytes, &all.iter().collect::<Vec<_>>(), format)?,
    }
    let mut text = bytes.as_slice();
    if format == Format::Csv && has_header {
        // The names of members contain no line breaks.
        let header = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        text = text.get(header..).unwrap_or_default();
    }
    let mut out = stdout();
    out.write_all(text)?;
    out.flush()?;
    Ok(())
}
