//! A build without TLS says so, at once.
#![cfg(all(
    feature = "reqwest",
    not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))
))]
#![allow(clippy::unwrap_used, reason = "test code")]

use funnelflux_transport::{Client, http::Method};

#[tokio::test]
async fn https_without_tls_is_refused_with_the_feature_to_switch_on() {
    let client = Client::builder().build().unwrap();
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
