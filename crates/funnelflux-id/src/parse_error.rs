//! [`ParseIdError`]: what is wrong with a text that is no id, and where.

use std::fmt;

use crate::format::{LENGTH, value};

/// A text is not an id of the kind that was expected. The message says what is wrong and where. It quotes
/// one character at most: a text in the wrong place may be a secret.
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
pub struct ParseIdError {
    expected: Expected,
    length: usize,
    invalid: Option<(usize, char)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Asset,
    Hit,
    Visitor,
}

impl Expected {
    /// White space and control characters are slips of copying in every id.
    pub(crate) fn allows(self, letter: char) -> bool {
        match self {
            Self::Asset => u8::try_from(letter).is_ok_and(|byte| value(byte).is_some()),
            Self::Hit | Self::Visitor => !letter.is_whitespace() && !letter.is_control(),
        }
    }
}

impl ParseIdError {
    #[cold]
    pub(crate) fn explain(expected: Expected, text: &str) -> Self {
        Self {
            expected,
            length: text.chars().count(),
            invalid: (1..).zip(text.chars()).find(|&(_, letter)| !expected.allows(letter)),
        }
    }

    /// How many characters the text has, not bytes.
    pub const fn length(&self) -> usize {
        self.length
    }

    /// Whether the text has not the 12 characters of an asset id, or is empty and no hit or visitor id.
    pub const fn is_wrong_length(&self) -> bool {
        match self.expected {
            Expected::Asset => self.length != LENGTH,
            Expected::Hit | Expected::Visitor => self.length == 0,
        }
    }

    /// The first character that cannot be in such an id, and its position in characters, counted from 1.
    pub const fn invalid_character(&self) -> Option<(usize, char)> {
        self.invalid
    }
}

impl fmt::Display for ParseIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ANY: &str = "a text without white space or control characters is";
        let (what, characters) = match self.expected {
            Expected::Asset => ("an asset", "12 characters of 0-9, A-Z, a-z are"),
            Expected::Hit => ("a hit", ANY),
            Expected::Visitor => ("a visitor", ANY),
        };
        write!(f, "not {what} id: ")?;
        if self.length == 0 {
            f.write_str("it is empty")?;
        } else if self.is_wrong_length() {
            let s = if self.length == 1 { "" } else { "s" };
            write!(f, "it has {} character{s}", self.length)?;
        }
        match (self.invalid, self.length) {
            (Some((position, letter)), _) => {
                let and = if self.is_wrong_length() { ", and " } else { "" };
                write!(f, "{and}character {position} is {letter:?}")?;
            }
            (None, 22 | 24 | 26) => f.write_str(", as known hit ids have")?,
            (None, 27) => f.write_str(", as the known visitor id has")?,
            (None, _) => {}
        }
        write!(f, "; {characters} expected")
    }
}

impl std::error::Error for ParseIdError {}
