//! Calls and their answers. A refusal inside a normal answer is an error, to reads and writes alike.

use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Accepted, CallBuilder, Error, Response};

/// Sends a read.
pub(crate) async fn ask(call: CallBuilder<'_>) -> Result<Response<Bytes>, Error> {
    let answer = call.send().await?.readable()?;
    match Error::refusal_in(&answer) {
        Some(refusal) => Err(answer.error(refusal)),
        None => Ok(answer),
    }
}

/// Sends a write.
pub(crate) async fn accepted(call: CallBuilder<'_>) -> Result<Response<Accepted>, Error> {
    call.send().await.map(Response::accepted)
}
