//! 11 · The access token: a fresh look per attempt, and the verdict on tokens turned down.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::classify::TokenRejected;
use super::slow::FastOrSlow;
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, Kind, Outcome, Sent};
use crate::in_flight::{Handover, HandoverFuture, Held};
use crate::timer::Timer;
use crate::token::{AccessToken, TokenProvider};

/// Puts `Authorization: Bearer …` on each attempt to the configured host, and to no other, and hands
/// the request over to the transport: put it right around yours.
#[derive(Clone)]
pub struct AuthLayer {
    shared: Arc<AuthShared>,
}

struct AuthShared {
    provider: Option<Arc<dyn TokenProvider>>,
    base: BaseUrl,
    timer: Arc<dyn Timer>,
}

impl AuthLayer {
    /// Takes tokens from `provider` and sends them to `base` only. Without a provider requests
    /// carry none.
    pub fn new(
        provider: Option<Arc<dyn TokenProvider>>,
        base: BaseUrl,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self { shared: Arc::new(AuthShared { provider, base, timer }) }
    }
}

impl fmt::Debug for AuthLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer").field("base", &self.shared.base).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = Auth<S>;

    fn layer(&self, inner: S) -> Auth<S> {
        Auth { inner: Handover(inner), shared: self.shared.clone() }
    }
}

/// The service of [`AuthLayer`].
#[derive(Clone)]
pub struct Auth<S> {
    inner: Handover<S>,
    shared: Arc<AuthShared>,
}

impl<S: fmt::Debug> fmt::Debug for Auth<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S> Service<Request<Body>> for Auth<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error, Future: Send>
        + Clone
        + Send
        + 'static,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = FastOrSlow<AuthFuture<S::Future>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let shared = self.shared.clone();
        let own_authorization = Call::of(&request).is_some_and(|call| call.options().anonymous);
        let Some(provider) = shared.provider.as_ref().filter(|_| !own_authorization) else {
            let inner = self.inner.call(request);
            return FastOrSlow::Fast { future: AuthFuture { inner, token: None, shared } };
        };
        if let Some(token) = provider.ready_token() {
            return match shared.authorise(&mut request, &token) {
                Ok(()) => {
                    let inner = self.inner.call(request);
                    FastOrSlow::Fast { future: AuthFuture { inner, token: Some(token), shared } }
                }
                Err(error) => FastOrSlow::refused(error),
            };
        }
        let spare = self.inner.clone();
        let mut service = std::mem::replace(&mut self.inner, spare);
        let provider = provider.clone();
        let held = Held::new(Call::of_or_insert(&mut request));
        FastOrSlow::slow(async move {
            let token = provider.token().await.map_err(without_token)?;
            shared.authorise(&mut request, &token)?;
            drop(held);
            let inner = service.call(request);
            AuthFuture { inner, token: Some(token), shared }.await
        })
    }
}

impl AuthShared {
    fn authorise(&self, request: &mut Request<Body>, token: &AccessToken) -> Result<(), Error> {
        if Call::of(request).is_some_and(|call| call.attempt() > 1)
            && let Some(TokenRejected(old)) = request.extensions_mut().remove()
            && token.is_same_as(&old)
        {
            return Err(Error::of_kind(Kind::SameToken, "there is no other token"));
        }
        if !self.base.is_origin_of(request.uri()) {
            return Err(Error::invalid_request(format!(
                "the token is for {} only, and the request goes to host {:?}",
                self.base,
                request.uri().host().unwrap_or_default()
            )));
        }
        request.headers_mut().insert(AUTHORIZATION, token.header());
        Ok(())
    }

    /// Tells the provider that the token was turned down, if it was. Gives whether another token may
    /// do. Expiry shows as 400 or 401 (documented). A 400 counts only while the token is past its
    /// known expiry, or its expiry is unknown and the provider can find out: otherwise real errors
    /// would hide behind refreshes.
    fn turned_down(
        &self,
        provider: &dyn TokenProvider,
        status: StatusCode,
        token: &AccessToken,
    ) -> bool {
        match (status, token.expires_at()) {
            (StatusCode::BAD_REQUEST, None) => return provider.doubt(token),
            (StatusCode::BAD_REQUEST, Some(at)) if at <= self.timer.wall() => {}
            (StatusCode::UNAUTHORIZED, _) => {}
            _ => return false,
        }
        provider.reject(token);
        // A provider that goes on serving this token has none better to try.
        provider.ready_token().is_none_or(|next| !next.is_same_as(token))
    }
}

/// Turns a failed token request into the error of the call that needed the token. That call was
/// never sent, so the status and the outcome of the token request say nothing of it.
fn without_token(mut error: Error) -> Error {
    // A refresh token that may have been used up is not presented again for this call.
    let may_be_used_up = error.is_ambiguous() || error.attempt_outcome() == Outcome::Unknown;
    let kind = if error.needs_authorisation() && error.operation().is_some() {
        Kind::Unauthorised
    } else if error.is_transient() {
        if error.is_timeout() { Kind::Timeout(Sent::No) } else { Kind::Connection(Sent::No) }
    } else {
        error.forget_rejected_token();
        return error.before_sending();
    };
    let mut wrapped = Error::of_kind(kind, "no access token could be had");
    let inner = wrapped.inner_mut();
    inner.last = may_be_used_up;
    inner.retry_after = error.inner_mut().retry_after.take();
    inner.advice = error.inner_mut().advice.take();
    error.inner_mut().ambiguous = false;
    wrapped.with_source(error)
}

pin_project! {
    /// The future of [`Auth`].
    pub struct AuthFuture<F> {
        #[pin]
        inner: HandoverFuture<F>,
        token: Option<AccessToken>,
        shared: Arc<AuthShared>,
    }
}

impl<F> Future for AuthFuture<F>
where
    F: Future<Output = Result<Response<Body>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx))?;
        if let (Some(token), Some(provider)) = (this.token.take(), &this.shared.provider)
            && this.shared.turned_down(&**provider, response.status(), &token)
        {
            response.extensions_mut().insert(TokenRejected(token));
        }
        Poll::Ready(Ok(response))
    }
}
