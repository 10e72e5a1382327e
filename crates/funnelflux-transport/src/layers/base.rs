//! 10 · The base URL, the host check and the default headers.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{HeaderValue, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::slow::FastOrSlow;
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::error::Error;

/// Puts relative requests under the base URL and refuses requests to any other host.
#[derive(Clone, Debug)]
pub struct BaseLayer {
    shared: Arc<BaseShared>,
}

#[derive(Debug)]
struct BaseShared {
    base: BaseUrl,
    user_agent: HeaderValue,
}

impl BaseLayer {
    /// Everything goes to `base`, under this `User-Agent`.
    #[must_use]
    pub fn new(base: BaseUrl, user_agent: HeaderValue) -> Self {
        Self { shared: Arc::new(BaseShared { base, user_agent }) }
    }
}

impl<S> Layer<S> for BaseLayer {
    type Service = Base<S>;

    fn layer(&self, inner: S) -> Base<S> {
        Base { inner, shared: self.shared.clone() }
    }
}

/// The service of [`BaseLayer`].
#[derive(Clone, Debug)]
pub struct Base<S> {
    inner: S,
    shared: Arc<BaseShared>,
}

impl BaseShared {
    fn prepare(&self, request: &mut Request<Body>) -> Result<(), Error> {
        if request.uri().authority().is_none() {
            *request.uri_mut() = self.base.join(request.uri())?;
        } else if !self.base.is_origin_of(request.uri()) {
            // A layer rewrote the address: the token must not go there.
            return Err(Error::invalid_request(format!(
                "the request was addressed to host {:?}, but this client speaks to {} only",
                request.uri().host().unwrap_or_default(),
                self.base
            )));
        }
        let headers = request.headers_mut();
        headers.remove(HOST);
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        Ok(())
    }
}

impl<S> Service<Request<Body>> for Base<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = FastOrSlow<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match self.shared.prepare(&mut request) {
            Ok(()) => FastOrSlow::Fast { future: self.inner.call(request) },
            Err(error) => FastOrSlow::refused(error),
        }
    }
}
