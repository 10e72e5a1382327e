//! The pool of report queries, the killed query, the ceiling on the rate.

use std::sync::Arc;

use funnelflux_emulator::{PoolLimits, RetryAfter};
use tokio::sync::{Notify, Semaphore};

use super::*;

/// An emulator whose report queries last until they are let go.
fn slow(limits: PoolLimits) -> (Arc<Emulator>, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&gate);
    let emulator = builder()
        .report_pool(limits)
        .query_time(Duration::from_secs(25))
        .sleeper(move |_| {
            let gate = Arc::clone(&wait);
            async move { gate.acquire().await.unwrap().forget() }
        })
        .build()
        .unwrap();
    (Arc::new(emulator), gate)
}

#[tokio::test]
async fn queries_beyond_the_pool_wait_and_beyond_the_queue_are_refused() {
    let (emulator, gate) = slow(PoolLimits { concurrent: 2, queue: 3 });
    let calls: Vec<_> = (0..9)
        .map(|_| {
            let emulator = Arc::clone(&emulator);
            tokio::spawn(async move { drilldown(&emulator, sample()).await.status.as_u16() })
        })
        .collect();
    // Nothing is let go before all nine have come.
    while emulator.pool().refused < 4 {
        tokio::task::yield_now().await;
    }
    let used = emulator.pool();
    assert_eq!((used.running, used.waiting), (2, 3));
    assert_eq!(call(&emulator, Method::GET, "/reporting/attributes", None).await.status, 200);
    gate.add_permits(5);
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429, 429]);
    let used = emulator.pool();
    assert_eq!((used.running, used.waiting), (0, 0));
    assert_eq!((used.most_running, used.most_waiting), (2, 3));
}

#[tokio::test]
async fn a_client_that_gives_up_frees_its_place() {
    let (emulator, _gate) = slow(PoolLimits { concurrent: 1, queue: 1 });
    let started = Arc::new(Notify::new());
    for place in 0..2 {
        let patient = tokio::spawn({
            let (emulator, started) = (Arc::clone(&emulator), Arc::clone(&started));
            async move {
                started.notify_one();
                drilldown(&emulator, sample()).await
            }
        });
        started.notified().await;
        while emulator.pool().running == 0 {
            tokio::task::yield_now().await;
        }
        patient.abort();
        assert!(patient.await.unwrap_err().is_cancelled(), "{place}");
        assert_eq!(emulator.pool().running, 0);
    }
    assert_eq!(emulator.pool().most_running, 1);
}

#[tokio::test]
async fn a_query_over_too_many_hours_is_killed_and_its_halves_are_not() {
    let emulator =
        builder().max_query_hours(12).killed_status(StatusCode::BAD_GATEWAY).build().unwrap();
    let killed = drilldown(&emulator, sample()).await;
    assert_eq!(killed.status, StatusCode::BAD_GATEWAY);
    assert!(killed.message().contains("30 seconds"), "{}", killed.message());
    let mut half = sample();
    half["timeEnd"] = "2023-10-12T11:59:59+02:00".into();
    assert_eq!(drilldown(&emulator, half).await.status, StatusCode::OK);
    assert_eq!(hits(&emulator, sample_hits()).await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn a_report_of_more_rows_than_fit_is_killed() {
    let emulator = builder().visits_per_hour(30_000).build().unwrap();
    let by_hit = |hours: u32| {
        let mut body = sample();
        body["timeStart"] = "2023-10-12T00:00:00Z".into();
        body["timeEnd"] = format!("2023-10-12T0{}:59:59Z", hours - 1).into();
        body["attributes"] = json!([{"attribute": "Hit: Hit ID"}]);
        body
    };
    let killed = drilldown(&emulator, by_hit(3)).await;
    assert_eq!(killed.status, StatusCode::GATEWAY_TIMEOUT);
    assert!(killed.message().contains("30 seconds"), "{}", killed.message());
    // A filter by hit looks at as many, and has one row.
    let mut one = by_hit(3);
    let hit = hits(&emulator, sample_hits()).await.rows()[0]["hitId"].clone();
    one["timeEnd"] = "2023-10-12T23:59:59+02:00".into();
    one["timeStart"] = "2023-10-12T21:00:00+02:00".into();
    one["filters"] = json!([{"attribute": "Hit: Hit ID", "whitelistFilters": [hit]}]);
    for attribute in ["Hit: Hit ID", "Element: Funnel"] {
        one["attributes"] = json!([{"attribute": attribute}]);
        assert_eq!(drilldown(&emulator, one.clone()).await.rows().len(), 1, "{attribute}");
    }
    // Of a single attribute, whose pattern lets one through.
    one["filters"] = json!([]);
    one["attributes"] = json!([{"attribute": "Hit: Hit ID", "whitelistFilters": [hit]}]);
    assert_eq!(drilldown(&emulator, one).await.rows().len(), 1);
}

#[tokio::test]
async fn the_ceiling_counts_seconds_of_the_emulator_s_clock() {
    let emulator = builder().rate_ceiling(2, RetryAfter::Seconds(1)).build().unwrap();
    let mut statuses = Vec::new();
    for step in 0..5 {
        if step == 4 {
            emulator.advance(Duration::from_secs(1));
        }
        let answer = call(&emulator, Method::GET, "/reporting/attributes", None).await;
        if answer.status == 429 {
            assert_eq!(answer.headers["retry-after"], "1");
        }
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429, 429, 200]);
}
