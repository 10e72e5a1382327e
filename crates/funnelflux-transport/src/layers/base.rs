//! 10 · The base URL, the host check and the default headers.

use std::sync::Arc;

use futures_util::future::Either;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{HeaderValue, Request};

use super::step::{Around, Exchange, FastOrSlow, StepLayer, refused};
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::Call;
use crate::error::Error;

/// Puts relative requests under the base URL and refuses requests to any other host.
pub type BaseLayer = StepLayer<BaseSettings>;

#[derive(Debug)]
pub struct BaseSettings {
    base: BaseUrl,
    user_agent: HeaderValue,
}

impl BaseLayer {
    /// Everything goes to `base`, under this `User-Agent`.
    pub fn new(base: BaseUrl, user_agent: HeaderValue) -> Self {
        Self::of(BaseSettings { base, user_agent })
    }
}

impl BaseSettings {
    fn prepare(&self, request: &mut Request<Body>) -> Result<(), Error> {
        if request.uri().authority().is_none() {
            let known = Call::of(request).and_then(|call| call.operation().fixed_path());
            *request.uri_mut() = self.base.join(request.uri(), known)?;
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

impl<S: Exchange> Around<S> for BaseSettings {
    type Future = FastOrSlow<S::Future>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        match self.prepare(&mut request) {
            Ok(()) => Either::Left(inner.call(request)),
            Err(error) => refused(error),
        }
    }
}
