//! The accept loop, which ends gracefully.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use super::router::Router;

/// The time that a stopped server has for its present answers.
const GRACE: Duration = Duration::from_secs(1);

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
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

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
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
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} })
        .await;
    connections.shutdown().await;
}

async fn serve(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    let core = Arc::clone(&router.core);
    // Answers are small and go out at once; a failure only costs time.
    let _ = stream.set_nodelay(true);
    let failed = Arc::new(AtomicBool::new(false));
    let on_failure = Arc::clone(&failed);
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, failed) = (router.clone().call(request), Arc::clone(&on_failure));
        Box::pin(async move {
            let answer = answer.await;
            failed.store(answer.is_err(), Ordering::SeqCst);
            answer
        })
    });
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
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
    let stream = connection.into_parts().io.into_inner();
    if failed.load(Ordering::SeqCst) {
        // A close that does not linger sends RST, which the peer sees as "connection reset".
        let _ = stream.set_zero_linger();
    }
    core.closed.fetch_add(1, Ordering::SeqCst);
}
