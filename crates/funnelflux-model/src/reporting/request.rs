//! The rules of a drilldown.

use super::{DrilldownRequest, DrilldownRequestBuilder, TrackingSlot};
use crate::validation::{Violation, quoted};

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
/// # Examples
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
    pub(super) fn check(&self, violations: &mut Vec<Violation>) {
        let (count, most) = (self.attributes().len(), self.options.most_attributes);
        if count == 0 || count > most {
            let expected = format!("1 to {most}");
            violations.push(Violation::new("attributes", format!("{count} attributes"), expected));
        }
        let mut seen: Vec<(&str, Option<TrackingSlot>)> = Vec::new();
        for (at, selection) in self.attributes().iter().enumerate() {
            let field = format!("attributes[{at}]");
            selection.check(&field, false, violations);
            let key = (selection.attribute().name(), selection.slot());
            if let Some(first) = seen.iter().position(|other| *other == key) {
                let expected = format!("each attribute once; it is attributes[{first}] already");
                violations.push(Violation::new(field, quoted(&selection.label()), expected));
            }
            seen.push(key);
        }
        for (at, filter) in self.filters().iter().enumerate() {
            filter.check(&format!("filters[{at}]"), true, violations);
        }
    }
}

impl DrilldownRequestBuilder {
    /// Allows another number of attributes than 10, which is the limit of the self-hosted product
    /// (grade *sibling*).
    pub fn with_most_attributes(mut self, most: usize) -> Self {
        self.request.options.most_attributes = most;
        self
    }
}
