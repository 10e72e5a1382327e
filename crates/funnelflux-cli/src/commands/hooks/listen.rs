//! `ffx hooks listen`: takes what FunnelFlux sends, shows it, keeps it.

use std::convert::Infallible;
use std::future::Future;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::http::{Request, Response, StatusCode, Uri};
use funnelflux::transport::{ReqwestTransport, Timer as _, TokioTimer};
use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use serde::Serialize;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;

use super::arrival::Told;
use super::desk::{Desk, Forward, PATIENCE};
use super::kept::Keeper;
use super::node::Around;
use super::proofs::secret;
use super::signature::Finder;
use crate::args::ListenArgs;
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Format, counted, print, write_row};
use crate::progress::Progress;
use crate::settings::Settings;

/// The most connections at once; others wait.
const MOST_CONNECTIONS: usize = 512;
/// The most bytes of requests that wait to be kept.
const MOST_UNKEPT: usize = 64 << 20;
/// The most requests that wait to be printed.
const MOST_UNSHOWN: usize = 64;
/// How long the end waits for an output that takes nothing.
const STANDSTILL: Duration = Duration::from_secs(1);

pub(super) async fn run(args: &ListenArgs, settings: &Settings) -> Result<(), Failure> {
    let variable = args.secret_env.as_ref();
    let secret = variable.map(|variable| secret("--secret-env", variable)).transpose()?;
    let finder = secret.map(|secret| Finder { secret });
    let around = Box::pin(Around::find(&args.routes, settings)).await?;
    let path = path(args, settings).filter(|_| args.keep > 0);
    let keeper = path.map(|path| Keeper::open(&path, args.keep)).transpose()?;
    if keeper.is_none() && args.keep > 0 {
        let terminal = settings.terminal;
        terminal.warn("nothing is kept: there is no configuration directory; --file names a file");
    }
    let forward = match &args.forward_to {
        Some(to) => Some(Forward { transport: ReqwestTransport::new()?, to: to.clone() }),
        None => None,
    };
    let asked = SocketAddr::new(args.host, args.port);
    let listener = TcpListener::bind(asked).await.map_err(|cause| {
        Failure::failed(format!("cannot listen on {asked}: {cause}"))
            .hint("--port 0 takes a free port")
    })?;
    let address = listener.local_addr()?;
    let is_itself =
        |to: &Uri| to.scheme_str() == Some("http") && to.port_u16() == Some(address.port());
    if args.forward_to.as_ref().is_some_and(is_itself) {
        return Err(Failure::usage("--forward-to is the address of this listener itself")
            .hint("name the server that you develop"));
    }
    if !address.ip().is_loopback() {
        settings.terminal.warn(&format!("{address} can be reached from other machines"));
    }
    announce(address, keeper.as_ref(), settings)?;
    // A spinner would be locked by an output that stands still, and with it the note on Ctrl-C.
    let progress = Progress::hidden(settings.terminal);
    let (tell, told) = mpsc::unbounded_channel();
    let first = keeper.as_ref().map_or(0, |keeper| keeper.last);
    let (last, printed) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicU64::new(0)));
    let desk = Desk {
        forward,
        answer: Bytes::from(args.answer.clone()),
        timeout_ms: around.timeout_ms()?,
        timeout: settings.timeout,
        number: Arc::clone(&last),
        told: tell.clone(),
        room: Arc::new(Semaphore::new(MOST_UNKEPT)),
        places: Arc::new(Semaphore::new(MOST_CONNECTIONS)),
    };
    let (show, shown) = mpsc::channel(MOST_UNSHOWN);
    let keeping =
        Keeping { keeper, to: args.forward_to.as_ref().map(ToString::to_string), finder, show };
    let (format, open, count) = (settings.format(), args.show, Arc::clone(&printed));
    let printing = Printing { around, format, open, count };
    // A terminal may stand still; requests are answered all the same, and kept while there is room.
    let (kept, has_kept) = oneshot::channel();
    let (done, has_printed) = oneshot::channel();
    let warns = progress.clone();
    std::thread::spawn(move || kept.send(keeping.run(told, &warns)));
    std::thread::spawn(move || done.send(printing.run(shown)));

    let interrupt = Interrupt::listen(&progress);
    let stop = async {
        select(pin!(interrupt.pressed(1)), pin!(tell.closed())).await;
    };
    accept(&listener, Arc::new(desk), stop, interrupt.pressed(2)).await;
    drop(tell);
    let both = async {
        let kept = has_kept.await.unwrap_or(Ok(()));
        kept.and(end_of(has_printed, &printed).await)
    };
    let ended = match select(pin!(both), pin!(interrupt.pressed(2))).await {
        Either::Left((ended, _)) => ended,
        Either::Right(_) => Ok(()),
    };
    drop(interrupt);
    let all = last.load(Ordering::Relaxed) - first;
    let missed = all.saturating_sub(printed.load(Ordering::Relaxed));
    if missed > 0 && ended.is_ok() {
        let (missed, is) = (counted(missed, "request"), if missed == 1 { "is" } else { "are" });
        settings.terminal.warn(&format!(
            "{missed} {is} not kept or not shown: the file or the output was too slow"
        ));
    }
    ended
}

