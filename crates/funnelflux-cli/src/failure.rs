//! Failures: exit code, message and hint.

use std::io::{self, Write as _};
use std::process::ExitCode;

use funnelflux::ledger::{AssetKind, Schema};
use funnelflux::model::ValidationError;
use funnelflux::transport::Outcome;
use funnelflux::{Error, operations};
use serde::Serialize;

use crate::output::{Terminal, stderr, visible_line};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Exit {
    /// The reader of stdout has closed it (`ffx id new -n 1000 | head`), which is no failure.
    ReaderGone = 0,
    Failed = 1,
    Usage = 2,
    Authorise = 3,
    /// Ambiguous: a write was sent and its outcome is unknown.
    FateUnknown = 4,
    /// A plan has something to send.
    ToDo = 5,
}

#[derive(Debug)]
pub(crate) struct Failure(Box<Report>);

#[derive(Debug)]
struct Report {
    exit: Exit,
    message: String,
    hint: Option<String>,
    error: Option<Error>,
    /// Stdout has said everything already.
    silent: bool,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Report { exit, message, hint: None, error: None, silent: false }))
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A wrong argument, found before a request was sent.
    pub(crate) fn unsent(message: impl Into<String>) -> Self {
        Self::usage(message).hint("nothing was sent")
    }

    pub(crate) fn ambiguous(message: impl Into<String>) -> Self {
        Self::new(Exit::FateUnknown, message)
    }

    pub(crate) fn to_do(message: impl Into<String>) -> Self {
        Self::new(Exit::ToDo, message)
    }

    pub(crate) fn authorise(message: impl Into<String>) -> Self {
        Self::new(Exit::Authorise, message)
    }

    pub(crate) fn unreadable(file: &std::path::Path, cause: &io::Error) -> Self {
        Self::usage(format!("{} cannot be read: {cause}", file.display()))
    }

    pub(crate) fn unwritable(file: &std::path::Path, cause: &io::Error) -> Self {
        Self::failed(format!("{} cannot be written: {cause}", file.display()))
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn about(mut self, what: impl std::fmt::Display) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn or_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    pub(crate) fn and_hint(mut self, more: impl std::fmt::Display) -> Self {
        let hint = self.0.hint.take().unwrap_or_default();
        let (hint, more) = (hint.trim_end(), more.to_string());
        let is_sentence = hint.is_empty() || hint.ends_with(['.', '!', '?', ')']);
        let joint = match more.chars().next() {
            Some(first) if !is_sentence && first.is_uppercase() => ". ",
            Some(first) if !is_sentence && first != '(' => "; ",
            _ => " ",
        };
        self.hint(format!("{hint}{joint}{more}").trim_start())
    }

    /// Turns exit code 2 into 1: an argument was wrong for one object, but others were written.
    pub(crate) fn after_others_were_done(mut self) -> Self {
        if self.0.exit == Exit::Usage {
            self.0.exit = Exit::Failed;
        }
        self
    }

    pub(crate) fn silently(mut self) -> Self {
        self.0.silent = true;
        self
    }

    /// Combines the result of a write, which wins, with the result of printing it.
    pub(crate) fn outcome(write: Result<(), Self>, printed: Result<(), Self>) -> Result<(), Self> {
        write.and_then(|()| {
            printed.map_err(|failure| failure.about("done, but the outcome cannot be printed"))
        })
    }

    pub(crate) fn report(self, terminal: Terminal) -> ExitCode {
        let report = self.0;
        if !report.silent && report.exit != Exit::ReaderGone {
            let text = if terminal.speaks_json() { report.json() } else { report.text(terminal) };
            // A closed stderr is not a failure.
            let _ = writeln!(stderr(), "{text}");
        }
        ExitCode::from(report.exit as u8)
    }
}

