//! The emulator as a tower service.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_service::Service;

use super::{Arrival, Body, Wire};
use crate::auth;
use crate::journal::Kept;
use crate::pipeline;
use crate::routes;
use crate::state::Core;
use crate::wire::refusal::Refusal;

type BoxError = Box<dyn Error + Send + Sync>;

/// The emulator without a socket: a service from request to response, for tests that need no
/// network. Clones share one emulator.
///
/// A reset connection is an error of kind [`ConnectionReset`](io::ErrorKind::ConnectionReset), a
/// truncated body an error of the body.
#[derive(Clone)]
pub struct Router {
    core: Arc<Core>,
    routes: axum::Router,
}

impl Router {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { routes: routes::router(Arc::clone(&core)), core }
    }

    async fn answer<B>(mut self, request: Request<B>) -> Result<Response<Body>, io::Error>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (mut parts, body) = request.into_parts();
        let read = read(body, self.core.options.max_body).await;
        let body = read.as_ref().cloned().unwrap_or_default();
        let discreet = auth::takes_password(&self.core.table, parts.uri.path());
        let kept = if discreet { Kept::Names } else { Kept::All };
        let number = self.core.journal.arrive(self.core.clock.now(), &parts, &body, kept);
        let response = match read {
            Err(refusal) => pipeline::respond(&self.core, Err(refusal)),
            Ok(body) => {
                strip_trailing_slash(&mut parts.uri);
                parts.extensions.insert(Arrival { number, body });
                let request = Request::from_parts(parts, axum::body::Body::empty());
                let answered: Result<_, Infallible> = self.routes.call(request).await;
                match answered {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        };
        self.send(number, response).await
    }

    /// Gives the answer its last headers, or the fate a fault has in store for it.
    async fn send(
        &self,
        number: u64,
        response: Response<axum::body::Body>,
    ) -> Result<Response<Body>, io::Error> {
        let wire = response.extensions().get::<Wire>().copied();
        if wire == Some(Wire::Reset) {
            tracing::debug!(number, "connection reset on demand");
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "reset on demand"));
        }
        let (mut parts, body) = response.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        // Nothing cannot break off: an empty answer that is cut promises a byte that never comes.
        let promised = if wire == Some(Wire::Cut) { body.len().max(1) } else { body.len() };
        let text = |text: String| HeaderValue::try_from(text).ok();
        let date = super::http_date(self.core.clock.now());
        for (name, value) in [
            (header::SERVER, Some(HeaderValue::from_static("funnelflux-emulator"))),
            (
                header::HeaderName::from_static("x-emulator"),
                Some(HeaderValue::from_static("funnelflux")),
            ),
            (
                header::HeaderName::from_static("x-request-id"),
                text(format!("emulator-{number:08}")),
            ),
            (header::DATE, text(date)),
            (header::CONTENT_LENGTH, text(promised.to_string())),
        ] {
            if let Some(value) = value {
                parts.headers.insert(name, value);
            }
        }
        self.core.journal.answer(number, parts.status);
        tracing::debug!(number, status = parts.status.as_u16(), "answered");
        let body = match wire {
            Some(Wire::Cut) => Body::cut(body.slice(..body.len() / 2)),
            _ => Body::whole(body),
        };
        Ok(Response::from_parts(parts, body))
    }
}

/// Reads the whole body, up to a limit.
async fn read<B>(body: B, limit: usize) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("the body is too large; expected at most {limit} bytes"),
        )),
        Err(_) => Err(Refusal::bad_request("the body broke off")),
    }
}

/// The reference prints some paths with a trailing slash and its samples without: both are right.
fn strip_trailing_slash(uri: &mut Uri) {
    let Some(path) = uri.path().strip_suffix('/').filter(|path| !path.is_empty()) else { return };
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    if let Ok(stripped) = target.parse() {
        *uri = stripped;
    }
}

impl<B> Service<Request<B>> for Router
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").finish_non_exhaustive()
    }
}