/// The end of the printing, or of the progress that it makes.
async fn end_of(
    mut printing: oneshot::Receiver<Result<(), Failure>>,
    printed: &AtomicU64,
) -> Result<(), Failure> {
    loop {
        let before = printed.load(Ordering::Relaxed);
        match select(&mut printing, pin!(TokioTimer.sleep(STANDSTILL))).await {
            Either::Left((ended, _)) => return ended.unwrap_or(Ok(())),
            Either::Right(_) if printed.load(Ordering::Relaxed) == before => return Ok(()),
            Either::Right(_) => {}
        }
    }
}

fn path(args: &ListenArgs, settings: &Settings) -> Option<PathBuf> {
    let usual = || Some(settings.directory().ok()?.join("state").join("hooks.ndjson"));
    args.file.clone().or_else(usual)
}

/// Prints where it listens.
fn announce(
    address: SocketAddr,
    keeper: Option<&Keeper>,
    settings: &Settings,
) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Listening {
        listening: String,
        file: Option<String>,
    }
    let file = keeper.map(|keeper| keeper.path().display().to_string());
    let listening = format!("http://{address}");
    print(|out| match settings.format() {
        Format::Table => {
            writeln!(out, "{listening}")?;
            let kept = file.map_or("nothing".to_owned(), |file| format!("the last in {file}"));
            Ok(writeln!(out, "keeps {kept}. Ctrl-C ends it\n")?)
        }
        format => write_row(out, &Listening { listening, file }, format),
    })
}

/// Keeps requests, on a thread of its own, and hands them on to be shown.
struct Keeping {
    keeper: Option<Keeper>,
    to: Option<String>,
    finder: Option<Finder>,
    show: mpsc::Sender<Told>,
}

impl Keeping {
    fn run(
        mut self,
        mut told: mpsc::UnboundedReceiver<Told>,
        warns: &Progress,
    ) -> Result<(), Failure> {
        let mut has_failed = false;
        while let Some(mut told) = told.blocking_recv() {
            if let Some(finder) = self.finder.as_ref().filter(|_| told.is_whole) {
                told.notes.push(finder.note(&told.arrival.headers, &told.arrival.body));
            }
            if let Some(keeper) = self.keeper.as_mut().filter(|_| told.is_whole)
                && let Err(cause) = keeper.keep(&told.arrival, self.to.as_deref())
                && !std::mem::replace(&mut has_failed, true)
            {
                let path = keeper.path().display();
                warns.warn(&format!("requests cannot be kept in {path}: {cause}"));
            }
            told.room = None;
            // Nothing reads the output any more.
            if let Err(TrySendError::Closed(_)) = self.show.try_send(told) {
                break;
            }
        }
        if let Some(keeper) = &mut self.keeper {
            keeper.trim().map_err(|cause| {
                Failure::failed(format!("{}: {cause}", keeper.path().display()))
            })?;
        }
        Ok(())
    }
}

/// Prints requests, on a thread of its own.
struct Printing {
    around: Around,
    format: Format,
    open: bool,
    /// How many are printed.
    count: Arc<AtomicU64>,
}

impl Printing {
    fn run(self, mut shown: mpsc::Receiver<Told>) -> Result<(), Failure> {
        while let Some(told) = shown.blocking_recv() {
            print(|out| told.print(out, self.format, self.open, &self.around))?;
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Serves connections until `stop`; then waits for the answers under way, unless `at_once`.
async fn accept(
    listener: &TcpListener,
    desk: Arc<Desk>,
    stop: impl Future<Output = ()>,
    at_once: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let stopping = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let is_full = connections.len() >= MOST_CONNECTIONS;
        tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if !is_full => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&desk), stopping.watcher()));
                }
                // Out of file descriptors: wait until other connections close.
                Err(_) => TokioTimer.sleep(Duration::from_millis(20)).await,
            },
        }
    }
    drop(desk);
    select(pin!(stopping.shutdown()), pin!(at_once)).await;
}

async fn connection(stream: TcpStream, desk: Arc<Desk>, stopping: Watcher) {
    // Answers are small and go out at once; a failure only costs time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| serve(Arc::clone(&desk), request));
    let connection = http1::Builder::new()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    let _ = stopping.watch(connection).await;
}

/// Handles the request to its end, also where the sender hangs up: what was passed on is told.
async fn serve(
    desk: Arc<Desk>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let place = Arc::clone(&desk.places).acquire_owned().await;
    let answered = tokio::spawn(async move {
        let answer = desk.serve(request).await;
        drop(place);
        answer
    });
    let answered = answered.await;
    Ok(answered.unwrap_or_else(|_| {
        let mut failed = Response::new(Full::default());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    }))
}
