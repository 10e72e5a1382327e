//! Setting up an emulator.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::Emulator;
use super::snapshot::Snapshot;
use crate::account::Account;
use crate::clock::Clock;
use crate::error::StartError;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::limits::{Ceiling, Pool};
use crate::options::{
    AttributeList, DeletedAssets, ErrorShape, ExpiredStatus, ExpiryUnit, Options, PoolLimits,
    RangeEnd, RetryAfter, Rotation, UnknownMembers, switches,
};
use crate::registry::Registry;
use crate::server::{Router, Server};
use crate::sleep::Sleeper;
use crate::state::{Connections, Core};
use crate::table::{Move, Table};
use crate::traffic::Traffic;
use crate::vault::{Login, Vault};

/// Sets up an [`Emulator`].
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use funnelflux_emulator::{Clock, Emulator, ExpiredStatus, Rotation};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::builder()
///     .seed(7)
///     .clock(Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)))
///     .expired_status(ExpiredStatus::BadRequest)
///     .rotation(Rotation::Rotate)
///     .start()
///     .await?;
/// assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
pub struct EmulatorBuilder {
    snapshot: Option<String>,
    clock: Clock,
    sleeper: Sleeper,
    access_token: Option<String>,
    refresh_token: Option<String>,
    login: (String, String),
    moves: Vec<Move>,
    ceiling: Option<(u32, RetryAfter)>,
    options: Options,
}

macro_rules! setters {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)+) => {
        impl EmulatorBuilder {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $name(mut self, $name: $type) -> Self {
                    self.options.$name = $name;
                    self
                }
            )+
        }
    };
}
switches!(setters);

impl EmulatorBuilder {
    /// The login of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_LOGIN: &'static str = "emulator@example.com";
    /// The password of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_PASSWORD: &'static str = "emulator";

    pub(super) fn new() -> Self {
        Self {
            snapshot: None,
            clock: Clock::system(),
            sleeper: Sleeper::tokio(),
            access_token: None,
            refresh_token: None,
            login: (Self::DEFAULT_LOGIN.to_owned(), Self::DEFAULT_PASSWORD.to_owned()),
            moves: Vec::new(),
            ceiling: None,
            options: Options::default(),
        }
    }

    /// Sets the clock. Default: the system's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Begins with an account that [`Emulator::snapshot`] saved, which has its own seed, traffic and
    /// updates.
    #[must_use]
    pub fn snapshot(mut self, text: impl Into<String>) -> Self {
        self.snapshot = Some(text.into());
        self
    }

    /// Sets how the emulator waits for [`Fault::latency`](crate::Fault::latency) and
    /// [`query_time`](Self::query_time). Default: tokio's timer, which follows paused time.
    #[must_use]
    pub fn sleeper<F, Fut>(mut self, sleep: F) -> Self
    where
        F: Fn(Duration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.sleeper = Sleeper::new(sleep);
        self
    }

