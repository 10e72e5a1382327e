//! What is wrong with a file, all of it at once, by cause.

use std::fmt;

use crate::{Damage, Place, amount, named_lines};

/// The most values that are shown for a cause; one more is kept.
const MOST_VALUES: usize = 3;

/// A value as it is shown: a cell may hold a secret, or a page.
pub(crate) fn shown(value: &str) -> String {
    const MOST: usize = 40;
    let length = value.chars().count();
    let shown = match length > MOST {
        false => return value.to_owned(),
        true if value.contains(' ') => MOST,
        true => 8,
    };
    let start = value.chars().take(shown).collect::<String>();
    format!("{start}… ({length} characters)")
}

/// A value in quotes, with plain spaces in place of others.
pub(crate) fn quoted(value: &str) -> String {
    let is_space = |c: char| c.is_whitespace() && !c.is_control();
    format!("{:?}", shown(value.trim_end_matches(amount::NUMBER)).replace(is_space, " "))
}

/// One cause, with the lines that have it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The column of the values that are wrong; empty where the whole line is.
    pub column: String,
    /// The first of these values, each once.
    pub values: Vec<String>,
    /// What is wrong, and what would be right.
    pub cause: String,
    /// The lines, in order; none for a fault of the whole file.
    pub lines: Vec<Place>,
}

impl Problem {
    pub(crate) fn add_value(&mut self, value: &str) {
        let is_told = !self.column.is_empty() && self.values.len() <= MOST_VALUES;
        if is_told && !self.values.iter().any(|known| known == value) {
            self.values.push(value.to_owned());
        }
    }
}

funnelflux_contract::shows! {
    /// Without the values, which may name visitors' hits.
    Problem, |it| column: it.column, values: it.values.len(), cause: it.cause, lines: it.lines
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.lines.is_empty() {
            write!(f, "{}: ", named_lines(&self.lines))?;
        }
        if !self.column.is_empty() {
            // The space may be what is wrong.
            let is_plain = !self.cause.starts_with(&Damage::Invisible.to_string());
            let one = |it: &String| if is_plain { quoted(it) } else { format!("{:?}", shown(it)) };
            let shown = self.values.iter().take(MOST_VALUES).map(one);
            let more = (self.values.len() > MOST_VALUES).then(|| "…".to_owned());
            let values = shown.chain(more).collect::<Vec<_>>().join(", ");
            write!(f, "{} {values}: ", self.column)?;
        }
        f.write_str(&self.cause)
    }
}

/// Everything that is wrong with a file. Nothing of it can be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn of(cause: impl Into<String>) -> Self {
        let mut all = Self::default();
        all.add_all(Vec::new(), "", "", cause.into());
        all
    }

    /// Adds a line to a cause.
    pub fn add(&mut self, line: Place, cause: impl Into<String>) {
        self.add_all(vec![line], "", "", cause.into());
    }

    /// Adds a line with a value of a column to a cause. Lines of the same cause are told together.
    pub fn add_value(&mut self, line: Place, column: &str, value: &str, cause: impl Into<String>) {
        self.add_all(vec![line], column, value, cause.into());
    }

    /// Adds a cause that these lines have.
    pub(crate) fn add_all(&mut self, lines: Vec<Place>, column: &str, value: &str, cause: String) {
        // Causes of one column follow each other, so the known one is near the end.
        let mut near = self.0.iter_mut().rev().take(64);
        match near.find(|known| known.cause == cause && known.column == column) {
            Some(known) => {
                known.lines.extend(lines);
                known.add_value(value);
            }
            None => {
                let (column, values) = (column.to_owned(), Vec::new());
                let mut problem = Problem { column, values, cause, lines };
                problem.add_value(value);
                self.0.push(problem);
            }
        }
    }

    /// Names the file in what is wrong with the whole of it.
    pub(crate) fn of_file(mut self, name: Option<&str>) -> Self {
        if let Some(name) = name {
            let of_all = self.0.iter_mut().filter(|it| it.lines.is_empty());
            of_all.for_each(|it| it.cause = format!("{name}: {}", it.cause));
        }
        self
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
