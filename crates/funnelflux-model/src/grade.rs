use std::fmt;

/// How surely a name, a field or a shape of the API is known.
///
/// # Examples
///
/// ```
/// use funnelflux_model::{Grade, reporting::Attribute};
///
/// assert_eq!(Attribute::ELEMENT_OFFER.grade(), Grade::Proven);
/// assert_eq!(Attribute::LOCATION_COUNTRY.grade().to_string(), "sibling");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Grade {
    /// Stated on the vendor's documentation site or in its changelog.
    Documented,
    /// Sent or read by a public third-party integration that ran in production in 2023-24.
    Proven,
    /// Stated by a help-centre article: true of the product, silent about the wire.
    Help,
    /// Stated for the vendor's self-hosted product of the same naming family.
    Sibling,
    /// Follows from a pattern of the facts above; nobody states it.
    Inferred,
    /// Not known at all.
    Unknown,
}

impl Grade {
    /// The grade in one lower-case word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Proven => "proven",
            Self::Help => "help",
            Self::Sibling => "sibling",
            Self::Inferred => "inferred",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
