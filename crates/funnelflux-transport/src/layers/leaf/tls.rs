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

/// Chooses the backend. Where there is no TLS, reqwest has nothing to choose.
pub(super) fn choose(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
    #[cfg(feature = "rustls")]
    let builder = builder.tls_backend_rustls();
    #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
    let builder = builder.tls_backend_native();
    // `rustls-ring` alone: reqwest has rustls but no crypto provider, so a ready configuration is
    // handed to it rather than a process-wide default installed behind the program's back.
    #[cfg(all(feature = "rustls-ring", not(feature = "rustls"), not(feature = "native-tls")))]
    let builder = builder.tls_backend_preconfigured(
        over_ring().map_err(|cause| Error::local("TLS cannot be set up").with_source(cause))?,
    );
    Ok(builder)
}

#[cfg(all(feature = "rustls-ring", not(feature = "rustls"), not(feature = "native-tls")))]
fn over_ring() -> Result<rustls::ClientConfig, rustls::Error> {
    use rustls_platform_verifier::BuilderVerifierExt as _;

    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?;
    Ok(config.with_no_client_auth())
}
