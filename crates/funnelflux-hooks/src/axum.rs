//! Extractors and answers for axum.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequest, Request};
use axum_core::response::{IntoResponse, Response};

use crate::Rejection;
use crate::middleware::Answer;
use crate::webhook::{Receipt, Webhook, Webhooks};

/// Reads and verifies a webhook, by the [`Webhooks`] of the state. It leaves no repeats out: hand the webhook to
/// [`Webhooks::once`] for that.
impl<S> FromRequest<S> for Webhook
where
    S: Send + Sync,
    Webhooks: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        Webhooks::from_ref(state).verify_request(request).await
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.to_response().map(Body::new)
    }
}

impl IntoResponse for Receipt {
    fn into_response(self) -> Response {
        self.to_response().map(Body::new)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        Self::into_response(self).map(Body::new)
    }
}
