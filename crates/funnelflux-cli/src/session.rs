//! A client with everything a command needs around it.

use std::sync::Arc;
use std::time::Duration;

use funnelflux::FunnelFlux;
use funnelflux::auth::{TokenStore as _, Tokens};
use funnelflux::emulator::Emulator;
use funnelflux::transport::RateLimit;

use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;
use crate::settings::{Settings, TokenSource, not_given, not_logged_in};

const USER_AGENT: &str = concat!("ffx/", env!("CARGO_PKG_VERSION"));

/// What the emulator gives a token; a known expiry spares the guess whether a 400 means it.
const TOKEN_LIFETIME: Duration = Duration::from_secs(72 * 3600);

/// What stands wherever data of the emulator is shown.
const EMULATED: &str = "EMULATED DATA: made up by ffx, from no FunnelFlux account";

/// A client, and the emulator it speaks to, if any.
#[derive(Debug)]
pub(crate) struct Session {
    client: FunnelFlux,
    /// Serves until the session ends.
    emulator: Option<Emulator>,
}

impl Session {
    /// Builds the client; starts the emulator if it was asked for.
    pub(crate) async fn open(settings: &Settings, progress: &Progress) -> Result<Self, Failure> {
        let mut builder =
            FunnelFlux::builder().user_agent(USER_AGENT).observer(Arc::new(progress.observer()));
        if let Some(rate) = settings.profile().rate {
            builder = builder.rate_limit(RateLimit::per_second(rate));
        }
        if settings.uses_emulator() {
            let emulator = Emulator::builder().start().await.map_err(|cause| {
                Failure::failed(format!("the emulator cannot be started: {cause}"))
            })?;
            let tokens = Tokens::new(emulator.access_token())
                .with_refresh_token(emulator.refresh_token())
                .with_expiry(emulator.now() + TOKEN_LIFETIME);
            let client = builder.base_url(emulator.base_url()).tokens(tokens).build()?;
            return Ok(Self { client, emulator: Some(emulator) });
        }
        if let Some(base_url) = settings.base_url() {
            builder = builder.base_url(base_url);
        }
        builder = builder.overlay(settings.profile().overlay());
        builder = match settings.token_source()? {
            TokenSource::Environment(store) => builder.token_store(store),
            TokenSource::File(store) if store.path().exists() => {
                store.load().await.map_err(|error| not_given(settings, error))?;
                builder.token_store(store)
            }
            TokenSource::File(store) => {
                // An address that makes no sense is the earlier mistake.
                builder.build()?;
                return Err(not_logged_in(settings, &store));
            }
        };
        Ok(Self { client: builder.build()?, emulator: None })
    }

    /// The client.
    pub(crate) fn client(&self) -> &FunnelFlux {
        &self.client
    }

    /// The line to put before data, if it is not an account's.
    pub(crate) fn origin(&self) -> Option<&'static str> {
        self.emulator.is_some().then_some(EMULATED)
    }

    /// Says on stderr where the data is from, if it is not an account's.
    pub(crate) fn note_origin(&self, terminal: Terminal) {
        if let Some(origin) = self.origin() {
            terminal.warn(origin);
        }
    }
}

/// A client without tokens, for getting some.
pub(crate) fn anonymous(settings: &Settings) -> Result<FunnelFlux, Failure> {
    let builder = FunnelFlux::builder().user_agent(USER_AGENT);
    let builder = builder.overlay(settings.profile().overlay());
    Ok(match settings.base_url() {
        Some(base_url) => builder.base_url(base_url),
        None => builder,
    }
    .build()?)
}
