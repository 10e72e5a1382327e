//! The body of a request, read within a limit.

use std::time::Duration;

use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::Rejection;

/// Reads a body; at the limit, and when the time is over, it stops reading.
pub(crate) async fn whole<B>(body: B, limit: usize, time: Duration) -> Result<Bytes, Rejection>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    // What says that it is too long is not read at all.
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Rejection::too_large(limit));
    }
    let limited = std::pin::pin!(Limited::new(body, limit));
    let collected = tokio::time::timeout(time, limited.collect()).await;
    collected.map_err(|_| Rejection::too_slow())?.map(http_body_util::Collected::to_bytes).map_err(
        |error| {
            if error.is::<LengthLimitError>() {
                Rejection::too_large(limit)
            } else {
                Rejection::broken()
            }
        },
    )
}
