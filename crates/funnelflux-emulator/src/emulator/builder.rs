//! Setting up an emulator, and the errors of the start.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use funnelflux_transport::{Lock, Overlay};

use super::{Emulator, Snapshot, VERSION};
use crate::account::Account;
use crate::clock::{Sleeper, millis, unix_millis};
use crate::faults::Faults;
use crate::har::Recorder;
use crate::hooks::Hooks;
use crate::journal::Journal;
use crate::ledger::Store;
use crate::limits::{Ceiling, Pool};
use crate::options::{EmulatorBuilder, RetryAfter};
use crate::registry::Registry;
use crate::server::{Router, Server};
use crate::state::Core;
use crate::table::Table;
use crate::traffic::Traffic;
use crate::vault::Vault;

impl EmulatorBuilder {
    /// The login of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_LOGIN: &'static str = "emulator@example.com";
    /// The password of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_PASSWORD: &'static str = "emulator";

    funnelflux_contract::setters! {
        /// Begins with an account that [`Emulator::snapshot`] saved, with its seed, traffic and updates.
        fn snapshot(text: impl Into<String>) => snapshot = Some(text.into());
        /// Sets the first access token. Default: made from the seed.
        fn access_token(token: impl Into<String>) => access_token = Some(token.into());
        /// Sets the first refresh token. Default: made from the seed.
        fn refresh_token(token: impl Into<String>) => refresh_token = Some(token.into());
        /// Sets login and password of the account, for `auth.login`. Default
        /// [`DEFAULT_LOGIN`](Self::DEFAULT_LOGIN) and [`DEFAULT_PASSWORD`](Self::DEFAULT_PASSWORD).
        fn login(login: impl Into<String>, password: impl Into<String>)
            => login = (login.into(), password.into());
        /// Answers 429 to every request beyond so many per second of the clock. Default: no ceiling.
        fn rate_ceiling(per_second: u32, retry_after: RetryAfter)
            => ceiling = Some((per_second, retry_after));
        /// Records each request but logins, with its answer, as HAR 1.2 into a file, which is emptied first. It is
        /// whole after each entry, and holds the tokens of this emulator. Where it cannot be written any more, the
        /// recording ends with a warning of `tracing`.
        fn record(file: File) => recording = Some(file);
        /// Calls servers for the traffic from the start on, as FunnelFlux calls those of its users. Default: none.
        fn hooks(hooks: Hooks) => hooks = Some(hooks);
        /// Sets the port on the loopback address. Default 0: a free one.
        fn port(port: u16), |it| it.address.set_port(port);
        /// Behaves as the account that the overlay was learned from: its paths, methods and names, the places
        /// of ids and of what answers hold, the values of its enumerations. The names of the contract are then
        /// refused, and its paths answered 404. [`build`](Self::build) and [`start`](Self::start) fail for a fact
        /// that makes no sense, and for a path where another operation of the same method is served.
        ///
        /// ```
        /// use funnelflux_transport::Overlay;
        ///
        /// let moved = |id| {
        ///     let overlay = Overlay::new().path(id, "/domain/{id}");
        ///     funnelflux_emulator::Emulator::builder().overlay(overlay).build()
        /// };
        /// assert!(moved("billing.domains.get").is_ok());
        /// let error = moved("billing.domain.get").unwrap_err();
        /// assert!(error.to_string().contains("billing.domains.get"));
        /// ```
        fn overlay(overlay: Overlay),
            |it| it.overlay = std::mem::take(&mut it.overlay).merge(overlay);
    }

    /// Sets how the emulator waits for [`Fault::latency`](crate::Fault::latency) and
    /// [`query_time`](Self::query_time). Default: tokio's timer, which follows paused time.
    pub fn sleeper<F, Fut>(mut self, sleep: F) -> Self
    where
        F: Fn(Duration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.sleeper = Sleeper(Arc::new(move |duration| Box::pin(sleep(duration))));
        self
    }

    /// Makes an emulator without a socket, to be called through [`Emulator::router`].
    ///
    /// # Errors
    /// When a setting makes no sense; the error names it. Servers are called by an emulator that is started.
    pub fn build(self) -> Result<Emulator, StartError> {
        if self.hooks.is_some() {
            return Err(StartError::setting(
                "hooks",
                "need an emulator that is served; use `start`",
            ));
        }
        Ok(Emulator::new(self.core()?, None))
    }

