//! Bodies of answers, whole or cut.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// How often a broken body is pending before it breaks. While it is, the connection flushes the head
/// and the part, so that the client receives them.
const FLUSHES: u8 = 2;

/// The body of an answer.
#[derive(Debug)]
pub struct Body {
    data: Option<Bytes>,
    /// Set for a body that breaks off after `data`.
    breaks_after: Option<u8>,
}

impl Body {
    pub(crate) fn whole(data: Bytes) -> Self {
        Self { data: Some(data).filter(|data| !data.is_empty()), breaks_after: None }
    }

    pub(crate) fn cut(data: Bytes) -> Self {
        Self { breaks_after: Some(FLUSHES), ..Self::whole(data) }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match &mut self.breaks_after {
            None => Poll::Ready(None),
            Some(0) => {
                let error = io::Error::new(io::ErrorKind::UnexpectedEof, "the answer broke off");
                Poll::Ready(Some(Err(error)))
            }
            Some(left) => {
                *left -= 1;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.breaks_after.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.breaks_after.is_some() {
            return SizeHint::default();
        }
        let length = self.data.as_ref().map_or(0, Bytes::len);
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}
