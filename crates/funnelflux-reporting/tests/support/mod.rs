//! A server that is a closure.
#![allow(dead_code, reason = "each test file uses a part of the support code")]
#![allow(unreachable_pub, reason = "shared by several test binaries")]

use std::future::ready;
use std::sync::{Arc, Mutex};

use funnelflux_reporting::Reporting;
use funnelflux_transport::http::{Method, Request, Response};
use funnelflux_transport::{Body, Client, ClientBuilder, Error, RateLimit, RetryPolicy};

pub type Answer = Result<Response<Body>, Error>;
/// Everything that was sent: method and body.
pub type Seen = Arc<Mutex<Vec<(Method, String)>>>;

/// (number of the request from 1, its body) → answer.
pub fn served(
    answer: impl Fn(usize, &str) -> Answer + Clone + Send + Sync + 'static,
) -> (Reporting, Seen) {
    served_by(answer, |builder| builder)
}

/// The same with more said to the client's builder.
pub fn served_by(
    answer: impl Fn(usize, &str) -> Answer + Clone + Send + Sync + 'static,
    more: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Reporting, Seen) {
    let seen = Seen::default();
    let notes = seen.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let mut notes = notes.lock().unwrap();
        let body = String::from_utf8(request.body().as_bytes().unwrap().to_vec()).unwrap();
        let answer = answer(notes.len() + 1, &body);
        notes.push((request.method().clone(), body));
        ready(answer)
    });
    let builder = Client::builder()
        .transport(service)
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0));
    (Reporting::new(more(builder).build().unwrap()), seen)
}

pub fn ok(body: impl Into<String>) -> Answer {
    Ok(Response::new(Body::from(body.into())))
}

pub fn status(code: u16) -> Answer {
    Ok(Response::builder().status(code).body(Body::empty()).unwrap())
}
