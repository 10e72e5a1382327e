//! Tables: numbers never wrap, text wraps, and columns that do not fit are left out.

use std::borrow::Borrow;

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};
use funnelflux::model::Document;

use super::{member_text, visible_line};

/// The least width of a text column. Columns are left out rather than going below it.
const NARROWEST_TEXT: u16 = 12;
/// The least width of a terminal. A lower width is treated as unknown.
const NARROWEST_TERMINAL: u16 = 20;
const GAP: u16 = 2;

#[derive(Debug, Default)]
pub(crate) struct Grid {
    columns: Vec<Column>,
    /// One text for each column.
    pub(crate) rows: Vec<Vec<String>>,
    /// The last row, below a line.
    pub(crate) totals: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    title: String,
    members: Vec<&'static str>,
    is_figure: bool,
    wraps: bool,
    may_be_dropped: bool,
    needs_content: bool,
    width: Option<u16>,
}

pub(crate) struct Drawn {
    pub(crate) text: String,
    pub(crate) dropped: Vec<String>,
}

impl Column {
    /// A column that may wrap.
    pub(crate) fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), wraps: true, ..Self::default() }
    }

    /// A column of times or ids: left-aligned, never wrapped.
    pub(crate) fn word(title: impl Into<String>) -> Self {
        Self { wraps: false, ..Self::text(title) }
    }

    /// A column of numbers: right-aligned, never wrapped.
    pub(crate) fn figure(title: impl Into<String>) -> Self {
        Self { is_figure: true, ..Self::word(title) }
    }

    /// Lets the column be left out if the terminal is too narrow, the last such column first.
    pub(crate) fn or_none(self) -> Self {
        Self { may_be_dropped: true, ..self }
    }

    /// Leaves the column out if all of its cells are empty.
    pub(crate) fn unless_empty(self) -> Self {
        Self { needs_content: true, ..self }
    }

    /// Shows these members of an object, in [`Grid::of`]: the first one that is not empty.
    pub(crate) fn of(self, members: &[&'static str]) -> Self {
        Self { members: members.to_vec(), ..self }
    }
}

impl Grid {
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self { columns, ..Self::default() }
    }

    pub(crate) fn of(columns: Vec<Column>, objects: &[impl Borrow<Document>]) -> Self {
        let cell = |object: &Document, column: &Column| {
            let mut texts = column.members.iter().map(|name| member_text(object, name));
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        };
        let row = |object| columns.iter().map(|column| cell(object, column)).collect();
        let rows = objects.iter().map(|object| row(object.borrow())).collect();
        Self { columns, rows, totals: None }
    }

    /// Fixes the widths of all columns but the last by the rows so far, which are taken out: later
    /// rows are drawn a few at a time, as they come.
    pub(crate) fn fix_widths(&mut self) {
        let all: Vec<(usize, &Column)> = self.columns.iter().enumerate().collect();
        let widths = self.table(&all, None).column_max_content_widths();
        let words = self.columns.iter().zip(&widths).filter(|(column, _)| !column.wraps);
        let words: u16 = words.map(|(_, width)| width + GAP).sum();
        // A column of text leaves as much to the last one.
        let most = terminal_width().map_or(u16::MAX, |width| width.saturating_sub(words) / 2);
        let last = widths.len().saturating_sub(1);
        for (column, width) in self.columns.iter_mut().zip(widths).take(last) {
            let most = if column.wraps { most.max(NARROWEST_TEXT) } else { u16::MAX };
            column.width = Some(width.min(most));
        }
        self.rows.clear();
    }

    /// Draws the table or, without its header, the next rows of it.
    pub(crate) fn draw_on(&self, with_header: bool) -> Drawn {
        let mut drawn = self.draw();
        // In a narrow terminal the header has several lines above its rule.
        if let (false, Some((_, rows))) = (with_header, drawn.text.split_once("─\n")) {
            drawn.text = rows.to_owned();
        }
        drawn
    }

    /// Draws the table as wide as the terminal, or as needed if stdout is not a terminal.
    pub(crate) fn draw(&self) -> Drawn {
        self.draw_within(terminal_width())
    }

    fn draw_within(&self, width: Option<u16>) -> Drawn {
        let has_content = |at: usize| self.rows.iter().any(|it| it.get(at) != Some(&String::new()));
        let columns = self.columns.iter().enumerate();
        let kept = columns.filter(|(at, column)| !column.needs_content || has_content(*at));
        let mut kept: Vec<(usize, &Column)> = kept.collect();
        let mut dropped = Vec::new();
        if let Some(width) = width {
            let mut widths = self.table(&kept, Some(width)).column_max_content_widths();
            while least_width(&kept, &widths) > usize::from(width) {
                let last = kept.iter().rposition(|(_, column)| column.may_be_dropped);
                let Some(last) = last else { break };
                widths.remove(last);
                dropped.insert(0, kept.remove(last).1.title.clone());
            }
        }
        let mut table = self.table(&kept, width);
        table.set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        let mut lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        if self.totals.is_some() {
            let is_rule = |line: &&String| !line.is_empty() && line.chars().all(|c| c == '─');
            if let Some(rule) = lines.iter().find(is_rule).cloned() {
                lines.insert(lines.len().saturating_sub(1), rule);
            }
        }
        lines.push(String::new());
        Drawn { text: lines.join("\n"), dropped }
    }

    fn table(&self, kept: &[(usize, &Column)], bound: Option<u16>) -> Table {
        let mut table = Table::new();
        let rule = LineStyle::none().fill('─');
        table.load_style(TableStyle::new().header_separator(rule));
        let columns = || kept.iter().map(|(_, column)| *column);
        // The most characters that a number of each column has from its decimal point on.
        let decimals = kept.iter().map(|(at, column)| {
            let figures = self.rows.iter().chain(&self.totals).filter_map(|row| row.get(*at));
            let figures = figures.filter(|_| column.is_figure);
            figures.map(|figure| from_the_point_on(figure)).max().unwrap_or_default()
        });
        let decimals: Vec<usize> = decimals.collect();
        table.set_header(columns().map(|column| cell(&column.title, column)).collect::<Vec<_>>());
        for row in self.rows.iter().chain(&self.totals) {
            let texts = kept.iter().map(|(at, _)| row.get(*at).map_or("", String::as_str));
            let texts = texts.zip(&decimals).map(|(text, most)| point_aligned(text, *most));
            table.add_row(texts.zip(columns()).map(|(text, c)| cell(&text, c)).collect::<Vec<_>>());
        }
        let last = kept.len().saturating_sub(1);
        for (at, (drawn, column)) in table.column_iter_mut().zip(columns()).enumerate() {
            drawn.set_padding((0, if at == last { 0 } else { GAP }));
            drawn.set_constraint(match column.width.map(|width| Width::Fixed(width + GAP)) {
                // Without an end of the line nothing wraps.
                Some(fixed) if bound.is_none() => ColumnConstraint::LowerBoundary(fixed),
                Some(fixed) => ColumnConstraint::Absolute(fixed),
                None if column.wraps => continue,
                None => ColumnConstraint::ContentWidth,
            });
        }
        table
    }
}

