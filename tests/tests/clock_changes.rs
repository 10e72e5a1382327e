//! Reports by day over a range in which the clocks change: each day has one number, however it is asked
//! for.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use funnelflux::emulator::{Clock, Emulator};
use funnelflux::model::reporting::MergeOptions;
use funnelflux::prelude::*;
use funnelflux::reporting::SplitOptions;
use funnelflux::testing::EmulatorTimer;

/// 2026-11-26, after every change of the tests.
const NOW: u64 = 1_795_700_000;

async fn served(visits_per_hour: u32) -> (Emulator, FunnelFlux) {
    let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW));
    let builder = Emulator::builder().visits_per_hour(visits_per_hour);
    let emulator = builder.clock(clock.clone()).start().await.unwrap();
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .timer(Arc::new(EmulatorTimer::new(&clock)))
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    (emulator, client)
}

/// The figures by date; the second does not add up.
async fn by_day(client: &FunnelFlux, range: TimeRange, options: SplitOptions) -> Vec<[String; 3]> {
    let request = DrilldownRequest::builder(range).attribute(Attribute::TIME_DATE).build().unwrap();
    let split = client.reporting().drilldown_split(&request, options).await.unwrap();
    assert!(split.left_out.is_empty(), "{:?}", split.left_out);
    figures(&split.report, |row| row.attribute(0).unwrap().value().unwrap().into_owned())
}

fn figures(
    report: &Report,
    date: impl Fn(funnelflux::model::reporting::Row<'_>) -> String,
) -> Vec<[String; 3]> {
    let figure = |row: funnelflux::model::reporting::Row<'_>| {
        [
            date(row),
            row.metric(&Metric::VISITS).to_string(),
            row.metric(&Metric::VISITORS).to_string(),
        ]
    };
    let mut figures: Vec<_> = report.rows().map(figure).collect();
    figures.sort();
    figures
}

#[tokio::test]
async fn days_across_a_clock_change() {
    let (_emulator, client) = &served(12).await;
    let merge = || MergeOptions::new().select([Metric::VISITS, Metric::VISITORS]);
    let plain = || SplitOptions::new(merge());
    for (zone, first, changed, last) in [
        // The clocks go back, and the day has 25 hours.
        ("America/New_York", "2025-10-30", "2025-11-02", "2025-11-04"),
        ("America/Los_Angeles", "2025-11-01", "2025-11-02", "2025-11-03"),
        ("Europe/Berlin", "2025-10-24", "2025-10-26", "2025-10-28"),
        ("Australia/Sydney", "2026-04-04", "2026-04-05", "2026-04-06"),
        ("Pacific/Auckland", "2026-04-04", "2026-04-05", "2026-04-06"),
        // Forward: 23 hours.
        ("America/New_York", "2026-03-07", "2026-03-08", "2026-03-09"),
        ("Europe/Berlin", "2026-03-28", "2026-03-29", "2026-03-31"),
        ("Australia/Adelaide", "2025-10-04", "2025-10-05", "2025-10-06"),
        // By half an hour.
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-05", "2026-04-06"),
        ("Australia/Lord_Howe", "2025-10-04", "2025-10-05", "2025-10-06"),
        // At midnight: the day begins at one o'clock, or ends twice.
        ("America/Santiago", "2025-09-06", "2025-09-07", "2025-09-08"),
        ("America/Santiago", "2026-04-03", "2026-04-04", "2026-04-06"),
        ("America/Havana", "2026-03-07", "2026-03-08", "2026-03-09"),
        ("Africa/Cairo", "2025-10-29", "2025-10-30", "2025-11-01"),
        // Back for Ramadan, and a range that begins or ends with the day of the change.
        ("Africa/Casablanca", "2026-02-14", "2026-02-15", "2026-02-16"),
        ("Europe/London", "2025-10-26", "2025-10-26", "2025-10-28"),
        ("Europe/London", "2026-03-27", "2026-03-29", "2026-03-29"),
        // Two changes in one range.
        ("Europe/Paris", "2025-10-20", "2025-10-26", "2026-04-02"),
        // None.
        ("Asia/Tokyo", "2025-10-24", "2025-10-26", "2025-10-28"),
        ("+02:00", "2025-10-24", "2025-10-26", "2025-10-28"),
    ] {
        let name = format!("{zone}, {changed}");
        let zone = zone.parse().unwrap();
        let days = |from, to| TimeRange::days(from, to, &zone).unwrap();
        let week = by_day(client, days(first, last), plain()).await;
        let dates: Vec<&str> = week.iter().map(|[date, ..]| date.as_str()).collect();
        let count = days(first, last).split_at_days().len();
        assert_eq!((dates.len(), dates.first()), (count, Some(&first)), "{name}: {dates:?}");

        let alone = by_day(client, days(changed, changed), plain()).await;
        let in_week: Vec<_> = week.iter().filter(|[date, ..]| date == changed).cloned().collect();
        assert_eq!(alone, in_week, "{name}");
        let never_split = plain().with_smallest(Duration::MAX);
        assert_eq!(by_day(client, days(first, last), never_split).await, week, "{name}");
        if count < 10 {
            assert_eq!(by_day(client, days(first, last), plain().by_days()).await, week, "{name}");
        }

        // The truth: what came in the day's own hours, asked for without a word of time.
        let whole = DrilldownRequest::builder(days(changed, changed))
            .attribute(funnelflux::model::reporting::TrackingSlot::C20)
            .build()
            .unwrap();
        let whole = client.reporting().drilldown(&whole).await.unwrap();
        assert_eq!(figures(&whole, |_| changed.to_owned()), alone, "{name}");
    }
}

#[tokio::test]
async fn hours_of_a_clock_change_keep_their_own_offset() {
    let (_emulator, client) = served(40).await;
    let zone = "America/New_York".parse().unwrap();
    let day = TimeRange::days("2025-11-02", "2025-11-02", &zone).unwrap();
    let request =
        DrilldownRequest::builder(day).attribute(Attribute::TIME_1_HOUR_BLOCKS).build().unwrap();
    let split = client
        .reporting()
        .drilldown_split(&request, SplitOptions::new(MergeOptions::new().select([Metric::VISITS])))
        .await
        .unwrap();
    let ids = split.report.rows().map(|row| row.attribute(0).unwrap().id().unwrap().into_owned());
    let mut ids: Vec<String> = ids.collect();
    ids.sort();
    assert_eq!(ids.len(), 25, "{ids:?}");
    for hour in ["00:00:00-04:00", "01:00:00-04:00", "01:00:00-05:00", "23:00:00-05:00"] {
        assert!(ids.contains(&format!("2025-11-02T{hour}")), "{hour}: {ids:?}");
    }
}
