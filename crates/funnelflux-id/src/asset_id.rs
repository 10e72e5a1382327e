//! [`AssetId`]: the 12 characters.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::format::{BASE_MS, LAST_MS, LENGTH, decode, value};
use crate::parse_error::{Expected, ParseIdError};
use crate::text::as_text;

/// The id of an asset, a funnel node or a connection: 12 characters, the first 7 of which tell when it was
/// made. The format is *documented*; hit and visitor ids have another one.
///
/// It is `Copy` (12 bytes, no allocation), and orders by time: an id made in an earlier millisecond is the
/// smaller one. The order within one millisecond has no meaning. An id is no secret: the time is in it, and
/// ids made in the same millisecond follow from each other.
///
/// ```
/// use funnelflux_id::AssetId;
///
/// let id: AssetId = "2nIemJxCKbFX".parse()?;
/// assert_eq!(id.as_str(), "2nIemJxCKbFX");
/// assert_eq!(id.created_at_rfc3339().as_str(), "2024-08-02T13:51:12.853Z");
///
/// let older: AssetId = "2n5JuOKWLTzd".parse()?;
/// assert!(older < id);
/// # Ok::<(), funnelflux_id::ParseIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub(crate) [u8; LENGTH]);

impl AssetId {
    /// How many characters an id has: 12.
    pub const LENGTH: usize = LENGTH;

    /// The smallest id: `000000000000`, of 2019-07-23T00:00:00.000Z. Useful to fill a buffer with.
    pub const MIN: Self = Self([b'0'; LENGTH]);

    /// The greatest id: `zzzzzzzzzzzz`, of 2131-02-25T10:16:46.207Z.
    pub const MAX: Self = Self([b'z'; LENGTH]);

    /// The earliest instant of an id, in milliseconds since the Unix epoch: 2019-07-23T00:00:00.000Z.
    pub const EARLIEST_UNIX_MILLIS: i64 = BASE_MS;

    /// The latest instant of an id, in milliseconds since the Unix epoch: 2131-02-25T10:16:46.207Z.
    pub const LATEST_UNIX_MILLIS: i64 = LAST_MS;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in, so the default is never taken.
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id's 12 ASCII bytes.
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// When the id was made, in milliseconds since the Unix epoch, by the clock of its maker.
    pub fn unix_millis(&self) -> i64 {
        let [head @ .., _, _, _, _, _] = &self.0;
        // 7 digits stay below 2⁴².
        BASE_MS + decode(head) as i64
    }

    /// When the id was made, by the clock of its maker.
    pub fn timestamp(&self) -> std::time::SystemTime {
        // Never negative: the base lies in 2019.
        let since_epoch = std::time::Duration::from_millis(self.unix_millis().unsigned_abs());
        std::time::SystemTime::UNIX_EPOCH + since_epoch
    }

    /// When the id was made, as RFC 3339 in UTC with milliseconds: `2024-08-02T13:51:12.853Z`.
    pub fn created_at_rfc3339(&self) -> String {
        // The years 2019 to 2131 are within jiff's range, so the default is never taken.
        format!("{:.3}", Timestamp::from_millisecond(self.unix_millis()).unwrap_or_default())
    }
}

impl FromStr for AssetId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; LENGTH]>::try_from(text.as_bytes()) {
            Ok(bytes) if bytes.iter().all(|&byte| value(byte).is_some()) => Ok(Self(bytes)),
            _ => Err(ParseIdError::explain(Expected::Asset, text)),
        }
    }
}

as_text!(AssetId: "an asset id of 12 characters");

impl fmt::Debug for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssetId({self})")
    }
}
