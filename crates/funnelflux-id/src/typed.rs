//! [`Id`]: an asset id that knows what it is the id of.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use crate::asset_id::AssetId;
use crate::parse_error::ParseIdError;
use crate::text::as_text;

/// The id of one kind of asset, so that a page's id cannot be given where a funnel's is asked for.
///
/// `T` is a marker such as [`Funnel`](crate::Funnel); nothing of it is stored. `Id<T>` is `Copy`, ordered
/// and hashed as its [`AssetId`] whatever `T` is. The 12 characters do not tell the kind: it is the
/// caller's word, and changes only through [`from_untyped`](Self::from_untyped) and [`untyped`](Self::untyped).
///
/// ```compile_fail
/// # use funnelflux_id::{Funnel, Id, Page};
/// # let funnel: Id<Funnel> = "2nIemJxCKbFX".parse().unwrap();
/// let page: Id<Page> = funnel;
/// ```
///
/// ```
/// use funnelflux_id::{AssetId, Funnel, Id};
///
/// let funnel: Id<Funnel> = "2nIemJxCKbFX".parse()?;
/// assert_eq!(funnel.to_string(), "2nIemJxCKbFX");
/// assert_eq!(format!("{funnel:?}"), "Id<Funnel>(2nIemJxCKbFX)");
///
/// let any: AssetId = funnel.untyped();
/// assert_eq!(Id::<Funnel>::from_untyped(any), funnel);
/// # Ok::<(), funnelflux_id::ParseIdError>(())
/// ```
#[repr(transparent)]
pub struct Id<T> {
    id: AssetId,
    // A function that returns `T`: `Id<T>` is `Send` and `Sync` whatever `T` is.
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Declares an id to be of this kind.
    pub const fn from_untyped(id: AssetId) -> Self {
        Self { id, kind: PhantomData }
    }

    /// The id without its kind: for its time, or for code that serves all kinds.
    pub const fn untyped(self) -> AssetId {
        self.id
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        self.id.as_str()
    }

    /// A new id from the process-wide generator: `Id::<FunnelNode>::generate()?`.
    ///
    /// # Errors
    /// As [`new_id`](crate::new_id).
    #[cfg(feature = "generate")]
    pub fn generate() -> Result<Self, crate::GenerateError> {
        crate::new_id().map(Self::from_untyped)
    }
}

// By hand: `derive` would ask the same of `T`.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> FromStr for Id<T> {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_untyped)
    }
}

as_text!(Id<T>, T: "an asset id of 12 characters");

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = std::any::type_name::<T>();
        let kind = kind.rsplit("::").next().unwrap_or(kind);
        write!(f, "Id<{kind}>({})", self.id)
    }
}
