use serde::Serialize;
use serde_json::Value;

use crate::{
    extra::Extra,
    time::TimeRange,
    validation::{ValidationError, Violation},
};

/// The body of `POST /reporting/hits`: a page of single hits, clicks and conversions.
///
/// Members of the wire, all *proven*: `timeStart`, `timeEnd`, `includeHits`, `includeClicks`,
/// `includeConversions`, `pagingStart` (from 0) and `pagingLength`. Whether events can be filtered
/// by attributes is *unknown*: [`extra`](RawEventsRequestBuilder::extra) can try.
///
/// # Examples
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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RawEventsRequest {
    #[serde(flatten, serialize_with = "crate::time::members")]
    range: TimeRange,
    #[serde(rename = "includeHits")]
    hits: bool,
    #[serde(rename = "includeClicks")]
    clicks: bool,
    #[serde(rename = "includeConversions")]
    conversions: bool,
    #[serde(rename = "pagingStart")]
    start: u64,
    #[serde(rename = "pagingLength")]
    length: u64,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`RawEventsRequest`].
#[derive(Clone, Debug)]
#[must_use]
pub struct RawEventsRequestBuilder {
    request: RawEventsRequest,
}

impl RawEventsRequest {
    /// 1000 events: the page length that an integration used in production (*proven*), and as many
    /// as the app shows of any query (*help*). That the server answers with so many is not proven: a
    /// shorter page need not be the last.
    pub const PROVEN_PAGE_LENGTH: u64 = 1000;

    /// A request for a range of time, for the first page of 1000 events (the length that an
    /// integration in production used). At least one kind of event has to be added.
    pub fn builder(range: TimeRange) -> RawEventsRequestBuilder {
        RawEventsRequestBuilder {
            request: Self {
                range,
                hits: false,
                clicks: false,
                conversions: false,
                start: 0,
                length: Self::PROVEN_PAGE_LENGTH,
                extra: Extra::default(),
            },
        }
    }

    /// The same request for another page.
    #[must_use]
    pub fn with_page(&self, start: u64, length: u64) -> Self {
        Self { start, length, ..self.clone() }
    }

    /// The same request for another range of time.
    #[must_use]
    pub fn with_range(&self, range: TimeRange) -> Self {
        Self { range, ..self.clone() }
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// The number of the first event of the page, from 0.
    #[must_use]
    pub fn page_start(&self) -> u64 {
        self.start
    }

    /// The maximal number of events in the page.
    #[must_use]
    pub fn page_length(&self) -> u64 {
        self.length
    }
}

impl RawEventsRequestBuilder {
    /// Includes hits (visits to a node).
    pub fn hits(mut self) -> Self {
        self.request.hits = true;
        self
    }

    /// Includes clicks.
    pub fn clicks(mut self) -> Self {
        self.request.clicks = true;
        self
    }

    /// Includes conversions.
    pub fn conversions(mut self) -> Self {
        self.request.conversions = true;
        self
    }

    /// Selects a page: the number of its first event (from 0) and its maximal length.
    pub fn page(mut self, start: u64, length: u64) -> Self {
        self.request.start = start;
        self.request.length = length;
        self
    }

    /// A member of the wire that this crate does not know. Grade: *unknown*.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.extra.push(member, value);
        self
    }

    /// Checks and returns the request.
    ///
    /// # Errors
    ///
    /// When no kind of event is included, when a page has no length, or when an extra member is
    /// already set.
    pub fn build(self) -> Result<RawEventsRequest, ValidationError> {
        let request = self.request;
        let mut violations = Vec::new();
        if !(request.hits || request.clicks || request.conversions) {
            violations.push(Violation::new(
                "includeHits, includeClicks, includeConversions",
                "none of them",
                "at least one kind of event",
            ));
        }
        if request.length == 0 {
            violations.push(Violation::new("pagingLength", "0", "at least one event per page"));
        }
        let known = [
            "timeStart",
            "timeEnd",
            "includeHits",
            "includeClicks",
            "includeConversions",
            "pagingStart",
            "pagingLength",
        ];
        request.extra.check("extra", &known, &mut violations);
        ValidationError::check(violations)?;
        Ok(request)
    }
}
