use std::convert::Infallible;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use funnelflux_model::hooks::MiddlewareRequest;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::{Answer, Deadline, Decision, MiddlewareNode, Outcome, Question, Reason, Routes};
use crate::handler::{self, Failure};
use crate::{Authentication, Rejection, ReplyBody, clock, read};

/// The most handlers at a time, unless set.
const MOST: usize = 1024;

/// A middleware node as a `tower::Service`, for hyper, axum and others.
///
/// `decide` gets the request and the deadline. A handler that blocks its thread holds the timer up, too: put
/// blocking work into `spawn_blocking`.
///
/// ```
/// use funnelflux_hooks::Authentication;
/// use funnelflux_hooks::middleware::{MiddlewareService, Routes};
///
/// funnelflux_hooks::decisions! {
///     enum Lead { Approved = "approved", Rejected = "rejected" }
/// }
/// let service = MiddlewareService::new(Routes::new(), |request, deadline| async move {
///     let country: Option<String> = request.text_in("visitor", "country");
///     Ok::<_, std::io::Error>(if country.is_some() { Lead::Approved } else { Lead::Rejected })
/// })
/// .with_authentication(Authentication::new().with_basic("funnelflux", "s3cret"))
/// .with_concurrency(500);
/// let app = axum::Router::<()>::new().route_service("/decide", service);
/// # drop(app);
/// ```
pub struct MiddlewareService<D, H> {
    node: MiddlewareNode<D>,
    decide: Arc<H>,
    under_way: Arc<AtomicUsize>,
    most: usize,
}

impl<D: Decision, H, F, E> MiddlewareService<D, H>
where
    H: Fn(MiddlewareRequest, Deadline) -> F + Send + Sync + 'static,
    F: Future<Output = Result<D, E>> + Send,
{
    /// A node of these routes, decided by a function.
    pub fn new(routes: Routes<D>, decide: H) -> Self {
        let mut node = MiddlewareNode::new(routes);
        node.clock = clock::of_timers;
        Self { node, decide: Arc::new(decide), under_way: Arc::default(), most: MOST }
    }
}

impl<D: Decision, H> MiddlewareService<D, H> {
    funnelflux_contract::setters! {
        /// Sets what each request must prove.
        fn with_authentication(proofs: Authentication) => node.authentication = proofs;
        /// Sets the part of the time that is held back: see [`MiddlewareNode::with_buffer`].
        fn with_buffer(buffer: Duration) => node.buffer = buffer;
        /// Sets the time of requests that say none: see [`MiddlewareNode::with_time`].
        fn with_time(time: Duration) => node.time = time;
        /// Sets the most bytes of a body.
        fn with_body_limit(limit: usize) => node.limit = limit;
        /// Sets what is told of each answer: see [`MiddlewareNode::with_observer`].
        fn with_observer(observer: impl Fn(&Outcome) + Send + Sync + 'static)
            => node.observer = Some(Arc::new(observer));
        /// Sets how many handlers run at a time; more requests get the fallback at once. 1024 unless set.
        fn with_concurrency(most: usize) => most = most;
    }

    /// What is the same for every request.
    pub fn node(&self) -> &MiddlewareNode<D> {
        &self.node
    }

    /// A place among the handlers under way, unless all are taken.
    fn place(&self) -> Option<Place> {
        let take = |taken: usize| (taken < self.most).then_some(taken + 1);
        let taken = self.under_way.fetch_update(Ordering::AcqRel, Ordering::Acquire, take);
        taken.ok().map(|_| Place(Arc::clone(&self.under_way)))
    }

    async fn question<B>(
        &self,
        request: Request<B>,
        arrived: Instant,
    ) -> Result<Question<D>, Rejection>
    where
        B: Body,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        if !self.node.authentication.accepts_headers(&head.headers) {
            return Err(Rejection::unauthorized());
        }
        let is_proof = self.node.authentication.needs_body();
        let time = self.node.provisional(arrived).left();
        match read::whole(body, self.node.limit, time).await {
            Ok(body) => self.node.open(&head.headers, &body, arrived),
            Err(_) if !is_proof => Ok(self.node.question(None, arrived)),
            Err(rejection) if rejection.is_too_large() => Err(rejection),
            // What was to be proved by the body is not.
            Err(_) => Err(Rejection::unauthorized()),
        }
    }

    async fn decide<F, E>(&self, mut question: Question<D>) -> Answer
    where
        H: Fn(MiddlewareRequest, Deadline) -> F,
        F: Future<Output = Result<D, E>>,
    {
        let began = question.time_since_arrival();
        let decided = if !question.is_readable() {
            Err(Reason::Unreadable)
        } else if question.deadline.is_over() {
            // What the handler would do could count for nothing.
            Err(Reason::Late)
        } else if let Some(place) = self.place() {
            let (request, deadline) = (std::mem::take(&mut question.request), question.deadline);
            let handler = handler::run(|| (self.decide)(request, deadline));
            let until = tokio::time::Instant::from_std(deadline.at());
            let decided = tokio::time::timeout_at(until, handler).await;
            drop(place);
            match decided {
                Ok(Ok(decision)) => Ok(decision),
                Ok(Err(Failure::Error)) => Err(Reason::Failed),
                Ok(Err(Failure::Panic)) => Err(Reason::Panicked),
                Err(_) => Err(Reason::Late),
            }
        } else {
            Err(Reason::Shed)
        };
        let handler = question.time_since_arrival().saturating_sub(began);
        question.close(decided, handler)
    }
}

/// A place among the handlers under way, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<D: Clone, H> Clone for MiddlewareService<D, H> {
    fn clone(&self) -> Self {
        Self {
            node: self.node.clone(),
            decide: Arc::clone(&self.decide),
            under_way: Arc::clone(&self.under_way),
            most: self.most,
        }
    }
}

funnelflux_contract::shows! { MiddlewareService<D, H>, |it| node: it.node }

impl<D, H, F, E, B> Service<Request<B>> for MiddlewareService<D, H>
where
    D: Decision,
    H: Fn(MiddlewareRequest, Deadline) -> F + Send + Sync + 'static,
    F: Future<Output = Result<D, E>> + Send + 'static,
    E: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<ReplyBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<ReplyBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let arrived = (self.node.clock)();
        let service = self.clone();
        Box::pin(async move {
            Ok(match service.question(request, arrived).await {
                Ok(question) => service.decide(question).await.into_response(),
                Err(rejection) => rejection.to_response(),
            })
        })
    }
}
