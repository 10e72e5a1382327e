//! The choices where the live behaviour is unknown or known to vary. Each is a switch of the builder, so
//! that a client can be tested against every answer that the live API may give.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use funnelflux_transport::Overlay;
use http::StatusCode;

use crate::clock::{Clock, Sleeper};
use crate::hooks::Hooks;

/// What happens to members of a request that the contract does not know. Live behaviour: unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownMembers {
    /// Refused with a message that names the member, since a misspelt filter would widen a report.
    #[default]
    Refuse,
    /// Ignored, as many servers do.
    Ignore,
}

/// The status of the answer to an expired access token. Documented: 400 or 401, on any call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiredStatus {
    /// 401.
    #[default]
    Unauthorized,
    /// 400.
    BadRequest,
}

/// The unit of `expires_at`. Proven: seconds. A tolerant client reads milliseconds too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiryUnit {
    /// Unix seconds.
    #[default]
    Seconds,
    /// Unix milliseconds.
    Milliseconds,
}

/// What a refresh does to the refresh token. Proven: the answer carries one. Whether it differs is
/// unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rotation {
    /// The refresh token stays valid, and the answer repeats it.
    #[default]
    Keep,
    /// The answer has a new refresh token, and the presented one is revoked.
    Rotate,
}

/// The shape of the answer to "list available attributes". Live behaviour: unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AttributeList {
    /// `["Element: Funnel", …]`
    #[default]
    Strings,
    /// `[{"attribute": "Element: Funnel", "category": "Element"}, …]`
    Objects,
}

/// Whether a look-up by id finds a deleted asset. Live behaviour: unknown. Documented for middleware
/// configs: a list without a status leaves the deleted ones out, so they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DeletedAssets {
    /// It is found, with the status `deleted`.
    #[default]
    Findable,
    /// It is answered 404. Lists with the filter `deleted` or `all` still show it.
    Hidden,
}

/// The shape of an error body. Sibling-graded: the self-hosted product uses either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorShape {
    /// `{"error": {"code": 400, "message": "…"}}`
    #[default]
    Nested,
    /// `{"code": 400, "message": "…"}`
    Flat,
}

/// How the end of a report's time range counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RangeEnd {
    /// The second of `timeEnd` belongs to the range. Production sends `23:59:59` for a whole day,
    /// which only makes sense this way.
    #[default]
    InclusiveSecond,
    /// `timeEnd` does not belong to the range, as the self-hosted product states.
    Exclusive,
}

/// `Retry-After` on an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RetryAfter {
    /// No such header.
    #[default]
    Absent,
    /// Whole seconds: `Retry-After: 2`.
    Seconds(u32),
    /// An HTTP date this many seconds after the emulator's now.
    DateIn(u32),
}

/// How many report queries run at once. Documented: they share a pool with a maximum concurrency and a
/// queue. The numbers are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Queries that run at the same time.
    pub concurrent: usize,
    /// Queries that may wait for their turn; further ones are answered 429.
    pub queue: usize,
}

