//! A server over raw sockets that breaks in one way, and answers well otherwise.
//!
//! It runs on the clock of its runtime: where that clock is paused, a stall takes no time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::table::{At, Fault, Given, Step, Times};

/// One request that came in whole.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// The path below the base URL, with its query.
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
}

/// The requests that the fault is meant for, and the answers to all others.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) fault: &'static Fault,
    /// Whether the fault hits this request.
    pub(crate) aims: fn(&Seen) -> bool,
    /// The body of the good answer to a request.
    pub(crate) good: fn(&Seen) -> String,
    /// The connections that a fault at the door lets pass.
    pub(crate) spares: usize,
}

pub(crate) struct Server {
    pub(crate) base_url: String,
    state: Arc<State>,
    task: Option<JoinHandle<()>>,
    /// Keeps a closed port.
    _closed: Option<TcpSocket>,
}

struct State {
    plan: Plan,
    seen: Mutex<Vec<Seen>>,
    hits: Mutex<usize>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Server {
    pub(crate) async fn start(plan: Plan) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let base_url = format!("http://{}/v1", socket.local_addr().unwrap());
        // A port that is bound and not listened at is closed, and no other server gets it.
        let (closed, listener) = match plan.fault.at == At::Closed {
            true => (Some(socket), None),
            false => (None, Some(socket.listen(1024).unwrap())),
        };
        let state = State { plan, seen: Mutex::default(), hits: Mutex::default() };
        let state = Arc::new(state);
        let task = listener.map(|listener| tokio::spawn(accept(listener, Arc::clone(&state))));
        Self { base_url, state, task, _closed: closed }
    }

    /// The requests that the fault was meant for.
    pub(crate) fn aimed(&self) -> Vec<Seen> {
        let aims = self.state.plan.aims;
        self.state.seen.lock().unwrap().iter().filter(|seen| aims(seen)).cloned().collect()
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = 0;
    while let Ok((socket, _)) = listener.accept().await {
        connections += 1;
        let at_the_door = state.plan.fault.at == At::Door && connections > state.plan.spares;
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            if at_the_door {
                let steps = (state.plan.fault.steps)(&Given::default());
                perform(socket, steps).await;
            } else {
                converse(socket, &state).await;
            }
        });
    }
}

/// Answers one request. Each has a connection of its own, so that no fault meets the next request.
async fn converse(mut socket: TcpStream, state: &State) {
    let mut read = Vec::new();
    let Some(seen) = request(&mut socket, &mut read).await else { return };
    let plan = &state.plan;
    let is_hit = (plan.aims)(&seen) && plan.fault.at == At::Answer && {
        let mut hits = state.hits.lock().unwrap();
        *hits += 1;
        plan.fault.times == Times::Always || *hits == 1
    };
    let good = (plan.good)(&seen);
    state.seen.lock().unwrap().push(seen);
    if is_hit {
        return perform(socket, (plan.fault.steps)(&Given { good })).await;
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{good}", good.len());
    // The client may be gone.
    socket.write_all(answer.as_bytes()).await.ok();
}

async fn request(socket: &mut TcpStream, read: &mut Vec<u8>) -> Option<Seen> {
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
            });
            let whole = end + 4 + length.unwrap_or(0);
            if read.len() >= whole {
                let mut words = head.split(' ').map(ToOwned::to_owned);
                let (method, path) = (words.next()?, words.next()?);
                let path = path.strip_prefix("/v1").unwrap_or(&path).to_owned();
                let body = read[end + 4..whole].to_vec();
                read.drain(..whole);
                return Some(Seen { method, path, body });
            }
        }
        match socket.read(&mut chunk).await.ok()? {
            0 => return None,
            count => read.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Performs the steps; the connection ends after them, if none of them ended it.
async fn perform(mut socket: TcpStream, steps: Vec<Step>) {
    for step in steps {
        let sent = match step {
            Step::Send(bytes) => socket.write_all(&bytes).await,
            Step::Again(bytes, times) => again(&mut socket, &bytes, times).await,
            Step::Drip(bytes, pause) => drip(&mut socket, &bytes, pause).await,
            Step::Stall => return wait_for_the_end(&mut socket).await,
            Step::Reset => {
                socket.set_zero_linger().ok();
                return;
            }
        };
        // The client has seen enough.
        if sent.is_err() {
            return;
        }
    }
    // A close with unread bytes would be a reset.
    socket.shutdown().await.ok();
    let linger = tokio::time::timeout(Duration::from_secs(1), wait_for_the_end(&mut socket));
    linger.await.ok();
}

async fn again(socket: &mut TcpStream, bytes: &[u8], times: usize) -> std::io::Result<()> {
    for _ in 0..times {
        socket.write_all(bytes).await?;
    }
    Ok(())
}

async fn drip(socket: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    for piece in bytes.iter().cycle().take(100_000) {
        socket.write_all(&[*piece]).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

async fn wait_for_the_end(socket: &mut TcpStream) {
    let mut chunk = vec![0; 4096];
    while socket.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
