//! The default transport: reqwest, as a plain one-request-one-exchange leaf.

use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{Either, Map};
use http::uri::Scheme;
use http::{Request, Response};
use http_body_util::{BodyStream, StreamBody};
use sync_wrapper::SyncStream;
use tower_service::Service;

use super::tls;
use super::urls::Urls;
use crate::body::Body;
use crate::error::Error;
use crate::layers::{FastOrSlow, refused};
use crate::secrets::Secret;
use crate::timer::in_runtime;

/// Long enough for a slow mobile network, short enough that a dead address is retried in time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Below the 60 s after which common load balancers drop idle connections.
const IDLE_TIMEOUT: Duration = Duration::from_secs(55);

/// Sends requests with reqwest: pooled connections, no redirects (a token must not follow one), no
/// retries of its own, no total timeout (the stack has them).
///
/// HTTPS goes through the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, unless `NO_PROXY` exempts
/// the host. Plain HTTP, which is for loopback only, never leaves the machine through a proxy.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    urls: Urls,
    has_proxy: bool,
}

impl ReqwestTransport {
    /// With the defaults.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Begins with the defaults.
    pub fn builder() -> ReqwestTransportBuilder {
        ReqwestTransportBuilder::default()
    }
}

funnelflux_contract::formats! {
    Debug for ReqwestTransport, |_it, f| f.write_str("ReqwestTransport")
}

/// Settings of a [`ReqwestTransport`].
#[derive(Clone, Debug, Default)]
#[must_use = "a builder makes nothing before `build`"]
pub struct ReqwestTransportBuilder {
    connect_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    /// May hold a password.
    proxy: Option<Secret>,
}

impl ReqwestTransportBuilder {
    funnelflux_contract::setters! {
        /// How long connecting may take, TLS included (default 10 s).
        fn connect_timeout(timeout: Duration) => connect_timeout = Some(timeout);
        /// How long an unused connection is kept (default 55 s).
        fn idle_timeout(timeout: Duration) => idle_timeout = Some(timeout);
        /// Sends HTTPS through this proxy, whatever the environment says.
        fn proxy(url: impl Into<String>) => proxy = Some(Secret::new(url));
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// When TLS cannot be set up, or the proxy's address makes no sense.
    pub fn build(self) -> Result<ReqwestTransport, Error> {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // reqwest's own retry replays out-of-scope requests once, without backoff.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            .pool_idle_timeout(self.idle_timeout.unwrap_or(IDLE_TIMEOUT))
            .referer(false)
            // Also switches the environment's proxies off, which would apply to loopback too.
            .no_proxy();
        let proxy = self.proxy.map(|proxy| ("the proxy", proxy)).or_else(from_environment);
        let has_proxy = proxy.is_some();
        if let Some((name, address)) = proxy {
            let address = Some(address.expose()).filter(|address| is_understood(address));
            let proxy =
                address.and_then(|address| reqwest::Proxy::https(address).ok()).ok_or_else(|| {
                    Error::invalid_request(format!(
                        "{name}: is not the address of a proxy (not shown: it may hold a password); \
                         expected http://HOST:PORT or https://HOST:PORT, without quotes. SOCKS is not \
                         supported"
                    ))
                })?;
            builder = builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_env()));
        }
        let client = tls::choose(builder)?.build().map_err(|error| {
            Error::local("the HTTP client cannot be set up").with_source(error.without_url())
        })?;
        Ok(ReqwestTransport { client, urls: Urls::default(), has_proxy })
    }
}

/// Whether reqwest would use the proxy. It bypasses one of another scheme without a word.
fn is_understood(address: &str) -> bool {
    let address = address.trim();
    let url = match address.contains("://") {
        true => url::Url::parse(address),
        false => url::Url::parse(&format!("http://{address}")),
    };
    let is_quoted = address.contains(['"', '\'']);
    !is_quoted && url.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The proxy for HTTPS, as curl and most others read it.
fn from_environment() -> Option<(&'static str, Secret)> {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find_map(|name| {
        let address = std::env::var(name).ok().filter(|value| !value.trim().is_empty())?;
        Some((name, Secret::new(address)))
    })
}

