//! The composition: one static stack, one box around it, one more box per layer of the user's.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;

use crate::body::Body;
use crate::error::{BoxError, Error};

/// The seam as a concrete type: what a user's layer is put around.
///
/// Requests go in with a path relative to the base URL (outside the retry layer and as
/// `.attempt_layer`s see them) and [`Call`](crate::Call) in their extensions.
#[derive(Clone, Debug)]
pub struct SeamService(BoxCloneSyncService<Request<Body>, Response<Body>, Error>);

impl SeamService {
    /// Boxes a service.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Error>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(service))
    }

    /// Boxes any service of the seam's shape, translating its body and error types.
    pub fn adapt<S, B>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::new(
            service
                .map_response(|response: Response<B>| response.map(Body::wrap))
                .map_err(|error: S::Error| Error::from_boxed(error.into())),
        )
    }
}

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
pub type SeamFuture =
    std::pin::Pin<Box<dyn std::future::Future<Output = Result<Response<Body>, Error>> + Send>>;

/// A user's layer, ready to be put around whatever is inside of it.
#[derive(Clone)]
pub(crate) struct UserLayer(Arc<dyn Fn(SeamService) -> SeamService + Send + Sync>);

impl UserLayer {
    pub(crate) fn new<L, B>(layer: L) -> Self
    where
        L: Layer<SeamService> + Send + Sync + 'static,
        L::Service: Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Body>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Body>>>::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self(Arc::new(move |inner| SeamService::adapt(layer.layer(inner))))
    }

    /// Wraps `inner` so that the first layer given sees a request first.
    pub(crate) fn wrap_all(layers: &[Self], inner: SeamService) -> SeamService {
        layers.iter().rev().fold(inner, |inner, layer| (layer.0)(inner))
    }
}
