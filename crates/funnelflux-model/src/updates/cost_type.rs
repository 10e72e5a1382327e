use std::fmt;

use serde::{Serialize, Serializer};

use crate::Grade;

/// How the cost of a segment is meant: the `costType` of the wire.
///
/// ```
/// use funnelflux_model::{Grade, updates::CostType};
///
/// assert_eq!(CostType::WholeSegment.to_string(), "wholeSegment");
/// assert_eq!(CostType::Other("perVisit".to_owned()).grade(), Grade::Unknown);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CostType {
    /// `wholeSegment`: the cost is a total, spread over the matching visits. Grade: *proven*.
    WholeSegment,
    /// Another one, by its name on the wire. A cost per visit exists (*help*); its name is
    /// *unknown*.
    Other(String),
}

impl CostType {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::WholeSegment => "wholeSegment",
            Self::Other(name) => name,
        }
    }

    /// How surely the name is known.
    #[must_use]
    pub fn grade(&self) -> Grade {
        match self {
            Self::WholeSegment => Grade::Proven,
            Self::Other(_) => Grade::Unknown,
        }
    }
}

impl fmt::Display for CostType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for CostType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
