//! The TLS backend that the features chose.

use http::uri::Scheme;

use crate::error::Error;

/// Whether this build speaks HTTPS at all.
const IS_THERE: bool =
    cfg!(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"));

/// Refuses HTTPS in a build that does not speak it.
pub(super) fn check(scheme: &Scheme) -> Result<(), Error> {
    if IS_THERE || *scheme != Scheme::HTTPS {
        return Ok(());
    }
    Err(Error::invalid_request(
        "this build has no TLS: switch one of the features `rustls`, `rustls-ring` and `native-tls` on",
    ))
}

/// `rustls-ring` alone: reqwest has rustls but no crypto provider, so a ready configuration is
/// handed to it rather than a process-wide default installed behind the program's back.
#[cfg(all(feature = "rustls-ring", not(feature = "rustls"), not(feature = "native-tls")))]
pub(super) fn choose(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    use std::sync::Arc;

    use rustls_platform_verifier::BuilderVerifierExt as _;

    let failed = |cause: rustls::Error| Error::local("TLS cannot be set up").with_source(cause);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_platform_verifier()
        .map_err(failed)?
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(feature = "rustls")]
pub(super) fn choose(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder.tls_backend_rustls())
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
pub(super) fn choose(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder.tls_backend_native())
}

#[cfg(not(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls")))]
pub(super) fn choose(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder)
}
