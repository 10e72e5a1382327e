//! The server: its address, its page about itself, its end.

use std::future::Future;
use std::net::SocketAddr;

use super::*;

#[tokio::test]
async fn it_says_that_it_is_the_emulator_on_every_answer() {
    let emulator = builder().start().await.unwrap();
    let root = emulator.base_url().strip_suffix("/v1").unwrap().to_owned();
    for url in [root.clone(), format!("{root}/v1"), format!("{root}/v1/"), format!("{root}/nope")] {
        let answer = exchange(&client(), Method::GET, &url, "", Value::Null).await.unwrap();
        assert_eq!(answer.headers()["x-emulator"], "funnelflux", "{url}");
        assert_eq!(answer.headers()["server"], "funnelflux-emulator");
        assert_eq!(answer.headers()["date"], "Tue, 14 Nov 2023 22:13:20 GMT");
        assert!(answer.headers().contains_key("x-request-id"));
        let json: Value = serde_json::from_slice(&whole(answer).await.unwrap()).unwrap();
        assert!(json["emulator"] == "funnelflux" || json["error"]["code"] == 404, "{url}: {json}");
    }
    let ids: std::collections::HashSet<u64> =
        emulator.requests().iter().map(|request| request.number).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn it_refuses_to_be_reachable_by_others() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let address: SocketAddr = address.parse().unwrap();
        let error = Emulator::builder().address(address).start().await.unwrap_err();
        assert!(error.is_not_loopback(), "{error}");
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_names_it() {
    let first = builder().start().await.unwrap();
    let port = first.address().unwrap().port();
    let error = builder().port(port).start().await.unwrap_err();
    assert!(error.is_bind() && error.to_string().contains(&port.to_string()), "{error}");
}

#[tokio::test]
async fn senseless_settings_are_named() {
    let pool = funnelflux_emulator::PoolLimits { concurrent: 0, queue: 1 };
    for (builder, name) in [
        (builder().report_pool(pool), "report_pool"),
        (builder().access_token("two words"), "access_token"),
        (builder().refresh_token("two words"), "refresh_token"),
        (builder().refresh_token(""), "refresh_token"),
        (builder().visits_per_hour(100_001), "visits_per_hour"),
        (builder().visits_per_hour(u32::MAX), "visits_per_hour"),
        (builder().login("", "two words"), "login"),
        (builder().login("two words", ""), "login"),
        (builder().snapshot("two words"), "snapshot"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_setting() && error.to_string().contains(name), "{error}");
        assert!(!error.to_string().contains("two words"), "{error}");
    }
}

#[tokio::test]
async fn what_is_printed_of_it_holds_no_token_and_no_login() {
    let builder =
        builder().access_token("hush-a").refresh_token("hush-r").login("hush-l", "hush-p");
    assert!(!format!("{builder:?}").contains("hush"), "{builder:?}");
    let emulator = builder.build().unwrap();
    get(&emulator, "/reporting/attributes").await;
    let shown = format!("{emulator:?} {:?}", emulator.requests());
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn one_client_needs_one_connection() {
    let emulator = builder().start().await.unwrap();
    let client = client();
    for _ in 0..5 {
        let url = format!("{}/reporting/attributes", emulator.base_url());
        let token = emulator.access_token();
        let answer = exchange(&client, Method::GET, &url, &token, Value::Null).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        whole(answer).await.unwrap();
    }
    assert_eq!(emulator.connections(), 1);
    assert_eq!(emulator.open_connections(), 1);
    assert_eq!(emulator.calls().of("reporting.attributes"), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_at_once_get_the_same_answer() {
    let emulator = builder().start().await.unwrap();
    let (url, token) =
        (format!("{}/reporting/drilldown", emulator.base_url()), emulator.access_token());
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (url, token) = (url.clone(), token.clone());
            tokio::spawn(async move {
                let answer = exchange(&client(), Method::POST, &url, &token, sample()).await;
                whole(answer.unwrap()).await.unwrap()
            })
        })
        .collect();
    let mut answers = std::collections::HashSet::new();
    for task in tasks {
        answers.insert(task.await.unwrap());
    }
    assert_eq!(answers.len(), 1);
    assert_eq!(emulator.connections(), 16);
}

#[tokio::test]
async fn a_shutdown_closes_idle_connections_and_the_port() {
    let emulator = builder().start().await.unwrap();
    let url = emulator.base_url().to_owned();
    let idle = client();
    let ask = async |client: &Client| exchange(client, Method::GET, &url, "", Value::Null).await;
    whole(ask(&idle).await.unwrap()).await.unwrap();
    emulator.shutdown().await;
    ask(&idle).await.unwrap_err();
    assert!(ask(&client()).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn dropping_it_stops_the_server() {
    use tokio::io::AsyncReadExt;
    let emulator = builder().start().await.unwrap();
    let mut idle = tokio::net::TcpStream::connect(emulator.address().unwrap()).await.unwrap();
    while emulator.open_connections() == 0 {
        tokio::task::yield_now().await;
    }
    drop(emulator);
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap(), 0, "the connection is closed");
}

#[tokio::test]
async fn the_request_log_keeps_the_newest_and_can_be_cleared() {
    let emulator = builder().request_log(2).build().unwrap();
    for _ in 0..3 {
        drilldown(&emulator, sample()).await;
    }
    let requests = emulator.requests();
    assert_eq!(requests.iter().map(|request| request.number).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(requests[0].operation, Some("reporting.drilldown"));
    assert_eq!(requests[0].json(), Some(sample()));
    assert_eq!(requests[0].status, Some(StatusCode::OK));
    assert_eq!(emulator.calls().of("reporting.drilldown"), 3);
    emulator.clear_requests();
    assert_eq!((emulator.requests().len(), emulator.calls().total()), (0, 0));
}

#[test]
fn without_a_runtime_it_says_so() {
    let mut start = Box::pin(Emulator::builder().start());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match start.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => assert!(error.is_no_runtime(), "{error}"),
        other => panic!("{other:?}"),
    }
}
