//! An answer before it becomes an HTTP response.

use bytes::Bytes;
use http::{HeaderName, StatusCode};
use serde::Serialize;

#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) header: Option<(HeaderName, String)>,
    pub(crate) body: Bytes,
    pub(crate) wire: Wire,
}

/// What happens to an answer below HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Whole,
    /// The connection is reset before the answer.
    Reset,
    /// The connection is closed in the middle of the body.
    Cut,
}

impl Reply {
    /// A 200 with a JSON body.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        // No body has a part that can fail.
        Self::text(serde_json::to_vec(body).unwrap_or_default())
    }

    /// A 200 whose body is JSON text, or empty.
    pub(crate) fn text(body: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, "application/json", body)
    }

    pub(crate) fn new(
        status: StatusCode,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        Self { status, content_type, header: None, body: body.into(), wire: Wire::Whole }
    }
}
