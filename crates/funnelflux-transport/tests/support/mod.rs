//! A server that is a closure, and a notebook of what happened.

#![allow(unreachable_pub, reason = "shared by several test binaries")]

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use funnelflux_transport::{
    Body, Call, Client, ClientBuilder, Error, Event, Observer, RateLimit, RetryPolicy, operation,
};
use http::{Request, Response};
use tower_service::Service;

operation! {
    /// Reads, though it is a POST.
    pub static REPORT = {
        id: "reporting.drilldown", title: "Create a drilldown report", method: POST,
        path: "/reporting/drilldown", path_grade: Proven, alternatives: [], grade: Documented,
        source: "test", idempotency: Safe, weight: Report,
    };
}
operation! {
    /// A write that leaves the same state however often it is done.
    pub static SAVE = {
        id: "ledger.page.update", title: "Save a page", method: PUT,
        path: "/page/save", path_grade: Sibling, alternatives: [], grade: Documented,
        source: "test", idempotency: Idempotent, weight: Light,
    };
}
operation! {
    /// A write that fires postbacks.
    pub static CONVERSIONS = {
        id: "reporting.conversions.update", title: "Submit a conversion update", method: PUT,
        path: "/reporting/update/conversions", path_grade: Documented, alternatives: [],
        grade: Documented, source: "test", idempotency: QueuedSideEffect, weight: Light,
    };
}
operation! {
    /// A path with a value inside.
    pub static DOMAIN = {
        id: "billing.domains.get", title: "Get domain details", method: GET,
        path: "/billing/domains/{id}", path_grade: Inferred, alternatives: [], grade: Documented,
        source: "test", idempotency: Safe, weight: Light,
    };
}

type Answer = Result<Response<Body>, Error>;
type Handler = dyn FnMut(usize, &Request<Body>) -> Answer + Send;

/// A transport that answers by a closure: (number of the request from 1, request) → answer.
#[derive(Clone)]
pub struct Server(Arc<Mutex<(usize, Box<Handler>)>>);

impl Server {
    pub fn new(handler: impl FnMut(usize, &Request<Body>) -> Answer + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new((0, Box::new(handler)))))
    }

    pub fn requests(&self) -> usize {
        self.0.lock().unwrap().0
    }
}

impl Service<Request<Body>> for Server {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Ready<Answer>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut guard = self.0.lock().unwrap();
        guard.0 += 1;
        let number = guard.0;
        ready((guard.1)(number, &request))
    }
}

/// Half of each longest wait, always.
pub fn client(server: &Server) -> ClientBuilder {
    Client::builder()
        .transport(server.clone())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new().with_fixed_jitter(0.5))
}

pub fn status(code: u16) -> Answer {
    Ok(Response::builder().status(code).body(Body::empty()).unwrap())
}

pub fn ok(body: &'static str) -> Answer {
    Ok(Response::new(Body::from(body)))
}

pub fn with_header(code: u16, name: &str, value: &str) -> Answer {
    Ok(Response::builder().status(code).header(name, value).body(Body::empty()).unwrap())
}

/// Writes down the waits before retries and the outcomes of attempts.
#[derive(Default)]
pub struct Notebook {
    pub delays: Mutex<Vec<u128>>,
    pub lines: Mutex<Vec<String>>,
}

impl Observer for Notebook {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        if let Event::RetryScheduled { delay, .. } = event {
            self.delays.lock().unwrap().push(delay.as_millis());
        }
        self.lines.lock().unwrap().push(format!("{call:?}: {event:?}"));
    }
}
