use std::borrow::Cow;

/// The name of an attribute that a report can be grouped or filtered by.
///
/// The constants are the names known to this crate; any other string works as well. The server's
/// own list ([`AttributeList`](super::AttributeList)) is the truth.
///
/// ```
/// use funnelflux_model::{Grade, reporting::Attribute};
///
/// assert_eq!(Attribute::TIME_1_HOUR_BLOCKS.name(), "Time: 1-Hour Blocks");
/// let new = Attribute::new("Time: Moon Phase");
/// assert_eq!(new.grade(), Grade::Unknown);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute(pub(super) Cow<'static, str>);

impl Attribute {
    /// Whether this is `URL Tracking Field`, which needs a filter that says which field.
    pub fn is_tracking_field(&self) -> bool {
        *self == Self::URL_TRACKING_FIELD
    }
}
