//! The transport that answers from a recording.

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use tower_service::Service;

use super::compare::{Asked, Difference, differences};
use super::recording::{Exchange, Failure, RecordedRequest, Recording};
use super::scrub::Scrub;
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::redact;
use crate::secrets::Secrets;
use crate::stack::SeamFuture;

/// Answers from a recording, strictly. Each exchange answers one request that equals its own; of
/// equal exchanges the first unused one answers.
#[derive(Clone)]
pub struct Replay(Arc<Mutex<State>>);

struct State {
    provenance: String,
    exchanges: Vec<(Exchange, bool)>,
    /// The rule for values in messages.
    rule: Scrub,
    unmatched: Vec<String>,
    verified: bool,
}

/// The most differences that a message lists.
const LISTED: usize = 10;

impl Replay {
    /// Answers from `recording`.
    #[must_use]
    pub fn new(recording: Recording) -> Self {
        let exchanges = recording.exchanges.into_iter().map(|e| (e, false)).collect();
        let provenance = recording.provenance;
        let (rule, unmatched) = (Scrub::new(), Vec::new());
        let state = State { provenance, exchanges, rule, unmatched, verified: false };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Answers from the recording in a file; see [`Recording::load`].
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Recording::load(path).map(Self::new)
    }

    /// Checks that every request had its exchange, and every exchange its request; else the error lists
    /// those that had none, each on a line.
    pub fn verify(&self) -> Result<(), Error> {
        let mut state = self.state();
        state.verified = true;
        let problems = state.problems();
        if problems.is_empty() { Ok(()) } else { Err(Error::local(problems.join("\n"))) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, asked: &Asked<'_>, secrets: &Secrets) -> Result<Response<Body>, Error> {
        let mut state = self.state();
        let State { exchanges, rule, unmatched, .. } = &mut *state;
        let mut nearest = (usize::MAX, "the recording is empty".to_owned());
        for ((exchange, used), number) in exchanges.iter_mut().zip(1..) {
            let differences = differences(asked, &exchange.request, rule);
            if differences.is_empty() && !*used {
                *used = true;
                return respond(exchange);
            }
            // An unused exchange with small differences is nearer than a used one.
            let weights = differences.iter().map(|difference| difference.weight);
            let distance = weights.sum::<usize>() + usize::from(*used) * 100;
            if distance < nearest.0 {
                nearest = (distance, told(number, &differences));
            }
        }
        let Asked { method, path, .. } = asked;
        let (path, nearest) = (redact::path_and_query(path), nearest.1);
        let message = format!("replay: no exchange for {method} {path}; {nearest}");
        let message = secrets.redact(&message).into_owned();
        unmatched.push(message.clone());
        Err(Error::local(message))
    }
}

/// The differences from an exchange: the first, and each further one on a line of its own.
fn told(number: usize, differences: &[Difference]) -> String {
    if differences.is_empty() {
        return format!("exchange {number} matches but was used already");
    }
    let listed = differences.iter().take(LISTED).map(|difference| difference.text.as_str());
    let listed = listed.collect::<Vec<_>>().join(",\n    in ");
    let more = match differences.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(",\n    and in {more} more places"),
    };
    format!("the nearest is exchange {number}, which differs in {listed}{more}")
}

fn respond(exchange: &Exchange) -> Result<Response<Body>, Error> {
    let response = match (&exchange.response, exchange.failure) {
        (Some(response), _) => response,
        (None, Some(Failure::NoAnswer)) => return Err(Error::no_answer("recorded: no answer")),
        (None, _) => return Err(Error::not_sent("recorded: not sent")),
    };
    let mut out = Response::new(Body::from(response.content.to_bytes()?));
    *out.status_mut() = StatusCode::from_u16(response.status)
        .map_err(|e| Error::local("recording: status").with_source(e))?;
    for (name, value) in &response.headers {
        let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        let Some((name, value)) = header else {
            return Err(Error::local(format!("recording: {name:?} is not a header")));
        };
        out.headers_mut().append(name, value);
    }
    Ok(out)
}

impl Service<Request<Body>> for Replay {
    type Response = Response<Body>;
    type Error = Error;
    type Future = SeamFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let secrets = parts.extensions.get::<Call>().map(Call::secrets).cloned();
        let answer = match body.as_bytes() {
            Some(body) => {
                let path = parts.uri.path_and_query().map_or("/", |p| p.as_str());
                let asked = Asked { method: parts.method.as_str(), path, body };
                self.answer(&asked, &secrets.unwrap_or_default())
            }
            None => Err(Error::local("replay: streamed request bodies cannot be compared")),
        };
        Box::pin(ready(answer))
    }
}

impl State {
    fn problems(&self) -> Vec<String> {
        let unused = self.exchanges.iter().zip(1..).filter(|((_, used), _)| !used);
        let unused = unused.map(|((exchange, _), number)| {
            let RecordedRequest { method, path, .. } = &exchange.request;
            format!("replay: exchange {number} was never asked for: {method} {path}")
        });
        self.unmatched.iter().cloned().chain(unused).collect()
    }
}

/// Dropping the last clone fails the test if there are problems that were not asked for.
#[expect(clippy::panic, reason = "a test helper: an unchecked mismatch must fail the test")]
impl Drop for State {
    fn drop(&mut self) {
        let problems = self.problems();
        if !self.verified && !problems.is_empty() && !std::thread::panicking() {
            panic!("{}\n(recording: {})", problems.join("\n"), self.provenance);
        }
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("provenance", &self.state().provenance)
            .finish_non_exhaustive()
    }
}
