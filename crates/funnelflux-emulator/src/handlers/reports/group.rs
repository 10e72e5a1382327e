//! Sorting events into the groups of a report.

use std::collections::HashMap;

use jiff::tz::Offset;

use super::attribute::{At, Cell};
use super::filter::Filter;
use super::metrics::Tally;
use crate::account::Account;
use crate::traffic::{Event, Visit, Window};

/// The most rows of a report, and the most remembered cells of one attribute. A row takes more than
/// 1 KB of the answer.
pub(crate) const MOST_ROWS: usize = 100_000;

/// The distinct cells of one attribute, numbered, and whether the filter lets them through.
#[derive(Debug)]
struct Column<'a> {
    filter: Filter,
    /// `None` for cells that the filter refuses.
    numbers: HashMap<Cell<'a>, Option<u32>>,
    accepted: usize,
    /// Whether rows show the cells, so that all of them must be remembered.
    names_rows: bool,
}

impl<'a> Column<'a> {
    fn new(filter: Filter, names_rows: bool) -> Self {
        Self { filter, numbers: HashMap::new(), accepted: 0, names_rows }
    }

    /// The number of the event's cell; `None` when the filter refuses it.
    fn number(&mut self, account: &'a Account, offset: Offset, event: &Event<'_>) -> Option<u32> {
        let at = At { account, event, offset, slot: self.filter.slot };
        let cell = (self.filter.attribute.cell)(&at);
        if let Some(known) = self.numbers.get(&cell) {
            return *known;
        }
        let number = u32::try_from(self.accepted).ok().filter(|_| self.filter.accepts(&cell));
        // Further cells are compared again each time.
        if self.numbers.len() < MOST_ROWS || (self.names_rows && number.is_some()) {
            self.accepted += usize::from(number.is_some());
            self.numbers.insert(cell, number);
        }
        number
    }

    fn is_of_visit(&self) -> bool {
        self.filter.attribute.is_of_visit
    }
}

/// The groups of a report while it is counted.
#[derive(Debug)]
pub(crate) struct Groups<'a> {
    account: &'a Account,
    offset: Offset,
    columns: Vec<Column<'a>>,
    filters: Vec<Column<'a>>,
    tallies: HashMap<Vec<u32>, Tally>,
    key: Vec<Option<u32>>,
}

/// A finished group.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) cells: Vec<Cell<'a>>,
    pub(crate) tally: Tally,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(
        account: &'a Account,
        offset: Offset,
        attributes: Vec<Filter>,
        filters: Vec<Filter>,
    ) -> Self {
        Self {
            account,
            offset,
            columns: attributes.into_iter().map(|it| Column::new(it, true)).collect(),
            filters: filters.into_iter().map(|it| Column::new(it, false)).collect(),
            tallies: HashMap::new(),
            key: Vec::new(),
        }
    }

    /// Whether the report has too many groups. Further visits are not counted then.
    pub(crate) fn are_too_many(&self) -> bool {
        let cells = self.columns.iter().map(|column| column.accepted).max().unwrap_or(0);
        cells.max(self.tallies.len()) > MOST_ROWS
    }

    /// Counts the visit's events that lie in the window.
    pub(crate) fn count(&mut self, visit: &Visit, window: Window) {
        if self.are_too_many() {
            return;
        }
        let mut events = visit.events().filter(|event| window.holds(event.at)).peekable();
        let Some(first) = events.peek() else { return };
        // Cells that all events of a visit share are looked up once per visit.
        let (account, offset) = (self.account, self.offset);
        for filter in self.filters.iter_mut().filter(|filter| filter.is_of_visit()) {
            if filter.number(account, offset, first).is_none() {
                return;
            }
        }
        self.key.clear();
        for column in &mut self.columns {
            let number = if column.is_of_visit() {
                let Some(number) = column.number(account, offset, first) else { return };
                Some(number)
            } else {
                None
            };
            self.key.push(number);
        }
        for event in events {
            self.count_event(&event);
        }
    }

    fn count_event(&mut self, event: &Event<'_>) {
        let (account, offset) = (self.account, self.offset);
        for filter in self.filters.iter_mut().filter(|filter| !filter.is_of_visit()) {
            if filter.number(account, offset, event).is_none() {
                return;
            }
        }
        let mut key = Vec::with_capacity(self.columns.len());
        for (column, number) in self.columns.iter_mut().zip(&self.key) {
            let Some(number) = number.or_else(|| column.number(account, offset, event)) else {
                return;
            };
            key.push(number);
        }
        self.tallies.entry(key).or_default().count(event);
    }

    /// The groups, sorted by the first attribute, then the second, …; each by id, then value.
    pub(crate) fn finish(self) -> Vec<Group<'a>> {
        let names: Vec<Vec<Cell<'a>>> = self
            .columns
            .into_iter()
            .map(|column| {
                let named = |(cell, number): (Cell<'a>, Option<u32>)| Some((number?, cell));
                let mut cells: Vec<_> = column.numbers.into_iter().filter_map(named).collect();
                cells.sort_unstable_by_key(|(number, _)| *number);
                cells.into_iter().map(|(_, cell)| cell).collect()
            })
            .collect();
        let mut groups: Vec<Group<'a>> = self
            .tallies
            .into_iter()
            .map(|(key, tally)| {
                let cells = key
                    .iter()
                    .zip(&names)
                    .filter_map(|(number, cells)| {
                        cells.get(usize::try_from(*number).ok()?).cloned()
                    })
                    .collect();
                Group { cells, tally }
            })
            .collect();
        groups.sort_unstable_by(|one, other| one.cells.cmp(&other.cells));
        groups
    }
}
