//! Whole flows on the emulator, through a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use funnelflux::auth::{FileStore, TokenStore as _, Tokens};
use funnelflux::emulator::{Clock, Emulator, EmulatorBuilder};
use funnelflux::model::reporting::MergeOptions;
use funnelflux::prelude::*;
use funnelflux::reporting::{EventsCompleteness, QueryLimit as _, SplitOptions};
use rust_decimal::Decimal;

/// 2026-03-30T12:00:00Z: the day after the clocks of Berlin went forward.
fn noon() -> std::time::SystemTime {
    std::time::UNIX_EPOCH + Duration::from_secs(1_774_872_000)
}

fn emulator() -> EmulatorBuilder {
    Emulator::builder().seed(7).clock(Clock::fixed(noon())).visits_per_hour(6)
}

fn client(emulator: &Emulator) -> FunnelFlux {
    FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

fn berlin_days(first: &str, last: &str) -> TimeRange {
    TimeRange::days(first, last, &"Europe/Berlin".parse::<Zone>().unwrap()).unwrap()
}

fn by(range: TimeRange, attributes: &[Attribute]) -> DrilldownRequest {
    attributes
        .iter()
        .cloned()
        .fold(DrilldownRequest::builder(range), |request, a| request.attribute(a))
        .build()
        .unwrap()
}

/// The sum of a metric per value of the first attribute.
fn sums(report: &Report, metric: &Metric) -> BTreeMap<String, Decimal> {
    let mut sums = BTreeMap::new();
    for row in report.rows() {
        let key = row.attribute(0).unwrap().id().unwrap().into_owned();
        *sums.entry(key).or_default() += row.metric(metric).as_decimal().unwrap_or_default();
    }
    sums
}

#[tokio::test]
async fn a_week_by_traffic_source_adds_up_to_its_raw_events() {
    let emulator = emulator().start().await.unwrap();
    let reporting = client(&emulator).reporting().clone();
    let week = berlin_days("2026-03-23", "2026-03-29");
    let request =
        by(week.clone(), &[Attribute::THIRD_PARTIES_TRAFFIC_SOURCE, Attribute::ELEMENT_FUNNEL]);
    let report = reporting.drilldown(&request).await.unwrap();
    assert!(report.len() > 1);
    let totals = report.totals();
    let conversions = totals.get(&Metric::CONVERSIONS).unwrap();
    let revenue = totals.get(&Metric::REVENUE).unwrap();

    let events = RawEventsRequest::builder(week).conversions().build().unwrap();
    let mut events = reporting.raw_events(events);
    let (mut count, mut money) = (Decimal::ZERO, Decimal::ZERO);
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        count += Decimal::ONE;
        money += event.decimal("revenue").unwrap_or_default();
    }
    assert_eq!(events.completeness(), EventsCompleteness::Complete);
    assert_eq!((count, money), (conversions, revenue));
    assert!(conversions > Decimal::ZERO && revenue > Decimal::ZERO);
}

#[tokio::test]
async fn an_expired_session_goes_on_without_the_caller_noticing() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("tokens.json"));
    let emulator = emulator().start().await.unwrap();
    // Stored without an expiry: the server's 401 is the first sign.
    let tokens = Tokens::new(emulator.access_token()).with_refresh_token(emulator.refresh_token());
    store.save(&tokens).await.unwrap();
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .token_store(store.clone())
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    client.reporting().attributes().await.unwrap();
    emulator.advance(Duration::from_secs(73 * 3600));
    let calls = (0..200).map(|_| {
        let reporting = client.reporting();
        async move { reporting.attributes().await.map(drop) }
    });
    let done = futures_util::future::join_all(calls).await;
    assert!(done.iter().all(Result::is_ok), "{:?}", done.iter().find(|d| d.is_err()));
    assert_eq!(emulator.refreshes(), 1);
    assert_ne!(store.load().await.unwrap().unwrap().access_token, tokens.access_token);
}

