//! The rules of a page of raw events.

use super::{RawEventsRequest, RawEventsRequestBuilder};
use crate::Violations;

/// # Rules
///
/// At least one kind of event, and a page of at least one event.
///
/// ```
/// use funnelflux_model::reporting::RawEventsRequest;
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let first = RawEventsRequest::builder(day).hits().conversions().build()?;
/// let second = first.with_page(1000, first.page_length());
/// assert_eq!(serde_json::to_value(&second)?["pagingStart"], 1000);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl RawEventsRequest {
    /// 1000 events: the page length in an integration's code, and what the app shows of a query
    /// (*help*). That the server sends so many is *unknown*: a shorter page need not be the last.
    pub const USUAL_PAGE_LENGTH: u64 = 1000;

    /// The same request for another page.
    #[must_use]
    pub fn with_page(&self, start: u64, length: u64) -> Self {
        Self { page_start: start, page_length: length, ..self.clone() }
    }

    pub(super) fn check(&self, found: &mut Violations) {
        if !(self.hits || self.clicks || self.conversions) {
            let field = "includeHits, includeClicks, includeConversions";
            found.add(field, "none of them", "at least one kind of event");
        }
        if self.page_length == 0 {
            found.add("pagingLength", "0", "at least one event per page");
        }
    }
}

impl RawEventsRequestBuilder {
    funnelflux_contract::setters! {
        /// Selects a page: the number of its first event (from 0) and its maximal length.
        fn page(start: u64, length: u64), |it| it.request = it.request.with_page(start, length);
    }
}
