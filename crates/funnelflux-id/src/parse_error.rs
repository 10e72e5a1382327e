//! [`ParseAssetIdError`]: what is wrong with a text that is no asset id, and where.

use std::fmt;

use crate::format::{LENGTH, value};

/// A text is not an asset id.
///
/// The message says what is wrong and where. It quotes one character at most: a text in the wrong
/// place may be a secret.
///
/// ```
/// use funnelflux_id::AssetId;
///
/// let error = "2nIem-xCKbFX".parse::<AssetId>().unwrap_err();
/// assert_eq!(error.invalid_character(), Some((6, '-')));
/// assert_eq!(
///     error.to_string(),
///     "not an asset id: character 6 is '-'; 12 characters of 0-9, A-Z, a-z are expected"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseAssetIdError {
    length: usize,
    invalid: Option<(usize, char)>,
}

impl ParseAssetIdError {
    #[cold]
    pub(crate) fn explain(text: &str) -> Self {
        let in_alphabet = |letter: char| u8::try_from(letter).is_ok_and(|b| value(b).is_some());
        Self {
            length: text.chars().count(),
            invalid: (1..).zip(text.chars()).find(|&(_, letter)| !in_alphabet(letter)),
        }
    }

    /// How many characters the text has, not bytes.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Whether the text has more or fewer than 12 characters.
    #[must_use]
    pub const fn is_wrong_length(&self) -> bool {
        self.length != LENGTH
    }

    /// The first character outside `0-9A-Za-z`, and its position in characters, counted from 1.
    #[must_use]
    pub const fn invalid_character(&self) -> Option<(usize, char)> {
        self.invalid
    }
}

impl fmt::Display for ParseAssetIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an asset id: ")?;
        match (self.length, self.invalid) {
            (0, _) => f.write_str("it is empty")?,
            (LENGTH, None) => {}
            (LENGTH, Some((position, letter))) => write!(f, "character {position} is {letter:?}")?,
            (length, invalid) => {
                let s = if length == 1 { "" } else { "s" };
                write!(f, "it has {length} character{s}")?;
                match invalid {
                    Some((position, letter)) => {
                        write!(f, ", and character {position} is {letter:?}")?;
                    }
                    None if matches!(length, 24 | 26) => f.write_str(", as hit ids have")?,
                    None => {}
                }
            }
        }
        f.write_str("; 12 characters of 0-9, A-Z, a-z are expected")
    }
}

impl std::error::Error for ParseAssetIdError {}
