//! The rules of a drilldown.

use super::{
    Attribute, AttributeSelection, DrilldownRequest, DrilldownRequestBuilder, TrackingSlot,
};
use crate::{Violations, quoted, time::TimeRange};

/// Choices that are not sent.
#[derive(Clone, PartialEq)]
pub(super) struct DrilldownRequestOptions {
    most_attributes: usize,
}

impl Default for DrilldownRequestOptions {
    /// The self-hosted product allows 10 attributes (grade *sibling*).
    fn default() -> Self {
        Self { most_attributes: 10 }
    }
}

/// # Rules
///
/// 1 to 10 attributes, each once. A filter list or a filter is not empty: an empty one may widen a
/// report to everything instead of restricting it. A tracking field has its slot.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, AttributeSelection, DrilldownRequest, TrackingSlot};
/// use funnelflux_model::time::{TimeRange, Zone};
/// use serde_json::json;
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-31", &berlin)?)
///     .attribute(TrackingSlot::Campaign)
///     .attribute(Attribute::ELEMENT_OFFER)
///     .filter(AttributeSelection::new(Attribute::LOCATION_COUNTRY).whitelist(["Germany"]))
///     .extra("paging", json!({ "start": 0, "length": 50 }))
///     .build()?;
/// assert_eq!(request.attributes().len(), 2);
/// assert_eq!(serde_json::to_value(&request)?["paging"]["length"], 50);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl DrilldownRequest {
    /// The range, cut where the clocks of its zone change if the request groups or filters by time:
    /// the server tells the times of an answer in the offset of `timeStart` (*inferred*).
    pub fn windows_of_one_offset(&self) -> Vec<TimeRange> {
        match self.asks_for_time() {
            true => self.range.split_at_clock_changes(),
            false => vec![self.range.clone()],
        }
    }

    /// The same request without `Time: Date`, if it groups and filters by no other time: its rows are
    /// those of the whole range. If nothing else is grouped by, the last tracking field is, which gives
    /// one row unless a traffic source uses it.
    #[must_use]
    pub fn without_date(&self) -> Option<Self> {
        let is_date = |it: &&AttributeSelection| *it.attribute() == Attribute::TIME_DATE;
        let mut others: Vec<_> =
            self.attributes().iter().filter(|it| !is_date(it)).cloned().collect();
        if others.is_empty() {
            others.push(TrackingSlot::C20.into());
        }
        let request = Self { attributes: Some(others), ..self.clone() };
        (self.attributes().iter().any(|it| is_date(&it)) && !request.asks_for_time())
            .then_some(request)
    }

    fn asks_for_time(&self) -> bool {
        let selections = self.attributes().iter().chain(self.filters());
        selections.into_iter().any(|it| it.attribute().name().starts_with("Time: "))
    }

    pub(super) fn check(&self, found: &mut Violations) {
        let (count, most) = (self.attributes().len(), self.options.most_attributes);
        if count == 0 || count > most {
            found.add("attributes", format!("{count} attributes"), format!("1 to {most}"));
        }
        let mut seen: Vec<(&str, Option<TrackingSlot>)> = Vec::new();
        for (at, selection) in self.attributes().iter().enumerate() {
            let field = format!("attributes[{at}]");
            selection.check(&field, false, found);
            let key = (selection.attribute().name(), selection.slot());
            if let Some(first) = seen.iter().position(|other| *other == key) {
                let expected = format!("each attribute once; it is attributes[{first}] already");
                found.add(field, quoted(&selection.label()), expected);
            }
            seen.push(key);
        }
        for (at, filter) in self.filters().iter().enumerate() {
            filter.check(&format!("filters[{at}]"), true, found);
        }
    }
}

impl DrilldownRequestBuilder {
    funnelflux_contract::setters! {
        /// Allows another number of attributes than 10, the self-hosted product's limit (*sibling*).
        fn with_most_attributes(most: usize) => request.options.most_attributes = most;
    }
}
