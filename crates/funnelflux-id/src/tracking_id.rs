//! [`HitId`] and [`VisitorId`]: ids that FunnelFlux Pro makes while it tracks.

use std::fmt;
use std::str::FromStr;

use crate::parse_error::{Expected, ParseIdError};
use crate::text::as_text;

macro_rules! tracking_id {
    ($(#[$doc:meta])* $name:ident = $kind:ident, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text, unchanged.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if text.is_empty() || !text.chars().all(|letter| Expected::$kind.allows(letter)) {
                    return Err(ParseIdError::explain(Expected::$kind, text));
                }
                Ok(Self(text.into()))
            }
        }

        as_text!($name: $expected);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

tracking_id! {
    /// The id of a hit: one visit to one node of a funnel by one visitor. Conversions are attached to it.
    ///
    /// **Not** an asset id: FunnelFlux Pro makes it, and no time is known to be in it. The vendor's help
    /// articles show samples of 22, 24 and 26 characters of `0-9a-z` (help), and the hit of an offer that a
    /// public integration kept has 22 (proven). No source states a rule, so any text goes that is not empty
    /// and has no white space or control character, which are slips of copying. It is kept unchanged, case
    /// and all. [`has_known_form`](Self::has_known_form) says whether an id looks like the samples.
    ///
    /// ```
    /// use funnelflux_id::HitId;
    ///
    /// let hit: HitId = "1wj7y5680dz26p1g9p0101".parse()?;
    /// assert!(hit.has_known_form());
    ///
    /// let odd: HitId = "{hit}".parse()?;
    /// assert!(!odd.has_known_form()); // a token that was not replaced
    ///
    /// let error = "dkezmsf3bat8xdbz8rt039r0\n".parse::<HitId>().unwrap_err();
    /// assert_eq!(error.invalid_character(), Some((25, '\n')));
    /// # Ok::<(), funnelflux_id::ParseIdError>(())
    /// ```
    HitId = Hit, "a hit id"
}

tracking_id! {
    /// The id of a visitor.
    ///
    /// **Not** an asset id. The one sample, in a help article, has 27 characters of `0-9A-Za-z`, in mixed
    /// case (`afdwb7QPV6Y59aTP3fQxZ3tX2ox`), and holds the visitor's edge location (help); the rest of its
    /// form is *unknown*. So any text goes that a [`HitId`] may be; it is kept unchanged, case and all.
    VisitorId = Visitor, "a visitor id"
}

impl HitId {
    /// Whether the id looks like the samples: 22, 24 or 26 characters of `0-9` and `a-z`. A hint for a
    /// warning, no reason to refuse: other forms are not known to be wrong.
    pub fn has_known_form(&self) -> bool {
        matches!(self.0.len(), 22 | 24 | 26)
            && self.0.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
    }

    /// Whether the id ends in `h`, as that of an *offer* hit that can convert does (help). A hint: it is
    /// about offer hits only, and the API has the last word on a conversion.
    pub fn can_convert(&self) -> bool {
        self.0.ends_with('h')
    }
}
