//! What the vendor's support asks for: endpoint, payload, response, time.

use super::Error;
use crate::redact;

/// How much of a body goes into the report.
const SHOWN_OF_BODY: usize = 4096;

impl Error {
    /// A text with what the vendor asks for in a bug report (documented): endpoint, request payload,
    /// response, approximate time. Values of members that are not known to be harmless are redacted.
    #[must_use]
    pub fn support_report(&self) -> String {
        let unknown = || "unknown".to_owned();
        let asked = self.call().and_then(|call| call.0.asked.get());
        let operation = self.operation();
        let method = operation.map_or_else(unknown, |operation| operation.method().to_string());
        let path = asked
            .map(|asked| asked.uri.to_string())
            .or_else(|| operation.map(|operation| operation.path().to_owned()))
            .unwrap_or_else(unknown);
        let at = self.at().map_or_else(unknown, httpdate::fmt_http_date);
        let status = self.status().map_or_else(|| "no answer".to_owned(), |s| s.to_string());
        let mut lines = vec![format!("Endpoint: {method} {}", redact::path_and_query(&path))];
        if let Some(operation) = operation {
            lines.push(format!("Operation: {} ({})", operation.title(), operation.id()));
        }
        lines.push(format!("Time: {at}"));
        lines.push(format!("Status: {status}"));
        if let Some(id) = self.request_id() {
            lines.push(format!("Request id: {id}"));
        }
        lines.push(format!("Attempts: {}", self.attempts()));
        lines.push(format!("Error: {self}"));
        if let Some(body) = asked.and_then(|asked| asked.body.as_ref()) {
            lines.push(format!("Request payload: {}", redact::body(body, SHOWN_OF_BODY)));
        }
        if let Some(answer) = self.0.answer.as_deref().filter(|a| !a.body.is_empty()) {
            let cut = if answer.body_is_cut { " (cut)" } else { "" };
            lines.push(format!("Response{cut}: {}", redact::body(&answer.body, SHOWN_OF_BODY)));
        }
        lines.join("\n")
    }
}
