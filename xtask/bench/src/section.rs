//! What a benchmark found: rows of figures, and whether the goals are met.

use std::fmt;

use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) goals: Vec<Goal>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) figures: Vec<Figure>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// The column it stands in, with its unit.
    column: &'static str,
    /// `None` if it was not measured.
    value: Option<f64>,
    #[serde(skip)]
    digits: usize,
}

impl Figure {
    /// A number, to be shown with so many digits after the point.
    pub(crate) fn new(column: &'static str, value: impl Into<Option<f64>>, digits: usize) -> Self {
        Self { column, value: value.into(), digits }
    }

    fn shown(&self) -> String {
        self.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.*}", self.digits))
    }
}

/// A figure in relation to another one, and what it should be.
#[derive(Debug, Serialize)]
pub(crate) struct Goal {
    what: String,
    /// The first one decides; the others are to look at.
    found: Vec<(&'static str, f64)>,
    limit: f64,
    /// Whether the limit is the most (else it is the least) that is wanted.
    at_most: bool,
    pub(crate) met: bool,
}

/// How each ratio was taken, and the ratio.
type Ratios<'a> = &'a [(&'static str, f64)];

impl Goal {
    pub(crate) fn at_most(what: impl Into<String>, limit: f64, found: Ratios<'_>) -> Self {
        // A NaN, a figure that is missing, meets no goal.
        let met = found.first().is_some_and(|(_, ratio)| *ratio <= limit);
        Self { what: what.into(), found: found.to_vec(), limit, at_most: true, met }
    }

    pub(crate) fn at_least(what: impl Into<String>, limit: f64, found: Ratios<'_>) -> Self {
        let met = found.first().is_some_and(|(_, ratio)| *ratio >= limit);
        Self { at_most: false, met, ..Self::at_most(what, limit, found) }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Three decimals, as 1.104 is not 1.10.
        let found = self.found.iter().map(|(by, ratio)| format!("{ratio:.3} ({by})"));
        let found = found.collect::<Vec<_>>().join(", ");
        write!(f, "goal: {}: {found} … {}", self.what, if self.met { "met" } else { "missed" })
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let columns = self.rows.first().into_iter().flat_map(|row| &row.figures);
        table.set_header(std::iter::once("").chain(columns.map(|figure| figure.column)));
        for Row { case, figures } in &self.rows {
            let figures = figures.iter().map(Figure::shown);
            table.add_row(std::iter::once(case.clone()).chain(figures));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{}: {}\n{}", self.name, self.title, table.trim_fmt())?;
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
        assert!(!Goal::at_least("a", 1.1, &[("median", f64::NAN)]).met);
    }

    #[test]
    fn a_goal_ends_in_its_verdict() {
        let goal = Goal::at_most("stack ≤ 1.10 × bare", 1.1, &[("median", 1.104), ("min", 1.0)]);
        assert_eq!(
            goal.to_string(),
            "goal: stack ≤ 1.10 × bare: 1.104 (median), 1.000 (min) … missed"
        );
    }

    #[test]
    fn columns_are_aligned_and_a_missing_figure_is_a_dash() {
        let row = |case: &str, value: Option<f64>| Row {
            case: case.to_owned(),
            figures: vec![Figure::new("min µs", value, 1)],
        };
        let rows = vec![row("a", Some(13.25)), row("longer", None)];
        let section = Section { name: "ids", title: "x".to_owned(), rows, goals: Vec::new() };
        let expected = "ids: x\n         min µs\n a         13.2\n longer       –\n";
        assert_eq!(section.to_string(), expected);
    }
}
