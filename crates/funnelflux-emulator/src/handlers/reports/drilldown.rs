//! "Create a drilldown report".

use std::collections::HashMap;

use funnelflux_contract::schemas;
use jiff::tz::Offset;
use serde_json::json;

use super::attribute::{At, Cell};
use super::filter::Filter;
use super::metrics::{self, Share, Tally};
use super::{Range, killed};
use crate::account::Account;
use crate::handlers::Exchange;
use crate::traffic::{Event, Visit, Window};
use crate::wire::{Fields, Refusal, Reply, Result, text};

/// Sibling-graded: up to ten groupings.
const MOST_ATTRIBUTES: usize = 10;

/// The most rows of a report. A row takes more than 1 KB of the answer.
const MOST_ROWS: usize = 100_000;

pub(crate) fn report(exchange: &Exchange<'_>) -> Result<Reply> {
    let options = &exchange.core.options;
    let fields = exchange.fields(&schemas::DRILLDOWN_REQUEST)?;
    let range = Range::read(&fields, options)?;
    let attributes = read(&fields, "attributes")?;
    if attributes.is_empty() || attributes.len() > MOST_ATTRIBUTES {
        let fault = format_args!("has {} entries", attributes.len());
        return Err(Refusal::at("attributes", fault, format_args!("1 to {MOST_ATTRIBUTES}")));
    }
    let filters = read(&fields, "filters")?;
    if let Some(at) = filters.iter().position(Filter::is_open) {
        let fault =
            "has neither `whitelistFilters` nor `blacklistFilters` and would filter nothing";
        return Err(Refusal::at(&format!("filters[{at}]"), fault, "at least one pattern"));
    }
    let (account, offset) = (exchange.account(), range.offset);
    let mut groups = Groups { account, offset, attributes, filters, rows: HashMap::new() };
    exchange.traffic().each_visit(range.window, |visit| groups.count(visit, range.window));
    if groups.are_too_many() {
        return Err(killed(options.killed_status));
    }
    let mut groups: Vec<(Vec<Cell<'_>>, Tally)> = groups.rows.into_iter().collect();
    // By the first attribute, then the second, …; each by id, then value.
    groups.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    // The whole that the rows are shares of, and the parents, by all cells of a row but the last.
    let (mut whole, mut parents) = (Share::default(), HashMap::<_, Share>::new());
    for (cells, tally) in &groups {
        whole.add(tally);
        parents.entry(parent(cells)).or_default().add(tally);
    }
    let metrics = metrics::names();
    let rows = groups.iter().map(|(cells, tally)| {
        let parent = parents.get(parent(cells)).copied().unwrap_or_default();
        let unique = tally.unique();
        let figure = |name: &&'static str| (*name, tally.figure(name, &unique, whole, parent));
        let mut row = vec![("attributes", json!(cells))];
        row.extend(metrics.iter().map(figure));
        text::object(&row)
    });
    // Whether the live answer has totals beside the rows is unknown. A large one must not be copied.
    let mut answer = text::list(rows);
    answer.insert_str(0, "{\"rows\":");
    Ok(Reply::text(answer + "}"))
}

fn read(fields: &Fields<'_>, name: &str) -> Result<Vec<Filter>> {
    let right = "a list of {attribute, whitelistFilters, blacklistFilters}";
    let entries = fields.items(name, right, &schemas::ATTRIBUTE_FILTER)?;
    entries.map(|entry| Filter::read(&entry?)).collect()
}

struct Groups<'a> {
    account: &'a Account,
    offset: Offset,
    attributes: Vec<Filter>,
    filters: Vec<Filter>,
    rows: HashMap<Vec<Cell<'a>>, Tally>,
}

impl<'a> Groups<'a> {
    /// Whether the report has too many groups. Further visits are not counted then.
    fn are_too_many(&self) -> bool {
        self.rows.len() > MOST_ROWS
    }

    fn cell(&self, filter: &Filter, event: &Event<'_>) -> Option<Cell<'a>> {
        let (account, offset) = (self.account, self.offset);
        let cell = (filter.attribute.cell)(&At { account, event, offset, slot: filter.slot });
        filter.accepts(&cell).then_some(cell)
    }

    fn count(&mut self, visit: &Visit, window: Window) {
        if self.are_too_many() {
            return;
        }
        let mut events = visit.events().filter(|event| window.holds(event.at)).peekable();
        let Some(first) = events.peek() else { return };
        // Cells that all events of a visit share are made once per visit.
        let of_visit = |filter: &Filter| match filter.attribute.is_of_visit {
            true => self.cell(filter, first).map(Some),
            false => Some(None),
        };
        let shared = self.filters.iter().chain(&self.attributes).map(of_visit);
        let Some(shared) = shared.collect::<Option<Vec<_>>>() else { return };
        for event in events {
            let own = self.filters.iter().chain(&self.attributes).zip(&shared);
            let cells =
                own.map(|(filter, cell)| cell.clone().or_else(|| self.cell(filter, &event)));
            let Some(mut cells) = cells.collect::<Option<Vec<_>>>() else { continue };
            cells.drain(..self.filters.len());
            self.rows.entry(cells).or_default().count(&event);
        }
    }
}

fn parent<'g, 'a>(cells: &'g [Cell<'a>]) -> &'g [Cell<'a>] {
    cells.split_last().map_or(&[], |(_, rest)| rest)
}
