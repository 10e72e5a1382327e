//! The outcome of each row, printed for programs as soon as it is known.

use std::io::Write as _;
use std::num::NonZeroU32;

use funnelflux::Error;
use funnelflux::imports::named_lines;
use serde::Serialize;

use super::{Batch, Rows};
use crate::failure::Failure;
use crate::output::{Format, Stdout, print, rows, write_csv};

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
struct Row<'a, T> {
    /// `None` where the command has one row and no file; `null` where a row is no line of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<Option<u64>>,
    /// Where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Option<&'a str>>,
    /// `null` where a row is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Option<NonZeroU32>>,
    #[serde(flatten)]
    members: &'a T,
    outcome: &'static str,
}

/// What became of a row.
#[derive(Clone, Copy)]
struct Fate {
    /// The number of its request.
    request: Option<NonZeroU32>,
    outcome: &'static str,
    is_printed: bool,
}

/// The rows of a command, each printed once: NDJSON and CSV right after the answer to their request, so
/// that a killed run has told what it did; JSON at the end; in a table the preview shows them.
pub(super) struct Transcript<'a, T> {
    format: Format,
    rows: Rows<'a, T>,
    fates: Vec<Fate>,
    has_header: bool,
    has_files: bool,
    /// Whether the same command again sends the rest.
    is_kept: bool,
    /// The first failure to print. It is reported at the end, because sending goes on without it.
    broken: Result<(), Failure>,
}

impl<'a, T: Serialize> Transcript<'a, T> {
    /// The transcript of a command with one row and no file.
    pub(super) fn one(format: Format, members: T) -> Self {
        Self::listing(format, Rows::One(members), &[], false, true)
    }

    /// The transcript of an upload of rows.
    pub(super) fn listing(
        format: Format,
        rows: Rows<'a, T>,
        batches: &[Batch],
        is_kept: bool,
        is_sending: bool,
    ) -> Self {
        let is_needed = is_sending || format != Format::Table;
        let fate = Fate { request: None, outcome: NOT_SENT, is_printed: false };
        // A table has no rows to print, and what is not sent none to count.
        let mut fates = vec![fate; if is_needed { rows.len() } else { 0 }];
        for (number, batch) in (1..).map(NonZeroU32::new).zip(batches) {
            for at in &batch.positions {
                fates.get_mut(*at).into_iter().for_each(|fate| fate.request = number);
            }
        }
        let has_files = rows.line(0).flatten().is_some_and(|line| line.file.is_some());
        Self { format, rows, fates, has_header: false, has_files, is_kept, broken: Ok(()) }
    }

    pub(super) fn shown_as(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// Says what becomes of rows that are not sent, without printing it yet.
    pub(super) fn mark(&mut self, positions: &[usize], outcome: &'static str) {
        for at in positions {
            self.fates.get_mut(*at).into_iter().for_each(|fate| fate.outcome = outcome);
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
        self.fates.iter().filter(|fate| fate.outcome == outcome).count()
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
        let lines = positions.iter().filter_map(|at| self.rows.line(*at)?);
        let lines: Vec<_> = lines.collect();
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
        let is_settled = |fate: &Fate| matches!(fate.outcome, ACCEPTED | UNCHANGED | UNKNOWN);
        let Some(at) = self.fates.iter().position(|fate| !is_settled(fate)) else { return failure };
        let Some(next) = self.rows.line(at).flatten() else { return failure };
        let next = next.label();
        failure.and_hint(if self.has_files || self.fates.iter().skip(at + 1).any(is_settled) {
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
        let fates = self.fates.iter_mut().enumerate();
        for (at, fate) in fates.filter(|(_, fate)| !fate.is_printed && is_wanted(fate.outcome)) {
            fate.is_printed = true;
            new.push(at);
        }
        if self.broken.is_ok() && !new.is_empty() {
            let mut json = Vec::new();
            self.broken =
                print(|out| new.iter().try_for_each(|at| self.write(out, &mut json, *at, &new)));
            self.has_header = true;
        }
    }

    /// Writes a row of those that are printed now, by way of `json`.
    fn write(
        &self,
        out: &mut Stdout,
        json: &mut Vec<u8>,
        at: usize,
        all: &[usize],
    ) -> Result<(), Failure> {
        let Some(fate) = self.fates.get(at) else { return Ok(()) };
        self.rows.with(at, |line, members| {
            let request = line.as_ref().map(|_| fate.request);
            let file = line.as_ref().filter(|_| self.has_files);
            let file = file.map(|line| line.as_ref()?.file.as_deref());
            let is_one = line.is_none();
            let line = line.as_ref().map(|line| Some(line.as_ref()?.line));
            let row = Row { line, file, request, members, outcome: fate.outcome };
            let (is_first, is_last) = (all.first() == Some(&at), all.last() == Some(&at));
            if self.format == Format::Csv {
                return write_csv(out, &rows([row])?, is_first && !self.has_header);
            }
            json.clear();
            serde_json::to_writer(&mut *json, &row)
                .map_err(|cause| Failure::failed(format!("a row cannot be written: {cause}")))?;
            let (before, after) = match self.format {
                Format::Ndjson => {
                    // Its line breaks are between tokens.
                    if json.contains(&b'\n') || json.contains(&b'\r') {
                        let breaks = json.iter_mut().filter(|it| matches!(it, b'\n' | b'\r'));
                        breaks.for_each(|byte| *byte = b' ');
                    }
                    ("", "\n")
                }
                _ if is_one => ("", "\n"),
                _ => (if is_first { "[\n" } else { ",\n" }, if is_last { "\n]\n" } else { "" }),
            };
            let pieces = [before.as_bytes(), json, after.as_bytes()];
            Ok(pieces.into_iter().try_for_each(|piece| out.write_all(piece))?)
        })
    }
}
