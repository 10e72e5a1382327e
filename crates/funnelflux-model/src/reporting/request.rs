use serde::Serialize;
use serde_json::Value;

use super::{AttributeSelection, TrackingSlot};
use crate::{
    extra::Extra,
    time::TimeRange,
    validation::{ValidationError, Violation, quoted},
};

/// The body of `POST /reporting/drilldown`.
///
/// Members of the wire: `timeStart`, `timeEnd`, `attributes`, `filters` (all *proven*). Paging,
/// sorting and options are *unknown*: [`extra`](DrilldownRequestBuilder::extra) can try them. No
/// member is known that selects metrics, so that is done on the answer:
/// [`Report::select`](super::Report::select).
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::{Attribute, AttributeSelection, DrilldownRequest, TrackingSlot};
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let berlin: Zone = "Europe/Berlin".parse()?;
/// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-31", &berlin)?)
///     .attribute(TrackingSlot::Campaign)
///     .attribute(Attribute::ELEMENT_OFFER)
///     .filter(AttributeSelection::new(Attribute::LOCATION_COUNTRY).whitelist(["Germany"]))
///     .build()?;
/// assert_eq!(request.attributes().len(), 2);
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrilldownRequest {
    #[serde(flatten, serialize_with = "crate::time::members")]
    range: TimeRange,
    attributes: Vec<AttributeSelection>,
    filters: Vec<AttributeSelection>,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`DrilldownRequest`]; nothing is checked before [`build`](Self::build).
#[derive(Clone, Debug)]
#[must_use]
pub struct DrilldownRequestBuilder {
    request: DrilldownRequest,
    most_attributes: usize,
}

/// The self-hosted product allows 10 (grade *sibling*).
const MOST_ATTRIBUTES: usize = 10;

impl DrilldownRequest {
    /// A request for a range of time.
    pub fn builder(range: TimeRange) -> DrilldownRequestBuilder {
        DrilldownRequestBuilder {
            request: Self {
                range,
                attributes: Vec::new(),
                filters: Vec::new(),
                extra: Extra::default(),
            },
            most_attributes: MOST_ATTRIBUTES,
        }
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// The same request for another range: a window of a long one, for instance.
    #[must_use]
    pub fn with_range(&self, range: TimeRange) -> Self {
        Self { range, ..self.clone() }
    }

    /// The attributes that group the rows, in the order of the report's attribute columns.
    #[must_use]
    pub fn attributes(&self) -> &[AttributeSelection] {
        &self.attributes
    }

    /// The filters that restrict the rows without grouping them.
    #[must_use]
    pub fn filters(&self) -> &[AttributeSelection] {
        &self.filters
    }

    /// Members that this crate does not know, with their values, in the order given.
    pub fn extra_members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.extra.iter()
    }
}

impl DrilldownRequestBuilder {
    /// Groups by an attribute, after those already given.
    pub fn attribute(mut self, attribute: impl Into<AttributeSelection>) -> Self {
        self.request.attributes.push(attribute.into());
        self
    }

    /// Groups by several attributes, in order.
    pub fn attributes<A: Into<AttributeSelection>>(
        mut self,
        attributes: impl IntoIterator<Item = A>,
    ) -> Self {
        self.request.attributes.extend(attributes.into_iter().map(Into::into));
        self
    }

    /// Restricts the rows by an attribute that need not be grouped by.
    ///
    /// `filters` itself is *proven* as a list that may be empty; its shape is *proven* by the same
    /// integration to be that of `attributes`.
    pub fn filter(mut self, filter: impl Into<AttributeSelection>) -> Self {
        self.request.filters.push(filter.into());
        self
    }

    /// A member of the wire that this crate does not know, such as paging. Grade: *unknown*.
    ///
    /// ```
    /// use funnelflux_model::reporting::{Attribute, DrilldownRequest};
    /// use funnelflux_model::time::{TimeRange, Zone};
    /// use serde_json::json;
    ///
    /// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?)
    ///     .attribute(Attribute::ELEMENT_OFFER)
    ///     .extra("paging", json!({ "start": 0, "length": 50 }))
    ///     .build()?;
    /// assert_eq!(serde_json::to_value(&request)?["paging"]["length"], 50);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.extra.push(member, value);
        self
    }

    /// Allows another number of attributes than 10, which is the limit of the self-hosted product
    /// (grade *sibling*).
    pub fn with_most_attributes(mut self, most: usize) -> Self {
        self.most_attributes = most;
        self
    }

    /// Checks and returns the request.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not just the first: no attribute or too many, an attribute twice,
    /// an empty filter list or filter (which may widen a report to everything instead of
    /// restricting it), a tracking field without its slot, an extra member that is already set.
    pub fn build(self) -> Result<DrilldownRequest, ValidationError> {
        let request = self.request;
        let mut violations = Vec::new();
        let count = request.attributes.len();
        if count == 0 || count > self.most_attributes {
            violations.push(Violation::new(
                "attributes",
                format!("{count} attributes"),
                format!("1 to {}", self.most_attributes),
            ));
        }
        let mut seen: Vec<(&str, Option<TrackingSlot>)> = Vec::new();
        for (at, selection) in request.attributes.iter().enumerate() {
            let field = format!("attributes[{at}]");
            selection.check(&field, false, &mut violations);
            let key = (selection.attribute().name(), selection.slot());
            if let Some(first) = seen.iter().position(|other| *other == key) {
                violations.push(Violation::new(
                    field,
                    quoted(&selection.label()),
                    format!("each attribute once; it is attributes[{first}] already"),
                ));
            }
            seen.push(key);
        }
        for (at, filter) in request.filters.iter().enumerate() {
            filter.check(&format!("filters[{at}]"), true, &mut violations);
        }
        let known = ["timeStart", "timeEnd", "attributes", "filters"];
        request.extra.check("extra", &known, &mut violations);
        ValidationError::check(violations)?;
        Ok(request)
    }
}
