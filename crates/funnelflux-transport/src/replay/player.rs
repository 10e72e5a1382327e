//! The transport that answers from a recording.

use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{Request, Response};
use tower_service::Service;

use super::compare::{differences, path_and_query};
use super::recording::{Exchange, Failure, RecordedRequest, Recording};
use super::scrub::Scrub;
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;
use crate::lock::Lock;
use crate::redact;
use crate::stack::SeamFuture;

/// Answers from a recording, strictly. Each exchange answers one request that equals its own; of equal
/// exchanges the first unused one answers.
#[derive(Clone)]
pub struct Replay(Arc<Lock<State>>);

struct State {
    provenance: String,
    exchanges: Vec<(Exchange, bool)>,
    rule: Scrub,
    unmatched: Vec<String>,
    verified: bool,
}

const LISTED: usize = 10;

impl Replay {
    /// Answers from `recording`.
    #[must_use]
    pub fn new(recording: Recording) -> Self {
        let exchanges = recording.exchanges.into_iter().map(|e| (e, false)).collect();
        let provenance = recording.provenance;
        let (rule, unmatched) = (Scrub::new(), Vec::new());
        let state = State { provenance, exchanges, rule, unmatched, verified: false };
        Self(Arc::new(Lock::new(state)))
    }

    /// Answers from the recording in a file; see [`Recording::load`].
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self, Error> {
        Recording::load(path).map(Self::new)
    }

    /// Checks that every request had its exchange, and every exchange its request; else the error lists
    /// those that had none, each on a line.
    pub fn verify(&self) -> Result<(), Error> {
        let mut state = self.0.lock();
        state.verified = true;
        let problems = state.problems();
        if problems.is_empty() { Ok(()) } else { Err(Error::local(problems.join("\n"))) }
    }

    fn answer(&self, asked: &Parts, body: &Body) -> Result<Response<Body>, Error> {
        let Some(body) = body.as_bytes() else {
            return Err(Error::local("replay: streamed request bodies cannot be compared"));
        };
        let mut state = self.0.lock();
        let State { exchanges, rule, unmatched, .. } = &mut *state;
        let mut nearest = (usize::MAX, "the recording is empty".to_owned());
        for ((exchange, used), number) in exchanges.iter_mut().zip(1..) {
            let differences = differences(asked, body, &exchange.request, rule);
            if differences.is_empty() && !*used {
                *used = true;
                return respond(exchange);
            }
            // An unused exchange with small differences is nearer than a used one.
            let weights = differences.iter().map(|(weight, _)| weight);
            let distance = weights.sum::<usize>() + usize::from(*used) * 100;
            if distance < nearest.0 {
                nearest = (distance, told(number, &differences));
            }
        }
        let (method, path) = (&asked.method, redact::path_and_query(path_and_query(&asked.uri)));
        let message = format!("replay: no exchange for {method} {path}; {}", nearest.1);
        let secrets = asked.extensions.get().map(Call::secrets).cloned().unwrap_or_default();
        let message = secrets.redact(&message).into_owned();
        unmatched.push(message.clone());
        Err(Error::local(message))
    }
}

fn told(number: usize, differences: &[(usize, String)]) -> String {
    if differences.is_empty() {
        return format!("exchange {number} matches but was used already");
    }
    let listed = differences.iter().take(LISTED).map(|(_, text)| text.as_str());
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
    let head = Response::builder().status(response.status);
    let head = response.headers.iter().fold(head, |head, (name, value)| head.header(name, value));
    let misfit = |_| Error::local(format!("recording: {}", response.misfit().unwrap_or_default()));
    head.body(Body::from(response.content.to_bytes()?)).map_err(misfit)
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
        Box::pin(ready(self.answer(&parts, &body)))
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

funnelflux_contract::shows! { Replay, |it| provenance: it.0.lock().provenance }