    /// Sets the port on the loopback address. Default 0: a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.options.address.set_port(port);
        self
    }

    /// Sets the first access token. Default: made from the seed.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(token.into());
        self
    }

    /// Sets the first refresh token. Default: made from the seed.
    #[must_use]
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        self.refresh_token = Some(token.into());
        self
    }

    /// Sets login and password of the account, for `auth.login`. Default
    /// [`DEFAULT_LOGIN`](Self::DEFAULT_LOGIN) and [`DEFAULT_PASSWORD`](Self::DEFAULT_PASSWORD).
    #[must_use]
    pub fn login(mut self, login: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = (login.into(), password.into());
        self
    }

    /// Answers 429 to every request beyond so many per second of the clock. Default: no ceiling.
    #[must_use]
    pub fn rate_ceiling(mut self, per_second: u32, retry_after: RetryAfter) -> Self {
        self.ceiling = Some((per_second, retry_after));
        self
    }

    /// Serves an operation at another path below the base. The path of the contract is then answered
    /// 404. Where it has an `{id}`, the other path must have one too.
    ///
    /// Of several moves of one operation, by this and by [`root`](Self::root), the last one counts.
    /// [`build`](Self::build) and [`start`](Self::start) fail for an unknown operation, an impossible
    /// path, and one where another operation of the same method is served.
    ///
    /// ```
    /// use funnelflux_emulator::Emulator;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator =
    ///     Emulator::builder().path("billing.domains.get", "/domain/{id}").build()?;
    /// # let _ = emulator;
    /// let error = Emulator::builder().path("billing.domain.get", "/domain/{id}").build();
    /// assert!(error.unwrap_err().to_string().contains("`billing.domains.…`"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn path(mut self, operation: impl Into<String>, path: impl Into<String>) -> Self {
        self.moves.push(Move::Operation { id: operation.into(), to: path.into() });
        self
    }

    /// Serves all operations below one root of the contract below another: those of an asset, such as
    /// `campaign/funnel`, or those of a section, such as `billing`.
    ///
    /// An asset whose root lies below this one stays: `campaign/funnel` does not move
    /// `campaign/funnel/condition`, and `campaign` moves neither. `from` is always a root of the
    /// contract, also after an earlier call has moved its operations.
    ///
    /// ```
    /// use funnelflux_emulator::Emulator;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // The alternatives that the contract gives for these two guesses.
    /// let emulator = Emulator::builder()
    ///     .root("campaign/funnel", "funnel")
    ///     .root("campaign/funnel/condition", "condition")
    ///     .build()?;
    /// # let _ = emulator;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn root(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.moves.push(Move::Root { from: from.into(), to: to.into() });
        self
    }

    /// Makes an emulator without a socket, to be called through [`Emulator::router`].
    ///
    /// # Errors
    ///
    /// When a setting makes no sense; the error names it.
    pub fn build(self) -> Result<Emulator, StartError> {
        Ok(Emulator::new(self.core()?, None))
    }

    /// Makes an emulator and serves it on the loopback address, in a task of its own on the present
    /// runtime. The runtime must have I/O enabled, and time as well where latency is injected.
    ///
    /// # Errors
    ///
    /// When there is no tokio runtime, the address is not a loopback address or cannot be bound, or
    /// a setting makes no sense.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let address = self.options.address;
        if !address.ip().is_loopback() {
            return Err(StartError::not_loopback(address));
        }
        let core = self.core()?;
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StartError::no_runtime());
        }
        let router = Router::new(Arc::clone(&core));
        let server = Server::start(address, Arc::clone(&core), router)
            .await
            .map_err(|error| StartError::bind(address, error))?;
        Ok(Emulator::new(core, Some(server)))
    }

    fn core(self) -> Result<Arc<Core>, StartError> {
        let mut options = self.options;
        if options.report_pool.concurrent == 0 {
            return Err(StartError::setting(
                "report_pool",
                "lets no query run; expected at least one at once",
            ));
        }
        for (name, token) in
            [("access_token", &self.access_token), ("refresh_token", &self.refresh_token)]
        {
            let sound = |token: &String| {
                !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
            };
            if !token.as_ref().is_none_or(sound) {
                return Err(StartError::setting(
                    name,
                    "does not fit into a header; expected visible ASCII without spaces",
                ));
            }
        }
        let (login, password) = self.login;
        let login = Login::new(login, password).ok_or_else(|| {
            StartError::setting("login", "is empty in one of its parts; expected both")
        })?;
        let table =
            Table::new(&self.moves).map_err(|(name, why)| StartError::setting(name, why))?;
        let since =
            options.traffic_since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let (seed, account, ledger, domains, traffic) = match &self.snapshot {
            None => {
                let seed = options.seed;
                let account = Account::new(seed);
                let ledger = Ledger::new(seed, &account);
                let traffic = Traffic::new(seed, options.visits_per_hour, since);
                (seed, account, ledger, Registry::new(seed), traffic)
            }
            Some(text) => {
                let saved = Snapshot::read(text).ok_or_else(|| {
                    StartError::setting(
                        "snapshot",
                        "cannot be read; expected what this version of the emulator has saved",
                    )
                })?;
                let seed = saved.seed;
                let account = Account::new(seed);
                let ledger = Ledger::load(seed, &account, saved.ledger);
                let domains = Registry::load(seed, saved.domains);
                (seed, account, ledger, domains, Traffic::load(seed, saved.traffic))
            }
        };
        let lifetime = options.access_token_lifetime.as_millis();
        let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
        let vault = Vault::new(seed, lifetime, options.rotation);
        vault.issue_access(self.access_token, self.clock.unix_millis());
        vault.issue_refresh(self.refresh_token);
        options.seed = seed;
        Ok(Arc::new(Core {
            table,
            clock: self.clock,
            sleeper: self.sleeper,
            account,
            ledger,
            domains,
            traffic,
            vault,
            login,
            faults: Faults::default(),
            journal: Journal::new(options.request_log),
            pool: Pool::new(options.report_pool),
            ceiling: self.ceiling.map(|(rate, after)| Ceiling::new(rate, after)),
            connections: Connections::default(),
            options,
        }))
    }
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("clock", &self.clock)
            .field("ceiling", &self.ceiling)
            .field("moves", &self.moves)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
