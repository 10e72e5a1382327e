//! The client of a command.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use funnelflux::auth::{TokenStore as _, Tokens};
use funnelflux::emulator::Emulator;
use funnelflux::model::time::TimeRange;
use funnelflux::transport::RateLimit;
use funnelflux::{Builder, FunnelFlux};

use crate::commands::interrupt;
use crate::failure::Failure;
use crate::output::{Format, SECRETS, Stdout};
use crate::progress::Progress;
use crate::rate::LearnedRate;
use crate::settings::{Settings, TokenSource, not_given, not_logged_in};

const USER_AGENT: &str = concat!("ffx/", env!("CARGO_PKG_VERSION"));

/// The lifetime of the emulator's tokens. With a known expiry, a 400 need not be taken for it.
const TOKEN_LIFETIME: Duration = Duration::from_secs(72 * 3600);

const EMULATED: &str = "EMULATED DATA: made up by ffx, from no FunnelFlux account";

pub(crate) struct Session {
    pub(crate) client: FunnelFlux,
    pub(crate) progress: Progress,
    emulator: Option<Emulator>,
}

impl Session {
    pub(crate) async fn open(settings: &Settings, what: &str) -> Result<Self, Failure> {
        let progress = Progress::start(settings.terminal, what);
        Self::open_with(settings, progress, builder(settings)?).await
    }

    pub(crate) async fn open_with(
        settings: &Settings,
        progress: Progress,
        builder: Builder,
    ) -> Result<Self, Failure> {
        let limit = settings.profile.rate.map_or_else(RateLimit::default, RateLimit::per_second);
        let mut builder = builder.observer(Arc::new(progress.clone()));
        builder = match LearnedRate::of(settings) {
            Some((learned, start)) => {
                builder.observer(Arc::new(learned)).rate_limit(limit.with_start(start))
            }
            None => builder.rate_limit(limit),
        };
        if settings.emulator {
            let wrong = |cause| Failure::failed(format!("the emulator cannot be started: {cause}"));
            let emulator = Emulator::builder().start().await.map_err(wrong)?;
            let tokens = Tokens::new(emulator.access_token())
                .with_refresh_token(emulator.refresh_token())
                .with_expiry(emulator.now() + TOKEN_LIFETIME);
            let client = builder.base_url(emulator.base_url()).tokens(tokens).build()?;
            return Ok(Self { client, progress, emulator: Some(emulator) });
        }
        builder = match TokenSource::find(settings)? {
            TokenSource::Environment(store) => builder.token_store(store),
            TokenSource::File(store) => {
                let stored = store.load().await.map_err(|error| not_given(settings, error))?;
                if stored.is_none() {
                    // An invalid base URL is reported before the missing tokens.
                    builder.build()?;
                    return Err(not_logged_in(settings, &store));
                }
                builder.token_store(store)
            }
        };
        let client = builder.build()?;
        interrupt::keep_the_grant_of(client.client());
        Ok(Self { client, progress, emulator: None })
    }

    /// Builds a client without tokens, for a login or a dry run.
    pub(crate) fn without_tokens(settings: &Settings, what: &str) -> Result<Self, Failure> {
        let progress = Progress::start(settings.terminal, what);
        Ok(Self { client: builder(settings)?.build()?, progress, emulator: None })
    }

    pub(crate) fn note_origin(&self) {
        if self.emulator.is_some() {
            self.progress.warn(EMULATED);
        }
    }
}

/// Prints whose data follows, and of which time: above a table, and to stderr for other formats.
pub(crate) fn print_heading(
    out: &mut Stdout,
    session: &Session,
    settings: &Settings,
    range: Option<&TimeRange>,
) -> Result<(), Failure> {
    let range = range.map(ToString::to_string);
    if settings.format() != Format::Table {
        session.note_origin();
        range.into_iter().for_each(|range| settings.terminal.note(&range));
        return Ok(());
    }
    let lines: Vec<String> =
        session.emulator.iter().map(|_| EMULATED.to_owned()).chain(range).collect();
    if !lines.is_empty() {
        writeln!(out, "{}\n", lines.join("\n"))?;
    }
    Ok(())
}

/// Begins a client with the settings of the profile. The emulator needs none of its addresses.
pub(crate) fn builder(settings: &Settings) -> Result<Builder, Failure> {
    let builder = FunnelFlux::builder().user_agent(USER_AGENT).secrets(SECRETS.clone());
    let builder = builder.timeout(settings.timeout);
    if settings.emulator {
        return Ok(builder);
    }
    Ok(builder.overlay(settings.overlay()?).base_url(settings.base_url()))
}
