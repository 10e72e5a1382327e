//! The body of a request, read within a limit.

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::Rejection;

/// Reads a body; at the limit it stops reading.
pub(crate) async fn whole<B>(body: B, limit: usize) -> Result<Bytes, Rejection>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // What says that it is too long is not read at all.
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Rejection::too_large(limit));
    }
    let limited = Limited::new(body, limit);
    let collected = std::pin::pin!(limited).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() {
            Rejection::too_large(limit)
        } else {
            Rejection::broken()
        }
    })
}
