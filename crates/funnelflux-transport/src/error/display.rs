//! The text of an error: everything on one line, and no secrets.

use std::fmt;

use http::header::LOCATION;

use super::{Error, Kind};
use crate::redact;

/// How much of a server's message goes into the line.
const SHOWN_OF_MESSAGE: usize = 300;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        self.tell(&mut line)?;
        f.write_str(&self.without_secrets(line))
    }
}

impl Error {
    fn tell(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = self.operation() {
            write!(f, "{}: ", operation.id())?;
        }
        let failed = self.status().filter(|status| !status.is_success());
        match (&inner.kind, failed) {
            (Kind::Status, Some(status)) => write!(f, "the server answered {status}")?,
            (_, Some(status)) => write!(f, "{} (status {status})", inner.message)?,
            _ => f.write_str(&inner.message)?,
        }
        let location = self.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        if let Some(to) = location.filter(|_| failed.is_some_and(|it| it.is_redirection())) {
            // A fragment may hold a token.
            let to = to.split('#').next().unwrap_or_default();
            write!(f, ", which points to {}", redact::text(&redact::path_and_query(to)))?;
        }
        match self.server_message().filter(|_| failed.is_some()) {
            Some(message) => {
                write!(f, ": {}", redact::text(&shorten(&message, SHOWN_OF_MESSAGE)))?;
            }
            None if failed.is_some() && looks_like_html(self.body_excerpt()) => {
                f.write_str(" with an HTML page")?;
            }
            None => {}
        }
        let mut source = std::error::Error::source(self);
        let mut last = String::new();
        while let Some(cause) = source {
            // Many libraries repeat their cause in their own text.
            let text = cause.to_string();
            if !last.contains(&text) {
                write!(f, ": {}", redact::text(&text))?;
            }
            last = text;
            source = cause.source();
        }
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
}

/// For logs and panics: the line, and the bare facts. Never headers or bodies.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        f.debug_struct("Error")
            .field("kind", &self.label())
            .field("operation", &self.operation().map(|o| o.id()))
            .field("status", &self.status())
            .field("attempts", &self.attempts())
            .field("ambiguous", &inner.ambiguous)
            .field("message", &format_args!("{self}"))
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

pub(crate) fn looks_like_html(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    start.first() == Some(&b'<')
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
