//! The choices where the live behaviour is unknown or known to vary.
//!
//! Each is a switch of the builder, so that a client can be tested against every answer that the live
//! API may give.

use std::time::Duration;

use http::StatusCode;

/// What happens to members of a request that the contract does not know.
///
/// Live behaviour: unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownMembers {
    /// Refused with a message that names the member, since a misspelt filter would widen a report.
    #[default]
    Refuse,
    /// Ignored, as many servers do.
    Ignore,
}

/// The status with which an expired access token is answered.
///
/// Documented: expiry may show as 400 or 401 on any call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiredStatus {
    /// 401.
    #[default]
    Unauthorized,
    /// 400.
    BadRequest,
}

/// The unit of `expires_at`.
///
/// Proven: seconds. A tolerant client reads milliseconds too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ExpiryUnit {
    /// Unix seconds.
    #[default]
    Seconds,
    /// Unix milliseconds.
    Milliseconds,
}

/// What a refresh does to the refresh token.
///
/// Proven: the answer carries a refresh token. Whether it differs is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rotation {
    /// The refresh token stays valid, and the answer repeats it.
    #[default]
    Keep,
    /// The answer has a new refresh token, and the presented one is revoked.
    Rotate,
}

/// The shape of the answer to "list available attributes".
///
/// Live behaviour: unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AttributeList {
    /// `["Element: Funnel", …]`
    #[default]
    Strings,
    /// `[{"attribute": "Element: Funnel", "category": "Element"}, …]`
    Objects,
}

/// Whether a look-up by id finds a deleted asset.
///
/// Live behaviour: unknown. Documented for middleware configs: a list without a status leaves the
/// deleted ones out, so they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DeletedAssets {
    /// It is found, with the status `deleted`.
    #[default]
    Findable,
    /// It is answered 404. Lists with the filter `deleted` or `all` still show it.
    Hidden,
}

/// The shape of an error body.
///
/// Sibling-graded: the self-hosted product uses either.
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

/// How many report queries run at once.
///
/// Documented: queries share a pool with a maximum concurrency and a queue. The numbers are
/// unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLimits {
    /// Queries that run at the same time.
    pub concurrent: usize,
    /// Queries that may wait for their turn; further ones are answered 429.
    pub queue: usize,
}

/// The switches of a builder, whose methods describe them.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) unknown_members: UnknownMembers,
    pub(crate) expired_status: ExpiredStatus,
    pub(crate) expiry_unit: ExpiryUnit,
    pub(crate) rotation: Rotation,
    pub(crate) attribute_list: AttributeList,
    pub(crate) deleted_assets: DeletedAssets,
    pub(crate) error_shape: ErrorShape,
    pub(crate) range_end: RangeEnd,
    pub(crate) access_token_lifetime: Duration,
    pub(crate) domain_delay: Duration,
    pub(crate) update_delay: Duration,
    pub(crate) query_time: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_query_hours: Option<u32>,
    pub(crate) raw_event_cap: Option<usize>,
    pub(crate) killed_status: StatusCode,
}
