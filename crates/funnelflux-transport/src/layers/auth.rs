//! 11 · The access token: a fresh look per attempt, and the verdict on tokens turned down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use futures_util::future::Either;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;

use super::classify::TokenRejected;
use super::step::{After, Around, Exchange, FastOrSlow, Finish, StepLayer, refused, slow};
use crate::base_url::BaseUrl;
use crate::body::Body;
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome};
use crate::in_flight::{Held, InFlight};
use crate::timer::Timer;
use crate::token::{AccessToken, TokenProvider};

/// Puts `Authorization: Bearer …` on each attempt to the configured host, and to no other, and hands the
/// request over to the transport: put it right around yours.
pub type AuthLayer = StepLayer<TokenSource>;

#[derive(Debug)]
pub struct TokenSource {
    provider: Option<Arc<dyn TokenProvider>>,
    base: BaseUrl,
    timer: Arc<dyn Timer>,
}

impl AuthLayer {
    /// Takes tokens from `provider` and sends them to `base` only. Without a provider requests carry none.
    pub fn new(
        provider: Option<Arc<dyn TokenProvider>>,
        base: BaseUrl,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self::of(TokenSource { provider, base, timer })
    }
}

impl<S: Exchange<Future: Send + 'static> + Clone + Send + 'static> Around<S> for TokenSource {
    type Future = FastOrSlow<After<S::Future, Authorised>>;

    #[inline(always)]
    fn call(self: &Arc<Self>, inner: &mut S, mut request: Request<Body>) -> Self::Future {
        let own_authorization = Call::of(&request).is_some_and(|call| call.options().anonymous);
        let Some(provider) = self.provider.as_ref().filter(|_| !own_authorization) else {
            return self.hand_over(inner, request, None).map_or_else(refused, Either::Left);
        };
        if let Some(token) = provider.ready_token() {
            let authorised = self.authorise(&mut request, &token);
            let sent = authorised.and_then(|()| self.hand_over(inner, request, Some(token)));
            return sent.map_or_else(refused, Either::Left);
        }
        let spare = inner.clone();
        let mut service = std::mem::replace(inner, spare);
        let (shared, provider) = (self.clone(), provider.clone());
        let held = Held::new(Call::of_or_insert(&mut request));
        slow(async move {
            let token = provider.token().await.map_err(without_token)?;
            shared.authorise(&mut request, &token)?;
            drop(held);
            shared.hand_over(&mut service, request, Some(token))?.await
        })
    }
}

impl TokenSource {
    #[inline(always)]
    fn hand_over<S: Exchange>(
        self: &Arc<Self>,
        transport: &mut S,
        mut request: Request<Body>,
        token: Option<AccessToken>,
    ) -> Result<After<S::Future, Authorised>, Error> {
        let in_flight = InFlight::transport(&mut request)?;
        let body_failed = watch(request.body_mut());
        let then = Authorised { in_flight, token, body_failed, shared: self.clone() };
        Ok(After { then, inner: transport.call(request) })
    }

    fn authorise(&self, request: &mut Request<Body>, token: &AccessToken) -> Result<(), Error> {
        if Call::of(request).is_some_and(|call| call.attempt() > 1)
            && let Some(TokenRejected(old)) = request.extensions_mut().remove()
            && token.is_same_as(&old)
        {
            let mut error = Error::unauthorised("there is no other token");
            error.0.same_token = true;
            return Err(error);
        }
        if !self.base.is_origin_of(request.uri()) {
            return Err(Error::invalid_request(format!(
                "the token is for {} only, and the request goes to host {:?}",
                self.base,
                request.uri().host().unwrap_or_default()
            )));
        }
        if let (Some(call), Some(provider)) = (Call::of(request), &self.provider)
            && call.secrets().add(token.secret())
        {
            for secret in provider.secrets() {
                call.secrets().add(&secret);
            }
        }
        request.headers_mut().insert(AUTHORIZATION, token.header());
        Ok(())
    }

    /// Tells the provider if the token was turned down. Gives whether another one may do. Expiry shows as
    /// 400 or 401 (documented). A 400 counts only if the token is past its known expiry, or the provider can
    /// find out an unknown one: otherwise real errors would hide behind refreshes.
    fn turned_down(&self, status: StatusCode, token: &AccessToken) -> bool {
        let Some(provider) = &self.provider else { return false };
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

/// The error of a call that needed a token. The call was never sent, so the status and the outcome of the
/// token request say nothing of it.
fn without_token(mut error: Error) -> Error {
    // A refresh token that may have been used up is not presented again for this call, and a token
    // request that went through a client had its retries there.
    let is_last = error.is_ambiguous()
        || error.attempt_outcome() == Outcome::Unknown
        || error.operation().is_some();
    let kind = if error.needs_authorisation() && error.operation().is_some() {
        ErrorKind::Unauthorised
    } else if error.is_transient() {
        if error.is_timeout() { ErrorKind::Timeout } else { ErrorKind::NotSent }
    } else {
        error.forget_rejected_token();
        return error.before_sending();
    };
    let mut wrapped = Error::of_kind(kind, "no access token could be had")
        .before_sending()
        .with_advice("The request for a token failed, and the call itself was not sent.");
    let inner = &mut wrapped.0;
    inner.last = is_last;
    inner.retry_after = error.0.retry_after.take();
    inner.advice = error.0.advice.take().or(inner.advice.take());
    error.0.ambiguous = false;
    wrapped.with_source(error)
}

pub struct Authorised {
    in_flight: InFlight,
    token: Option<AccessToken>,
    body_failed: Option<Arc<AtomicBool>>,
    shared: Arc<TokenSource>,
}

/// Says of a body that is a stream whether it failed by itself.
fn watch(body: &mut Body) -> Option<Arc<AtomicBool>> {
    if body.as_bytes().is_some() {
        return None;
    }
    let failed = Arc::new(AtomicBool::new(false));
    let shared = failed.clone();
    *body = Body::wrap(std::mem::take(body).map_err(move |error| {
        shared.store(true, Relaxed);
        error
    }));
    Some(failed)
}

impl Finish for Authorised {
    fn finish(&mut self, result: Result<Response<Body>, Error>) -> Result<Response<Body>, Error> {
        let body_failed = self.body_failed.as_ref().is_some_and(|failed| failed.load(Relaxed));
        let result = result.map_err(|error| match body_failed {
            // The server knows that a request which was cut off is not whole.
            true => Error::local("the request's own body failed, and was not sent whole")
                .with_source(error),
            false => error,
        });
        self.in_flight.settled(&result);
        let mut response = result?;
        if let Some(token) = self.token.take()
            && self.shared.turned_down(response.status(), &token)
        {
            response.extensions_mut().insert(TokenRejected(token));
        }
        Ok(response)
    }
}
