//! Why a command did not do what it was asked to, and what to do about it.

use std::io::{self, Write as _};
use std::process::ExitCode;

use funnelflux::model::ValidationError;
use funnelflux::{Error, operations};
use serde::Serialize;

use crate::output::{Terminal, plain_line};

/// How a command ends that is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Failed = 1,
    Usage = 2,
    Authorise = 3,
    FateUnknown = 4,
}

impl Exit {
    fn kind(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Authorise => "authorise",
            Self::FateUnknown => "fate_unknown",
        }
    }
}

/// A command that did not do what it was asked to.
#[derive(Debug)]
pub(crate) struct Failure(Kind);

#[derive(Debug)]
enum Kind {
    /// Whoever read stdout has seen enough (`ffx id new -n 1000 | head`): no failure at all.
    ReaderGone,
    Told(Box<Told>),
}

#[derive(Debug)]
struct Told {
    exit: Exit,
    message: String,
    hint: Option<String>,
    error: Option<Error>,
    /// The command said everything on stdout already.
    silent: bool,
}

impl Failure {
    /// The exit code of a command that ends with writes under way.
    pub(crate) const FATE_UNKNOWN: u8 = Exit::FateUnknown as u8;

    fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Kind::Told(Box::new(Told { exit, message, hint: None, error: None, silent: false })))
    }

    /// Exit code 1.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Exit code 2.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Exit code 3.
    pub(crate) fn authorise(message: impl Into<String>) -> Self {
        Self::new(Exit::Authorise, message)
    }

    /// A file that cannot be read.
    pub(crate) fn unreadable(file: &std::path::Path, cause: &io::Error) -> Self {
        Self::failed(format!("{} cannot be read: {cause}", file.display()))
    }

    /// Puts before the message what it is about.
    pub(crate) fn about(mut self, what: impl std::fmt::Display) -> Self {
        if let Kind::Told(told) = &mut self.0 {
            told.message = format!("{what}: {}", told.message);
        }
        self
    }

    /// What to do next; replaces an earlier hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Kind::Told(told) = &mut self.0 {
            told.hint = Some(hint.into());
        }
        self
    }

    /// What to do next, where nothing better is known.
    pub(crate) fn or_hint(mut self, hint: impl Into<String>) -> Self {
        if let Kind::Told(told) = &mut self.0 {
            told.hint.get_or_insert_with(|| hint.into());
        }
        self
    }

    /// One more thing to do next.
    pub(crate) fn and_hint(mut self, more: impl Into<String>) -> Self {
        if let Kind::Told(told) = &mut self.0 {
            let more = more.into();
            told.hint = Some(match told.hint.take() {
                Some(hint) => format!("{} {more}", hint.trim_end()),
                None => more,
            });
        }
        self
    }

    /// Exit code 1 where it was 2: an argument made no sense for one object, and others were done.
    pub(crate) fn after_others_were_done(mut self) -> Self {
        if let Kind::Told(told) = &mut self.0
            && told.exit == Exit::Usage
        {
            told.exit = Exit::Failed;
        }
        self
    }

    /// The exit code alone: stdout has said the rest.
    pub(crate) fn silently(mut self) -> Self {
        if let Kind::Told(told) = &mut self.0 {
            told.silent = true;
        }
        self
    }

    /// Of a write and of telling its outcome: that stdout is closed or full hides no failure, and
    /// makes none of a write that was done without saying that it was.
    pub(crate) fn outcome(work: Result<(), Self>, told: Result<(), Self>) -> Result<(), Self> {
        work.and_then(|()| {
            told.map_err(|failure| failure.about("it is done, but its outcome cannot be told"))
        })
    }

    /// Prints the failure to stderr and gives the exit code.
    pub(crate) fn report(self, terminal: Terminal) -> ExitCode {
        let told = match self.0 {
            Kind::ReaderGone => return ExitCode::SUCCESS,
            Kind::Told(told) => *told,
        };
        if !told.silent {
            let text = if terminal.speaks_json() { told.json() } else { told.text(terminal) };
            // Where stderr is closed nobody listens.
            let _ = writeln!(io::stderr(), "{text}");
        }
        ExitCode::from(told.exit as u8)
    }
}

impl Told {
    fn text(&self, terminal: Terminal) -> String {
        let mut text = format!("error: {}", plain_line(&self.message));
        let told = |hint: &&String| terminal.verbosity() == 0 || !hint.starts_with("-v ");
        if let Some(hint) = self.hint.as_ref().filter(told) {
            text.push_str("\nhint: ");
            text.push_str(&plain_line(hint));
        }
        if let Some(error) = self.error.as_ref().filter(|e| e.operation().is_some())
            && terminal.verbosity() > 0
        {
            text.push_str("\n\nFor FunnelFlux support, without secrets:\n");
            text.push_str(&error.support_report().to_string());
        }
        text
    }

