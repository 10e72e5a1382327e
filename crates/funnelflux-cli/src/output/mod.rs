//! Where and how results and notes are printed.

mod grid;
mod json;
mod objects;

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write as _};

use clap::ValueEnum;
use serde::Deserialize;

pub(crate) use funnelflux_json::indent as indented;
pub(crate) use grid::{Column, Grid};
pub(crate) use json::{JsonArray, harmless, on_one_line};
pub(crate) use objects::{member_text, row, write_object, write_objects};

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Columns for people
    Table,
    /// One JSON value
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header line
    Csv,
}

/// Who is listening, and how much they want to hear.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    format: Option<Format>,
    quiet: bool,
    verbosity: u8,
}

impl Terminal {
    pub(crate) fn new(format: Option<Format>, quiet: bool, verbosity: u8) -> Self {
        Self { format, quiet, verbosity }
    }

    /// The format asked for on the command line.
    pub(crate) fn format(self) -> Option<Format> {
        self.format
    }

    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
    }

    pub(crate) fn verbosity(self) -> u8 {
        self.verbosity
    }

    /// Whether errors are JSON, too.
    pub(crate) fn speaks_json(self) -> bool {
        matches!(self.format, Some(Format::Json | Format::Ndjson))
    }

    /// Whether moving pictures are welcome on stderr.
    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && self.verbosity == 0 && io::stderr().is_terminal()
    }

    /// One line on stderr, unless `-q`.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            Self::say(text);
        }
    }

    /// One line on stderr, also with `-q`.
    pub(crate) fn warn(self, text: &str) {
        Self::say(&format!("warning: {text}"));
    }

    fn say(text: &str) {
        // Where stderr is closed nobody listens.
        let _ = writeln!(io::stderr(), "{}", plain_line(text));
    }
}

/// Stdout, locked and buffered: two million ids are 26 MB.
pub(crate) type Stdout = BufWriter<StdoutLock<'static>>;

/// Stdout for the rest of the command.
pub(crate) fn stdout() -> Stdout {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// One line of text without anything that a terminal would take for a command: names and tracking
/// fields are chosen by others.
pub(crate) fn plain_line(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if commands_a_terminal(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(harmless).collect()
}

/// A number and what it counts, such as `1 row` or `3 rows`.
pub(crate) fn counted(number: impl TryInto<u64> + Copy + std::fmt::Display, noun: &str) -> String {
    let is_one = number.try_into().is_ok_and(|number: u64| number == 1);
    format!("{number} {noun}{}", if is_one { "" } else { "s" })
}

fn commands_a_terminal(c: char) -> bool {
    // Overrides of the writing direction make a line read differently from what it says.
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_command_the_terminal() {
        assert_eq!(plain_line("a\u{1b}[31mb\nc\u{202e}d"), "a\u{fffd}[31mb c\u{fffd}d");
    }
}