#[tokio::test]
async fn a_killed_query_is_named_and_can_be_split() {
    let emulator = emulator().max_query_hours(50).start().await.unwrap();
    let reporting = client(&emulator).reporting().clone();
    let request = by(berlin_days("2026-03-23", "2026-03-29"), &[Attribute::ELEMENT_FUNNEL]);
    let error = reporting.drilldown(&request).await.unwrap_err();
    assert!(error.is_query_killed() && error.is_timeout(), "{error}");
    assert!(error.to_string().contains("--split"), "{error}");

    // Ratios and unique counts cannot be summed: they are refused by name.
    let refused = reporting
        .drilldown_split(&request, SplitOptions::new(MergeOptions::new()))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("visitors"), "{refused}");

    let wanted = [Metric::VISITS, Metric::CONVERSIONS, Metric::REVENUE, Metric::COST];
    let options = SplitOptions::new(MergeOptions::new().select(wanted.clone()));
    let split = reporting.drilldown_split(&request, options).await.unwrap();
    assert!(split.is_split(), "{:?}", split.windows);

    let whole = Emulator::builder()
        .seed(7)
        .clock(Clock::fixed(noon()))
        .visits_per_hour(6)
        .start()
        .await
        .unwrap();
    let whole = client(&whole).reporting().drilldown(&request).await.unwrap();
    for metric in &wanted {
        assert_eq!(sums(&split.report, metric), sums(&whole, metric), "{metric:?}");
    }
}

#[tokio::test]
async fn windows_of_any_cut_add_up_to_the_whole_across_the_change_of_clocks() {
    let emulator = emulator().start().await.unwrap();
    let reporting = client(&emulator).reporting().clone();
    let range = berlin_days("2026-03-28", "2026-03-29");
    assert_eq!(range.duration(), Duration::from_secs(47 * 3600), "one day has 23 hours");
    let whole =
        reporting.drilldown(&by(range.clone(), &[Attribute::ELEMENT_FUNNEL])).await.unwrap();
    for parts in [2, 3, 7] {
        let mut sum: BTreeMap<String, Decimal> = BTreeMap::new();
        for window in range.split(NonZeroUsize::new(parts).unwrap()) {
            let part =
                reporting.drilldown(&by(window, &[Attribute::ELEMENT_FUNNEL])).await.unwrap();
            for (key, value) in sums(&part, &Metric::COST) {
                *sum.entry(key).or_default() += value;
            }
        }
        assert_eq!(sum, sums(&whole, &Metric::COST), "{parts} windows");
    }
}

#[tokio::test]
async fn rows_beyond_the_server_s_cap_are_not_lost_silently() {
    let emulator = emulator().visits_per_hour(60).raw_event_cap(1000).start().await.unwrap();
    let reporting = client(&emulator).reporting().clone();
    let request = RawEventsRequest::builder(berlin_days("2026-03-23", "2026-03-29"))
        .hits()
        .page(0, 500)
        .build()
        .unwrap();
    let mut events = reporting.raw_events(request.clone());
    let mut count = 0;
    while let Some(event) = events.next().await {
        event.unwrap();
        count += 1;
    }
    assert_eq!((count, events.completeness()), (1000, EventsCompleteness::MaybeCut));

    // And a stream can be taken up where another one stopped.
    let mut rest = reporting.raw_events(request).resume_at(700);
    let mut count = 0;
    while let Some(page) = rest.next_page().await {
        count += page.unwrap().len();
    }
    assert_eq!((count, rest.position()), (300, 1000));
}

#[tokio::test]
async fn a_wrong_guess_at_a_path_is_mended_without_a_release() {
    let emulator = emulator().start().await.unwrap();
    let mended = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .path_override("reporting.attributes", "/reporting/moved")
        .build()
        .unwrap();
    let error = mended.reporting().attributes().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    // A raw call goes where the caller says.
    mended.call_raw(http::Method::GET, "/reporting/attributes").send().await.unwrap();
    let unknown = FunnelFlux::builder().path_override("reporting.atributes", "/x").build();
    assert!(unknown.unwrap_err().to_string().contains("reporting.atributes"));
}
