//! The places of lines.

use std::fmt;
use std::sync::Arc;

/// The place of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Place {
    /// Its file, where several are read as one.
    pub file: Option<Arc<str>>,
    /// Its number in the file.
    pub line: u64,
}

impl Place {
    /// The line of this number, and of this file of several.
    #[must_use]
    pub fn new(file: Option<&str>, line: u64) -> Self {
        Self { file: file.map(Into::into), line }
    }

    /// Spells it without the word *line*: `12`, or `a.csv:12`.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { file, line } = self;
        file.as_ref().map_or_else(|| line.to_string(), |file| format!("{file}:{line}"))
    }
}

/// `line 12`, or `a.csv:12`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.file.is_none() { "line " } else { "" }, self.label())
    }
}

/// Names lines in words: `line 3`, `lines 502 to 1001`, `a.csv:3 to 7, b.csv:2`, or the first few ranges and the number
/// of further lines.
#[must_use]
pub fn named_lines(lines: &[Place]) -> String {
    const MOST_RANGES: usize = 5;
    let mut lines = lines.to_vec();
    lines.sort_unstable();
    let mut ranges = lines.chunk_by(|one, next| one.file == next.file && one.line + 1 == next.line);
    let named = ranges.by_ref().take(MOST_RANGES).map(|range| match range {
        [first, .., last] => format!("{} to {}", first.label(), last.line),
        range => range.iter().map(Place::label).collect(),
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let word = match lines.as_slice() {
        [first, ..] if first.file.is_some() => "",
        [_] => "line ",
        _ => "lines ",
    };
    match ranges.map(<[Place]>::len).sum::<usize>() {
        0 => format!("{word}{named}"),
        more => format!("{word}{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_are_named_briefly() {
        let of = |file, lines: &[u64]| {
            let lines = lines.iter().map(|line| Place::new(file, *line));
            lines.collect::<Vec<_>>()
        };
        let odd: Vec<u64> = (0..100).map(|n| 2 * n + 3).collect();
        let both = [of(Some("b.csv"), &[3, 2]), of(Some("a.csv"), &[1])].concat();
        for (lines, expected) in [
            (of(None, &[3]), "line 3"),
            (of(None, &[4, 2, 3]), "lines 2 to 4"),
            (of(None, &odd), "lines 3, 5, 7, 9, 11 and 95 more"),
            (both, "a.csv:1, b.csv:2 to 3"),
        ] {
            assert_eq!(named_lines(&lines), expected);
        }
    }
}
