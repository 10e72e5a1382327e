use std::fmt;

use zeroize::Zeroizing;

/// A token: never shown by [`Debug`](fmt::Debug), wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(Zeroizing<String>);

impl TokenText {
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The token itself. What is done with it is the caller's care.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(…)")
    }
}
