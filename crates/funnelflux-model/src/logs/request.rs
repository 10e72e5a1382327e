use serde::Serialize;
use serde_json::Value;

use crate::{extra::Extra, time::TimeRange, validation::ValidationError};

/// A request for a log: a range of time, and extra members.
///
/// The body of all log operations is *unknown*. `timeStart` and `timeEnd` are *inferred*: every
/// other reporting body has them. Filters and paging are left to
/// [`extra`](LogRequestBuilder::extra).
///
/// # Examples
///
/// ```
/// use funnelflux_model::logs::LogRequest;
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let request = LogRequest::builder(day).extra("pagingLength", 100).build()?;
/// assert_eq!(
///     serde_json::to_string(&request)?,
///     r#"{"timeStart":"2026-03-01T00:00:00+00:00","timeEnd":"2026-03-01T23:59:59+00:00","pagingLength":100}"#
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogRequest {
    #[serde(flatten, serialize_with = "crate::time::members")]
    range: TimeRange,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`LogRequest`].
#[derive(Clone, Debug)]
#[must_use]
pub struct LogRequestBuilder {
    request: LogRequest,
}

impl LogRequest {
    /// A request for a range of time.
    pub fn builder(range: TimeRange) -> LogRequestBuilder {
        LogRequestBuilder { request: Self { range, extra: Extra::default() } }
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }
}

impl LogRequestBuilder {
    /// A member of the wire that this crate does not know. Grade: *unknown*.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.extra.push(member, value);
        self
    }

    /// Checks and returns the request.
    ///
    /// # Errors
    ///
    /// When an extra member is set already.
    pub fn build(self) -> Result<LogRequest, ValidationError> {
        let mut violations = Vec::new();
        self.request.extra.check("extra", &["timeStart", "timeEnd"], &mut violations);
        ValidationError::check(violations)?;
        Ok(self.request)
    }
}
