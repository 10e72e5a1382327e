//! What the vendor's support asks for: endpoint, payload, response, time.

use std::fmt;

use super::Error;
use crate::redact;

/// How much of a body goes into the report.
const SHOWN_OF_BODY: usize = 4096;

/// A text to send to the vendor: endpoint, request payload, response and time, with secrets and
/// visitors' data replaced by `[redacted]`. Made by [`Error::support_report`].
#[derive(Clone)]
pub struct SupportReport(String);

impl fmt::Display for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error {
    /// What the vendor asks for in a bug report (documented): endpoint, request payload, response,
    /// approximate time. Values of members that are not known to be harmless are redacted.
    #[must_use]
    pub fn support_report(&self) -> SupportReport {
        let inner = self.inner();
        let mut lines = Vec::new();
        let unknown = || "unknown".to_owned();
        let method = self.method().map_or_else(unknown, ToString::to_string);
        let path = inner
            .path
            .clone()
            .or_else(|| self.operation().map(|o| o.path().to_owned()))
            .unwrap_or_else(unknown);
        lines.push(format!("Endpoint: {method} {}", redact::path_and_query(&path)));
        if let Some(operation) = self.operation() {
            lines.push(format!("Operation: {} ({})", operation.title(), operation.id()));
        }
        let at = inner.at.map_or_else(unknown, httpdate::fmt_http_date);
        lines.push(format!("Time: {at}"));
        let status = inner.status.map_or_else(|| "no answer".to_owned(), |s| s.to_string());
        lines.push(format!("Status: {status}"));
        if let Some(id) = &inner.request_id {
            lines.push(format!("Request id: {id}"));
        }
        lines.push(format!("Attempts: {}", inner.attempts));
        lines.push(format!("Error: {self}"));
        if let Some(body) = &inner.request_body {
            lines.push(format!("Request payload: {}", redact::body(body, SHOWN_OF_BODY)));
        }
        if !inner.body.is_empty() {
            let cut = if inner.body_truncated { " (cut)" } else { "" };
            lines.push(format!("Response{cut}: {}", redact::body(&inner.body, SHOWN_OF_BODY)));
        }
        SupportReport(lines.join("\n"))
    }
}
