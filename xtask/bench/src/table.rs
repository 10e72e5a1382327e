//! Aligned columns: names to the left, numbers to the right.

use std::fmt;

use crate::section::Row;

pub(crate) fn write(f: &mut fmt::Formatter<'_>, rows: &[Row]) -> fmt::Result {
    let Some(first) = rows.first() else { return Ok(()) };
    let mut lines: Vec<Vec<String>> = vec![
        std::iter::once(String::new())
            .chain(first.figures.iter().map(|figure| figure.column.to_owned()))
            .collect(),
    ];
    lines.extend(rows.iter().map(|row| {
        std::iter::once(row.case.clone()).chain(row.figures.iter().map(|f| f.shown())).collect()
    }));
    let count = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|c| c.chars().count()).max()
    };
    let widths: Vec<usize> = (0..count).map(|column| width(column).unwrap_or_default()).collect();
    for line in &lines {
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            if at == 0 {
                write!(f, "  {cell:<width$}")?;
            } else {
                write!(f, "  {cell:>width$}")?;
            }
        }
        writeln!(f)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::section::{Figure, Row, Section};

    #[test]
    fn columns_are_aligned_and_a_missing_figure_is_a_dash() {
        let row = |case: &str, value: Option<f64>| Row {
            case: case.to_owned(),
            figures: vec![Figure::new("min µs", value, 1)],
        };
        let rows = vec![row("a", Some(13.25)), row("longer", None)];
        let section = Section { name: "ids", title: "x".to_owned(), rows, goals: Vec::new() };
        let expected = "ids: x\n          min µs\n  a         13.2\n  longer       –\n";
        assert_eq!(section.to_string(), expected);
    }
}
