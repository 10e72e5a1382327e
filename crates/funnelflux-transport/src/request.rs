//! The builder of one call.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use funnelflux_json::{Direction, find, slice, unquote};
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::body::Body;
use crate::call::{Call, CallOptions};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Idempotency, Operation, OperationRef};
use crate::overlay::Overlay;
use crate::redact;
use crate::response::{Meta, Response};

/// Kept in query values and path segments: RFC 3986 unreserved, and the comma of id lists (documented).
pub(crate) const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// A call being put together. Made by [`Client::call`]; ended by [`send`](Self::send).
#[must_use = "nothing is sent before `send`"]
pub struct CallBuilder<'a> {
    client: &'a Client,
    operation: OperationRef,
    /// `None` for an operation made at run time.
    overlay: Option<&'a Overlay>,
    segments: Vec<(String, String)>,
    query: String,
    headers: HeaderMap,
    body: Body,
    options: CallOptions,
    leaves_names: bool,
    wrong: Option<Error>,
}

impl<'a> CallBuilder<'a> {
    pub(crate) fn new(
        client: &'a Client,
        operation: OperationRef,
        overlay: Option<&'a Overlay>,
    ) -> Self {
        let query = operation.path_query().map(|query| format!("?{query}")).unwrap_or_default();
        Self {
            client,
            operation,
            overlay,
            segments: Vec::new(),
            query,
            headers: HeaderMap::new(),
            body: Body::empty(),
            options: CallOptions::default(),
            leaves_names: false,
            wrong: None,
        }
    }

    /// Sets the value of `{name}` in the operation's path.
    pub fn path_param(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        let (name, value) = (name.into(), value.to_string());
        let place = format!("={{{name}}}");
        // An override has moved it from the path to the query.
        if self.overlay.is_some() && self.query.contains(&place) {
            let encoded = utf8_percent_encode(&value, KEPT);
            self.query = self.query.replace(&place, &format!("={encoded}"));
        } else {
            self.segments.push((name, value));
        }
        self
    }

