//! Runtimes: none, one without tokio, and several in a row.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant, SystemTime};

use funnelflux::auth::Tokens;
use funnelflux::prelude::*;
use funnelflux::transport::{ReqwestTransport, Sleep, Timer};

use crate::world::{Mood, Server, create, read, write};

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest runtime: this thread, until the future is ready.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        std::thread::park_timeout(Duration::from_millis(10));
    }
}

/// A clock that needs no runtime. Its sleeps never end, as no test waits for one.
#[derive(Debug)]
struct OwnTimer(Instant);

impl Timer for OwnTimer {
    fn now(&self) -> Instant {
        self.0
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> Sleep {
        Box::pin(std::future::pending())
    }
}

#[test]
fn outside_of_tokio_a_call_fails_with_the_reason_and_does_not_panic() {
    let default = Server::new(Mood::Answers).client().build().unwrap();
    let reqwest = FunnelFlux::builder()
        .base_url("http://127.0.0.1:9/v1")
        .access_token("t")
        .timer(Arc::new(OwnTimer(Instant::now())))
        .transport(ReqwestTransport::new().unwrap())
        .build()
        .unwrap();
    for client in [default, reqwest] {
        for error in [block_on(read(&client)), block_on(write(&client))] {
            let error = error.unwrap_err();
            assert!(error.is_local() && !error.is_ambiguous(), "{error:?}");
            assert!(error.to_string().contains("tokio runtime"), "{error}");
            assert!(error.advice().unwrap().contains("timer"), "{error}");
        }
        assert!(block_on(create(&client)).unwrap_err().is_local());
    }
}

#[test]
fn with_a_timer_and_a_transport_of_its_own_a_client_needs_no_tokio() {
    let server = Server::new(Mood::Answers);
    let now = Instant::now();
    for builder in [
        server.client(),
        server.client().access_token("another"),
        server.client().tokens(Tokens::new("a").with_refresh_token("b")),
    ] {
        let client = builder.timer(Arc::new(OwnTimer(now))).build().unwrap();
        block_on(read(&client)).unwrap();
        block_on(write(&client)).unwrap();
    }
    assert_eq!(server.reached(), 6);
}

#[test]
fn a_refresh_that_its_caller_gives_up_outside_of_tokio_is_finished_by_the_next() {
    let server = Server::new(Mood::Answers);
    let tokens = Tokens::new("a").with_expiry(SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    let client =
        server.client().tokens(tokens).timer(Arc::new(OwnTimer(Instant::now()))).build().unwrap();
    let mut given_up: Pin<Box<dyn Future<Output = _>>> = Box::pin(write(&client));
    let _ = given_up.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(given_up);
    let error = block_on(write(&client)).unwrap_err();
    assert!(error.needs_authorisation(), "{error:?}");
}

#[test]
fn one_client_serves_several_runtimes_in_a_row() {
    let server = Server::new(Mood::TakesItsTime);
    let client = server.client().build().unwrap();
    for _ in 0..5 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            read(&client).await.unwrap();
            write(&client).await.unwrap();
        });
    }
    assert_eq!(server.reached(), 10);
}
