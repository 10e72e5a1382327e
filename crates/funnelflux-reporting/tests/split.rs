//! Reports whose range is split: exact, patient, and refused where the sum would be false.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use funnelflux_model::reporting::{
    Attribute, AttributeList, AttributeSelection, DrilldownRequest, DrilldownRequestBuilder,
    MergeOptions, Metric, RawEvents, RawEventsRequest, Report, ReportCompleteness,
};
use funnelflux_model::time::{EndSpelling, TimeRange, Zone};
use funnelflux_reporting::{QueryLimit as _, Reporting, ReportingApi, SplitOptions};
use funnelflux_transport::{Body, Client, ClientBuilder, Error, RateLimit, RetryPolicy};
use support::{Answer, ok, served, served_by, status};

const ROW: &str =
    r#"{"rows":[{"attributes":[{"id":"1","value":"A"}],"conversions":1}],"hasMore":false}"#;

fn days(count: u32) -> DrilldownRequestBuilder {
    let last = format!("2026-03-0{count}");
    let range = TimeRange::days("2026-03-01", &last, &Zone::utc()).unwrap();
    DrilldownRequest::builder(range).attribute(Attribute::ELEMENT_OFFER)
}

fn options() -> SplitOptions {
    SplitOptions::new(MergeOptions::new())
}

fn conversions(report: &Report) -> String {
    report.totals().get(&Metric::CONVERSIONS).unwrap().to_string()
}

/// The answer to a query that ran into the server's limit.
fn killed_query() -> Answer {
    let body = r#"{"message":"query execution was interrupted"}"#;
    Ok(http::Response::builder().status(504).body(body.into()).unwrap())
}

