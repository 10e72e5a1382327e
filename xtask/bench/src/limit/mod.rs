//! Objects made under an account's limit, in real time.

mod server;

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use funnelflux_id::{Id, new_ids};
use funnelflux_ledger::{BulkOptions, Ledger};
use funnelflux_model::ledger::{Model as _, OfferSource};
use funnelflux_transport::{AccessToken, Client, Secret, StaticToken};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use reqwest_retry::RetryTransientMiddleware;
use reqwest_retry::policies::ExponentialBackoff;
use server::Account;

use crate::Result;
use crate::section::{Figure, Goal, Row, Section};

/// Requests a second.
const LIMIT: f64 = 15.0;
/// The seconds in which a client has to find the limit.
const SEARCH: f64 = 10.0;

/// Makes the objects through a server at this base URL.
type Make = fn(&str, &[OfferSource]) -> Result;

const CASES: [(&str, Make); 5] = [
    ("our client, create_all", ours),
    ("reqwest-retry, 3 retries, 8 at once", |base, objects| reqwest(base, objects, 8, Some(3))),
    ("reqwest-retry, 9 retries, 8 at once", |base, objects| reqwest(base, objects, 8, Some(9))),
    ("naive loop, 8 at once", |base, objects| reqwest(base, objects, 8, None)),
    ("naive loop, one at a time", |base, objects| reqwest(base, objects, 1, None)),
];

/// Runs all cases at once, each against a server of its own: they wait nearly all of the time.
pub(crate) fn run(quick: bool) -> Result<Section> {
    let ids = new_ids(if quick { 300 } else { 500 })?;
    let objects: Vec<OfferSource> =
        ids.into_iter().map(|id| OfferSource::new(Id::from_untyped(id), "bench")).collect();
    let runs = std::thread::scope(|scope| {
        let objects = &objects;
        let one = |make: Make| {
            let (base, account) = server::start()?;
            make(&base, objects).map(|()| account)
        };
        let runs = CASES.map(|(_, make)| scope.spawn(move || one(make)));
        runs.map(|run| run.join().unwrap_or_else(|_| Err(anyhow!("a client panicked"))))
    });
    let (mut rows, mut goals) = (Vec::new(), Vec::new());
    for ((name, _), run) in CASES.into_iter().zip(runs) {
        let account = run.context(name)?;
        let account = account.lock().unwrap_or_else(PoisonError::into_inner);
        let (row, of_row) = found(name, &account, objects.len());
        rows.push(row);
        // The goals are those of our client, the first case.
        goals = if goals.is_empty() { of_row } else { goals };
    }
    let title = format!("{} objects made, {LIMIT} requests a second allowed", objects.len());
    Ok(Section { name: "limit", title, rows, goals })
}

fn found(case: &str, account: &Account, objects: usize) -> (Row, Vec<Goal>) {
    let (asked, passed) = account.since(0.0);
    let (asked_late, passed_late) = account.since(SEARCH);
    let end = account.asked.last().map_or(0.0, |(at, _)| *at);
    let made = account.made.len() as f64;
    let twice = account.made.values().filter(|times| **times > 1).count() as f64;
    // A bucket is full at first.
    let used = passed / (LIMIT + LIMIT * end);
    let used_late = passed_late / (LIMIT * (end - SEARCH));
    let refused_late = (asked_late - passed_late) / asked_late;
    let percent = |share: f64| Some(100.0 * share).filter(|_| end > SEARCH);
    let figures = vec![
        Figure::new("made", made, 0),
        Figure::new("twice", twice, 0),
        Figure::new("requests", asked, 0),
        Figure::new("refused", asked - passed, 0),
        Figure::new("seconds", end, 1),
        Figure::new("% used", 100.0 * used, 1),
        Figure::new("% refused after 10 s", percent(refused_late), 1),
        Figure::new("% used after 10 s", percent(used_late), 1),
    ];
    let goals = vec![
        Goal::at_least("our client makes all", 1.0, &[("share", made / objects as f64)]),
        Goal::at_most("and none twice", 0.0, &[("objects", twice)]),
        Goal::at_most("refused after 10 s ≤ 3 %", 0.03, &[("share", refused_late)]),
        Goal::at_least("used after 10 s ≥ 95 %", 0.95, &[("share", used_late)]),
    ];
    (Row { case: case.to_owned(), figures }, goals)
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Our client with its default settings.
fn ours(base: &str, objects: &[OfferSource]) -> Result {
    let token = AccessToken::new(Secret::from("bench".to_owned()), None)?;
    let token = Arc::new(StaticToken::new(token));
    let client = Client::builder().base_url(base).token_provider(token).build()?;
    let sources = Ledger::new(client).offer_sources().clone();
    block_on(async {
        // The server counts what was made.
        drop(sources.create_all(objects, BulkOptions::new()).await);
        Ok(())
    })
}

/// With retries as the documentation of reqwest-retry shows, an object that is still refused after the
/// last one is given up. Without, each object is sent until it is made, a second after each refusal, as
/// the server says.
#[expect(clippy::disallowed_methods, reason = "a benchmark waits in real time")]
fn reqwest(base: &str, objects: &[OfferSource], at_once: usize, retries: Option<u32>) -> Result {
    let policy = ExponentialBackoff::builder().build_with_max_retries(retries.unwrap_or_default());
    let client = reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
        .with(RetryTransientMiddleware::new_with_policy(policy))
        .build();
    let url = format!("{base}/offersource/save");
    block_on(stream::iter(objects).map(Ok).try_for_each_concurrent(at_once, async |object| {
        let json = object.document().text();
        let post =
            || client.post(&url).header(CONTENT_TYPE, "application/json").body(json.to_owned());
        while post().send().await?.status() == StatusCode::TOO_MANY_REQUESTS && retries.is_none() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }))
}
