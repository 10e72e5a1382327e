//! "Create a drilldown report".

use std::collections::HashMap;

use funnelflux_contract::schemas;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::attribute::Cell;
use super::filter::Filter;
use super::group::{Group, Groups};
use super::metrics::{self, Share};
use super::range::{Range, killed};
use crate::handlers::Exchange;
use crate::wire::fields::Fields;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;

/// Sibling-graded: up to ten groupings.
const MOST_ATTRIBUTES: usize = 10;

pub(crate) fn report(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let options = &exchange.core.options;
    let fields = exchange.fields(&schemas::DRILLDOWN_REQUEST)?;
    let range = Range::read(&fields, options)?;
    let attributes = read(&fields, "attributes")?;
    if attributes.is_empty() || attributes.len() > MOST_ATTRIBUTES {
        return Err(Refusal::bad_request(format!(
            "`attributes` has {} entries; expected 1 to {MOST_ATTRIBUTES}",
            attributes.len()
        )));
    }
    let filters = read(&fields, "filters")?;
    if let Some(at) = filters.iter().position(Filter::is_open) {
        return Err(Refusal::bad_request(format!(
            "`filters[{at}]` has neither `whitelistFilters` nor `blacklistFilters` and would \
             filter nothing; expected at least one pattern"
        )));
    }
    let account = &*exchange.account;
    let mut groups = Groups::new(account, range.offset, attributes, filters);
    exchange.traffic().each_visit(range.window, |visit| groups.count(visit, range.window));
    if groups.are_too_many() {
        return Err(killed(options.killed_status));
    }
    let groups = groups.finish();
    let shared = Shared::new(&groups);
    let rows = groups.iter().map(|group| Row { shared: &shared, group }).collect();
    Ok(Reply::json(&Report { rows }))
}

fn read(fields: &Fields<'_>, name: &str) -> Result<Vec<Filter>, Refusal> {
    let right = "a list of {attribute, whitelistFilters, blacklistFilters}";
    let entries = fields.items(name, right, &schemas::ATTRIBUTE_FILTER)?;
    entries.map(|entry| Filter::read(&entry?)).collect()
}

/// The answer. Whether the live one has totals beside the rows is unknown.
#[derive(Serialize)]
struct Report<'r> {
    rows: Vec<Row<'r>>,
}

/// The parts that the rows of a report share.
struct Shared<'a> {
    metrics: Vec<&'static str>,
    whole: Share,
    /// By all cells of a row but the last.
    parents: HashMap<Vec<Cell<'a>>, Share>,
}

impl<'a> Shared<'a> {
    fn new(groups: &[Group<'a>]) -> Self {
        let mut whole = Share::default();
        let mut parents: HashMap<Vec<Cell<'a>>, Share> = HashMap::new();
        for group in groups {
            whole.add(&group.tally);
            match parents.get_mut(parent(group)) {
                Some(share) => share.add(&group.tally),
                None => {
                    let mut share = Share::default();
                    share.add(&group.tally);
                    parents.insert(parent(group).to_vec(), share);
                }
            }
        }
        Self { metrics: metrics::names(), whole, parents }
    }
}

fn parent<'g, 'a>(group: &'g Group<'a>) -> &'g [Cell<'a>] {
    group.cells.split_last().map_or(&[], |(_, rest)| rest)
}

struct Row<'r> {
    shared: &'r Shared<'r>,
    group: &'r Group<'r>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shared { metrics, whole, parents } = self.shared;
        let parent = parents.get(parent(self.group)).copied().unwrap_or_default();
        let mut row = serializer.serialize_map(None)?;
        row.serialize_entry("attributes", &self.group.cells)?;
        self.group.tally.write(&mut row, metrics, *whole, parent)?;
        row.end()
    }
}