    fn json(&self) -> String {
        #[derive(Serialize)]
        struct Report<'a> {
            error: Body<'a>,
        }
        #[derive(Serialize)]
        struct Body<'a> {
            kind: &'static str,
            exit_code: u8,
            message: &'a str,
            hint: Option<&'a str>,
            operation: Option<&'a str>,
            status: Option<u16>,
            request_id: Option<&'a str>,
            attempts: Option<u32>,
            retry_after_seconds: Option<f64>,
        }
        let error = self.error.as_ref();
        let report = Report {
            error: Body {
                kind: self.exit.kind(),
                exit_code: self.exit as u8,
                message: &self.message,
                hint: self.hint.as_deref(),
                operation: error.and_then(Error::operation).map(|operation| operation.id()),
                status: error.and_then(Error::status).map(|status| status.as_u16()),
                request_id: error.and_then(Error::request_id),
                attempts: error.map(Error::attempts),
                retry_after_seconds: error
                    .and_then(Error::retry_after)
                    .map(|wait| wait.as_secs_f64()),
            },
        };
        serde_json::to_string(&report).unwrap_or_default()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // Doubt wins: whatever else happened, the write may have taken effect.
        let exit = if error.is_ambiguous() {
            Exit::FateUnknown
        } else if error.needs_authorisation() {
            Exit::Authorise
        } else if error.is_invalid_request() {
            Exit::Usage
        } else {
            Exit::Failed
        };
        let line = error.to_string();
        let advice = error.advice().map(ToOwned::to_owned);
        // The advice is the hint; the line need not end with it as well.
        let message = advice
            .as_ref()
            .and_then(|advice| line.strip_suffix(advice.as_str()))
            .map_or(line.as_str(), |line| line.trim_end().trim_end_matches('.'))
            .to_owned();
        let hint = advice.or_else(|| next_step(&error));
        Self(Kind::Told(Box::new(Told { exit, message, hint, error: Some(error), silent: false })))
    }
}

/// What to do next, where the error brings no advice of its own.
fn next_step(error: &Error) -> Option<String> {
    let hint = if error.is_ambiguous() {
        "read the state back (a report, the asset by its id) before you decide to send it again"
    } else if error.needs_authorisation() {
        "log in again: `ffx auth login`, with tokens from the app (Settings > API Access)"
    } else if error.is_auth() {
        "the account behind these tokens may not do this"
    } else if error.is_rate_limited() {
        "wait, and see what else uses this account; `rate` in the profile slows ffx down"
    } else if error.is_not_found() {
        return Some(not_found(error));
    } else if error.is_connect() {
        "check the network and the base URL (--base-url, FUNNELFLUX_BASE_URL)"
    } else if error.is_timeout() {
        "check the network; for a report ask for a shorter range or fewer attributes"
    } else if error.is_decode() || error.is_server() {
        "-v shows what FunnelFlux support needs to know"
    } else if error.status().is_some()
        && error.server_message().is_none()
        && error.refusal_code().is_none()
    {
        "-v shows the answer"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// A path that is a guess may be a wrong one.
fn not_found(error: &Error) -> String {
    let known = error.operation().and_then(|operation| operations::find_by_id(operation.id()));
    match known.filter(|operation| operation.path_grade().is_guess()) {
        Some(operation) => {
            let others = operation.alternatives();
            let others = if others.is_empty() {
                String::new()
            } else {
                format!(" (it may be {})", others.join(", "))
            };
            format!(
                "there may be no such thing; or the path is wrong, which is a guess{others}: a right \
                 one can be set in the profile, [paths] \"{}\" = \"…\"",
                operation.id()
            )
        }
        None => {
            "there may be no such thing; else check the path and the base URL, which ends in /v1"
                .to_owned()
        }
    }
}

impl From<ValidationError> for Failure {
    fn from(error: ValidationError) -> Self {
        Self::usage(error.to_string())
    }
}

/// Of writing to stdout; files have their own messages.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if is_reader_gone(&error) {
            return Self(Kind::ReaderGone);
        }
        Self::failed(format!("stdout cannot be written: {error}"))
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        io::Error::from(error).into()
    }
}

fn is_reader_gone(error: &io::Error) -> bool {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return true;
    }
    // The CSV writer wraps the error without its kind.
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<csv::Error>());
    matches!(inner.map(csv::Error::kind), Some(csv::ErrorKind::Io(inner)) if is_reader_gone(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_went_away_is_recognised_through_the_csv_writer() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_reader_gone(&broken()));
        assert!(is_reader_gone(&io::Error::from(csv::Error::from(broken()))));
        assert!(!is_reader_gone(&io::Error::from(io::ErrorKind::StorageFull)));
    }

    #[test]
    fn advice_becomes_the_hint_and_is_not_said_twice() {
        let error = Error::unauthorised("not logged in").with_advice("Log in.");
        let Failure(Kind::Told(told)) = Failure::from(error) else { panic!("told") };
        assert_eq!(
            (told.message.as_str(), told.hint.as_deref()),
            ("not logged in", Some("Log in."))
        );
        assert_eq!(told.exit, Exit::Authorise);
    }
}
