//! A build without TLS says so when the client is built.
#![cfg(all(
    feature = "reqwest",
    not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))
))]
#![allow(clippy::unwrap_used, reason = "test code")]

use funnelflux_transport::{Client, ReqwestTransport, http::Method};

#[test]
fn https_without_tls_is_refused_when_the_client_is_built_with_the_feature_to_switch_on() {
    for client in [Client::builder(), Client::builder().base_url("https://api.example/v1")] {
        let error = client.build().unwrap_err();
        assert!(error.is_invalid_request() && error.to_string().contains("rustls"), "{error}");
    }
    assert!(Client::builder().base_url("http://127.0.0.1:1/v1").build().is_ok());
}

#[tokio::test]
async fn https_without_tls_is_refused_by_the_default_transport_wherever_it_stands() {
    let transport = ReqwestTransport::new().unwrap();
    let client = Client::builder().transport(transport).build().unwrap();
    let error = client.call_raw(Method::GET, "/x").send().await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("rustls"), "{error}");
}

#[test]
fn a_wrong_proxy_is_refused_without_being_repeated() {
    let builder =
        funnelflux_transport::ReqwestTransport::builder().proxy("ht tp://me:hunter2@proxy");
    assert!(!format!("{builder:?}").contains("hunter2"));
    let error = builder.build().unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(error.is_invalid_request() && !shown.contains("hunter2"), "{shown}");
}
