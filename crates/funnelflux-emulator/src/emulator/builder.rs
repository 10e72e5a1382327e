//! Setting up an emulator.

use std::fmt;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
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
    RangeEnd, RetryAfter, Rotation, UnknownMembers,
};
use crate::registry::Registry;
use crate::server::{Router, Server};
use crate::sleep::Sleeper;
use crate::state::{Connections, Core};
use crate::table::{Move, Table};
use crate::traffic::Traffic;
use crate::vault::{Login, Vault};

/// 2023-01-01T00:00:00Z: early enough for the samples of production, of October 2023.
const TRAFFIC_SINCE_SECONDS: u64 = 1_672_531_200;
/// About a thousand visits a day: a week's report in a blink, and no empty cells.
const VISITS_PER_HOUR: u32 = 40;
/// A test makes a few hundred requests; a demo that runs for a week must not fill the memory.
const REQUEST_LOG: usize = 4096;

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
    seed: u64,
    snapshot: Option<String>,
    clock: Clock,
    sleeper: Sleeper,
    address: SocketAddr,
    access_token: Option<String>,
    refresh_token: Option<String>,
    login: (String, String),
    moves: Vec<Move>,
    visits_per_hour: u32,
    traffic_since: SystemTime,
    pool: Option<PoolLimits>,
    ceiling: Option<(u32, RetryAfter)>,
    request_log: usize,
    options: Options,
}

impl EmulatorBuilder {
    /// The login of the account, unless [`login`](Self::login) says otherwise.
    pub const DEFAULT_LOGIN: &'static str = "emulator@example.com";
    /// The password of the account, unless [`login`](Self::login) says otherwise.
    pub const DEFAULT_PASSWORD: &'static str = "emulator";

    pub(crate) fn new() -> Self {
        Self {
            seed: 1,
            snapshot: None,
            clock: Clock::system(),
            sleeper: Sleeper::tokio(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            access_token: None,
            refresh_token: None,
            login: (Self::DEFAULT_LOGIN.to_owned(), Self::DEFAULT_PASSWORD.to_owned()),
            moves: Vec::new(),
            visits_per_hour: VISITS_PER_HOUR,
            traffic_since: SystemTime::UNIX_EPOCH + Duration::from_secs(TRAFFIC_SINCE_SECONDS),
            pool: None,
            ceiling: None,
            request_log: REQUEST_LOG,
            options: Options::default(),
        }
    }

    /// What account, tokens and traffic are made from. Default 1.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Begins with an account that [`Emulator::snapshot`] saved, in place of a new one. It brings its
    /// own seed, traffic and updates with it.
    #[must_use]
    pub fn snapshot(mut self, text: impl Into<String>) -> Self {
        self.snapshot = Some(text.into());
        self
    }

    /// The clock. Default: the system's.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// How the emulator waits: for [`Fault::latency`](crate::Fault::latency) and
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

    /// The port on 127.0.0.1. Default 0: a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address, which must be a loopback address. Default 127.0.0.1:0.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The first access token. Default: made from the seed.
    #[must_use]
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(token.into());
        self
    }