/// Makes the builder: its fields, their defaults, and a setter for each setting with one value.
macro_rules! settings {
    (
        { $($own:ident: $own_type:ty = $own_default:expr;)+ }
        $($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)+
    ) => {
        /// Sets up an [`Emulator`](crate::Emulator). The page of the crate shows it.
        #[must_use = "a builder makes nothing until it is built or started"]
        pub struct EmulatorBuilder {
            $(pub(crate) $own: $own_type,)+
            $(pub(crate) $name: $type,)+
        }

        impl Default for EmulatorBuilder {
            fn default() -> Self {
                Self {
                    $($own: $own_default,)+
                    $($name: $default,)+
                }
            }
        }

        impl EmulatorBuilder {
            funnelflux_contract::setters! {
                $($(#[doc = $doc])+ fn $name($name: $type) => $name = $name;)+
            }
        }

        funnelflux_contract::shows! {
            /// Shows no token and no login.
            EmulatorBuilder, |it|
                overlay: it.overlay, hooks: it.hooks, ceiling: it.ceiling,
                $($name: it.$name),+
        }
    };
}

settings! {
    {
        snapshot: Option<String> = None;
        sleeper: Sleeper = Sleeper::tokio();
        access_token: Option<String> = None;
        refresh_token: Option<String> = None;
        login: (String, String) =
            (EmulatorBuilder::DEFAULT_LOGIN.to_owned(), EmulatorBuilder::DEFAULT_PASSWORD.to_owned());
        overlay: Overlay = Overlay::new();
        hooks: Option<Hooks> = None;
        recording: Option<File> = None;
        ceiling: Option<(u32, RetryAfter)> = None;
    }
    /// Sets the clock. Default: the system's.
    clock: Clock = Clock::system();
    /// Sets the seed of account, tokens and traffic. Default 1.
    seed: u64 = 1;
    /// Begins with an account that has no assets. Its traffic stays, and belongs to none of them. Default off.
    without_assets: bool = false;
    /// Sets the address, which must be a loopback address. Default 127.0.0.1:0, a free port.
    address: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    /// Sets how long an access token is valid. Default 72 hours, as documented.
    access_token_lifetime: Duration = Duration::from_secs(72 * 3600);
    /// Sets the visits per hour, on average over the day. Default 40, at most 100,000. A visit makes
    /// about two events.
    // About a thousand visits a day: a week's report takes a moment, and no cell is empty.
    visits_per_hour: u32 = 40;
    /// Sets the beginning of the traffic. Default 2023-01-01T00:00:00Z. It ends at the clock's now.
    // Before the samples of production, which are of October 2023.
    traffic_since: SystemTime = UNIX_EPOCH + Duration::from_secs(1_672_531_200);
    /// Sets what happens to unknown members of a request. Default: refused.
    unknown_members: UnknownMembers = UnknownMembers::default();
    /// Sets the status for an expired access token. Default 401.
    expired_status: ExpiredStatus = ExpiredStatus::default();
    /// Sets the unit of `expires_at`. Default seconds.
    expiry_unit: ExpiryUnit = ExpiryUnit::default();
    /// Sets whether a refresh changes the refresh token. Default: it stays.
    rotation: Rotation = Rotation::default();
    /// Sets the shape of the attribute list. Default: strings.
    attribute_list: AttributeList = AttributeList::default();
    /// Sets whether a look-up by id finds a deleted asset. Default: it does.
    deleted_assets: DeletedAssets = DeletedAssets::default();
    /// Sets how long a new domain is pending, by the clock. Default 60 seconds.
    // Long enough to be seen pending, short enough for a demo.
    domain_delay: Duration = Duration::from_secs(60);
    /// Sets how long an update is queued before reports show it, by the clock. Default 30 seconds.
    // Finds a client that takes "queued" for "done".
    update_delay: Duration = Duration::from_secs(30);
    /// Sets the shape of error bodies. Default: nested.
    error_shape: ErrorShape = ErrorShape::default();
    /// Sets whether the second of `timeEnd` belongs to a report. Default: it does.
    range_end: RangeEnd = RangeEnd::default();
    /// Sets the largest request body, in bytes; larger ones are answered 413. Default 1 MiB.
    // A request with ten attributes and a thousand filters is below 100 kB.
    max_body: usize = 1024 * 1024;
    /// Sets how long a connection may take to send the head of its next request, and then its body, before
    /// it is closed; a body that does not end is answered 408. Default 30 seconds.
    head_timeout: Duration = Duration::from_secs(30);
    /// Sets how many connections may be open at once; further ones wait. Default 1024.
    most_connections: usize = 1024;
    /// Kills report queries over more than this many hours, as the API kills one that runs longer than
    /// 30 seconds. Default: only queries with more than 100,000 rows are killed.
    max_query_hours: u32 = u32::MAX;
    /// Sets the status of a killed query. Live behaviour unknown; default 504.
    killed_status: StatusCode = StatusCode::GATEWAY_TIMEOUT;
    /// Gives only the newest rows of a raw event query, over all pages. Default: all. The vendor's
    /// interface shows 1000.
    raw_event_cap: usize = usize::MAX;
    /// Sets how long a report query occupies its place in the pool. Default: while it runs.
    query_time: Duration = Duration::ZERO;
    /// Limits how many report queries run at once, and how many wait. Default: no limit.
    report_pool: PoolLimits = PoolLimits { concurrent: usize::MAX, queue: usize::MAX };
    /// Sets how many of the newest requests are kept for
    /// [`Emulator::requests`](crate::Emulator::requests). Default 4096.
    // A test makes a few hundred requests; a demo that runs for a week must not fill the memory.
    request_log: usize = 4096;
}
