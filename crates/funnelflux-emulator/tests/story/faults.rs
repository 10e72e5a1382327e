//! Faults as a client sees them, over a real socket.

use std::sync::{Arc, Mutex};

use funnelflux_emulator::RetryAfter;

use super::*;

async fn post(client: &Client, emulator: &Emulator) -> Response {
    let url = format!("{}/reporting/drilldown", emulator.base_url());
    exchange(client, Method::POST, &url, &emulator.access_token(), sample()).await.unwrap()
}

fn length(answer: &Response) -> Option<&str> {
    answer.headers().get("content-length")?.to_str().ok()
}

#[tokio::test]
async fn a_429_says_when_to_come_back_in_either_form_or_not_at_all() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    emulator.faults().push(Fault::rate_limited(RetryAfter::Absent));
    emulator.faults().push(Fault::rate_limited(RetryAfter::Seconds(2)));
    emulator.faults().push(Fault::unavailable(RetryAfter::DateIn(90)));
    let mut seen = Vec::new();
    for _ in 0..4 {
        let answer = post(&client, &emulator).await;
        let after = answer.headers().get("retry-after");
        seen.push((answer.status().as_u16(), after.map(|v| v.to_str().unwrap().to_owned())));
    }
    assert_eq!(
        seen,
        [
            (429, None),
            (429, Some("2".to_owned())),
            (503, Some("Tue, 14 Nov 2023 22:14:50 GMT".to_owned())),
            (200, None)
        ]
    );
    assert_eq!(emulator.calls().of("reporting.drilldown"), 4);
    assert_eq!(emulator.faults().fired(), 3);
}

#[tokio::test]
async fn a_lost_request_changed_nothing_and_a_lost_answer_did() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    let old = emulator.access_token();
    emulator.expire_access_tokens();
    let url = format!("{}/auth/validate", emulator.base_url());
    let body = json!({"refresh_token": emulator.refresh_token()});
    let refresh = || exchange(&client, Method::POST, &url, &old, body.clone());
    emulator.faults().push(Fault::lost_request());
    let error = refresh().await.unwrap_err();
    assert!(!error.is_connect(), "{error:?}");
    assert_eq!(emulator.refreshes(), 0);

    emulator.faults().push(Fault::lost_answer());
    assert!(refresh().await.is_err());
    assert_eq!(emulator.refreshes(), 1, "the token was renewed, though the answer was lost");
    assert_eq!(emulator.requests()[1].status, None);
    assert_eq!(emulator.calls().of("auth.validate"), 2);
}

#[tokio::test]
async fn a_lost_connection_ends_in_a_reset() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let emulator = builder().start().await.unwrap();
    emulator.faults().push(Fault::lost_request());
    let mut stream = tokio::net::TcpStream::connect(emulator.address().unwrap()).await.unwrap();
    let head = "GET /v1/reporting/attributes HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_truncated_body_promises_more_than_it_sends() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    let expected = whole(post(&client, &emulator).await).await.unwrap();
    emulator.faults().push(Fault::truncated_body());
    let mut cut = post(&client, &emulator).await;
    assert_eq!(cut.status(), 200);
    assert_eq!(length(&cut), Some(&*expected.len().to_string()));
    let mut received = Vec::new();
    let error = loop {
        match cut.body_mut().frame().await.expect("the body must not end well") {
            Ok(frame) => received.extend_from_slice(frame.data_ref().unwrap()),
            Err(error) => break error,
        }
    };
    let source =
        std::error::Error::source(&error).and_then(|it| it.downcast_ref::<std::io::Error>());
    assert_eq!(source.unwrap().kind(), std::io::ErrorKind::UnexpectedEof, "{error:?}");
    assert_eq!(received, expected[..expected.len() / 2]);
    assert_eq!(whole(post(&client, &emulator).await).await.unwrap(), expected);
}

#[tokio::test]
async fn an_answer_without_a_body_breaks_off_too_and_its_garbage_claims_to_be_json() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    let url = format!("{}/reporting/update/customevents", emulator.base_url());
    let token = emulator.access_token();
    let update = || exchange(&client, Method::PUT, &url, &token, json!({}));
    emulator.faults().push(Fault::truncated_body());
    let cut = update().await.unwrap();
    assert_eq!((cut.status().as_u16(), length(&cut)), (200, Some("1")));
    assert!(whole(cut).await.is_err(), "the body must not end well");
    assert_eq!(emulator.updates().waiting, 1, "it happened");

    emulator.faults().push(Fault::garbage_body());
    let garbage = update().await.unwrap();
    assert_eq!(garbage.headers()["content-type"], "application/json");
    assert!(serde_json::from_slice::<Value>(&whole(garbage).await.unwrap()).is_err());
    assert_eq!(length(&update().await.unwrap()), Some("0"), "as ever after that");
}

#[tokio::test]
async fn garbage_comes_with_a_good_status_and_html_with_its_own() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    emulator.faults().push(Fault::garbage_body());
    let garbage = post(&client, &emulator).await;
    assert_eq!(
        (garbage.status().as_u16(), &garbage.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    assert!(serde_json::from_slice::<Value>(&whole(garbage).await.unwrap()).is_err());

    emulator.faults().push(Fault::html_page(StatusCode::BAD_GATEWAY));
    let page = post(&client, &emulator).await;
    assert_eq!(page.status(), 502);
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let page = String::from_utf8(whole(page).await.unwrap().to_vec()).unwrap();
    assert!(page.contains("<h1>502 Bad Gateway</h1>"));
}

#[tokio::test]
async fn a_fault_for_one_operation_does_not_touch_another() {
    let emulator = builder().build().unwrap();
    let fault = Fault::status(StatusCode::INTERNAL_SERVER_ERROR).always();
    emulator.faults().push_for("reporting.hits", fault).unwrap();
    for _ in 0..3 {
        assert_eq!(hits(&emulator, sample_hits()).await.status, 500);
        assert_eq!(drilldown(&emulator, sample()).await.status, 200);
    }
    emulator.faults().clear();
    assert_eq!(hits(&emulator, sample_hits()).await.status, 200);
}

#[tokio::test]
async fn latency_goes_through_the_injected_sleeper() {
    let slept = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&slept);
    let emulator = builder()
        .sleeper(move |wait| {
            record.lock().unwrap().push(wait);
            std::future::ready(())
        })
        .build()
        .unwrap();
    emulator.faults().push(Fault::latency(HOUR));
    emulator.faults().push(Fault::latency(HOUR));
    emulator.faults().push(Fault::killed_query());
    assert_eq!(drilldown(&emulator, sample()).await.status, 504);
    assert_eq!(*slept.lock().unwrap(), [HOUR * 2]);
}

#[tokio::test]
async fn in_process_a_reset_is_an_error_and_a_cut_body_an_error_of_the_body() {
    let emulator = builder().build().unwrap();
    let request = || {
        Request::get("http://127.0.0.1/v1/reporting/attributes")
            .header("authorization", format!("Bearer {}", emulator.access_token()))
            .body(Full::<bytes::Bytes>::default())
            .unwrap()
    };
    emulator.faults().push(Fault::lost_answer());
    let error = emulator.router().oneshot(request()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    emulator.faults().push(Fault::truncated_body());
    let cut = emulator.router().oneshot(request()).await.unwrap();
    let error = cut.into_body().collect().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}
