//! The requests so far: a counter per operation, and the newest ones for assertions.

use std::collections::{BTreeMap, VecDeque};
use std::time::SystemTime;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

/// The number of calls per operation, failed ones included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls(BTreeMap<&'static str, u64>);

impl Calls {
    /// The calls of one operation, by its id, such as `reporting.drilldown`.
    pub fn of(&self, operation: &str) -> u64 {
        self.0.get(operation).copied().unwrap_or(0)
    }

    /// The calls of all operations.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Every operation that was called, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(id, calls)| (*id, *calls))
    }
}

/// A recorded request, whole except for the values of a login. `Debug` shows no header values, query
/// values or bodies.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The running number, from 1; also in the answer's `x-request-id`.
    pub number: u64,
    /// The time of its arrival, by the emulator's clock.
    pub at: SystemTime,
    /// The id of the operation; `None` where path and method belong to none.
    pub operation: Option<&'static str>,
    /// The method.
    pub method: Method,
    /// The path, with `/v1`.
    pub path: String,
    /// The raw query; `None` for a login.
    pub query: Option<String>,
    /// The headers. Secret ones are marked as sensitive.
    pub headers: HeaderMap,
    /// The body; for a login only the names of its members, each with the value `********`.
    pub body: Bytes,
    /// The status of the answer; `None` before it, and where the connection was reset instead.
    pub status: Option<StatusCode>,
}

impl RecordedRequest {
    fn size(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let query = self.query.as_ref().map_or(0, String::len);
        self.body.len() + self.path.len() + query + headers
    }

    /// The body as JSON; `None` where it is no JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether the request carried this access token.
    pub fn has_bearer(&self, token: &str) -> bool {
        crate::wire::bearer(&self.headers).is_ok_and(|sent| sent == token)
    }
}

funnelflux_contract::shows! {
    RecordedRequest, |it|
        number: it.number, operation: it.operation, method: it.method, path: it.path,
        has_query: it.query.is_some(), headers: it.headers.keys().collect::<Vec<_>>(),
        body_length: it.body.len(), status: it.status
}

/// An object with its values hidden; empty for any other body.
fn names_only(body: &Bytes) -> Bytes {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else { return Bytes::new() };
    members.values_mut().for_each(|value| *value = "********".into());
    Bytes::from(Value::Object(members).to_string())
}

/// The most bytes that are kept of all requests.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Journal {
    capacity: usize,
    arrived: u64,
    pub(crate) calls: Calls,
    pub(crate) requests: VecDeque<RecordedRequest>,
    bytes: usize,
}

impl Journal {
    /// Keeps the newest `capacity` requests; the counters count all.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, ..Self::default() }
    }

    /// Records an arrival and returns its number. Of a `secret` one, which holds a password, only the
    /// names of the body's members are kept.
    pub(crate) fn add(&mut self, at: SystemTime, parts: &Parts, body: &Bytes, secret: bool) -> u64 {
        let (query, body) = match secret {
            false => (parts.uri.query().map(str::to_owned), body.clone()),
            true => (None, names_only(body)),
        };
        let mut headers = parts.headers.clone();
        for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
            if let header::Entry::Occupied(mut values) = headers.entry(name) {
                values.iter_mut().for_each(|value| value.set_sensitive(true));
            }
        }
        self.arrived += 1;
        let request = RecordedRequest {
            number: self.arrived,
            at,
            operation: None,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query,
            headers,
            body,
            status: None,
        };
        self.bytes += request.size();
        self.requests.push_back(request);
        while self.requests.len() > self.capacity || self.bytes > KEPT_BYTES {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.bytes -= oldest.size();
        }
        self.arrived
    }

    pub(crate) fn name(&mut self, number: u64, operation: &'static str) {
        *self.calls.0.entry(operation).or_default() += 1;
        if let Some(request) = self.find(number) {
            request.operation = Some(operation);
        }
    }

    pub(crate) fn answer(&mut self, number: u64, status: StatusCode) {
        if let Some(request) = self.find(number) {
            request.status = Some(status);
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { arrived: self.arrived, ..Self::new(self.capacity) };
    }

    fn find(&mut self, number: u64) -> Option<&mut RecordedRequest> {
        self.requests.iter_mut().rev().find(|request| request.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_bodies_push_out_the_oldest_requests() {
        let mut journal = Journal::new(1000);
        let (parts, ()) = http::Request::new(()).into_parts();
        let large = Bytes::from(vec![b' '; KEPT_BYTES / 4 - 100]);
        for _ in 0..6 {
            journal.add(SystemTime::UNIX_EPOCH, &parts, &large, false);
        }
        let kept: Vec<u64> = journal.requests.iter().map(|it| it.number).collect();
        assert_eq!(kept, [3, 4, 5, 6]);
        journal.clear();
        journal.add(SystemTime::UNIX_EPOCH, &parts, &large, false);
        assert_eq!(journal.requests.len(), 1);
    }

    #[test]
    fn large_heads_push_out_the_oldest_requests() {
        let part = 60_000;
        let long = "x".repeat(part);
        let in_path = http::Request::builder().uri(format!("/{long}"));
        let in_query = http::Request::builder().uri(format!("/?{long}"));
        let in_header = http::Request::builder().header("x-long", &long);
        for request in [in_path, in_query, in_header] {
            let mut journal = Journal::new(10_000);
            let (parts, ()) = request.body(()).unwrap().into_parts();
            for _ in 0..2 * KEPT_BYTES / part {
                journal.add(SystemTime::UNIX_EPOCH, &parts, &Bytes::new(), false);
            }
            let kept = journal.requests.len();
            assert!((1..=KEPT_BYTES / part).contains(&kept), "{kept}");
        }
    }
}
