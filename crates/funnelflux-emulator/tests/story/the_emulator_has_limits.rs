//! The server as one that listens beside a browser: hosts, requests that never end, too many connections,
//! a stop whatever is open, lengths of HEAD, amounts of any spelling, updates that wait.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

async fn connect(emulator: &Emulator) -> TcpStream {
    TcpStream::connect(emulator.address().unwrap()).await.unwrap()
}

/// Sends a literal request, and returns the head of the answer.
async fn head_of(emulator: &Emulator, request: &str) -> String {
    let mut stream = connect(emulator).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|it| it == b"\r\n\r\n") {
        let read = stream.read_buf(&mut answer).await.unwrap();
        assert!(read > 0, "{request:?} is answered {:?}", String::from_utf8_lossy(&answer));
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split_once("\r\n\r\n").unwrap().0.to_ascii_lowercase()
}

#[tokio::test]
async fn a_request_for_another_host_is_turned_away() {
    let emulator = builder().start().await.unwrap();
    for (target, host, status) in [
        ("/v1", Some("localhost"), 200),
        ("/v1", Some("LocalHost:8080"), 200),
        ("/v1", Some("localhost."), 200),
        ("/v1", Some("api.localhost"), 200),
        ("/v1", Some("127.0.0.1"), 200),
        ("/v1", Some("127.0.0.1:1"), 200),
        ("/v1", Some("127.8.9.10"), 200),
        ("/v1", Some("[::1]"), 200),
        ("/v1", Some("[::1]:8080"), 200),
        ("http://localhost/v1", Some("localhost"), 200),
        ("/v1", None, 421),
        ("/v1", Some(""), 421),
        ("/v1", Some("evil.example"), 421),
        ("/v1", Some("evil.example:80"), 421),
        ("/v1", Some("localhost.evil.example"), 421),
        ("/v1", Some("127.0.0.1.evil.example"), 421),
        ("/v1", Some("notlocalhost"), 421),
        ("/v1", Some("192.0.2.1"), 421),
        ("/v1", Some("0.0.0.0"), 421),
        ("/v1", Some("[::]"), 421),
        ("/v1", Some("local host"), 421),
        ("/v1", Some("localhost\r\nHost: evil.example"), 421),
        ("/v1", Some("evil.example@localhost"), 421),
        ("/v1", Some("localhost@evil.example"), 421),
        ("/v1", Some("localhost.."), 421),
        ("/v1", Some(".localhost"), 421),
        ("/v1", Some("localhost:port"), 421),
        ("/v1", Some("localhost:99999"), 421),
        ("/v1", Some("löcalhost"), 421),
        ("/v1", Some("[::ffff:192.0.2.1]"), 421),
        ("http://evil.example/v1", Some("localhost"), 421),
    ] {
        let host = host.map(|host| format!("Host: {host}\r\n")).unwrap_or_default();
        let head = head_of(&emulator, &format!("GET {target} HTTP/1.1\r\n{host}\r\n")).await;
        assert!(head.starts_with(&format!("http/1.1 {status} ")), "{target} {host:?}: {head}");
        assert!(head.contains("x-emulator: funnelflux"), "{head}");
    }
    // In process there is no such danger.
    let request = Request::builder().uri("http://evil.example/v1").body(Full::default()).unwrap();
    assert_eq!(send(&emulator, request).await.status, 200);
}

#[tokio::test]
async fn a_head_has_the_length_of_the_answer_that_a_get_gives() {
    let emulator = builder().start().await.unwrap();
    let token = emulator.access_token();
    for path in [
        "/",
        "/v1",
        "/v1/nope",
        "/v1/reporting/attributes",
        "/v1/trafficsource/list",
        "/v1/trafficsource/list?status=nope",
        "/v1/campaign/funnel/list",
        "/v1/pagegroup/list",
        "/v1/billing/domains",
        "/v1/billing/domains/none",
    ] {
        let mut lengths = Vec::new();
        for method in ["GET", "HEAD"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
            );
            let head = head_of(&emulator, &request).await;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            lengths.push((head.lines().next().unwrap().to_owned(), length.unwrap().to_owned()));
        }
        assert_eq!(lengths[0], lengths[1], "{path}");
        assert_ne!(lengths[0].1, "0", "{path}");
    }
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off() {
    let emulator = builder().head_timeout(Duration::from_millis(50)).start().await.unwrap();
    let whole = "GET /v1/reporting/attributes HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let body = "POST /v1/reporting/hits HTTP/1.1\r\nHost: localhost\r\n";
    for beginning in [
        "",
        "G",
        "GET ",
        "GET /v1",
        "GET /v1 HTTP/1.1",
        "GET /v1 HTTP/1.1\r\n",
        "GET /v1 HTTP/1.1\r\nHost: localhost",
        "GET /v1 HTTP/1.1\r\nHost: localhost\r\n",
        "POST /v1/reporting/hits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n",
        whole,
        &format!("{whole}GET /v1"),
        &format!("{body}Content-Length: 5\r\n\r\n"),
        &format!("{body}Content-Length: 5\r\n\r\n{{"),
        &format!("{body}Transfer-Encoding: chunked\r\n\r\n"),
        &format!("{body}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n"),
    ] {
        let mut stream = connect(&emulator).await;
        stream.write_all(beginning.as_bytes()).await.unwrap();
        // Either way the connection ends.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    assert_eq!(emulator.connections(), 15);
    let statuses: Vec<_> = emulator.requests().iter().map(|it| it.status.unwrap()).collect();
    assert_eq!(statuses.iter().filter(|it| **it == StatusCode::REQUEST_TIMEOUT).count(), 4);
}

#[tokio::test]
async fn further_connections_wait_for_a_place() {
    let emulator = builder().most_connections(2).start().await.unwrap();
    let mut idle = vec![connect(&emulator).await, connect(&emulator).await];
    while emulator.connections() < 2 {
        tokio::task::yield_now().await;
    }
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let address = emulator.address().unwrap();
            tokio::spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                let request = "GET /v1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                stream.write_all(request.as_bytes()).await.unwrap();
                stream.read_to_end(&mut Vec::new()).await.unwrap()
            })
        })
        .collect();
    assert!(emulator.open_connections() <= 2);
    drop(idle.pop());
    for answered in waiting {
        assert!(answered.await.unwrap() > 0);
        assert!(emulator.open_connections() <= 2);
    }
    assert_eq!(emulator.connections(), 12);
}

