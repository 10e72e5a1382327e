use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use crate::validation::{ValidationError, quoted};

/// Whether a conversion update calls the traffic sources' postbacks.
///
/// The three names are *documented*, as is the server's default, `none`. The difference between
/// `onlyOnce` and `all` is *inferred* from the words. A call fires at the ad network and cannot be
/// taken back, so this crate has no default.
///
/// ```
/// use funnelflux_model::updates::PostbackCalls;
///
/// assert_eq!("onlyOnce".parse(), Ok(PostbackCalls::OnlyOnce));
/// assert_eq!(PostbackCalls::OnlyOnce.to_string(), "onlyOnce");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PostbackCalls {
    /// `none`: no postback is called. Grade: *documented*.
    None,
    /// `onlyOnce`: by its name, a postback is called unless it was called before. Grade:
    /// *documented*, its meaning *inferred*.
    OnlyOnce,
    /// `all`: by its name, every postback is called, again if need be. Grade: *documented*, its
    /// meaning *inferred*.
    All,
}

impl PostbackCalls {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OnlyOnce => "onlyOnce",
            Self::All => "all",
        }
    }
}

impl FromStr for PostbackCalls {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::None, Self::OnlyOnce, Self::All]
            .into_iter()
            .find(|calls| calls.as_str() == text)
            .ok_or_else(|| {
                ValidationError::one("postbackCalls", quoted(text), "`none`, `onlyOnce` or `all`")
            })
    }
}

impl fmt::Display for PostbackCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for PostbackCalls {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
