//! One request to a server, and its answer.

use std::pin::pin;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{HeaderMap, Method, Request, StatusCode, Uri};
use funnelflux::transport::tower_service::Service as _;
use funnelflux::transport::{Body, ReqwestTransport, Timer as _, TokioTimer};
use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// The most bytes of an answer.
const MOST: usize = 1 << 20;
pub(super) const TOO_LONG: &str = "the answer is longer than 1 MiB";

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// The body in one line; `None` if it is empty.
    pub(super) fn text(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }
}

/// What came of a request.
pub(super) enum Sent {
    Answered(Answer),
    /// More than is read.
    TooLong(StatusCode),
    Failed(String),
    /// No answer came in time.
    Late,
}

/// Sends a request, and returns how long it took. Nothing is sent twice, and no redirect is followed.
pub(super) async fn send(
    transport: &ReqwestTransport,
    (method, to): (Method, &Uri),
    headers: HeaderMap,
    body: Bytes,
    limit: Duration,
) -> (Sent, Duration) {
    let begin = TokioTimer.now();
    let exchange = async {
        let mut request = Request::new(Body::from(body));
        (*request.method_mut(), *request.uri_mut()) = (method, to.clone());
        *request.headers_mut() = headers;
        let answer = transport.clone().call(request).await?;
        let (parts, body) = answer.into_parts();
        match Limited::new(body, MOST).collect().await {
            Ok(body) => {
                let (status, headers, body) = (parts.status, parts.headers, body.to_bytes());
                Ok(Sent::Answered(Answer { status, headers, body }))
            }
            Err(cause) if cause.is::<LengthLimitError>() => Ok(Sent::TooLong(parts.status)),
            Err(cause) => Err(Error::no_answer(format!("the answer broke off: {cause}"))),
        }
    };
    let sent = match select(pin!(exchange), pin!(TokioTimer.sleep(limit))).await {
        Either::Left((Ok(sent), _)) => sent,
        Either::Left((Err::<_, Error>(error), _)) => Sent::Failed(error.to_string()),
        Either::Right(_) => Sent::Late,
    };
    (sent, TokioTimer.now().saturating_duration_since(begin))
}
