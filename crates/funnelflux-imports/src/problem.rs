//! What is wrong with a file, all of it at once, by cause.

use std::fmt;

/// The most line numbers that are named for a cause.
const MOST: usize = 5;

/// One cause, with the lines that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// What is wrong, and what would be right.
    pub cause: String,
    /// The numbers of the lines, in order; none for a fault of the whole file.
    pub lines: Vec<u64>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers =
            self.lines.iter().take(MOST).map(u64::to_string).collect::<Vec<_>>().join(", ");
        match self.lines.len() {
            0 => write!(f, "{}", self.cause),
            1 => write!(f, "line {numbers}: {}", self.cause),
            all if all > MOST => {
                write!(f, "lines {numbers} and {} more: {}", all - MOST, self.cause)
            }
            _ => write!(f, "lines {numbers}: {}", self.cause),
        }
    }
}

/// Everything that is wrong with a file. Nothing of it can be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn of(cause: impl Into<String>) -> Self {
        Self(vec![Problem { cause: cause.into(), lines: Vec::new() }])
    }

    /// Adds a line to a cause.
    pub fn add(&mut self, line: u64, cause: impl Into<String>) {
        self.add_all(vec![line], cause.into());
    }

    /// Adds a cause that these lines have.
    pub(crate) fn add_all(&mut self, lines: Vec<u64>, cause: String) {
        // Causes of one column follow each other, so the known one is near the end.
        match self.0.iter_mut().rev().take(64).find(|known| known.cause == cause) {
            Some(known) => known.lines.extend(lines),
            None => self.0.push(Problem { cause, lines }),
        }
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// The causes, in the order in which they were found.
    pub fn all(&self) -> &[Problem] {
        &self.0
    }

    /// Gives `good` if nothing is wrong.
    ///
    /// # Errors
    /// All of it otherwise.
    pub fn result<T>(self, good: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(good) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        for (at, problem) in self.0.iter().take(SHOWN).enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more causes"),
        }
    }
}

impl std::error::Error for Problems {}