impl Report {
    fn text(&self, terminal: Terminal) -> String {
        // That there is something to do is no error.
        let sign = if self.exit == Exit::ToDo { "" } else { "error: " };
        let mut text = format!("{sign}{}", visible_line(&self.message));
        let applies = |hint: &&String| terminal.verbose == 0 || !hint.starts_with("-v ");
        if let Some(hint) = self.hint.as_ref().filter(applies) {
            text += &format!("\nhint: {}", visible_line(hint));
        }
        let called = self.error.as_ref().filter(|error| error.operation().is_some());
        if let Some(error) = called.filter(|_| terminal.verbose > 0) {
            let report = error.support_report();
            text += &format!("\n\nFor FunnelFlux support, without secrets:\n{report}");
        }
        text
    }

    fn json(&self) -> String {
        #[derive(Serialize)]
        struct Body<'a> {
            kind: Exit,
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
        let body = Body {
            kind: self.exit,
            exit_code: self.exit as u8,
            message: &self.message,
            hint: self.hint.as_deref(),
            operation: error.and_then(Error::operation).map(|operation| operation.id()),
            status: error.and_then(Error::status).map(|status| status.as_u16()),
            request_id: error.and_then(Error::request_id),
            attempts: error.map(Error::attempts),
            retry_after_seconds: error.and_then(Error::retry_after).map(|wait| wait.as_secs_f64()),
        };
        format!("{{\"error\":{}}}", serde_json::to_string(&body).unwrap_or_default())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.outcome() {
            // Whatever else happened, the write may have taken effect.
            Outcome::Unknown => Exit::FateUnknown,
            _ if error.needs_authorisation() => Exit::Authorise,
            _ if error.is_invalid_request() => Exit::Usage,
            _ => Exit::Failed,
        };
        // The advice becomes the hint, so it is cut from the message.
        let line = error.to_string();
        let rest = error.advice().and_then(|advice| line.strip_suffix(advice));
        let message = rest.map_or(line.as_str(), |rest| rest.trim_end().trim_end_matches('.'));
        let mut failure = Self::new(exit, message);
        failure.0.hint = error.advice().map(in_words_of_ffx).or_else(|| next_step(&error));
        if let Some(guess) = guess_in(&error) {
            failure = failure.and_hint(guess);
        }
        failure.0.error = Some(error);
        failure
    }
}

/// The advice of the SDK, with flags and sections of the profile in place of names in Rust.
fn in_words_of_ffx(advice: &str) -> String {
    const WORDS: [(&str, &str); 7] = [
        ("`query_override` and `member_override`", "[queries] and [members] of the profile"),
        ("`query_override`", "[queries] of the profile"),
        ("`ListFilter::query`", "`list --query NAME=VALUE`"),
        ("`ListFilter::part`", "`list --query NAME=VALUE`"),
        ("(`drilldown_split`, `ffx report drilldown --split`)", "(`report drilldown --split`)"),
        ("that the call waits for it", "of --patience"),
        (", or say that they mean the same for a window: `SplitOptions::with_extra_members`", ""),
    ];
    WORDS.iter().fold(advice.to_owned(), |text, (name, word)| text.replace(name, word))
}

pub(crate) const CHECK_ADDRESS: &str =
    "check the network and the base URL (--base-url, FUNNELFLUX_BASE_URL)";

fn next_step(error: &Error) -> Option<String> {
    let hint = if error.is_ambiguous() {
        "check whether it was done (in a report, or the asset by its id) before you send it again"
    } else if error.needs_authorisation() {
        "log in again: `ffx auth login`, with tokens from the app (Settings > API Access)"
    } else if error.is_auth() {
        "the account of these tokens has no permission for this"
    } else if error.is_rate_limited() {
        "wait, and check what else uses this account; `rate` in the profile slows ffx down, and \
         --patience makes work on several objects wait longer"
    } else if error.is_not_found() {
        return Some(not_found(error));
    } else if error.is_connect() {
        CHECK_ADDRESS
    } else if error.is_timeout() {
        "check the network; for a report use a shorter time range or fewer attributes"
    } else if error.is_decode() || error.is_server() {
        "-v shows what FunnelFlux support needs to know"
    } else {
        let is_silent = error.server_message().is_none() && error.refusal_code().is_none();
        return error.status().filter(|_| is_silent).map(|_| "-v shows the answer".to_owned());
    };
    Some(hint.to_owned())
}

