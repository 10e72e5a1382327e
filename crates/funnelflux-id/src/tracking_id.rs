//! [`HitId`] and [`VisitorId`]: ids that FunnelFlux Pro makes while it tracks.

use std::fmt;
use std::str::FromStr;

use crate::text::as_text;

macro_rules! tracking_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// The id as text, unchanged.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseTrackingIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match fault(text) {
                    Some(fault) => Err(ParseTrackingIdError { what: $what, fault }),
                    None => Ok(Self(text.into())),
                }
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
    /// The id of a hit: one view of one page by one visitor. Conversions are attached to it.
    ///
    /// **Not** an asset id: FunnelFlux Pro makes it, and no time is known to be in it. Its form is
    /// *unknown*; the vendor's help articles show samples of 24 and 26 lowercase characters. So
    /// anything goes that is not empty and has no white space or control character, which are
    /// slips of copying; it is kept unchanged, case and all.
    /// [`has_known_form`](Self::has_known_form) says whether an id looks like the samples, for a
    /// warning.
    ///
    /// ```
    /// use funnelflux_id::HitId;
    ///
    /// let hit: HitId = "dkezmsf3bat8xdbz8rt039r0".parse()?;
    /// assert!(hit.has_known_form());
    ///
    /// let odd: HitId = "{hit}".parse()?;
    /// assert!(!odd.has_known_form()); // a token that was not replaced
    ///
    /// let error = "dkezmsf3bat8xdbz8rt039r0\n".parse::<HitId>().unwrap_err();
    /// assert_eq!(error.invalid_character(), Some((25, '\n')));
    /// # Ok::<(), funnelflux_id::ParseTrackingIdError>(())
    /// ```
    HitId, "hit", "a hit id"
}

tracking_id! {
    /// The id of a visitor.
    ///
    /// **Not** an asset id. Its form is *unknown* and no sample is at hand. So anything goes that
    /// is not empty and has no white space or control character, which are slips of copying; it is
    /// kept unchanged, case and all.
    ///
    /// ```
    /// use funnelflux_id::VisitorId;
    ///
    /// let visitor: VisitorId = "01dkezmsf3bat8xdbz8rt039r0".parse()?;
    /// assert_eq!(visitor.as_str(), "01dkezmsf3bat8xdbz8rt039r0");
    /// assert!("".parse::<VisitorId>().is_err());
    /// # Ok::<(), funnelflux_id::ParseTrackingIdError>(())
    /// ```
    VisitorId, "visitor", "a visitor id"
}

impl HitId {
    /// Whether the id looks like the samples in the vendor's help articles: 24 or 26 characters of
    /// `0-9` and `a-z`.
    ///
    /// A hint for a warning, no reason to refuse: other forms are not known to be wrong.
    #[must_use]
    pub fn has_known_form(&self) -> bool {
        matches!(self.0.len(), 24 | 26)
            && self.0.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
    }

    /// Whether the id ends in `h`, as that of an *offer* hit that can convert does, by the
    /// vendor's help articles.
    ///
    /// A hint: it speaks of offer hits only, and the API has the last word on a conversion.
    ///
    /// ```
    /// use funnelflux_id::HitId;
    ///
    /// assert!("01dkezmsf3bat8xdbz8rt039rh".parse::<HitId>()?.can_convert());
    /// assert!(!"01dkezmsf3bat8xdbz8rt039r0".parse::<HitId>()?.can_convert());
    /// # Ok::<(), funnelflux_id::ParseTrackingIdError>(())
    /// ```
    #[must_use]
    pub fn can_convert(&self) -> bool {
        self.0.ends_with('h')
    }
}

/// A text is neither a hit id nor a visitor id.
///
/// The message quotes one character at most: a text in the wrong place may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseTrackingIdError {
    what: &'static str,
    fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    Empty,
    Character(usize, char),
}

fn fault(text: &str) -> Option<Fault> {
    if text.is_empty() {
        return Some(Fault::Empty);
    }
    (1..)
        .zip(text.chars())
        .find(|(_, letter)| letter.is_whitespace() || letter.is_control())
        .map(|(position, letter)| Fault::Character(position, letter))
}

impl ParseTrackingIdError {
    /// Whether there was no text at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self.fault, Fault::Empty)
    }

    /// The first white space or control character, and its position in characters, counted from 1.
    #[must_use]
    pub const fn invalid_character(&self) -> Option<(usize, char)> {
        match self.fault {
            Fault::Empty => None,
            Fault::Character(position, letter) => Some((position, letter)),
        }
    }
}

impl fmt::Display for ParseTrackingIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {} id: ", self.what)?;
        match self.fault {
            Fault::Empty => f.write_str("it is empty"),
            Fault::Character(position, letter) => write!(
                f,
                "character {position} is {letter:?}; no white space or control character is \
                 expected"
            ),
        }
    }
}

impl std::error::Error for ParseTrackingIdError {}