/// The width of stdout's terminal. One of unknown width reports 0.
fn terminal_width() -> Option<u16> {
    Table::new().width().filter(|width| *width >= NARROWEST_TERMINAL)
}

fn least_width(kept: &[(usize, &Column)], widths: &[u16]) -> usize {
    let of = |((_, column), width): (&(usize, &Column), &u16)| {
        usize::from(GAP + if column.wraps { (*width).min(NARROWEST_TEXT) } else { *width })
    };
    kept.iter().zip(widths).map(of).sum::<usize>().saturating_sub(usize::from(GAP))
}

fn point_aligned(figure: &str, most: usize) -> String {
    figure.to_owned() + &" ".repeat(most.saturating_sub(from_the_point_on(figure)))
}

fn from_the_point_on(figure: &str) -> usize {
    figure.find('.').map_or(0, |point| figure.len() - point)
}

fn cell(text: &str, column: &Column) -> Cell {
    let alignment = if column.is_figure { CellAlignment::Right } else { CellAlignment::Left };
    Cell::new(visible_line(text)).set_alignment(alignment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(vec![
            Column::text("Offer"),
            Column::figure("Revenue"),
            Column::figure("Cost").or_none(),
        ]);
        grid.rows.push(vec![
            "A rather long name of an offer".into(),
            "1234567.50".into(),
            "1.0".into(),
        ]);
        grid.rows.push(vec!["B".into(), "7".into(), "1.125".into()]);
        grid.totals = Some(vec!["Total".into(), "1234574.50".into(), "2.125".into()]);
        grid
    }

    #[test]
    fn numbers_are_right_aligned_and_totals_are_below_a_line() {
        let drawn = grid().draw_within(None);
        assert_eq!(
            drawn.text,
            "Offer                              Revenue   Cost\n\
             ─────────────────────────────────────────────────\n\
             A rather long name of an offer  1234567.50  1.0\n\
             B                                     7     1.125\n\
             ─────────────────────────────────────────────────\n\
             Total                           1234574.50  2.125\n"
        );
    }

    #[test]
    fn in_a_narrow_terminal_text_wraps_and_columns_are_left_out_but_numbers_stay_whole() {
        let drawn = grid().draw_within(Some(26));
        assert_eq!(drawn.dropped, ["Cost"]);
        assert!(drawn.text.contains("1234567.50"), "{}", drawn.text);
        assert!(drawn.text.lines().all(|line| line.chars().count() <= 26), "{}", drawn.text);
    }
}
