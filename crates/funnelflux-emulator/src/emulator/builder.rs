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

/// 2023-01-01T00:00:00Z: before the samples of production, which are of October 2023.
const TRAFFIC_SINCE_SECONDS: u64 = 1_672_531_200;

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
    report_pool: Option<PoolLimits>,
    ceiling: Option<(u32, RetryAfter)>,
    request_log: usize,
    options: Options,
}

/// Setters: the method, and the field that it sets.
macro_rules! setters {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty => $($field:ident).+;)+) => {
        impl EmulatorBuilder {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $name(mut self, $name: $type) -> Self {
                    self.$($field).+ = $name.into();
                    self
                }
            )+
        }
    };
}

setters! {
    /// Sets the seed of account, tokens and traffic. Default 1.
    seed: u64 => seed;
    /// Sets the clock. Default: the system's.
    clock: Clock => clock;
    /// Sets the address, which must be a loopback address. Default 127.0.0.1:0, a free port.
    address: SocketAddr => address;
    /// Sets how long an access token is valid. Default 72 hours, as documented.
    access_token_lifetime: Duration => options.access_token_lifetime;
    /// Sets the visits per hour, on average over the day. Default 40. A visit makes about two events.
    visits_per_hour: u32 => visits_per_hour;
    /// Sets the beginning of the traffic. Default 2023-01-01T00:00:00Z. It ends at the clock's now.
    traffic_since: SystemTime => traffic_since;
    /// Sets what happens to unknown members of a request. Default: refused.
    unknown_members: UnknownMembers => options.unknown_members;
    /// Sets the status for an expired access token. Default 401.
    expired_status: ExpiredStatus => options.expired_status;
    /// Sets the unit of `expires_at`. Default seconds.
    expiry_unit: ExpiryUnit => options.expiry_unit;
    /// Sets whether a refresh changes the refresh token. Default: it stays.
    rotation: Rotation => options.rotation;
    /// Sets the shape of the attribute list. Default: strings.
    attribute_list: AttributeList => options.attribute_list;
    /// Sets whether a look-up by id finds a deleted asset. Default: it does.
    deleted_assets: DeletedAssets => options.deleted_assets;
    /// Sets how long a new domain is pending, by the clock. Default 60 seconds.
    domain_delay: Duration => options.domain_delay;
    /// Sets how long an update is queued before reports show it, by the clock. Default 30 seconds.
    update_delay: Duration => options.update_delay;
    /// Sets the shape of error bodies. Default: nested.
    error_shape: ErrorShape => options.error_shape;
    /// Sets whether the second of `timeEnd` belongs to a report. Default: it does.
    range_end: RangeEnd => options.range_end;
    /// Sets the largest request body, in bytes; larger ones are answered 413. Default 1 MiB.
    max_body: usize => options.max_body;
    /// Kills report queries over more than this many hours, as the API kills one that runs longer than
    /// 30 seconds. Default: only queries with more than 100,000 rows are killed.
    max_query_hours: u32 => options.max_query_hours;
    /// Sets the status of a killed query. Live behaviour unknown; default 504.
    killed_status: StatusCode => options.killed_status;
    /// Gives only the newest rows of a raw event query, over all pages. Default: all. The vendor's
    /// interface shows 1000.
    raw_event_cap: usize => options.raw_event_cap;
    /// Sets how long a report query occupies its place in the pool. Default: while it runs.
    query_time: Duration => options.query_time;
    /// Limits how many report queries run at once, and how many wait. Default: no limit.
    report_pool: PoolLimits => report_pool;
    /// Sets how many of the newest requests are kept for [`Emulator::requests`]. Default 4096.
    request_log: usize => request_log;
}

impl EmulatorBuilder {
    /// The login of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_LOGIN: &'static str = "emulator@example.com";
    /// The password of the account, unless [`login`](Self::login) sets another.
    pub const DEFAULT_PASSWORD: &'static str = "emulator";

    pub(super) fn new() -> Self {
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
            // About a thousand visits a day: a week's report takes a moment, and no cell is empty.
            visits_per_hour: 40,
            traffic_since: SystemTime::UNIX_EPOCH + Duration::from_secs(TRAFFIC_SINCE_SECONDS),
            report_pool: None,
            ceiling: None,
            // A test makes a few hundred requests; a demo that runs for a week must not fill the memory.
            request_log: 4096,
            options: Options {
                unknown_members: UnknownMembers::default(),
                expired_status: ExpiredStatus::default(),
                expiry_unit: ExpiryUnit::default(),
                rotation: Rotation::default(),
                attribute_list: AttributeList::default(),
                deleted_assets: DeletedAssets::default(),
                error_shape: ErrorShape::default(),
                range_end: RangeEnd::default(),
                // Documented: 72 hours.
                access_token_lifetime: Duration::from_secs(72 * 3600),
                // Long enough to be seen pending, short enough for a demo.
                domain_delay: Duration::from_secs(60),
                // Finds a client that takes "queued" for "done".
                update_delay: Duration::from_secs(30),
                query_time: Duration::ZERO,
                // A request with ten attributes and a thousand filters is below 100 kB.
                max_body: 1024 * 1024,
                max_query_hours: None,
                raw_event_cap: None,
                killed_status: StatusCode::GATEWAY_TIMEOUT,
            },
        }
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
        self.address.set_port(port);
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
        if self.report_pool.is_some_and(|pool| pool.concurrent == 0) {
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
            pool: Pool::new(self.report_pool),
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
            .field("report_pool", &self.report_pool)
            .field("ceiling", &self.ceiling)
            .field("moves", &self.moves)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
