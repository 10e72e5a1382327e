//! [`GenerateError`]: why no id could be made.

use std::fmt;

/// No id could be made, for a reason that trying again does not mend: a wrong clock stays wrong.
///
/// ```
/// use funnelflux_id::Generator;
///
/// let generator = Generator::new(|| 0, || Some(42));
/// let error = generator.generate().unwrap_err();
/// assert!(error.is_before_base());
/// assert_eq!(error.unix_millis(), Some(0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateError(pub(crate) Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    BeforeBase(i64),
    AfterEnd(i64),
    NoRandomness,
}

impl GenerateError {
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
    /// What to check: the machine's clock; or that an injected clock counts
    /// milliseconds, not microseconds.
    #[must_use]
    pub const fn is_after_end(&self) -> bool {
        matches!(self.0, Kind::AfterEnd(_))
    }

    /// The operating system, or an injected source of randomness, gave no random number.
    ///
    /// What to check: a sandbox that forbids the `getrandom` call and hides `/dev/urandom`.
    #[must_use]
    pub const fn is_no_randomness(&self) -> bool {
        matches!(self.0, Kind::NoRandomness)
    }

    /// The time for which there is no id, in milliseconds since the Unix epoch, if that is the
    /// cause.
    #[must_use]
    pub const fn unix_millis(&self) -> Option<i64> {
        match self.0 {
            Kind::BeforeBase(unix_millis) | Kind::AfterEnd(unix_millis) => Some(unix_millis),
            Kind::NoRandomness => None,
        }
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no asset id can be made: ")?;
        let (unix_millis, side) = match self.0 {
            Kind::NoRandomness => return f.write_str("the source of randomness gave none"),
            Kind::BeforeBase(at) => (at, "before 2019-07-23T00:00:00.000Z, where the ids begin"),
            Kind::AfterEnd(at) => (at, "after 2131-02-25T10:16:46.207Z, where the ids end"),
        };
        write!(f, "the time {unix_millis} ms since the Unix epoch is {side}; set the clock right")
    }
}

impl std::error::Error for GenerateError {}
