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
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::{Call, Wire};
use crate::error::{Error, Kind, Outcome, Sent, of_status};
use crate::retry::retry_after;
use crate::timer::Timer;
use crate::token::{AccessToken, TokenProvider};

/// Puts `Authorization: Bearer …` on each attempt to the configured host, and to no other.
#[derive(Clone)]
pub struct AuthLayer {
    shared: Arc<Shared>,
}

struct Shared {
    provider: Option<Arc<dyn TokenProvider>>,
    base: BaseUrl,
    timer: Arc<dyn Timer>,
}

impl AuthLayer {
    /// Tokens come from `provider` and go to `base` only. Without a provider requests pass as
    /// they are.
    pub fn new(
        provider: Option<Arc<dyn TokenProvider>>,
        base: BaseUrl,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self { shared: Arc::new(Shared { provider, base, timer }) }
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
        Auth { inner, shared: self.shared.clone() }
    }
}

/// The service of [`AuthLayer`].
#[derive(Clone)]
pub struct Auth<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S: fmt::Debug> fmt::Debug for Auth<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S> Service<Request<Body>> for Auth<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error> + Clone,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future = AuthFuture<S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = Call::of_or_insert(&mut request);
        let provider = match &self.shared.provider {
            Some(provider) if !call.options().anonymous => provider,
            _ => {
                call.hand_over();
                let state = State::Sent { future: self.inner.call(request), token: None };
                return AuthFuture { state, shared: self.shared.clone(), call };
            }
        };
        let state = match provider.ready_token() {
            Some(token) => match self.shared.authorise(&mut request, &token, &call) {
                Ok(()) => {
                    call.hand_over();
                    State::Sent { future: self.inner.call(request), token: Some(token) }
                }
                Err(error) => State::Refused { error: Some(error) },
            },
            None => {
                let spare = self.inner.clone();
                let service = std::mem::replace(&mut self.inner, spare);
                let provider = provider.clone();
                let wait: TokenFuture = Box::pin(async move { provider.token().await });
                // Nothing is sent while the token is fetched.
                call.set_wire(Wire::Off);
                State::Waiting { wait, next: Some(Box::new((service, request))) }
            }
        };
        AuthFuture { state, shared: self.shared.clone(), call }
    }
}

impl Shared {
    fn authorise(
        &self,
        request: &mut Request<Body>,
        token: &AccessToken,
        call: &Call,
    ) -> Result<(), Error> {
        if call.attempt() > 1
            && let Some(TokenRejected(old)) = request.extensions_mut().remove()
            && token.is_same_as(&old)
        {
            call.set_wire(Wire::Off);
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

    /// Whether what came of sending the request settles its outcome.
    fn is_settled_by(&self, result: &Result<Response<Body>, Error>) -> bool {
        let outcome = match result {
            Ok(response) if response.status().is_success() => return true,
            Ok(response) => {
                let waits = || retry_after(response.headers(), self.timer.wall()).is_some();
                of_status(response.status(), waits)
            }
            Err(error) => error.attempt_outcome(),
        };
        outcome != Outcome::Unknown
    }

    /// Whether another token may do, and the provider told so. Expiry shows as 400 or 401
    /// (documented). A 400 counts only while the token is past its known expiry, or its expiry
    /// is unknown and the provider can find out; else real errors would hide behind refreshes.
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

type TokenFuture = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send>>;

pin_project! {
    /// The future of [`Auth`].
    pub struct AuthFuture<S: Service<Request<Body>>> {
        #[pin]
        state: State<S, S::Future>,
        shared: Arc<Shared>,
        call: Call,
    }
}

pin_project! {
    // The waiting state is boxed: it is rare, and 300 bytes that every call would carry.
    #[project = StateProjection]
    enum State<S, F> {
        Waiting { wait: TokenFuture, next: Option<Box<(S, Request<Body>)>> },
        Sent { #[pin] future: F, token: Option<AccessToken> },
        Refused { error: Option<Error> },
    }
}

impl<S> Future for AuthFuture<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Error>,
{
    type Output = Result<Response<Body>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match this.state.as_mut().project() {
                StateProjection::Waiting { wait, next } => {
                    let token = ready!(wait.as_mut().poll(cx)).map_err(without_token)?;
                    let Some((mut service, mut request)) = next.take().map(|next| *next) else {
                        return Poll::Ready(Err(Error::local("a request was sent twice")));
                    };
                    this.shared.authorise(&mut request, &token, this.call)?;
                    this.call.hand_over();
                    let future = service.call(request);
                    this.state.set(State::Sent { future, token: Some(token) });
                }
                StateProjection::Sent { future, token } => {
                    let result = ready!(future.poll(cx));
                    if this.call.wire() == Wire::Off || this.shared.is_settled_by(&result) {
                        this.call.settle_sending();
                    }
                    let mut response = result?;
                    if let (Some(token), Some(provider)) = (token.take(), &this.shared.provider)
                        && this.shared.turned_down(&**provider, response.status(), &token)
                    {
                        response.extensions_mut().insert(TokenRejected(token));
                    }
                    return Poll::Ready(Ok(response));
                }
                StateProjection::Refused { error } => {
                    return match error.take() {
                        Some(error) => Poll::Ready(Err(error)),
                        None => Poll::Pending,
                    };
                }
            }
        }
    }
}