    /// Makes an emulator and serves it on the loopback address, in a task of its own on the present
    /// runtime, which must have I/O and time enabled.
    ///
    /// # Errors
    /// When there is no tokio runtime, the address is not a loopback address or cannot be bound, or
    /// a setting makes no sense.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let address = self.address;
        if !address.ip().is_loopback() {
            let right = "127.0.0.1 or ::1";
            let why =
                format!("the emulator binds loopback addresses only, not {address}; use {right}");
            return Err(StartError::new(Kind::NotLoopback, why));
        }
        let core = self.core()?;
        if tokio::runtime::Handle::try_current().is_err() {
            let why = "the emulator needs a tokio runtime with I/O to start";
            return Err(StartError::new(Kind::NoRuntime, why));
        }
        let router = Router { core: Arc::clone(&core), behind_socket: true };
        let server = Server::start(address, router).await.map_err(|error| StartError {
            kind: Kind::Bind,
            message: format!("cannot bind {address}: {error}"),
            source: Some(error),
        })?;
        Ok(Emulator::new(core, Some(server)))
    }

    fn check(&self) -> Result<(), StartError> {
        let sound = |token: &Option<String>| {
            let mut bytes = token.iter().flat_map(|token| token.bytes());
            token.as_deref() != Some("") && bytes.all(|byte| byte.is_ascii_graphic())
        };
        let for_a_header = "does not fit into a header; expected visible ASCII without spaces";
        let (name, why) = if self.report_pool.concurrent == 0 {
            ("report_pool", "lets no query run; expected at least one at once")
        } else if self.visits_per_hour > 100_000 {
            // A hundred million would not fit into memory, and a report would take hours.
            ("visits_per_hour", "is too large; expected at most 100000")
        } else if !sound(&self.access_token) {
            ("access_token", for_a_header)
        } else if !sound(&self.refresh_token) {
            ("refresh_token", for_a_header)
        } else if self.login.0.is_empty() || self.login.1.is_empty() {
            ("login", "is empty in one of its parts; expected both")
        } else if let Some(name) = self.hooks.as_ref().and_then(Hooks::fault) {
            let why = "is no http address of this machine; `anywhere` allows others";
            return Err(StartError::new(Kind::FarHook, format!("`{name}` {why}")));
        } else {
            return Ok(());
        };
        Err(StartError::setting(name, why))
    }

    fn core(mut self) -> Result<Arc<Core>, StartError> {
        self.check()?;
        let wrong = |(name, why): (&str, String)| StartError::setting(name, why);
        let table = Table::new(&self.overlay).map_err(|why| wrong(("overlay", why)))?;
        let read = self.snapshot.take().map(|text| serde_json::from_str(&text));
        let (ledger, domains, traffic) = match read {
            None => (
                match self.without_assets {
                    true => Store::new(self.seed),
                    false => Store::seeded(self.seed, &Account::new(self.seed)),
                },
                Registry::default(),
                Traffic::new(self.seed, self.visits_per_hour, unix_millis(self.traffic_since)),
            ),
            Some(Ok(Snapshot { version: VERSION, seed, traffic, ledger, domains })) => {
                self.seed = seed;
                (Store::load(seed, ledger), domains, Traffic::load(seed, traffic))
            }
            Some(_) => {
                let why = "cannot be read; expected what this version of the emulator has saved";
                return Err(StartError::setting("snapshot", why));
            }
        };
        let recorder = self.recording.take().map(Recorder::begin).transpose();
        let recorder =
            recorder.map_err(|error| wrong(("record", format!("cannot write: {error}"))))?;
        let mut vault = Vault::new(self.seed, millis(self.access_token_lifetime), self.rotation);
        vault.issue_access(self.access_token.take(), self.clock.unix_millis());
        vault.issue_refresh(self.refresh_token.take());
        Ok(Arc::new(Core {
            table,
            account: Account::new(self.seed),
            ledger: Lock::new(ledger),
            domains: Lock::new(domains),
            traffic,
            vault: Lock::new(vault),
            faults: Faults::default(),
            called: Lock::default(),
            journal: Lock::new(Journal::new(self.request_log)),
            recorder,
            pool: Pool::new(self.report_pool),
            ceiling: self.ceiling.map(|(rate, after)| Ceiling::new(rate, after)),
            accepted: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            options: self,
        }))
    }
}

/// The error of an emulator that could not start.
#[derive(Debug)]
pub struct StartError {
    kind: Kind,
    message: String,
    source: Option<io::Error>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    NotLoopback,
    NoRuntime,
    Bind,
    Setting,
    FarHook,
}

impl StartError {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    fn setting(name: &str, why: impl fmt::Display) -> Self {
        Self::new(Kind::Setting, format!("`{name}` {why}"))
    }

    /// The address is not a loopback address. What to check: bind to `127.0.0.1` or `::1`; an
    /// emulator that others can reach would answer them.
    pub fn is_not_loopback(&self) -> bool {
        self.kind == Kind::NotLoopback
    }

    /// The address could not be bound. What to check: whether another program has the port; port 0
    /// takes a free one.
    pub fn is_bind(&self) -> bool {
        self.kind == Kind::Bind
    }

    /// There is no tokio runtime. What to check: that `start` is awaited on one; without a runtime
    /// use [`build`](crate::EmulatorBuilder::build) and the router.
    pub fn is_no_runtime(&self) -> bool {
        self.kind == Kind::NoRuntime
    }

    /// A setting makes no sense. What to check: the setting that the message names.
    pub fn is_setting(&self) -> bool {
        matches!(self.kind, Kind::Setting | Kind::FarHook)
    }

    /// An address of [`hooks`](crate::EmulatorBuilder::hooks) is no HTTP address of this machine. What to
    /// check: the address; [`Hooks::anywhere`] allows other machines. It is a setting, too.
    pub fn is_far_hook(&self) -> bool {
        self.kind == Kind::FarHook
    }
}

funnelflux_contract::formats! { Display for StartError, |it, f| f.write_str(&it.message) }

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
