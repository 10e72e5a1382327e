//! What a benchmark found: rows of figures, and whether the goals are met.

use std::fmt;

use serde::Serialize;

use crate::table;

/// One table with its goals.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// `client`, `report` or `ids`.
    pub name: &'static str,
    /// What was measured.
    pub title: String,
    /// The cases, in the order they are shown.
    pub rows: Vec<Row>,
    /// What the project wants of these figures.
    pub goals: Vec<Goal>,
}

/// One case.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What ran.
    pub case: String,
    /// What it cost.
    pub figures: Vec<Figure>,
}

/// One number.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// The column it stands in, with its unit.
    pub column: &'static str,
    /// `None` if it was not measured.
    pub value: Option<f64>,
    #[serde(skip)]
    decimals: usize,
}

impl Figure {
    /// A number, to be shown with so many decimals.
    #[must_use]
    pub fn new(column: &'static str, value: impl Into<Option<f64>>, decimals: usize) -> Self {
        Self { column, value: value.into(), decimals }
    }

    pub(crate) fn shown(&self) -> String {
        self.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", self.decimals))
    }
}

/// A figure in relation to another one, and what it should be.
#[derive(Clone, Debug, Serialize)]
pub struct Goal {
    /// What is wanted, in words.
    pub what: String,
    /// What was found. The first one decides; the others are to look at.
    pub found: Vec<Found>,
    /// The limit.
    pub limit: f64,
    /// Whether the limit is the most (else it is the least) that is wanted.
    pub at_most: bool,
    /// Whether this run met it.
    pub met: bool,
}

/// One way to look at it.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// `median`, `min` or another word for how it was taken.
    pub by: &'static str,
    /// The ratio.
    pub ratio: f64,
}

impl Goal {
    /// No more than `limit`.
    #[must_use]
    pub fn at_most(what: impl Into<String>, limit: f64, found: &[(&'static str, f64)]) -> Self {
        Self::new(what.into(), limit, true, found)
    }

    /// No less than `limit`.
    #[must_use]
    pub fn at_least(what: impl Into<String>, limit: f64, found: &[(&'static str, f64)]) -> Self {
        Self::new(what.into(), limit, false, found)
    }

    fn new(what: String, limit: f64, at_most: bool, found: &[(&'static str, f64)]) -> Self {
        let found: Vec<_> = found.iter().map(|&(by, ratio)| Found { by, ratio }).collect();
        // Written so that a NaN, a figure that is missing, meets no goal.
        let meets =
            |found: &Found| if at_most { found.ratio <= limit } else { found.ratio >= limit };
        let met = found.first().is_some_and(meets);
        Self { what, found, limit, at_most, met }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "goal: {}:", self.what)?;
        for (at, found) in self.found.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // Three decimals, as 1.104 is not 1.10.
            write!(f, "{comma} {:.3} ({})", found.ratio, found.by)?;
        }
        let word = if self.met { "met" } else { "missed" };
        write!(f, " … {word}")
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.name, self.title)?;
        table::write(f, &self.rows)?;
        self.goals.iter().try_for_each(|goal| writeln!(f, "{goal}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_figure_decides() {
        assert!(Goal::at_most("a", 1.1, &[("median", 1.1), ("min", 1.0)]).met);
        assert!(Goal::at_most("a", 1.1, &[("median", 1.1), ("min", 1.11)]).met);
        assert!(!Goal::at_most("a", 1.1, &[("median", 1.101), ("min", 1.0)]).met);
        assert!(Goal::at_least("a", 5.0, &[("median", 5.0)]).met);
        assert!(!Goal::at_least("a", 5.0, &[("median", 4.99)]).met);
    }

    #[test]
    fn what_was_not_measured_meets_no_goal() {
        assert!(!Goal::at_most("a", 1.1, &[]).met);
        assert!(!Goal::at_most("a", 1.1, &[("median", f64::NAN)]).met);
    }

    #[test]
    fn a_goal_ends_in_its_verdict() {
        let goal = Goal::at_most("stack ≤ 1.10 × bare", 1.1, &[("median", 1.104), ("min", 1.0)]);
        assert_eq!(
            goal.to_string(),
            "goal: stack ≤ 1.10 × bare: 1.104 (median), 1.000 (min) … missed"
        );
    }
}