/// What a refusal names and the contract guesses.
fn guess_in(error: &Error) -> Option<String> {
    let is_refused = matches!(error.status()?.as_u16(), 400 | 422);
    let (operation, said) = (error.operation().filter(|_| is_refused)?, error.server_message()?);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_named = |name: &str| said.split(|c| !is_part(c)).any(|word| word == name);
    let kind = AssetKind::of_operation(operation.id()).map(|(kind, _)| kind);
    let members = kind.into_iter().flat_map(|kind| kind.schema.members);
    let mut named = operation.query().iter().chain(members).filter(|it| is_named(it.name));
    let guess = named.find_map(|member| {
        if member.grade.is_guess() && error.advice().is_none() {
            return Some(format!("the name `{}` is a guess", member.name));
        }
        let values = Schema::find(member.kind)?.values.iter().filter(|it| it.grade.is_guess());
        let values: Vec<String> = values.map(|it| format!("`{}`", it.value)).collect();
        let (name, values) = (member.name, values.join(", "));
        (!values.is_empty()).then(|| format!("of the values of `{name}`, {values} are guesses"))
    })?;
    Some(format!("{guess}: `ffx learn` finds the right ones in a recording of the app"))
}

fn not_found(error: &Error) -> String {
    let known = error.operation().filter(|it| operations::find_by_id(it.id()).is_some());
    let Some(operation) = known.filter(|operation| !operation.path_grade().is_confirmed()) else {
        let check = "check the path and the base URL, which ends in /v1";
        return format!("it may not exist; otherwise {check}");
    };
    let sure = if operation.path_grade().is_guess() { "a guess" } else { "not confirmed" };
    let others = match operation.alternatives() {
        [] => String::new(),
        others => format!(" (the right one may be {})", others.join(", ")),
    };
    let id = operation.id();
    let set = format!(
        "`ffx learn` finds the right one, or set it in the profile, [paths] \"{id}\" = \"…\""
    );
    format!("it may not exist, or the path, which is {sure}, is wrong{others}: {set}")
}

impl From<ValidationError> for Failure {
    fn from(error: ValidationError) -> Self {
        Self::usage(error.to_string())
    }
}

/// Failures to write to stdout. Files have [`Failure::unreadable`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match is_reader_gone(&error) {
            true => Self::new(Exit::ReaderGone, "stdout was closed"),
            false => Self::failed(format!("stdout cannot be written: {error}")),
        }
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        io::Error::from(error).into()
    }
}

fn is_reader_gone(error: &io::Error) -> bool {
    // The CSV writer wraps the error and loses its kind.
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<csv::Error>());
    error.kind() == io::ErrorKind::BrokenPipe
        || matches!(inner.map(csv::Error::kind), Some(csv::ErrorKind::Io(it)) if is_reader_gone(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_stdout_is_recognised_through_the_csv_writer() {
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        assert!(is_reader_gone(&broken()));
        assert!(is_reader_gone(&io::Error::from(csv::Error::from(broken()))));
        assert!(!is_reader_gone(&io::Error::from(io::ErrorKind::StorageFull)));
    }

    #[test]
    fn advice_becomes_the_hint_and_is_not_repeated_in_the_message() {
        let error = Error::unauthorised("not logged in").with_advice("Log in.");
        let Failure(report) = Failure::from(error);
        assert_eq!(
            (report.message.as_str(), report.hint.as_deref()),
            ("not logged in", Some("Log in."))
        );
        assert_eq!(report.exit, Exit::Authorise);
    }

    #[test]
    fn hints_are_joined_as_sentences() {
        for (hint, more, joined) in [
            ("", "Do that.", "Do that."),
            ("check it", "Do that.", "check it. Do that."),
            ("Check it.", "Do that.", "Check it. Do that."),
            ("check it", "then do that", "check it; then do that"),
            ("check it", "(or that)", "check it (or that)"),
            ("check it (here)", "Do that.", "check it (here) Do that."),
            ("check it ", "`ffx` does that", "check it; `ffx` does that"),
        ] {
            let Failure(report) = Failure::failed("x").hint(hint).and_hint(more);
            assert_eq!(report.hint.as_deref(), Some(joined));
        }
    }
}
