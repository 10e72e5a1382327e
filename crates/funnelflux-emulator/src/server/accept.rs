//! The accept loop, which ends gracefully.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use super::router::Router;
use super::socket::{Doom, Socket};
use crate::state::Core;

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(
        address: SocketAddr,
        core: Arc<Core>,
        router: Router,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(listener, core, router, stopped));
        Ok(Self { address, stop, task })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and waits until every answer is sent.
    pub(crate) async fn shutdown(self) {
        self.stop.send_replace(true);
        // The task fails only with the runtime.
        let _ = self.task.await;
    }
}

async fn accept(
    listener: TcpListener,
    core: Arc<Core>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A dropped sender stops the server, too.
            _ = stopped.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, Arc::clone(&core), router.clone(), stopped.clone()));
                }
                // Out of file descriptors: wait until other connections close.
                Err(_) => core.sleeper.sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// One connection, until it ends or the server stops.
fn serve(
    stream: TcpStream,
    core: Arc<Core>,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) -> impl Future<Output = ()> + Send {
    let doom = Doom::default();
    let socket = Socket::new(stream, doom.clone(), core);
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, doom) = (router.clone().call(request), doom.clone());
        async move {
            let answer = answer.await;
            if answer.is_err() {
                doom.seal();
            }
            answer
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    async move {
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return log(ended),
            _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
        }
        log(connection.await);
    }
}

fn log(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
