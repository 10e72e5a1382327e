//! The search for an account's limit, in virtual time, against the ways in which servers count.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::disallowed_methods, reason = "paused time")]
#![allow(dead_code, reason = "each test file uses a part of the support code")]

mod support;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux_transport::{CallOptions, Client, RateLimit, RetryPolicy};
use futures_util::StreamExt as _;
use support::*;
use tokio::time::Instant;
use tower::Service as _;

const PATIENCE: Duration = Duration::from_secs(300);
const OBJECTS: u32 = 500;

/// How a server counts. Each lets a burst of one second pass.
#[derive(Clone, Copy, Debug)]
enum Counting {
    Bucket,
    FixedWindow,
    SlidingWindow,
    Schedule,
}

use Counting::{Bucket, FixedWindow, Schedule, SlidingWindow};

const ALL: [Counting; 4] = [Bucket, FixedWindow, SlidingWindow, Schedule];

/// A server's account of one client account.
struct Account {
    counting: Counting,
    limit: f64,
    start: Instant,
    level: f64,
    at: f64,
    window: VecDeque<f64>,
    /// Each request: when, and whether it passed.
    asked: Vec<(f64, bool)>,
}

impl Account {
    fn new(counting: Counting, limit: f64) -> Self {
        let start = Instant::now();
        Self {
            counting,
            limit,
            start,
            level: limit,
            at: 0.0,
            window: VecDeque::new(),
            asked: vec![],
        }
    }

    fn ask(&mut self) -> bool {
        let now = self.start.elapsed().as_secs_f64();
        let passes = self.passes(now);
        self.asked.push((now, passes));
        passes
    }

    fn passes(&mut self, now: f64) -> bool {
        const ALMOST: f64 = 1e-9;
        match self.counting {
            Bucket => {
                self.level = self.limit.min(self.level + (now - self.at) * self.limit);
                self.at = now;
                let passes = self.level >= 1.0 - ALMOST;
                self.level -= f64::from(u8::from(passes));
                passes
            }
            Schedule => {
                let (period, next) = (1.0 / self.limit, self.at.max(now));
                let passes = next - now <= 1.0 - period + ALMOST;
                self.at = if passes { next + period } else { self.at };
                passes
            }
            FixedWindow | SlidingWindow => {
                // The server's seconds begin at another time than the client.
                let since = match self.counting {
                    FixedWindow => (now + 0.37).floor() - 0.37,
                    _ => now - 1.0 + ALMOST,
                };
                while self.window.front().is_some_and(|at| *at < since) {
                    self.window.pop_front();
                }
                let passes = (self.window.len() as f64) < self.limit;
                self.window.extend(passes.then_some(now));
                passes
            }
        }
    }
}

/// What a run gave.
#[derive(Debug)]
struct Run {
    /// Of the requests after the first ten seconds, how many were refused.
    refused: f64,
    /// Of what the limit allowed after the first ten seconds and, after a change, `settled` more, how
    /// much was used.
    used: f64,
}

struct Case {
    counting: Counting,
    limit: f64,
    retry_after: Option<&'static str>,
    latency: Duration,
    change: Option<(f64, f64)>,
    clients: usize,
    objects: u32,
}

const fn case(counting: Counting, limit: f64, retry_after: Option<&'static str>) -> Case {
    Case {
        counting,
        limit,
        retry_after,
        latency: Duration::ZERO,
        change: None,
        clients: 1,
        objects: OBJECTS,
    }
}

/// The time in which a limit that fell midway is found.
const FALL: f64 = 10.0;
/// The same of one that rose: it is looked for as often as 3 % of refused requests allow, and where
/// each of these costs a pause, as often as 5 % of the time.
const RISE: f64 = 30.0;
const RISE_WITH_PAUSES: f64 = 50.0;

