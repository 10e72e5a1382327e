//! The markers of ids.

/// A kind of asset, as the marker in [`Id<T>`](crate::Id). An asset that this version does not know can
/// have a marker of your own:
///
/// ```
/// use funnelflux_id::{Asset, Id};
///
/// enum AiNode {}
///
/// impl Asset for AiNode {}
///
/// let node: Id<AiNode> = "2nIemJxCKbFX".parse()?;
/// # Ok::<(), funnelflux_id::ParseIdError>(())
/// ```
pub trait Asset {}

macro_rules! markers {
    ($($(#[$doc:meta])* $marker:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $marker {}

        impl crate::Asset for $marker {}
    )+};
}

pub(crate) use markers;
