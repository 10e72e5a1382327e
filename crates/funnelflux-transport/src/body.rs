//! The one body type of the seam, for requests and responses alike.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

use crate::error::BoxError;

/// A request or response body: bytes in memory, or a stream.
///
/// Bytes can be cloned, so a request that carries them can be sent again; a stream cannot, and its
/// request is never repeated.
///
/// ```
/// use funnelflux_transport::Body;
/// assert!(Body::from("{}").try_clone().is_some());
/// ```
pub struct Body(Inner);

enum Inner {
    Bytes(Option<Bytes>),
    Stream(UnsyncBoxBody<Bytes, BoxError>),
    /// The default leaf's own body: a box less per answer.
    #[cfg(feature = "reqwest")]
    Reqwest(reqwest::Body),
}

impl Body {
    /// A body without content.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Inner::Bytes(None))
    }

    /// Wraps any `http_body::Body`. The result cannot be cloned.
    pub fn wrap<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        // A layer that hands the body through unchanged must not add a box a time.
        let mut slot = Some(body);
        let any: &mut dyn std::any::Any = &mut slot;
        if let Some(already) = any.downcast_mut::<Option<Body>>()
            && let Some(body) = already.take()
        {
            return body;
        }
        match slot {
            Some(body) => Self(Inner::Stream(body.map_err(Into::into).boxed_unsync())),
            None => Self::empty(),
        }
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn of_reqwest(body: reqwest::Body) -> Self {
        Self(Inner::Reqwest(body))
    }

    /// A second body with the same content, if this one is in memory.
    pub fn try_clone(&self) -> Option<Self> {
        self.as_bytes_shared().map(Self::from)
    }

    /// The content, if it is in memory. An empty body is the empty slice.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes.as_deref().unwrap_or_default()),
            _ => None,
        }
    }

    pub(crate) fn as_bytes_shared(&self) -> Option<Bytes> {
        match &self.0 {
            Inner::Bytes(bytes) => Some(bytes.clone().unwrap_or_default()),
            _ => None,
        }
    }

    /// The content without a copy, if it is in memory; else the body back.
    ///
    /// # Errors
    /// The body itself, when it is a stream.
    pub fn try_into_bytes(self) -> Result<Bytes, Self> {
        match self.0 {
            Inner::Bytes(bytes) => Ok(bytes.unwrap_or_default()),
            stream => Err(Self(stream)),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

/// `Bytes`, `Vec<u8>`, `String`, `&'static str` and all else that becomes bytes without a copy.
impl<T: Into<Bytes>> From<T> for Body {
    fn from(content: T) -> Self {
        let bytes = content.into();
        Self(Inner::Bytes((!bytes.is_empty()).then_some(bytes)))
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Inner::Bytes(bytes) => Poll::Ready(bytes.take().map(|b| Ok(Frame::data(b)))),
            Inner::Stream(stream) => Pin::new(stream).poll_frame(cx),
            // The address in reqwest's errors may hold more than should be seen.
            #[cfg(feature = "reqwest")]
            Inner::Reqwest(body) => {
                Pin::new(body).poll_frame(cx).map_err(|error| error.without_url().into())
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Bytes(bytes) => bytes.is_none(),
            Inner::Stream(stream) => stream.is_end_stream(),
            #[cfg(feature = "reqwest")]
            Inner::Reqwest(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Bytes(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64))
            }
            Inner::Stream(stream) => stream.size_hint(),
            #[cfg(feature = "reqwest")]
            Inner::Reqwest(body) => body.size_hint(),
        }
    }
}

funnelflux_contract::formats! {
    /// Never the content: it may hold secrets or visitors' data.
    Debug for Body, |it, f| match it.as_bytes() {
        Some(bytes) => write!(f, "Body({} bytes)", bytes.len()),
        None => f.write_str("Body(stream)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_cannot_be_cloned_and_bytes_can() {
        let stream = Body::wrap(http_body_util::Full::new(Bytes::from_static(b"x")));
        assert!(stream.try_clone().is_none());
        assert_eq!(Body::from("x").try_clone().unwrap().as_bytes(), Some(&b"x"[..]));
    }

    #[test]
    fn wrapping_a_body_adds_no_box() {
        let body = Body::wrap(Body::from("x"));
        assert_eq!(body.as_bytes(), Some(&b"x"[..]));
    }

    #[test]
    fn debug_shows_the_size_only() {
        assert_eq!(format!("{:?}", Body::from("secret")), "Body(6 bytes)");
    }
}
