//! What the vendor's support asks for: endpoint, payload, response, time.

use super::Error;
use crate::redact;

/// How much of a body goes into the report.
const SHOWN_OF_BODY: usize = 4096;

impl Error {
    /// A text with what the vendor asks for in a bug report (documented): endpoint, request payload,
    /// response, approximate time. Values of members that are not known to be harmless are redacted.
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
        let payload = asked.and_then(|asked| asked.body.as_ref());
        let answer = self.0.answer.as_deref().filter(|answer| !answer.body.is_empty());
        let lines = [
            Some(format!("Endpoint: {method} {}", redact::path_and_query(&path))),
            operation.map(|it| format!("Operation: {} ({})", it.title(), it.id())),
            Some(format!("Time: {at}\nStatus: {status}")),
            self.request_id().map(|id| format!("Request id: {id}")),
            Some(format!("Attempts: {}\nError: {self}", self.attempts())),
            payload.map(|body| format!("Request payload: {}", redact::body(body, SHOWN_OF_BODY))),
            answer.map(|answer| {
                let cut = if answer.body_is_cut { " (cut)" } else { "" };
                format!("Response{cut}: {}", redact::body(&answer.body, SHOWN_OF_BODY))
            }),
        ];
        self.without_secrets(&lines.into_iter().flatten().collect::<Vec<_>>().join("\n"))
    }
}
