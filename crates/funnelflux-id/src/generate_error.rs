//! [`GenerateError`]: why no id could be made.

use core::fmt;

use crate::rfc3339::{earliest, latest};
use crate::source::NoRandomness;

/// No id could be made, for a reason that trying again does not mend: a wrong clock stays wrong.
///
/// ```
/// use funnelflux_id::{AssetId, LocalGenerator};
///
/// let mut generator = LocalGenerator::new(|| 0, || 42);
/// let error = generator.generate().unwrap_err();
/// assert!(error.is_before_base());
/// assert_eq!(error.unix_millis(), Some(0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateError(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    BeforeBase(i64),
    AfterEnd(i64),
    NoRandomness(NoRandomness),
}

impl GenerateError {
    #[cold]
    pub(crate) const fn before_base(unix_millis: i64) -> Self {
        Self(Kind::BeforeBase(unix_millis))
    }

    #[cold]
    pub(crate) const fn after_end(unix_millis: i64) -> Self {
        Self(Kind::AfterEnd(unix_millis))
    }

    #[cold]
    pub(crate) const fn no_randomness(source: NoRandomness) -> Self {
        Self(Kind::NoRandomness(source))
    }

    /// The clock is before 2019-07-23T00:00:00.000Z, where the ids begin.
    ///
    /// What to check: the machine's clock. A board without a battery starts in 1970.
    #[must_use]
    pub const fn is_before_base(&self) -> bool {
        matches!(self.0, Kind::BeforeBase(_))
    }

    /// The clock is after 2131-02-25T10:16:46.207Z, the last instant that the id's 7 time digits
    /// can hold.
    ///
    /// What to check: the machine's clock; or that a [`Clock`](crate::Clock) of one's own counts
    /// milliseconds, not microseconds.
    #[must_use]
    pub const fn is_after_end(&self) -> bool {
        matches!(self.0, Kind::AfterEnd(_))
    }

    /// The operating system, or one's own [`Random`](crate::Random), gave no random number.
    ///
    /// What to check: a sandbox that forbids the `getrandom` call and hides `/dev/urandom`.
    #[must_use]
    pub const fn is_no_randomness(&self) -> bool {
        matches!(self.0, Kind::NoRandomness(_))
    }

    /// The time for which there is no id, in milliseconds since the Unix epoch, if that is the
    /// cause.
    #[must_use]
    pub const fn unix_millis(&self) -> Option<i64> {
        match self.0 {
            Kind::BeforeBase(unix_millis) | Kind::AfterEnd(unix_millis) => Some(unix_millis),
            Kind::NoRandomness(_) => None,
        }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no asset id can be made: ")?;
        match &self.0 {
            Kind::BeforeBase(unix_millis) => write!(
                f,
                "the time {unix_millis} ms since the Unix epoch is before {}, where the ids \
                 begin; set the clock right",
                earliest()
            ),
            Kind::AfterEnd(unix_millis) => write!(
                f,
                "the time {unix_millis} ms since the Unix epoch is after {}, where the ids end; \
                 set the clock right",
                latest()
            ),
            Kind::NoRandomness(cause) => write!(f, "{cause}"),
        }
    }
}

// No `source`: the message has said all that `NoRandomness` could add.
impl core::error::Error for GenerateError {}
