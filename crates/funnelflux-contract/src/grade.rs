use std::fmt;

/// How surely a fact of the API is known. Ordered: the surer, the greater.
///
/// ```
/// use funnelflux_contract::Grade;
/// assert!(Grade::Documented > Grade::Inferred);
/// assert!(Grade::Inferred.is_guess());
/// assert!(Grade::Observed > Grade::Documented);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Grade {
    /// Not known at all: the data is kept, and no meaning is invented.
    #[default]
    Unknown,
    /// Follows from a pattern of better known facts; no source states it.
    Inferred,
    /// Stated for the vendor's self-hosted product, whose naming the API shares.
    Sibling,
    /// Stated by a help-centre article: true of the product, silent on the wire format.
    Help,
    /// Written into the code of a public third-party integration, which never ran it.
    Written,
    /// Sent or read by a public third-party integration that ran in production in 2023-24.
    Proven,
    /// Stated on the vendor's documentation site or in its changelog; of a fact of an overlay, in a schema
    /// file of the vendor.
    Documented,
    /// Seen in the account of the user, or written by hand into its overlay. No fact of the contract has this grade.
    Observed,
}

impl Grade {
    /// Whether the fact is a guess: sibling, inferred or unknown.
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Unknown | Self::Inferred | Self::Sibling)
    }

    /// Whether the fact is documented, proven or observed, so that a server that differs is a surprise.
    pub const fn is_confirmed(self) -> bool {
        matches!(self, Self::Proven | Self::Documented | Self::Observed)
    }

    /// The grade as one lower-case word, as the contract spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Inferred => "inferred",
            Self::Sibling => "sibling",
            Self::Help => "help",
            Self::Written => "written",
            Self::Proven => "proven",
            Self::Documented => "documented",
            Self::Observed => "observed",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
