//! The seam: the one shape of service that layers and transports have.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::future::{Either, Ready, ready};
use http::{Request, Response};
use http_body::Body as HttpBody;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::call::Call;
use crate::error::{BoxError, Error};
use crate::layers::{Boundary, Exchange};
use crate::secrets::Secrets;

/// The seam as a concrete type: a user's layer is put around it.
///
/// Requests go in with a path relative to the base URL (outside the retry layer and as
/// `.attempt_layer`s see them) and [`Call`](crate::Call) in their extensions.
#[derive(Clone, Debug)]
pub struct SeamService(BoxCloneSyncService<Request<Body>, Response<Body>, Error>);

/// A service of exactly the seam's shape, as the built-in layers are.
pub(crate) trait Seam:
    Exchange<Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S: Exchange<Future: Send + 'static> + Clone + Send + Sync + 'static> Seam for S {}

/// A service that fits the seam once its body and error types are translated: implemented for every
/// `Service<http::Request<Body>>` that is `Clone + Send + Sync + 'static`, has a `Send` future,
/// answers with an `http::Response` over any body of `Bytes`, and fails with any error.
///
/// A service that is not always ready is waited for inside the call, where the time limits hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit the transport's seam",
    note = "it must be a tower `Service<http::Request<funnelflux_transport::Body>>` with \
            `Response = http::Response<B>` where `B: http_body::Body<Data = Bytes> + Send`; its error \
            is a `std::error::Error + Send + Sync` or a string",
    note = "service and future must be `Send + 'static`, the service also `Clone + Sync`; put \
            `tower::buffer::BufferLayer` before a service that is not `Clone`, such as tower's `RateLimit`",
    note = "put `MapRequestBodyLayer::new(Body::wrap)` after a layer that changes the request's body"
)]
pub trait IntoSeam<B> {
    /// Puts the service behind the seam.
    fn into_seam(self) -> SeamService;
}

impl<S, B> IntoSeam<B> for S
where
    S: Serves<B, Answer: Send + 'static> + Cloneable + Send + Sync + 'static,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    fn into_seam(self) -> SeamService {
        SeamService(BoxCloneSyncService::new(Boundary(
            self.map_response(|response: Response<B>| response.map(Body::wrap))
                .map_err(|error| Error::from_boxed(error.into())),
        )))
    }
}

/// The compiler does not look below this trait, so it shows the notes of [`IntoSeam`] and no inner bound.
trait Serves<B>:
    Service<
        Request<Body>,
        Response = Response<B>,
        Error: Into<BoxError>,
        Future = <Self as Serves<B>>::Answer,
    >
{
    type Answer;
}

#[diagnostic::do_not_recommend]
impl<S, B> Serves<B> for S
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>>,
{
    type Answer = S::Future;
}

/// `Clone`, and as [`Serves`].
trait Cloneable: Clone {}

#[diagnostic::do_not_recommend]
impl<S: Clone> Cloneable for S {}

impl Service<Request<Body>> for SeamService {
    type Response = Response<Body>;
    type Error = Error;
    type Future = SeamFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> SeamFuture {
        self.0.call(request)
    }
}

/// The future of [`SeamService`].
pub type SeamFuture = Pin<Box<dyn Future<Output = Result<Response<Body>, Error>> + Send>>;

pub(crate) type UserLayer = Arc<dyn Fn(SeamService) -> SeamService + Send + Sync>;

/// The user's layers at one place of the stack. The first one sees a request first.
pub(crate) struct UserLayers<'a>(pub(crate) &'a [UserLayer], pub(crate) &'a Secrets);

impl<S: Seam> Layer<S> for UserLayers<'_> {
    type Service = Layered<S>;

    fn layer(&self, inner: S) -> Layered<S> {
        if self.0.is_empty() {
            return Layered::Left(inner);
        }
        let inner = SeamService(BoxCloneSyncService::new(WithCall(inner, self.1.clone())));
        Layered::Right(self.0.iter().rev().fold(inner, |inner, layer| layer(inner)))
    }
}

/// Takes no request whose call the user's layers lost: its errors would say that a sent write was not sent.
#[derive(Clone)]
struct WithCall<S>(S, Secrets);

impl<S: Seam> Service<Request<Body>> for WithCall<S> {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Either<S::Future, Ready<Result<Response<Body>, Error>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if let Some(call) = Call::of(&request) {
            call.know(&self.1);
            return Either::Left(self.0.call(request));
        }
        Either::Right(ready(Err(Error::local(
            "a layer made a request without the `Call` in its extensions, so it was not sent: clone the \
             extensions of the request that the layer got into it",
        ))))
    }
}

/// The service of [`UserLayers`]: without any layer the inner one, which costs no box.
pub(crate) type Layered<S> = tower::util::Either<S, SeamService>;

/// Where a call enters a stack of any type: one box, and in the ordinary case no clone of the layers.
pub(crate) type Entrance = Arc<dyn Fn(Request<Body>) -> SeamFuture + Send + Sync>;

/// A service is called by `&mut`, so each of many callers would clone the whole stack: a dozen reference
/// counts up and down, and a box, about 0.3 µs a call. Here the first caller takes the one copy for as long
/// as `call` itself runs (microseconds, nothing in it waits), and only a caller that finds it taken clones.
pub(crate) fn entrance(pristine: impl Seam) -> Entrance {
    let shared = Mutex::new(pristine.clone());
    Arc::new(move |request| {
        // The layers and the seam are always ready: what waits, waits in the future.
        if let Ok(mut service) = shared.try_lock()
            && let Poll::Ready(Ok(())) = service.poll_ready(&mut Context::from_waker(Waker::noop()))
        {
            return Box::pin(service.call(request));
        }
        Box::pin(pristine.clone().oneshot(request))
    })
}
