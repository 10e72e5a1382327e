//! The texts of an error, without secrets: everything on one line, and the report for the vendor's support.

use std::fmt;

use http::header::LOCATION;

use super::{BoxError, Error, ErrorKind};
use crate::redact;

/// How much of a server's message or address goes into the line.
const SHOWN: usize = 300;
/// How much of a body goes into the report.
const SHOWN_OF_BODY: usize = 4096;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        self.tell(&mut line)?;
        f.write_str(&self.without_secrets(&line))
    }
}

impl Error {
    fn tell(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = self.operation() {
            write!(f, "{}: ", operation.id())?;
        }
        let failed = self.status().filter(|status| !status.is_success());
        match (inner.kind, failed) {
            (ErrorKind::Status, Some(status)) => write!(f, "the server answered {status}")?,
            (_, None) if self.is_rejected() => f.write_str("turned away before it was sent")?,
            (_, Some(status)) => write!(f, "{} (status {status})", inner.message)?,
            _ => f.write_str(&inner.message)?,
        }
        let location = self.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        // A fragment may hold a token.
        let to = location.and_then(|to| to.split('#').next()).unwrap_or_default();
        if failed.is_some_and(|it| it.is_redirection()) && !to.is_empty() {
            let to = redact::text(&redact::path_and_query(to)).into_owned();
            write!(f, ", which points to {}", shorten(&to, SHOWN))?;
        }
        match self.server_message().filter(|_| failed.is_some()) {
            Some(message) => write!(f, ": {}", redact::text(&shorten(&message, SHOWN)))?,
            None if failed.is_some() && looks_like_html(self.body_excerpt()) => {
                f.write_str(" with an HTML page")?;
            }
            None => {}
        }
        f.write_str(&self.causes(|text| text))?;
        if inner.ambiguous {
            f.write_str("; whether it took effect is unknown: look before you send it again")?;
        }
        if let Some(wait) = inner.retry_after {
            write!(f, "; the server asks to wait {} s", wait.as_secs_f64().ceil())?;
        }
        if self.attempts() > 1 {
            write!(f, "; {} attempts", self.attempts())?;
            if let Some(elapsed) = self.elapsed() {
                write!(f, " in {:.1} s", elapsed.as_secs_f64())?;
            }
        }
        if let Some(id) = self.request_id() {
            write!(f, "; request id {id}")?;
        }
        if let Some(advice) = &inner.advice {
            write!(f, ". {advice}")?;
        }
        Ok(())
    }

    /// A text with what the vendor asks for in a bug report (documented): endpoint, request payload,
    /// response, approximate time. Values of members that are not known to be harmless are redacted.
    pub fn support_report(&self) -> String {
        let unknown = || "unknown".to_owned();
        let asked = self.call().and_then(|call| call.0.asked.as_ref());
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

    /// The causes, each after a colon. Many libraries repeat theirs in their own text.
    fn causes(&self, shown: impl Fn(String) -> String) -> String {
        let mut told = String::new();
        let mut source = self.cause();
        while let Some(cause) = source {
            let text = shown(cause.to_string());
            let is_message =
                self.0.message == text || self.0.message.ends_with(&format!(": {text}"));
            if !told.contains(&text) && !is_message {
                told.extend([": ", &text]);
            }
            source = cause.source();
        }
        told
    }

    /// Puts a text in the place of causes that show a secret: callers print them by themselves.
    pub(super) fn with_harmless_source(mut self) -> Self {
        let shown = self.causes(|text| self.without_secrets(&redact::text(&text)));
        if shown != self.causes(|text| text) {
            let shown = BoxError::from(shown.trim_start_matches(": "));
            self.0.source = Some(shown.into());
        }
        self
    }
}

funnelflux_contract::formats! {
    /// For logs and panics: the line, and the bare facts. Never headers or bodies.
    Debug for Error, |it, f| {
        let inner = &it.0;
        f.debug_struct("Error")
            .field("kind", &it.label())
            .field("operation", &it.operation().map(|o| o.id()))
            .field("status", &it.status())
            .field("attempts", &it.attempts())
            .field("ambiguous", &inner.ambiguous)
            .field("message", &format_args!("{it}"))
            .finish()
    }
}

/// Without a source: the text has the [causes](Error::cause) in it.
impl std::error::Error for Error {}

pub(crate) fn looks_like_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The first `max` characters, with an ellipsis if there are more, on one line.
pub(crate) fn shorten(text: &str, max: usize) -> String {
    let mut short: String =
        text.chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(max).is_some() {
        short.push('…');
    }
    short
}
