//! Printing of results to stdout and of notes to stderr.

mod grid;
mod json;
mod objects;
mod terminal;

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::time::SystemTime;

use clap::{ArgAction, Args, ValueEnum};
use serde::Deserialize;

use crate::failure::Failure;

pub(crate) use funnelflux_json::indent as indented;
pub(crate) use grid::{Column, Grid};
pub(crate) use json::{JsonLines, on_one_line};
pub(crate) use objects::*;
pub(crate) use terminal::{
    SECRETS, Stdout, is_credential, is_secret, stderr, stdout, visible, visible_line, without_login,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Aligned columns
    Table,
    /// One JSON value
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header line
    Csv,
    /// Findings of a check, as SARIF 2.1.0
    #[serde(skip)]
    Sarif,
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Terminal {
    /// The format of results [default: `output` in the profile, else a table, even in a pipe]
    #[arg(long, short, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<Format>,
    /// Log requests and retries to stderr (-vv for more). Secrets are never logged
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// No progress and no notes on stderr; warnings and errors are still printed
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Exit with code 0 although rows are known to be missing, instead of 1
    #[arg(long, global = true)]
    pub(crate) allow_cut: bool,
}

impl Terminal {
    pub(crate) fn speaks_json(self) -> bool {
        matches!(self.output, Some(Format::Json | Format::Ndjson | Format::Sarif))
    }

    pub(crate) fn shows_progress(self) -> bool {
        !self.quiet && self.verbose == 0 && io::stderr().is_terminal()
    }

    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            Self::print(text);
        }
    }

    /// Prints one line to stderr, even with `-q`.
    pub(crate) fn warn(self, text: &str) {
        Self::print(&format!("warning: {text}"));
    }

    /// Says that rows are missing from what was printed: a failure unless `--allow-cut` was given.
    pub(crate) fn cut(self, text: &str) -> Result<(), Failure> {
        if !self.allow_cut {
            return Err(Failure::failed(text).hint("`--allow-cut` accepts it, with exit code 0"));
        }
        self.warn(text);
        Ok(())
    }

    fn print(text: &str) {
        // A closed stderr is not a failure.
        let _ = writeln!(stderr(), "{}", visible_line(text));
    }
}

pub(crate) fn print(write: impl FnOnce(&mut Stdout) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut out = stdout();
    write(&mut out)?;
    Ok(out.flush()?)
}

/// The first five of a list, and `…` for the others.
pub(crate) fn first_few(all: impl ExactSizeIterator<Item: Display>) -> String {
    const SHOWN: usize = 5;
    let more = (all.len() > SHOWN).then(|| "…".to_owned());
    all.take(SHOWN).map(|one| one.to_string()).chain(more).collect::<Vec<_>>().join(", ")
}

/// RFC 3339 in UTC, in whole seconds.
pub(crate) fn rfc3339(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at)
        .and_then(|at| at.round(jiff::Unit::Second))
        .map_or_else(|_| "a time beyond the year 9999".to_owned(), |at| at.to_string())
}

/// A number and what it counts, such as `1 row` or `3 rows`.
pub(crate) fn counted(number: impl TryInto<u64> + Copy + Display, noun: &str) -> String {
    let is_one = number.try_into().is_ok_and(|number: u64| number == 1);
    format!("{number} {noun}{}", if is_one { "" } else { "s" })
}

/// A word of a shell's command line.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:,+@%".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
