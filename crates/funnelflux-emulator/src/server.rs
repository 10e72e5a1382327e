//! The server: from a socket, or a caller in this process, to the pipeline and back.

use std::borrow::Cow;
use std::error::Error;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Collected, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use tower_service::Service;

use crate::pipeline;
use crate::state::Core;
use crate::wire::{Refusal, Reply, Wire};

type BoxError = Box<dyn Error + Send + Sync>;

/// The emulator without a socket: a service from request to response. Clones share one emulator. A reset
/// connection is an error of kind [`ConnectionReset`](io::ErrorKind::ConnectionReset), a truncated body
/// an error of the body.
#[derive(Clone)]
pub struct Router {
    pub(crate) core: Arc<Core>,
    /// Whether requests come from a socket: then a web page of another site must not be answered, and a
    /// body that never ends must not keep the connection.
    pub(crate) behind_socket: bool,
}

impl Router {
    async fn answer<B>(self, request: Request<B>) -> Result<Response<Body>, io::Error>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let core = &self.core;
        let (parts, body) = request.into_parts();
        let limit = core.options.max_body;
        let read = async {
            Limited::new(body, limit).collect().await.map(Collected::to_bytes).map_err(|error| {
                let large = format!("the body is too large; expected at most {limit} bytes");
                match error.is::<LengthLimitError>() {
                    true => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, large),
                    false => Refusal::bad_request("the body broke off"),
                }
            })
        };
        let late = "the body did not come to its end";
        let late = |_| Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, late));
        let read = match self.behind_socket {
            true => timeout(core.options.head_timeout, read).await.unwrap_or_else(late),
            false => read.await,
        };
        let sent = read.as_ref().cloned().unwrap_or_default();
        let secret = core.table.leads_to("auth.login", parts.uri.path());
        let now = core.options.clock.now();
        let number = core.journal.lock().add(now, &parts, &sent, secret);
        let reply = match read {
            Err(refusal) => pipeline::refuse(core, refusal),
            Ok(body) => match check_host(&parts) {
                Err(refusal) if self.behind_socket => pipeline::refuse(core, refusal),
                _ => pipeline::answer(core, number, &parts, body).await,
            },
        };
        if reply.wire == Wire::Reset {
            tracing::debug!(number, "connection reset on demand");
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "reset on demand"));
        }
        core.journal.lock().answer(number, reply.status);
        // A login holds the password.
        if let Some(recorder) = core.recorder.as_ref().filter(|_| !secret) {
            recorder.note(core.options.clock.unix_millis(), &parts, &sent, &reply);
        }
        tracing::debug!(number, status = reply.status.as_u16(), "answered");
        Ok(self.send(number, reply, parts.method == Method::HEAD))
    }

    /// Gives the answer its headers and its body, which a fault may cut, and which a HEAD leaves out.
    fn send(&self, number: u64, reply: Reply, is_head: bool) -> Response<Body> {
        // An empty answer that is cut promises a byte that never comes.
        let promised = reply.body.len().max(usize::from(reply.wire == Wire::Cut));
        // Proxies that read a body by its type would fail on an empty one.
        let kind =
            (!reply.body.is_empty()).then(|| (header::CONTENT_TYPE, reply.content_type.to_owned()));
        let named = |name: &'static str, value: String| (HeaderName::from_static(name), value);
        let headers = [
            named("server", "funnelflux-emulator".to_owned()),
            named("x-emulator", "funnelflux".to_owned()),
            named("x-request-id", format!("emulator-{number:08}")),
            named("date", self.core.options.clock.http_date_in(0)),
            named("content-length", promised.to_string()),
        ];
        let body = match reply.wire {
            _ if is_head => Body::whole(Bytes::new()),
            Wire::Cut => Body::cut(reply.body.slice(..reply.body.len() / 2)),
            Wire::Whole | Wire::Reset => Body::whole(reply.body),
        };
        let mut response = Response::new(body);
        *response.status_mut() = reply.status;
        for (name, value) in kind.into_iter().chain(reply.header).chain(headers) {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// Refuses a request whose host is not this machine, as one of a web page whose name was pointed here.
fn check_host(parts: &request::Parts) -> Result<(), Refusal> {
    let is_local = |name: &Cow<'_, str>| {
        let Ok(authority) = name.parse::<Authority>() else { return false };
        // Neither a user nor a port that is no number belongs there.
        let port = authority.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
        if *name != format!("{}{port}", authority.host()) {
            return false;
        }
        let host = authority.host().to_ascii_lowercase();
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let mut labels = host.strip_suffix('.').unwrap_or(&host).rsplit('.');
        address.map_or_else(
            |_| labels.next() == Some("localhost") && labels.all(|label| !label.is_empty()),
            |address| address.is_loopback(),
        )
    };
    let named = parts.headers.get_all(header::HOST).iter();
    let named = named.map(|host| String::from_utf8_lossy(host.as_bytes()));
    let authority = parts.uri.authority().map(|it| it.as_str().into());
    let named: Vec<_> = named.chain(authority).collect();
    if !named.is_empty() && named.iter().all(is_local) {
        return Ok(());
    }
    let is = if named.is_empty() { "missing".into() } else { format!("{:?}", named.join(", ")) };
    let right = "localhost or a loopback address, such as 127.0.0.1";
    let message = format!("the `Host` is {is}; expected {right}");
    Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, message))
}

impl<B> Service<Request<B>> for Router
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, io::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}

funnelflux_contract::formats! {
    Debug for Router, |it, f| f.debug_struct("Router").finish_non_exhaustive()
}

/// The body of an answer.
#[derive(Debug)]
pub struct Body {
    data: Option<Bytes>,
    /// For a body that breaks off after `data`: how often it is pending before that.
    breaks_after: Option<u8>,
}

impl Body {
    pub(crate) fn whole(data: Bytes) -> Self {
        Self { data: Some(data).filter(|data| !data.is_empty()), breaks_after: None }
    }

    /// While it is pending, the connection flushes the head and the part, so that the client gets them.
    pub(crate) fn cut(data: Bytes) -> Self {
        Self { breaks_after: Some(2), ..Self::whole(data) }
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

/// The time that a stopped server has for its present answers.
const GRACE: Duration = Duration::from_secs(1);

/// A running server. Dropping it stops it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(address: SocketAddr, router: Router) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(listener, router, stopped));
        Ok(Self { address, stop, task })
    }

    pub(crate) async fn shutdown(self) {
        self.stop.send_replace(true);
        // The task fails only with the runtime.
        let _ = self.task.await;
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let core = &router.core;
    let most = core.options.most_connections.max(1);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A dropped sender stops the server, too.
            _ = stopped.changed() => break,
            accepted = listener.accept(), if connections.len() < most => match accepted {
                Ok((stream, _)) => {
                    core.accepted.fetch_add(1, Ordering::SeqCst);
                    connections.spawn(serve(stream, router.clone(), stopped.clone()));
                }
                // Out of file descriptors: wait until other connections close.
                Err(_) => core.options.sleeper.sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let _ = timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    let core = Arc::clone(&router.core);
    // Answers are small and go out at once; a failure only costs time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| router.clone().call(request));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(core.options.head_timeout)
        .serve_connection(TokioIo::new(stream), service);
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let stream = connection.into_parts().io.into_inner();
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
        let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
        if cause.is_some_and(|cause| cause.kind() == io::ErrorKind::ConnectionReset) {
            // A close that does not linger sends RST, which the peer sees as "connection reset".
            let _ = stream.set_zero_linger();
        }
    }
    core.closed.fetch_add(1, Ordering::SeqCst);
}
