use std::borrow::Cow;

use http::StatusCode;

/// The refusal of a request: an HTTP status and a sentence, neither with any of the request's content.
#[derive(Clone)]
pub struct Rejection {
    status: StatusCode,
    message: Cow<'static, str>,
}

impl Rejection {
    fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// One text for each failure, so that it reveals nothing of what was expected.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not authorized")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {limit} bytes"))
    }

    #[cfg(feature = "service")]
    pub(crate) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time")
    }

    #[cfg(feature = "service")]
    pub(crate) fn broken() -> Self {
        Self::malformed("the body broke off")
    }

    pub(crate) fn failed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "the webhook could not be handled")
    }

    pub(crate) fn busy(message: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the request did not prove where it comes from (401).
    pub fn is_unauthorized(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// Whether the body passed the limit (413).
    pub fn is_too_large(&self) -> bool {
        self.status == StatusCode::PAYLOAD_TOO_LARGE
    }

    /// Whether the request is no valid one of its kind, so that a repeat is refused, too (400).
    pub fn is_malformed(&self) -> bool {
        self.status == StatusCode::BAD_REQUEST
    }

    /// Whether the fault is on this side, so that a repeat may succeed (500, 503).
    pub fn is_own_fault(&self) -> bool {
        self.status.is_server_error()
    }
}

funnelflux_contract::formats! { Error for Rejection, |it, f| f.write_str(&it.message) }

funnelflux_contract::formats! {
    Debug for Rejection, |it, f| write!(f, "Rejection({}: {})", it.status.as_u16(), it.message)
}
