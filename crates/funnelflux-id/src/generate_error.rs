//! [`GenerateError`]: why no id could be made.

use std::fmt;

use crate::format::{BASE_MS, LAST_MS};

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
pub struct GenerateError {
    /// `None` where there was no randomness.
    pub(crate) unix_millis: Option<i64>,
}

impl GenerateError {
    /// The clock is before 2019-07-23T00:00:00.000Z, where the ids begin.
    /// What to check: the machine's clock. A board without a battery starts in 1970.
    pub fn is_before_base(&self) -> bool {
        self.unix_millis.is_some_and(|at| at < BASE_MS)
    }

    /// The clock is after 2131-02-25T10:16:46.207Z, the last instant that the id's 7 time digits can hold.
    /// What to check: the machine's clock; or that an injected clock counts milliseconds, not microseconds.
    pub fn is_after_end(&self) -> bool {
        self.unix_millis.is_some_and(|at| at > LAST_MS)
    }

    /// The operating system, or an injected source of randomness, gave no random number.
    /// What to check: a sandbox that forbids the `getrandom` call and hides `/dev/urandom`.
    pub const fn is_no_randomness(&self) -> bool {
        self.unix_millis.is_none()
    }

    /// The time for which there is no id, in milliseconds since the Unix epoch, if that is the cause.
    pub const fn unix_millis(&self) -> Option<i64> {
        self.unix_millis
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no asset id can be made: ")?;
        let Some(at) = self.unix_millis else {
            return f.write_str("the source of randomness gave none");
        };
        let side = match self.is_before_base() {
            true => "before 2019-07-23T00:00:00.000Z, where the ids begin",
            false => "after 2131-02-25T10:16:46.207Z, where the ids end",
        };
        write!(f, "the time {at} ms since the Unix epoch is {side}; set the clock right")
    }
}

impl std::error::Error for GenerateError {}
