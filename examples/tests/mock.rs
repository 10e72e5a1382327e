//! A program's own logic, tested with a mock of the service: without HTTP, and with failures that a
//! network rarely has.
//!
//! ```sh
//! cargo test -p funnelflux-examples --test mock
//! ```
#![allow(clippy::unwrap_used, reason = "test code")]

use funnelflux::prelude::*;
use funnelflux::testing::MockReportingApi;
use funnelflux::transport::http::header::RETRY_AFTER;
use funnelflux::transport::http::{HeaderMap, HeaderValue, StatusCode};

/// The function under test: it knows the trait, and not the client.
async fn headline(api: &dyn ReportingApi, day: &str) -> Result<String, Error> {
    let wrong = || Error::invalid_request("the day");
    let day = TimeRange::days(day, day, &Zone::utc()).map_err(|e| wrong().with_source(e))?;
    let request = DrilldownRequest::builder(day).attribute(Attribute::ELEMENT_FUNNEL).build();
    match api.drilldown(&request.map_err(|e| wrong().with_source(e))?).await {
        Ok(report) => {
            let revenue = report.totals().get(&Metric::REVENUE).unwrap_or_default();
            Ok(format!("{revenue} from {} funnels", report.rows().len()))
        }
        Err(error) if error.is_rate_limited() => {
            let wait = error.retry_after().unwrap_or_default();
            Ok(format!("busy, look again in {} s", wait.as_secs()))
        }
        Err(error) => Err(error),
    }
}

#[tokio::test]
async fn the_revenue_of_every_funnel_is_added_up() {
    let mut api = MockReportingApi::new();
    api.expect_drilldown().times(1).returning(|request| {
        let rows = r#"{"rows":[{"attributes":[{"id":"a","value":"A"}],"revenue":"0.10"},
                               {"attributes":[{"id":"b","value":"B"}],"revenue":"0.20"}]}"#;
        Ok(Report::from_json(rows, request).unwrap())
    });
    assert_eq!(headline(&api, "2026-01-01").await.unwrap(), "0.30 from 2 funnels");
}

#[tokio::test]
async fn a_server_that_is_busy_is_said_to_be_so() {
    let mut api = MockReportingApi::new();
    api.expect_drilldown().returning(|_| {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("30"))]);
        Err(Error::from_answer(StatusCode::TOO_MANY_REQUESTS, headers, "slow down"))
    });
    assert_eq!(headline(&api, "2026-01-01").await.unwrap(), "busy, look again in 30 s");
}

#[tokio::test]
async fn a_wrong_day_asks_the_server_nothing() {
    let error = headline(&MockReportingApi::new(), "2026-13-01").await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
}