    /// The first refresh token. Default: made from the seed.
    #[must_use]
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        self.refresh_token = Some(token.into());
        self
    }

    /// The account's login and password, for `auth.login`. Default
    /// [`DEFAULT_LOGIN`](Self::DEFAULT_LOGIN) and [`DEFAULT_PASSWORD`](Self::DEFAULT_PASSWORD).
    #[must_use]
    pub fn login(mut self, login: impl Into<String>, password: impl Into<String>) -> Self {
        self.login = (login.into(), password.into());
        self
    }

    /// Serves an operation at another path below the base, and no longer at that of the contract: a
    /// client with the usual path gets the 404 of any unknown path. Where the contract's path has an
    /// `{id}`, the other one must have it too.
    ///
    /// Of several moves of one operation, by this and by [`root`](Self::root), the last one counts.
    /// The error for an unknown operation, an impossible path, or one where another operation of the
    /// same method is served, comes from [`build`](Self::build) and [`start`](Self::start).
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
    /// `campaign/funnel`, or of a section, such as `billing`.
    ///
    /// An asset whose root lies below this one stays where it is: `campaign/funnel` does not move
    /// `campaign/funnel/condition`, and `campaign` moves neither. Move it by a call of its own. A
    /// root is always one of the contract, wherever an earlier call has moved its operations.
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

    /// How long an access token lives. Default 72 hours, as documented.
    #[must_use]
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.access_token_lifetime = lifetime;
        self
    }

    /// Visits per hour, on average over the day. Default 40. A visit makes about two events.
    #[must_use]
    pub fn visits_per_hour(mut self, visits: u32) -> Self {
        self.visits_per_hour = visits;
        self
    }

    /// When the traffic begins. Default 2023-01-01T00:00:00Z. It ends at the clock's now.
    #[must_use]
    pub fn traffic_since(mut self, since: SystemTime) -> Self {
        self.traffic_since = since;
        self
    }

    /// What happens to unknown members of a request. Default: refused.
    #[must_use]
    pub fn unknown_members(mut self, choice: UnknownMembers) -> Self {
        self.options.unknown_members = choice;
        self
    }

    /// How an expired access token is answered. Default 401.
    #[must_use]
    pub fn expired_status(mut self, choice: ExpiredStatus) -> Self {
        self.options.expired_status = choice;
        self
    }

    /// The unit of `expires_at`. Default seconds.
    #[must_use]
    pub fn expiry_unit(mut self, choice: ExpiryUnit) -> Self {
        self.options.expiry_unit = choice;
        self
    }

    /// Whether a refresh changes the refresh token. Default: it stays.
    #[must_use]
    pub fn rotation(mut self, choice: Rotation) -> Self {
        self.options.rotation = choice;
        self
    }

    /// The shape of the attribute list. Default: strings.
    #[must_use]
    pub fn attribute_list(mut self, choice: AttributeList) -> Self {
        self.options.attribute_list = choice;
        self
    }

    /// Whether a look-up by id finds a deleted asset. Default: it does.
    #[must_use]
    pub fn deleted_assets(mut self, choice: DeletedAssets) -> Self {
        self.options.deleted_assets = choice;
        self
    }

    /// How long a new domain is pending before it is active, by the clock. Default 60 seconds.
    #[must_use]
    pub fn domain_delay(mut self, delay: Duration) -> Self {
        self.options.domain_delay = delay;
        self
    }

    /// How long an update is queued before it shows in reports, by the clock. Default 30 seconds.
    #[must_use]
    pub fn update_delay(mut self, delay: Duration) -> Self {
        self.options.update_delay = delay;
        self
    }

    /// The shape of error bodies. Default: nested.
    #[must_use]
    pub fn error_shape(mut self, choice: ErrorShape) -> Self {
        self.options.error_shape = choice;
        self
    }

    /// Whether the second of `timeEnd` belongs to a report. Default: it does.
    #[must_use]
    pub fn range_end(mut self, choice: RangeEnd) -> Self {
        self.options.range_end = choice;
        self
    }

    /// The largest request body, in bytes; larger ones are answered 413. Default 1 MiB.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.options.max_body = bytes;
        self
    }

    /// Kills report queries over more than this many hours, as the API kills one that runs longer
    /// than 30 seconds. Default: none is killed for that, and only those that would have more than
    /// 100,000 rows.
    #[must_use]
    pub fn max_query_hours(mut self, hours: u32) -> Self {
        self.options.max_query_hours = Some(hours);
        self
    }

    /// The status of a killed query. Live behaviour unknown; default 504.
    #[must_use]
    pub fn killed_status(mut self, status: StatusCode) -> Self {
        self.options.killed_status = status;
        self
    }

    /// Gives only the newest rows of a raw event query, however one pages. Default: all. The
    /// vendor's interface shows 1000.
    #[must_use]
    pub fn raw_event_cap(mut self, rows: usize) -> Self {
        self.options.raw_event_cap = Some(rows);
        self
    }

    /// How long a report query occupies its place in the pool. Default: no longer than it takes.
    #[must_use]
    pub fn query_time(mut self, time: Duration) -> Self {
        self.options.query_time = time;
        self
    }

    /// Limits report queries to so many at once, and so many waiting. Default: no limit.
    #[must_use]
    pub fn report_pool(mut self, limits: PoolLimits) -> Self {
        self.pool = Some(limits);
        self
    }

    /// Answers 429 to every request beyond so many per second of the clock. Default: no ceiling.
    #[must_use]
    pub fn rate_ceiling(mut self, per_second: u32, retry_after: RetryAfter) -> Self {
        self.ceiling = Some((per_second, retry_after));
        self
    }

    /// How many of the newest requests are kept for [`Emulator::requests`]. Default 4096.
    #[must_use]
    pub fn request_log(mut self, requests: usize) -> Self {
        self.request_log = requests;
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

    /// Makes an emulator and starts to serve it on the loopback address, in a task of its own on
    /// the runtime that this is called on. The runtime must have I/O enabled, and time as well where
    /// latency is injected.
    ///
    /// # Errors
    ///
    /// When there is no tokio runtime, the address is not a loopback address or cannot be bound, or
    /// a setting makes no sense.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let address = self.address;
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
        if self.pool.is_some_and(|pool| pool.concurrent == 0) {
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
        let since = self.traffic_since.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let since = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let (seed, account, ledger, domains, traffic) = match &self.snapshot {
            None => {
                let seed = self.seed;
                let account = Account::new(seed);
                let ledger = Ledger::new(seed, &account);
                let traffic = Traffic::new(seed, self.visits_per_hour, since);
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
        let lifetime = self.options.access_token_lifetime.as_millis();
        let lifetime = i64::try_from(lifetime).unwrap_or(i64::MAX);
        let vault = Vault::new(seed, lifetime, self.options.rotation);
        vault.issue_access(self.access_token, self.clock.unix_millis());
        vault.issue_refresh(self.refresh_token);
        Ok(Arc::new(Core {
            seed,
            options: self.options,
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
            journal: Journal::new(self.request_log),
            pool: Pool::new(self.pool),
            ceiling: self.ceiling.map(|(rate, after)| Ceiling::new(rate, after)),
            connections: Connections::default(),
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
            .field("seed", &self.seed)
            .field("clock", &self.clock)
            .field("address", &self.address)
            .field("visits_per_hour", &self.visits_per_hour)
            .field("pool", &self.pool)
            .field("ceiling", &self.ceiling)
            .field("moves", &self.moves)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