#[tokio::test]
async fn a_stop_waits_for_no_connection() {
    const AGES: Duration = Duration::from_secs(24 * 3600);
    let head = "GET /v1/reporting/attributes HTTP/1.1\r\nHost: localhost\r\n";
    let body = "POST /v1/reporting/hits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{";
    // The server has a second each time, so all run at once.
    let mut stops = tokio::task::JoinSet::new();
    for (open, connections) in [
        (String::new(), 0),
        (String::new(), 1),
        (String::new(), 50),
        ("G".to_owned(), 1),
        (head.to_owned(), 1),
        (head.to_owned(), 20),
        (body.to_owned(), 1),
        (body.to_owned(), 20),
        (format!("{head}\r\n"), 1),
        (format!("{head}\r\n{head}"), 1),
    ] {
        for latency in [Duration::ZERO, AGES] {
            let open = open.clone();
            stops.spawn(async move {
                let emulator = builder().head_timeout(AGES).start().await.unwrap();
                emulator.faults().push(Fault::latency(latency).always());
                let mut streams = Vec::new();
                for _ in 0..connections {
                    let mut stream = connect(&emulator).await;
                    stream.write_all(open.as_bytes()).await.unwrap();
                    streams.push(stream);
                }
                while emulator.connections() < connections {
                    tokio::task::yield_now().await;
                }
                // It would hang, not be late: what is open stays so for a day.
                tokio::time::timeout(AGES / 24, emulator.shutdown()).await.unwrap();
            });
        }
    }
    assert_eq!(stops.join_all().await.len(), 20);
}

/// Sets the cost of the sample's day.
async fn send_cost(emulator: &Emulator, cost: &Value) {
    let mut body = json!({"funnelIDs": [], "trafficSourceIDs": [],
        "costSegments": [{"cost": cost, "costType": "wholeSegment"}]});
    body["timeStart"] = sample()["timeStart"].clone();
    body["timeEnd"] = sample()["timeEnd"].clone();
    assert_eq!(put(emulator, "/reporting/update/cost", body).await.status, 200, "{cost}");
}

async fn cost_of_day(emulator: &Emulator) -> Value {
    let mut report = sample();
    report["attributes"] = json!([{"attribute": "Time: Date"}]);
    drilldown(emulator, report).await.rows()[0]["cost"].clone()
}

#[tokio::test]
async fn an_update_waits_for_its_delay_and_no_longer() {
    const MILLI: Duration = Duration::from_millis(1);
    const DEFAULT: Duration = Duration::from_secs(30);
    for (delay, passed, shows) in [
        (None, Duration::ZERO, false),
        (None, DEFAULT - MILLI, false),
        (None, DEFAULT, true),
        (None, DEFAULT * 100, true),
        (Some(Duration::ZERO), Duration::ZERO, true),
        (Some(MILLI), Duration::ZERO, false),
        (Some(MILLI), MILLI, true),
        (Some(DEFAULT * 2), DEFAULT, false),
        (Some(DEFAULT * 2), DEFAULT * 2, true),
        (Some(DEFAULT * 120), DEFAULT * 120 - MILLI, false),
        (Some(Duration::MAX), DEFAULT * 1000, false),
    ] {
        let builder = match delay {
            Some(delay) => builder().update_delay(delay),
            None => builder(),
        };
        let emulator = builder.build().unwrap();
        send_cost(&emulator, &json!("7654.32")).await;
        emulator.advance(passed);
        let (cost, waiting) = (cost_of_day(&emulator).await, emulator.updates().waiting);
        assert_eq!((cost == "7654.32", waiting == 0), (shows, shows), "{delay:?} {passed:?}");
    }
}

#[tokio::test]
async fn amounts_may_be_spelled_as_they_like() {
    for (cost, expected) in [
        (json!("12.50"), "12.50"),
        (json!(12.5), "12.50"),
        (json!(5), "5.00"),
        (json!("5"), "5.00"),
        (json!("0"), "0.00"),
        (json!("1e2"), "100.00"),
        (json!(1e2), "100.00"),
        (json!("0.1234"), "0.1234"),
        (json!("0.12341"), "0.12341"),
        (json!("0.123456781"), "0.12345678"),
        (json!(0.123_456_786), "0.12345679"),
        (json!("7.000000000000000000001"), "7.00"),
        (json!("-3.3"), "-3.30"),
    ] {
        let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
        send_cost(&emulator, &cost).await;
        assert_eq!(cost_of_day(&emulator).await, expected, "{cost}");
    }
    let emulator = builder().build().unwrap();
    for cost in [
        json!(true),
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(""),
        json!("1,5"),
        json!("NaN"),
    ] {
        let hit = json!({"idHit": "1wj7y5680dz26p1g9p0101", "payout": cost});
        let answer = put(&emulator, "/reporting/update/conversions", json!({"hits": [hit]})).await;
        // No payout is the offer's own.
        let expected = if cost.is_null() { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{cost}: {}", answer.text);
    }
}