impl Service<Request<Body>> for ReqwestTransport {
    type Response = Response<Body>;
    type Error = Error;
    type Future = FastOrSlow<Map<Pending, fn(Sent) -> Result<Response<Body>, Error>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let scheme = parts.uri.scheme().unwrap_or(&Scheme::HTTP);
        // Without a runtime of tokio, reqwest would panic.
        if let Err(error) = tls::check(scheme).and_then(|()| in_runtime()) {
            return refused(error);
        }
        let url = match self.urls.get(&parts.uri) {
            Ok(url) => url,
            Err(cause) => return refused(Error::invalid_request(format!("address: {cause}"))),
        };
        // The ready-made conversion from `http::Request` parses the address again.
        let mut out = reqwest::Request::new(parts.method, url);
        *out.headers_mut() = parts.headers;
        *out.body_mut() = match body.try_into_bytes() {
            Ok(bytes) => (!bytes.is_empty()).then(|| bytes.into()),
            // reqwest wants `Sync` of it. Only `&mut` access is ever made, so the wrapper gives it.
            Err(stream) => {
                let frames = SyncStream::new(BodyStream::new(stream));
                Some(reqwest::Body::wrap(StreamBody::new(frames)))
            }
        };
        let is_proxied = self.has_proxy && *scheme == Scheme::HTTPS;
        let answer = if is_proxied { answer::<true> } else { answer::<false> };
        Either::Left(self.client.call(out).map(answer as fn(_) -> _))
    }
}

/// reqwest's own future, by the only name it has.
type Pending = <reqwest::Client as Service<reqwest::Request>>::Future;

type Sent = Result<reqwest::Response, reqwest::Error>;

fn answer<const PROXIED: bool>(sent: Sent) -> Result<Response<Body>, Error> {
    let answer = sent.map_err(|error| how_far_it_got(error, PROXIED))?;
    Ok(Response::from(answer).map(Body::of_reqwest))
}

/// Whether the request can have reached the server: the one question the retry table asks.
fn how_far_it_got(error: reqwest::Error, is_proxied: bool) -> Error {
    // The address is in our own message already, without the query's values.
    let error = error.without_url();
    if error.is_connect() || error.is_dns() {
        let why = match (error.is_dns(), error.is_timeout()) {
            (true, _) if is_proxied => "the proxy's name cannot be resolved",
            (true, _) => "the server's name cannot be resolved",
            (_, true) if is_proxied => "connecting to the proxy, or through it, took too long",
            (_, true) => "connecting took too long",
            _ if is_proxied => "no connection to the proxy, or through it to the server",
            _ => "no connection to the server",
        };
        return Error::not_sent(why).with_source(error);
    }
    if error.is_builder() || error.is_redirect() {
        return Error::invalid_request("the request cannot be built").with_source(error);
    }
    let first = std::error::Error::source(&error);
    let mut causes = std::iter::successors(first, |cause| cause.source());
    if causes.any(was_never_written) {
        let why = "the connection closed before the request was written";
        return Error::not_sent(why).with_source(error);
    }
    Error::no_answer("the connection broke before the answer came").with_source(error)
}

/// hyper cancels a request that it had queued on a connection which closed meanwhile; an HTTP/2
/// server refuses a stream that it did not act on (RFC 9113 §8.7).
fn was_never_written(cause: &(dyn std::error::Error + 'static)) -> bool {
    #[cfg(feature = "http2")]
    if let Some(cause) = cause.downcast_ref::<h2::Error>() {
        return cause.is_remote() && cause.reason() == Some(h2::Reason::REFUSED_STREAM);
    }
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
}