async fn run(case: &Case) -> Run {
    let account = Arc::new(Mutex::new(Account::new(case.counting, case.limit)));
    let (asked, retry_after) = (account.clone(), case.retry_after);
    let server = Server::new(move |_, _| match (asked.lock().unwrap().ask(), retry_after) {
        (true, _) => ok("{}"),
        (false, None) => status(429),
        (false, Some(wait)) => with_header(429, "retry-after", wait),
    });
    let half = case.latency / 2;
    let network = tower::service_fn(move |request| {
        let mut server = server.clone();
        async move {
            tokio::time::sleep(half).await;
            let answer = server.call(request).await;
            tokio::time::sleep(half).await;
            answer
        }
    });
    // Each waits another share of the time before a retry, as by chance; by chance itself runs would differ.
    let client = |at: usize| {
        let share = (at as f64 + 0.5) / case.clients as f64;
        let client = Client::builder().transport(network.clone()).rate_limit(RateLimit::default());
        client.retry(RetryPolicy::new().with_fixed_jitter(share)).build().unwrap()
    };
    let clients: Vec<Client> = (0..case.clients).map(client).collect();
    if let Some((at, limit)) = case.change {
        let account = account.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs_f64(at)).await;
            let mut account = account.lock().unwrap();
            account.limit = limit;
            account.level = account.level.min(limit);
        });
    }
    let calls = clients.iter().cycle().take(case.objects as usize).map(|client| async move {
        let options = CallOptions::new().with_patience(PATIENCE);
        client.call(&SAVE).with_options(options).send().await.map(drop)
    });
    let calls = futures_util::stream::iter(calls).buffer_unordered(8 * clients.len());
    let done: Vec<_> = calls.collect().await;
    assert!(done.iter().all(Result::is_ok), "{:?}", done.iter().find(|done| done.is_err()));
    let account = account.lock().unwrap();
    let passed = account.asked.iter().filter(|(_, passed)| *passed);
    assert_eq!(passed.clone().count(), case.objects as usize, "each once");
    let settled = match (case.change, case.retry_after) {
        (Some((_, to)), None) if to > case.limit => RISE,
        (Some((_, to)), Some(_)) if to > case.limit => RISE_WITH_PAUSES,
        _ => FALL,
    };
    let end = passed.clone().next_back().unwrap().0;
    let spans = match case.change {
        None => vec![(10.0, end, case.limit)],
        Some((at, limit)) => vec![(10.0, at, case.limit), (at + settled, end, limit)],
    };
    let (mut used, mut allowed) = (0.0, 0.0);
    for (from, to, limit) in spans {
        used += passed.clone().filter(|(at, _)| (from..to).contains(at)).count() as f64;
        allowed += limit * (to - from);
    }
    let after: Vec<_> = account.asked.iter().filter(|(at, _)| *at >= 10.0).collect();
    let refused = after.iter().filter(|(_, passed)| !passed).count() as f64 / after.len() as f64;
    Run { refused, used: used / allowed }
}

#[tokio::test(start_paused = true)]
async fn limits_far_below_the_default_rate() {
    let mut wrong = Vec::new();
    for retry_after in [None, Some("1")] {
        for counting in ALL {
            for limit in [1, 2, 3, 4, 5, 7, 10, 12, 15, 18, 20].map(f64::from) {
                let run = run(&case(counting, limit, retry_after)).await;
                let row =
                    format!("{counting:?}, {limit} a second, Retry-After {retry_after:?}: {run:?}");
                if run.refused > 0.03 || run.used < 0.95 {
                    wrong.push(row);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(start_paused = true)]
async fn several_clients_share_an_account_and_lose_nothing() {
    for counting in ALL {
        for (clients, limit) in [(2, 15.0), (3, 6.0), (4, 10.0)] {
            let run = run(&Case { clients, ..case(counting, limit, None) }).await;
            let row = format!("{counting:?}, {clients} clients, {limit} a second: {run:?}");
            assert!(run.refused < 0.08, "{row}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_network_changes_little() {
    for counting in ALL {
        for limit in [3.0, 7.0, 15.0] {
            let latency = Duration::from_millis(200);
            let run = run(&Case { latency, ..case(counting, limit, None) }).await;
            let row = format!("{counting:?}, {limit} a second: {run:?}");
            assert!(run.refused <= 0.03 && run.used >= 0.95, "{row}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_changes_midway() {
    let mut wrong = Vec::new();
    for retry_after in [None, Some("1")] {
        for counting in ALL {
            for (limit, change) in [
                (15, (16, 3)),
                (3, (30, 15)),
                (7, (35, 1)),
                (10, (25, 5)),
                (5, (20, 10)),
                (1, (40, 7)),
            ] {
                let (at, then) = change;
                let change = Some((f64::from(at), f64::from(then)));
                let objects = if then > limit { 2 * OBJECTS } else { OBJECTS };
                let run =
                    run(&Case { change, objects, ..case(counting, f64::from(limit), retry_after) })
                        .await;
                let row = format!(
                    "{counting:?}, {limit} and {then} a second, Retry-After {retry_after:?}: {run:?}"
                );
                if run.refused > 0.03 || run.used < 0.95 {
                    wrong.push(row);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
