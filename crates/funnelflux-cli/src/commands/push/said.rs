//! What became of the lines, told to programs as soon as it is known.

use std::io::Write as _;

use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Format, row, stdout, write_objects};

/// Rows on stdout, each once: in JSON lines and CSV right after their request was answered, so that
/// a program that is killed has told what it did; in JSON all at the end; for people none.
pub(super) struct Said {
    format: Format,
    written: Vec<bool>,
    begun: bool,
    /// The first failure to write: it is told at the end, since the work goes on without listeners.
    broken: Result<(), Failure>,
}

impl Said {
    pub(super) fn new(format: Format, rows: usize) -> Self {
        Self { format, written: vec![false; rows], begun: false, broken: Ok(()) }
    }

    /// The outcome of these rows is known.
    pub(super) fn now<T: Serialize>(&mut self, rows: &[T], known: impl IntoIterator<Item = usize>) {
        if matches!(self.format, Format::Ndjson | Format::Csv) {
            self.write(rows, known);
        }
    }

    /// Writes what is left.
    pub(super) fn end<T: Serialize>(mut self, rows: &[T]) -> Result<(), Failure> {
        if self.format != Format::Table {
            self.write(rows, 0..rows.len());
        }
        self.broken
    }

    fn write<T: Serialize>(&mut self, rows: &[T], wanted: impl IntoIterator<Item = usize>) {
        let mut new = Vec::new();
        for at in wanted {
            if let (Some(written), Some(row)) = (self.written.get_mut(at), rows.get(at))
                && !std::mem::replace(written, true)
            {
                new.push(row);
            }
        }
        if self.broken.is_ok() && !new.is_empty() {
            self.broken = self.print(&new);
        }
    }

    fn print<T: Serialize>(&mut self, rows: &[&T]) -> Result<(), Failure> {
        let rows: Vec<_> = rows.iter().map(row).collect::<Result<_, _>>()?;
        let mut bytes = Vec::new();
        write_objects(&mut bytes, &rows.iter().collect::<Vec<_>>(), self.format)?;
        let mut text = bytes.as_slice();
        if self.format == Format::Csv && self.begun {
            // The header is there already; names of members are in one line.
            let header = text.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            text = text.get(header..).unwrap_or_default();
        }
        self.begun = true;
        let mut out = stdout();
        out.write_all(text)?;
        out.flush()?;
        Ok(())
    }
}