fn starts(body: &str) -> &str {
    body.split_once(r#""timeStart":""#).unwrap().1.split_once('T').unwrap().0
}

fn ends(body: &str) -> &str {
    body.split_once(r#""timeEnd":""#).unwrap().1.split_once('"').unwrap().0
}

#[tokio::test(start_paused = true)]
async fn a_hiccup_on_one_window_loses_none() {
    let hiccups: [fn() -> Answer; 7] = [
        || status(429),
        || status(503),
        || status(500),
        || status(502),
        || {
            Ok(http::Response::builder()
                .status(503)
                .header("retry-after", "2")
                .body("".into())
                .unwrap())
        },
        || Err(Error::no_answer("connection reset")),
        || Err(Error::not_sent("no route")),
    ];
    for hiccup in hiccups {
        let (reporting, seen) = served(move |n, _| if n == 3 { hiccup() } else { ok(ROW) });
        let request = days(5).build().unwrap();
        let split = reporting.drilldown_split(&request, options().by_days()).await.unwrap();
        assert_eq!(conversions(&split.report), "5");
        assert_eq!(split.windows.len(), 5);
        let seen = seen.lock().unwrap();
        let days: Vec<&str> = seen.iter().map(|(_, body)| starts(body)).collect();
        let third = "2026-03-03";
        assert_eq!(days, ["2026-03-01", "2026-03-02", third, third, "2026-03-04", "2026-03-05"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_query_is_not_asked_for_again_as_it_is() {
    let killed = |_: usize, body: &str| {
        let whole = starts(body) == "2026-03-01" && ends(body).starts_with("2026-03-02");
        if whole { killed_query() } else { ok(ROW) }
    };
    let (reporting, seen) = served(killed);
    let request = days(2).build().unwrap();
    let split = reporting.drilldown_split(&request, options()).await.unwrap();
    assert_eq!(conversions(&split.report), "2");
    assert_eq!(seen.lock().unwrap().len(), 3, "the whole once, then its halves");
    assert_eq!(split.windows.first().unwrap().rows, None);
}

#[tokio::test(start_paused = true)]
async fn what_stays_broken_and_what_is_clear_are_errors_without_doubt() {
    for (code, requests) in [(500, 3), (429, 3), (403, 1), (400, 1)] {
        let (reporting, seen) = served(move |_, _| status(code));
        let request = days(2).build().unwrap();
        let error = reporting.drilldown_split(&request, options()).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), code);
        assert!(!error.is_ambiguous() && !error.is_query_killed(), "{error}");
        assert_eq!(seen.lock().unwrap().len(), requests, "{code}");
    }
    // Even the smallest window is too large; that one is retried as any report.
    let (reporting, seen) =
        served_by(|_, _| killed_query(), |builder| builder.retry(RetryPolicy::never()));
    let request = days(1).build().unwrap();
    let smallest = options().with_smallest(Duration::from_secs(12 * 3600));
    let error = reporting.drilldown_split(&request, smallest).await.unwrap_err();
    assert!(error.is_query_killed() && !error.is_ambiguous(), "{error}");
    assert_eq!(seen.lock().unwrap().len(), 2);
}

/// A server whose first so many answers never come.
fn silent_at_first(
    silent: usize,
    more: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> (Reporting, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let service = tower::service_fn(move |_: http::Request<Body>| {
        let before = count.fetch_add(1, Ordering::Relaxed);
        async move {
            if before < silent {
                std::future::pending::<()>().await;
            }
            ok(ROW)
        }
    });
    let builder = Client::builder().transport(service).rate_limit(RateLimit::unlimited());
    (Reporting::new(more(builder).build().unwrap()), seen)
}

#[tokio::test(start_paused = true)]
async fn a_window_that_used_up_the_time_of_a_call_is_given_no_second_one() {
    let (reporting, seen) = silent_at_first(1, |builder| builder.timeout(Duration::from_secs(20)));
    let request = days(2).build().unwrap();
    let error = reporting.drilldown_split(&request, options()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_query_killed(), "{error}");
    assert_eq!(seen.load(Ordering::Relaxed), 1);

    // Of an attempt's time, the call has some left.
    let (reporting, seen) =
        silent_at_first(1, |builder| builder.report_attempt_timeout(Duration::from_secs(20)));
    let split = reporting.drilldown_split(&request, options()).await.unwrap();
    assert_eq!(conversions(&split.report), "1");
    assert_eq!(seen.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn members_that_may_page_or_limit_are_not_split_unless_the_caller_vouches_for_them() {
    let selection = || AttributeSelection::new(Attribute::LOCATION_COUNTRY).whitelist(["Germany"]);
    for (builder, name) in [
        (days(2).extra("paging", serde_json::json!({ "length": 50 })), "`paging`"),
        (days(2).attribute(selection().extra("limit", 5)), "`limit`"),
        (days(2).filter(selection().extra("order", "desc")), "`order`"),
    ] {
        let (reporting, seen) = served(|_, body| {
            let two = r#"{"attributes":[{"id":"1","value":"A"},{"id":"DE","value":"Germany"}],"conversions":1}"#;
            if body.contains("limit") { ok(format!(r#"{{"rows":[{two}]}}"#)) } else { ok(ROW) }
        });
        let request = builder.build().unwrap();
        let error = reporting.drilldown_split(&request, options().by_days()).await.unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains(name), "{error}");
        assert!(seen.lock().unwrap().is_empty());

        let vouched = options().by_days().with_extra_members();
        let split = reporting.drilldown_split(&request, vouched).await.unwrap();
        assert_eq!(conversions(&split.report), "2");
    }
}

#[tokio::test]
async fn inner_ends_are_spelled_as_asked_and_the_last_one_as_it_was() {
    let inner = |spelling: Option<EndSpelling>| async move {
        let (reporting, seen) = served(|_, _| ok(ROW));
        let options = match spelling {
            Some(spelling) => options().by_days().with_inner_ends(spelling),
            None => options().by_days(),
        };
        let request = days(2).build().unwrap();
        let split = reporting.drilldown_split(&request, options).await.unwrap();
        let sent: Vec<String> =
            seen.lock().unwrap().iter().map(|(_, body)| ends(body).to_owned()).collect();
        let told: Vec<String> = split.windows.iter().map(|w| w.range.end_rfc3339()).collect();
        assert_eq!(sent, told);
        sent
    };
    let last = "2026-03-02T23:59:59+00:00";
    assert_eq!(inner(None).await, ["2026-03-01T23:59:59+00:00", last]);
    assert_eq!(inner(Some(EndSpelling::Exclusive)).await, ["2026-03-02T00:00:00+00:00", last]);
    assert_eq!(
        inner(Some(EndSpelling::LastMillisecond)).await,
        ["2026-03-01T23:59:59.999+00:00", last]
    );
}

#[tokio::test]
async fn halves_of_a_window_within_the_range_are_spelled_like_it() {
    let killed = |_: usize, body: &str| {
        let first_day =
            starts(body) == "2026-03-01" && ends(body).starts_with("2026-03-02T00:00:00");
        if first_day && body.contains("2026-03-01T00:00:00") { killed_query() } else { ok(ROW) }
    };
    let (reporting, seen) = served(killed);
    let request = days(2).build().unwrap();
    let options = options().by_days().with_inner_ends(EndSpelling::Exclusive);
    reporting.drilldown_split(&request, options).await.unwrap();
    let sent: Vec<String> =
        seen.lock().unwrap().iter().map(|(_, body)| ends(body).to_owned()).collect();
    assert_eq!(
        sent,
        [
            "2026-03-02T00:00:00+00:00",
            "2026-03-01T12:00:00+00:00",
            "2026-03-02T00:00:00+00:00",
            "2026-03-02T23:59:59+00:00"
        ]
    );
}

#[tokio::test]
async fn a_window_that_was_cut_shows_in_the_sum() {
    let (reporting, _) =
        served(|n, _| ok(if n == 2 { ROW.replace("false", "true") } else { ROW.to_owned() }));
    let request = days(3).build().unwrap();
    let split = reporting.drilldown_split(&request, options().by_days()).await.unwrap();
    assert_eq!(split.report.completeness(), ReportCompleteness::Cut);
}

/// Written when the trait had three methods.
#[derive(Default)]
struct Old(Mutex<Vec<TimeRange>>);

#[async_trait]
impl ReportingApi for Old {
    async fn attributes(&self) -> Result<AttributeList, Error> {
        Err(Error::local("old"))
    }

    async fn drilldown(&self, request: &DrilldownRequest) -> Result<Report, Error> {
        let mut asked = self.0.lock().unwrap();
        asked.push(request.range().clone());
        match asked.len() {
            1 => Err(Error::query_killed("too much")),
            _ => Ok(Report::from_json(ROW, request).unwrap()),
        }
    }

    async fn raw_events_page(&self, _: &RawEventsRequest) -> Result<RawEvents, Error> {
        Err(Error::local("old"))
    }
}

#[tokio::test]
async fn an_implementation_that_reads_one_report_can_split_it() {
    let old = Old::default();
    let api: &dyn ReportingApi = &old;
    let split = api.drilldown_split(&days(2).build().unwrap(), options()).await.unwrap();
    assert_eq!(conversions(&split.report), "2");
    assert_eq!(old.0.lock().unwrap().len(), 3);

    let (reporting, _) = served(|_, _| ok(ROW));
    let api: &dyn ReportingApi = &reporting;
    let split = api.drilldown_split(&days(1).build().unwrap(), options()).await.unwrap();
    assert!(!split.is_split());
}

#[cfg(feature = "mock")]
#[tokio::test]
async fn a_split_report_can_be_mocked() {
    let mut api = funnelflux_reporting::MockReportingApi::new();
    api.expect_drilldown_split().times(1).returning(|_, _| Err(Error::local("as told")));
    let request = days(1).build().unwrap();
    assert!(api.drilldown_split(&request, options()).await.unwrap_err().is_local());
}

static_assertions::assert_impl_all!(Reporting: Send, Sync);
