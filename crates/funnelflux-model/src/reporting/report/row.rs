use super::{AttributeValue, Cell, Report};
use crate::reporting::Metric;

/// One row of a report: a view into its columns.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    pub(super) report: &'a Report,
    pub(super) row: usize,
}

impl<'a> Row<'a> {
    /// The row's number, from 0.
    pub fn index(&self) -> usize {
        self.row
    }

    /// The attribute at a place of the request's list; `None` if the row came without attributes.
    pub fn attribute(&self, place: usize) -> Option<AttributeValue<'a>> {
        self.report.attributes.get(place)?.get(self.row)
    }

    /// A metric of the row, or absent. For many rows, take its [`column`](Report::column).
    pub fn metric(&self, metric: &Metric) -> Cell<'a> {
        self.cell(metric.name())
    }

    /// Any member of the row by its name on the wire.
    pub fn cell(&self, name: &str) -> Cell<'a> {
        self.report.column(name).map_or(Cell::absent(), |column| column.get(self.row))
    }

    /// Every member that the row has, besides its attributes, in the order of the columns.
    pub fn cells(&self) -> impl Iterator<Item = (&'a str, Cell<'a>)> + use<'a> {
        let row = self.row;
        let cells = self.report.columns.iter().map(move |column| (column.name(), column.get(row)));
        cells.filter(|(_, cell)| !cell.is_absent())
    }
}

funnelflux_contract::formats! {
    Debug for Row<'_>, |it, f| f.debug_tuple("Row").field(&it.row).finish()
}