    /// Adds `name=value` to the query, encoded.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        let mut value = value.to_string();
        let mut name = name;
        if let Some(overlay) = self.overlay.filter(|overlay| !overlay.is_empty()) {
            value = overlay.query_value(&self.operation, name, &value).to_owned();
            if self.operation.path().contains(&format!("{{{name}}}")) {
                return self.path_param(name, value);
            }
            name = overlay.query_name(self.operation.id(), name);
        }
        self.query.reserve(name.len() + value.len() + 2);
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.extend(utf8_percent_encode(name, KEPT));
        self.query.push('=');
        self.query.extend(utf8_percent_encode(&value, KEPT));
        self
    }

    /// Sets the body, as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.json_text(json),
            Err(cause) => {
                let error = Error::invalid_request("the request body cannot be written as JSON");
                self.wrong.get_or_insert(error.with_source(cause));
                self
            }
        }
    }

    /// Sets the body, as JSON text. It is sent unchanged, except for the names of members that the
    /// client [overrides](crate::ClientBuilder::member_override).
    pub fn json_text(mut self, json: impl Into<Bytes>) -> Self {
        let json = json.into();
        let Some(overlay) = self.overlay.filter(|overlay| !overlay.is_empty()) else {
            return self.json_as_is(json);
        };
        if let Some(why) = overlay.lacks(&self.operation, &json) {
            let id = self.operation.id();
            self.wrong
                .get_or_insert(Error::invalid_request(format!("{id}: {why}; nothing was sent")));
        }
        self.fill_places_from(&json);
        let json = overlay.to_theirs(&self.operation, json, false);
        self.json_as_is(json)
    }

    /// Gives a place of an overridden path that is no parameter the value of the member of that name: the
    /// id of an object that is saved.
    fn fill_places_from(&mut self, json: &Bytes) {
        let Ok(text) = std::str::from_utf8(json) else { return };
        for part in self.operation.path().split('/') {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let Some(name) = name.filter(|name| self.segments.iter().all(|(own, _)| own != name))
            else {
                continue;
            };
            let value = find(text, 0..text.len(), &[name]).map(|value| slice(text, &value));
            if let Some(value) = value.filter(|value| value.starts_with('"')) {
                self.segments.push((name.to_owned(), unquote(value).into_owned()));
            }
        }
    }

    /// Sets the body, as JSON text in the names of the server.
    #[doc(hidden)]
    pub fn json_as_is(mut self, json: impl Into<Bytes>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body(json)
    }

    funnelflux_contract::setters! {
        /// Sets any body. A stream is never sent twice.
        fn body(body: impl Into<Body>) => body = body.into();
        /// Limits the whole call's time, retries and waits included.
        fn with_timeout(timeout: Duration) => options.timeout = Some(timeout);
        /// Says what a repeat of this call does, if the caller knows better than the contract.
        fn with_idempotency(idempotency: Idempotency) => options.idempotency = Some(idempotency);
        /// Leaves the answer by the names of the server, as evidence of them.
        #[doc(hidden)]
        fn leave_names() => leaves_names = true;
        /// Adds settings of this call; see also the `with_…` methods.
        fn with_options(options: CallOptions), |it| it.options = options.or(&it.options);
    }

    /// Adds a header. Its value is treated as sensitive: it is never printed.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let parsed = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        if let Some((name, mut value)) = parsed {
            value.set_sensitive(true);
            self.headers.append(name, value);
            self.client.secrets().add_of_headers(&self.headers);
        } else {
            self.wrong.get_or_insert(Error::invalid_request(format!(
                "header {name:?}: the name or the value (not shown) cannot stand in HTTP"
            )));
        }
        self
    }

    /// The operation that will be called.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Returns method, path with query, and body as they would be sent, or refuses what
    /// [`send`](Self::send) refuses unsent.
    pub fn preview(&self) -> Result<(http::Method, String, Option<&[u8]>), Error> {
        if let Some(error) = &self.wrong {
            return Err(error.duplicate());
        }
        self.warn_of_doubts();
        let path = self.path()?;
        path.parse::<Uri>().map_err(|cause| self.bad_path(cause))?;
        Ok((self.operation.method().clone(), path, self.body.as_bytes().filter(|b| !b.is_empty())))
    }

    /// Sends the call and reads the whole answer.
    ///
    /// # Errors
    /// Every way a call can fail; for a write also [a no inside a normal answer](Error::refusal_in), and an
    /// answer that cannot be read, which leaves the outcome [unknown](Error::is_ambiguous).
    pub async fn send(self) -> Result<Response<Bytes>, Error> {
        let client = self.client;
        let (overlay, leaves_names) = (self.overlay, self.leaves_names);
        let (request, call) = self.into_request()?;
        let timer = client.timer().clone();
        let id = call.operation().id();
        let told = |error: Error| match overlay.and_then(|it| it.contradicted(id, &error)) {
            Some(advice) => error.with_further_advice(&advice),
            None => error,
        };
        let response = client.exchange(request, &call).await.map_err(told)?;
        let (parts, body) = response.into_parts();
        let meta = Meta::new(call, parts, timer);
        let bytes = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            // A stack of the user's own may hand the body out unread.
            Err(stream) => match http_body_util::BodyExt::collect(stream).await {
                Ok(whole) => whole.to_bytes(),
                Err(cause) => {
                    let error = Error::no_answer("the answer broke off").with_source(cause);
                    // The head was taken for the end of the attempt, and a refusal may have followed.
                    return Err(Response::new(Bytes::new(), meta).error_of_write(error));
                }
            },
        };
        let Some(overlay) = overlay.filter(|overlay| !overlay.is_empty() && !leaves_names) else {
            return Response::new(bytes, meta).judged().map_err(told);
        };
        let operation = meta.call.operation().clone();
        if overlay.envelope(id, true).is_none() {
            let ours = overlay.renamed(&operation, bytes, Direction::ToOurs, true);
            return Response::new(ours, meta).judged().map_err(told);
        }
        // A no may stand beside what the answer holds.
        let whole = Response::new(bytes, meta).judged().map_err(told)?;
        match overlay.to_ours(&operation, Bytes::clone(&whole), true) {
            Some(ours) => Ok(whole.map(|_| ours)),
            None if whole.trim_ascii().is_empty() => Ok(whole),
            None => {
                let why = "the answer has nothing where the overlay looks for it";
                let advice = overlay.without_place(id).unwrap_or_default();
                Err(whole.error_of_write(Error::unexpected_answer(why).with_advice(advice)))
            }
        }
    }

    fn into_request(mut self) -> Result<(Request<Body>, Call), Error> {
        if let Some(error) = self.wrong.take() {
            return Err(error);
        }
        self.warn_of_doubts();
        let path = match self.operation.fixed_path().filter(|_| self.segments.is_empty()) {
            Some(path) if self.query.is_empty() => Bytes::from_static(path.as_bytes()),
            Some(path) => [path, &*self.query].concat().into(),
            None => self.path()?.into(),
        };
        let uri = Uri::from_maybe_shared(path).map_err(|cause| self.bad_path(cause))?;
        let mut request = Request::new(self.body);
        *request.method_mut() = self.operation.method().clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        let secrets = Some(self.client.secrets());
        let call = Call::begin(self.operation, self.options, &mut request, secrets);
        Ok((request, call))
    }

    /// Warns of what the overlay does not know for sure, before it is written.
    fn warn_of_doubts(&self) {
        if let Some(overlay) = self.overlay.filter(|_| !self.operation.idempotency().is_safe()) {
            let body = self.body.as_bytes().and_then(|it| std::str::from_utf8(it).ok());
            let doubts = overlay.doubts(&self.operation, body.unwrap_or_default());
            self.client.warn_once(doubts, "; so the write goes by the contract");
        }
    }

    fn bad_path(&self, cause: http::uri::InvalidUri) -> Error {
        Error::invalid_request(format!("path of {}", self.operation.id())).with_source(cause)
    }

    fn path(&self) -> Result<String, Error> {
        let template = self.operation.path();
        // Exact, because `Bytes` shrinks a string that has room to spare.
        let slash = if template.starts_with('/') { "" } else { "/" };
        let mut path = String::with_capacity(slash.len() + template.len() + self.query.len());
        path.push_str(slash);
        let wrong = |why| Error::invalid_request(format!("{}: {why}", self.operation.id()));
        let mut places = Vec::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            path.push_str(before);
            let segment = self.segments.iter().find(|(own, _)| own == name);
            // A dot segment would be resolved away, and another operation called.
            let usable = segment.filter(|(_, value)| !matches!(&**value, "" | "." | ".."));
            let Some((_, value)) = usable else {
                let why = "needs a value that is not empty";
                return Err(wrong(format!("{{{name}}} in the path {template} {why}")));
            };
            path.extend(utf8_percent_encode(value, KEPT));
            places.push(name);
            rest = after;
        }
        path.push_str(rest);
        path.push_str(&self.query);
        // Without its id a request about one thing would be a request about all of them.
        match self.segments.iter().find(|(name, _)| !places.contains(&&**name)) {
            Some((name, _)) => Err(wrong(format!(
                "the path {template} has no place for {name}: it should have {{{name}}} in it"
            ))),
            None => Ok(path),
        }
    }
}

funnelflux_contract::shows! {
    /// Names only: values may be anything.
    CallBuilder<'_>, |it|
        operation: it.operation.id(), query: redact::path_and_query(&it.query), body: it.body
}
